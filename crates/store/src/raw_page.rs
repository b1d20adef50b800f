//! Reads texts out of one page of the raw or the beside column, without the rest of the file.
//!
//! A page is a Thrift header and a zstd frame (Parquet format, "Data Pages", version 1). The column is required and
//! plainly encoded, so the frame holds nothing but the texts, each behind its length in four bytes. Of the header
//! only the first three members are read: the kind of page and its two sizes, each a zigzag varint behind the byte
//! `0x15` (a 32-bit member, the one after the last).

use std::cell::RefCell;

use bytes::Bytes;
use zstd::bulk::Decompressor;

use crate::number::{u32_at, wide};

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

    /// Text number `at` of the page.
    pub(crate) fn text(mut self, at: usize) -> Option<Bytes> {
        for _ in 0..at {
            self.next_range()?;
        }
        let range = self.next_range()?;
        Some(self.page.slice(range))
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
            let _count = texts(Bytes::from(page)).count();
        }
    }
}
