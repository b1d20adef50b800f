//! Who asks.

use cairn_model::AccountId;

/// The principal of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody signed the request.
    Anonymous,
    /// The root user of an account.
    Root(AccountId),
    /// A user of an account.
    User {
        /// Its account.
        account: AccountId,
        /// `arn:aws:iam::123456789012:user/alice`
        arn: String,
    },
    /// Someone who assumed a role.
    Session {
        /// The role's account.
        account: AccountId,
        /// `arn:aws:iam::123456789012:role/ops`
        role_arn: String,
        /// `arn:aws:sts::123456789012:assumed-role/ops/alice`
        arn: String,
    },
    /// A user's session under another name (`GetFederationToken`).
    FederatedUser {
        /// The user's account.
        account: AccountId,
        /// `arn:aws:sts::123456789012:federated-user/guest`
        arn: String,
    },
    /// Someone whom an identity provider vouches for, and who is no principal of an account yet.
    WebIdentity {
        /// The provider's ARN or host, as policies name it.
        provider: String,
    },
    /// A service, such as `cloudtrail.amazonaws.com`.
    Service(String),
}

impl Principal {
    /// The account whose policies are asked; `None` where there is none.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root(account)
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. } => Some(*account),
            Self::Anonymous | Self::WebIdentity { .. } | Self::Service(_) => None,
        }
    }
}
