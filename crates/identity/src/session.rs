//! What comes with temporary credentials.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A session: when it began and ends, and what was said when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// When the credentials were made.
    pub created: Timestamp,
    /// From when on they count no more.
    pub expires: Timestamp,
    /// How its credentials may be renewed; `None` for those of no sign-in.
    pub renewable: Option<Renewable>,
    /// When whoever began it showed an MFA code; `None` without one.
    pub authenticated_with_mfa: Option<Timestamp>,
    /// The source identity, which stays through a chain of roles.
    pub source_identity: Option<String>,
    /// Session tags.
    pub tags: BTreeMap<String, String>,
    /// Those of them that sessions begun by this one have too.
    pub transitive_tag_keys: BTreeSet<String>,
    /// Who an identity provider vouched for, where one did.
    pub web_identity: Option<Box<WebIdentity>>,
    /// Everyone before this session, the first one first, each as `userIdentity` names it.
    pub chain: Vec<Value>,
}

/// What credentials of a sign-in need in order to be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewable {
    /// Until when that is possible.
    pub until: Timestamp,
    /// When the password was chosen that was given, where one was. It must be the user's still.
    pub password_chosen_at: Option<Timestamp>,
}

/// Somebody for whom an identity provider vouched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebIdentity {
    /// The provider: its ARN.
    pub provider: String,
    /// Whom the provider means: the claim `sub`.
    pub subject: String,
    /// For whom the token was made: the claim `aud`.
    pub audience: String,
}

/// Somebody for whom an identity provider vouches, before there is a session: what its token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// Who.
    pub identity: WebIdentity,
    /// The provider's issuer without its scheme, with which the condition keys begin.
    pub provider_name: String,
    /// The claim `aud`, where `identity` has the authorized party.
    pub audiences: Vec<String>,
    /// How it was authenticated: the claim `amr`.
    pub methods: Vec<String>,
    /// Session tags.
    pub tags: BTreeMap<String, String>,
    /// Those of them that sessions begun by the session have too.
    pub transitive_tag_keys: BTreeSet<String>,
    /// The source identity.
    pub source_identity: Option<String>,
}

impl Session {
    /// A session without anything but its times.
    pub fn new(created: Timestamp, expires: Timestamp) -> Self {
        Self {
            created,
            expires,
            renewable: None,
            authenticated_with_mfa: None,
            source_identity: None,
            tags: BTreeMap::new(),
            transitive_tag_keys: BTreeSet::new(),
            web_identity: None,
            chain: Vec::new(),
        }
    }

    /// Who began the first session of the chain.
    pub(crate) fn origin(&self) -> Value {
        self.chain.first().cloned().unwrap_or_default()
    }

    /// Adds to a link of a chain what it says of its session.
    pub(crate) fn put_into(&self, link: &mut Map<String, Value>) {
        link.insert("assumedAt".to_owned(), self.created.iso_seconds().into());
        if self.authenticated_with_mfa.is_some() {
            link.insert("mfaAuthenticated".to_owned(), "true".into());
        }
        if let Some(identity) = &self.source_identity {
            link.insert("sourceIdentity".to_owned(), identity.as_str().into());
        }
    }
}
