//! The permissions that operations on keys ask for. A key's policy is the one way to it: it may leave the choice to the
//! account's own policies by naming the account.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>

use std::sync::Arc;

use cairn_kms::Key;
use cairn_policy::{Policy, PolicyKind};

use super::requests::POLICY_BYTES_MAX;
use crate::ask::Ask;
use crate::{ApiError, Context, ErrorCode};

impl Ask {
    /// On a key, with its policy and its tags.
    pub(super) fn on_key(self, key: &Key) -> Self {
        let policy = Policy::parse(&key.policy, PolicyKind::Resource { service: "kms", arn: None }, POLICY_BYTES_MAX);
        let account = key.place.account;
        let tags = key.tags.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.on(key.arn())
            .guarded(account, policy.ok().map(Arc::new))
            .tagged(tags)
            .with("kms:CallerAccount", account.as_str())
    }
}

impl Context {
    /// Asks for the operation itself on the key that `reference` means. One that is not there has the ARN that it
    /// would have, and no policy.
    pub(super) fn ask_on_key(&self, reference: Option<&str>) -> Ask {
        let reference = reference.unwrap_or_default();
        let place = self.key_place();
        match self.services.kms.find_of_any_account(&place, reference) {
            Ok(key) => Ask::itself().on_key(&key),
            Err(_) if reference.starts_with("arn:") => Ask::itself().on(reference),
            Err(_) if reference.starts_with("alias/") => Ask::itself().on(place.arn(reference)),
            Err(_) => Ask::itself().on(place.arn(&format!("key/{reference}"))),
        }
    }

    /// Passes when the caller could still change the key's policy after it is `policy`.
    ///
    /// # Errors
    /// `MalformedPolicyDocumentException`
    pub(super) fn check_not_locked_out(&self, reference: Option<&str>, policy: &str) -> Result<(), ApiError> {
        let Ok(key) = self.services.kms.find(&self.key_place(), reference.unwrap_or_default()) else { return Ok(()) };
        let mut after = Key::clone(&key);
        policy.clone_into(&mut after.policy);
        self.check_changeable_by_caller(&after)
    }

    /// Passes when the caller could change the policy that a key has.
    ///
    /// # Errors
    /// `MalformedPolicyDocumentException`
    pub(super) fn check_changeable_by_caller(&self, key: &Key) -> Result<(), ApiError> {
        if self.would_allow(&Ask::to("kms:PutKeyPolicy").on_key(key)) {
            return Ok(());
        }
        let message = "The new key policy will not allow you to update the key policy in the future.";
        Err(ApiError::new(ErrorCode::MalformedPolicyDocumentException, message))
    }

    /// Asks for the operation itself on an alias.
    pub(super) fn ask_on_alias(&self, name: Option<&str>) -> Ask {
        Ask::itself().on(self.key_place().arn(name.unwrap_or_default()))
    }
}
