//! What a caller may do: its policies, and what they are told about a request.

use std::net::IpAddr;
use std::sync::Arc;

use cairn_model::{Region, Timestamp};
use cairn_policy::{Context, Policies, Policy, ResourcePolicy};

use crate::{Caller, Principal};

/// The policies of a principal, compiled.
#[derive(Debug, Clone, Default)]
pub struct Permissions {
    /// Attached to it, by itself or through its groups.
    pub identity: Arc<Vec<Arc<Policy>>>,
    /// Its permissions boundary.
    pub boundary: Option<Arc<Policy>>,
    /// What its session was limited to.
    pub session: Arc<Vec<Arc<Policy>>>,
}

impl Permissions {
    /// These policies and the resource's, ready to be asked.
    pub fn with_resource<'p>(&'p self, resource: Option<ResourcePolicy<'p>>) -> Policies<'p> {
        Policies { identity: &self.identity, boundary: self.boundary.as_deref(), session: &self.session, resource }
    }
}

/// What is known of a request besides who makes it.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// Where it comes from.
    pub source: IpAddr,
    /// Whether it was encrypted on its way.
    pub secure_transport: bool,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The Region of the credential scope.
    pub region: Region,
    /// When it came.
    pub received_at: Timestamp,
    /// The organization that the caller's account is in.
    pub organization: Option<String>,
}

/// Keys that no request to Cairn has: there are no private networks and no services that call for others.
const ABSENT: [&str; 17] = [
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:Ec2InstanceSourceVpc",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:SourceOwner",
    "aws:VpcSourceIp",
    "aws:referer",
    "aws:ChatbotSourceArn",
    "aws:AssumedRoot",
];

/// Keys of what is asked for, which whoever asks adds where there are some.
const OF_THE_ASKED: [&str; 3] = ["aws:RequestTag/", "aws:TagKeys", "aws:ResourceTag/"];

impl Caller {
    /// What policies are told about a request of this caller. What is asked for adds its own.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub fn context(&self, circumstances: &Circumstances) -> Context {
        let mut context = Context::new();
        for key in ABSENT.into_iter().chain(OF_THE_ASKED) {
            context.absent(key);
        }
        let now = circumstances.received_at;
        context.set("aws:CurrentTime", now.iso_seconds()).set("aws:EpochTime", now.unix_seconds().to_string());
        context.set("aws:RequestedRegion", circumstances.region.as_str()).set("aws:ViaAWSService", "false");
        context.set("aws:SourceIp", circumstances.source.to_canonical().to_string());
        context.set("aws:SecureTransport", circumstances.secure_transport.to_string());
        context.set_all("aws:UserAgent", circumstances.user_agent.as_deref());
        self.describe(&mut context, now);
        context.set_all("aws:PrincipalOrgID", circumstances.organization.as_deref());
        if circumstances.organization.is_none() {
            context.absent("aws:PrincipalOrgPaths");
        }
        context
    }

    /// Adds who it is.
    pub fn describe(&self, context: &mut Context, now: Timestamp) {
        self.policy_principal().describe(context);
        context.set("aws:userid", self.user_id());
        context.absent("aws:PrincipalTag/");
        let entity = match &self.principal {
            Principal::Root | Principal::FederatedUser { .. } | Principal::WebIdentity(_) => None,
            Principal::User(entity) | Principal::AssumedRole { role: entity, .. } => Some(entity),
        };
        for (key, value) in entity.into_iter().flat_map(|entity| &entity.tags) {
            context.set(&format!("aws:PrincipalTag/{key}"), value);
        }
        self.describe_session(context, now);
    }

    fn describe_session(&self, context: &mut Context, now: Timestamp) {
        const OF_SESSIONS: [&str; 5] = [
            "aws:MultiFactorAuthPresent",
            "aws:MultiFactorAuthAge",
            "aws:TokenIssueTime",
            "aws:SourceIdentity",
            "aws:FederatedProvider",
        ];
        for key in OF_SESSIONS {
            context.absent(key);
        }
        let Some(session) = &self.session else { return };
        for (key, value) in &session.tags {
            context.set(&format!("aws:PrincipalTag/{key}"), value);
        }
        context.set("aws:TokenIssueTime", session.created.iso_seconds());
        context.set("aws:MultiFactorAuthPresent", session.authenticated_with_mfa.is_some().to_string());
        let age = session.authenticated_with_mfa.map(|at| now.since(at).as_secs().to_string());
        context.set_all("aws:MultiFactorAuthAge", age);
        context.set_all("aws:SourceIdentity", session.source_identity.as_deref());
        context.set_all("aws:FederatedProvider", session.web_identity.as_ref().map(|web| web.provider.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cairn_model::AccountId;
    use cairn_policy::{PolicyKind, Request, decide};

    use super::*;
    use crate::{Entity, Session};

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_790_841_792);

    /// Whether a user, or a user's session, whose only permission has `condition` may.
    fn is_allowed(condition: &str, session: Option<Session>) -> bool {
        let text =
            format!(r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{{condition}}}}}}}"#);
        let policy = Arc::new(Policy::parse(&text, PolicyKind::Identity, 1000).unwrap());
        let permissions = Permissions { identity: Arc::new(vec![policy]), ..Permissions::default() };
        let tags = BTreeMap::from([("team".to_owned(), "ops".to_owned())]);
        let user = Entity { name: "omar".into(), path: "/a/".into(), id: "AIDA2".into(), tags };
        let mut caller = Caller::user(AccountId::DEFAULT, "AKIAKEY", user, permissions);
        caller.session = session.map(Arc::new);
        let circumstances = Circumstances {
            source: [10, 1, 2, 3].into(),
            secure_transport: true,
            user_agent: Some("aws-cli/2".into()),
            region: Region::us_east_1(),
            received_at: NOW,
            organization: Some("o-1".into()),
        };
        let (principal, context) = (caller.policy_principal(), caller.context(&circumstances));
        let request = Request::new(&principal, "cloudtrail:LookupEvents", "*", &context);
        decide(&request, &caller.permissions.with_resource(None)).is_allowed()
    }

    #[test]
    fn policies_are_told_who_asks_and_how() {
        for condition in [
            r#""StringEquals":{"aws:username":"omar","aws:userid":"AIDA2","aws:PrincipalTag/team":"ops"}"#,
            r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/a/*"},"StringEquals":{"aws:PrincipalType":"User"}"#,
            r#""IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Bool":{"aws:SecureTransport":"true"}"#,
            r#""StringLike":{"aws:UserAgent":"aws-cli/*"},"StringEquals":{"aws:RequestedRegion":"us-east-1"}"#,
            r#""DateLessThan":{"aws:CurrentTime":"2026-10-02T00:00:00Z"},"NumericGreaterThan":{"aws:EpochTime":"1"}"#,
            r#""StringEquals":{"aws:PrincipalOrgID":"o-1","aws:PrincipalAccount":"123456789012"}"#,
            r#""Null":{"aws:MultiFactorAuthPresent":"true","aws:TokenIssueTime":"true","aws:PrincipalTag/x":"true"}"#,
        ] {
            assert!(is_allowed(condition, None), "{condition}");
        }
        assert!(!is_allowed(r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#, None));
        assert!(is_allowed(r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}"#, None));
    }

    #[test]
    fn a_session_says_when_it_began_and_how() {
        let began = NOW.minus(std::time::Duration::from_mins(1));
        let plain = Session::new(began, NOW);
        let full = Session {
            authenticated_with_mfa: Some(began),
            source_identity: Some("nina".into()),
            tags: BTreeMap::from([("team".to_owned(), "red".to_owned())]),
            ..plain.clone()
        };
        for condition in [
            r#""Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericEquals":{"aws:MultiFactorAuthAge":"60"}"#,
            r#""StringEquals":{"aws:SourceIdentity":"nina","aws:PrincipalTag/team":"red"}"#,
            r#""DateEquals":{"aws:TokenIssueTime":"2026-10-01T08:02:12Z"}"#,
        ] {
            assert!(is_allowed(condition, Some(full.clone())), "{condition}");
            assert!(!is_allowed(condition, None), "{condition}");
        }
        assert!(is_allowed(r#""Bool":{"aws:MultiFactorAuthPresent":"false"}"#, Some(plain)));
    }
}
