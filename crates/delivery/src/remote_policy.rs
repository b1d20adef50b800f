//! What the policy of a bucket elsewhere has to do with a refused put. Who puts there is a key pair of the settings, not
//! CloudTrail's service principal, and the account behind it is not known: only the endpoint decides.

use cairn_model::{AccountId, Timestamp};
use cairn_objects::{Bucket, Disclosed, RemoteCaller, context_without_bucket, read_bucket_policy};
use cairn_policy::{Decision, Policies, Principal, Request, ResourcePolicy, ResourceRule, decide};
use serde_json::json;

use crate::DestinationError;

/// An account that is no one's: the other side's is not known.
const UNKNOWN_ACCOUNT: &str = "000000000000";
const ACTION: &str = "s3:PutObject";

/// Why `bucket` refused the put of `key`, as far as its policy tells, and what would let it; `None` when the endpoint does
/// not tell. `folders` are what the trail delivers below.
pub(crate) async fn explain(
    bucket: &Bucket,
    key: &str,
    folders: &[String],
    now: Timestamp,
) -> Option<DestinationError> {
    let caller = bucket.remote_caller()?;
    let name = bucket.name();
    let reason = match bucket.policy().await {
        Ok(Disclosed::Document(text)) => reason(name, &text, key, caller, now),
        Ok(Disclosed::Nothing) => "the bucket has no policy, and the key pair may not put without one".to_owned(),
        Ok(Disclosed::Withheld(code)) => {
            tracing::debug!(bucket = name, code, "the policy of a bucket that refused a put cannot be read");
            return None;
        }
        Err(error) => {
            tracing::debug!(bucket = name, %error, "the policy of a bucket that refused a put cannot be read");
            return None;
        }
    };
    let policy = policy_to_apply(name, caller, folders);
    let reason = format!("{} is not authorized to perform: {ACTION} on {key}: {reason}", caller.access_key_id);
    Some(DestinationError::InsufficientPolicy { bucket: name.to_owned(), reason, policy })
}

fn reason(bucket: &str, text: &str, key: &str, caller: RemoteCaller<'_>, now: Timestamp) -> String {
    let policy = match read_bucket_policy(bucket, text) {
        Ok(policy) => policy,
        Err(fault) => return format!("the bucket's policy cannot be read here: {fault}"),
    };
    let Ok(account) = AccountId::parse(UNKNOWN_ACCOUNT) else { return String::new() };
    let arn = format!("arn:aws:iam::{account}:user/{}", caller.access_key_id);
    let principal = Principal::User { account, arn };
    let acl = |name: &str| (name == "x-amz-acl").then(|| "bucket-owner-full-control".to_owned());
    let mut context = context_without_bucket(now, &acl, &|_| None);
    principal.describe(&mut context);
    context.set("aws:SecureTransport", caller.is_secure.to_string());
    let resource = format!("arn:aws:s3:::{bucket}/{key}");
    let request = Request::new(&principal, ACTION, &resource, &context);
    let asked = ResourcePolicy { owner: account, policy: Some(&policy), rule: ResourceRule::Grants };
    match decide(&request, &Policies { resource: Some(asked), ..Policies::default() }) {
        Decision::ExplicitlyDenied(statement) => {
            let name = statement.sid.as_deref().unwrap_or("without a name");
            format!("the bucket's policy denies it (statement {}, {name})", statement.index)
        }
        Decision::ImplicitlyDenied(_) => "no statement of the bucket's policy allows it".to_owned(),
        Decision::Allowed(_) => "the bucket's policy allows it to everyone; something else refuses it".to_owned(),
    }
}

/// The statement that lets the key pair deliver below each of `folders`.
fn policy_to_apply(bucket: &str, caller: RemoteCaller<'_>, folders: &[String]) -> String {
    let below: Vec<String> = folders.iter().map(|folder| format!("arn:aws:s3:::{bucket}/{folder}/*")).collect();
    let who = format!("ARN of the owner of access key {}", caller.access_key_id);
    let statement = json!({
        "Sid": "CairnTrailWrite",
        "Effect": "Allow",
        "Principal": {"AWS": who},
        "Action": ACTION,
        "Resource": below,
    });
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

#[cfg(test)]
mod tests {
    use cairn_objects::RemoteKeys;

    use super::*;

    fn said(statement: &serde_json::Value) -> String {
        let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let caller = RemoteCaller { access_key_id: "AKID", is_secure: false, keys: RemoteKeys::Ours };
        reason("logs", &text, "AWSLogs/123456789012/CloudTrail/", caller, Timestamp::default())
    }

    #[test]
    fn a_denial_is_named_and_what_is_not_allowed_is_said() {
        let everything = "arn:aws:s3:::logs/*";
        let mut deny =
            json!({"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": everything});
        assert_eq!(said(&deny), "the bucket's policy denies it (statement 0, No)");
        deny["Condition"] = json!({"Bool": {"aws:SecureTransport": "false"}});
        assert_eq!(said(&deny), "the bucket's policy denies it (statement 0, No)");
        deny["Condition"] = json!({"Bool": {"aws:SecureTransport": "true"}});
        assert_eq!(said(&deny), "no statement of the bucket's policy allows it");
        deny["Condition"] = json!({"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}});
        assert_eq!(said(&deny), "no statement of the bucket's policy allows it");
        let allow = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": everything});
        assert!(said(&allow).contains("something else"), "{}", said(&allow));
        assert!(said(&json!({"Effect": "Deny"})).contains("cannot be read here"));
    }
}
