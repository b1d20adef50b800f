//! `Content-Encoding` of a request body.

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentEncoding {
    /// As it is.
    Identity,
    /// One or many gzip members, one after the other.
    Gzip,
    /// One or many zstd frames, one after the other.
    Zstd,
}

/// A `Content-Encoding` that is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Content-Encoding `{0}` is not accepted: use gzip, zstd or none")]
pub struct UnknownEncoding(String);

impl ContentEncoding {
    /// Reads the value of a `Content-Encoding` header; absent means as it is.
    ///
    /// # Errors
    /// [`UnknownEncoding`] for any other coding, and for several at once.
    pub fn parse(header: Option<&str>) -> Result<Self, UnknownEncoding> {
        let text = header.unwrap_or_default().trim();
        match text.to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            _ => Err(UnknownEncoding(text.chars().take(64).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codings_are_read_in_any_case_and_no_other_is() {
        assert_eq!(ContentEncoding::parse(None), Ok(ContentEncoding::Identity));
        assert_eq!(ContentEncoding::parse(Some(" GZIP ")), Ok(ContentEncoding::Gzip));
        assert_eq!(ContentEncoding::parse(Some("zstd")), Ok(ContentEncoding::Zstd));
        for bad in ["br", "gzip, gzip", "deflate", "zstd;q=1"] {
            assert!(ContentEncoding::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}
