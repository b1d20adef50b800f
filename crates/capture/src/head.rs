//! Heads on their way through: what belongs to one connection only stays behind, all else goes on as it came.

use http::{HeaderMap, HeaderName, header};

/// Named in `Connection` or not, these are not for a connection alone: whoever names them there wants to smuggle.
const KEPT: [HeaderName; 5] =
    [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::AUTHORIZATION, header::TRAILER];

/// The headers that go on, in their order.
pub(crate) fn forwarded(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut kept = HeaderMap::with_capacity(headers.keys_len());
    for (name, value) in headers {
        let is_of_connection = matches!(name.as_str(), "connection" | "keep-alive" | "proxy-connection" | "upgrade");
        let is_named = named.iter().any(|named| named == name.as_str()) && !KEPT.contains(name);
        if !is_of_connection && !is_named {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
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
        let kept = forwarded(&headers);
        let kept: Vec<_> = kept.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(kept, [("host", "a"), ("x-b", "1"), ("x-b", "3"), ("x-a", "2"), ("authorization", "AWS4")]);
    }

    #[test]
    fn an_offer_of_http_2_is_no_wish_for_another_protocol() {
        let of = |value: &str| wants_upgrade(&HeaderMap::from_iter([(header::UPGRADE, value.parse().unwrap())]));
        assert!(of("websocket") && of("h2c, websocket") && !of("h2c") && !wants_upgrade(&HeaderMap::new()));
    }
}
