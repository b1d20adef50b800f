//! What a call asked and what it was answered, of the shape that each API has.

mod ec2;
mod iam;
mod kms;
mod other;
mod s3;
mod security_groups;
mod sign_in;

use crate::call::Call;
use crate::rng::Rng;

/// JSON texts of a record's members. Empty ones are left out or null.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) request: String,
    pub(crate) response: String,
    /// What stands between the brackets of `resources`.
    pub(crate) resources: String,
    /// What stands between the braces of `additionalEventData`.
    pub(crate) additional: String,
}

/// Draws the body of `call`.
pub(crate) fn body_of(call: &Call<'_>, rng: &mut Rng) -> Body {
    let mut body = Body::default();
    write_of(call)(call, rng, &mut body);
    body
}

type Write = fn(&Call<'_>, &mut Rng, &mut Body);

fn write_of(call: &Call<'_>) -> Write {
    match (call.service, call.event) {
        ("sts", "GetCallerIdentity") => no_parameters,
        ("sts", e) if e.starts_with("AssumeRole") => sign_in::assume_role,
        ("signin", "ConsoleLogin") => sign_in::console_login,
        ("signin", _) => no_parameters,
        ("s3", _) => s3::s3,
        ("kms", _) => kms::kms,
        ("ec2", e) if e.contains("SecurityGroup") && !e.starts_with("Describe") => security_groups::change,
        ("ec2", "RunInstances") => ec2::run_instances,
        ("ec2", e) if e.starts_with("Describe") || e.starts_with("Get") => ec2::describe,
        ("ec2", _) => ec2::other,
        ("iam", _) => iam::iam,
        ("elasticloadbalancing", "SetSecurityGroups" | "ApplySecurityGroupsToLoadBalancer") => {
            other::load_balancer_groups
        }
        ("rds" | "redshift", e) if e.contains("SecurityGroup") => other::legacy_groups,
        ("lambda", "Invoke") => other::invoke,
        ("dynamodb", _) => other::dynamodb,
        ("secretsmanager" | "ssm", e) if e.contains("Secret") || e.contains("Parameter") => other::secrets,
        ("ssm", "UpdateInstanceInformation" | "PutInventory") => other::inventory,
        ("cloudtrail", e) if e.contains("Trail") || e.ends_with("Logging") || e.ends_with("Selectors") => other::trails,
        ("cloudtrail", "LookupEvents") => other::lookup,
        ("logs", _) => other::logs,
        ("bedrock", e) if !e.starts_with("List") => other::bedrock,
        _ => other::general,
    }
}

fn no_parameters(_: &Call<'_>, _: &mut Rng, body: &mut Body) {
    body.request.push_str("null");
}
