//! The chunks of a body, followed byte by byte only to know where the body ends.

/// Chunks, and where among them the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunks {
    place: Place,
    /// Whether sizes may have extensions.
    extensible: bool,
}

/// Where in a chunked body the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the size of a chunk, read so far, with so many digits.
    Size { value: u64, digits: u8 },
    /// In what a size line says besides, so many bytes of it.
    Extension { value: u64, bytes: u32 },
    /// Before the line feed of a size line.
    SizeEnd { value: u64 },
    /// In a chunk, with so many bytes to come.
    Content { left: u64 },
    /// Before the carriage return (`false`) or line feed (`true`) behind a chunk.
    ContentEnd { returned: bool },
    /// In a trailer line that has so many bytes yet.
    Trailer { bytes: u32 },
    /// Before the line feed of a trailer line.
    TrailerEnd { bytes: u32 },
    /// Behind the body.
    Done,
}

/// The chunks are malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadChunks;

/// The longest trailer line, and the longest extension.
const LINE_BYTES_MAX: u32 = 8192;

impl Chunks {
    /// The beginning of a body without extensions.
    pub(crate) const START: Self = Self { place: Place::START, extensible: false };

    /// The beginning of a body that may have extensions.
    pub(crate) const EXTENSIBLE: Self = Self { place: Place::START, extensible: true };

    /// Whether the next byte is behind the body.
    pub(crate) fn is_done(self) -> bool {
        self.place == Place::Done
    }

    /// Goes through `bytes` up to the end of the body, and says how many belong to it. `content` is given what they hold.
    pub(crate) fn follow(&mut self, bytes: &[u8], content: &mut impl FnMut(&[u8])) -> Result<usize, BadChunks> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match &mut self.place {
                Place::Done => break,
                Place::Content { left } => {
                    let step = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len() - at);
                    *left -= u64::try_from(step).unwrap_or(u64::MAX).min(*left);
                    content(bytes.get(at..at + step).unwrap_or_default());
                    at += step;
                    if *left == 0 {
                        self.place = Place::ContentEnd { returned: false };
                    }
                }
                Place::Size { .. }
                | Place::Extension { .. }
                | Place::SizeEnd { .. }
                | Place::ContentEnd { .. }
                | Place::Trailer { .. }
                | Place::TrailerEnd { .. } => {
                    self.place = self.place.after(byte, self.extensible)?;
                    at += 1;
                }
            }
        }
        Ok(at)
    }
}

impl Place {
    const START: Self = Self::Size { value: 0, digits: 0 };

    fn after(self, byte: u8, extensible: bool) -> Result<Self, BadChunks> {
        Ok(match (self, byte) {
            (Self::Size { value, digits: 1.. }, b';' | b' ' | b'\t') if extensible => {
                Self::Extension { value, bytes: 0 }
            }
            (Self::Extension { value, bytes }, b'\t' | b' '..=b'~') if bytes < LINE_BYTES_MAX => {
                Self::Extension { value, bytes: bytes + 1 }
            }
            (Self::Size { value, digits: 1.. } | Self::Extension { value, .. }, b'\r') => Self::SizeEnd { value },
            (Self::Size { value, digits }, _) => {
                let digit = char::from(byte).to_digit(16).filter(|_| digits < 15).ok_or(BadChunks)?;
                Self::Size { value: (value << 4) | u64::from(digit), digits: digits + 1 }
            }
            (Self::SizeEnd { value: 0 }, b'\n') => Self::Trailer { bytes: 0 },
            (Self::SizeEnd { value }, b'\n') => Self::Content { left: value },
            (Self::ContentEnd { returned: false }, b'\r') => Self::ContentEnd { returned: true },
            (Self::ContentEnd { returned: true }, b'\n') => Self::START,
            (Self::Trailer { bytes }, b'\r') => Self::TrailerEnd { bytes },
            (Self::Trailer { bytes }, _) if byte != b'\n' && bytes < LINE_BYTES_MAX => {
                Self::Trailer { bytes: bytes + 1 }
            }
            (Self::TrailerEnd { bytes: 0 }, b'\n') => Self::Done,
            (Self::TrailerEnd { .. }, b'\n') => Self::Trailer { bytes: 0 },
            _ => return Err(BadChunks),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_behind_its_last_chunk_wherever_it_is_cut() {
        let body = b"5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nX: y\r\n\r\nGET";
        for cut in 0..body.len() - 3 {
            let mut chunks = Chunks::START;
            let first = chunks.follow(&body[..cut], &mut |_| ()).unwrap();
            assert_eq!(first, cut);
            assert_eq!(first + chunks.follow(&body[cut..], &mut |_| ()).unwrap(), body.len() - 3);
            assert!(chunks.is_done());
        }
    }

    #[test]
    fn loose_chunks_are_refused() {
        for bad in
            ["\r\n", "g\r\n", "5\nhello", "5\r\nhelloX", "5;a=b\r\nhello", "0x5\r\n", "-1\r\n", "1111111111111111\r\n"]
        {
            assert_eq!(Chunks::START.clone_follow(bad), Err(BadChunks), "{bad}");
        }
    }

    impl Chunks {
        fn clone_follow(mut self, text: &str) -> Result<usize, BadChunks> {
            self.follow(text.as_bytes(), &mut |_| ())
        }
    }
}
