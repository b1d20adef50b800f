//! The principals of the accounts: who a key or a session is now, with the policies that it has now.

use std::sync::Arc;

use cairn_environment::Random;
use cairn_iam::{Attached, Iam, KeyStatus};
use cairn_kms::MasterKey;
use cairn_model::{AccountId, Region, Timestamp};
use cairn_policy::{Policy, PolicyKind};
use cairn_signing::SecretKey;

use crate::token::{Opened, Tokens};
use crate::{
    Caller, Entity, Holder, NewSession, Permissions, Principal, Renewable, SessionTooLarge, TemporaryCredentials, token,
};

/// Users, roles and sessions. Clones are the same.
#[derive(Debug, Clone)]
pub struct Directory {
    iam: Iam,
    tokens: Arc<Tokens>,
    /// Stands for limits that are gone: without it a session would be limited no more.
    pub(crate) nothing: Arc<Policy>,
}

/// A policy that allows nothing and denies nothing that there is.
const NOTHING: &str = r#"{"Statement":{"Effect":"Deny","Action":"cairn:Nothing","Resource":"*"}}"#;

impl Directory {
    /// The principals in `iam`, and sessions whose tokens are sealed under the master key.
    pub fn new(iam: Iam, master: MasterKey, random: Random) -> Self {
        Self { iam, tokens: Arc::new(Tokens::new(master, random)), nothing: nothing() }
    }

    /// Temporary credentials for a session.
    ///
    /// # Errors
    /// [`SessionTooLarge`]
    pub fn issue(&self, new: NewSession) -> Result<TemporaryCredentials, SessionTooLarge> {
        self.tokens.issue(new)
    }

    /// The account that an access key id belongs to, as far as that is known. Proves nothing.
    pub fn account_of(&self, access_key_id: &str) -> Option<AccountId> {
        self.iam.key(access_key_id).map(|key| key.account).or_else(|| token::account_of(access_key_id))
    }

    /// Who a user's key stands for, and its secret; `None` when it does not sign.
    pub(crate) fn of_key(&self, access_key_id: &str) -> Option<(Caller, Arc<SecretKey>)> {
        let key = self.iam.key(access_key_id).filter(|key| key.status == KeyStatus::Active)?;
        let user = self.user(&key.user_id)?;
        let permissions = permissions(self.iam.policies_of_user(&key.user_id)?, Vec::new());
        Some((Caller::user(key.account, access_key_id, user, permissions), Arc::new(key.secret.clone())))
    }

    /// What a token says; `None` when it was not made here, or not for this key.
    pub(crate) fn open(&self, access_key_id: &str, token: &str) -> Option<Arc<Opened>> {
        self.tokens.open(token).filter(|opened| *opened.access_key_id == *access_key_id)
    }

    /// Who a session is now; `None` when the user or the role is gone.
    pub(crate) fn of_session(&self, opened: &Opened) -> Option<Caller> {
        let limits = self.limits(opened);
        let (principal, permissions) = match &opened.holder {
            Holder::Root => (Principal::Root, Permissions { session: Arc::new(limits), ..Permissions::default() }),
            Holder::User(id) => {
                let policies = self.iam.policies_of_user(id)?;
                (Principal::User(Arc::new(self.user(id)?)), permissions(policies, limits))
            }
            Holder::Role { id, session_name } => {
                let role = self.iam.role_by_id(id)?;
                let role = entity(&role.name, &role.path, &role.id, &role.tags);
                let session_name = session_name.as_str().into();
                let policies = self.iam.policies_of_role(id)?;
                (Principal::AssumedRole { role: Arc::new(role), session_name }, permissions(policies, limits))
            }
            Holder::Federated { name, user_id } => {
                // What nobody gave such a session, it has not.
                let limits = if limits.is_empty() { vec![Arc::clone(&self.nothing)] } else { limits };
                let name = name.as_str().into();
                match user_id {
                    None => {
                        let issuer = Principal::FederatedUser { name, issuer: None };
                        (
                            issuer,
                            Permissions {
                                identity: Arc::new(limits.clone()),
                                session: Arc::new(limits),
                                boundary: None,
                            },
                        )
                    }
                    Some(id) => {
                        let issuer = Some(Arc::new(self.user(id)?));
                        (Principal::FederatedUser { name, issuer }, permissions(self.iam.policies_of_user(id)?, limits))
                    }
                }
            }
        };
        Some(Caller {
            account: opened.account,
            access_key_id: Arc::clone(&opened.access_key_id),
            principal,
            session: Some(Arc::clone(&opened.session)),
            permissions,
        })
    }

    /// Who a person is who has signed in and has no credentials yet: a user by its unique id, or the account's root.
    /// `None` when the user is gone.
    pub fn person(&self, account: AccountId, user_id: Option<&str>) -> Option<Caller> {
        let Some(id) = user_id else { return Some(Caller::root(account, "")) };
        let permissions = permissions(self.iam.policies_of_user(id)?, Vec::new());
        Some(Caller::user(account, "", self.user(id)?, permissions))
    }

    /// Whose session this token is of, and when it ends; `None` when the token was not made here, or not for this key.
    pub fn session_of(&self, access_key_id: &str, token: &str) -> Option<(Caller, Timestamp)> {
        let opened = self.open(access_key_id, token)?;
        Some((self.of_session(&opened)?, opened.session.expires))
    }

    /// The credentials of a session with another end: key and secret stay, the token is new. Tokens from before count until
    /// their own end. `None` when the token was not made here, or not for this key.
    pub fn prolong(
        &self,
        (access_key_id, token): (&str, &str),
        expires: Timestamp,
        renewable: Renewable,
    ) -> Option<TemporaryCredentials> {
        self.open(access_key_id, token)?;
        self.tokens.prolong(token, expires, renewable)
    }

    /// Whether a session was ended before its time.
    pub(crate) fn is_ended(&self, access_key_id: &str) -> bool {
        self.iam.is_session_ended(access_key_id)
    }

    /// Notes that the caller signed a request.
    pub(crate) fn note_use(&self, caller: &Caller, service: &str, region: &Region, at: Timestamp) {
        match (&caller.principal, &caller.session) {
            (Principal::User(_), None) => self.iam.note_key_used(&caller.access_key_id, service, region.as_str(), at),
            (Principal::AssumedRole { role, .. }, _) => self.iam.note_role_used(&role.id, region.as_str(), at),
            (Principal::Root | Principal::User(_) | Principal::FederatedUser { .. } | Principal::WebIdentity(_), _) => {
            }
        }
    }

    fn user(&self, id: &str) -> Option<Entity> {
        self.iam.user_by_id(id).map(|user| entity(&user.name, &user.path, &user.id, &user.tags))
    }

    /// The policies that limit a session: its own, and the managed ones as they are now.
    fn limits(&self, opened: &Opened) -> Vec<Arc<Policy>> {
        let managed = opened.policy_arns.iter().map(|arn| self.managed(opened.account, arn));
        let mut limits: Vec<_> = opened.policies.iter().cloned().chain(managed.clone().flatten()).collect();
        if limits.is_empty() && managed.len() > 0 {
            limits.push(Arc::clone(&self.nothing));
        }
        limits
    }

    fn managed(&self, account: AccountId, arn: &str) -> Option<Arc<Policy>> {
        let policy = self.iam.policy(account, arn).ok()?;
        policy.default_document().map(cairn_iam::Document::identity_policy)
    }
}

fn nothing() -> Arc<Policy> {
    #[expect(clippy::expect_used, reason = "the text above is a policy, as every test shows")]
    let policy = Policy::parse(NOTHING, PolicyKind::Identity, NOTHING.len()).expect("a policy");
    Arc::new(policy)
}

fn entity(name: &str, path: &str, id: &str, tags: &cairn_iam::Tags) -> Entity {
    Entity { name: name.to_owned(), path: path.to_owned(), id: id.to_owned(), tags: tags.clone() }
}

fn permissions(attached: Attached, session: Vec<Arc<Policy>>) -> Permissions {
    Permissions { identity: Arc::new(attached.policies), boundary: attached.boundary, session: Arc::new(session) }
}
