//! What a gateway stands in front of, its limits, and what it does when it cannot record.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use cairn_guard::ProxyRange;
use cairn_model::{AccountId, Region};
use cairn_services::BucketPlace;
use cairn_signing::SecretKey;
use http::Uri;

/// One gateway.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// What it is called in logs and metrics.
    pub name: String,
    /// Where clients reach it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The endpoint that it stands in front of. It connects nowhere else.
    pub upstream: UpstreamUrl,
    /// The account that the endpoint is: `recipientAccountId` of its events.
    pub account: AccountId,
    /// The Region of calls that name none.
    pub region: Region,
    /// The domain below which an S3 upstream takes the first part of the host for a bucket. Without one, buckets stand
    /// in the path alone: the caller chooses the host, and the record must name the bucket that the upstream means.
    pub bucket_domain: Option<String>,
    /// How the upstream's IAM is asked whose keys are whose; absent when it is not.
    pub inventory: Option<InventorySettings>,
    /// What happens to calls that cannot be recorded.
    pub policy: FailurePolicy,
    /// What is durable before an answer is whole, with [`FailurePolicy::Closed`].
    pub answer_after: AnswerAfter,
    /// Requests in one second that the gateway refuses by itself and that are each recorded; further ones are counted and
    /// share one event. 50.
    pub refused_events_max: u32,
    /// Events of refused calls that may wait in memory while the journal takes nothing; further calls are counted. 10,000.
    pub held_events_max: usize,
    /// Bytes of a body that are copied aside for the record, where the record needs them. 256 KiB.
    pub body_copy_bytes: usize,
    /// Addresses whose `X-Forwarded-For` and VPC endpoint headers are believed.
    pub trusted_proxies: Vec<ProxyRange>,
    /// Certificate and key of a listener with TLS, in PEM.
    pub certificate: Option<CertificateFiles>,
    /// Certificates, in PEM, that vouch for the upstream instead of those that the system trusts.
    pub upstream_roots: Option<Vec<u8>>,
    /// Bytes of a request line with its headers. 24 KiB; S3 takes 8 KiB.
    pub head_bytes_max: usize,
    /// Connections at once; further ones wait. 4,096.
    pub connections_max: usize,
    /// How long a head may take to arrive, and how long a connection may be idle. 60 seconds.
    pub head_timeout: Duration,
    /// How long the upstream may take to accept a connection. 5 seconds.
    pub connect_timeout: Duration,
    /// How long the upstream may take to begin its answer once it has the request. 5 minutes.
    pub first_byte_timeout: Duration,
    /// How long a body may pause, on its way up or down. 60 seconds.
    pub idle_timeout: Duration,
    /// How long a client that expects `100 Continue` is kept waiting for the upstream's. 1 second.
    pub continue_timeout: Duration,
    /// How long an idle connection to the upstream is kept for the next call. 4 seconds.
    pub keep_timeout: Duration,
    /// How long calls that are under way may take to finish once a stop was asked for. 30 seconds.
    pub drain_timeout: Duration,
}

/// With which key, and how often, a gateway asks its upstream's IAM for users, keys and roles.
#[derive(Debug, Clone)]
pub struct InventorySettings {
    /// A key of the upstream's that may call `GetCallerIdentity`, `ListUsers`, `ListAccessKeys` and `ListRoles`.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: SecretKey,
    /// Between inventories. 5 minutes.
    pub interval: Duration,
    /// How long after an inventory the first sight of an unknown key may ask for the next. 5 seconds.
    pub pause: Duration,
}

/// What happens to calls that cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailurePolicy {
    /// No record, no call: an intent is durable before a call is passed on.
    Closed,
    /// The call goes on; what is missing in the record is counted, and an event says how much.
    Open,
}

impl FailurePolicy {
    /// `closed` or `open`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }
}

/// What is durable before the last of an answer goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerAfter {
    /// That the call was made; how it ended is on its way to the journal and durable some milliseconds later. A crash
    /// in between leaves an event that does not know how the call ended.
    Intent,
    /// How the call ended, too: nobody sees a whole answer of a call whose end is not recorded.
    End,
}

impl AnswerAfter {
    /// `intent` or `end`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::End => "end",
        }
    }
}

/// A listener's certificate chain and private key, in PEM.
#[derive(Clone)]
pub struct CertificateFiles {
    /// The listener's certificate and those between it and a root.
    pub chain: Vec<u8>,
    /// Its private key.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for CertificateFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CertificateFiles(hidden)")
    }
}

/// An endpoint: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamUrl {
    /// Whether it is spoken to over TLS.
    pub tls: bool,
    /// A name, or an address; IPv6 without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// The text is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an endpoint such as http://127.0.0.1:8333: a scheme, a host and a port, without a path")]
pub struct InvalidUpstream(String);

impl FromStr for UpstreamUrl {
    type Err = InvalidUpstream;

    fn from_str(text: &str) -> Result<Self, InvalidUpstream> {
        let invalid = || InvalidUpstream(text.chars().take(200).collect());
        let uri: Uri = text.parse().map_err(|_| invalid())?;
        let tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid()),
        };
        let authority = uri.authority().ok_or_else(invalid)?;
        if authority.as_str().contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(invalid());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        if host.is_empty() || port == 0 { Err(invalid()) } else { Ok(Self { tls, host, port }) }
    }
}

impl InventorySettings {
    /// Every 5 minutes, with this key.
    pub fn new(access_key_id: String, secret_access_key: SecretKey) -> Self {
        let (interval, pause) = (Duration::from_mins(5), Duration::from_secs(5));
        Self { access_key_id, secret_access_key, interval, pause }
    }
}

impl UpstreamUrl {
    /// What a `Host` header says: the port only where it is not the scheme's own.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == if self.tls { 443 } else { 80 } { host } else { format!("{host}:{}", self.port) }
    }
}

impl std::fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

impl GatewaySettings {
    /// Where the upstream looks for buckets.
    pub(crate) fn bucket_place(&self) -> BucketPlace<'_> {
        self.bucket_domain.as_deref().map_or(BucketPlace::Path, BucketPlace::Below)
    }

    /// A gateway for the default account in `us-east-1`, with the default limits.
    pub fn new(listen: SocketAddr, upstream: UpstreamUrl) -> Self {
        Self {
            name: format!("{}:{}", upstream.host, upstream.port),
            listen,
            upstream,
            account: AccountId::DEFAULT,
            region: Region::us_east_1(),
            bucket_domain: None,
            inventory: None,
            policy: FailurePolicy::Closed,
            answer_after: AnswerAfter::Intent,
            refused_events_max: 50,
            held_events_max: 10_000,
            body_copy_bytes: 256 << 10,
            trusted_proxies: Vec::new(),
            certificate: None,
            upstream_roots: None,
            head_bytes_max: 24 << 10,
            connections_max: 4096,
            head_timeout: Duration::from_mins(1),
            connect_timeout: Duration::from_secs(5),
            first_byte_timeout: Duration::from_mins(5),
            idle_timeout: Duration::from_mins(1),
            continue_timeout: Duration::from_secs(1),
            keep_timeout: Duration::from_secs(4),
            drain_timeout: Duration::from_secs(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_read_and_nothing_else() {
        let read = |text: &str| text.parse::<UpstreamUrl>().map(|url| url.to_string());
        assert_eq!(read("http://127.0.0.1:8333").as_deref(), Ok("http://127.0.0.1:8333"));
        assert_eq!(read("https://s3.example.com/").as_deref(), Ok("https://s3.example.com:443"));
        assert_eq!(read("http://[::1]:9000").as_deref(), Ok("http://[::1]:9000"));
        let authority = |text: &str| text.parse::<UpstreamUrl>().map(|url| url.authority());
        assert_eq!(authority("https://s3.example.com").as_deref(), Ok("s3.example.com"));
        assert_eq!(authority("http://s3.example.com:443").as_deref(), Ok("s3.example.com:443"));
        assert_eq!(authority("http://[::1]:9000").as_deref(), Ok("[::1]:9000"));
        for bad in
            ["", "127.0.0.1:8333", "ftp://a", "http://a/b", "http://a?b", "http://u:p@a", "http://a:0", "http://"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
