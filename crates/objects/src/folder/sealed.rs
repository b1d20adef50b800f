//! An encrypted object's file: a header with the object's wrapped key, then chunks of AES-256-GCM.
//!
//! The object's key is new for each put, so that a chunk's nonce can be its number. The last chunk is marked, and every
//! chunk is bound to the header: none can be changed, moved, left out or taken from another file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};

use crate::data_keys::{DataKeys, Wrapping};
use crate::{ObjectError, ServerSideEncryption};

/// The first bytes of every such file. The last one is the version of the form.
const MAGIC: [u8; 8] = *b"\0CAIRNE\x01";

/// Plain bytes in a chunk.
const CHUNK: u64 = 64 * 1024;

const TAG: u64 = 16;
const _: () = assert!(MAX_TAG_LEN == 16);

/// A header longer than this is none of ours.
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// What stands at the beginning of an encrypted object's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// Of the object, in bytes.
    pub(crate) size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kms_key_arn: Option<String>,
    /// The encryption context without the object's ARN, which whoever reads knows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, String>,
    /// The object's key, wrapped, in hexadecimal digits.
    wrapped: String,
}

/// A header as it was read.
#[derive(Debug)]
pub(crate) struct ReadHeader {
    pub(crate) header: Header,
    /// The bytes of it, which every chunk is bound to.
    bytes: Vec<u8>,
}

/// How to read an encrypted object.
pub(crate) struct Unsealing {
    key: LessSafeKey,
    bound: Vec<u8>,
    size: u64,
    object_arn: String,
}

impl Header {
    /// How the object is encrypted.
    pub(crate) fn encryption(&self) -> ServerSideEncryption {
        self.kms_key_arn.clone().map_or(ServerSideEncryption::Aes256, |key_arn| ServerSideEncryption::Kms { key_arn })
    }

    fn wrapping(&self, object_arn: &str) -> Wrapping {
        let mut context = self.context.clone();
        context.insert(OBJECT_ARN.to_owned(), object_arn.to_owned());
        Wrapping { kms_key_arn: self.kms_key_arn.clone(), context }
    }
}

const OBJECT_ARN: &str = "aws:s3:arn";

/// Writes an object encrypted: under `kms_key_arn` or the store's own key, bound to `object_arn` and `context`.
#[derive(Debug)]
pub(crate) struct Sealing<'a> {
    pub(crate) keys: &'a dyn DataKeys,
    pub(crate) object_arn: &'a str,
    pub(crate) kms_key_arn: Option<String>,
    pub(crate) context: BTreeMap<String, String>,
    /// New for each put.
    pub(crate) object_key: &'a [u8; 32],
}

impl Sealing<'_> {
    /// Writes the file, and says how it is encrypted.
    pub(crate) fn write(self, bytes: &[u8], file: &mut File) -> Result<ServerSideEncryption, ObjectError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut header = Header { size, kms_key_arn: self.kms_key_arn, context: self.context, wrapped: String::new() };
        header.wrapped = hex::encode(self.keys.wrap(&header.wrapping(self.object_arn), self.object_key)?);
        let json = serde_json::to_vec(&header).map_err(io::Error::other)?;
        let length = u32::try_from(json.len()).map_err(io::Error::other)?;
        let bound = [&MAGIC[..], &length.to_be_bytes(), &json].concat();
        file.write_all(&bound)?;
        let key = cipher(self.object_key)?;
        let mut chunk = Vec::new();
        for number in 0..chunks_of(size) {
            let plain = range_in(bytes, &(number * CHUNK..(number + 1) * CHUNK));
            chunk.clear();
            chunk.extend_from_slice(plain);
            let nonce = nonce(number, number + 1 == chunks_of(size));
            key.seal_in_place_append_tag(nonce, Aad::from(&bound[..]), &mut chunk).map_err(|_| unsealable())?;
            file.write_all(&chunk)?;
        }
        Ok(header.encryption())
    }
}

/// The header of a file; `None` when it is no encrypted object.
pub(crate) fn read_header(file: &File, file_size: u64) -> Result<Option<ReadHeader>, ObjectError> {
    let mut start = [0; MAGIC.len() + 4];
    if file_size < 12 {
        return Ok(None);
    }
    file.read_exact_at(&mut start, 0)?;
    let Some(length) = start.strip_prefix(&MAGIC[..]).and_then(|length| length.try_into().ok()) else {
        return Ok(None);
    };
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > HEADER_BYTES_MAX {
        return Err(unsealable());
    }
    let mut json = vec![0; length];
    file.read_exact_at(&mut json, 12).map_err(|_| unsealable())?;
    let header: Header = serde_json::from_slice(&json).map_err(|_| unsealable())?;
    let expected = header.size.checked_add(chunks_of(header.size).saturating_mul(TAG));
    let bytes = [&start[..], &json].concat();
    if expected.and_then(|sealed| sealed.checked_add(u64::try_from(bytes.len()).ok()?)) != Some(file_size) {
        return Err(unsealable());
    }
    Ok(Some(ReadHeader { header, bytes }))
}

impl ReadHeader {
    /// Opens the object's key, for the object of this ARN.
    pub(crate) fn unseal(self, keys: &dyn DataKeys, object_arn: &str) -> Result<Unsealing, ObjectError> {
        let wrapped = hex::decode(&self.header.wrapped).map_err(|_| unsealable())?;
        let opened = keys.unwrap(&self.header.wrapping(object_arn), &wrapped);
        let object_key = opened.inspect_err(|error| {
            if error.code() == "KMS.InvalidCiphertextException" {
                report_damage(object_arn);
            }
        })?;
        let (size, object_arn) = (self.header.size, object_arn.to_owned());
        Ok(Unsealing { key: cipher(&object_key)?, bound: self.bytes, size, object_arn })
    }
}

impl Unsealing {
    /// The object's size in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The plain bytes in `range`, cut at the object's end. Only the chunks in which they are, are read.
    pub(crate) fn read(&self, file: &File, range: &Range<u64>) -> io::Result<Bytes> {
        let range = range.start.min(self.size)..range.end.min(self.size);
        // Also an empty object's file must be whole.
        let chunks = if self.size == 0 { 0..1 } else { range.start / CHUNK..range.end.div_ceil(CHUNK) };
        if range.is_empty() && self.size > 0 {
            return Ok(Bytes::new());
        }
        let mut plain = BytesMut::with_capacity(usize::try_from(range.end - range.start).map_err(io::Error::other)?);
        let begin = u64::try_from(self.bound.len()).map_err(io::Error::other)?;
        let mut chunk = Vec::new();
        for number in chunks {
            let first = number * CHUNK;
            let length = (self.size - first).min(CHUNK) + TAG;
            chunk.resize(usize::try_from(length).map_err(io::Error::other)?, 0);
            file.read_exact_at(&mut chunk, begin + number * (CHUNK + TAG))?;
            let nonce = nonce(number, number + 1 == chunks_of(self.size));
            let opened = self.key.open_in_place(nonce, Aad::from(&self.bound[..]), &mut chunk);
            let opened = opened.map_err(|_| {
                report_damage(&self.object_arn);
                io::Error::other("an encrypted object was changed past the store")
            })?;
            let wanted = range.start.saturating_sub(first)..range.end.saturating_sub(first);
            plain.extend_from_slice(range_in(opened, &wanted));
        }
        Ok(plain.freeze())
    }
}

impl std::fmt::Debug for Unsealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unsealing").field("size", &self.size).finish_non_exhaustive()
    }
}

/// An empty object has one chunk too, so that its file cannot be made up.
fn chunks_of(size: u64) -> u64 {
    size.div_ceil(CHUNK).max(1)
}

fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    if let Some((mark, rest)) = nonce.split_first_mut() {
        *mark = u8::from(is_last);
        if let Some(place) = rest.last_chunk_mut::<8>() {
            *place = number.to_be_bytes();
        }
    }
    Nonce::assume_unique_for_key(nonce)
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, ObjectError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| unsealable())
}

/// The part of `bytes` in `range`, cut at their end.
fn range_in<'b>(bytes: &'b [u8], range: &Range<u64>) -> &'b [u8] {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(place(range.start)..place(range.end)).unwrap_or_default()
}

/// Says which object's file, named by its ARN or its path, is not as it was written.
pub(crate) fn report_damage(object: &str) {
    tracing::error!(object, "the file of an encrypted object was changed past the store");
    metrics::counter!("cairn_objects_damaged_total").increment(1);
}

fn unsealable() -> ObjectError {
    ObjectError::internal("an encrypted object's file is damaged")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::folder::test_keys::TestKeys;

    const ARN: &str = "arn:aws:s3:::logs/a";

    fn sealed(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        let sealing = Sealing {
            keys: &TestKeys,
            object_arn: ARN,
            kms_key_arn: None,
            context: BTreeMap::new(),
            object_key: &[5; 32],
        };
        sealing.write(bytes, &mut file).unwrap();
        file
    }

    fn unsealed(file: &File, arn: &str) -> Result<Unsealing, ObjectError> {
        let size = file.metadata().unwrap().len();
        read_header(file, size)?.ok_or(ObjectError::NotFound)?.unseal(&TestKeys, arn)
    }

    fn pattern(size: usize) -> Vec<u8> {
        (0..size).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn every_range_of_an_object_reads_as_it_was_written(
            size in prop_oneof![0_usize..5, 65_530_usize..65_545, 0_usize..200_000],
            start in 0_u64..210_000,
            length in 0_u64..210_000,
        ) {
            let bytes = pattern(size);
            let file = sealed(&bytes);
            let unsealing = unsealed(&file, ARN).unwrap();
            prop_assert_eq!(unsealing.size(), u64::try_from(size).unwrap());
            let read = unsealing.read(&file, &(start..start + length)).unwrap();
            prop_assert_eq!(&read[..], range_in(&bytes, &(start..start + length)));
        }

        #[test]
        fn a_changed_or_shortened_file_is_never_read_as_an_object(
            size in prop_oneof![0_usize..5, 65_530_usize..65_545, 131_072_usize..131_080],
            place in any::<prop::sample::Index>(),
            flip in 1_u8..,
        ) {
            let file = sealed(&pattern(size));
            let length = file.metadata().unwrap().len();
            let at = u64::try_from(place.index(usize::try_from(length).unwrap())).unwrap();
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).unwrap();
            file.write_all_at(&[byte[0] ^ flip], at).unwrap();
            let read = unsealed(&file, ARN).and_then(|opened| Ok(opened.read(&file, &(0..u64::MAX))?));
            prop_assert!(read.is_err());
            file.write_all_at(&byte, at).unwrap();
            file.set_len(at).unwrap();
            let read = unsealed(&file, ARN).and_then(|opened| Ok(opened.read(&file, &(0..u64::MAX))?));
            prop_assert!(read.is_err());
        }
    }

    #[test]
    fn an_object_under_another_key_cannot_take_its_place() {
        let file = sealed(b"hello");
        assert!(unsealed(&file, "arn:aws:s3:::logs/b").is_err());
        let mut text = Vec::new();
        file.read_exact_at(text.as_mut_slice(), 0).unwrap();
        assert!(read_header(&file, 5).is_ok_and(|header| header.is_none()), "too short for a header");
    }
}
