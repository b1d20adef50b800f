//! What is known of a request before anything is believed.

use std::net::IpAddr;
use std::sync::OnceLock;

use cairn_api::Protocol;
use cairn_environment::Environment;
use cairn_guard::{ProxyRange, came_by_https, client_address};
use cairn_model::Timestamp;
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use serde_json::Value;
use tokio::time::Instant;

use crate::answer::Dialect;
use crate::people_route::PeopleRoute;
use crate::routes;
use crate::targets::{operation_named, service_named, target};

/// Where events are brought.
pub(crate) const EVENTS_PATH: &str = "/v1/events";

/// Everything of Cairn's own is below. No bucket has so short a name.
const OWN_PATHS: &str = "/v1/";

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) request_id: String,
    pub(crate) received_at: Timestamp,
    pub(crate) began: Instant,
    pub(crate) source: IpAddr,
    /// Whether a proxy that is believed says that the client came to it by HTTPS.
    pub(crate) secure_transport: bool,
    pub(crate) user_agent: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) dialect: Dialect,
    /// The service that the request seems to be for.
    pub(crate) service: String,
    /// The operation that it names, or seems to mean.
    pub(crate) operation: String,
    /// What is kept beside the event of a session's request, once it is known whose it is.
    pub(crate) beside: OnceLock<Value>,
}

impl Arrival {
    /// Takes down a request. `service` is what the credential scope claims.
    pub(crate) fn new(
        environment: &Environment,
        head: &Parts,
        service: Option<&str>,
        peer: IpAddr,
        proxies: &[ProxyRange],
    ) -> Self {
        // Clients that only know CloudTrail sign their events for it.
        let brings_events = service == Some("cloudtrail") && head.uri.path() == EVENTS_PATH;
        let service = if brings_events { Some("cloudtrail-data") } else { service };
        let dialect = dialect(head, service);
        let service = match service.filter(|name| is_name(name)) {
            Some(service) => service,
            None if PeopleRoute::of(head).is_some() => "signin",
            None if routes::at(head.uri.path()).is_some() => "cloudtrail",
            None if dialect == Dialect::Json => target(head).map_or(usual_service(dialect), |(service, _)| service),
            None => usual_service(dialect),
        };
        Self {
            request_id: request_id(environment, dialect),
            received_at: environment.clock.now(),
            began: environment.clock.instant(),
            source: client_address(peer, &head.headers, proxies),
            secure_transport: came_by_https(peer, &head.headers, proxies),
            user_agent: text(&head.headers, &header::USER_AGENT),
            host: text(&head.headers, &header::HOST),
            dialect,
            service: service.to_owned(),
            operation: operation_named(dialect, head),
            beside: OnceLock::new(),
        }
    }

    /// A connection whose bytes are no request.
    pub(crate) fn unreadable(environment: &Environment, peer: IpAddr) -> Self {
        Self {
            request_id: environment.random.uuid(),
            received_at: environment.clock.now(),
            began: environment.clock.instant(),
            source: peer.to_canonical(),
            secure_transport: false,
            user_agent: None,
            host: None,
            dialect: Dialect::Json,
            service: usual_service(Dialect::Json).to_owned(),
            operation: "MalformedHttpRequest".to_owned(),
            beside: OnceLock::new(),
        }
    }
}

/// The id of a request, in the form of the service that it is for.
fn request_id(environment: &Environment, dialect: Dialect) -> String {
    match dialect {
        Dialect::S3 => hex::encode_upper(environment.random.bytes::<8>()),
        Dialect::Json | Dialect::Query | Dialect::RestJson => environment.random.uuid(),
    }
}

/// The protocol of a request: its service's, or the one that it looks like.
fn dialect(head: &Parts, service: Option<&str>) -> Dialect {
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let starts = |start: &str| content_type.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start));
    let protocol = service.and_then(service_named).map(|service| service.protocol);
    match (protocol, service) {
        (_, None | Some("cloudtrail")) if head.uri.path().starts_with(OWN_PATHS) => Dialect::RestJson,
        (Some(Protocol::AwsJson11), _) => Dialect::Json,
        (Some(Protocol::AwsQuery), _) => Dialect::Query,
        (Some(Protocol::RestJson), _) | (_, Some("cloudtrail-data")) => Dialect::RestJson,
        (Some(Protocol::RestXml), _) | (_, Some("s3")) => Dialect::S3,
        _ if head.headers.contains_key("x-amz-target") || starts("application/x-amz-json") => Dialect::Json,
        _ if starts("application/x-www-form-urlencoded") || names_action(head.uri.query()) => Dialect::Query,
        _ if head.method == http::Method::POST && head.uri.path() == "/" => Dialect::Json,
        _ => Dialect::S3,
    }
}

fn names_action(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.split('&').any(|pair| pair.starts_with("Action=")))
}

fn usual_service(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Json => "cloudtrail",
        Dialect::Query => "sts",
        Dialect::RestJson => "cloudtrail-data",
        Dialect::S3 => "s3",
    }
}

/// Whether a text may stand in an event as the name of a service or operation.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn looks(method: &str, uri: &str, header: Option<(&str, &str)>, service: Option<&str>) -> Dialect {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        dialect(&request.body(()).unwrap().into_parts().0, service)
    }

    #[test]
    fn a_request_without_a_service_is_answered_in_the_protocol_that_it_looks_like() {
        assert_eq!(looks("POST", "/", None, None), Dialect::Json);
        assert_eq!(looks("GET", "/", Some(("x-amz-target", "x")), None), Dialect::Json);
        assert_eq!(looks("GET", "/?Action=GetCallerIdentity", None, None), Dialect::Query);
        assert_eq!(
            looks("POST", "/", Some(("content-type", "Application/x-www-form-urlencoded")), None),
            Dialect::Query
        );
        assert_eq!(looks("POST", "/v1/events", None, None), Dialect::RestJson);
        assert_eq!(looks("GET", "/bucket/key", None, None), Dialect::S3);
        assert_eq!(looks("GET", "/bucket/key", None, Some("cloudtrail")), Dialect::Json);
        assert_eq!(looks("POST", "/v1/search", None, Some("cloudtrail")), Dialect::RestJson);
        assert_eq!(looks("POST", "/v1/search", None, Some("sts")), Dialect::Query);
    }
}
