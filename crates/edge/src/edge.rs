//! The listener: takes connections until a stop is asked for, then waits for what is under way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cairn_api::{Services, TestHooks};
use cairn_buckets::EmbeddedS3;
use cairn_environment::Environment;
use cairn_identity::Identity;
use cairn_recorder::{Flood, Held, Recorder};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::body::BodyReader;
use crate::connection;
use crate::front::Front;
use crate::probe::Probes;
use crate::replays::Replays;
use crate::settings::EdgeSettings;
use crate::targets::Operations;
use crate::throttle::Throttle;
use crate::v1::validate::Runs;

/// The front door of a server: one port for every service.
pub struct Edge {
    listener: TcpListener,
    address: SocketAddr,
    connections_max: usize,
    front: Arc<Front>,
}

/// What stands behind the door.
pub struct EdgeParts {
    /// What operations work with.
    pub services: Arc<Services>,
    /// The credentials that count.
    pub identity: Arc<Identity>,
    /// Where every request is recorded.
    pub recorder: Recorder,
    /// The embedded S3.
    pub s3: Arc<EmbeddedS3>,
    /// Limits.
    pub settings: EdgeSettings,
    /// What `/readyz` and `/metrics` show.
    pub probes: Arc<dyn Probes>,
    /// What moto's own tests need, on servers that are started for them.
    pub test_hooks: Option<TestHooks>,
    /// Time, ids, and the tasks whose stop closes the door.
    pub environment: Environment,
}

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct BindError {
    address: SocketAddr,
    source: std::io::Error,
}

/// How long to wait after an accept that failed for want of file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How often counted refusals become an event.
const FLOOD_INTERVAL: Duration = Duration::from_secs(1);

impl Edge {
    /// Listens on `address`; port 0 takes a free one. Nothing is answered before [`Edge::run`]. To be called
    /// within a runtime.
    ///
    /// # Errors
    /// [`BindError`] when the address is taken or not ours.
    pub fn bind(parts: EdgeParts, address: SocketAddr) -> Result<Self, BindError> {
        let failed = |source| BindError { address, source };
        let listener = cairn_guard::listen(address).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let EdgeParts { services, identity, recorder, s3, settings, probes, test_hooks, environment } = parts;
        let front = Front {
            services,
            identity,
            recorder,
            s3,
            probes,
            test_hooks,
            operations: Operations::all(),
            bodies: BodyReader::new(environment.clock.clone(), settings.body_timeout, settings.bodies_bytes_max),
            flood: Flood::new(settings.unauthenticated_events_max),
            held: Held::new(settings.held_calls_max, usize::MAX),
            throttle: Throttle::default(),
            replays: Replays::default(),
            runs: Runs::default(),
            environment,
            settings,
        };
        Ok(Self { listener, address, connections_max: front.settings.connections_max.max(1), front: Arc::new(front) })
    }

    /// The address that is listened on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the environment's tasks are asked to stop; then takes no more connections, finishes the requests
    /// under way, and returns.
    pub async fn run(self) {
        let Self { listener, front, connections_max, .. } = self;
        let places = Arc::new(Semaphore::new(connections_max.min(Semaphore::MAX_PERMITS)));
        front.environment.tasks.spawn(record_later(Arc::clone(&front)));
        while let Some((socket, peer)) = next_connection(&listener, &front).await {
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = front.environment.tasks.stopping() => break,
            };
            if let Err(error) = socket.set_nodelay(true) {
                tracing::debug!(%error, "a connection ended at once");
                continue;
            }
            let front = Arc::clone(&front);
            let tasks = front.environment.tasks.clone();
            tasks.spawn(async move {
                connection::serve(front, socket, peer.ip()).await;
                drop(place);
            });
        }
        drop(listener);
        let everyone = u32::try_from(connections_max).unwrap_or(u32::MAX);
        let clock = &front.environment.clock;
        if clock.timeout(front.settings.drain_timeout, places.acquire_many(everyone)).await.is_err() {
            tracing::warn!("requests were still under way when the server stopped");
        }
        if !front.record_held().await {
            tracing::error!("events of answered reads are lost: the journal's disk is still full");
        }
        front.record_flood().await;
    }
}

async fn next_connection(listener: &TcpListener, front: &Front) -> Option<(TcpStream, SocketAddr)> {
    let environment = &front.environment;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = environment.tasks.stopping() => return None,
        };
        match accepted {
            Ok(connection) => return Some(connection),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                environment.clock.sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn record_later(front: Arc<Front>) {
    let environment = &front.environment;
    loop {
        tokio::select! {
            () = environment.clock.sleep(FLOOD_INTERVAL) => {
                if front.record_held().await {
                    front.record_flood().await;
                }
            }
            () = environment.tasks.stopping() => return,
        }
    }
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edge").field("address", &self.address).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for EdgeParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EdgeParts").field("settings", &self.settings).finish_non_exhaustive()
    }
}
