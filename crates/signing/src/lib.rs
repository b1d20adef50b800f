//! Signature Version 4: reads, checks and makes the signatures of AWS requests. No I/O, no clock.

mod authorization;
mod canonical;
mod encoding;
mod http_date;
mod key;
mod refusal;
mod request;
mod scope;
mod secret;
mod sign;
#[cfg(test)]
mod vectors;
mod verify;

pub use authorization::{Authorization, Placement};
pub use canonical::{PathForm, payload_hash};
pub use key::{Signature, SigningKey};
pub use refusal::Refusal;
pub use request::Request;
pub use scope::Scope;
pub use secret::SecretKey;
pub use sign::Signer;
pub use verify::{Payload, SigningRules};
