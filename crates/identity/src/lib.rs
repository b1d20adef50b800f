//! Who calls: accounts, credentials, and the principal behind a signed request.

mod caller;
mod credential;
mod directory;
mod identity;
mod key_cache;
mod permissions;
mod session;
mod token;

pub use cairn_signing::{Authorization, Payload, Placement, Refusal, Request as SignedRequest, SecretKey, Signature};
pub use caller::{Caller, Entity, Principal};
pub use credential::Credential;
pub use directory::Directory;
pub use identity::{Identity, Verified};
pub use permissions::{Circumstances, Permissions};
pub use session::{Renewable, Session, Vouched, WebIdentity};
pub use token::{Holder, NewSession, SessionTooLarge, TemporaryCredentials};
