//! Heads on their way through: what belongs to one connection only stays behind, all else goes on as it came.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Named in `Connection` or not, these are not for a connection alone: whoever names them there wants to smuggle.
const KEPT: [HeaderName; 5] =
    [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::AUTHORIZATION, header::TRAILER];

/// The headers that go on, in their order.
pub(crate) fn forwarded(headers: HeaderMap) -> HeaderMap {
    // Most requests and answers have none that stays behind.
    if !headers.keys().any(is_of_connection) {
        return headers;
    }
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut kept = HeaderMap::with_capacity(headers.keys_len());
    for (name, value) in &headers {
        let is_named = named.iter().any(|named| named == name.as_str()) && !KEPT.contains(name);
        if !is_of_connection(name) && !is_named {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

/// The headers of an answer with one framing: chunks count, and a length beside them would mean another answer to whoever
/// believes it (RFC 9112, section 6.3).
pub(crate) fn framed(mut headers: HeaderMap) -> HeaderMap {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        headers.remove(header::CONTENT_LENGTH);
    }
    headers
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

/// Only with `Connection` among them can others be named to stay behind.
fn is_of_connection(name: &HeaderName) -> bool {
    matches!(name.as_str(), "connection" | "keep-alive" | "proxy-connection" | "upgrade")
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
    fn headers_of_the_connection_stay_behind_and_the_others_keep_their_order() {
        let mut headers = HeaderMap::new();
        let all = [
            ("host", "a"),
            ("connection", "keep-alive, x-hop, Host, authorization"),
            ("x-b", "1"),
            ("keep-alive", "timeout=5"),
            ("x-hop", "gone"),
            ("x-a", "2"),
            ("authorization", "AWS4"),
            ("x-b", "3"),
        ];
        for (name, value) in all {
            headers.append(name, value.parse().unwrap());
        }
        let kept = forwarded(headers);
        let kept: Vec<_> = kept.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(kept, [("host", "a"), ("x-b", "1"), ("x-b", "3"), ("x-a", "2"), ("authorization", "AWS4")]);
    }

    #[test]
    fn a_copy_is_equal_and_in_other_memory() {
        let mut headers = HeaderMap::new();
        let came = bytes::Bytes::from_static(b"1 \xff 2");
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
