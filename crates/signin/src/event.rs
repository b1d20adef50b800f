//! What the event of an attempt to sign in says (reference section 3.10).

use cairn_model::AccountId;
use serde_json::{Map, Value, json};

/// What stands in place of a name that is no user's: people type passwords there.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// AWS's text.
pub(crate) const FAILED: &str = "Failed authentication";

/// The members of an event that differ from one attempt to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct SignInEvent {
    /// In whose history it stands.
    pub account: AccountId,
    /// `userIdentity`
    pub user_identity: Value,
    /// `ConsoleLogin`, `CheckMfa`, `PasswordUpdated` or `Logout`.
    pub event_name: &'static str,
    /// `errorMessage`, which comes without an `errorCode`.
    pub error_message: Option<&'static str>,
    /// `additionalEventData`
    pub additional: Map<String, Value>,
}

/// How an attempt used MFA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MfaUse<'s> {
    /// It did not.
    None,
    /// With a code that was wrong.
    Failed,
    /// With a code of the device that has this serial number.
    Shown(&'s str),
}

impl SignInEvent {
    /// `responseElements`
    pub fn response_elements(&self) -> Value {
        let outcome = if self.error_message.is_some() { "Failure" } else { "Success" };
        json!({ self.event_name: outcome })
    }

    /// `ConsoleLogin` of somebody whom an identity provider sent. Whether it asked for MFA is the provider's own affair.
    pub fn through_provider(account: AccountId, user_identity: Value, login_to: &str, is_in: bool) -> Self {
        if is_in {
            Self::success(account, user_identity, login_to, MfaUse::None)
        } else {
            Self::failure(account, user_identity, FAILED, (login_to, MfaUse::None))
        }
    }

    /// `ConsoleLogin` of somebody who is in.
    pub(crate) fn success(account: AccountId, user_identity: Value, login_to: &str, mfa: MfaUse<'_>) -> Self {
        let additional = login_data(login_to, mfa);
        Self { account, user_identity, event_name: "ConsoleLogin", error_message: None, additional }
    }

    /// `ConsoleLogin` of somebody who is not.
    pub(crate) fn failure(
        account: AccountId,
        user_identity: Value,
        message: &'static str,
        (login_to, mfa): (&str, MfaUse<'_>),
    ) -> Self {
        Self { error_message: Some(message), ..Self::success(account, user_identity, login_to, mfa) }
    }

    /// `CheckMfa`: the password was right, and a code of one of so many devices is asked for.
    pub(crate) fn check_mfa(account: AccountId, user_identity: Value, devices: usize) -> Self {
        let kind = if devices > 1 { "Multiple MFA Devices" } else { "Virtual MFA" };
        let additional = Map::from_iter([("MfaType".to_owned(), kind.into())]);
        Self { account, user_identity, event_name: "CheckMfa", error_message: None, additional }
    }

    /// An event that says of itself all there is to say.
    pub(crate) fn plain(account: AccountId, user_identity: Value, event_name: &'static str) -> Self {
        Self { account, user_identity, event_name, error_message: None, additional: Map::new() }
    }
}

fn login_data(login_to: &str, mfa: MfaUse<'_>) -> Map<String, Value> {
    let used = if mfa == MfaUse::None { "No" } else { "Yes" };
    let mut data = Map::new();
    data.insert("LoginTo".to_owned(), login_to.into());
    data.insert("MobileVersion".to_owned(), "No".into());
    data.insert("MFAUsed".to_owned(), used.into());
    if let MfaUse::Shown(serial) = mfa {
        data.insert("MFAIdentifier".to_owned(), serial.into());
    }
    data
}

/// `userIdentity` of a user who has not proved to be one. `None` for a name that is nobody's.
pub(crate) fn unproved_user(account: AccountId, user: Option<&cairn_iam::User>) -> Value {
    match user {
        Some(user) => json!({
            "type": "IAMUser", "principalId": user.id, "accountId": account, "accessKeyId": "", "userName": user.name,
        }),
        None => json!({"type": "IAMUser", "accountId": account, "accessKeyId": "", "userName": HIDDEN}),
    }
}

/// The same of an account's root.
pub(crate) fn unproved_root(account: AccountId) -> Value {
    json!({"type": "Root", "principalId": account, "accountId": account, "accessKeyId": ""})
}
