//! Checks that a body arrived as it was sent: `Content-MD5` and the `x-amz-checksum-` headers and trailers.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256};
use s3s::dto::PutObjectInput;
use s3s::{S3Result, TrailingHeaders, s3_error};

/// The checksums that a client sent, in Base64.
#[derive(Debug, Default)]
pub(crate) struct Checksums {
    md5: Option<String>,
    crc32: Option<String>,
    crc32c: Option<String>,
    crc64nvme: Option<String>,
    sha1: Option<String>,
    sha256: Option<String>,
}

impl Checksums {
    /// Those in the headers.
    pub(crate) fn of_headers(input: &PutObjectInput) -> Self {
        Self {
            md5: input.content_md5.clone(),
            crc32: input.checksum_crc32.clone(),
            crc32c: input.checksum_crc32c.clone(),
            crc64nvme: input.checksum_crc64nvme.clone(),
            sha1: input.checksum_sha1.clone(),
            sha256: input.checksum_sha256.clone(),
        }
    }

    /// Adds those behind the body, which must have been read to its end.
    pub(crate) fn add_trailers(&mut self, trailers: &TrailingHeaders) {
        trailers.read(|headers| {
            let take = |name: &str, into: &mut Option<String>| {
                if let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) {
                    *into = Some(value.trim().to_owned());
                }
            };
            take("x-amz-checksum-crc32", &mut self.crc32);
            take("x-amz-checksum-crc32c", &mut self.crc32c);
            take("x-amz-checksum-crc64nvme", &mut self.crc64nvme);
            take("x-amz-checksum-sha1", &mut self.sha1);
            take("x-amz-checksum-sha256", &mut self.sha256);
        });
    }

    /// Whether there is any.
    pub(crate) fn are_there(&self) -> bool {
        let Self { md5, crc32, crc32c, crc64nvme, sha1, sha256 } = self;
        [md5, crc32, crc32c, crc64nvme, sha1, sha256].into_iter().any(Option::is_some)
    }

    /// Compares them with those of `bytes`.
    ///
    /// # Errors
    /// `InvalidDigest` for an MD5 that is none, `BadDigest` when one differs.
    pub(crate) fn check(&self, bytes: &[u8]) -> S3Result<()> {
        if let Some(md5) = &self.md5 {
            let sent = BASE64_STANDARD.decode(md5).ok().filter(|md5| md5.len() == 16);
            let sent = sent.ok_or_else(|| s3_error!(InvalidDigest))?;
            if sent != Md5::checksum(bytes) {
                return Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match what we received."));
            }
        }
        let mut hasher = ChecksumHasher {
            crc32: self.crc32.as_ref().map(|_| Crc32::new()),
            crc32c: self.crc32c.as_ref().map(|_| Crc32c::new()),
            sha1: self.sha1.as_ref().map(|_| Sha1::new()),
            sha256: self.sha256.as_ref().map(|_| Sha256::new()),
            crc64nvme: self.crc64nvme.as_ref().map(|_| Crc64Nvme::new()),
        };
        hasher.update(bytes);
        let computed = hasher.finalize();
        let pairs = [
            ("CRC32", &self.crc32, computed.checksum_crc32),
            ("CRC32C", &self.crc32c, computed.checksum_crc32c),
            ("CRC64NVME", &self.crc64nvme, computed.checksum_crc64nvme),
            ("SHA1", &self.sha1, computed.checksum_sha1),
            ("SHA256", &self.sha256, computed.checksum_sha256),
        ];
        match pairs.iter().find(|(_, sent, computed)| **sent != *computed) {
            None => Ok(()),
            Some((name, ..)) => {
                Err(s3_error!(BadDigest, "The {name} you specified did not match the calculated checksum."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_checksum_is_compared() {
        let right = Checksums {
            md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()),
            crc32: Some("NhCmhg==".into()),
            sha256: Some("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=".into()),
            ..Checksums::default()
        };
        right.check(b"hello").unwrap();
        let code = |checksums: Checksums| checksums.check(b"hello").unwrap_err().code().as_str().to_owned();
        let wrong = || Some("AAAAAA==".to_owned());
        assert_eq!(code(Checksums { crc32: wrong(), ..Checksums::default() }), "BadDigest");
        assert_eq!(code(Checksums { crc32c: wrong(), ..Checksums::default() }), "BadDigest");
        assert_eq!(code(Checksums { crc64nvme: wrong(), ..Checksums::default() }), "BadDigest");
        assert_eq!(code(Checksums { sha1: wrong(), ..Checksums::default() }), "BadDigest");
        assert_eq!(code(Checksums { md5: wrong(), ..Checksums::default() }), "InvalidDigest");
        let other = Some("rL0Y20zC+Fzt72VPzMSk2A==".to_owned());
        assert_eq!(code(Checksums { md5: other, ..Checksums::default() }), "BadDigest");
    }
}
