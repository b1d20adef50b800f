//! JSON bodies.

use serde_json::Value;

/// The document, or of one that is cut off or broken what stands before the break; `Null` when that is nothing.
pub(crate) fn read(bytes: &[u8]) -> Value {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return value;
    }
    mended(bytes).and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// The bytes up to the last whole member, with the brackets closed that are open there.
fn mended(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut open: Vec<u8> = Vec::new();
    let mut whole: Option<(usize, Vec<u8>)> = None;
    let (mut in_text, mut is_escaped) = (false, false);
    for (index, byte) in bytes.iter().enumerate() {
        if in_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                open.push(if *byte == b'{' { b'}' } else { b']' });
                whole = Some((index + 1, open.clone()));
                if open.len() > super::DEPTH_MAX {
                    break;
                }
            }
            b'}' | b']' => {
                (open.pop()? == *byte).then_some(())?;
                whole = Some((index + 1, open.clone()));
            }
            b',' => whole = Some((index, open.clone())),
            _ => {}
        }
    }
    let (end, open) = whole?;
    let mut text = bytes.get(..end)?.to_vec();
    text.extend(open.iter().rev());
    Some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_that_is_cut_off_gives_its_whole_members() {
        assert_eq!(read(br#"{"a":{"b":[1,2],"c":"x,}"},"d":"cut"#), json!({"a": {"b": [1, 2], "c": "x,}"}}));
        assert_eq!(read(br#"{"a":1,"b":[{"c":2},{"d":"#), json!({"a": 1, "b": [{"c": 2}, {}]}));
        assert_eq!(read(b"{\"a\":"), json!({}));
    }

    #[test]
    fn nonsense_gives_nothing() {
        for bytes in [&b""[..], b"x", b"{]", b"\xff\xfe", b"\"cut"] {
            assert_eq!(read(bytes), Value::Null, "{bytes:?}");
        }
        assert_eq!(read(&b"[".repeat(100_000)).pointer("/0/0/0").map(Value::is_array), Some(true));
    }
}
