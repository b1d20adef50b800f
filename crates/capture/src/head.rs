//! Heads on their way through: what belongs to one connection only stays behind, all else goes on as it came.

use bytes::{Bytes, BytesMut};
use cairn_guard::{AnswerHead, RequestHead};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::passage::Form;
use crate::refusal::Reply;

/// What is for one connection only.
const OF_CONNECTION: [&str; 4] = ["connection", "keep-alive", "proxy-connection", "upgrade"];

/// Named in `Connection` or not, these are not for a connection alone: whoever names them there wants to smuggle.
const KEPT: [&str; 5] = ["host", "content-length", "transfer-encoding", "authorization", "trailer"];

/// The head of a request as the upstream gets it: byte by byte, without the lines that stay behind.
pub(crate) fn forwarded(head: &RequestHead) -> Bytes {
    // Most requests have none of these, and only with `Connection` among them are others named.
    if !OF_CONNECTION.into_iter().any(|name| head.parts.headers.contains_key(name)) {
        return head.raw.clone();
    }
    let named = named(&head.parts.headers);
    let mut kept = BytesMut::with_capacity(head.raw.len());
    for (number, line) in head.raw.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        if number == 0 || !stays_behind(name, &named) {
            kept.extend_from_slice(line);
        }
    }
    kept.freeze()
}

/// Writes the head of an answer as the client gets it: its lines without those that stay behind, and with one framing.
/// Chunks count, and a length beside them would mean another answer to whoever believes it (RFC 9112, section 6.3).
pub(crate) fn write_answer(out: &mut BytesMut, head: &AnswerHead, form: Form, closes: bool) {
    let named = if head.headers.contains_key(header::CONNECTION) { named(&head.headers) } else { Vec::new() };
    let is_coded = head.headers.contains_key(header::TRANSFER_ENCODING);
    write_status(out, head.status, &head.reason);
    for line in &head.lines {
        let is_other_framing = (is_coded && line.name.eq_ignore_ascii_case(b"content-length"))
            || (form != Form::AsItCame && line.name.eq_ignore_ascii_case(b"transfer-encoding"));
        if !is_other_framing && !stays_behind(&line.name, &named) {
            write_line(out, &line.name, &line.value);
        }
    }
    if form == Form::Chunks {
        write_line(out, b"Transfer-Encoding", b"chunked");
    }
    end_head(out, closes);
}

/// Writes an answer of the gateway's own. The answer to a HEAD has no body.
pub(crate) fn write_reply(out: &mut BytesMut, reply: &Reply, is_head: bool, closes: bool) {
    write_status(out, reply.status(), reply.status().canonical_reason().unwrap_or_default().as_bytes());
    for (name, value) in reply.headers() {
        write_line(out, name.as_str().as_bytes(), value.as_bytes());
    }
    write_line(out, b"content-length", reply.body().len().to_string().as_bytes());
    end_head(out, closes);
    if !is_head {
        out.extend_from_slice(reply.body());
    }
}

fn write_status(out: &mut BytesMut, status: StatusCode, reason: &[u8]) {
    for part in [b"HTTP/1.1 ", status.as_str().as_bytes(), b" ", reason, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

fn write_line(out: &mut BytesMut, name: &[u8], value: &[u8]) {
    for part in [name, b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

fn end_head(out: &mut BytesMut, closes: bool) {
    if closes {
        write_line(out, b"Connection", b"close");
    }
    out.extend_from_slice(b"\r\n");
}

/// What `Connection` names.
fn named(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_owned()).collect()
}

/// Whether a header is for one connection only.
fn stays_behind(name: &[u8], named: &[String]) -> bool {
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    OF_CONNECTION.into_iter().any(is) || (named.iter().any(|named| is(named)) && !KEPT.into_iter().any(is))
}

/// The same headers in memory of their own: those that came over a connection keep the buffer in which they came.
pub(crate) fn copied(headers: &HeaderMap) -> HeaderMap {
    let mut copy = HeaderMap::with_capacity(headers.keys_len());
    for (name, value) in headers {
        // A value that was one is one again.
        copy.append(name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap_or_else(|_| value.clone()));
    }
    copy
}

/// Whether a request wants another protocol on its connection. An offer of HTTP/2 may be passed over.
pub(crate) fn wants_upgrade(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(header::UPGRADE).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| !offer.trim().eq_ignore_ascii_case("h2c"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_connection_stay_behind_and_the_others_keep_their_order_and_form() {
        let request = "GET /a:b HTTP/1.1\r\nhOST: a\r\nConnection: keep-alive, x-hop, Host, authorization\r\nX-B:1\r\n\
                       Keep-Alive: timeout=5\r\nX-Hop: gone\r\nx-a:  2 \r\nauthorization: AWS4\r\nx-b: 3\r\n\r\n";
        let head = RequestHead::take(&mut request.into(), &mut 0, 1024).unwrap().unwrap();
        let kept = "GET /a:b HTTP/1.1\r\nhOST: a\r\nX-B:1\r\nx-a:  2 \r\nauthorization: AWS4\r\nx-b: 3\r\n\r\n";
        assert_eq!(forwarded(&head), kept);
    }

    #[test]
    fn an_answer_has_one_framing_and_says_when_its_connection_ends() {
        let written = |lines: &str, form, closes| {
            let mut bytes = format!("HTTP/1.1 200 Fine\r\n{lines}\r\n").as_bytes().into();
            let head = AnswerHead::take(&mut bytes, &http::Method::GET).unwrap().unwrap();
            let mut out = BytesMut::new();
            write_answer(&mut out, &head, form, closes);
            String::from_utf8(out.to_vec()).unwrap()
        };
        let both = "eTag: a\r\nConnection: x\r\nX: y\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n";
        let chunked = "HTTP/1.1 200 Fine\r\neTag: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(written(both, Form::AsItCame, false), chunked);
        assert_eq!(written(both, Form::Content, true), "HTTP/1.1 200 Fine\r\neTag: a\r\nConnection: close\r\n\r\n");
        assert_eq!(written("eTag: a\r\n", Form::Chunks, false), chunked);
    }

    #[test]
    fn a_copy_is_equal_and_in_other_memory() {
        let mut headers = HeaderMap::new();
        let came = Bytes::from_static(b"1 \xff 2");
        headers.append("x-a", HeaderValue::from_maybe_shared(came.slice(..3)).unwrap());
        headers.append("x-a", HeaderValue::from_maybe_shared(came.slice(4..)).unwrap());
        let copy = copied(&headers);
        assert_eq!(copy, headers);
        assert!(
            copy.iter().zip(&headers).all(|((_, copy), (_, came))| copy.as_ref().as_ptr() != came.as_ref().as_ptr())
        );
    }

    #[test]
    fn an_offer_of_http_2_is_no_wish_for_another_protocol() {
        let of = |value: &str| wants_upgrade(&HeaderMap::from_iter([(header::UPGRADE, value.parse().unwrap())]));
        assert!(of("websocket") && of("h2c, websocket") && !of("h2c") && !wants_upgrade(&HeaderMap::new()));
    }
}
