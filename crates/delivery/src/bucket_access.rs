//! Whether a bucket lets CloudTrail deliver a trail's files: what its policy says to the service that puts them, and
//! the policy that would let it (reference sections 1.8 and 5.3).

use std::fmt::Write;

use cairn_model::{AccountId, Timestamp};
use cairn_objects::{BucketCall, BucketRecord, Encryption, ObjectLock, PutOptions};
use cairn_policy::{Decision, Policies, Principal};
use serde_json::{Value, json};

use crate::BucketPolicyRule;

/// Who puts the files.
pub(crate) const SERVICE: &str = "cloudtrail.amazonaws.com";
/// The header of every put, which the documented policy requires.
const ACL: &str = "bucket-owner-full-control";

/// A trail as the policies of buckets know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// `aws:SourceArn`
    pub(crate) arn: String,
    /// `aws:SourceAccount`
    pub(crate) account: AccountId,
}

/// What a trail wants to do with a bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wish<'w> {
    /// `s3:GetBucketAcl`
    ReadAcl,
    /// `s3:PutObject` under this key.
    Put(&'w str, &'w PutOptions),
}

/// What CloudTrail may not do, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

impl Wish<'_> {
    fn action(&self) -> &'static str {
        match self {
            Self::ReadAcl => "s3:GetBucketAcl",
            Self::Put(..) => "s3:PutObject",
        }
    }
}

/// Whether the bucket lets CloudTrail do it for the trail. A bucket without a policy takes its owner's trails, unless the
/// rule asks for a policy.
pub(crate) fn check(
    record: &BucketRecord,
    source: &Source,
    wish: Wish<'_>,
    rule: BucketPolicyRule,
    now: Timestamp,
) -> Result<(), Refusal> {
    if record.policy.is_none() {
        return match rule {
            BucketPolicyRule::WhenPresent if record.owner == source.account => Ok(()),
            BucketPolicyRule::WhenPresent => {
                Err(Refusal("The bucket belongs to another account and has no policy".into()))
            }
            BucketPolicyRule::Always => Err(Refusal("The bucket has no policy".into())),
        };
    }
    let header = |name: &str| match (name, wish) {
        ("x-amz-acl", Wish::Put(..)) => Some(ACL.to_owned()),
        (_, Wish::Put(_, options)) => {
            encryption_header(name, &options.encryption).or_else(|| lock_header(name, options.lock.as_ref()?))
        }
        (_, Wish::ReadAcl) => None,
    };
    let mut context = record.context(now, &header, &|_| None);
    let principal = Principal::Service(SERVICE.to_owned());
    principal.describe(&mut context);
    context.set("aws:SourceArn", &source.arn).set("aws:SourceAccount", source.account.as_str());
    // It never crosses a network.
    context.set("aws:SecureTransport", "true").set("aws:UserAgent", SERVICE).set("s3:authType", "REST-HEADER");
    context.absent("aws:SourceIp").absent("aws:referer").absent("aws:SourceOrgID").absent("aws:SourceOrgPaths");
    let key = if let Wish::Put(key, _) = wish { Some(key) } else { None };
    let action = wish.action();
    let decision = record.rules().decide(BucketCall {
        principal: &principal,
        action,
        key,
        context: &context,
        policies: Policies::default(),
    });
    let Some(reason) = decision.refusal(action) else { return Ok(()) };
    let resource = key.map_or_else(|| record.arn(), |key| format!("{}/{key}", record.arn()));
    let mut text = format!("{SERVICE} is not authorized to perform: {action} on resource: {resource} {reason}");
    if let Decision::ExplicitlyDenied(statement) = &decision {
        let name = statement.sid.as_deref().unwrap_or("without a name");
        // Writing to a string does not fail.
        let _written = write!(text, " (statement {}, {name})", statement.index);
    }
    Err(Refusal(text))
}

fn encryption_header(name: &str, encryption: &Encryption) -> Option<String> {
    match (name, encryption) {
        ("x-amz-server-side-encryption", Encryption::Aes256) => Some("AES256".to_owned()),
        ("x-amz-server-side-encryption", Encryption::Kms { .. }) => Some("aws:kms".to_owned()),
        ("x-amz-server-side-encryption-aws-kms-key-id", Encryption::Kms { key_arn, .. }) => Some(key_arn.clone()),
        _ => None,
    }
}

fn lock_header(name: &str, lock: &ObjectLock) -> Option<String> {
    match name {
        "x-amz-object-lock-mode" => Some(lock.retention?.mode.as_str().to_owned()),
        "x-amz-object-lock-retain-until-date" => Some(lock.retention?.until.iso_seconds()),
        "x-amz-object-lock-legal-hold" => lock.legal_hold.then(|| "ON".to_owned()),
        _ => None,
    }
}

/// The policy that lets CloudTrail deliver to `bucket`: below each of `folders`, such as `AWSLogs/123456789012`.
pub(crate) fn policy_to_apply(bucket: &str, source: &Source, folders: &[String]) -> String {
    let service = json!({"Service": SERVICE});
    let mut statements = vec![json!({
        "Sid": "AWSCloudTrailAclCheck20150319",
        "Effect": "Allow",
        "Principal": service,
        "Action": "s3:GetBucketAcl",
        "Resource": format!("arn:aws:s3:::{bucket}"),
        "Condition": {"StringEquals": {"aws:SourceArn": source.arn}},
    })];
    let sids = ["AWSCloudTrailWrite20150319", "AWSCloudTrailOrganizationWrite20150319"];
    statements.extend(folders.iter().zip(sids).map(|(folder, sid)| {
        json!({
            "Sid": sid,
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": format!("arn:aws:s3:::{bucket}/{folder}/*"),
            "Condition": {"StringEquals": {"s3:x-amz-acl": ACL, "aws:SourceArn": source.arn}},
        })
    }));
    let policy: Value = json!({"Version": "2012-10-17", "Statement": statements});
    policy.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKER: &str = "AWSLogs/123456789012/CloudTrail/";
    const DIGESTS: &str = "AWSLogs/123456789012/CloudTrail-Digest/";

    fn source() -> Source {
        let arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main".to_owned();
        Source { arn, account: AccountId::DEFAULT }
    }

    fn record(owner: &str, policy: Option<&str>) -> BucketRecord {
        let record = json!({"name": "logs", "owner": owner, "region": "us-east-1", "created_at": 0, "policy": policy});
        serde_json::from_value(record).unwrap()
    }

    fn documented() -> String {
        policy_to_apply("logs", &source(), &["AWSLogs/123456789012".to_owned()])
    }

    /// What is refused of reading the ACL and of putting each marker.
    fn refused(policy: &str) -> Vec<&'static str> {
        let (record, options) = (record("123456789012", Some(policy)), PutOptions::default());
        let wishes =
            [("acl", Wish::ReadAcl), ("logs", Wish::Put(MARKER, &options)), ("digests", Wish::Put(DIGESTS, &options))];
        let is_refused =
            |wish| check(&record, &source(), wish, BucketPolicyRule::WhenPresent, Timestamp::default()).is_err();
        wishes.into_iter().filter(|(_, wish)| is_refused(*wish)).map(|(name, _)| name).collect()
    }

    #[test]
    fn the_documented_policy_lets_everything_and_each_thing_missing_from_it_does_not() {
        let documented = documented();
        assert_eq!(refused(&documented), [""; 0]);
        for (from, to, expected) in [
            ("s3:GetBucketAcl", "s3:GetBucketTagging", &["acl"][..]),
            ("s3:PutObject", "s3:PutObjectAcl", &["logs", "digests"]),
            ("123456789012/*", "123456789012/CloudTrail/*", &["digests"]),
            ("trail/main", "trail/other", &["acl", "logs", "digests"]),
            ("cloudtrail.amazonaws.com", "logs.amazonaws.com", &["acl", "logs", "digests"]),
            ("bucket-owner-full-control", "private", &["logs", "digests"]),
            ("\"s3:x-amz-acl\"", "\"aws:SourceIp\"", &["logs", "digests"]),
        ] {
            assert!(documented.contains(from), "{from}");
            assert_eq!(refused(&documented.replace(from, to)), expected, "{from} {to}");
        }
    }

    #[test]
    fn a_denial_is_named_and_transport_is_secure() {
        let denying = |condition: &str| {
            let denial = format!(
                r#"{{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"arn:aws:s3:::logs/*","Condition":{{{condition}}}}}"#
            );
            documented().replace("\"Statement\":[", &format!("\"Statement\":[{denial},"))
        };
        assert_eq!(refused(&denying(r#""Bool":{"aws:SecureTransport":"false"}"#)), [""; 0]);
        assert_eq!(refused(&denying(r#""StringNotEquals":{"aws:SourceAccount":"123456789012"}"#)), [""; 0]);
        let denied = denying(r#""StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}"#);
        assert_eq!(refused(&denied), ["logs", "digests"]);
        let (record, options) = (record("123456789012", Some(&denied)), PutOptions::default());
        let wish = Wish::Put(MARKER, &options);
        let refusal = check(&record, &source(), wish, BucketPolicyRule::WhenPresent, Timestamp::default()).unwrap_err();
        assert!(
            refusal.0.ends_with("with an explicit deny in a resource-based policy (statement 0, No)"),
            "{}",
            refusal.0
        );
        let encryption =
            Encryption::Kms { key_arn: "arn:aws:kms:us-east-1:123456789012:key/k".into(), context: [].into() };
        let options = PutOptions { encryption, ..PutOptions::default() };
        let wish = Wish::Put(MARKER, &options);
        assert_eq!(check(&record, &source(), wish, BucketPolicyRule::WhenPresent, Timestamp::default()), Ok(()));
    }

    #[test]
    fn a_bucket_without_a_policy_takes_its_owners_trails_unless_every_bucket_needs_one() {
        let allowed = |owner: &str, rule| {
            check(&record(owner, None), &source(), Wish::ReadAcl, rule, Timestamp::default()).is_ok()
        };
        assert!(allowed("123456789012", BucketPolicyRule::WhenPresent));
        assert!(!allowed("123456789012", BucketPolicyRule::Always));
        assert!(!allowed("999999999999", BucketPolicyRule::WhenPresent));
        let foreign = record("999999999999", Some(&documented()));
        assert_eq!(check(&foreign, &source(), Wish::ReadAcl, BucketPolicyRule::Always, Timestamp::default()), Ok(()));
    }
}
