//! Requests and answers of IAM.

use crate::body::Body;
use crate::call::Call;
use crate::rng::Rng;
use crate::text::{base32, moment, put};

/// A policy as it stands inside a JSON string.
const DOCUMENT: &str = "{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":[\\\"s3:GetObject\\\",\\\"s3:PutObject\\\",\\\"dynamodb:Query\\\"],\\\"Resource\\\":\\\"*\\\"}]}";

/// Any call of IAM.
pub(super) fn iam(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, event: e, .. } = *call;
    let (user, role) = (format!("svc-app-{}", rng.below(80)), format!("app-role-{}", rng.below(80)));
    let policy = [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/AmazonS3FullAccess",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ][rng.below(4)];
    let subject = if e.contains("User") || e.contains("AccessKey") || e.contains("LoginProfile") || e.contains("MFA") {
        format!("\"userName\":\"{user}\"")
    } else {
        format!("\"roleName\":\"{role}\"")
    };
    if e.starts_with("List") && rng.chance(0.4) || e.contains("Account") {
        put!(body.request, "{{\"maxItems\":1000}}");
    } else if e.contains("Attach") {
        put!(body.request, "{{{subject},\"policyArn\":\"{policy}\"}}");
    } else if e.contains("PolicyVersion") || e == "CreatePolicy" {
        put!(
            body.request,
            "{{\"policyArn\":\"arn:aws:iam::{acc}:policy/app-{}\",\"policyDocument\":\"{DOCUMENT}\",\"setAsDefault\":true}}",
            rng.below(60)
        );
    } else if matches!(e, "PutRolePolicy" | "PutUserPolicy") {
        put!(
            body.request,
            "{{{subject},\"policyName\":\"inline-{}\",\"policyDocument\":\"{DOCUMENT}\"}}",
            rng.below(9)
        );
    } else if e == "CreateRole" || e == "UpdateAssumeRolePolicy" {
        put!(
            body.request,
            "{{{subject},\"path\":\"/\",\"assumeRolePolicyDocument\":\"{{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{{\\\"Service\\\":\\\"lambda.amazonaws.com\\\"}},\\\"Action\\\":\\\"sts:AssumeRole\\\"}}]}}\",\"maxSessionDuration\":3600}}"
        );
    } else {
        put!(body.request, "{{{subject}}}");
    }
    let now = moment(call.time);
    match e {
        "CreateUser" => {
            put!(
                body.response,
                "{{\"user\":{{\"path\":\"/\",\"userName\":\"{user}\",\"userId\":\"AIDA{}\",\"arn\":\"arn:aws:iam::{acc}:user/{user}\",\"createDate\":\"{now}\"}}}}",
                base32(rng, 17)
            );
        }
        "CreateAccessKey" => {
            put!(
                body.response,
                "{{\"accessKey\":{{\"userName\":\"{user}\",\"accessKeyId\":\"AKIA{}\",\"status\":\"Active\",\"createDate\":\"{now}\"}}}}",
                base32(rng, 16)
            );
        }
        "CreateRole" => {
            put!(
                body.response,
                "{{\"role\":{{\"path\":\"/\",\"roleName\":\"{role}\",\"roleId\":\"AROA{}\",\"arn\":\"arn:aws:iam::{acc}:role/{role}\",\"createDate\":\"{now}\"}}}}",
                base32(rng, 17)
            );
        }
        _ => {}
    }
}
