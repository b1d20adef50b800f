//! The caller of an operation: account, key, principal and session, and how events and answers name them.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::AccountId;
use serde_json::{Map, Value, json};

use crate::{Permissions, Session, Vouched, WebIdentity};

/// Who signed a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account that the call belongs to.
    pub account: AccountId,
    /// The access key that signed.
    pub access_key_id: Arc<str>,
    /// As whom.
    pub principal: Principal,
    /// What came with temporary credentials; `None` for long-term keys.
    pub session: Option<Arc<Session>>,
    /// What its policies let it do.
    pub permissions: Permissions,
}

/// Kinds of principals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The account itself.
    Root,
    /// A user of the account.
    User(Arc<Entity>),
    /// Someone who assumed a role of the account.
    AssumedRole {
        /// The role.
        role: Arc<Entity>,
        /// The name that whoever assumed it gave the session.
        session_name: Arc<str>,
    },
    /// A user's or root's session under another name (`GetFederationToken`).
    FederatedUser {
        /// That name.
        name: Arc<str>,
        /// The user who asked for it; `None` for root.
        issuer: Option<Arc<Entity>>,
    },
    /// Somebody for whom an identity provider of the account vouches, and who is no principal of it yet.
    WebIdentity(Arc<Vouched>),
}

/// A user or a role, as far as requests show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// The friendly name: `alice`.
    pub name: String,
    /// `/`, or `/division/team/`.
    pub path: String,
    /// The unique id: `AIDA…` for users, `AROA…` for roles.
    pub id: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Caller {
    /// The account's root, by one of its keys.
    pub fn root(account: AccountId, access_key_id: &str) -> Self {
        Self {
            account,
            access_key_id: access_key_id.into(),
            principal: Principal::Root,
            session: None,
            permissions: Permissions::default(),
        }
    }

    /// A user, by one of its own keys.
    pub fn user(account: AccountId, access_key_id: &str, user: Entity, permissions: Permissions) -> Self {
        Self { principal: Principal::User(Arc::new(user)), permissions, ..Self::root(account, access_key_id) }
    }

    /// Somebody for whom an identity provider of the account vouches. There is no key.
    pub fn vouched(account: AccountId, vouched: Vouched) -> Self {
        Self { principal: Principal::WebIdentity(Arc::new(vouched)), ..Self::root(account, "") }
    }

    /// The principal's ARN, such as `arn:aws:iam::123456789012:root` or
    /// `arn:aws:sts::123456789012:assumed-role/ops/alice`.
    pub fn arn(&self) -> String {
        let account = self.account;
        match &self.principal {
            Principal::Root => root_arn(account),
            Principal::User(user) => user_arn(account, user),
            Principal::AssumedRole { role, session_name } => {
                format!("arn:aws:sts::{account}:assumed-role/{}/{session_name}", role.name)
            }
            Principal::FederatedUser { name, .. } => format!("arn:aws:sts::{account}:federated-user/{name}"),
            Principal::WebIdentity(vouched) => vouched.identity.provider.clone(),
        }
    }

    /// The unique id of the principal, which `GetCallerIdentity` answers as `UserId`: the account id for root.
    pub fn user_id(&self) -> String {
        match &self.principal {
            Principal::Root => self.account.to_string(),
            Principal::User(user) => user.id.clone(),
            Principal::AssumedRole { role, session_name } => format!("{}:{session_name}", role.id),
            Principal::FederatedUser { name, .. } => format!("{}:{name}", self.account),
            Principal::WebIdentity(vouched) => {
                let WebIdentity { provider, audience, subject } = &vouched.identity;
                format!("{provider}:{audience}:{subject}")
            }
        }
    }

    /// The principal as policies name it.
    pub fn policy_principal(&self) -> cairn_policy::Principal {
        let account = self.account;
        match &self.principal {
            Principal::Root => cairn_policy::Principal::Root(account),
            Principal::User(_) => cairn_policy::Principal::User { account, arn: self.arn() },
            Principal::AssumedRole { role, .. } => {
                cairn_policy::Principal::Session { account, role_arn: role_arn(account, role), arn: self.arn() }
            }
            Principal::FederatedUser { .. } => cairn_policy::Principal::FederatedUser { account, arn: self.arn() },
            Principal::WebIdentity(vouched) => {
                cairn_policy::Principal::WebIdentity { provider: vouched.identity.provider.clone() }
            }
        }
    }

    /// Whether it is an account's root, in a session or not.
    pub fn is_root(&self) -> bool {
        self.principal == Principal::Root
    }

    /// `userIdentity` of the events that this caller's requests leave (reference section 3.3).
    pub fn user_identity(&self) -> Value {
        let mut members = self.who();
        if matches!(self.principal, Principal::WebIdentity(_)) {
            return Value::Object(members);
        }
        members.insert("accessKeyId".to_owned(), (*self.access_key_id).into());
        if let Principal::User(user) = &self.principal {
            members.insert("userName".to_owned(), user.name.as_str().into());
        }
        if let Some(session) = &self.session {
            members.insert("sessionContext".to_owned(), self.session_context(session));
        }
        Value::Object(members)
    }

    /// The members of `userIdentity` that say who it is, without the key and the session.
    pub(crate) fn who(&self) -> Map<String, Value> {
        if let Principal::WebIdentity(vouched) = &self.principal {
            return members([
                ("type", "WebIdentityUser".into()),
                ("principalId", self.user_id().into()),
                ("userName", vouched.identity.subject.as_str().into()),
                ("identityProvider", vouched.identity.provider.as_str().into()),
            ]);
        }
        let kind = match &self.principal {
            Principal::Root => "Root",
            Principal::User(_) => "IAMUser",
            Principal::AssumedRole { .. } => "AssumedRole",
            Principal::FederatedUser { .. } => "FederatedUser",
            Principal::WebIdentity(_) => "WebIdentityUser",
        };
        members([
            ("type", kind.into()),
            ("principalId", self.user_id().into()),
            ("arn", self.arn().into()),
            ("accountId", self.account.as_str().into()),
        ])
    }

    /// Reference section 3.4.
    fn session_context(&self, session: &Session) -> Value {
        let account = self.account;
        let issued_by = |kind: &str, entity: &Entity, arn: String| {
            json!({
                "type": kind,
                "principalId": entity.id,
                "arn": arn,
                "accountId": account.as_str(),
                "userName": entity.name,
            })
        };
        let mut context = Map::new();
        let issuer = match &self.principal {
            Principal::Root | Principal::User(_) | Principal::WebIdentity(_) => None,
            Principal::AssumedRole { role, .. } => Some(issued_by("Role", role, role_arn(account, role))),
            Principal::FederatedUser { issuer: Some(user), .. } => {
                Some(issued_by("IAMUser", user, user_arn(account, user)))
            }
            Principal::FederatedUser { issuer: None, .. } => Some(Value::Object(Self::root(account, "").who())),
        };
        if let Some(issuer) = issuer {
            context.insert("sessionIssuer".to_owned(), issuer);
        }
        if let Some(federation) = &session.web_identity {
            let data = json!({"federatedProvider": federation.provider, "attributes": {}});
            context.insert("webIdFederationData".to_owned(), data);
        }
        let attributes = json!({
            "creationDate": session.created.iso_seconds(),
            "mfaAuthenticated": session.authenticated_with_mfa.is_some().to_string(),
        });
        context.insert("attributes".to_owned(), attributes);
        if let Some(identity) = &session.source_identity {
            context.insert("sourceIdentity".to_owned(), identity.as_str().into());
        }
        Value::Object(context)
    }

    /// What is kept beside the event of a call by a session: who began it, and each step since then. `None` for
    /// long-term keys.
    pub fn beside(&self) -> Option<Value> {
        let session = self.session.as_ref()?;
        let mut link = self.who();
        link.insert("accessKeyId".to_owned(), (*self.access_key_id).into());
        session.put_into(&mut link);
        let chain: Vec<Value> = session.chain.iter().cloned().chain([Value::Object(link)]).collect();
        Some(json!({"originPrincipal": session.origin(), "chain": chain}))
    }

    /// The ARN of who is behind the caller: of the one who began the chain of its sessions. Where nobody is known behind
    /// a role's session, of the role, since a session's name can be chosen.
    pub fn origin_arn(&self) -> String {
        let first = self.session.as_ref().and_then(|session| session.chain.first());
        let began = first.and_then(|link| link.get("arn")).and_then(Value::as_str);
        match (began, &self.principal) {
            (Some(arn), _) => arn.to_owned(),
            (None, Principal::AssumedRole { role, .. }) => role_arn(self.account, role),
            (None, Principal::FederatedUser { issuer: Some(user), .. }) => user_arn(self.account, user),
            (None, Principal::FederatedUser { issuer: None, .. }) => root_arn(self.account),
            (None, Principal::Root | Principal::User(_) | Principal::WebIdentity(_)) => self.arn(),
        }
    }

    /// The chain of a session that this caller begins: its own, and itself.
    pub fn chain_of_next(&self) -> Vec<Value> {
        let mut link = self.who();
        // Who signed in, or was vouched for, had no key.
        if !self.access_key_id.is_empty() {
            link.insert("accessKeyId".to_owned(), (*self.access_key_id).into());
        }
        if let Principal::User(user) = &self.principal {
            link.insert("userName".to_owned(), user.name.as_str().into());
        }
        let before = self.session.as_ref().map(|session| session.chain.clone()).unwrap_or_default();
        if let Some(session) = &self.session {
            session.put_into(&mut link);
        }
        before.into_iter().chain([Value::Object(link)]).collect()
    }
}

/// `arn:aws:iam::123456789012:root`
pub(crate) fn root_arn(account: AccountId) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// `arn:aws:iam::123456789012:user/division/alice`
pub(crate) fn user_arn(account: AccountId, user: &Entity) -> String {
    format!("arn:aws:iam::{account}:user{}{}", user.path, user.name)
}

/// `arn:aws:iam::123456789012:role/division/ops`
pub(crate) fn role_arn(account: AccountId, role: &Entity) -> String {
    format!("arn:aws:iam::{account}:role{}{}", role.path, role.name)
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use cairn_model::Timestamp;

    use super::*;

    fn entity(name: &str, path: &str, id: &str) -> Arc<Entity> {
        Arc::new(Entity { name: name.into(), path: path.into(), id: id.into(), tags: BTreeMap::new() })
    }

    fn caller(principal: Principal, session: Option<Session>) -> Caller {
        let session = session.map(Arc::new);
        Caller { principal, session, ..Caller::root(AccountId::DEFAULT, "ASIAKEY") }
    }

    fn session() -> Session {
        let created = Timestamp::from_unix_seconds(1_790_841_600);
        Session::new(created, Timestamp::from_unix_seconds(1_790_845_200))
    }

    #[test]
    fn root_is_named_as_aws_names_it() {
        let caller = Caller::root(AccountId::DEFAULT, "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(caller.arn(), "arn:aws:iam::123456789012:root");
        assert_eq!(caller.user_id(), "123456789012");
        let expected = json!({
            "type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root",
            "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        });
        assert_eq!(caller.user_identity(), expected);
        assert_eq!(caller.beside(), None);
    }

    #[test]
    fn users_and_their_sessions_are_named_with_path_and_id() {
        let mut caller = caller(Principal::User(entity("omar", "/ops/", "AIDA2")), None);
        let expected = json!({
            "type": "IAMUser", "principalId": "AIDA2", "arn": "arn:aws:iam::123456789012:user/ops/omar",
            "accountId": "123456789012", "accessKeyId": "ASIAKEY", "userName": "omar",
        });
        assert_eq!(caller.user_identity(), expected);
        let authenticated_with_mfa = Some(Timestamp::from_unix_seconds(1_790_841_600));
        caller.session = Some(Arc::new(Session { authenticated_with_mfa, ..session() }));
        let expected = json!({"attributes": {"creationDate": "2026-10-01T08:00:00Z", "mfaAuthenticated": "true"}});
        assert_eq!(caller.user_identity()["sessionContext"], expected);
    }

    #[test]
    fn an_assumed_role_has_its_issuer_and_its_attributes() {
        let role = entity("Deployer", "/", "AROA1");
        let web = WebIdentity { provider: "https://issuer.test".into(), subject: "s".into(), audience: "a".into() };
        let session = Session { source_identity: Some("nina".into()), web_identity: Some(Box::new(web)), ..session() };
        let caller = caller(Principal::AssumedRole { role, session_name: "deploy-7".into() }, Some(session));
        let expected = json!({
            "type": "AssumedRole", "principalId": "AROA1:deploy-7",
            "arn": "arn:aws:sts::123456789012:assumed-role/Deployer/deploy-7",
            "accountId": "123456789012", "accessKeyId": "ASIAKEY",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": "AROA1", "arn": "arn:aws:iam::123456789012:role/Deployer",
                    "accountId": "123456789012", "userName": "Deployer",
                },
                "webIdFederationData": {"federatedProvider": "https://issuer.test", "attributes": {}},
                "attributes": {"creationDate": "2026-10-01T08:00:00Z", "mfaAuthenticated": "false"},
                "sourceIdentity": "nina",
            },
        });
        assert_eq!(caller.user_identity(), expected);
        assert_eq!(caller.origin_arn(), "arn:aws:iam::123456789012:role/Deployer", "whatever the session is called");
    }

    #[test]
    fn a_federated_user_has_the_user_or_the_account_that_issued_it() {
        let by = |issuer| caller(Principal::FederatedUser { name: "guest".into(), issuer }, Some(session()));
        let by_user = by(Some(entity("omar", "/", "AIDA2")));
        assert_eq!(by_user.arn(), "arn:aws:sts::123456789012:federated-user/guest");
        assert_eq!(by_user.user_id(), "123456789012:guest");
        let issuer = |caller: &Caller| caller.user_identity()["sessionContext"]["sessionIssuer"].clone();
        assert_eq!(issuer(&by_user)["arn"], "arn:aws:iam::123456789012:user/omar");
        assert_eq!(by_user.origin_arn(), "arn:aws:iam::123456789012:user/omar");
        let root = json!({
            "type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root",
            "accountId": "123456789012",
        });
        assert_eq!(issuer(&by(None)), root);
    }

    #[test]
    fn a_chain_is_told_from_its_origin_on() {
        let user = caller(Principal::User(entity("nina", "/", "AIDA1")), None);
        let step = |before: &Caller, name: &str, session_name: &str| {
            let principal = Principal::AssumedRole {
                role: entity(name, "/", &format!("AROA{name}")),
                session_name: session_name.into(),
            };
            caller(principal, Some(Session { chain: before.chain_of_next(), ..session() }))
        };
        let second = step(&step(&user, "a", "first"), "b", "omar");
        let beside = second.beside().unwrap();
        assert_eq!(beside["originPrincipal"]["userName"], "nina");
        let arns: Vec<_> = beside["chain"].as_array().unwrap().iter().map(|link| link["arn"].clone()).collect();
        let expected = [
            "arn:aws:iam::123456789012:user/nina",
            "arn:aws:sts::123456789012:assumed-role/a/first",
            "arn:aws:sts::123456789012:assumed-role/b/omar",
        ];
        assert_eq!(arns, expected);
        assert_eq!(second.origin_arn(), expected[0]);
    }
}
