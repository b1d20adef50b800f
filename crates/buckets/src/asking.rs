//! Who asks for what of a bucket, and whether its policy lets them.

use std::fmt;
use std::sync::Arc;

use cairn_model::Timestamp;
use cairn_objects::{BucketCall, BucketRecord, BucketRules, context_without_bucket};
use cairn_policy::{Context, Principal, Request, decide};
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::S3Caller;

/// What the owner's root may always do, whatever the policy says: else one could lock oneself out.
const OF_THE_POLICY: [&str; 3] = ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];

/// One request as policies see it.
#[derive(Clone)]
pub(crate) struct Asking(Arc<Inner>);

struct Inner {
    caller: Arc<S3Caller>,
    principal: Principal,
    headers: HeaderMap,
    query: Vec<(String, String)>,
    now: Timestamp,
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").field("caller", &self.0.caller).finish_non_exhaustive()
    }
}

impl Asking {
    pub(crate) fn new<B>(caller: &Arc<S3Caller>, request: &http::Request<B>, now: Timestamp) -> Self {
        let pairs = request.uri().query().unwrap_or_default().split('&');
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (decoded(name), decoded(value))
        };
        Self(Arc::new(Inner {
            caller: Arc::clone(caller),
            principal: caller.caller.policy_principal(),
            headers: request.headers().clone(),
            query: pairs.map(pair).collect(),
            now,
        }))
    }

    /// A member of the query.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        self.0.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    fn header(&self, name: &str) -> Option<String> {
        self.0.headers.get(name)?.to_str().ok().map(str::to_owned)
    }

    /// Passes when the bucket's owner or its policy lets the caller do it; `key` is the object's.
    ///
    /// # Errors
    /// `AccessDenied`, and `MethodNotAllowed` for another account that the policy would let change the policy.
    pub(crate) fn check(&self, rules: &BucketRules<'_>, action: &str, key: Option<&str>) -> S3Result<()> {
        let record = rules.record();
        let principal = &self.0.principal;
        let is_own = principal.account() == Some(record.owner);
        let is_of_the_policy = OF_THE_POLICY.contains(&action);
        if is_of_the_policy && *principal == Principal::Root(record.owner) {
            return Ok(());
        }
        let context = self.context(record);
        let policies = self.0.caller.caller.permissions.with_resource(None);
        let decision = rules.decide(BucketCall { principal, action, key, context: &context, policies });
        match (decision.refusal(action), is_own) {
            (None, false) if is_of_the_policy => Err(s3_error!(MethodNotAllowed)),
            (None, _) => Ok(()),
            (Some(reason), true) => {
                tracing::debug!(?decision, "a call on a bucket is refused to its own account");
                let resource = key.map_or_else(|| record.arn(), |key| format!("{}/{key}", record.arn()));
                Err(self.refused(action, &resource, &reason))
            }
            // Another account is not told what the policy says.
            (Some(_), false) => Err(s3_error!(AccessDenied)),
        }
    }

    /// Passes when the caller's own policies let it do what is about no bucket that is there: `resource` is its ARN, or
    /// what stands for all.
    ///
    /// # Errors
    /// `AccessDenied`
    pub(crate) fn check_without_bucket(&self, action: &str, resource: &str) -> S3Result<()> {
        let caller = &self.0.caller;
        let mut context = context_without_bucket(self.0.now, &|name| self.header(name), &|name| self.query(name));
        context.set("aws:ResourceAccount", caller.caller.account.as_str());
        context.set("aws:RequestedRegion", caller.region.as_str());
        self.describe(&mut context);
        let request = Request::new(&self.0.principal, action, resource, &context);
        let decision = decide(&request, &caller.caller.permissions.with_resource(None));
        decision.refusal(action).map_or(Ok(()), |reason| Err(self.refused(action, resource, &reason)))
    }

    fn refused(&self, action: &str, resource: &str, reason: &str) -> S3Error {
        let who = self.0.caller.caller.arn();
        let message =
            format!("User: {who} is not authorized to perform: {action} on resource: \"{resource}\" {reason}");
        S3Error::with_message(S3ErrorCode::AccessDenied, message)
    }

    fn context(&self, record: &BucketRecord) -> Context {
        let mut context = record.context(self.0.now, &|name| self.header(name), &|name| self.query(name));
        self.describe(&mut context);
        context
    }

    /// Adds who calls, and from where.
    fn describe(&self, context: &mut Context) {
        let caller = &self.0.caller;
        caller.caller.describe(context, self.0.now);
        context.set_all("aws:PrincipalOrgID", caller.organization.as_deref());
        context.set("aws:SourceIp", caller.source.to_canonical().to_string());
        context.set("aws:SecureTransport", caller.secure_transport.to_string());
        context.set_all("aws:UserAgent", self.header("user-agent")).set_all("aws:referer", self.header("referer"));
        for key in ["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"] {
            context.absent(key);
        }
        let is_presigned = self.query("X-Amz-Signature").is_some();
        context.set("s3:authType", if is_presigned { "REST-QUERY-STRING" } else { "REST-HEADER" });
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
