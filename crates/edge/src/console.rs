//! The console's own files, and the way to them for browsers. They leave no event: nothing is asked of Cairn by them.

use bytes::Bytes;
use cairn_console::ROOT;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;

use crate::answer::{Reply, ReplyBody};

/// Answers an unsigned request for the console; nothing when it is none.
pub(crate) fn answer(head: &Parts) -> Option<Reply> {
    if head.method != Method::GET && head.method != Method::HEAD {
        return None;
    }
    let path = head.uri.path();
    if path == ROOT.trim_end_matches('/') || (path == "/" && head.uri.query().is_none() && is_browser(&head.headers)) {
        return Some(to_console());
    }
    if !path.starts_with(ROOT) {
        return None;
    }
    let Some(file) = cairn_console::file(path, takes_gzip(&head.headers)) else {
        return Some(reply(StatusCode::NOT_FOUND, Bytes::from_static(b"There is no such file of the console.\n")));
    };
    let mut reply = reply(StatusCode::OK, Bytes::from_owner(file.bytes));
    let headers = reply.headers_mut();
    for (name, value) in file.headers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if file.is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Some(reply)
}

/// What somebody stored may be a page: in a browser it must not be one of the console's origin, where it could act for whoever is
/// signed in there.
pub(crate) fn keep_apart(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

pub(crate) fn reply(status: StatusCode, body: Bytes) -> Reply {
    let mut reply = Response::new(ReplyBody::Left(Full::new(body)));
    *reply.status_mut() = status;
    reply
}

fn to_console() -> Reply {
    let mut reply = reply(StatusCode::FOUND, Bytes::new());
    reply.headers_mut().insert(header::LOCATION, HeaderValue::from_static(ROOT));
    reply
}

/// Whether whoever asks would rather have a page than XML: no client of AWS says so.
fn is_browser(headers: &HeaderMap) -> bool {
    elements(headers, &header::ACCEPT).any(|(name, _)| name == "text/html")
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    elements(headers, &header::ACCEPT_ENCODING).any(|(name, weight)| name == "gzip" && !is_zero(weight))
}

/// The elements of a list, each with what follows its semicolon.
fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = (&'a str, &'a str)> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|element| {
        let (name, weight) = element.split_once(';').unwrap_or((element, ""));
        (name.trim(), weight.trim())
    })
}

/// `q=0`, with as many decimals as one likes.
fn is_zero(weight: &str) -> bool {
    weight.strip_prefix("q=").is_some_and(|number| number.parse() == Ok(0.0))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn asked(method: &str, path: &str, headers: &[(&str, &str)]) -> Option<Reply> {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        answer(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn browsers_are_led_to_the_console_and_clients_of_aws_are_not() {
        let browser = [("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];
        for (path, headers) in [("/", &browser[..]), ("/_console", &[])] {
            let reply = asked("GET", path, headers).unwrap();
            assert_eq!(reply.status(), StatusCode::FOUND, "{path}");
            assert_eq!(reply.headers()["location"], "/_console/", "{path}");
        }
        let others = [("GET", "/", &[("accept", "*/*")][..]), ("GET", "/", &[]), ("POST", "/", &browser)];
        for (method, path, headers) in others.into_iter().chain([("GET", "/?list", &browser[..]), ("GET", "/a", &[])]) {
            assert!(asked(method, path, headers).is_none(), "{method} {path}");
        }
        assert!(asked("POST", "/_console/", &[]).is_none());
    }

    #[test]
    fn pages_are_packed_for_those_who_take_that_and_guarded_for_everyone() {
        for (accepted, packed) in [("gzip, deflate", true), ("gzip;q=0", false), ("br", false), ("", false)] {
            let reply = asked("GET", "/_console/events", &[("accept-encoding", accepted)]).unwrap();
            let packed = packed && cairn_console::is_built();
            assert_eq!(reply.headers().contains_key("content-encoding"), packed, "{accepted}");
            assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
            assert!(reply.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        }
        assert_eq!(asked("GET", "/_console/assets/no.js", &[]).unwrap().status(), StatusCode::NOT_FOUND);
    }
}
