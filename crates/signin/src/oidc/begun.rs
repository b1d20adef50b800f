//! A sign-in between its two halves: what the server must know again lies sealed with the browser, and counts once.
//!
//! Nothing is kept here for whoever begins and never comes back, so that nobody can push out those who do.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_environment::Random;
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// How long somebody may take to log in at the provider, in seconds.
pub(super) const BEGUN_SECONDS: i64 = 600;
/// Sign-ins that were ended and are remembered, so that they are not ended twice.
const ENDED_MAX: usize = 100_000;
/// The longest sealed text that is looked at.
const SEALED_LENGTH_MAX: usize = 4096;

/// A sign-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    /// The provider, as requests name it.
    pub(super) provider: String,
    /// What comes back in the address.
    pub(super) state: String,
    /// What comes back in the token.
    pub(super) nonce: String,
    /// What shows at the token endpoint that it is the same one who began (RFC 7636).
    pub(super) verifier: String,
    /// Where the provider sends the browser back to.
    pub(super) redirect_uri: String,
    /// The page to show at the end.
    pub(super) return_to: String,
    /// In seconds of the Unix epoch.
    pub(super) expires: i64,
}

/// Seals what was begun under a key of this process: a restart ends what was begun before.
#[derive(Debug)]
pub(super) struct BegunSealer {
    key: Option<LessSafeKey>,
    random: Random,
    /// The states of sign-ins that were ended, and until when they would count.
    ended: Mutex<HashMap<String, i64>>,
}

impl BegunSealer {
    pub(super) fn new(random: &Random) -> Self {
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(random.bytes());
        let key = UnboundKey::new(&AES_256_GCM, bytes.as_slice()).ok().map(LessSafeKey::new);
        Self { key, random: random.clone(), ended: Mutex::default() }
    }

    /// A text of 256 random bits, for a state, a nonce or a verifier.
    pub(super) fn secret(&self) -> String {
        secret(&self.random)
    }

    /// What the browser keeps. `None` when it is too long.
    pub(super) fn seal(&self, begun: &Begun) -> Option<String> {
        let nonce: [u8; NONCE_LEN] = self.random.bytes();
        let mut sealed = serde_json::to_vec(begun).ok()?;
        let unique = Nonce::assume_unique_for_key(nonce);
        self.key.as_ref()?.seal_in_place_append_tag(unique, Aad::empty(), &mut sealed).ok()?;
        let text = URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        (text.len() <= SEALED_LENGTH_MAX).then_some(text)
    }

    /// What [`BegunSealer::seal`] sealed, if it is of now.
    pub(super) fn open(&self, text: &str, now: Timestamp) -> Option<Begun> {
        if text.len() > SEALED_LENGTH_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.key.as_ref()?.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
        let begun: Begun = serde_json::from_slice(opened).ok()?;
        (begun.expires > now.unix_seconds()).then_some(begun)
    }

    /// Ends it. False when it was ended before.
    pub(super) fn end(&self, begun: &Begun, now: Timestamp) -> bool {
        let now = now.unix_seconds();
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= ENDED_MAX {
            ended.retain(|_, expires| *expires > now);
        }
        // Where there is no room to remember it, it does not count at all.
        ended.len() < ENDED_MAX && ended.insert(begun.state.clone(), begun.expires).is_none()
    }
}

/// A text of 256 random bits.
pub(crate) fn secret(random: &Random) -> String {
    URL_SAFE_NO_PAD.encode(random.bytes::<32>())
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_000_000);

    fn begun(sealer: &BegunSealer) -> Begun {
        Begun {
            provider: "staff".to_owned(),
            state: sealer.secret(),
            nonce: sealer.secret(),
            verifier: sealer.secret(),
            redirect_uri: "https://cairn.example/v1/sign-in/oidc/callback".to_owned(),
            return_to: "/_console/events".to_owned(),
            expires: NOW.unix_seconds() + BEGUN_SECONDS,
        }
    }

    #[test]
    fn what_was_begun_opens_for_a_while_here_only_and_ends_once() {
        let random = Environment::real().random;
        let sealer = BegunSealer::new(&random);
        let begun = begun(&sealer);
        let text = sealer.seal(&begun).unwrap();
        assert!(!text.contains(&begun.verifier));
        assert_eq!(sealer.open(&text, NOW).unwrap(), begun);
        let later = Timestamp::from_unix_seconds(NOW.unix_seconds() + BEGUN_SECONDS);
        assert_eq!(sealer.open(&text, later), None);
        assert_eq!(BegunSealer::new(&random).open(&text, NOW), None, "another process");
        let one = text.chars().nth(20).unwrap();
        let changed = text.replacen(one, if one == 'A' { "B" } else { "A" }, 1);
        assert_eq!(sealer.open(&changed, NOW), None);
        assert_eq!(sealer.open("", NOW), None);
        assert!(sealer.end(&begun, NOW));
        assert!(!sealer.end(&begun, NOW));
    }

    #[test]
    fn a_verifier_has_the_length_that_the_standard_wants() {
        let sealer = BegunSealer::new(&Environment::real().random);
        assert!((43..=128).contains(&sealer.secret().len()));
    }
}
