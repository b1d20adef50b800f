//! Gateways: each stands in front of an endpoint that speaks the AWS API, forwards every call untouched, and records
//! one event for it.
//!
//! `call.rs` has the life of one call, `upstream.rs` the way to the endpoint, `record.rs` what the event says,
//! `ledger.rs` when it is durable.

mod answer;
mod aws_chunked;
mod buffers;
mod call;
mod claim;
mod conclusion;
mod connection;
mod flow;
mod gap;
mod gateway;
mod head;
mod known;
mod ledger;
mod outgoing;
mod record;
mod refusal;
mod settings;
mod sighting;
mod tls;
mod unfinished;
mod upstream;

pub use gateway::{Gateway, GatewayError, GatewayParts};
pub use settings::{CertificateFiles, FailurePolicy, GatewaySettings, InvalidUpstream, UpstreamUrl};
pub use unfinished::Unfinished;
