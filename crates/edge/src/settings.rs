//! Limits of the front door, and whom it believes.

use std::time::Duration;

use cairn_guard::ProxyRange;
use cairn_model::AccountId;

/// Limits and places of an [`crate::Edge`].
#[derive(Debug, Clone)]
pub struct EdgeSettings {
    /// The account in whose history requests stand that nobody can be held to.
    pub default_account: AccountId,
    /// Bytes of a request line with its headers. 32 KiB.
    pub head_bytes_max: usize,
    /// Bytes of a body of the JSON and query protocols. 1 MiB.
    pub body_bytes_max: usize,
    /// Bytes of a body of `POST /v1/events`, as it is sent. 64 MiB.
    pub ingest_body_bytes_max: usize,
    /// Bytes of an object. 5 GiB, as S3 has it.
    pub object_bytes_max: u64,
    /// Bytes of all bodies that are held at once; further ones wait. 192 MiB.
    pub bodies_bytes_max: usize,
    /// Connections at once; further ones wait. 4,096.
    pub connections_max: usize,
    /// How long a head may take to arrive, and how long a connection may be idle. 60 seconds.
    pub head_timeout: Duration,
    /// How long a body may take to arrive, and how long an object may pause. 60 seconds.
    pub body_timeout: Duration,
    /// How long requests that are under way may take to finish once a stop was asked for. 30 seconds.
    pub drain_timeout: Duration,
    /// Unauthenticated requests in one second that are each recorded; further ones are counted and share one event.
    /// 50.
    pub unauthenticated_events_max: u32,
    /// Calls that only read, answered while the journal's disk is full, whose events may wait for space. 10,000.
    pub held_calls_max: usize,
    /// Whether operations have AWS's rates.
    pub throttles: bool,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ProxyRange>,
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self {
            default_account: AccountId::DEFAULT,
            head_bytes_max: 32 << 10,
            body_bytes_max: 1 << 20,
            ingest_body_bytes_max: 64 << 20,
            object_bytes_max: 5 << 30,
            bodies_bytes_max: 192 << 20,
            connections_max: 4096,
            head_timeout: Duration::from_mins(1),
            body_timeout: Duration::from_mins(1),
            drain_timeout: Duration::from_secs(30),
            unauthenticated_events_max: 50,
            held_calls_max: 10_000,
            throttles: false,
            trusted_proxies: Vec::new(),
        }
    }
}
