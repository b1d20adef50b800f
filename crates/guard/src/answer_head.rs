//! The head of an answer, taken from the bytes of its connection: where its body ends, and its lines as they go on.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode, header};

use crate::body::Body;
use crate::head::HEADERS_MAX;
use crate::request_head::{header_map, names_close};

/// Bytes that the head of an answer may have.
const BYTES_MAX: usize = 64 << 10;

/// The head of an answer.
#[derive(Debug)]
pub struct AnswerHead {
    /// How the call went.
    pub status: StatusCode,
    /// All of its headers, in the memory in which they came.
    pub headers: HeaderMap,
    /// What follows it.
    pub body: Body,
    /// Whether the connection may be used for another request behind the body.
    pub keeps: bool,
    /// Its status line and headers, each with one name, one colon, one space and one line break.
    pub lines: Vec<Line>,
    /// The words behind the status.
    pub reason: Bytes,
}

/// A header, written as it came.
#[derive(Debug)]
pub struct Line {
    /// Its name, in the case in which it came.
    pub name: Bytes,
    /// Its value.
    pub value: Bytes,
}

/// Why bytes are not the head of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// More bytes or headers than are read.
    #[error("the head of the answer is too large")]
    TooLarge,
    /// Something else than HTTP/1.
    #[error("the answer is malformed: {0}")]
    Malformed(httparse::Error),
    /// A status or header that cannot be.
    #[error("the answer has a status or a header that cannot be")]
    Header,
    /// Lengths that differ or are no numbers, or chunks in HTTP/1.0.
    #[error("the answer can be read in two ways")]
    Ambiguous,
}

impl AnswerHead {
    /// Takes the head of an answer to a request of `method` off the front of `bytes`. Absent while more of it must come.
    ///
    /// # Errors
    /// [`BadAnswer`]
    pub fn take(bytes: &mut BytesMut, method: &Method) -> Result<Option<Self>, BadAnswer> {
        let mut slots = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut found = httparse::Response::new(&mut slots);
        let end = match found.parse(bytes) {
            Ok(httparse::Status::Complete(end)) => end,
            Ok(httparse::Status::Partial) if bytes.len() > BYTES_MAX => return Err(BadAnswer::TooLarge),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(BadAnswer::TooLarge),
            Err(error) => return Err(BadAnswer::Malformed(error)),
        };
        let raw = bytes.split_to(end).freeze();
        // Read again, because what was found lies in the bytes that were split.
        let mut slots = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut found = httparse::Response::new(&mut slots);
        found.parse(&raw).map_err(BadAnswer::Malformed)?;
        let status = found.code.and_then(|code| StatusCode::from_u16(code).ok()).ok_or(BadAnswer::Header)?;
        let headers = header_map(&raw, found.headers).ok_or(BadAnswer::Header)?;
        let is_1_1 = found.version == Some(1);
        let body = body(status, method, &headers, is_1_1)?;
        let keeps = is_1_1 && body != Body::UntilClose && !names_close(&headers);
        let line = |header: &httparse::Header<'_>| Line {
            name: raw.slice_ref(header.name.as_bytes()),
            value: raw.slice_ref(header.value),
        };
        let lines = found.headers.iter().map(line).collect();
        let reason = raw.slice_ref(found.reason.unwrap_or_default().as_bytes());
        Ok(Some(Self { status, headers, body, keeps, lines, reason }))
    }
}

/// Where an answer ends (RFC 9112, section 6.3).
fn body(status: StatusCode, method: &Method, headers: &HeaderMap, is_1_1: bool) -> Result<Body, BadAnswer> {
    let has_none = status.is_informational() || matches!(status.as_u16(), 204 | 304) || *method == Method::HEAD;
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter().peekable();
    if codings.peek().is_some() {
        let last =
            codings.last().map(http::HeaderValue::as_bytes).and_then(|value| value.rsplit(|b| *b == b',').next());
        let is_chunked = last.is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(b"chunked"));
        return match (has_none, is_1_1, is_chunked) {
            (true, _, _) => Ok(Body::NONE),
            (false, false, _) => Err(BadAnswer::Ambiguous),
            (false, true, true) => Ok(Body::EXTENSIBLE_CHUNKS),
            (false, true, false) => Ok(Body::UntilClose),
        };
    }
    let mut length = None;
    for value in headers.get_all(header::CONTENT_LENGTH) {
        let text =
            value.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        let said: u64 = text.and_then(|text| text.parse().ok()).ok_or(BadAnswer::Ambiguous)?;
        if length.is_some_and(|length| length != said) {
            return Err(BadAnswer::Ambiguous);
        }
        length = Some(said);
    }
    Ok(if has_none { Body::NONE } else { length.map_or(Body::UntilClose, Body::Length) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Result<AnswerHead, BadAnswer> {
        let mut bytes = text.into();
        AnswerHead::take(&mut bytes, &Method::GET).map(Option::unwrap)
    }

    #[test]
    fn a_head_is_taken_when_all_of_it_is_there_and_what_follows_stays() {
        let text = "HTTP/1.1 200 Fine With Us\r\neTAG: \"a\"\r\nX-B:  b c \r\nContent-Length: 2\r\n\r\nok";
        let mut bytes = BytesMut::from(&text.as_bytes()[..text.len() - 3]);
        assert!(AnswerHead::take(&mut bytes, &Method::GET).unwrap().is_none());
        let mut bytes = BytesMut::from(text);
        let head = AnswerHead::take(&mut bytes, &Method::GET).unwrap().unwrap();
        assert_eq!(
            (head.status, head.body, head.keeps, &bytes[..]),
            (StatusCode::OK, Body::Length(2), true, &b"ok"[..])
        );
        let lines: Vec<_> = head.lines.iter().map(|line| (&line.name[..], &line.value[..])).collect();
        assert_eq!(lines[..2], [(&b"eTAG"[..], &b"\"a\""[..]), (b"X-B", b"b c")]);
        assert_eq!((&head.reason[..], &head.headers["etag"]), (&b"Fine With Us"[..], &"\"a\"".parse().unwrap()));
    }

    #[test]
    fn each_answer_has_one_end() {
        let of =
            |headers: &str| taken(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n")).map(|head| (head.body, head.keeps));
        assert_eq!(of(""), Ok((Body::UntilClose, false)));
        assert_eq!(of("Content-Length: 5\r\nContent-Length: 5\r\n"), Ok((Body::Length(5), true)));
        assert_eq!(of("Content-Length: 5\r\nConnection: Close\r\n"), Ok((Body::Length(5), false)));
        assert_eq!(of("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Ok((Body::EXTENSIBLE_CHUNKS, true)));
        assert_eq!(of("Transfer-Encoding: gzip, Chunked\r\n"), Ok((Body::EXTENSIBLE_CHUNKS, true)));
        assert_eq!(of("Transfer-Encoding: gzip\r\n"), Ok((Body::UntilClose, false)));
        for ambiguous in ["5\r\nContent-Length: 6", "five", "", "+5", "5, 5", "99999999999999999999"] {
            assert_eq!(of(&format!("Content-Length: {ambiguous}\r\n")), Err(BadAnswer::Ambiguous), "{ambiguous}");
        }
        let old = taken("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap_err();
        assert_eq!(old, BadAnswer::Ambiguous);
        let old = taken("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").unwrap();
        assert_eq!((old.body, old.keeps), (Body::Length(1), false));
        for status in ["204 No Content", "304 Not Modified", "100 Continue"] {
            assert_eq!(taken(&format!("HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\n")).unwrap().body, Body::NONE);
        }
        let mut head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".into();
        assert_eq!(AnswerHead::take(&mut head, &Method::HEAD).unwrap().unwrap().body, Body::NONE);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for bad in ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 two hundred\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n"] {
            assert!(matches!(taken(bad), Err(BadAnswer::Malformed(_))), "{bad}");
        }
        let mut endless = BytesMut::from("HTTP/1.1 200 OK\r\n");
        endless.extend_from_slice(format!("A: {}", "b".repeat(BYTES_MAX)).as_bytes());
        assert_eq!(AnswerHead::take(&mut endless, &Method::GET).unwrap_err(), BadAnswer::TooLarge);
    }
}
