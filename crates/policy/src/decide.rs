//! The decision: an explicit denial outweighs every permission, and what nobody permits is denied.

use std::sync::Arc;

use cairn_model::AccountId;

use crate::decision::{Decision, Layer, Statement};
use crate::policy::{Policy, Verdict};
use crate::principal_element::Closeness;
use crate::{Principal, Request};

/// All policies that concern a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'p> {
    /// Attached to the principal, by itself or through its groups. A root user has none and may do everything.
    pub identity: &'p [Arc<Policy>],
    /// The principal's permissions boundary.
    pub boundary: Option<&'p Policy>,
    /// What a session was limited to when it began; empty where it was not.
    pub session: &'p [Arc<Policy>],
    /// What is asked for; `None` where it has neither an owner nor a policy.
    pub resource: Option<ResourcePolicy<'p>>,
}

/// The side of what is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ResourcePolicy<'p> {
    /// The account that owns it.
    pub owner: AccountId,
    /// The policy attached to it.
    pub policy: Option<&'p Policy>,
    /// What the policy is to its owner's principals.
    pub rule: ResourceRule,
}

/// What a resource's policy is to the principals of its owner's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceRule {
    /// One of two ways to be allowed, as for buckets and topics.
    Grants,
    /// The one way, as for roles' trust policies and keys: it may leave the choice to the account by naming that.
    Required,
}

/// What the policies of one kind say together.
#[derive(Debug, Clone, Default)]
struct Asked {
    denied_by: Option<Statement>,
    allowed_by: Option<(Closeness, Statement)>,
}

/// Decides a request.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
pub fn decide(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    let identity = Asked::of(Layer::Identity, policies.identity.iter().map(|policy| &**policy), request);
    let boundary = Asked::of(Layer::Boundary, policies.boundary, request);
    let session = Asked::of(Layer::Session, policies.session.iter().map(|policy| &**policy), request);
    let resource_policy = policies.resource.and_then(|resource| resource.policy);
    let resource = Asked::of(Layer::Resource, resource_policy, request);
    let denials = [&identity.denied_by, &boundary.denied_by, &session.denied_by, &resource.denied_by];
    if let Some(denial) = denials.into_iter().find_map(Clone::clone) {
        return Decision::ExplicitlyDenied(denial);
    }
    let granted = resource.allowed_by;
    let Some(account) = request.principal.account() else {
        // Nobody but the resource can speak for it.
        return granted.map_or(Decision::ImplicitlyDenied(Layer::Resource), |(_, by)| Decision::Allowed(Some(by)));
    };
    let limit = beyond_limits(policies, &boundary, &session);
    if let Some(resource) = policies.resource {
        let is_own = resource.owner == account;
        if granted.is_none() && (!is_own || resource.rule == ResourceRule::Required) {
            return Decision::ImplicitlyDenied(Layer::Resource);
        }
        if let Some((closeness, by)) = &granted
            && is_own
            && (*closeness == Closeness::Itself || (*closeness == Closeness::Group && limit.is_none()))
        {
            return Decision::Allowed(Some(by.clone()));
        }
    }
    let is_root = matches!(request.principal, Principal::Root(_));
    if !is_root && identity.allowed_by.is_none() {
        return Decision::ImplicitlyDenied(Layer::Identity);
    }
    if let Some(layer) = limit {
        return Decision::ImplicitlyDenied(layer);
    }
    Decision::Allowed(identity.allowed_by.or(granted).map(|(_, by)| by))
}

/// The limit that does not allow the request.
fn beyond_limits(policies: &Policies<'_>, boundary: &Asked, session: &Asked) -> Option<Layer> {
    if policies.boundary.is_some() && boundary.allowed_by.is_none() {
        Some(Layer::Boundary)
    } else if !policies.session.is_empty() && session.allowed_by.is_none() {
        Some(Layer::Session)
    } else {
        None
    }
}

impl Asked {
    fn of<'p, I: IntoIterator<Item = &'p Policy>>(layer: Layer, policies: I, request: &Request<'_>) -> Self {
        let mut asked = Self::default();
        for (index, policy) in policies.into_iter().enumerate() {
            let Verdict { denied_by, allowed_by } = policy.verdict(request);
            let statement = |at| Statement { layer, policy: index, index: at, sid: policy.sid(at).map(str::to_owned) };
            if let Some(at) = denied_by {
                asked.denied_by = Some(statement(at));
                return asked;
            }
            if let Some((closeness, at)) = allowed_by
                && asked.allowed_by.as_ref().is_none_or(|(closest, _)| *closest < closeness)
            {
                asked.allowed_by = Some((closeness, statement(at)));
            }
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, PolicyKind};

    const ALICE: &str = "arn:aws:iam::111111111111:user/alice";
    const ROLE: &str = "arn:aws:iam::111111111111:role/ops";
    const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/ops/alice";
    const ROOT: &str = "arn:aws:iam::111111111111:root";

    fn account(digit: &str) -> AccountId {
        AccountId::parse(&digit.repeat(12)).unwrap()
    }

    fn user() -> Principal {
        Principal::User { account: account("1"), arn: ALICE.to_owned() }
    }

    fn session() -> Principal {
        Principal::Session { account: account("1"), role_arn: ROLE.to_owned(), arn: SESSION.to_owned() }
    }

    fn identity(effect: &str) -> Arc<Policy> {
        let text = format!(r#"{{"Statement":{{"Sid":"I","Effect":"{effect}","Action":"s3:Get*","Resource":"*"}}}}"#);
        Arc::new(Policy::parse(&text, PolicyKind::Identity, 1000).unwrap())
    }

    fn resource(effect: &str, element: &str, principal: &str) -> Policy {
        let principal = if principal == "*" { r#""*""#.to_owned() } else { format!(r#"{{"AWS":"{principal}"}}"#) };
        let text = format!(
            r#"{{"Statement":[{{"Effect":"{effect}","{element}":{principal},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}}]}}"#
        );
        Policy::parse(&text, PolicyKind::Resource { service: "s3", arn: Some("arn:aws:s3:::b") }, 1000).unwrap()
    }

    /// Asks to read an object of a bucket of the account with this digit.
    fn ask(principal: &Principal, owner: &str, policy: Option<&Policy>, others: Policies<'_>) -> Decision {
        let context = Context::new();
        let request = Request::new(principal, "s3:GetObject", "arn:aws:s3:::b/k", &context);
        let rule = ResourceRule::Grants;
        let resource = Some(ResourcePolicy { owner: account(owner), policy, rule });
        decide(&request, &Policies { resource, ..others })
    }

    #[test]
    fn in_one_account_either_side_may_allow_and_either_side_may_deny() {
        let (allow, deny) = (identity("Allow"), identity("Deny"));
        let allowing = Policies { identity: &[Arc::clone(&allow)], ..Policies::default() };
        let denying = Policies { identity: &[allow, deny], ..Policies::default() };
        let none = Policies::default();
        let grant = resource("Allow", "Principal", ALICE);
        let denial = resource("Deny", "Principal", "*");
        assert!(ask(&user(), "1", None, allowing).is_allowed());
        assert!(ask(&user(), "1", Some(&grant), none).is_allowed());
        assert_eq!(ask(&user(), "1", None, none), Decision::ImplicitlyDenied(Layer::Identity));
        let by = |layer, policy, sid: Option<&str>| {
            Decision::ExplicitlyDenied(Statement { layer, policy, index: 0, sid: sid.map(str::to_owned) })
        };
        assert_eq!(ask(&user(), "1", Some(&grant), denying), by(Layer::Identity, 1, Some("I")));
        assert_eq!(ask(&user(), "1", Some(&denial), allowing), by(Layer::Resource, 0, None));
        assert_eq!(ask(&Principal::Root(account("1")), "1", Some(&denial), none), by(Layer::Resource, 0, None));
        assert_eq!(ask(&Principal::Root(account("1")), "1", None, none), Decision::Allowed(None));
    }

    #[test]
    fn between_accounts_both_sides_must_allow() {
        let allow = identity("Allow");
        let allowing = Policies { identity: &[allow], ..Policies::default() };
        let none = Policies::default();
        for named in [ALICE, ROOT, "111111111111", "*"] {
            let grant = resource("Allow", "Principal", named);
            assert!(ask(&user(), "2", Some(&grant), allowing).is_allowed(), "{named}");
            assert_eq!(ask(&user(), "2", Some(&grant), none), Decision::ImplicitlyDenied(Layer::Identity), "{named}");
            assert_eq!(ask(&Principal::Root(account("1")), "2", Some(&grant), none).is_allowed(), named != ALICE);
        }
        assert_eq!(ask(&user(), "2", None, allowing), Decision::ImplicitlyDenied(Layer::Resource));
    }

    #[test]
    fn naming_the_account_leaves_the_choice_to_it() {
        let grant = resource("Allow", "Principal", ROOT);
        assert_eq!(ask(&user(), "1", Some(&grant), Policies::default()), Decision::ImplicitlyDenied(Layer::Identity));
    }

    #[test]
    fn limits_hold_for_roles_and_not_for_what_is_given_to_the_session_itself() {
        let nothing = identity("Allow");
        let other = Policy::parse(
            r#"{"Statement":{"Effect":"Allow","Action":"s3:Put*","Resource":"*"}}"#,
            PolicyKind::Identity,
            1000,
        );
        let other = other.unwrap();
        let bounded = Policies { identity: &[nothing], boundary: Some(&other), ..Policies::default() };
        assert_eq!(ask(&session(), "1", None, bounded), Decision::ImplicitlyDenied(Layer::Boundary));
        let to = |named: &str| resource("Allow", "Principal", named);
        assert_eq!(ask(&session(), "1", Some(&to(ROLE)), bounded), Decision::ImplicitlyDenied(Layer::Boundary));
        assert!(ask(&session(), "1", Some(&to(SESSION)), bounded).is_allowed());
        let limit = [Arc::new(other.clone())];
        let limited = Policies { identity: bounded.identity, session: &limit, ..Policies::default() };
        assert_eq!(ask(&session(), "1", Some(&to("*")), limited), Decision::ImplicitlyDenied(Layer::Session));
        assert!(ask(&session(), "1", Some(&to(SESSION)), limited).is_allowed());
        assert!(ask(&session(), "1", Some(&to(ROLE)), Policies::default()).is_allowed());
    }

    #[test]
    fn who_is_spared_from_a_denial_is_named_with_all_that_it_is() {
        let denial = |names: &str| {
            let text = format!(
                r#"{{"Statement":[{{"Effect":"Deny","NotPrincipal":{{"AWS":[{names}]}},"Action":"*","Resource":"*"}}]}}"#
            );
            Policy::parse(&text, PolicyKind::Resource { service: "s3", arn: None }, 1000).unwrap()
        };
        let allowing = [identity("Allow")];
        let allowing = Policies { identity: &allowing, ..Policies::default() };
        for (names, allowed) in [
            (format!("\"{SESSION}\""), false),
            (format!("\"{SESSION}\",\"{ROLE}\""), false),
            (format!("\"{SESSION}\",\"{ROLE}\",\"{ROOT}\""), true),
        ] {
            assert_eq!(ask(&session(), "1", Some(&denial(&names)), allowing).is_allowed(), allowed, "{names}");
        }
        let grant = resource("Allow", "NotPrincipal", ALICE);
        assert!(!ask(&user(), "2", Some(&grant), allowing).is_allowed());
        assert!(ask(&session(), "2", Some(&grant), allowing).is_allowed());
    }

    #[test]
    fn a_required_policy_cannot_be_passed_by() {
        let trust = |principal: &str| {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole",
                    "Condition":{{"StringEquals":{{"sts:ExternalId":"shared"}}}}}}}}"#
            );
            Policy::parse(&text, PolicyKind::Trust, 1000).unwrap()
        };
        let assume = r#"{"Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}"#;
        let assume = [Arc::new(Policy::parse(assume, PolicyKind::Identity, 1000).unwrap())];
        let decided = |policy: &Policy, identity: &[Arc<Policy>], external_id: Option<&str>| {
            let mut context = Context::new();
            context.set_all("sts:ExternalId", external_id);
            let principal = user();
            let request = Request::new(&principal, "sts:AssumeRole", ROLE, &context);
            let rule = ResourceRule::Required;
            let resource = Some(ResourcePolicy { owner: account("1"), policy: Some(policy), rule });
            decide(&request, &Policies { identity, resource, ..Policies::default() })
        };
        let (to_user, to_account) = (format!(r#"{{"AWS":"{ALICE}"}}"#), format!(r#"{{"AWS":"{ROOT}"}}"#));
        let to_service = r#"{"Service":"cloudtrail.amazonaws.com"}"#;
        assert!(decided(&trust(&to_user), &[], Some("shared")).is_allowed());
        assert!(decided(&trust(&to_account), &assume, Some("shared")).is_allowed());
        assert_eq!(decided(&trust(&to_account), &[], Some("shared")), Decision::ImplicitlyDenied(Layer::Identity));
        for external_id in [None, Some("guessed")] {
            let refused = Decision::ImplicitlyDenied(Layer::Resource);
            assert_eq!(decided(&trust(&to_account), &assume, external_id), refused);
        }
        assert!(!decided(&trust(to_service), &assume, Some("shared")).is_allowed());
    }

    #[test]
    fn services_and_strangers_have_what_the_resource_gives_them() {
        let text = r#"{"Statement":[{"Sid":"S","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},
            "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#;
        let grant = Policy::parse(text, PolicyKind::Resource { service: "s3", arn: None }, 1000).unwrap();
        let none = Policies::default();
        let service = Principal::Service("cloudtrail.amazonaws.com".to_owned());
        assert!(ask(&service, "2", Some(&grant), none).is_allowed());
        assert!(!ask(&Principal::Service("logs.amazonaws.com".to_owned()), "2", Some(&grant), none).is_allowed());
        assert!(!ask(&Principal::Anonymous, "2", Some(&grant), none).is_allowed());
        assert!(ask(&Principal::Anonymous, "2", Some(&resource("Allow", "Principal", "*")), none).is_allowed());
        assert_eq!(
            ask(&Principal::Anonymous, "2", None, none).refusal("s3:GetObject").unwrap(),
            "because no resource-based policy allows the s3:GetObject action"
        );
    }

    #[test]
    fn what_cannot_be_known_denies() {
        let policy = |effect: &str| {
            let text = format!(
                r#"{{"Statement":[{{"Effect":"{effect}","Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
                    "Condition":{{"StringEquals":{{"aws:SourceVpc":"vpc-1"}}}}}}]}}"#
            );
            Policy::parse(&text, PolicyKind::Resource { service: "s3", arn: None }, 1000).unwrap()
        };
        let allowing = [identity("Allow")];
        let allowing = Policies { identity: &allowing, ..Policies::default() };
        assert!(!ask(&user(), "2", Some(&policy("Allow")), allowing).is_allowed());
        assert!(!ask(&user(), "1", Some(&policy("Deny")), allowing).is_allowed());
    }
}
