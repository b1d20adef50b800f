//! Roles assumed, and sign-ins to the console.

use crate::body::Body;
use crate::call::Call;
use crate::rng::Rng;
use crate::text::{hex, moment, put, token, uuid};

/// Any of the `AssumeRole` calls.
pub(super) fn assume_role(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { world, account_id: acc, event: e, .. } = *call;
    let role = &world.principals[call.target];
    let given = world.session(call.target, call.time, call.given);
    let arn = format!("arn:aws:iam::{acc}:role/{}", role.name);
    put!(body.request, "{{\"roleArn\":\"{arn}\",\"roleSessionName\":\"{}\",\"durationSeconds\":{}", given.name, 43_200);
    match e {
        "AssumeRoleWithSAML" => {
            put!(
                body.request,
                ",\"sAMLAssertionID\":\"_{}\",\"principalArn\":\"arn:aws:iam::{acc}:saml-provider/idp.example.com\"",
                uuid(rng)
            );
        }
        "AssumeRole" if rng.chance(0.2) => {
            put!(body.request, ",\"externalId\":\"{}\"", uuid(rng));
        }
        _ => {}
    }
    body.request.push('}');
    put!(
        body.response,
        "{{\"credentials\":{{\"accessKeyId\":\"{}\",\"sessionToken\":\"{}\",\"expiration\":\"{}\"}},\
        \"assumedRoleUser\":{{\"assumedRoleId\":\"{}:{}\",\"arn\":\"arn:aws:sts::{acc}:assumed-role/{}/{}\"}}",
        given.key,
        token(rng, 380),
        moment(given.begun + 43_200),
        role.id,
        given.name,
        role.name,
        given.name
    );
    if e != "AssumeRole" {
        put!(
            body.response,
            ",\"provider\":\"arn:aws:iam::{acc}:oidc-provider/token.actions.githubusercontent.com\",\"audience\":\"sts.amazonaws.com\""
        );
    }
    body.response.push('}');
    put!(body.resources, "{{\"accountId\":\"{acc}\",\"type\":\"AWS::IAM::Role\",\"ARN\":\"{arn}\"}}");
}

/// `ConsoleLogin`.
pub(super) fn console_login(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { region, .. } = *call;
    body.request.push_str("null");
    put!(body.response, "{{\"ConsoleLogin\":\"{}\"}}", if call.ok { "Success" } else { "Failure" });
    put!(
        body.additional,
        "\"LoginTo\":\"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_{region}_{}\",\"MobileVersion\":\"No\",\"MFAUsed\":\"{}\"",
        hex(rng, 16),
        if call.caller.mfa { "Yes" } else { "No" }
    );
}
