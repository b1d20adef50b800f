//! What an operator can set: keys that are known from the start, and limits.

use std::time::Duration;

use cairn_model::AccountId;

use crate::arn::ARN_BYTES_MAX;
use crate::entity::{EntityKind, SeenEntity};
use crate::identity::Identity;
use crate::seen;

/// Keys that are known from the start, and how much is kept of the others.
#[derive(Debug, Clone)]
pub struct PrincipalsSettings {
    /// Keys whose holders the operator names. What is learnt never changes them.
    pub keys: Vec<KnownKey>,
    /// How long a session is remembered after it expired, and a key after it was deleted: late events still name
    /// them. 90 days.
    pub kept_after_end: Duration,
    /// How many keys and sessions are remembered. Beyond, those that end first are forgotten. 1,000,000: with the
    /// server's allocator a session of a role takes about 470 bytes, with two tags and a source identity about 630
    /// (`examples/session_memory.rs` measures it), and none can take more than about 25 KB.
    pub keys_max: usize,
}

/// A key and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// The access key id.
    pub access_key_id: String,
    /// The account that the holder belongs to; an account in the holder's ARN goes before it.
    pub account: AccountId,
    /// Who holds it.
    pub holder: KeyHolder,
}

/// Who holds a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyHolder {
    /// The account itself.
    Root,
    /// An IAM user.
    IamUser {
        /// The friendly name.
        user_name: String,
        /// With its path; without it the ARN that the name makes.
        arn: Option<String>,
        /// `AIDA…`, shown as `principalId`.
        user_id: Option<String>,
    },
    /// A key that always acts as one session of a role.
    AssumedRole {
        /// The role's name.
        role_name: String,
        /// The role's ARN with its path; without it the ARN that the name makes.
        role_arn: Option<String>,
        /// `AROA…`, the first part of `principalId`.
        role_id: Option<String>,
        /// The session's name.
        session_name: String,
    },
}

impl Default for PrincipalsSettings {
    fn default() -> Self {
        Self { keys: Vec::new(), kept_after_end: Duration::from_hours(24 * 90), keys_max: 1_000_000 }
    }
}

impl KnownKey {
    /// The holder; absent when a key id, name or ARN is not of the shape of one.
    pub(crate) fn identity(&self) -> Option<Identity<SeenEntity>> {
        let short = |text: &&str| !text.is_empty() && text.len() <= ARN_BYTES_MAX;
        if !seen::is_key(&self.access_key_id) {
            return None;
        }
        match &self.holder {
            KeyHolder::Root => Some(Identity::Root { account: self.account, assumed: false }),
            KeyHolder::IamUser { user_name, arn, user_id } => {
                let name = Some(user_name.as_str()).filter(short)?;
                let (arn, id) = (arn.as_deref().filter(short), user_id.as_deref().filter(short));
                let user = seen::entity(EntityKind::User, Some(name), arn, id, self.account)?;
                Some(Identity::User(SeenEntity { arn: arn.map(Into::into), ..user }))
            }
            KeyHolder::AssumedRole { role_name, role_arn, role_id, session_name } => {
                let (name, session) = (Some(role_name.as_str()).filter(short)?, session_name.as_str());
                let (arn, id) = (role_arn.as_deref().filter(short), role_id.as_deref().filter(short));
                let role = seen::entity(EntityKind::Role, Some(name), arn, id, self.account)?;
                let role = SeenEntity { arn: arn.map(Into::into), ..role };
                Some(session).filter(short).map(|session| seen::role_session(role, session, None))
            }
        }
    }
}
