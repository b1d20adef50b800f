//! Small files of one line that are written as a whole: words and, at the end, their checksum.

/// The line of `words`, none of which has a space.
pub(crate) fn encode(words: &[&str]) -> Vec<u8> {
    let line = words.join(" ");
    format!("{line} {:08x}\n", crc32c::crc32c(line.as_bytes())).into_bytes()
}

/// The words; none when the bytes are not what was written.
pub(crate) fn decode<const N: usize>(bytes: &[u8]) -> Option<[String; N]> {
    let line = std::str::from_utf8(bytes).ok()?;
    let (words, _) = line.rsplit_once(' ')?;
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let written = encode(&words.iter().map(String::as_str).collect::<Vec<_>>());
    (written == bytes).then_some(words)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_bit_is_noticed() {
        let bytes = encode(&["position", "17"]);
        assert_eq!(decode::<2>(&bytes).unwrap(), ["position", "17"]);
        assert_eq!(decode::<3>(&bytes), None);
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode::<2>(&changed), None, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(decode::<2>(&bytes[..length]), None);
        }
    }
}
