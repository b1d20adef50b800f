//! Reads texts out of one page of the raw or the beside column, without the rest of the file.
//!
//! A page is a Thrift header and a zstd frame (Parquet format, "Data Pages", version 1). The column is required and
//! plainly encoded, so the frame holds nothing but the texts, each behind its length in four bytes. Of the header
//! only the first three members are read: the kind of page and its two sizes, each a zigzag varint behind the byte
//! `0x15` (a 32-bit member, the one after the last).

use std::cell::RefCell;

use bytes::Bytes;
use zstd::bulk::Decompressor;

use crate::number::{narrow, u32_at, wide};

/// No page is larger than this after decompression: one ends with the text that fills it.
const PAGE_BYTES_MAX: usize = 4 << 20;

thread_local! {
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The decompressed bytes of a page, of which `page` is header and frame. None when it is damaged.
pub(crate) fn decompress(page: &[u8]) -> Option<Bytes> {
    let mut rest = page;
    let [kind, plain_bytes, frame_bytes] = [member(&mut rest)?, member(&mut rest)?, member(&mut rest)?];
    let frame = page.get(page.len().checked_sub(wide(frame_bytes))?..)?;
    let plain_bytes = wide(plain_bytes);
    if kind != 0 || plain_bytes > PAGE_BYTES_MAX {
        return None;
    }
    DECOMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = Decompressor::new().ok();
        }
        slot.as_mut()?.decompress(frame, plain_bytes).ok().map(Bytes::from)
    })
}

/// A page that was decompressed, followed by where each of its texts begins, so that each is found at once: the form
/// in which pages are held in memory.
pub(crate) fn with_places(page: &Bytes) -> Bytes {
    let mut texts = texts(page.clone());
    let mut places = Vec::new();
    while let Some(range) = texts.next_range() {
        places.extend(narrow(range.start).to_le_bytes());
    }
    Bytes::from([page, places.as_slice(), &narrow(places.len() / 4).to_le_bytes()].concat())
}

/// Text number `at` of what [`with_places`] made.
pub(crate) fn text(page: &Bytes, at: usize) -> Option<Bytes> {
    let end = page.len().checked_sub(4)?;
    let count = wide(u32_at(page, end)?);
    let place = end.checked_sub(count.checked_sub(at)?.checked_mul(4)?)?;
    let start = wide(u32_at(page, place).filter(|_| at < count)?);
    let bytes = wide(u32_at(page, start.checked_sub(4)?)?);
    Some(page.slice(start..start + bytes))
}

/// A member of the header that is a 32-bit integer and follows on the one before.
fn member(rest: &mut &[u8]) -> Option<u32> {
    let (&0x15, after) = rest.split_first()? else { return None };
    *rest = after;
    let zigzag = crate::number::take_varint(rest)?;
    zigzag.is_multiple_of(2).then_some(zigzag / 2)
}

/// The texts of a decompressed page, in order.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    page: Bytes,
    at: usize,
}

/// The texts of a decompressed page.
pub(crate) fn texts(page: Bytes) -> Texts {
    Texts { page, at: 0 }
}

impl Texts {
    fn next_range(&mut self) -> Option<std::ops::Range<usize>> {
        let start = self.at.checked_add(4)?;
        let end = start.checked_add(wide(u32_at(&self.page, self.at)?))?;
        self.at = end;
        (end <= self.page.len()).then_some(start..end)
    }
}

impl Iterator for Texts {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let range = self.next_range()?;
        Some(self.page.slice(range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn damaged_pages_are_refused_without_panic(page in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..64)) {
            let _page = decompress(&page);
            let page = Bytes::from(page);
            let count = texts(page.clone()).count();
            let placed = with_places(&page);
            proptest::prop_assert_eq!(text(&placed, count), None);
        }

        #[test]
        fn each_text_is_found_at_its_number(
            lines in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<u8>(), 0..9), 0..9),
        ) {
            let page = lines.iter().flat_map(|line| [&narrow(line.len()).to_le_bytes(), line.as_slice()].concat());
            let placed = with_places(&page.collect());
            for (at, line) in lines.iter().enumerate() {
                let found = text(&placed, at);
                proptest::prop_assert_eq!(found.as_deref(), Some(line.as_slice()));
            }
            proptest::prop_assert_eq!(text(&placed, lines.len()), None);
        }
    }
}
