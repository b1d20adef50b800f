//! Signatures that were used: a captured request that changes something is not carried out again for whoever captured it.
//!
//! Decision 12 says which repeats pass, and why.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cairn_api::{ApiError, ErrorCode};
use cairn_signing::Signature;
use tokio::time::Instant;

use crate::answer::Dialect;

/// How long a signature can hold: five minutes before and five behind its time.
const WINDOW: Duration = Duration::from_mins(10);
/// How long whoever sent a request may send the very same once more.
const REPEATED_WITHIN: Duration = Duration::from_secs(5);
/// How many signatures are remembered; the oldest are forgotten first.
const REMEMBERED_MAX: usize = 65_536;

/// The signatures of changes within the window.
#[derive(Debug, Default)]
pub(crate) struct Replays(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    first: HashMap<Signature, (Instant, IpAddr)>,
    in_order: VecDeque<(Instant, Signature)>,
}

impl Replays {
    /// Passes a signature that is new, or that the same address sends again at once.
    ///
    /// # Errors
    /// As for a signature that does not hold, in the words of the protocol.
    pub(crate) fn admit(
        &self,
        dialect: Dialect,
        signature: Signature,
        (source, now): (IpAddr, Instant),
    ) -> Result<(), ApiError> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget(now);
        let Some((at, from)) = seen.first.get(&signature) else {
            seen.first.insert(signature, (now, source));
            seen.in_order.push_back((now, signature));
            return Ok(());
        };
        if *from == source && now.saturating_duration_since(*at) <= REPEATED_WITHIN {
            return Ok(());
        }
        let code = match dialect {
            Dialect::Query => ErrorCode::SignatureDoesNotMatch,
            Dialect::Json | Dialect::RestJson | Dialect::S3 => ErrorCode::InvalidSignatureException,
        };
        Err(ApiError::new(code, "The signature of this request was used before. Sign the request again."))
    }
}

impl Seen {
    fn forget(&mut self, now: Instant) {
        while let Some((at, signature)) = self.in_order.front() {
            let is_over = now.saturating_duration_since(*at) > WINDOW;
            if !is_over && self.in_order.len() < REMEMBERED_MAX {
                return;
            }
            self.first.remove(signature);
            self.in_order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn signature(number: usize) -> Signature {
        let mut signature = Signature::default();
        signature[..8].copy_from_slice(&number.to_be_bytes());
        signature
    }

    fn passes(replays: &Replays, number: usize, source: IpAddr, now: Instant) -> bool {
        replays.admit(Dialect::Json, signature(number), (source, now)).is_ok()
    }

    #[test]
    fn a_repeat_passes_at_once_and_from_the_same_address_only() {
        let (replays, now) = (Replays::default(), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        assert!(passes(&replays, 1, HERE, now) && passes(&replays, 2, ELSEWHERE, now));
        assert!(passes(&replays, 1, HERE, later(5)));
        assert!(!passes(&replays, 1, ELSEWHERE, later(1)));
        assert!(!passes(&replays, 1, HERE, later(6)));
        assert!(!passes(&replays, 1, HERE, later(600)));
        let refused = replays.admit(Dialect::Query, signature(1), (HERE, later(7))).unwrap_err();
        assert_eq!(refused.code, ErrorCode::SignatureDoesNotMatch);
        // The signature itself is too old by then.
        assert!(passes(&replays, 1, HERE, later(601)));
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let (replays, now) = (Replays::default(), Instant::now());
        for number in 0..REMEMBERED_MAX + 10 {
            assert!(passes(&replays, number, HERE, now));
        }
        let seen = replays.0.lock().unwrap();
        assert_eq!((seen.first.len(), seen.in_order.len()), (REMEMBERED_MAX, REMEMBERED_MAX));
    }
}
