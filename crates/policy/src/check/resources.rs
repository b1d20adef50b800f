//! Resources that never fit what the statement's actions ask for.

use super::{Found, KnownActions, Statement};
use crate::fault::shown;
use crate::json::Node;

/// Services whose resources belong to another one.
const ELSEWHERE: [(&str, &[&str]); 3] =
    [("sts", &["iam", "sts"]), ("cloudtrail-data", &["cloudtrail"]), ("cairn", &["cairn", "cloudtrail"])];

/// Actions of S3 on objects whose names do not begin like the others.
const OF_OBJECTS: [&str; 4] =
    ["AbortMultipartUpload", "ListMultipartUploadParts", "RestoreObject", "BypassGovernanceRetention"];

pub(super) fn check(statement: &Statement<'_>, known: &KnownActions, found: &mut Found) {
    let resources = statement.texts("Resource");
    let services = services_asked(statement);
    for (node, text) in &resources {
        if let Some(reason) = services.as_deref().and_then(|services| misfit(text, services, known)) {
            let reason = format!("\"{}\" never fits: {reason}", shown(text));
            found.error(node, statement.path_of("Resource"), reason);
        }
    }
    buckets_and_objects(statement, &resources, found);
}

/// The services whose actions the statement lists; `None` where it may be any.
fn services_asked(statement: &Statement<'_>) -> Option<Vec<String>> {
    let actions = statement.texts("Action");
    if actions.is_empty() {
        return None;
    }
    actions.iter().map(|(_, text)| Some(text.split_once(':')?.0.to_ascii_lowercase())).collect()
}

/// Why an ARN fits nothing that these services have.
fn misfit(text: &str, services: &[String], known: &KnownActions) -> Option<String> {
    let mut parts = text.splitn(6, ':').skip(2);
    let (service, region, account) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next()?;
    let is_wild = |part: &str| part.contains(['*', '?', '$']);
    let is_of = |asking: &String| {
        let others = ELSEWHERE.iter().find(|(name, _)| name == asking).map(|(_, others)| *others);
        others.map_or(asking == service, |others| others.contains(&service))
    };
    if !is_wild(service) && !services.iter().any(is_of) && services.iter().all(|service| known.knows(service)) {
        return Some(format!("it belongs to {service}, and the actions to {}", services.join(", ")));
    }
    let has = |part: &str| !part.is_empty() && !part.starts_with('*');
    match service {
        "s3" if has(region) || has(account) => Some("buckets' ARNs have neither Region nor account".to_owned()),
        "iam" | "organizations" | "sts" if has(region) => Some(format!("ARNs of {service} have no Region")),
        "cloudtrail" | "kms" if region.is_empty() => Some("it names no Region".to_owned()),
        "cloudtrail" | "kms" | "iam" if account.is_empty() => Some("it names no account".to_owned()),
        "cloudtrail" | "kms" | "iam" if !is_wild(account) && !is_account(service, account) => {
            Some(format!("\"{}\" is not an account", shown(account)))
        }
        _ => None,
    }
}

fn is_account(service: &str, account: &str) -> bool {
    (service == "iam" && account == "aws") || (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether an action of S3 that has no wildcards asks for objects; `None` where either may be meant.
fn asks_for_objects(action: &str) -> Option<bool> {
    let name = action.strip_prefix("s3:")?;
    if name.contains(['*', '?']) || name.starts_with("ListAllMy") {
        return None;
    }
    Some(OF_OBJECTS.contains(&name) || (name.contains("Object") && !name.contains("Bucket")))
}

/// Actions on objects with nothing but buckets, and actions on buckets with nothing but objects.
fn buckets_and_objects(statement: &Statement<'_>, resources: &[(&Node, &str)], found: &mut Found) {
    let [(node, _), ..] = resources else { return };
    let in_buckets: Option<Vec<&str>> = resources.iter().map(|(_, text)| text.strip_prefix("arn:aws:s3:::")).collect();
    let Some(names) = in_buckets else { return };
    let all_objects = names.iter().all(|name| name.contains('/'));
    let all_buckets = names.iter().all(|name| !name.contains(['/', '*', '?', '$']));
    for (_, action) in statement.texts("Action") {
        let (asked, instead) = match asks_for_objects(action) {
            Some(true) if all_buckets => ("objects", "arn:aws:s3:::BUCKET/*"),
            Some(false) if all_objects => ("a bucket", "arn:aws:s3:::BUCKET"),
            Some(_) | None => continue,
        };
        let reason = format!("{action} asks for {asked}, and none of these can be one: write {instead}");
        found.error(node, statement.path_of("Resource"), reason);
    }
}
