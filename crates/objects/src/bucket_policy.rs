//! An embedded bucket's policy: how it is read, what it is told about a request, and what it decides.

use cairn_model::Timestamp;
use cairn_policy::{
    Context, Decision, Layer, Policies, Policy, PolicyFault, PolicyKind, Principal, Request, ResourcePolicy,
    ResourceRule, decide,
};

use crate::BucketRecord;

/// The longest bucket policy in bytes, as in S3.
pub const BUCKET_POLICY_BYTES_MAX: usize = 20 * 1024;

/// Headers that are condition keys under their own names: `s3:x-amz-acl` and so on.
const HEADERS: [&str; 16] = [
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-object-ownership",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "x-amz-checksum-algorithm",
];

/// Headers that are condition keys under other names.
const RENAMED_HEADERS: [(&str, &str); 5] = [
    ("x-amz-object-lock-mode", "s3:object-lock-mode"),
    ("x-amz-object-lock-retain-until-date", "s3:object-lock-retain-until-date"),
    ("x-amz-object-lock-legal-hold", "s3:object-lock-legal-hold"),
    ("if-match", "s3:if-match"),
    ("if-none-match", "s3:if-none-match"),
];

/// Members of the query that are condition keys.
const QUERY: [(&str, &str); 4] = [
    ("prefix", "s3:prefix"),
    ("delimiter", "s3:delimiter"),
    ("max-keys", "s3:max-keys"),
    ("versionId", "s3:versionid"),
];

/// Keys that no request to an embedded bucket has.
const ABSENT: [&str; 26] = [
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/",
    "aws:RequestTag/",
    "aws:ResourceTag/",
    "aws:SourceIdentity",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:VpcSourceIp",
    "s3:AccessPointNetworkOrigin",
    "s3:BucketTag/",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:ExistingObjectTag/",
    "s3:RequestObjectTag/",
    "s3:RequestObjectTagKeys",
    "s3:TlsVersion",
];

/// Gives a header or a member of the query by its name, in lower case for headers.
pub type Said<'s> = &'s (dyn Fn(&str) -> Option<String> + Send + Sync);

/// A bucket's owner and its policy, read.
#[derive(Debug, Clone, Copy)]
pub struct BucketRules<'r> {
    record: &'r BucketRecord,
    policy: Option<&'r Result<Policy, PolicyFault>>,
}

/// A call on a bucket or on an object in it.
#[derive(Debug, Clone, Copy)]
pub struct BucketCall<'c> {
    /// Who calls.
    pub principal: &'c Principal,
    /// Such as `s3:PutObject`.
    pub action: &'c str,
    /// The object's key; `None` when the call is on the bucket.
    pub key: Option<&'c str>,
    /// What is known about the request.
    pub context: &'c Context,
    /// What the caller's own policies are; the bucket's is added.
    pub policies: Policies<'c>,
}

/// Reads the policy of the bucket `name`, strictly.
///
/// # Errors
/// The first broken rule and its place.
pub fn read_bucket_policy(name: &str, text: &str) -> Result<Policy, PolicyFault> {
    let arn = format!("arn:aws:s3:::{name}");
    let kind = PolicyKind::Resource { service: "s3", arn: Some(&arn) };
    Policy::parse(text, kind, BUCKET_POLICY_BYTES_MAX)
}

/// What a request that is about no bucket yet is known to be. The Region is for the caller to add.
pub fn context_without_bucket(now: Timestamp, header: Said<'_>, query: Said<'_>) -> Context {
    let mut context = Context::new();
    for name in HEADERS {
        context.set_all(&format!("s3:{name}"), header(name));
    }
    for (name, key) in RENAMED_HEADERS {
        context.set_all(key, header(name));
    }
    for (name, key) in QUERY {
        context.set_all(key, query(name));
    }
    for key in ABSENT {
        context.absent(key);
    }
    context.set("aws:ViaAWSService", "false").set("s3:signatureversion", "AWS4-HMAC-SHA256");
    context.set("aws:CurrentTime", now.iso_seconds()).set("aws:EpochTime", now.unix_seconds().to_string());
    context
}

impl BucketRecord {
    /// `arn:aws:s3:::logs`
    pub fn arn(&self) -> String {
        format!("arn:aws:s3:::{}", self.name)
    }

    /// What a request to this bucket at `now` is known to be: the keys that its headers and its query say, and those
    /// that it cannot have. Where it comes from and by which way is for the caller to add.
    pub fn context(&self, now: Timestamp, header: Said<'_>, query: Said<'_>) -> Context {
        let mut context = context_without_bucket(now, header, query);
        let owner = self.owner.to_string();
        context.set("aws:ResourceAccount", &owner).set("s3:ResourceAccount", owner);
        context.set("aws:RequestedRegion", self.region.as_str());
        context
    }

    /// Its policy, which is read when it is first asked.
    pub fn rules(&self) -> BucketRules<'_> {
        let read = |text| self.compiled.0.get_or_init(|| read_bucket_policy(self.name.as_str(), text));
        BucketRules { record: self, policy: self.policy.as_deref().map(read) }
    }
}

impl BucketRules<'_> {
    /// Whose rules they are.
    pub fn record(&self) -> &BucketRecord {
        self.record
    }

    /// Decides a call. A policy that cannot be read, which an earlier version may have taken, lets only the owner's root
    /// pass.
    pub fn decide(&self, call: BucketCall<'_>) -> Decision {
        let owner = self.record.owner;
        let policy = match self.policy {
            Some(Ok(policy)) => Some(policy),
            None => None,
            Some(Err(_)) if *call.principal == Principal::Root(owner) => None,
            Some(Err(_)) => return Decision::ImplicitlyDenied(Layer::Resource),
        };
        let arn = self.record.arn();
        let resource = call.key.map_or_else(|| arn.clone(), |key| format!("{arn}/{key}"));
        let request = Request::new(call.principal, call.action, &resource, call.context);
        let resource = Some(ResourcePolicy { owner, policy, rule: ResourceRule::Grants });
        decide(&request, &Policies { resource, ..call.policies })
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::AccountId;
    use serde_json::json;

    use super::*;

    fn record(policy: &str) -> BucketRecord {
        let record = json!({
            "name": "logs", "owner": "123456789012", "region": "us-east-1", "created_at": 0, "policy": policy,
        });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn headers_and_query_are_condition_keys() {
        let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::logs*",
            "Condition":{"StringEquals":{"s3:x-amz-acl":"private","s3:prefix":"a/"},"Null":{"s3:if-match":"true"}}}]}"#;
        let record = record(policy);
        let stranger = Principal::Root(AccountId::parse("999999999999").unwrap());
        let decided = |acl: &'static str, prefix: &'static str| {
            let header = move |name: &str| (name == "x-amz-acl").then(|| acl.to_owned());
            let query = move |name: &str| (name == "prefix").then(|| prefix.to_owned());
            let context = record.context(Timestamp::default(), &header, &query);
            let call = BucketCall {
                principal: &stranger,
                action: "s3:ListBucket",
                key: None,
                context: &context,
                policies: Policies::default(),
            };
            record.rules().decide(call).is_allowed()
        };
        assert!(decided("private", "a/"));
        assert!(!decided("public-read", "a/") && !decided("private", "b/"));
    }

    #[test]
    fn a_policy_that_cannot_be_read_closes_the_bucket_to_all_but_its_owner() {
        let record = record("{}");
        let context = Context::new();
        let allowed = |principal: Principal| {
            let call = BucketCall {
                principal: &principal,
                action: "s3:GetObject",
                key: Some("k"),
                context: &context,
                policies: Policies::default(),
            };
            record.rules().decide(call).is_allowed()
        };
        assert!(allowed(Principal::Root(AccountId::DEFAULT)));
        assert!(!allowed(Principal::Root(AccountId::parse("999999999999").unwrap())));
        assert!(!allowed(Principal::Service("cloudtrail.amazonaws.com".to_owned())));
    }

    #[test]
    fn a_policy_speaks_of_its_own_bucket() {
        let policy = |resource: &str| {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"{resource}"}}}}"#
            );
            read_bucket_policy("logs", &text).map(drop).map_err(|fault| fault.path)
        };
        assert_eq!(policy("arn:aws:s3:::logs/*"), Ok(()));
        for bad in ["arn:aws:s3:::logs-2/*", "*", "arn:aws:sns:us-east-1:123456789012:logs"] {
            assert_eq!(policy(bad), Err("Statement.Resource".to_owned()), "{bad}");
        }
    }
}
