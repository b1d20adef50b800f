//! Percent-encoding as Signature Version 4 wants it: everything but unreserved characters, hex in upper case.

use std::borrow::Cow;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// `A-Z a-z 0-9 - . _ ~`
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Appends one byte as `%XX`.
pub(crate) fn push_encoded(out: &mut Vec<u8>, byte: u8) {
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
    out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
}

/// Appends `text`, encoding every byte that is not unreserved. A `%` becomes `%25`.
pub(crate) fn push_all_encoded(out: &mut Vec<u8>, text: &str, keep_slash: bool) {
    for byte in text.bytes() {
        if is_unreserved(byte) || (keep_slash && byte == b'/') {
            out.push(byte);
        } else {
            push_encoded(out, byte);
        }
    }
}

/// Appends `text` with its encoding made canonical: what is encoded without need is decoded, what needs encoding is
/// encoded, hex is in upper case. A `%` that starts no `%XX` becomes `%25`.
pub(crate) fn push_canonical(out: &mut Vec<u8>, text: &str, literal: fn(u8) -> Literal) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte == b'%'
            && let Some(decoded) = escape(bytes, at)
        {
            at += 2;
            if is_unreserved(decoded) {
                out.push(decoded);
            } else {
                push_encoded(out, decoded);
            }
            continue;
        }
        match literal(byte) {
            Literal::Keep => out.push(byte),
            Literal::Encode => push_encoded(out, byte),
            Literal::Space => push_encoded(out, b' '),
        }
    }
}

/// What a byte that stands for itself becomes.
pub(crate) enum Literal {
    Keep,
    Encode,
    Space,
}

/// In a path, `/` separates.
pub(crate) fn in_path(byte: u8) -> Literal {
    if is_unreserved(byte) || byte == b'/' { Literal::Keep } else { Literal::Encode }
}

/// In a query, `+` is a space, as in a form.
pub(crate) fn in_query(byte: u8) -> Literal {
    match byte {
        b'+' => Literal::Space,
        _ if is_unreserved(byte) => Literal::Keep,
        _ => Literal::Encode,
    }
}

/// Decodes a value of a query.
pub(crate) fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, escape(bytes, at)) {
            (b'%', Some(decoded)) => {
                at += 2;
                out.push(decoded);
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

fn escape(bytes: &[u8], at: usize) -> Option<u8> {
    let digit =
        |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    Some((digit(at)? << 4) | digit(at + 1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str, literal: fn(u8) -> Literal) -> String {
        let mut out = Vec::new();
        push_canonical(&mut out, text, literal);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn encodings_of_one_text_become_one() {
        assert_eq!(canonical("%7e%41~A", in_query), "~A~A");
        assert_eq!(canonical("a+b%20c%2bd", in_query), "a%20b%20c%2Bd");
        assert_eq!(canonical("100%", in_query), "100%25");
        assert_eq!(canonical("%zz", in_query), "%25zz");
        assert_eq!(canonical("a/b%2fc d", in_path), "a/b%2Fc%20d");
        assert_eq!(canonical("ሴ", in_query), "%E1%88%B4");
    }

    #[test]
    fn values_are_decoded_and_bad_text_is_not() {
        assert_eq!(decoded("a%2Fb+c").as_deref(), Some("a/b c"));
        assert_eq!(decoded("%ff"), None);
        assert_eq!(decoded("%f"), Some(Cow::Owned("%f".to_owned())));
    }
}
