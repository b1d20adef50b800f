//! Gateways: each stands in front of an endpoint that speaks the AWS API, forwards every call untouched, and records
//! one event for it.
//!
//! `call.rs` has the life of one call, `upstream.rs` the way to the endpoint, `record.rs` what the event says,
//! `ledger.rs` when it is durable, `inventory.rs` when the endpoint is asked whose keys are whose.

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
mod handed_over;
mod head;
mod inventory;
mod inventory_round;
mod known;
mod lease;
mod ledger;
mod meters;
mod outgoing;
mod own_call;
mod record;
mod refusal;
mod settings;
mod sighting;
mod tallies;
mod tls;
mod unfinished;
mod upstream;

pub use gateway::{Gateway, GatewayError, GatewayParts, GatewayWatch};
pub use settings::{
    AnswerAfter, CertificateFiles, FailurePolicy, GatewaySettings, InvalidUpstream, InventorySettings, UpstreamUrl,
};
pub use tallies::GatewayCounts;
pub use unfinished::Unfinished;
