//! Clients and upstreams that a test plays over plain sockets.

use std::net::SocketAddr;
use std::sync::Arc;

use cairn_environment::Environment;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::house::{House, PATIENCE};

/// An upstream whose every byte the test writes.
pub(crate) struct Upstream(TcpListener);

impl Upstream {
    pub(crate) async fn start() -> Self {
        Self(TcpListener::bind(("127.0.0.1", 0)).await.unwrap())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    pub(crate) async fn accept(&self) -> Line<TcpStream> {
        Line(patiently("a connection to the upstream", self.0.accept()).await.unwrap().0)
    }

    /// Whether nobody has connected.
    pub(crate) async fn is_untouched(&self) -> bool {
        let mut accept = std::pin::pin!(self.0.accept());
        futures_util::poll!(&mut accept).is_pending()
    }
}

/// An upstream that answers every request, whose head and body it is given, on every connection.
pub(crate) async fn answering(answer: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> SocketAddr {
    let upstream = Upstream::start().await;
    let (address, tasks, answer) = (upstream.address(), Environment::real().tasks, Arc::new(answer));
    drop(tasks.clone().spawn(async move {
        loop {
            let mut line = Line(upstream.0.accept().await.unwrap().0);
            let answer = Arc::clone(&answer);
            drop(tasks.spawn(async move {
                while let Some((head, body)) = line.request().await {
                    line.send(answer(&head, &body)).await;
                }
            }));
        }
    }));
    address
}

/// One end of a connection.
pub(crate) struct Line<S>(pub(crate) S);

/// A client of the gateway.
pub(crate) async fn client(address: SocketAddr) -> Line<TcpStream> {
    Line(TcpStream::connect(address).await.unwrap())
}

impl<S: AsyncRead + tokio::io::AsyncWrite + Unpin> Line<S> {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// Reads exactly as many bytes as `expected` has and compares.
    pub(crate) async fn expect(&mut self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let mut got = vec![0; expected.len()];
        let mut at = 0;
        while at < got.len() {
            let read = patiently("bytes", self.0.read(&mut got[at..])).await.unwrap();
            assert!(read > 0, "the connection ended after {}", String::from_utf8_lossy(&got[..at]));
            at += read;
            let (is, should) = (String::from_utf8_lossy(&got[..at]), String::from_utf8_lossy(&expected[..at]));
            assert_eq!(is, should);
        }
    }

    /// Reads up to the empty line behind a head.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let byte = patiently("a head", self.0.read_u8()).await;
            let byte = byte.unwrap_or_else(|_| panic!("no head: {}", String::from_utf8_lossy(&head)));
            head.push(byte);
        }
        String::from_utf8(head).unwrap()
    }

    /// Reads a request with its body; none at the end of the connection.
    pub(crate) async fn request(&mut self) -> Option<(String, String)> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.to_ascii_lowercase();
        let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let body = self.bytes(length.unwrap_or(0)).await;
        Some((head, String::from_utf8(body).unwrap()))
    }

    /// Reads this many bytes.
    pub(crate) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        patiently("bytes", self.0.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// Reads to the end of the connection, however it ends.
    pub(crate) async fn rest(&mut self) -> String {
        let (mut all, mut some) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = patiently("the end of a connection", self.0.read(&mut some)).await {
            all.extend_from_slice(&some[..count]);
        }
        String::from_utf8_lossy(&all).into_owned()
    }
}

/// A call whose head the upstream has.
pub(crate) struct UnderWay {
    pub(crate) upstream: Upstream,
    pub(crate) house: House,
    /// The client's end.
    pub(crate) client: Line<TcpStream>,
    /// The upstream's end.
    pub(crate) line: Line<TcpStream>,
}

/// Begins a call: a client sends `request` to the gateway that `open` puts in front of an upstream.
pub(crate) async fn under_way(open: impl AsyncFnOnce(SocketAddr) -> House, request: impl AsRef<[u8]>) -> UnderWay {
    let upstream = Upstream::start().await;
    let house = open(upstream.address()).await;
    let mut client = client(house.address).await;
    client.send(request).await;
    let mut line = upstream.accept().await;
    line.head().await;
    UnderWay { upstream, house, client, line }
}

/// Sends a request that ends its connection, and returns the whole answer.
pub(crate) async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut client = client(address).await;
    client.send(request).await;
    client.rest().await
}

/// What comes of `work`, which must not take for ever.
pub(crate) async fn patiently<T>(what: &str, work: impl Future<Output = T>) -> T {
    let waited = Environment::real().clock.timeout(PATIENCE, work).await;
    waited.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// A GET of S3, signed by a key that nobody checks.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: s3.example\r\nAuthorization: {AUTHORIZATION}\r\n\r\n")
}

/// An `Authorization` of S3.
pub(crate) const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261001/eu-west-1/s3/aws4_request, \
     SignedHeaders=host, Signature=00";

/// An answer without a body.
pub(crate) const EMPTY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
