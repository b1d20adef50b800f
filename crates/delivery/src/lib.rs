//! Delivery: what trails leave in buckets, and whom they tell. Log files, the signed digests that chain them, messages
//! to topics, events in log streams, and how it went.
//!
//! A follower of the journal sorts live events into one batch per trail, account and Region (a *lane*), seals each batch into
//! a file whose key and bytes never change again, and puts sealed files and digests until their bucket has them.
//! What a lane remembers is one document that is replaced as a whole, so that a crash between any two steps, a clock
//! that jumps or a bucket that answers late leaves nothing twice and nothing out.

mod backoff;
mod batch;
mod bucket_access;
mod collector;
mod courier;
mod delivered;
mod deliveries;
mod delivery;
mod depot;
mod destination;
mod digest;
mod endpoints;
mod error;
mod file_kind;
mod gzip;
mod herald;
mod lane;
mod lane_state;
mod log_lines;
mod log_stream;
mod logs_requests;
mod notifications;
mod object_names;
mod open_lane;
mod open_summaries;
mod outlook;
mod own_puts;
mod public_key;
mod remote_policy;
mod roster;
mod schedule;
mod settings;
mod signing_keys;
mod simulated_endpoints;
mod sns_requests;
mod state_store;
mod status;
mod streamer;
mod target_check;
mod target_error;

pub use delivered::{DeliveredFile, DeliveredFiles};
pub use deliveries::{DeliveriesError, DeliveriesPage, DeliveriesWish, ListedFile, ListedKind};
pub use delivery::{Delivery, DeliveryParts, Round};
pub use destination::{BucketSource, DestinationError};
pub use endpoints::{Endpoint, EndpointProtocol, Endpoints};
pub use error::DeliveryError;
pub use public_key::PublicKey;
pub use settings::{BucketPolicyRule, DeliverySettings, FileLock};
pub use signing_keys::{KeySource, SigningKeyError};
pub use simulated_endpoints::{Published, PutBatch, SimulatedEndpoints};
pub use state_store::StateError;
pub use status::{Attempts, TrailStatus};
pub use target_error::TargetError;
