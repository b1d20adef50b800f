//! Pieces of text: random identifiers, times, and writing into strings.

use cairn_model::Timestamp;

use crate::rng::Rng;

/// Appends formatted text to a `String`, which never fails.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => { std::fmt::Write::write_fmt(&mut $out, format_args!($($arg)*)).unwrap_or_default() };
}
pub(crate) use put;

pub(crate) fn base32(rng: &mut Rng, count: usize) -> String {
    (0..count).map(|_| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[rng.below(32)])).collect()
}

pub(crate) fn token(rng: &mut Rng, count: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..count).map(|_| char::from(ALPHABET[rng.below(62)])).collect()
}

pub(crate) fn hex(rng: &mut Rng, count: usize) -> String {
    let mut text = String::with_capacity(count + 16);
    while text.len() < count {
        put!(text, "{:016x}", rng.number());
    }
    text.truncate(count);
    text
}

pub(crate) fn uuid(rng: &mut Rng) -> String {
    let (a, b) = (rng.number(), rng.number());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        (b >> 48 & 0x3fff) | 0x8000,
        b & 0xffff_ffff_ffff
    )
}

/// A moment of whole seconds since the epoch.
pub(crate) fn moment(unix: u64) -> Timestamp {
    Timestamp::from_unix_seconds(i64::try_from(unix).unwrap_or(i64::MAX))
}

/// At most the first `count` bytes of ASCII text.
pub(crate) fn first(text: &str, count: usize) -> &str {
    text.get(..count).unwrap_or(text)
}

/// `text` with its first letter in lower case.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().collect::<String>() + letters.as_str())
}
