//! A body on a connection: where it ends, and which of its bytes are content.

use crate::chunks::{BadChunks, Chunks};

/// What is left of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// This many bytes.
    Length(u64),
    /// Chunks.
    Chunked(Chunks),
    /// All that comes until the connection is closed.
    UntilClose,
}

/// A body whose chunks are malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the chunks are malformed")]
pub struct BadBody;

impl Body {
    /// No body.
    pub const NONE: Self = Self::Length(0);

    /// The chunks of a request. They have no extensions: servers read these in too many ways.
    pub const CHUNKS: Self = Self::Chunked(Chunks::START);

    /// The chunks of an answer, in which extensions may be.
    pub const EXTENSIBLE_CHUNKS: Self = Self::Chunked(Chunks::EXTENSIBLE);

    /// Whether nothing more belongs to it. What a close ends is never over by itself.
    pub fn is_over(self) -> bool {
        match self {
            Self::Length(left) => left == 0,
            Self::Chunked(chunks) => chunks.is_done(),
            Self::UntilClose => false,
        }
    }

    /// How many of `bytes` belong to the body, which goes on behind them. `content` is given what they hold besides framing.
    ///
    /// # Errors
    /// [`BadBody`]; what came before was given to `content`.
    pub fn walk(&mut self, bytes: &[u8], content: &mut impl FnMut(&[u8])) -> Result<usize, BadBody> {
        match self {
            Self::Length(left) => {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= u64::try_from(count).unwrap_or(*left).min(*left);
                let of_body = bytes.get(..count).unwrap_or_default();
                if !of_body.is_empty() {
                    content(of_body);
                }
                Ok(count)
            }
            Self::Chunked(chunks) => chunks.follow(bytes, content).map_err(|BadChunks| BadBody),
            Self::UntilClose => {
                content(bytes);
                Ok(bytes.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(mut body: Body, pieces: &[&[u8]]) -> (Vec<u8>, usize, Body) {
        let (mut content, mut count) = (Vec::new(), 0);
        for piece in pieces {
            count += body.walk(piece, &mut |bytes| content.extend_from_slice(bytes)).unwrap();
        }
        (content, count, body)
    }

    #[test]
    fn content_is_told_from_framing_and_from_what_follows() {
        assert_eq!(walked(Body::Length(3), &[b"ab", b"cGET"]), (b"abc".to_vec(), 3, Body::NONE));
        let (content, count, body) = walked(Body::CHUNKS, &[b"3\r", b"\nabc\r\n1\r\nd", b"\r\n0\r\n\r\nGET"]);
        assert_eq!((&content[..], count, body.is_over()), (&b"abcd"[..], 19, true));
        let (content, count, body) = walked(Body::UntilClose, &[b"ab", b"c"]);
        assert_eq!((&content[..], count, body.is_over()), (&b"abc"[..], 3, false));
    }

    #[test]
    fn only_answers_have_extensions() {
        let bytes = b"3;a=\"b\"\r\nabc\r\n0;c\r\n\r\n";
        assert_eq!(walked(Body::EXTENSIBLE_CHUNKS, &[bytes]).0, b"abc");
        assert_eq!({ Body::CHUNKS }.walk(bytes, &mut |_| ()), Err(BadBody));
        assert_eq!({ Body::EXTENSIBLE_CHUNKS }.walk(b"3;a\nb", &mut |_| ()), Err(BadBody));
    }
}
