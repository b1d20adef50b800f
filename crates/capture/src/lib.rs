//! Gateways: each stands in front of an endpoint that speaks the AWS API, forwards every call untouched, and records
//! one event for it.
//!
//! `call.rs` has the life of one call, `exchange.rs` how its bytes move, `upstream.rs` the way to the endpoint, `record.rs` what the event says,
//! `ledger.rs` when it is durable, `inventory.rs` when the endpoint is asked whose keys are whose.

mod aws_chunked;
mod call;
mod claim;
mod conclusion;
mod connection;
mod copied;
mod exchange;
mod gap;
mod gateway;
mod handed_over;
mod head;
mod inventory;
mod inventory_round;
mod known;
mod ledger;
mod meters;
mod own_call;
mod passage;
mod record;
mod refusal;
mod room;
mod settings;
mod side;
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
