//! Who calls: accounts, credentials, and the principal behind a signed request.

mod caller;
mod credential;
mod identity;
mod key_cache;
mod permissions;
mod session;

pub use cairn_signing::{Authorization, Payload, Placement, Refusal, Request as SignedRequest, SecretKey};
pub use caller::{Caller, Entity, Principal};
pub use credential::Credential;
pub use identity::{Identity, Verified};
pub use permissions::{Circumstances, Permissions};
pub use session::{Session, WebIdentity};
