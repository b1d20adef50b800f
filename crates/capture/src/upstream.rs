//! The way to the upstream: connections that are kept for the next call, and one request over one of them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cairn_environment::Environment;
use http::{Method, Request, Response, StatusCode, request};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OnceCell, oneshot};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::buffers::Buffers;
use crate::flow::{Flow, Stage};
use crate::lease::{Lease, Line};
use crate::outgoing::Outgoing;
use crate::settings::GatewaySettings;
use crate::tls::{self, TlsError};

/// Idle connections that are kept.
const IDLE_MAX: usize = 1024;

/// Bytes that a connection buffers at least, an answer's head among them.
const BUFFER_BYTES_MIN: usize = 16 << 10;

/// An endpoint and the connections to it.
pub(crate) struct Upstream {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// Found once: whoever changes the name later does not change where calls go.
    addresses: OnceCell<Vec<SocketAddr>>,
    idle: Mutex<Vec<(Lease, Instant)>>,
    buffers: Buffers,
    limits: Limits,
    environment: Environment,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    connect: Duration,
    first_byte: Duration,
    idle: Duration,
    go_on: Duration,
    keep: Duration,
}

/// Why the upstream gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamFault {
    #[error("The upstream cannot be reached: {0}")]
    Unreachable(String),
    #[error("The upstream did not accept a connection in time.")]
    NoConnection,
    #[error("The upstream did not answer in time.")]
    NoAnswer,
    #[error("The upstream stopped taking the request.")]
    NotTaken,
    #[error("The upstream broke off without an answer: {0}")]
    Broken(String),
    #[error("The upstream answered with a change of protocol that nobody asked for.")]
    BadAnswer,
    #[error("The client stopped sending its request.")]
    ClientSlow,
    #[error("The client broke off its request.")]
    ClientBroken,
    #[error("The client hung up before the call was answered.")]
    ClientGone,
}

impl Upstream {
    pub(crate) fn new(settings: &GatewaySettings, environment: &Environment) -> Result<Self, TlsError> {
        let url = &settings.upstream;
        let tls = url.tls.then(|| tls::connector(url, settings.upstream_roots.as_deref())).transpose()?;
        Ok(Self {
            host: url.host.clone(),
            port: url.port,
            tls,
            addresses: OnceCell::new(),
            idle: Mutex::default(),
            buffers: Buffers::default(),
            limits: Limits {
                connect: settings.connect_timeout,
                first_byte: settings.first_byte_timeout,
                idle: settings.idle_timeout,
                go_on: settings.continue_timeout,
                keep: settings.keep_timeout,
            },
            environment: environment.clone(),
        })
    }

    /// Sends a request and waits for the head of its answer. On a kept connection that turns out to be gone the
    /// request is sent again over a new one, if none of it was sent or if it only reads and has no body.
    pub(crate) async fn send(
        &self,
        head: request::Parts,
        body: Outgoing,
        flow: &Arc<Flow>,
        gone: &mut oneshot::Receiver<()>,
    ) -> Result<(Response<Incoming>, Lease), UpstreamFault> {
        let is_safe = matches!(head.method, Method::GET | Method::HEAD) && flow.stage() == Stage::Done;
        let (mut lease, is_kept) = self.connection(gone).await?;
        let spare = (is_safe && is_kept).then(|| head.clone());
        let refused = match self.answer(lease.send(Request::from_parts(head, body)), flow, gone).await? {
            Ok(response) => return checked(response, lease),
            Err(refused) => refused,
        };
        let again = match (refused.message, spare) {
            (Some(unsent), _) => *unsent,
            (None, Some(head)) => Request::from_parts(head, Outgoing::empty(Arc::clone(flow))),
            (None, None) => return Err(refused.fault),
        };
        if !is_kept {
            return Err(refused.fault);
        }
        let mut lease = self.connect(gone).await?;
        match self.answer(lease.send(again), flow, gone).await? {
            Ok(response) => checked(response, lease),
            Err(refused) => Err(refused.fault),
        }
    }

    /// Waits for an answer as long as the request moves on.
    async fn answer(
        &self,
        (sent, line): (impl Future<Output = Result<Response<Incoming>, TrySendError<Request<Outgoing>>>>, &mut Line),
        flow: &Flow,
        gone: &mut oneshot::Receiver<()>,
    ) -> Result<Result<Response<Incoming>, Refused>, UpstreamFault> {
        let mut sent = std::pin::pin!(line.carry(sent));
        let mut is_opened = flow.is_open();
        loop {
            let (steps, stage) = (flow.steps(), flow.stage());
            let patience = match (is_opened, stage) {
                (false, _) => self.limits.go_on,
                (true, Stage::Done) => self.limits.first_byte,
                (true, Stage::Sending | Stage::Waiting | Stage::Broken) => self.limits.idle,
            };
            let waited = tokio::select! {
                biased;
                waited = self.environment.clock.timeout(patience, &mut sent) => waited,
                _ = &mut *gone => return Err(UpstreamFault::ClientGone),
            };
            match waited {
                Ok(Ok(response)) => return Ok(Ok(response)),
                Ok(Err(_)) if flow.stage() == Stage::Broken => return Err(UpstreamFault::ClientBroken),
                Ok(Err(mut error)) => {
                    let message = error.take_message().map(Box::new);
                    return Ok(Err(Refused { message, fault: UpstreamFault::Broken(chain(error.error())) }));
                }
                Err(_) if !is_opened => {
                    flow.open();
                    is_opened = true;
                }
                Err(_) if flow.steps() != steps => {}
                Err(_) => {
                    return Err(match stage {
                        Stage::Done => UpstreamFault::NoAnswer,
                        Stage::Sending => UpstreamFault::NotTaken,
                        Stage::Waiting | Stage::Broken => UpstreamFault::ClientSlow,
                    });
                }
            }
        }
    }

    /// A kept connection, or a new one.
    async fn connection(&self, gone: &mut oneshot::Receiver<()>) -> Result<(Lease, bool), UpstreamFault> {
        while let Some((mut lease, since)) = self.take_idle() {
            let is_fresh = self.environment.clock.instant().duration_since(since) < self.limits.keep;
            if is_fresh && lease.is_ready() {
                return Ok((lease, true));
            }
        }
        Ok((self.connect(gone).await?, false))
    }

    fn take_idle(&self) -> Option<(Lease, Instant)> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    async fn connect(&self, gone: &mut oneshot::Receiver<()>) -> Result<Lease, UpstreamFault> {
        let dialled = self.environment.clock.timeout(self.limits.connect, self.dial());
        let dialled = tokio::select! {
            dialled = dialled => dialled,
            _ = gone => return Err(UpstreamFault::ClientGone),
        };
        match dialled {
            Ok(Ok(lease)) => Ok(lease),
            Ok(Err(reason)) => Err(UpstreamFault::Unreachable(reason)),
            Err(_) => Err(UpstreamFault::NoConnection),
        }
    }

    async fn dial(&self) -> Result<Lease, String> {
        let find = || async {
            let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await.map_err(|e| e.to_string())?;
            Ok::<Vec<SocketAddr>, String>(found.collect())
        };
        let addresses = self.addresses.get_or_try_init(find).await?;
        let socket = TcpStream::connect(addresses.as_slice()).await.map_err(|error| error.to_string())?;
        socket.set_nodelay(true).map_err(|error| error.to_string())?;
        match &self.tls {
            None => self.greet(socket).await,
            Some((connector, name)) => {
                let socket = connector.connect(name.clone(), socket).await.map_err(|error| error.to_string())?;
                self.greet(socket).await
            }
        }
    }

    async fn greet<S>(&self, socket: S) -> Result<Lease, String>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + Sync + 'static,
    {
        let share = self.buffers.share(BUFFER_BYTES_MIN);
        let mut client = http1::Builder::new();
        client.preserve_header_case(true).max_buf_size(share.bytes);
        let (sender, connection) = client.handshake(TokioIo::new(socket)).await.map_err(|error| chain(&error))?;
        Ok(Lease::new(sender, connection, share))
    }

    /// Takes back a connection whose answer was read to its end.
    pub(crate) fn give_back(&self, mut lease: Lease) {
        if !lease.is_ready() {
            return;
        }
        let now = self.environment.clock.instant();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push((lease, now));
        }
    }

    /// Closes connections that were idle for too long.
    pub(crate) fn sweep(&self) {
        let now = self.environment.clock.instant();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain_mut(|(lease, since)| now.duration_since(*since) < self.limits.keep && lease.is_ready());
    }

    /// Closes all connections that no call uses.
    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A request that came to nothing; with it, when none of it was sent.
struct Refused {
    message: Option<Box<Request<Outgoing>>>,
    fault: UpstreamFault,
}

fn checked(response: Response<Incoming>, lease: Lease) -> Result<(Response<Incoming>, Lease), UpstreamFault> {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        Err(UpstreamFault::BadAnswer)
    } else {
        Ok((response, lease))
    }
}

/// An error with what caused it.
pub(crate) fn chain(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

impl std::fmt::Debug for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upstream").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}
