//! A policy's text with what it compiles to.

use std::fmt;
use std::sync::{Arc, OnceLock};

use cairn_policy::{Policy, PolicyKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::IamError;
use crate::limits::DOCUMENT_BYTES;

/// The text of a policy as it was given. It is compiled once, when it is first asked.
#[derive(Clone)]
pub struct Document {
    text: Arc<str>,
    compiled: OnceLock<Arc<Policy>>,
}

impl Document {
    /// A policy to be attached to a user, group or role.
    ///
    /// # Errors
    /// [`IamError::MalformedPolicyDocument`] with the broken rule and its place.
    pub fn identity(text: &str) -> Result<Self, IamError> {
        Self::read(text, PolicyKind::Identity)
    }

    /// A policy that says who may assume a role.
    ///
    /// # Errors
    /// [`IamError::MalformedPolicyDocument`] with the broken rule and its place.
    pub fn trust(text: &str) -> Result<Self, IamError> {
        Self::read(text, PolicyKind::Trust)
    }

    fn read(text: &str, kind: PolicyKind<'_>) -> Result<Self, IamError> {
        let policy = Policy::parse(text, kind, DOCUMENT_BYTES);
        let policy = policy.map_err(|fault| IamError::MalformedPolicyDocument(fault.to_string()))?;
        Ok(Self { text: text.into(), compiled: OnceLock::from(Arc::new(policy)) })
    }

    /// As it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many characters count against quotas: those that are no white space.
    pub fn size(&self) -> usize {
        self.text.chars().filter(|character| !character.is_whitespace()).count()
    }

    /// The policy, compiled, of one that is attached to a user, group or role.
    pub fn identity_policy(&self) -> Arc<Policy> {
        self.compiled(PolicyKind::Identity)
    }

    /// The same of a trust policy.
    pub fn trust_policy(&self) -> Arc<Policy> {
        self.compiled(PolicyKind::Trust)
    }

    /// It was read without a fault when it came. Should a later version know it no more, it denies everything.
    fn compiled(&self, kind: PolicyKind<'_>) -> Arc<Policy> {
        let compile = || match Policy::parse(&self.text, kind, DOCUMENT_BYTES) {
            Ok(policy) => Arc::new(policy),
            Err(fault) => {
                tracing::error!(%fault, "a stored policy cannot be read any more, and denies everything");
                Arc::new(denial(kind))
            }
        };
        Arc::clone(self.compiled.get_or_init(compile))
    }
}

/// Allows nothing; of identity policies also denies what others allow.
fn denial(kind: PolicyKind<'_>) -> Policy {
    let text = match kind {
        PolicyKind::Identity => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#
        }
        PolicyKind::Trust | PolicyKind::Resource { .. } => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*"}]}"#
        }
    };
    #[expect(clippy::expect_used, reason = "the texts above are policies, as a test shows")]
    Policy::parse(text, kind, DOCUMENT_BYTES).expect("a policy")
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.text).finish()
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Document {}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self { text: text.into(), compiled: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &str =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;

    #[test]
    fn a_document_keeps_its_text_and_counts_what_is_no_white_space() {
        let document = Document::identity(READ).unwrap();
        assert_eq!((document.text(), document.size()), (READ, 89));
        let kept: Document = serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap();
        assert_eq!(kept.identity_policy(), document.identity_policy());
    }

    #[test]
    fn a_broken_rule_is_told_with_its_place_and_what_cannot_be_read_any_more_denies() {
        let refused = Document::identity(&READ.replace("Allow", "Allows")).unwrap_err();
        let IamError::MalformedPolicyDocument(message) = refused else { panic!("{refused}") };
        assert!(message.contains("Statement.Effect") && message.contains("line 1"), "{message}");
        assert!(Document::trust(READ).is_err());
        let unreadable: Document = serde_json::from_str(r#""no policy""#).unwrap();
        assert_eq!(*unreadable.identity_policy(), denial(PolicyKind::Identity));
        assert_eq!(*unreadable.trust_policy(), denial(PolicyKind::Identity));
        assert_ne!(denial(PolicyKind::Trust), denial(PolicyKind::Identity));
    }
}
