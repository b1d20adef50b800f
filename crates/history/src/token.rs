//! The token for the next page: where to go on, and a hash that binds it to the request it came from.
//!
//! A token gives no rights: whoever makes one up only chooses where a page begins among events that they may see.
//! So the hash needs no key, and tokens outlive a restart.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_model::{Sequence, Timestamp};
use cairn_store::Cursor;
use sha2::{Digest, Sha256};

/// Where the next page begins, among events that do not change while more arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// The last event of the page before.
    pub(crate) after: Cursor,
    /// What arrived from here on is not part of this lookup.
    pub(crate) before_sequence: Sequence,
    /// The earliest event time, which by default depends on when the lookup began.
    pub(crate) start: Timestamp,
}

const NUMBERS_BYTES: usize = 4 * 8;
const HASH_BYTES: usize = 16;

impl Token {
    /// The token as text. `request` is everything that chooses events.
    pub(crate) fn to_text(self, request: &[u8]) -> String {
        let mut bytes = Vec::with_capacity(NUMBERS_BYTES + HASH_BYTES);
        bytes.extend(self.after.event_time.unix_ms().to_be_bytes());
        bytes.extend(self.after.sequence.0.to_be_bytes());
        bytes.extend(self.before_sequence.0.to_be_bytes());
        bytes.extend(self.start.unix_ms().to_be_bytes());
        let hash = hash(&bytes, request);
        bytes.extend(hash);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token. None when it was not made for this request.
    pub(crate) fn parse(text: &str, request: &[u8]) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (numbers, given) = bytes.split_at_checked(NUMBERS_BYTES)?;
        if given != hash(numbers, request) {
            return None;
        }
        let mut numbers = numbers.as_chunks::<8>().0.iter();
        let mut next = || numbers.next().copied();
        Some(Self {
            after: Cursor {
                event_time: Timestamp::from_unix_ms(i64::from_be_bytes(next()?)),
                sequence: Sequence(u64::from_be_bytes(next()?)),
            },
            before_sequence: Sequence(u64::from_be_bytes(next()?)),
            start: Timestamp::from_unix_ms(i64::from_be_bytes(next()?)),
        })
    }
}

fn hash(numbers: &[u8], request: &[u8]) -> [u8; HASH_BYTES] {
    let mut hash = Sha256::new();
    hash.update(b"cairn events 2");
    hash.update(numbers);
    hash.update(request);
    let mut bytes = [0; HASH_BYTES];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_its_request_and_any_change_is_noticed() {
        let token = Token {
            after: Cursor { event_time: Timestamp::from_unix_seconds(-7), sequence: Sequence(9) },
            before_sequence: Sequence(u64::MAX),
            start: Timestamp::from_unix_seconds(3),
        };
        let text = token.to_text(b"request");
        assert_eq!(Token::parse(&text, b"request"), Some(token));
        assert_eq!(Token::parse(&text, b"another"), None);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(Token::parse(&changed, b"request"), None, "character {at}");
        }
        assert_eq!(Token::parse("", b"request"), None);
    }
}
