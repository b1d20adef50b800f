//! What a key stands for, and what is known of the session that gave it.

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a key stands for. `E` is how users and roles are referred to: as seen, by row, or by the shared entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Identity<E> {
    /// An account itself.
    Root {
        account: AccountId,
        /// Whether `AssumeRoot` gave the key.
        assumed: bool,
    },
    /// An IAM user.
    User(E),
    /// A session of a role.
    Role {
        role: E,
        session_name: Box<str>,
        /// The session's ARN where it is another than role and session name make.
        arn: Option<Box<str>>,
    },
    /// What `GetFederationToken` gives; its issuer is the caller.
    Federated { account: AccountId, principal_id: Box<str>, arn: Box<str> },
    /// What `GetSessionToken` gives: the caller again, by another key.
    Caller,
    /// Not known.
    Unknown { account: AccountId },
}

/// What is known of a session beside whose it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// When its credentials were given; absent when that call was not seen.
    pub(crate) began: Option<Timestamp>,
    /// Whether an MFA device's code was given with the call.
    pub(crate) mfa: bool,
    pub(crate) source_identity: Option<Box<str>>,
    pub(crate) tags: Box<[SessionTag]>,
    /// How many tags had no room.
    pub(crate) tags_left_out: usize,
    /// Who came with a token or an assertion instead of a key.
    pub(crate) federation: Option<Box<Federation>>,
}

/// One session tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionTag {
    pub(crate) key: Box<str>,
    pub(crate) value: Box<str>,
    /// Whether the sessions that this one begins have it too.
    pub(crate) transitive: bool,
}

/// Who an identity provider vouched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Federation {
    /// `AssumeRoleWithSAML`
    Saml {
        subject: Box<str>,
        subject_type: Option<Box<str>>,
        name_qualifier: Option<Box<str>>,
        issuer: Option<Box<str>>,
        audience: Option<Box<str>>,
        /// The ARN of the provider in IAM.
        provider_arn: Option<Box<str>>,
    },
    /// `AssumeRoleWithWebIdentity`
    WebIdentity { subject: Box<str>, provider: Option<Box<str>>, audience: Option<Box<str>> },
}

impl<E> Identity<E> {
    /// The same with another way to refer to users and roles.
    pub(crate) fn try_map<F, X>(self, refer: impl FnOnce(E) -> Result<F, X>) -> Result<Identity<F>, X> {
        Ok(match self {
            Self::Root { account, assumed } => Identity::Root { account, assumed },
            Self::User(user) => Identity::User(refer(user)?),
            Self::Role { role, session_name, arn } => Identity::Role { role: refer(role)?, session_name, arn },
            Self::Federated { account, principal_id, arn } => Identity::Federated { account, principal_id, arn },
            Self::Caller => Identity::Caller,
            Self::Unknown { account } => Identity::Unknown { account },
        })
    }

    /// Whether only temporary credentials can stand for it.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            Self::Role { .. } | Self::Federated { .. } | Self::Caller => true,
            Self::Root { assumed, .. } => *assumed,
            Self::User(_) | Self::Unknown { .. } => false,
        }
    }
}
