//! Takes bodies apart: gzip member by member, zstd and plain bodies whole, never further than the limits allow.

use std::io::Read;

use bytes::Bytes;

use crate::gzip::{self, Member};
use crate::{ContentEncoding, IngestError, RecorderSettings};

/// One text of a body.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its number, from 0.
    pub(crate) member: u64,
    /// Bytes of the body before it.
    pub(crate) offset: u64,
    /// The text, or why there is none.
    pub(crate) text: Result<Bytes, String>,
}

/// Iterates over the texts of a body. An error ends it.
#[derive(Debug)]
pub(crate) struct Unpacker {
    body: Bytes,
    encoding: ContentEncoding,
    at: usize,
    member: u64,
    members_max: u64,
    budget: Budget,
}

/// How much more a body may inflate to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    left: usize,
    text_bytes_max: usize,
    refusal: Refusal,
}

#[derive(Debug, Clone, Copy)]
enum Refusal {
    Ratio(usize),
    Bytes(usize),
}

impl Unpacker {
    pub(crate) fn new(body: Bytes, encoding: ContentEncoding, settings: &RecorderSettings) -> Self {
        let by_ratio = body.len().saturating_mul(settings.inflated_ratio_max).max(settings.inflated_bytes_free);
        let (left, refusal) = if by_ratio < settings.inflated_bytes_max {
            (by_ratio, Refusal::Ratio(settings.inflated_ratio_max))
        } else {
            (settings.inflated_bytes_max, Refusal::Bytes(settings.inflated_bytes_max))
        };
        let budget = Budget { left, text_bytes_max: settings.text_bytes_max, refusal };
        Self { body, encoding, at: 0, member: 0, members_max: settings.members_max, budget }
    }

    /// The next text, or `None` at the end.
    ///
    /// # Errors
    /// When a limit is passed, and when the body is not packed as it says from its first byte on.
    pub(crate) fn next(&mut self) -> Result<Option<Part>, IngestError> {
        if self.at >= self.body.len() {
            return Ok(None);
        }
        match self.encoding {
            ContentEncoding::Identity => {
                self.budget.spend(self.body.len())?;
                self.at = self.body.len();
                Ok(Some(Part { member: 0, offset: 0, text: Ok(self.body.clone()) }))
            }
            ContentEncoding::Zstd => {
                self.at = self.body.len();
                let text = inflate_zstd(&self.body, &mut self.budget)?;
                Ok(Some(Part { member: 0, offset: 0, text: Ok(text) }))
            }
            ContentEncoding::Gzip => self.next_member(),
        }
    }

    fn next_member(&mut self) -> Result<Option<Part>, IngestError> {
        let rest = self.body.get(self.at..).unwrap_or_default();
        if self.at == 0 && !rest.starts_with(&gzip::MAGIC) {
            return Err(IngestError::NotEncoded { encoding: "gzip", reason: "it does not begin as gzip does".into() });
        }
        // Zeros after a member are padding, as gzip itself takes them.
        let Some(padding) = rest.iter().position(|byte| *byte != 0) else { return Ok(None) };
        self.at += padding;
        let rest = rest.get(padding..).unwrap_or_default();
        if self.member == self.members_max {
            return Err(IngestError::TooManyMembers { limit: self.members_max });
        }
        let (member, offset) = (self.member, u64::try_from(self.at).unwrap_or(u64::MAX));
        self.member += 1;
        let text = match gzip::inflate_member(rest, &mut self.budget)? {
            Member::Text { text, packed_bytes } => {
                self.at += packed_bytes;
                Ok(text)
            }
            Member::Broken { reason } => {
                self.at += gzip::next_start(rest).unwrap_or(rest.len());
                Err(reason)
            }
        };
        Ok(Some(Part { member, offset, text }))
    }
}

impl Budget {
    /// Takes `bytes` from what is left.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), IngestError> {
        if bytes > self.text_bytes_max {
            return Err(IngestError::TooLarge { limit: self.text_bytes_max });
        }
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(match self.refusal {
                Refusal::Ratio(ratio) => IngestError::Bomb { ratio },
                Refusal::Bytes(limit) => IngestError::TooLarge { limit },
            }),
        }
    }

    /// The most that one text may have now.
    pub(crate) fn left(&self) -> usize {
        self.left.min(self.text_bytes_max)
    }

    /// Reads all of `packed`, at most one byte more than is allowed, and spends what was read, also after an error.
    /// `expected` is the size that it claims to have: a text that grows by doubling takes up to three times its memory.
    pub(crate) fn read(
        &mut self,
        packed: impl Read,
        expected: usize,
    ) -> Result<Result<Bytes, std::io::Error>, IngestError> {
        let allowed = u64::try_from(self.left()).unwrap_or(u64::MAX).saturating_add(1);
        let mut text = Vec::with_capacity(expected.min(self.left()).saturating_add(1));
        let read = packed.take(allowed).read_to_end(&mut text);
        self.spend(text.len())?;
        Ok(read.map(|_| text.into()))
    }
}

fn inflate_zstd(body: &[u8], budget: &mut Budget) -> Result<Bytes, IngestError> {
    /// Frames that want a longer window are refused: it is memory that the sender decides on. 8 MiB.
    const WINDOW_LOG_MAX: u32 = 23;
    let not_encoded = |error: std::io::Error| IngestError::NotEncoded { encoding: "zstd", reason: error.to_string() };
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(not_encoded)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(not_encoded)?;
    let expected = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
    let expected = expected.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default();
    // A few bytes can claim any size; what they really hold is seldom a hundred times as much.
    budget.read(decoder, expected.min(body.len().saturating_mul(100)))?.map_err(not_encoded)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gz(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn settings() -> RecorderSettings {
        RecorderSettings::default()
    }

    fn unpack(body: Vec<u8>, encoding: ContentEncoding) -> Result<Vec<Result<Bytes, String>>, IngestError> {
        let mut unpacker = Unpacker::new(body.into(), encoding, &settings());
        let mut texts = Vec::new();
        while let Some(part) = unpacker.next()? {
            texts.push(part.text);
        }
        Ok(texts)
    }

    fn texts(body: Vec<u8>) -> Vec<Bytes> {
        unpack(body, ContentEncoding::Gzip).unwrap().into_iter().flatten().collect()
    }

    #[test]
    fn members_come_one_by_one_whatever_they_hold() {
        let noise: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let parts: [&[u8]; 6] = [b"one", b"", b"two", b"two", &noise, b"last"];
        let body: Vec<u8> = parts.iter().flat_map(|part| gz(part)).collect();
        assert_eq!(texts(body), parts);
    }

    #[test]
    fn members_inside_a_member_do_not_mislead() {
        let inner: Vec<u8> = [gz(b"inner one"), gz(b"inner two"), gz(b"inner three"), gz(b"inner four")].concat();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        encoder.write_all(&inner).unwrap();
        let body = [encoder.finish().unwrap(), gz(b"after")].concat();
        assert_eq!(texts(body), [inner, b"after".to_vec()]);
    }

    #[test]
    fn zeros_after_a_member_are_padding() {
        assert_eq!(texts([gz(b"a"), vec![0; 512]].concat()), [b"a".as_slice()]);
        assert_eq!(texts([gz(b"a"), vec![0; 512], gz(b"b")].concat()), [b"a".as_slice(), b"b"]);
    }

    #[test]
    fn a_broken_member_is_reported_and_the_next_is_read() {
        let mut cut = gz(&b"0123456789 some text to cut".repeat(50));
        cut.truncate(cut.len() - 12);
        let mut changed = gz(b"its checksum is wrong");
        let at = changed.len() - 6;
        changed[at] ^= 1;
        let parts = unpack([gz(b"a"), cut, gz(b"b"), changed, gz(b"c")].concat(), ContentEncoding::Gzip).unwrap();
        assert_eq!(parts.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false, true], "{parts:?}");
        let one_cut = unpack(gz(b"only")[..10].to_vec(), ContentEncoding::Gzip).unwrap();
        assert!(one_cut[0].is_err());
    }

    #[test]
    fn bombs_are_refused() {
        let bomb = gz(&vec![b' '; 8 << 20]);
        assert!(matches!(unpack(bomb, ContentEncoding::Gzip), Err(IngestError::Bomb { ratio: 200 })));
        let zstd_bomb = zstd::encode_all(vec![b' '; 8 << 20].as_slice(), 3).unwrap();
        assert!(matches!(unpack(zstd_bomb, ContentEncoding::Zstd), Err(IngestError::Bomb { .. })));
        let many = gz(b"x").repeat(65_537);
        assert!(matches!(unpack(many, ContentEncoding::Gzip), Err(IngestError::TooManyMembers { limit: 65_536 })));
        let limits = RecorderSettings { text_bytes_max: 1000, ..settings() };
        let mut unpacker = Unpacker::new(gz(&[b'x'; 1001]).into(), ContentEncoding::Gzip, &limits);
        assert!(matches!(unpacker.next(), Err(IngestError::TooLarge { limit: 1000 })));
    }

    #[test]
    fn a_body_that_is_not_what_it_says_is_refused() {
        let plain = b"{\"Records\":[]}".to_vec();
        assert!(matches!(unpack(plain.clone(), ContentEncoding::Gzip), Err(IngestError::NotEncoded { .. })));
        assert!(matches!(unpack(plain, ContentEncoding::Zstd), Err(IngestError::NotEncoded { .. })));
        assert!(unpack(Vec::new(), ContentEncoding::Gzip).unwrap().is_empty());
    }

    #[test]
    fn zstd_frames_are_read_one_after_the_other() {
        let frames = [zstd::encode_all(&b"one "[..], 1).unwrap(), zstd::encode_all(&b"two"[..], 1).unwrap()].concat();
        assert_eq!(unpack(frames, ContentEncoding::Zstd).unwrap(), [Ok(Bytes::from_static(b"one two"))]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_after_the_magic_are_read_without_panic(tail in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let body = [gzip::MAGIC.to_vec(), tail.clone()].concat();
            let _parts = unpack(body, ContentEncoding::Gzip);
            let _parts = unpack([gz(b"good"), tail].concat(), ContentEncoding::Gzip);
        }

        #[test]
        fn a_changed_or_cut_member_never_gives_another_text(at in 0_usize..60, flip in 1_u8..=255, cut in 0_usize..60) {
            let good = gz(b"{\"Records\":[{\"eventTime\":\"2026-10-01T08:03:12Z\"}]}");
            let mut bad = good.clone();
            let at = at % bad.len();
            bad[at] ^= flip;
            for body in [bad, good[..cut.min(good.len())].to_vec()] {
                for text in unpack(body, ContentEncoding::Gzip).into_iter().flatten().flatten() {
                    proptest::prop_assert_eq!(&text[..], b"{\"Records\":[{\"eventTime\":\"2026-10-01T08:03:12Z\"}]}");
                }
            }
        }
    }
}
