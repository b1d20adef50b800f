//! The rows that have a value: written small, read fast.
//!
//! A value of the `fst` map says where its rows are: `row * 2 + 1` is a single row itself; `offset * 2` is a place
//! behind the map. There stands the number of rows as a varint: up to [`FEW_MAX`] rows follow as varints, each the
//! distance from the one before; more rows follow as a serialised roaring bitmap.

use std::fmt;
use std::io::Cursor;

use roaring::RoaringBitmap;

use crate::number::{index, length, narrow, put_varint, take_varint, wide};

/// So many rows are written as distances rather than as a bitmap.
const FEW_MAX: usize = 16;

/// Some rows of a file, in ascending order: newest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rows {
    /// These.
    Few(Vec<u32>),
    /// Those of a bitmap.
    Many(RoaringBitmap),
}

impl Rows {
    pub(crate) fn none() -> Self {
        Self::Few(Vec::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Few(rows) => rows.is_empty(),
            Self::Many(rows) => rows.is_empty(),
        }
    }

    /// Rows that are in both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Few(mut few), Self::Few(other)) => {
                few.retain(|row| other.binary_search(row).is_ok());
                Self::Few(few)
            }
            (Self::Few(mut few), Self::Many(many)) | (Self::Many(many), Self::Few(mut few)) => {
                few.retain(|row| many.contains(*row));
                Self::Few(few)
            }
            (Self::Many(one), Self::Many(other)) => Self::Many(one & other),
        }
    }

    /// Rows that are in either.
    pub(crate) fn or(self, other: Self) -> Self {
        let mut all = self.into_bitmap();
        all |= other.into_bitmap();
        Self::Many(all)
    }

    fn into_bitmap(self) -> RoaringBitmap {
        match self {
            Self::Few(rows) => rows.into_iter().collect(),
            Self::Many(rows) => rows,
        }
    }

    /// The rows in order, from `first` up to, not including, `end`; none when `end` comes first, as it does for a page
    /// that begins behind the time that is asked for.
    pub(crate) fn between(self, first: u32, end: u32) -> RowsBetween {
        match self {
            Self::Few(mut rows) => {
                rows.retain(|row| (first..end).contains(row));
                RowsBetween::Few(rows.into_iter())
            }
            Self::Many(rows) => RowsBetween::Many(rows.into_range(first..end.max(first))),
        }
    }
}

/// Iterates over rows that it owns.
pub(crate) enum RowsBetween {
    All(std::ops::Range<u32>),
    Few(std::vec::IntoIter<u32>),
    Many(roaring::bitmap::IntoIter),
}

impl fmt::Debug for RowsBetween {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowsBetween")
    }
}

impl Iterator for RowsBetween {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::All(rows) => rows.next(),
            Self::Few(rows) => rows.next(),
            Self::Many(rows) => rows.next(),
        }
    }
}

/// Writes `rows`, which ascend, behind the map, and gives the value for the map.
pub(crate) fn encode(rows: &[u32], to: &mut Vec<u8>) -> u64 {
    if let [row] = rows {
        return u64::from(*row) * 2 + 1;
    }
    let place = length(to.len()) * 2;
    put_varint(to, narrow(rows.len()));
    if rows.len() <= FEW_MAX {
        let mut before = 0;
        for row in rows {
            put_varint(to, row - before);
            before = *row;
        }
    } else {
        let mut bitmap: RoaringBitmap = rows.iter().copied().collect();
        bitmap.optimize();
        // A Vec takes every byte.
        let _written = bitmap.serialize_into(to);
    }
    place
}

/// Reads the rows of a value of the map. None when they are damaged.
pub(crate) fn decode(value: u64, from: &[u8]) -> Option<Rows> {
    if value % 2 == 1 {
        return Some(Rows::Few(vec![u32::try_from(value / 2).ok()?]));
    }
    let mut bytes = from.get(index(value / 2)..)?;
    let count = wide(take_varint(&mut bytes)?);
    if count > FEW_MAX {
        return Some(Rows::Many(RoaringBitmap::deserialize_unchecked_from(bytes).ok()?));
    }
    let mut before = 0_u32;
    let rows = (0..count).map(|_| {
        before = before.checked_add(take_varint(&mut bytes)?)?;
        Some(before)
    });
    Some(Rows::Few(rows.collect::<Option<_>>()?))
}

/// Reads only those rows of a value of the map that are in `others` too. None when they are damaged.
pub(crate) fn decode_and(value: u64, from: &[u8], others: Rows) -> Option<Rows> {
    if value.is_multiple_of(2)
        && let Rows::Many(bitmap) = &others
    {
        let mut bytes = from.get(index(value / 2)..)?;
        if wide(take_varint(&mut bytes)?) > FEW_MAX {
            return Some(Rows::Many(bitmap.intersection_with_serialized_unchecked(Cursor::new(bytes)).ok()?));
        }
    }
    Some(decode(value, from)?.and(others))
}

/// How many rows a value of the map has.
pub(crate) fn count(value: u64, from: &[u8]) -> Option<u32> {
    if value % 2 == 1 { Some(1) } else { take_varint(&mut from.get(index(value / 2)..)?) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    proptest::proptest! {
        #[test]
        fn rows_come_back_and_meet_as_sets_do(
            one in proptest::collection::btree_set(0_u32..200_000, 1..300),
            other in proptest::collection::btree_set(0_u32..600, 1..300),
        ) {
            let mut bytes = vec![7];
            let rows = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<_>>();
            let (a, b) = (encode(&rows(&one), &mut bytes), encode(&rows(&other), &mut bytes));
            let read = |value| decode(value, &bytes).unwrap();
            proptest::prop_assert_eq!(read(a).between(0, u32::MAX).collect::<Vec<_>>(), rows(&one));
            proptest::prop_assert_eq!(count(b, &bytes), Some(narrow(other.len())));
            let both: Vec<_> = one.intersection(&other).copied().collect();
            let met = decode_and(a, &bytes, read(b)).unwrap();
            proptest::prop_assert_eq!(met.is_empty(), both.is_empty());
            proptest::prop_assert_eq!(met.between(0, u32::MAX).collect::<Vec<_>>(), both);
            let either: Vec<_> = one.union(&other).copied().filter(|row| (5..100).contains(row)).collect();
            proptest::prop_assert_eq!(read(a).or(read(b)).between(5, 100).collect::<Vec<_>>(), either);
        }
    }

    #[test]
    fn nothing_is_between_an_end_and_the_beginning_behind_it() {
        for count in [1, 5_000] {
            let rows: Vec<u32> = (0..count).collect();
            let mut bytes = Vec::new();
            let value = encode(&rows, &mut bytes);
            assert_eq!(decode(value, &bytes).unwrap().between(4_000, 3).count(), 0, "{count}");
        }
    }
}
