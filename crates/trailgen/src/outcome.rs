//! How calls fail.

use crate::call::Call;
use crate::principal::Kind;
use crate::record::Outcome;
use crate::rng::Rng;
use crate::services::SERVICES;
use crate::text::put;
use crate::world::Session;

/// Writes `errorCode` and `errorMessage`; tells whether access was denied.
pub(crate) fn error(call: &Call<'_>, session: &Session, rng: &mut Rng, out: &mut String) -> Outcome {
    let p = call.caller;
    let home = &call.world.accounts[p.account].id;
    if call.service == "signin" {
        out.push_str(",\"errorMessage\":\"Failed authentication\"");
        return Outcome::Failed;
    }
    let arn = match p.kind {
        Kind::User => format!("arn:aws:iam::{home}:user/{}", p.name),
        Kind::Role
        | Kind::Sso
        | Kind::Chained
        | Kind::SamlUser
        | Kind::WebIdentity
        | Kind::Service
        | Kind::Root
        | Kind::Foreign => format!("arn:aws:sts::{home}:assumed-role/{}/{}", p.name, session.name),
    };
    let action =
        format!("{}:{}", SERVICES.iter().find(|s| s.0 == call.service).map_or(call.service, |s| s.1), call.event);
    if rng.chance(0.6) {
        let code = if call.service == "ec2" {
            "Client.UnauthorizedOperation"
        } else if matches!(call.service, "kms" | "ssm" | "secretsmanager" | "ecs" | "logs" | "lambda") {
            "AccessDeniedException"
        } else {
            "AccessDenied"
        };
        let why = [
            "because no identity-based policy allows the",
            "with an explicit deny in a service control policy for the",
            "because no resource-based policy allows the",
        ][rng.below(3)];
        put!(
            *out,
            ",\"errorCode\":\"{code}\",\"errorMessage\":\"User: {arn} is not authorized to perform: {action} on resource: arn:aws:{}:{}:{}:* {why} {action} action\"",
            call.service,
            call.region,
            call.account_id
        );
        return Outcome::Denied;
    }
    let (code, message) = match (call.service, rng.below(4)) {
        (_, 0) => ("ThrottlingException", "Rate exceeded"),
        ("s3", _) => ("NoSuchKey", "The specified key does not exist."),
        ("iam", _) => ("NoSuchEntityException", "The entity with the specified name cannot be found."),
        ("ec2", 1) => ("Client.DryRunOperation", "Request would have succeeded, but DryRun flag is set."),
        ("ec2", _) => ("Client.InvalidInstanceID.NotFound", "The instance ID 'i-0123456789abcdef0' does not exist"),
        ("ecr", _) => (
            "ImageNotFoundException",
            "The image with imageId {imageTag:'latest'} does not exist within the repository",
        ),
        ("ssm", _) => ("ParameterNotFound", "The parameter was not found."),
        (_, 1) => (
            "ValidationException",
            "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null",
        ),
        (_, _) => ("ResourceNotFoundException", "The requested resource was not found."),
    };
    put!(*out, ",\"errorCode\":\"{code}\",\"errorMessage\":\"{message}\"");
    Outcome::Failed
}
