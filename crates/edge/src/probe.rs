//! The unsigned paths for those who watch the server: health, readiness, metrics. They leave no event.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;

use crate::answer::{Reply, ReplyBody};
use crate::server_view::ServerView;

/// What the server knows about itself.
pub trait Probes: Send + Sync {
    /// Whether requests can be served, or why not.
    ///
    /// # Errors
    /// The reason, for `/readyz`.
    fn readiness(&self) -> Result<(), String>;

    /// The metrics in Prometheus's text format.
    fn metrics(&self) -> String;

    /// What tells callers who may know how the server is; without one they are told that nobody does.
    fn view(&self) -> Option<&dyn ServerView> {
        None
    }
}

/// Answers a probe; nothing when the path is none.
pub(crate) fn answer(probes: &dyn Probes, method: &Method, path: &str) -> Option<Reply> {
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    let (status, text) = match path {
        "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
        "/readyz" => match probes.readiness() {
            Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
            Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")),
        },
        "/metrics" => (StatusCode::OK, probes.metrics()),
        _ => return None,
    };
    Some(plain(status, text))
}

/// Whether moto's tests ask for a fresh start.
pub(crate) fn is_reset(method: &Method, path: &str) -> bool {
    method == Method::POST && path == "/moto-api/reset"
}

/// The answer after a fresh start.
pub(crate) fn reset_done() -> Reply {
    plain(StatusCode::OK, "ok\n".to_owned())
}

fn plain(status: StatusCode, text: String) -> Reply {
    let mut reply = Response::new(ReplyBody::Left(Full::new(Bytes::from(text))));
    *reply.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    reply.headers_mut().insert(header::CONTENT_TYPE, content_type);
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NotReady;

    impl Probes for NotReady {
        fn readiness(&self) -> Result<(), String> {
            Err("starting".to_owned())
        }

        fn metrics(&self) -> String {
            "up 1\n".to_owned()
        }
    }

    #[test]
    fn probes_are_answered_by_path_and_only_read() {
        let status = |method, path| answer(&NotReady, &method, path).map(|reply| reply.status().as_u16());
        assert_eq!(status(Method::GET, "/healthz"), Some(200));
        assert_eq!(status(Method::HEAD, "/readyz"), Some(503));
        assert_eq!(status(Method::GET, "/metrics"), Some(200));
        assert_eq!(status(Method::POST, "/healthz"), None);
        assert_eq!(status(Method::GET, "/"), None);
    }
}
