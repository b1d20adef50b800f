//! Delivery: what trails leave in buckets. Log files, the signed digests that chain them, and how it went.
//!
//! A follower of the journal sorts live events into one batch per trail and Region, seals each batch into a file
//! whose key and bytes never change again, and puts sealed files and digests until their bucket has them.

mod status;
mod public_key;
mod settings;
mod destination;
mod delivery;

pub use delivery::{Delivery, DeliveryError, DeliveryParts, Round};
pub use destination::{BucketSource, DestinationError};
pub use public_key::PublicKey;
pub use settings::DeliverySettings;
pub use status::{Attempts, TrailStatus};
