//! A caller as its events name it.

use cairn_model::AccountId;
use serde_json::{Value, json};

use crate::Lesson;
use crate::user_identity;

/// Who a request came from, and how that identity came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    /// The account that the identity belongs to; for unknown callers the one that was asked.
    pub account: AccountId,
    /// `userIdentity` of the caller's events (reference sections 3.3 and 3.4).
    pub user_identity: Value,
    /// Of a session: the identity that began the chain, with the members of a `userIdentity`. It is a long-lived key,
    /// someone that an identity provider vouched for, or `Unknown`.
    pub origin: Option<Value>,
    /// Of a session: every link from the origin to the session itself, each with `type`, `arn`, `accessKeyId` and, for
    /// sessions, `eventID` of the call that began it, `assumedAt`, and what else that call showed (`sourceIdentity`,
    /// `mfaAuthenticated`, `sessionTags`, `federation`). `linksLeftOut` counts links for which there was no room, all
    /// of them right before the link that says so.
    pub chain: Vec<Value>,
}

impl Principal {
    /// A caller whose key nobody has named.
    pub fn unknown(access_key_id: &str, account: AccountId) -> Self {
        Self::plain(account, json!({"type": "Unknown", "accessKeyId": access_key_id}))
    }

    /// Whether nobody has named the caller's key.
    pub fn is_unknown(&self) -> bool {
        self.user_identity.get("type").is_some_and(|kind| kind == "Unknown")
    }

    /// A caller without a key, as events of S3 show it.
    pub fn anonymous(account: AccountId) -> Self {
        let user_identity = json!({"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"});
        Self::plain(account, user_identity)
    }

    /// The caller of an answered `AssumeRoleWithSAML` or `AssumeRoleWithWebIdentity`: whom the assertion or the token
    /// named. Absent for other calls, and when the answer does not say.
    pub fn federated(lesson: &Lesson<'_>) -> Option<Self> {
        let federation = lesson.federation()?;
        Some(Self::plain(lesson.account, user_identity::of_federation(&federation)))
    }

    fn plain(account: AccountId, user_identity: Value) -> Self {
        Self { account, user_identity, origin: None, chain: Vec::new() }
    }
}
