//! The head of a request, taken from the bytes of its connection: judged, read, and kept as it came.

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version, header, request};

use crate::body::Body;
use crate::head::{BadHead, Framing, HEADERS_MAX, find_end, read};

/// The head of a request.
#[derive(Debug)]
pub struct RequestHead {
    /// What it says.
    pub parts: request::Parts,
    /// Its bytes, the empty line at the end included.
    pub raw: Bytes,
    /// What follows it.
    pub body: Body,
}

impl RequestHead {
    /// Takes a head off the front of `bytes`, of which `searched` were looked at before. Absent while more of it must come.
    ///
    /// # Errors
    /// [`BadHead`] for what can be read in two ways or is no request, and a head of more than `bytes_max` bytes.
    pub fn take(bytes: &mut BytesMut, searched: &mut usize, bytes_max: usize) -> Result<Option<Self>, BadHead> {
        // An empty line before a request is left over from the one before (RFC 9112, section 2.2).
        while bytes.starts_with(b"\r\n") {
            bytes.advance(2);
            *searched = 0;
        }
        if bytes.first().is_some_and(|byte| !byte.is_ascii_alphabetic() && *byte != b'\r') {
            return Err(BadHead::RequestLine);
        }
        let end = find_end(bytes, *searched)?;
        if end.unwrap_or(bytes.len()) > bytes_max {
            return Err(BadHead::TooLarge);
        }
        let Some(end) = end else {
            *searched = bytes.len();
            return Ok(None);
        };
        *searched = 0;
        Self::read(bytes.split_to(end).freeze()).map(Some)
    }

    fn read(raw: Bytes) -> Result<Self, BadHead> {
        let mut slots = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut found = httparse::Request::new(&mut slots);
        let framing = read(&raw, &mut found)?;
        let mut parts = Request::new(()).into_parts().0;
        parts.method = found.method.and_then(|name| name.parse::<Method>().ok()).ok_or(BadHead::RequestLine)?;
        let target = raw.slice_ref(found.path.unwrap_or_default().as_bytes());
        parts.uri = Uri::from_maybe_shared(target).map_err(|_| BadHead::Target)?;
        parts.version = if found.version == Some(1) { Version::HTTP_11 } else { Version::HTTP_10 };
        parts.headers = header_map(&raw, found.headers).ok_or(BadHead::Header)?;
        let body = match framing {
            Framing::Length(length) => Body::Length(length),
            Framing::Chunked => Body::CHUNKS,
        };
        Ok(Self { parts, raw, body })
    }

    /// Whether the client may send another request on its connection.
    pub fn keeps(&self) -> bool {
        self.parts.version == Version::HTTP_11 && !names_close(&self.parts.headers)
    }
}

/// The headers, in the memory in which they came.
pub(crate) fn header_map(raw: &Bytes, found: &[httparse::Header<'_>]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(found.len());
    for header in found {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_maybe_shared(raw.slice_ref(header.value)).ok()?);
    }
    Some(headers)
}

/// Whether the sender closes the connection behind this message.
pub(crate) fn names_close(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("close"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Result<Option<RequestHead>, BadHead> {
        RequestHead::take(&mut text.into(), &mut 0, 1024)
    }

    #[test]
    fn a_head_is_taken_when_all_of_it_is_there_and_what_follows_stays() {
        let text = "\r\nPUT /a?b HTTP/1.1\r\nhOST: a\r\nContent-Length: 3\r\nX-A: 1\r\nX-A:  2 \r\n\r\nabcGET";
        let end = text.len() - 6;
        for cut in 3..end - 1 {
            let (mut bytes, mut searched) = (BytesMut::from(&text.as_bytes()[..cut]), 0);
            assert!(RequestHead::take(&mut bytes, &mut searched, 1024).unwrap().is_none(), "{cut}");
            bytes.extend_from_slice(&text.as_bytes()[cut..]);
            let head = RequestHead::take(&mut bytes, &mut searched, 1024).unwrap().unwrap();
            assert_eq!((&head.raw[..], &bytes[..]), (&text.as_bytes()[2..end], &b"abcGET"[..]));
            assert_eq!((head.parts.method, head.parts.uri.path(), head.body), (Method::PUT, "/a", Body::Length(3)));
            let values: Vec<_> = head.parts.headers.get_all("x-a").iter().collect();
            assert_eq!(values, ["1", "2"]);
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        assert_eq!(taken("\x16\x03\x01").unwrap_err(), BadHead::RequestLine);
        assert_eq!(taken(&"X".repeat(2000)).unwrap_err(), BadHead::TooLarge);
        assert_eq!(taken("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n").unwrap_err(), BadHead::BareLineBreak);
    }

    #[test]
    fn a_connection_is_kept_unless_the_client_closes_it_or_is_old() {
        let keeps = |rest: &str| taken(&format!("GET / HTTP/1.{rest}\r\n\r\n")).unwrap().unwrap().keeps();
        assert!(keeps("1\r\nHost: a") && keeps("1\r\nHost: a\r\nConnection: x"));
        assert!(!keeps("1\r\nHost: a\r\nConnection: x, Close") && !keeps("0\r\nHost: a\r\nConnection: keep-alive"));
    }
}
