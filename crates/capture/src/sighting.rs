//! What is seen of a call before anything is done with it.

use std::net::IpAddr;

use cairn_environment::Environment;
use cairn_guard::client_address;
use cairn_model::Timestamp;
use cairn_recorder::TlsDetails;
use cairn_services::{BodyView, RequestView, Scope, ServiceCall};
use http::request::Parts;
use http::{HeaderMap, Method, Uri, header};
use tokio::time::Instant;

use crate::claim::Claim;
use crate::head::copied;
use crate::settings::GatewaySettings;

/// The other end of a client's connection.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    /// Version and cipher suite of a connection with TLS.
    pub(crate) tls: Option<(String, String)>,
}

/// A call as it came in.
#[derive(Debug)]
pub(crate) struct Sighting {
    pub(crate) method: Method,
    pub(crate) target: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) claim: Claim,
    pub(crate) received_at: Timestamp,
    pub(crate) began: Instant,
    pub(crate) source: IpAddr,
    pub(crate) tls: Option<TlsDetails>,
    pub(crate) vpc_endpoint_id: Option<String>,
}

impl Sighting {
    pub(crate) fn new(settings: &GatewaySettings, environment: &Environment, peer: &Peer, head: &Parts) -> Self {
        let headers = head.headers.clone();
        let source = client_address(peer.address, &headers, &settings.trusted_proxies);
        let is_told_by_proxy = source != peer.address.to_canonical();
        let vpc_endpoint_id = text(&headers, "x-amzn-vpce-id").filter(|_| is_told_by_proxy);
        let tls = peer.tls.as_ref().map(|(version, suite)| TlsDetails {
            tls_version: Some(version.clone()),
            cipher_suite: Some(suite.clone()),
            client_provided_host_header: text(&headers, header::HOST.as_str()),
        });
        Self {
            method: head.method.clone(),
            target: head.uri.clone(),
            claim: Claim::read(&headers, head.uri.query()),
            headers,
            received_at: environment.clock.now(),
            began: environment.clock.instant(),
            source,
            tls,
            vpc_endpoint_id,
        }
    }

    /// A connection whose bytes are no request.
    pub(crate) fn unreadable(environment: &Environment, peer: &Peer) -> Self {
        Self {
            method: Method::GET,
            target: Uri::default(),
            headers: HeaderMap::new(),
            claim: Claim::default(),
            received_at: environment.clock.now(),
            began: environment.clock.instant(),
            source: peer.address.to_canonical(),
            tls: None,
            vpc_endpoint_id: None,
        }
    }

    /// Lets go of the buffer in which the request came, for calls that take long.
    pub(crate) fn detach(&mut self) {
        self.headers = copied(&self.headers);
        if let Ok(target) = self.target.to_string().parse() {
            self.target = target;
        }
    }

    /// The call with this much of its body.
    pub(crate) fn view<'a>(&'a self, body: BodyView<'a>) -> RequestView<'a> {
        RequestView {
            method: &self.method,
            path: self.target.path(),
            query: self.target.query(),
            headers: &self.headers,
            scope: self.claim.scope.as_ref().map(|(service, region)| Scope { service, region }),
            body,
        }
    }

    /// Takes up who signed the form with which a browser uploads. False when nobody did, or the head named the signer.
    pub(crate) fn takes_signer_of_form(&mut self, call: &ServiceCall) -> bool {
        let claim = Claim::of_form(call.signed_form_fields());
        let is_new = self.claim.access_key_id.is_none() && claim.access_key_id.is_some();
        if is_new {
            self.claim = claim;
        }
        is_new
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        text(&self.headers, name)
    }

    /// Whether the client sends its body only when it is told to go on.
    pub(crate) fn expects_continue(&self) -> bool {
        self.headers.get(header::EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
    }
}

/// A header as text; absent when it is empty.
pub(crate) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned()).filter(|text| !text.is_empty())
}
