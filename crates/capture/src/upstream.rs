//! The way to the upstream: connections that are kept for the next call, and one request over one of them.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_guard::AnswerHead;
use http::Method;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::exchange::{Exchange, Stage};
use crate::settings::GatewaySettings;
use crate::side::Side;
use crate::tls::{self, TlsError};

/// Idle connections that are kept.
const IDLE_MAX: usize = 1024;

/// An endpoint and the connections to it.
pub(crate) struct Upstream {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// Found once: whoever changes the name later does not change where calls go.
    addresses: OnceCell<Vec<SocketAddr>>,
    idle: Mutex<Vec<(Side, Instant)>>,
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

    /// Sends a request, `head` first, and waits for the head of its answer. On a kept connection that turns out to be
    /// gone the request is sent again over a new one, if none of it was sent or if it only reads and has no body.
    pub(crate) async fn send(
        &self,
        head: &Bytes,
        method: &Method,
        exchange: &mut Exchange<'_>,
    ) -> Result<(AnswerHead, Side), UpstreamFault> {
        let is_safe = matches!(*method, Method::GET | Method::HEAD) && exchange.is_read();
        let kept = self.kept();
        let is_kept = kept.is_some();
        let mut line = match kept {
            Some(line) => line,
            None => self.connect(exchange).await?,
        };
        line.out.extend_from_slice(head);
        let answered = match self.answer(exchange, &mut line, method).await {
            Err(UpstreamFault::Broken(_)) if is_kept && (is_safe || !line.has_sent()) => {
                let unsent = if line.has_sent() { head[..].into() } else { std::mem::take(&mut line.out) };
                line = self.connect(exchange).await?;
                line.out = unsent;
                exchange.send_again();
                self.answer(exchange, &mut line, method).await
            }
            answered => answered,
        };
        answered.map(|head| (head, line))
    }

    /// Waits for an answer as long as the request moves on.
    async fn answer(
        &self,
        exchange: &mut Exchange<'_>,
        line: &mut Side,
        method: &Method,
    ) -> Result<AnswerHead, UpstreamFault> {
        loop {
            let before = (exchange.steps(), exchange.stage());
            let patience = match exchange.stage() {
                Stage::Gated => self.limits.go_on,
                Stage::Going => self.limits.idle,
                Stage::Done | Stage::Stuck => self.limits.first_byte,
            };
            let head = std::future::poll_fn(|cx| exchange.poll_head(cx, line, method));
            if let Ok(answered) = self.environment.clock.timeout(patience, head).await {
                return answered;
            }
            let stage = exchange.stage();
            match stage {
                Stage::Gated => exchange.open(),
                _ if before != (exchange.steps(), stage) => {}
                Stage::Done => return Err(UpstreamFault::NoAnswer),
                Stage::Going if exchange.waits_for_client() => return Err(UpstreamFault::ClientSlow),
                Stage::Going | Stage::Stuck => return Err(UpstreamFault::NotTaken),
            }
        }
    }

    /// A connection that was kept and is still there.
    fn kept(&self) -> Option<Side> {
        let pop = || self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some((mut line, since)) = pop() {
            if self.is_fresh(since) && is_there(&mut line) {
                return Some(line);
            }
        }
        None
    }

    fn is_fresh(&self, since: Instant) -> bool {
        self.environment.clock.instant().duration_since(since) < self.limits.keep
    }

    async fn connect(&self, exchange: &mut Exchange<'_>) -> Result<Side, UpstreamFault> {
        let dialled = self.environment.clock.timeout(self.limits.connect, self.dial());
        let dialled = tokio::select! {
            dialled = dialled => dialled,
            () = std::future::poll_fn(|cx| exchange.client.poll_gone(cx)) => return Err(UpstreamFault::ClientGone),
        };
        match dialled {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(reason)) => Err(UpstreamFault::Unreachable(reason)),
            Err(_) => Err(UpstreamFault::NoConnection),
        }
    }

    /// A new connection.
    pub(crate) async fn dial(&self) -> Result<Side, String> {
        let find = || async {
            let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await.map_err(|e| e.to_string())?;
            Ok::<Vec<SocketAddr>, String>(found.collect())
        };
        let addresses = self.addresses.get_or_try_init(find).await?;
        let socket = TcpStream::connect(addresses.as_slice()).await.map_err(|error| error.to_string())?;
        socket.set_nodelay(true).map_err(|error| error.to_string())?;
        match &self.tls {
            None => Ok(Side::new(socket)),
            Some((connector, name)) => {
                let socket = connector.connect(name.clone(), socket).await.map_err(|error| error.to_string())?;
                Ok(Side::new(socket))
            }
        }
    }

    /// Takes back a connection whose answer was read to its end.
    pub(crate) fn give_back(&self, mut line: Side) {
        if !is_there(&mut line) {
            return;
        }
        line.begin_anew();
        let now = self.environment.clock.instant();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push((line, now));
        }
    }

    /// Closes connections that were idle for too long.
    pub(crate) fn sweep(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain_mut(|(line, since)| self.is_fresh(*since) && is_there(line));
    }

    /// Closes all connections that no call uses.
    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Whether a connection that nobody uses is open, and nothing came over it that nobody asked for.
fn is_there(line: &mut Side) -> bool {
    line.inbox.is_empty() && line.poll_fill(&mut Context::from_waker(Waker::noop())).is_pending()
}

impl std::fmt::Debug for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upstream").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}
