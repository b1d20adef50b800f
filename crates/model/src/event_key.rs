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
        match &fields.event_id {
            Some(event_id) => {
                let id = Self::id_of_event_id(account, event_id);
                Self { id, bytes_hash: XxHash64::oneshot(0, event) }
            }
            None => Self::of_bytes(account, event),
        }
    }

    /// The key of an event without an `eventID`, or one that cannot be read.
    pub fn of_bytes(account: AccountId, event: &[u8]) -> Self {
        Self { id: hash(account, b"bytes", event), bytes_hash: XxHash64::oneshot(0, event) }
    }

    /// The `EventId` that is shown for an event without one: its `id` in the form of a UUID.
    pub fn derived_event_id(&self) -> String {
        let hex = format!("{:032x}", u128::from_be_bytes(self.id));
        let parts = [hex.get(0..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..32)];
        parts.map(Option::unwrap_or_default).join("-")
    }

    /// The `id` of which [`EventKey::derived_event_id`] made `event_id`, if it can be one.
    pub fn id_of_derived(event_id: &str) -> Option<[u8; 16]> {
        let hex: Vec<u8> = event_id.bytes().filter(|byte| *byte != b'-').collect();
        let mut id = [0; 16];
        if event_id.len() != 36 || hex.len() != 32 {
            return None;
        }
        for (to, pair) in id.iter_mut().zip(hex.chunks_exact(2)) {
            *to = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(id)
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
        assert_eq!(EventKey::id_of_derived(&key(none).derived_event_id()), Some(key(none).id));
        assert_eq!(EventKey::id_of_derived("0"), None);
    }

    #[test]
    fn accounts_do_not_share_keys() {
        let other = AccountId::parse("111122223333").unwrap();
        assert_ne!(EventKey::id_of_event_id(AccountId::DEFAULT, "a"), EventKey::id_of_event_id(other, "a"));
    }
}
