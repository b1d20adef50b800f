//! Numbers in bytes, little-endian, and between widths. Rows of one file and texts of one dictionary are counted in
//! `u32`; a count beyond that cannot occur, since files are cut long before, and would saturate.

/// A count or a row as it is stored.
pub(crate) fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A stored count or row as an index.
pub(crate) fn wide(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// A length as it is stored or reported.
pub(crate) fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A stored length as an index.
pub(crate) fn index(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// The `u32` at byte `at`.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// The `u64` at byte `at`.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

/// The `i64` at byte `at`.
pub(crate) fn i64_at(bytes: &[u8], at: usize) -> Option<i64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(i64::from_le_bytes(eight.try_into().ok()?))
}

/// Appends a number in groups of seven bits, the lowest first.
pub(crate) fn put_varint(to: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        to.push((number.to_le_bytes()[0] & 0x7f) | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

/// Takes a number that [`put_varint`] wrote from the beginning of `from`.
pub(crate) fn take_varint(from: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in [0, 7, 14, 21, 28] {
        let (first, rest) = from.split_first()?;
        *from = rest;
        number |= u32::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_varint_comes_back(number in proptest::prelude::any::<u32>()) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, number);
            let mut rest = bytes.as_slice();
            proptest::prop_assert_eq!(take_varint(&mut rest), Some(number));
            proptest::prop_assert!(rest.is_empty());
        }
    }
}
