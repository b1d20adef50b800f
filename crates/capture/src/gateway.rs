//! A gateway: listens for clients until a stop is asked for, then lets the calls under way finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cairn_environment::Environment;
use cairn_principals::Principals;
use cairn_recorder::Recorder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio_rustls::TlsAcceptor;

use crate::call::Front;
use crate::connection;
use crate::inventory::{self, Inventory};
use crate::ledger::Ledger;
use crate::meters::Meters;
use crate::room::Room;
use crate::settings::GatewaySettings;
use crate::sighting::Peer;
use crate::tallies::{GatewayCounts, Tallies};
use crate::tls::{self, TlsError};
use crate::upstream::Upstream;

/// How long to wait after an accept that failed for want of file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How often waiting records are tried again and idle connections are closed.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(1);

/// How long records may take once the calls have ended.
const RECORDS_WAIT: Duration = Duration::from_secs(5);

/// How long clients wait at a start until it is known whose keys are whose.
const INVENTORY_WAIT: Duration = Duration::from_secs(3);

/// A gateway that listens.
#[derive(Debug)]
pub struct Gateway {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Acceptor>,
    front: Arc<Front>,
}

/// What a gateway works with.
#[derive(Debug)]
pub struct GatewayParts {
    /// What it stands in front of, and its limits.
    pub settings: GatewaySettings,
    /// Where every call is recorded.
    pub recorder: Recorder,
    /// Who access keys are.
    pub principals: Principals,
    /// Time, ids, and the tasks whose stop ends the gateway.
    pub environment: Environment,
}

/// Why a gateway cannot be.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The address cannot be listened on.
    #[error("gateway `{name}` cannot listen on {address}: {source}")]
    Bind {
        /// The gateway.
        name: String,
        /// Where it should listen.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// TLS cannot be spoken, with its clients or its upstream.
    #[error("gateway `{name}`: {source}")]
    Tls {
        /// The gateway.
        name: String,
        /// What is wrong.
        source: TlsError,
    },
}

/// Tells what a gateway has counted, for as long as anybody asks.
#[derive(Debug, Clone)]
pub struct GatewayWatch(Arc<Tallies>);

impl GatewayWatch {
    /// What the gateway has counted since it began.
    pub fn counts(&self) -> GatewayCounts {
        self.0.counts()
    }
}

struct Acceptor(TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

impl Gateway {
    /// Listens. Nothing is answered before [`Gateway::run`]. To be called within a runtime.
    ///
    /// # Errors
    /// [`GatewayError`]
    pub fn bind(parts: GatewayParts) -> Result<Self, GatewayError> {
        let GatewayParts { settings, recorder, principals, environment } = parts;
        let tls_failed = |source| GatewayError::Tls { name: settings.name.clone(), source };
        let tls = settings.certificate.as_ref().map(tls::acceptor).transpose().map_err(tls_failed)?.map(Acceptor);
        let upstream = Upstream::new(&settings, &environment).map_err(tls_failed)?;
        let bind_failed = |source| GatewayError::Bind { name: settings.name.clone(), address: settings.listen, source };
        let listener = cairn_guard::listen(settings.listen).map_err(bind_failed)?;
        let address = listener.local_addr().map_err(bind_failed)?;
        let tallies = Arc::<Tallies>::default();
        let front = Front {
            upstream,
            ledger: Ledger::new(recorder, &settings, Arc::clone(&tallies), &environment),
            principals,
            inventory: settings.inventory.clone().map(Inventory::new),
            room: Room::default(),
            places: Arc::new(Semaphore::new(places(&settings))),
            meters: Meters::new(&settings.name, tallies),
            environment,
            settings,
        };
        Ok(Self { listener, address, tls, front: Arc::new(front) })
    }

    /// The address that is listened on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// What tells how it goes.
    pub fn watch(&self) -> GatewayWatch {
        GatewayWatch(Arc::clone(&self.front.meters.tallies))
    }

    /// Serves until the environment's tasks are asked to stop; then takes no more connections, gives the calls under
    /// way time to finish, breaks off those that do not, and returns when all of them are recorded.
    pub async fn run(self) {
        let Self { listener, tls, front, .. } = self;
        let connections = Arc::new(Semaphore::new(places(&front.settings)));
        let (impatience, patience) = watch::channel(());
        front.environment.tasks.spawn(upkeep(Arc::clone(&front)));
        front.take_first_inventory().await;
        while let Some((socket, peer, place)) = next_connection(&listener, &front, &connections).await {
            let (front, tls) = (Arc::clone(&front), tls.as_ref().map(|tls| tls.0.clone()));
            let (tasks, mut patience) = (front.environment.tasks.clone(), patience.clone());
            drop(tasks.clone().spawn(async move {
                let hurry = Arc::<AtomicBool>::default();
                let mut serving = Box::pin(welcome(front, socket, peer, tls, Arc::clone(&hurry)));
                tokio::select! {
                    () = &mut serving => {}
                    _ = patience.changed() => {
                        hurry.store(true, Ordering::Release);
                        drop(tasks.spawn(serving));
                    }
                }
                drop(place);
            }));
        }
        drop(listener);
        front.drain(&connections, impatience).await;
    }
}

fn places(settings: &GatewaySettings) -> usize {
    settings.connections_max.clamp(1, 1 << 20)
}

async fn next_connection(
    listener: &TcpListener,
    front: &Front,
    connections: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let environment = &front.environment;
    loop {
        let place = tokio::select! {
            place = Arc::clone(connections).acquire_owned() => place.ok()?,
            () = environment.tasks.stopping() => return None,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = environment.tasks.stopping() => return None,
        };
        match accepted.and_then(|(socket, peer)| socket.set_nodelay(true).map(|()| (socket, peer))) {
            Ok((socket, peer)) => return Some((socket, peer, place)),
            Err(error) => {
                tracing::warn!(%error, gateway = front.settings.name, "a connection could not be accepted");
                environment.clock.sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn welcome(
    front: Arc<Front>,
    socket: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    hurry: Arc<AtomicBool>,
) {
    let address = peer.ip();
    let Some(acceptor) = tls else {
        return connection::serve(front, socket, Peer { address, tls: None }, hurry).await;
    };
    let greeted = front.environment.clock.timeout(front.settings.head_timeout, acceptor.accept(socket)).await;
    match greeted {
        Ok(Ok(socket)) => {
            let tls = Some(tls::words(socket.get_ref().1));
            connection::serve(front, socket, Peer { address, tls }, hurry).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, "a client does not speak TLS as we do"),
        Err(_) => tracing::debug!("a client took too long to begin TLS"),
    }
}

async fn upkeep(front: Arc<Front>) {
    loop {
        tokio::select! {
            () = front.environment.clock.sleep(UPKEEP_INTERVAL) => {
                front.upstream.sweep();
                front.catch_up().await;
            }
            () = front.environment.tasks.stopping() => return,
        }
    }
}

impl Front {
    /// Begins to take inventories, where that is wanted, and waits for the first one, but not for long.
    async fn take_first_inventory(self: &Arc<Self>) {
        let (first, taken) = oneshot::channel();
        drop(self.environment.tasks.spawn(inventory::keep(Arc::clone(self), first)));
        if self.environment.clock.timeout(INVENTORY_WAIT, taken).await.is_err() {
            tracing::warn!(gateway = self.settings.name, "calls are served before it is known whose keys are whose");
        }
    }

    async fn catch_up(&self) -> bool {
        self.ledger.catch_up(&self.settings).await
    }

    async fn drain(&self, connections: &Semaphore, patience: watch::Sender<()>) {
        let everyone = u32::try_from(places(&self.settings)).unwrap_or(u32::MAX);
        let clock = &self.environment.clock;
        if clock.timeout(self.settings.drain_timeout, connections.acquire_many(everyone)).await.is_err() {
            tracing::warn!(gateway = self.settings.name, "calls were broken off because the server stops");
            drop(patience);
        }
        let recorded = async {
            drop(self.places.acquire_many(everyone).await);
            self.ledger.settle_all_ends().await;
        };
        if clock.timeout(RECORDS_WAIT, recorded).await.is_err() {
            tracing::error!(gateway = self.settings.name, "ends of calls are not recorded: the next start says so");
        }
        self.upstream.close();
        if !self.catch_up().await {
            tracing::error!(
                gateway = self.settings.name,
                "calls are not recorded: of those that went on the next start says so, events of refused ones are lost"
            );
        }
    }
}
