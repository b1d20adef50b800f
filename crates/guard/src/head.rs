//! The head of a request, judged before the HTTP server sees it: what servers and proxies could read in two ways is
//! refused (RFC 9112, sections 2.2, 5.1, 6.1 and 6.3).

use http::Uri;

/// How the end of a request's body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// After this many bytes, none at all included.
    Length(u64),
    /// By its chunks.
    Chunked,
}

/// Why bytes are not the head of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHead {
    /// More bytes than are allowed before the body.
    #[error("The request line and headers are larger than this server accepts.")]
    TooLarge,
    /// More than [`HEADERS_MAX`] headers.
    #[error("The request has more headers than this server accepts.")]
    TooManyHeaders,
    /// A line that some would end elsewhere.
    #[error("A line of the request ends in a bare line feed or has a bare carriage return.")]
    BareLineBreak,
    /// The first line has not its three parts.
    #[error("The request line is malformed.")]
    RequestLine,
    /// Not a path, not an absolute `http` URI, or one with a fragment.
    #[error("The request target is malformed.")]
    Target,
    /// HTTP/2 or something else.
    #[error("Only HTTP/1.0 and HTTP/1.1 are spoken here.")]
    Version,
    /// A name or value that breaks the grammar.
    #[error("A header is malformed, or folded over several lines.")]
    Header,
    /// None, or several.
    #[error("The request must have exactly one Host header.")]
    Host,
    /// Not one plain number.
    #[error("The Content-Length header is malformed or repeated.")]
    ContentLength,
    /// Anything but `chunked` alone.
    #[error("The only Transfer-Encoding is chunked, once, over HTTP/1.1.")]
    TransferEncoding,
    /// Both ways to say where the body ends.
    #[error("A request must not have both Content-Length and Transfer-Encoding.")]
    TwoLengths,
    /// The connection ended first.
    #[error("The request ended before its headers did.")]
    Truncated,
    /// Too slow.
    #[error("The headers of the request did not arrive in time.")]
    TimedOut,
}

/// The most headers that a request may have.
pub const HEADERS_MAX: usize = 100;

/// Where the head ends in `bytes`: behind its empty line. `from` bytes were looked at before.
pub(crate) fn find_end(bytes: &[u8], from: usize) -> Result<Option<usize>, BadHead> {
    let line_feeds = bytes.iter().enumerate().skip(from).filter(|(_, byte)| **byte == b'\n');
    for (at, _) in line_feeds {
        let before = bytes.get(..at).unwrap_or_default();
        let Some(line) = before.strip_suffix(b"\r") else { return Err(BadHead::BareLineBreak) };
        if line.ends_with(b"\n") {
            return Ok(Some(at + 1));
        }
    }
    Ok(None)
}

/// Judges a whole head, its empty line included.
pub(crate) fn judge(head: &[u8]) -> Result<Framing, BadHead> {
    let mut slots = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut slots);
    read(head, &mut request)
}

/// Reads a whole head, its empty line included, and judges it.
pub(crate) fn read<'b>(head: &'b [u8], request: &mut httparse::Request<'_, 'b>) -> Result<Framing, BadHead> {
    let bare = |(at, byte): (usize, &u8)| *byte == b'\r' && head.get(at + 1) != Some(&b'\n');
    if head.iter().enumerate().any(bare) {
        return Err(BadHead::BareLineBreak);
    }
    match request.parse(head) {
        Ok(httparse::Status::Complete(length)) if length == head.len() => {}
        Err(httparse::Error::TooManyHeaders) => return Err(BadHead::TooManyHeaders),
        Err(httparse::Error::Version) => return Err(BadHead::Version),
        Err(httparse::Error::HeaderName | httparse::Error::HeaderValue) => return Err(BadHead::Header),
        Ok(_) | Err(_) => return Err(BadHead::RequestLine),
    }
    check_target(request.method.unwrap_or_default(), request.path.unwrap_or_default())?;
    framing(request.headers, request.version == Some(1))
}

fn check_target(method: &str, target: &str) -> Result<(), BadHead> {
    let form = target.starts_with('/') || target.starts_with("http://") || (method == "OPTIONS" && target == "*");
    // A fragment never travels; a parser that cuts it would see another path than one that does not.
    if !form || target.contains('#') || Uri::try_from(target).is_err() {
        return Err(BadHead::Target);
    }
    Ok(())
}

fn framing(headers: &[httparse::Header<'_>], is_1_1: bool) -> Result<Framing, BadHead> {
    let values = |name: &'static str| headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
    if values("host").count() != 1 && (is_1_1 || values("host").count() > 1) {
        return Err(BadHead::Host);
    }
    let (lengths, codings) = (values("content-length").count(), values("transfer-encoding").count());
    match (lengths, codings) {
        (0, 0) => Ok(Framing::Length(0)),
        (1, 0) => values("content-length").find_map(|header| length(header.value)).ok_or(BadHead::ContentLength),
        (0, 1) if is_1_1 && values("transfer-encoding").all(|header| header.value.eq_ignore_ascii_case(b"chunked")) => {
            Ok(Framing::Chunked)
        }
        (0, _) => Err(BadHead::TransferEncoding),
        (_, 0) => Err(BadHead::ContentLength),
        _ => Err(BadHead::TwoLengths),
    }
}

fn length(value: &[u8]) -> Option<Framing> {
    let text = std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok().filter(|length| *length <= u64::MAX / 4).map(Framing::Length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(head: &str) -> Result<Framing, BadHead> {
        judge(head.as_bytes())
    }

    #[test]
    fn plain_requests_pass() {
        assert_eq!(judged("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Ok(Framing::Length(0)));
        assert_eq!(judged("GET / HTTP/1.0\r\n\r\n"), Ok(Framing::Length(0)));
        assert_eq!(judged("PUT http://a/b?c HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n"), Ok(Framing::Length(7)));
        assert_eq!(judged("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"), Ok(Framing::Chunked));
        assert_eq!(judged("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), Ok(Framing::Length(0)));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        let with = |headers: &str| judged(&format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n")).unwrap_err();
        assert_eq!(with("Content-Length: 1\r\nTransfer-Encoding: chunked"), BadHead::TwoLengths);
        for bad in ["-1", "+1", "1, 1", "0x1", "", "1 1", "99999999999999999999"] {
            assert_eq!(with(&format!("Content-Length: {bad}")), BadHead::ContentLength, "{bad}");
        }
        assert_eq!(with("Content-Length: 1\r\nContent-Length: 1"), BadHead::ContentLength);
        for bad in ["gzip, chunked", "identity", "chunked, chunked", "xchunked"] {
            assert_eq!(with(&format!("Transfer-Encoding: {bad}")), BadHead::TransferEncoding, "{bad}");
        }
        assert_eq!(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), BadHead::TransferEncoding);
        assert_eq!(with("Host: b"), BadHead::Host);
        assert_eq!(with("X: a\r\n folded"), BadHead::Header);
        assert_eq!(with("Content-Length : 1"), BadHead::Header);
        assert_eq!(with("X: a\rb"), BadHead::BareLineBreak);
        assert_eq!(with("X: a\0b"), BadHead::Header);
        assert_eq!(with(&"X: a\r\n".repeat(HEADERS_MAX)), BadHead::TooManyHeaders);
    }

    #[test]
    fn request_lines_are_read_strictly() {
        let line = |line: &str| judged(&format!("{line}\r\nHost: a\r\n\r\n")).unwrap_err();
        assert_eq!(line("GET /"), BadHead::RequestLine);
        assert_eq!(line("GET / HTTP/2.0"), BadHead::Version);
        assert_eq!(line("GET  HTTP/1.1"), BadHead::RequestLine);
        assert_eq!(line("GET nowhere HTTP/1.1"), BadHead::Target);
        assert_eq!(line("CONNECT a:1 HTTP/1.1"), BadHead::Target);
        assert_eq!(line("GET /a#b HTTP/1.1"), BadHead::Target);
        assert_eq!(line("G@T / HTTP/1.1"), BadHead::RequestLine);
        assert_eq!(judged("GET / HTTP/1.1\r\n\r\n"), Err(BadHead::Host));
        let old = "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(judged(old), Err(BadHead::TransferEncoding));
    }

    #[test]
    fn the_end_of_a_head_is_found_wherever_the_bytes_are_cut() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
        for from in 0..head.len() - 6 {
            assert_eq!(find_end(head, from), Ok(Some(head.len() - 4)), "{from}");
        }
        assert_eq!(find_end(b"GET / HTTP/1.1\r\nHost", 0), Ok(None));
        assert_eq!(find_end(b"GET / HTTP/1.1\nHost: a\n\n", 0), Err(BadHead::BareLineBreak));
    }
}
