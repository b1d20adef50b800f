//! Credentials on their way to the page of somebody whom a provider sent back: for a code, once, in the same browser.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use cairn_environment::Random;
use tokio::time::Instant;

use crate::SignedIn;
use crate::oidc::secret;

/// How long credentials wait for their page.
const WAIT: Duration = Duration::from_mins(1);
/// How many wait at once.
const WAITING_MAX: usize = 1000;

/// What brings credentials: a code that the page reads, and what the browser keeps beside it and shows to nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// For the page.
    pub code: String,
    /// For a cookie that scripts cannot read.
    pub binding: String,
    /// How long both count.
    pub wait: Duration,
}

#[derive(Debug)]
struct Waiting {
    binding: String,
    until: Instant,
    signed_in: SignedIn,
}

/// The credentials that wait, by a hash of their codes.
#[derive(Debug, Default)]
pub(crate) struct Handover(Mutex<HashMap<Vec<u8>, Waiting>>);

impl Handover {
    /// Keeps credentials for a minute. `None` when too many wait already.
    pub(crate) fn keep(&self, signed_in: SignedIn, random: &Random, now: Instant) -> Option<HandedOver> {
        let over = HandedOver { code: secret(random), binding: secret(random), wait: WAIT };
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, of| of.until > now);
        if waiting.len() >= WAITING_MAX {
            return None;
        }
        let of = Waiting { binding: over.binding.clone(), until: now + WAIT, signed_in };
        waiting.insert(hash(&over.code), of);
        Some(over)
    }

    /// The credentials for a code. Whoever shows a wrong binding has used the code up.
    pub(crate) fn take(&self, code: &str, binding: &str, now: Instant) -> Option<SignedIn> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = waiting.remove(&hash(code))?;
        let is_same = verify_slices_are_equal(of.binding.as_bytes(), binding.as_bytes()).is_ok();
        (is_same && of.until > now).then_some(of.signed_in)
    }
}

fn hash(code: &str) -> Vec<u8> {
    digest(&SHA256, code.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;
    use cairn_identity::{Caller, SecretKey, TemporaryCredentials};
    use cairn_model::{AccountId, Timestamp};

    use super::*;

    fn signed_in() -> SignedIn {
        let credentials = TemporaryCredentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: SecretKey::new("secret"),
            session_token: "token".to_owned(),
            expires: Timestamp::from_unix_seconds(1_795_000_000),
        };
        let caller = Caller::root(AccountId::DEFAULT, "ASIAEXAMPLE");
        SignedIn { caller, credentials, with_mfa: false, breaks_glass: false, renewable_until: None }
    }

    #[test]
    fn credentials_are_given_once_in_time_and_to_the_browser_that_they_are_for() {
        let (random, handover, now) = (Environment::real().random, Handover::default(), Instant::now());
        let keep = || handover.keep(signed_in(), &random, now).unwrap();
        let HandedOver { code, binding, .. } = keep();
        assert_eq!(handover.take(&code, &binding, now).unwrap().credentials.access_key_id, "ASIAEXAMPLE");
        assert!(handover.take(&code, &binding, now).is_none(), "a code counts once");
        let HandedOver { code, binding, .. } = keep();
        assert!(handover.take(&code, "another", now).is_none());
        assert!(handover.take(&code, &binding, now).is_none(), "it is used up by whoever guessed");
        let HandedOver { code, binding, .. } = keep();
        assert!(handover.take(&code, &binding, now + WAIT).is_none(), "too late");
        assert!(handover.take("none", &binding, now).is_none());
    }

    #[test]
    fn no_more_wait_than_there_is_room_for_and_those_who_never_come_make_room() {
        let (random, handover, now) = (Environment::real().random, Handover::default(), Instant::now());
        for _ in 0..WAITING_MAX {
            handover.keep(signed_in(), &random, now).unwrap();
        }
        assert_eq!(handover.keep(signed_in(), &random, now), None);
        assert!(handover.keep(signed_in(), &random, now + WAIT).is_some());
    }
}
