//! What an operation asks of its caller: permissions for actions on resources, and the refusal in AWS's words.

use std::sync::Arc;

use cairn_model::AccountId;
use cairn_policy::{Decision, Layer, Policy, Principal, Request, ResourcePolicy, ResourceRule, decide};

use crate::{ApiError, Context, Entry, ErrorCode, Protocol};

/// One permission that a request needs.
#[derive(Debug)]
pub(crate) struct Ask {
    /// `None` for the operation's own.
    action: Option<&'static str>,
    /// An ARN, or `*` where the action is about no resource.
    resource: String,
    /// Condition keys that belong to this permission, with their values.
    keys: Vec<(String, Vec<String>)>,
    guard: Option<Guard>,
}

/// The policy of what is asked for.
#[derive(Debug)]
struct Guard {
    owner: AccountId,
    /// `None` when it cannot be read: then only the owner's root passes.
    policy: Option<Arc<Policy>>,
    rule: ResourceRule,
}

impl Ask {
    /// The permission that has the operation's name.
    pub(crate) fn itself() -> Self {
        Self { action: None, resource: "*".to_owned(), keys: Vec::new(), guard: None }
    }

    /// The same permission for what is no operation of a service's model.
    pub(crate) fn for_action(self, action: &'static str) -> Self {
        Self { action: Some(action), ..self }
    }

    /// Another permission, such as `iam:PassRole`.
    pub(crate) fn to(action: &'static str) -> Self {
        Self { action: Some(action), ..Self::itself() }
    }

    /// On a resource.
    pub(crate) fn on(self, arn: impl Into<String>) -> Self {
        Self { resource: arn.into(), ..self }
    }

    /// The ARN that it is on.
    pub(crate) fn resource(&self) -> &str {
        &self.resource
    }

    /// On a resource that has a policy, which `owner`'s principals cannot do without.
    pub(crate) fn guarded(self, owner: AccountId, policy: Option<Arc<Policy>>) -> Self {
        Self { guard: Some(Guard { owner, policy, rule: ResourceRule::Required }), ..self }
    }

    /// With a condition key of its own.
    pub(crate) fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.keys.push((key.into(), vec![value.into()]));
        self
    }

    /// The same with any number of values; without one the key is absent.
    pub(crate) fn with_all(mut self, key: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.keys.push((key.to_owned(), values.into_iter().collect()));
        self
    }

    /// On a resource with these tags.
    pub(crate) fn tagged<'t>(mut self, tags: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let key = |(key, value): (&str, &str)| (format!("aws:ResourceTag/{key}"), vec![value.to_owned()]);
        self.keys.extend(tags.into_iter().map(key));
        self
    }

    /// With these tags in the request.
    pub(crate) fn requesting<'t>(mut self, tags: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut names = Vec::new();
        for (name, value) in tags {
            names.push(name.to_owned());
            self.keys.push((format!("aws:RequestTag/{name}"), vec![value.to_owned()]));
        }
        self.naming_tags(names)
    }

    /// With the names of tags in the request.
    pub(crate) fn naming_tags(mut self, names: Vec<String>) -> Self {
        if !names.is_empty() {
            self.keys.push(("aws:TagKeys".to_owned(), names));
        }
        self
    }

    /// The permission to give a role to CloudTrail.
    pub(crate) fn to_pass_role(arn: &str) -> Self {
        Self::to("iam:PassRole").on(arn).with("iam:PassedToService", "cloudtrail.amazonaws.com")
    }
}

impl Context {
    /// Passes when the caller's policies allow everything that a call of `entry` asks.
    ///
    /// # Errors
    /// `AccessDenied` or `AccessDeniedException` names what was refused first, and by which kind of policy.
    pub(crate) fn permit(&self, entry: &Entry, asks: &[Ask]) -> Result<(), ApiError> {
        let is_plain = |ask: &Ask| ask.guard.is_none();
        if asks.is_empty() || (self.may_everything() && asks.iter().all(is_plain)) {
            return Ok(());
        }
        let own = format!("{}:{}", entry.service, entry.name);
        let principal = self.caller.policy_principal();
        let known = self.caller.context(&self.circumstances());
        for ask in asks {
            let action = ask.action.unwrap_or(&own);
            if let Some(reason) = self.decide(&principal, (action, ask), known.clone()).refusal(action) {
                return Err(self.refused(entry.protocol, (action, ask), &reason));
            }
        }
        Ok(())
    }

    /// The same for what is no operation of a service's model: `action` on everything, with its own condition keys.
    ///
    /// # Errors
    /// `AccessDeniedException`
    pub fn permit_action(&self, action: &'static str, keys: &[(&str, &str)]) -> Result<(), ApiError> {
        self.permit_ask(action, &keys.iter().fold(Ask::to(action), |ask, (key, value)| ask.with(*key, *value)))
    }

    /// The same, asked in whole.
    ///
    /// # Errors
    /// `AccessDeniedException`
    pub(crate) fn permit_ask(&self, action: &'static str, ask: &Ask) -> Result<(), ApiError> {
        if self.may_everything() {
            return Ok(());
        }
        let (principal, known) = (self.caller.policy_principal(), self.caller.context(&self.circumstances()));
        let refusal = self.decide(&principal, (action, ask), known).refusal(action);
        refusal.map_or(Ok(()), |reason| Err(self.refused(Protocol::RestJson, (action, ask), &reason)))
    }

    /// Whether the caller would be allowed an action that is named.
    pub(crate) fn would_allow(&self, ask: &Ask) -> bool {
        let known = self.caller.context(&self.circumstances());
        let decide = |action| self.decide(&self.caller.policy_principal(), (action, ask), known).is_allowed();
        ask.action.is_some_and(decide)
    }

    /// Whether the caller is a root that nothing limits.
    fn may_everything(&self) -> bool {
        self.caller.is_root() && self.caller.permissions.session.is_empty()
    }

    fn decide(&self, principal: &Principal, (action, ask): (&str, &Ask), mut known: cairn_policy::Context) -> Decision {
        let owner = ask.guard.as_ref().map_or(self.caller.account, |guard| guard.owner);
        known.set("aws:ResourceAccount", owner.as_str());
        for (key, values) in &ask.keys {
            known.set_all(key, values.iter().map(String::as_str));
        }
        let resource = match &ask.guard {
            Some(Guard { owner, policy: None, .. }) if *principal != Principal::Root(*owner) => {
                return Decision::ImplicitlyDenied(Layer::Resource);
            }
            Some(Guard { owner, policy: Some(policy), rule }) => {
                Some(ResourcePolicy { owner: *owner, policy: Some(policy), rule: *rule })
            }
            Some(_) | None => None,
        };
        let request = Request::new(principal, action, &ask.resource, &known);
        decide(&request, &self.caller.permissions.with_resource(resource))
    }

    fn refused(&self, protocol: Protocol, (action, ask): (&str, &Ask), reason: &str) -> ApiError {
        let code = match protocol {
            // CloudTrail's operations have an error of their own for what they need of organizations.
            _ if ask.action.is_some_and(|action| action.starts_with("organizations:")) => {
                ErrorCode::InsufficientDependencyServiceAccessPermissionException
            }
            Protocol::AwsJson11 | Protocol::RestJson => ErrorCode::AccessDeniedException,
            Protocol::AwsQuery | Protocol::RestXml => ErrorCode::AccessDenied,
        };
        if matches!(self.caller.principal, cairn_identity::Principal::WebIdentity(_)) {
            return ApiError::new(code, format!("Not authorized to perform {action}"));
        }
        let on = if ask.resource == "*" { String::new() } else { format!(" on resource: {}", ask.resource) };
        let who = self.caller.arn();
        // Another account is not told what the policy says, nor whether there is such a thing.
        let is_foreign = ask.guard.as_ref().is_some_and(|guard| guard.owner != self.caller.account);
        let why = if is_foreign { String::new() } else { format!(" {reason}") };
        ApiError::new(code, format!("User: {who} is not authorized to perform: {action}{on}{why}"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cairn_identity::{Caller, Entity, Permissions};
    use cairn_policy::PolicyKind;
    use serde_json::{Value, json};

    use super::*;
    use crate::fixture::{Fixture, Refused, arn, call};
    use crate::operations;

    /// The context of a call by a user with these statements.
    fn user(fixture: &Fixture, statements: &Value) -> Context {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let identity = match statements.as_array() {
            Some(none) if none.is_empty() => Vec::new(),
            _ => vec![Arc::new(Policy::parse(&text, PolicyKind::Identity, 10_000).unwrap())],
        };
        let permissions = Permissions { identity: Arc::new(identity), ..Permissions::default() };
        let user = Entity { name: "omar".into(), path: "/".into(), id: "AIDA1".into(), tags: BTreeMap::new() };
        Context { caller: Caller::user(AccountId::DEFAULT, "AKIAOMAR", user, permissions), ..fixture.cx.clone() }
    }

    fn allow(action: &str, resource: &str) -> Value {
        json!({"Effect": "Allow", "Action": action, "Resource": resource})
    }

    async fn outcome(cx: &Context, operation: &str, request: Value) -> Result<(), Refused> {
        call(cx, operation, request).await.map(|_| ())
    }

    #[tokio::test]
    async fn every_operation_is_refused_to_a_user_without_policies_or_on_the_list_of_those_for_everyone() {
        let fixture = Fixture::new().await;
        let cx = user(&fixture, &json!([]));
        let mut open = Vec::new();
        for entry in operations() {
            let body: &[u8] = if entry.protocol == Protocol::AwsQuery { b"" } else { b"{}" };
            let result = entry.call(&cx, body).await.result;
            let named = format!("{}:{}", entry.service, entry.name);
            match result {
                Err(error) if matches!(error.code, ErrorCode::AccessDenied | ErrorCode::AccessDeniedException) => {
                    let start = "User: arn:aws:iam::123456789012:user/omar is not authorized to perform: ";
                    assert!(error.message.starts_with(&format!("{start}{named}")), "{named}: {}", error.message);
                    let kind = if named.starts_with("sts:AssumeRole") { "resource-based" } else { "identity-based" };
                    let end = format!("because no {kind} policy allows the {named} action");
                    assert!(error.message.ends_with(&end), "{named}: {}", error.message);
                }
                _ => open.push(format!("{} {}", entry.service, entry.name)),
            }
        }
        let list = include_str!("../operations_for_everyone.txt");
        let listed: Vec<&str> = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert_eq!(open, listed);
    }

    #[tokio::test]
    async fn a_permission_may_be_for_one_trail_by_whichever_name_it_is_called() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        fixture.create_trail("other").await;
        let cx = user(&fixture, &json!([allow("cloudtrail:Get*", &arn("main"))]));
        for name in ["main", &arn("main")] {
            outcome(&cx, "GetTrail", json!({"Name": name})).await.unwrap();
            outcome(&cx, "GetEventSelectors", json!({"TrailName": name})).await.unwrap();
        }
        let (code, message) = outcome(&cx, "GetTrail", json!({"Name": "other"})).await.unwrap_err();
        assert_eq!(code, "AccessDeniedException");
        let expected = format!(
            "User: arn:aws:iam::123456789012:user/omar is not authorized to perform: cloudtrail:GetTrail on resource: {} \
             because no identity-based policy allows the cloudtrail:GetTrail action",
            arn("other")
        );
        assert_eq!(message, expected);
        let denied = json!([allow("*", "*"), {"Effect": "Deny", "Action": "*", "Resource": arn("main")}]);
        let (_, message) = outcome(&user(&fixture, &denied), "StopLogging", json!({"Name": "main"})).await.unwrap_err();
        assert!(message.ends_with("with an explicit deny in an identity-based policy"), "{message}");
    }

    #[tokio::test]
    async fn tags_decide_and_creating_with_tags_needs_the_right_to_add_them() {
        let fixture = Fixture::new().await;
        let tagged = json!({"Name": "main", "S3BucketName": "logs", "TagsList": [{"Key": "team", "Value": "ops"}]});
        let create = allow("cloudtrail:CreateTrail", "*");
        let (_, message) = outcome(&user(&fixture, &json!([create])), "CreateTrail", tagged.clone()).await.unwrap_err();
        assert!(message.contains("perform: cloudtrail:AddTags on resource: "), "{message}");
        let of_team = |key: &str| {
            json!({"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*",
                "Condition": {"StringEquals": {key: "ops"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}})
        };
        let cx = user(&fixture, &json!([of_team("aws:RequestTag/team")]));
        outcome(&cx, "CreateTrail", tagged).await.unwrap();
        let cx = user(&fixture, &json!([of_team("aws:ResourceTag/team")]));
        outcome(&cx, "GetTrail", json!({"Name": "main"})).await.unwrap();
        let add = |key: &str| json!({"ResourceId": arn("main"), "TagsList": [{"Key": key, "Value": "ops"}]});
        outcome(&cx, "AddTags", add("team")).await.unwrap();
        assert!(outcome(&cx, "AddTags", add("other")).await.is_err());
        fixture.create_trail("bare").await;
        assert!(outcome(&cx, "GetTrail", json!({"Name": "bare"})).await.is_err());
    }

    #[tokio::test]
    async fn a_role_is_passed_on_only_by_who_may() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let role = "arn:aws:iam::123456789012:role/logs";
        let request = json!({"Name": "main", "CloudWatchLogsRoleArn": role, "CloudWatchLogsLogGroupArn": "x"});
        let update = allow("cloudtrail:UpdateTrail", "*");
        let (code, message) =
            outcome(&user(&fixture, &json!([update])), "UpdateTrail", request.clone()).await.unwrap_err();
        assert!(message.contains(&format!("perform: iam:PassRole on resource: {role} ")), "{message}");
        assert_eq!(code, "AccessDeniedException");
        let pass = |service: &str| {
            json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": role,
                "Condition": {"StringEquals": {"iam:PassedToService": service}}})
        };
        for (service, passes) in [("cloudtrail.amazonaws.com", true), ("ec2.amazonaws.com", false)] {
            let cx = user(&fixture, &json!([update, pass(service)]));
            let (code, _) = outcome(&cx, "UpdateTrail", request.clone()).await.unwrap_err();
            assert_eq!(code != "AccessDeniedException", passes, "{service}: {code}");
        }
    }

    #[tokio::test]
    async fn a_key_has_the_last_word_about_itself() {
        let fixture = Fixture::new().await;
        let made = fixture.call("CreateKey", json!({})).await.unwrap();
        let id = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
        let key_arn = made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
        let (nobody, anybody) = (user(&fixture, &json!([])), user(&fixture, &json!([allow("kms:*", "*")])));
        let describe = json!({"KeyId": id});
        let (_, message) = outcome(&nobody, "DescribeKey", describe.clone()).await.unwrap_err();
        assert!(message.contains(&format!("kms:DescribeKey on resource: {key_arn} because no identity")), "{message}");
        outcome(&anybody, "DescribeKey", describe.clone()).await.unwrap();
        let sealed = fixture.call("Encrypt", json!({"KeyId": id, "Plaintext": "AAEC"})).await.unwrap();
        let opening = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
        let (_, message) = outcome(&nobody, "Decrypt", opening.clone()).await.unwrap_err();
        assert!(message.contains(&format!("kms:Decrypt on resource: {key_arn} because")), "{message}");
        outcome(&anybody, "Decrypt", opening.clone()).await.unwrap();
        let policy = |principal: &str| {
            let statement =
                json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"});
            let policy = json!({"Statement": [statement]}).to_string();
            json!({"KeyId": id, "Policy": policy, "BypassPolicyLockoutSafetyCheck": true})
        };
        let to_nobody_else = policy("arn:aws:iam::123456789012:user/omar");
        fixture.call("PutKeyPolicy", to_nobody_else).await.unwrap();
        outcome(&nobody, "Decrypt", opening.clone()).await.unwrap();
        let (code, message) = outcome(&fixture.cx, "Decrypt", opening).await.unwrap_err();
        assert_eq!(code, "AccessDeniedException");
        assert!(message.ends_with("because no resource-based policy allows the kms:Decrypt action"), "{message}");
    }
}
