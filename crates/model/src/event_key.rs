//! By what an event is known again: its account and `eventID`, and a hash of its bytes.

use sha2::{Digest, Sha256};
use twox_hash::XxHash64;

use crate::{AccountId, EventFields};

/// Names one event of one account. Two events with equal `id` claim to be the same; whether they are, `bytes_hash` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey {
    /// The first 16 bytes of the SHA-256 of the account and the `eventID`, or of the account and the bytes of an event
    /// without one.
    pub id: [u8; 16],
    /// XXH64 of the event's bytes. Against accidents, not against forgery: of two events with one `id` only the first
    /// is ever kept.
    pub bytes_hash: u64,
}

impl EventKey {
    /// The key of `event`, of which `fields` were read.
    pub fn of(account: AccountId, fields: &EventFields<'_>, event: &[u8]) -> Self {
        let id = match &fields.event_id {
            Some(event_id) => Self::id_of_event_id(account, event_id),
            None => hash(account, b"bytes", event),
        };
        Self { id, bytes_hash: XxHash64::oneshot(0, event) }
    }

    /// The `id` of an event of `account` that has this `eventID`.
    pub fn id_of_event_id(account: AccountId, event_id: &str) -> [u8; 16] {
        hash(account, b"eventID", event_id.as_bytes())
    }
}

fn hash(account: AccountId, kind: &[u8], text: &[u8]) -> [u8; 16] {
    let digest = Sha256::new().chain_update(account.as_str()).chain_update(kind).chain_update([0]).chain_update(text);
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(digest.finalize()) {
        *to = from;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(event: &str) -> EventKey {
        EventKey::of(AccountId::DEFAULT, &EventFields::parse(event.as_bytes()).unwrap(), event.as_bytes())
    }

    #[test]
    fn the_event_id_makes_the_key_and_the_bytes_tell_copies_from_forgeries() {
        let one = key(r#"{"eventTime":"2026-10-01T08:03:12Z","eventID":"a"}"#);
        let changed = key(r#"{"eventTime":"2026-10-01T08:03:13Z","eventID":"a"}"#);
        assert_eq!(one.id, changed.id);
        assert_ne!(one.bytes_hash, changed.bytes_hash);
        assert_ne!(one.id, key(r#"{"eventTime":"2026-10-01T08:03:12Z","eventID":"b"}"#).id);
    }

    #[test]
    fn an_event_without_an_id_is_known_by_its_bytes() {
        let none = r#"{"eventTime":"2026-10-01T08:03:12Z"}"#;
        assert_eq!(key(none), key(none));
        assert_ne!(key(none).id, key(r#"{"eventTime":"2026-10-01T08:03:13Z"}"#).id);
    }

    #[test]
    fn accounts_do_not_share_keys() {
        let other = AccountId::parse("111122223333").unwrap();
        assert_ne!(EventKey::id_of_event_id(AccountId::DEFAULT, "a"), EventKey::id_of_event_id(other, "a"));
    }
}
