//! The text of one record: the envelope around who, what, request and answer.

use crate::body::body_of;
use crate::call::Call;
use crate::draw::{Drawn, draw, draw_account, draw_region};
use crate::identity::identity;
use crate::outcome::error;
use crate::principal::Kind;
use crate::rng::{Rng, wide};
use crate::services::{REGIONS, USER_AGENTS, is_data_event, is_read_only};
use crate::text::{base32, hex, moment, put, uuid};
use crate::world::{Sessions, World};

/// What the manifest counts of a record.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) event: &'static str,
    pub(crate) account: usize,
    pub(crate) region: usize,
    pub(crate) user_name: Option<String>,
    pub(crate) access_key: Option<String>,
    pub(crate) event_id: String,
    pub(crate) outcome: Outcome,
    pub(crate) is_data_event: bool,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    Failed,
    Denied,
}

/// Where a request came from and with what.
struct Origin {
    ip: String,
    agent: String,
    is_service: bool,
}

/// Appends one record of `time` to `out`.
pub(crate) fn record(world: &World, sessions: &mut Sessions, rng: &mut Rng, time: u64, out: &mut String) -> Facts {
    let drawn = draw(world, sessions, rng, time);
    let account = draw_account(world, rng, &drawn);
    let region = draw_region(world, rng, drawn.service, account);
    let call = call_of(world, rng, &drawn, [account, region], time);
    let session = world.session(drawn.who, time, drawn.slot);

    put!(*out, "{{\"eventVersion\":\"{}\",\"userIdentity\":", if call.service == "signin" { "1.09" } else { "1.11" });
    let (user_name, access_key) = identity(&call, &session, rng, out);
    put!(
        *out,
        ",\"eventTime\":\"{}\",\"eventSource\":\"{}.amazonaws.com\",\"eventName\":\"{}\",\"awsRegion\":\"{}\"",
        moment(time),
        call.service,
        call.event,
        call.region
    );
    let origin = draw_origin(&call, rng);
    put!(*out, ",\"sourceIPAddress\":\"{}\",\"userAgent\":\"{}\"", origin.ip, origin.agent);
    let outcome = if call.ok { Outcome::Succeeded } else { error(&call, &session, rng, out) };
    let event_id = write_body(&call, rng, out);
    write_accounts(&call, &origin, rng, out);
    write_connection(&call, &origin, rng, out);
    out.push('}');
    let is_data_event = is_data_event(call.service, call.event);
    Facts { event: call.event, account, region, user_name, access_key, event_id, outcome, is_data_event }
}

fn call_of<'a>(world: &'a World, rng: &mut Rng, drawn: &Drawn, [account, region]: [usize; 2], time: u64) -> Call<'a> {
    let caller = &world.principals[drawn.who];
    // The rate over all is about 3 %; a few principals make most of the errors.
    let rate = 0.029 * caller.clumsiness / 1.2 * if is_read_only(drawn.event) { 1.0 } else { 1.1 };
    let failed = rng.chance(rate) && !(drawn.event == "AssumeRole" && caller.kind == Kind::Service);
    Call {
        world,
        account,
        account_id: &world.accounts[account].id,
        region: REGIONS[region],
        service: drawn.service,
        event: drawn.event,
        caller,
        time,
        ok: !failed,
        target: drawn.target,
        given: drawn.given,
    }
}

fn draw_origin(call: &Call<'_>, rng: &mut Rng) -> Origin {
    let caller = call.caller;
    let is_service = caller.kind == Kind::Service;
    let mut ip = caller.addresses[rng.below(caller.addresses.len())].clone();
    let mut agent = USER_AGENTS[*rng.pick(&caller.agents)].to_owned();
    if is_service {
        ip = format!("{}.amazonaws.com", caller.name);
        agent.clone_from(&ip);
    } else if rng.chance(0.01) {
        ip = format!("198.{}.{}.{}", 18 + rng.below(2), rng.below(256), 1 + rng.below(254));
    } else if rng.chance(0.03) && !matches!(call.service, "signin" | "s3") {
        (ip, agent) = ("AWS Internal".into(), "AWS Internal".into());
    }
    if call.service == "signin" {
        USER_AGENTS[5 + 3 * rng.below(2)].clone_into(&mut agent);
    }
    if call.service == "s3" && !is_service {
        agent = format!("[{agent}]");
    }
    Origin { ip, agent, is_service }
}

/// What was asked and answered, and the ids of both; gives the event's.
fn write_body(call: &Call<'_>, rng: &mut Rng, out: &mut String) -> String {
    let body = body_of(call, rng);
    let failed = !call.ok && call.service != "signin";
    let response = if failed || body.response.is_empty() { "null" } else { &body.response };
    put!(*out, ",\"requestParameters\":{},\"responseElements\":{response}", body.request);
    if !body.additional.is_empty() {
        put!(*out, ",\"additionalEventData\":{{{}}}", body.additional);
    }
    let event_id = uuid(rng);
    match call.service {
        "signin" => {}
        "s3" => put!(*out, ",\"requestID\":\"{}\"", base32(rng, 16)),
        _ => put!(*out, ",\"requestID\":\"{}\"", uuid(rng)),
    }
    put!(*out, ",\"eventID\":\"{event_id}\",\"readOnly\":{}", is_read_only(call.event));
    if !body.resources.is_empty() {
        put!(*out, ",\"resources\":[{}]", body.resources);
    }
    event_id
}

/// Which kind of event it is, and whose.
fn write_accounts(call: &Call<'_>, origin: &Origin, rng: &mut Rng, out: &mut String) {
    let event_type = match call.service {
        "signin" => "AwsConsoleSignIn",
        _ if origin.is_service && rng.chance(0.1) => "AwsServiceEvent",
        _ => "AwsApiCall",
    };
    let is_data = is_data_event(call.service, call.event);
    let account = call.account_id;
    put!(*out, ",\"eventType\":\"{event_type}\",\"managementEvent\":{}", !is_data);
    put!(*out, ",\"recipientAccountId\":\"{account}\"");
    if call.event == "AssumeRole" || (call.service == "kms" && rng.chance(0.3)) {
        put!(*out, ",\"sharedEventID\":\"{}\"", uuid(rng));
    }
    if origin.ip.starts_with("10.") {
        let label = 0xe9d9 + wide(call.account) * 64 + wide(call.service.len());
        let endpoint = hex(&mut Rng::keyed(call.world.seed, label), 16);
        put!(*out, ",\"vpcEndpointId\":\"vpce-0{endpoint}\",\"vpcEndpointAccountId\":\"{account}\"");
    }
    put!(*out, ",\"eventCategory\":\"{}\"", if is_data { "Data" } else { "Management" });
}

/// How the connection was encrypted, and whether a console stood behind it.
fn write_connection(call: &Call<'_>, origin: &Origin, rng: &mut Rng, out: &mut String) {
    let Call { service, region, .. } = *call;
    if !origin.is_service && !origin.ip.starts_with("AWS") {
        let host = match service {
            "iam" | "organizations" | "route53" | "cloudfront" => format!("{service}.amazonaws.com"),
            "signin" => "signin.aws.amazon.com".into(),
            "s3" => format!("s3.{region}.amazonaws.com"),
            _ => format!("{service}.{region}.amazonaws.com"),
        };
        let cipher = ["TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"][rng.below(3)];
        put!(*out, ",\"tlsDetails\":{{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"{cipher}\",");
        put!(*out, "\"clientProvidedHostHeader\":\"{host}\"}}");
    }
    if origin.agent.starts_with("Mozilla") && service != "signin" && rng.chance(0.9) {
        out.push_str(",\"sessionCredentialFromConsole\":\"true\"");
    }
}
