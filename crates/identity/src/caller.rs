//! The caller of an operation: account, key and principal, and how events and answers name them.

use std::sync::Arc;

use cairn_model::AccountId;
use serde_json::{Value, json};

/// Who signed a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account that the call belongs to.
    pub account: AccountId,
    /// The access key that signed.
    pub access_key_id: Arc<str>,
    /// As whom.
    pub principal: Principal,
}

/// Kinds of principals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The account itself.
    Root,
}

impl Caller {
    /// The account's root, by one of its keys.
    pub fn root(account: AccountId, access_key_id: &str) -> Self {
        Self { account, access_key_id: access_key_id.into(), principal: Principal::Root }
    }

    /// The principal's ARN: `arn:aws:iam::123456789012:root`.
    pub fn arn(&self) -> String {
        match self.principal {
            Principal::Root => format!("arn:aws:iam::{}:root", self.account),
        }
    }

    /// The unique id of the principal, which `GetCallerIdentity` answers as `UserId`: the account id for root.
    pub fn user_id(&self) -> String {
        match self.principal {
            Principal::Root => self.account.to_string(),
        }
    }

    /// `userIdentity` of the events that this caller's requests leave (reference section 3.3).
    pub fn user_identity(&self) -> Value {
        match self.principal {
            Principal::Root => json!({
                "type": "Root",
                "principalId": self.account.as_str(),
                "arn": self.arn(),
                "accountId": self.account.as_str(),
                "accessKeyId": &*self.access_key_id,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_named_as_aws_names_it() {
        let caller = Caller::root(AccountId::DEFAULT, "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(caller.arn(), "arn:aws:iam::123456789012:root");
        assert_eq!(caller.user_id(), "123456789012");
        assert_eq!(
            caller.user_identity().to_string(),
            r#"{"type":"Root","principalId":"123456789012","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}"#
        );
    }
}
