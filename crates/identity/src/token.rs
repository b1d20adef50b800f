//! Session tokens: everything about temporary credentials, sealed under the master key, so that nothing is kept of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_environment::Random;
use cairn_kms::MasterKey;
use cairn_model::{AccountId, Timestamp};
use cairn_policy::{Policy, PolicyKind};
use cairn_signing::SecretKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Renewable, Session, WebIdentity};

/// What tokens are bound to, so that nothing else that the master key seals is one.
const BOUND: &[u8] = b"cairn-session-token-1";

/// The longest token in characters. Heads of requests have to hold it.
const TOKEN_LENGTH_MAX: usize = 12 * 1024;

/// How many opened tokens are kept.
const PLACES: u16 = 1024;

/// The longest session policy in bytes.
pub(crate) const SESSION_POLICY_BYTES_MAX: usize = 2048;

/// For whom a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    /// The account's root.
    Root,
    /// The user with this unique id.
    User(String),
    /// Someone who assumed the role with this unique id.
    Role {
        /// `AROA…`
        id: String,
        /// The name that was given to the session.
        session_name: String,
    },
    /// Someone under a name that a user, or root, gave.
    Federated {
        /// That name.
        name: String,
        /// The unique id of the user; `None` for root.
        user_id: Option<String>,
    },
}

/// What a session is about to be made of.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose account it is in.
    pub account: AccountId,
    /// For whom it is.
    pub holder: Holder,
    /// When it begins and ends, and what is said of it.
    pub session: Session,
    /// Policies that limit it, each with its text.
    pub policies: Vec<String>,
    /// The ARNs of managed policies that limit it.
    pub policy_arns: Vec<String>,
}

/// Temporary credentials, made this moment.
#[derive(Debug, Clone)]
pub struct TemporaryCredentials {
    /// `ASIA…`
    pub access_key_id: String,
    /// Its secret half.
    pub secret_access_key: SecretKey,
    /// What must come with every request.
    pub session_token: String,
    /// From when on they count no more.
    pub expires: Timestamp,
}

/// The session is larger than a token can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session policies and tags are too large")]
pub struct SessionTooLarge;

/// What a token says, once it was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) access_key_id: Arc<str>,
    pub(crate) secret: Arc<SecretKey>,
    pub(crate) account: AccountId,
    pub(crate) holder: Holder,
    pub(crate) session: Arc<Session>,
    pub(crate) policies: Vec<Arc<Policy>>,
    pub(crate) policy_arns: Vec<String>,
}

/// The same as it lies in the token. The names are short: every request carries them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    k: String,
    s: String,
    a: String,
    c: i64,
    e: i64,
    h: Holder,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<Renewable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    m: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    i: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    t: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    tt: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    w: Option<Box<WebIdentity>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ch: Vec<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    p: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pa: Vec<String>,
}

/// One opened token in its place.
type Kept = Option<(Box<str>, Arc<Opened>)>;

/// Makes tokens and opens them.
pub(crate) struct Tokens {
    master: MasterKey,
    random: Random,
    kept: Mutex<Vec<Kept>>,
    hasher: RandomState,
}

impl Tokens {
    pub(crate) fn new(master: MasterKey, random: Random) -> Self {
        let kept = Mutex::new((0..PLACES).map(|_| None).collect());
        Self { master, random, kept, hasher: RandomState::new() }
    }

    /// Temporary credentials for a session.
    pub(crate) fn issue(&self, new: NewSession) -> Result<TemporaryCredentials, SessionTooLarge> {
        let NewSession { account, holder, session, policies, policy_arns } = new;
        let access_key_id = key_id("ASIA", account, &self.random);
        let secret = SecretKey::new(self.random.text(SECRET_ALPHABET, SECRET_LENGTH));
        let expires = session.expires;
        let written = Written {
            k: access_key_id.clone(),
            s: secret.expose().to_owned(),
            a: account.to_string(),
            c: session.created.unix_seconds(),
            e: expires.unix_seconds(),
            h: holder,
            r: session.renewable,
            m: session.authenticated_with_mfa.map(Timestamp::unix_seconds),
            i: session.source_identity,
            t: session.tags,
            tt: session.transitive_tag_keys,
            w: session.web_identity,
            ch: session.chain,
            p: policies,
            pa: policy_arns,
        };
        let session_token = self.sealed(&written)?;
        Ok(TemporaryCredentials { access_key_id, secret_access_key: secret, session_token, expires })
    }

    /// The same credentials with another end, and another time until which they may be renewed.
    pub(crate) fn prolong(
        &self,
        token: &str,
        expires: Timestamp,
        renewable: Renewable,
    ) -> Option<TemporaryCredentials> {
        let mut written = self.unsealed(token)?;
        (written.e, written.r) = (expires.unix_seconds(), Some(renewable));
        let session_token = self.sealed(&written).ok()?;
        let (access_key_id, secret_access_key) = (written.k, SecretKey::new(written.s));
        Some(TemporaryCredentials { access_key_id, secret_access_key, session_token, expires })
    }

    fn sealed(&self, written: &Written) -> Result<String, SessionTooLarge> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(written).map_err(|_| SessionTooLarge)?);
        let sealed = self.master.seal(BOUND, &plain, &self.random).map_err(|_| SessionTooLarge)?;
        let session_token = STANDARD.encode(sealed);
        if session_token.len() > TOKEN_LENGTH_MAX { Err(SessionTooLarge) } else { Ok(session_token) }
    }

    fn unsealed(&self, token: &str) -> Option<Written> {
        let plain = self.master.open(BOUND, &STANDARD.decode(token).ok()?).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// What a token says; `None` when it was not made here, or changed.
    pub(crate) fn open(&self, token: &str) -> Option<Arc<Opened>> {
        if token.len() > TOKEN_LENGTH_MAX {
            return None;
        }
        let place = usize::try_from(self.hasher.hash_one(token) % u64::from(PLACES)).unwrap_or(0);
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Some((kept, opened))) = lock().get(place)
            && **kept == *token
        {
            return Some(Arc::clone(opened));
        }
        let opened = Arc::new(self.open_anew(token)?);
        if let Some(slot) = lock().get_mut(place) {
            *slot = Some((token.into(), Arc::clone(&opened)));
        }
        Some(opened)
    }

    fn open_anew(&self, token: &str) -> Option<Opened> {
        let written = self.unsealed(token)?;
        let read =
            |text: &String| Policy::parse(text, PolicyKind::Identity, SESSION_POLICY_BYTES_MAX).map(Arc::new).ok();
        let session = Session {
            created: Timestamp::from_unix_seconds(written.c),
            expires: Timestamp::from_unix_seconds(written.e),
            renewable: written.r,
            authenticated_with_mfa: written.m.map(Timestamp::from_unix_seconds),
            source_identity: written.i,
            tags: written.t,
            transitive_tag_keys: written.tt,
            web_identity: written.w,
            chain: written.ch,
        };
        Some(Opened {
            access_key_id: written.k.into(),
            secret: Arc::new(SecretKey::new(written.s)),
            account: AccountId::parse(&written.a).ok()?,
            holder: written.h,
            session: Arc::new(session),
            policies: written.p.iter().map(read).collect::<Option<_>>()?,
            policy_arns: written.pa,
        })
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(…)")
    }
}

const SECRET_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SECRET_LENGTH: usize = 40;
const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A key id of 20 characters whose first ten after the prefix tell the account, as those of AWS do: a set bit, 40 bits
/// of the account's number, and 39 of chance before the rest.
fn key_id(prefix: &str, account: AccountId, random: &Random) -> String {
    let number: u128 = account.as_str().parse().unwrap_or_default();
    let chance: [u8; 8] = random.bytes();
    let chance = u128::from(u64::from_be_bytes(chance)) & ((1 << 39) - 1);
    let bits = (1 << 79) | (number << 39) | chance;
    let letter = |place: u32| {
        let index = usize::try_from((bits >> (5 * place)) & 31).unwrap_or_default();
        char::from(ID_ALPHABET.get(index).copied().unwrap_or(b'A'))
    };
    prefix.chars().chain((0..16).rev().map(letter)).collect()
}

/// The account that the id of a temporary key tells. Those of long-term keys tell none here.
pub(crate) fn account_of(key_id: &str) -> Option<AccountId> {
    let rest = key_id.strip_prefix("ASIA")?;
    let value = |letter: u8| ID_ALPHABET.iter().position(|known| *known == letter);
    let mut bits: u128 = 0;
    for letter in rest.bytes().filter(|_| rest.len() == 16) {
        bits = (bits << 5) | u128::try_from(value(letter)?).ok()?;
    }
    if bits >> 79 != 1 {
        return None;
    }
    AccountId::parse(&format!("{:012}", (bits >> 39) & ((1 << 40) - 1))).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cairn_environment::Environment;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_790_841_792);

    fn tokens() -> Tokens {
        let random = Environment::real().random;
        Tokens::new(MasterKey::generate(&random), random)
    }

    fn new() -> NewSession {
        let session = Session {
            source_identity: Some("nina".into()),
            tags: BTreeMap::from([("team".to_owned(), "ops".to_owned())]),
            transitive_tag_keys: BTreeSet::from(["team".to_owned()]),
            chain: vec![serde_json::json!({"type": "IAMUser"})],
            ..Session::new(NOW, NOW.plus(Duration::from_hours(1)))
        };
        let policy = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        NewSession {
            account: AccountId::parse("000000000042").unwrap(),
            holder: Holder::Role { id: "AROA1".into(), session_name: "deploy".into() },
            session,
            policies: vec![policy.to_owned()],
            policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()],
        }
    }

    #[test]
    fn what_was_said_when_a_session_began_comes_back_out_of_its_token() {
        let tokens = tokens();
        let made = tokens.issue(new()).unwrap();
        for _ in 0..2 {
            let opened = tokens.open(&made.session_token).unwrap();
            assert_eq!(*opened.access_key_id, *made.access_key_id);
            assert_eq!(opened.secret.expose(), made.secret_access_key.expose());
            assert_eq!((opened.account.as_str(), &opened.holder), ("000000000042", &new().holder));
            assert_eq!(*opened.session, new().session);
            assert_eq!((opened.policies.len(), &opened.policy_arns), (1, &new().policy_arns));
        }
        assert_eq!(account_of(&made.access_key_id), AccountId::parse("000000000042").ok());
        assert_eq!((made.access_key_id.len(), made.expires), (20, new().session.expires));
    }

    #[test]
    fn credentials_that_are_prolonged_are_the_same_but_for_their_end() {
        let tokens = tokens();
        let made = tokens.issue(new()).unwrap();
        let later = NOW.plus(Duration::from_hours(2));
        let renewable = Renewable { until: NOW.plus(Duration::from_hours(12)), password_chosen_at: Some(NOW) };
        let longer = tokens.prolong(&made.session_token, later, renewable).unwrap();
        assert_eq!((&longer.access_key_id, longer.expires), (&made.access_key_id, later));
        assert_eq!(longer.secret_access_key.expose(), made.secret_access_key.expose());
        let (before, after) = (tokens.open(&made.session_token).unwrap(), tokens.open(&longer.session_token).unwrap());
        let expected = Session { expires: later, renewable: Some(renewable), ..(*before.session).clone() };
        assert_eq!((&*after.session, before.session.renewable), (&expected, None));
        assert_eq!((&after.holder, after.policies.len()), (&before.holder, before.policies.len()));
        assert!(tokens.prolong("token", later, renewable).is_none());
    }

    #[test]
    fn tokens_of_others_and_changed_ones_say_nothing() {
        let (ours, theirs) = (tokens(), tokens());
        let made = ours.issue(new()).unwrap();
        assert!(theirs.open(&made.session_token).is_none());
        for place in [0, 20, 100, made.session_token.len() - 5] {
            let mut changed = made.session_token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert!(ours.open(&String::from_utf8(changed).unwrap()).is_none(), "{place}");
        }
        for bad in ["", "token", made.session_token.get(1..).unwrap(), &"A".repeat(TOKEN_LENGTH_MAX + 1)] {
            assert!(ours.open(bad).is_none());
        }
        // What the master key seals for other ends is no token.
        let wrapped = ours.master.wrap(b"other", b"{}", &ours.random).unwrap();
        assert!(ours.open(&STANDARD.encode(wrapped)).is_none());
    }

    #[test]
    fn a_session_that_no_head_could_carry_is_not_made() {
        let tags = (0..50).map(|number| (format!("key-{number}"), "v".repeat(256))).collect();
        let large = NewSession { session: Session { tags, ..new().session }, ..new() };
        assert_eq!(tokens().issue(large).unwrap_err(), SessionTooLarge);
    }

    #[test]
    fn only_key_ids_of_the_form_tell_an_account() {
        for bad in ["", "AKIA", "AKIAIOSFODNN7EXAMPLE", "ASIAQ", "AIDAQNZGKIQY56JQ7WML", "ASIAQNZGKIQY56JQ7WM1"] {
            assert_eq!(account_of(bad), None, "{bad}");
        }
        // Known from AWS: this key id belongs to that account.
        assert_eq!(account_of("ASIAQNZGKIQY56JQ7WML"), AccountId::parse("029608264753").ok());
    }
}
