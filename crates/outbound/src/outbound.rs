//! Sends signed requests to endpoints that users name.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use cairn_environment::{Clock, Environment};
use cairn_model::Region;
use cairn_signing::{SecretKey, Signer};
use http::header::HOST;
use http::{HeaderName, HeaderValue, Request, Response, request};
use reqwest::{Client, Url};

use crate::resolver::CheckedResolver;
use crate::{AddressPolicy, OutboundError, outbound_error};

/// How long an unused connection is kept: soon after, a name is asked for again.
const IDLE_MAX: Duration = Duration::from_secs(30);

/// A key pair that signs requests.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Such as `AKIA…`.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: SecretKey,
}

/// How long and how much is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboundLimits {
    /// How long it may take to be connected.
    pub connect_timeout: Duration,
    /// How long the whole exchange may take, being connected and the answer's body included.
    pub timeout: Duration,
    /// Bytes of an answer's body.
    pub answer_bytes_max: usize,
}

impl Default for OutboundLimits {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(5), timeout: Duration::from_secs(30), answer_bytes_max: 1 << 20 }
    }
}

/// Sends requests to endpoints that users name, under one policy about addresses. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client,
    policy: AddressPolicy,
    limits: OutboundLimits,
    clock: Clock,
}

impl Outbound {
    /// Sends under `policy`, with the default limits.
    ///
    /// # Errors
    /// [`OutboundError::NoClient`]
    pub fn new(policy: AddressPolicy, environment: &Environment) -> Result<Self, OutboundError> {
        Self::with_limits(policy, OutboundLimits::default(), environment)
    }

    /// Sends under `policy` and `limits`.
    ///
    /// # Errors
    /// [`OutboundError::NoClient`]
    pub fn with_limits(
        policy: AddressPolicy,
        limits: OutboundLimits,
        environment: &Environment,
    ) -> Result<Self, OutboundError> {
        Self::with_resolver(CheckedResolver::system(policy), policy, limits, environment)
    }

    fn with_resolver(
        resolver: CheckedResolver,
        policy: AddressPolicy,
        limits: OutboundLimits,
        environment: &Environment,
    ) -> Result<Self, OutboundError> {
        let client = Client::builder()
            .dns_resolver(Arc::new(resolver))
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would resolve names itself.
            .no_proxy()
            .connect_timeout(limits.connect_timeout)
            .pool_idle_timeout(IDLE_MAX)
            .build()
            .map_err(|error| OutboundError::NoClient(outbound_error::chain(&error)))?;
        Ok(Self { client, policy, limits, clock: environment.clock.clone() })
    }

    /// Signs `request`, whose URI is absolute, for `service` in `region`, sends it and reads the answer, whatever its
    /// status. `host`, `x-amz-date`, `authorization` and, for S3, `x-amz-content-sha256` are added; the request must
    /// not have them. A redirect is an answer like any other.
    ///
    /// # Errors
    /// [`OutboundError`] when there is no answer.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        credentials: &Credentials,
        service: &str,
        region: &Region,
    ) -> Result<Response<Bytes>, OutboundError> {
        let (mut head, body) = request.into_parts();
        let url = self.checked_url(&head)?;
        head.headers.insert(HOST, host_header(&url)?);
        let signer = Signer {
            access_key_id: &credentials.access_key_id,
            secret_access_key: &credentials.secret_access_key,
            region,
            service,
        };
        for (name, value) in self.signature(&signer, &head, &url, &body) {
            let value = HeaderValue::from_str(&value).map_err(|_| bad(&url, "its key id is no header"))?;
            head.headers.insert(HeaderName::from_static(name), value);
        }
        let request = self.client.request(head.method, url).headers(head.headers).body(body);
        let exchange = self.exchange(request);
        self.clock.timeout(self.limits.timeout, exchange).await.unwrap_or(Err(OutboundError::TimedOut))
    }

    /// Sends `request`, whose URI is absolute, as it is, without a signature, and reads the answer, whatever its status. A
    /// redirect is an answer like any other.
    ///
    /// # Errors
    /// [`OutboundError`] when there is no answer.
    pub async fn send_unsigned(&self, request: Request<Bytes>) -> Result<Response<Bytes>, OutboundError> {
        let (mut head, body) = request.into_parts();
        let url = self.checked_url(&head)?;
        head.headers.insert(HOST, host_header(&url)?);
        let request = self.client.request(head.method, url).headers(head.headers).body(body);
        let exchange = self.exchange(request);
        self.clock.timeout(self.limits.timeout, exchange).await.unwrap_or(Err(OutboundError::TimedOut))
    }

    fn signature(
        &self,
        signer: &Signer<'_>,
        head: &request::Parts,
        url: &Url,
        body: &[u8],
    ) -> Vec<(&'static str, String)> {
        let headers: Vec<(&str, &[u8])> =
            head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let request = cairn_signing::Request {
            method: head.method.as_str(),
            path: url.path(),
            query: url.query().unwrap_or_default(),
            headers: &headers,
        };
        signer.sign(&request, body, self.clock.now())
    }

    async fn exchange(&self, request: reqwest::RequestBuilder) -> Result<Response<Bytes>, OutboundError> {
        let mut answer = request.send().await.map_err(|error| OutboundError::of(&error))?;
        let bytes_max = self.limits.answer_bytes_max;
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| OutboundError::of(&error))? {
            if body.len() + chunk.len() > bytes_max {
                return Err(OutboundError::AnswerTooLong { bytes_max });
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }

    /// The URL as it will be sent. An address that stands in it needs no resolver, so that it is checked here; in
    /// which of its many spellings it came is told by the parser.
    fn checked_url(&self, head: &request::Parts) -> Result<Url, OutboundError> {
        let text = head.uri.to_string();
        let without_query = || text.split('?').next().unwrap_or_default().to_owned();
        let problem = |problem| OutboundError::BadUrl { url: without_query(), problem };
        let url = Url::parse(&text).map_err(|_| problem("it is no absolute URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(problem("it is neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(problem("it has a user name"));
        }
        if url.path() != head.uri.path() {
            return Err(problem("its path has another meaning for URL parsers"));
        }
        let host = url.host_str().ok_or_else(|| problem("it has no host"))?;
        let literal: Result<IpAddr, _> = host.trim_start_matches('[').trim_end_matches(']').parse();
        self.policy.check(host, literal)?;
        Ok(url)
    }
}

/// The `Host` header that goes with `url`: the port only where it is not the scheme's own.
fn host_header(url: &Url) -> Result<HeaderValue, OutboundError> {
    let host = url.host_str().unwrap_or_default();
    let text = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    HeaderValue::from_str(&text).map_err(|_| bad(url, "its host is no header"))
}

fn bad(url: &Url, problem: &'static str) -> OutboundError {
    OutboundError::BadUrl { url: format!("{}{}", url.origin().ascii_serialization(), url.path()), problem }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use cairn_model::Timestamp;
    use cairn_signing::{Authorization, Payload, SigningKey};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// An endpoint that answers every connection with the same bytes, keeps the requests, and then closes.
    struct Endpoint {
        address: SocketAddr,
        connections: Arc<AtomicUsize>,
        last: Arc<std::sync::Mutex<String>>,
    }

    impl Endpoint {
        async fn answering(environment: &Environment, answer: String) -> Self {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            let (connections, last) = (Arc::new(AtomicUsize::new(0)), Arc::<std::sync::Mutex<String>>::default());
            let (counter, kept) = (Arc::clone(&connections), Arc::clone(&last));
            drop(environment.tasks.spawn(async move {
                while let Ok((mut socket, _)) = listener.accept().await {
                    counter.fetch_add(1, Ordering::SeqCst);
                    let mut request = vec![0; 64 << 10];
                    let count = socket.read(&mut request).await.unwrap_or(0);
                    *kept.lock().unwrap() = String::from_utf8_lossy(&request[..count]).into_owned();
                    if answer.is_empty() {
                        std::future::pending::<()>().await;
                    }
                    drop(socket.write_all(answer.as_bytes()).await);
                }
            }));
            Self { address, connections, last }
        }

        fn connections(&self) -> usize {
            self.connections.load(Ordering::SeqCst)
        }
    }

    fn answer(head: &str, body: &str) -> String {
        format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
    }

    fn credentials() -> Credentials {
        Credentials { access_key_id: "AKIAEXAMPLE".to_owned(), secret_access_key: SecretKey::new(SECRET) }
    }

    async fn post(outbound: &Outbound, url: &str) -> Result<Response<Bytes>, OutboundError> {
        let request = Request::post(url).header("content-type", "text/plain").body(Bytes::from_static(b"body"));
        outbound.send(request.unwrap(), &credentials(), "sns", &Region::us_east_1()).await
    }

    #[tokio::test]
    async fn a_request_arrives_signed_and_its_answer_comes_back_whatever_its_status() {
        let environment = Environment::real();
        let endpoint = Endpoint::answering(&environment, answer("403 Forbidden\r\nx-a: b", "no")).await;
        let outbound = Outbound::new(AddressPolicy::Anywhere, &environment).unwrap();
        let url = format!("http://localhost:{}/a%20b?Action=Publish&x=%2F", endpoint.address.port());
        let response = post(&outbound, &url).await.unwrap();
        assert_eq!((response.status().as_u16(), &response.headers()["x-a"]), (403, &HeaderValue::from_static("b")));
        assert_eq!(response.body(), "no");

        let sent = endpoint.last.lock().unwrap().clone();
        let (head, body) = sent.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        assert_eq!(lines.next(), Some("POST /a%20b?Action=Publish&x=%2F HTTP/1.1"));
        let headers: Vec<(&str, &[u8])> =
            lines.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name, value.as_bytes())).collect();
        let request =
            cairn_signing::Request { method: "POST", path: "/a%20b", query: "Action=Publish&x=%2F", headers: &headers };
        let authorization = Authorization::read(&request).unwrap();
        assert_eq!(authorization.access_key_id, "AKIAEXAMPLE");
        assert_eq!((&*authorization.scope.service, &*authorization.scope.region), ("sns", "us-east-1"));
        let key = SigningKey::derive(&SecretKey::new(SECRET), &authorization.scope);
        let payload = Payload::Body(body.as_bytes());
        authorization.verify(&request, payload, &key, environment.clock.now()).unwrap();
    }

    #[tokio::test]
    async fn this_machine_is_refused_in_every_spelling_before_a_connection_is_made() {
        let environment = Environment::real();
        let endpoint = Endpoint::answering(&environment, answer("200 OK", "")).await;
        let outbound = Outbound::new(AddressPolicy::Guarded, &environment).unwrap();
        let port = endpoint.address.port();
        for host in [
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "0.0.0.0",
            "0",
            "[::]",
            "169.254.169.254",
            "[64:ff9b::7f00:1]",
        ] {
            let refused = post(&outbound, &format!("http://{host}:{port}/")).await;
            assert!(matches!(refused, Err(OutboundError::Refused(_))), "{host}: {refused:?}");
        }
        assert_eq!(endpoint.connections(), 0);
    }

    #[tokio::test]
    async fn the_connection_goes_to_the_address_that_was_checked() {
        let environment = Environment::real();
        let endpoint = Endpoint::answering(&environment, answer("200 OK", "there")).await;
        let url = format!("http://rebinding.example:{}/", endpoint.address.port());
        let (public, here) = (IpAddr::from([203, 0, 113, 9]), IpAddr::from(Ipv4Addr::LOCALHOST));
        let with = |policy, answers| {
            let resolver = CheckedResolver::scripted(policy, answers);
            Outbound::with_resolver(resolver, policy, OutboundLimits::default(), &environment).unwrap()
        };
        // A second question would be answered with another address, and a third not at all.
        let outbound = with(AddressPolicy::Anywhere, vec![vec![here], vec![public]]);
        assert_eq!(post(&outbound, &url).await.unwrap().body(), "there");
        // One bad address among good ones is enough.
        let outbound = with(AddressPolicy::Guarded, vec![vec![public, here]]);
        let refused = post(&outbound, &url).await.unwrap_err();
        assert_eq!(refused.to_string(), "`rebinding.example` is at 127.0.0.1, which is not allowed");
        assert_eq!(endpoint.connections(), 1);
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let environment = Environment::real();
        let inner = Endpoint::answering(&environment, answer("200 OK", "secret")).await;
        let location = format!("307 Temporary Redirect\r\nlocation: http://{}/", inner.address);
        let outer = Endpoint::answering(&environment, answer(&location, "")).await;
        let outbound = Outbound::new(AddressPolicy::Anywhere, &environment).unwrap();
        let response = post(&outbound, &format!("http://{}/", outer.address)).await.unwrap();
        assert_eq!((response.status().as_u16(), inner.connections()), (307, 0));
    }

    #[tokio::test]
    async fn answers_that_are_too_long_too_late_or_no_http_are_errors() {
        let environment = Environment::real();
        let limits =
            OutboundLimits { answer_bytes_max: 10, timeout: Duration::from_millis(300), ..OutboundLimits::default() };
        let outbound = Outbound::with_limits(AddressPolicy::Anywhere, limits, &environment).unwrap();
        let endpoint = Endpoint::answering(&environment, answer("200 OK", "eleven byte")).await;
        let too_long = post(&outbound, &format!("http://{}/", endpoint.address)).await;
        assert!(matches!(too_long, Err(OutboundError::AnswerTooLong { bytes_max: 10 })), "{too_long:?}");
        let endpoint = Endpoint::answering(&environment, String::new()).await;
        let late = post(&outbound, &format!("http://{}/", endpoint.address)).await;
        assert!(matches!(late, Err(OutboundError::TimedOut)), "{late:?}");
        let endpoint = Endpoint::answering(&environment, "nonsense\r\n\r\n".to_owned()).await;
        let broken = post(&outbound, &format!("http://{}/", endpoint.address)).await;
        assert!(matches!(broken, Err(OutboundError::Broken(_))), "{broken:?}");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
        let nobody = post(&outbound, &format!("http://{free}/")).await;
        assert!(matches!(nobody, Err(OutboundError::Unreachable(_))), "{nobody:?}");
    }

    #[tokio::test]
    async fn urls_that_mean_two_things_are_refused() {
        let (environment, _) = Environment::simulated(1, Timestamp::default());
        let outbound = Outbound::new(AddressPolicy::Anywhere, &environment).unwrap();
        for url in
            ["ftp://a.example/", "http://user@a.example/", "http://u:p@a.example/", "/path", "http://a.example/x/../y"]
        {
            let refused = post(&outbound, url).await;
            assert!(matches!(refused, Err(OutboundError::BadUrl { .. })), "{url}: {refused:?}");
        }
    }
}
