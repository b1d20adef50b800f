//! Every API operation, one file each, and the frame that they share: bytes, callers and values, no HTTP.

mod ask;
mod barred;
mod body;
mod cloudtrail;
mod context;
mod entry;
mod error_code;
#[cfg(test)]
mod fixture;
mod iam;
mod kms;
mod operation;
mod operations;
mod organizations;
mod protocol;
mod record;
mod refusal;
mod request_rates;
mod sts;
mod test_hooks;
mod wire_time;

pub use body::Body;
pub use cloudtrail::SearchableAccount;
pub use context::{Context, Services};
pub use entry::{Answer, Entry};
pub use error_code::{ApiError, ErrorCode};
pub use operation::Access;
pub use operations::{operations, services};
pub use protocol::{Protocol, Service};
pub use request_rates::requests_per_second;
pub use sts::assume_role_with_web_identity::authenticate_web_identity;
pub use sts::web_sign_in::{WebSession, WebSignIn, sign_in_with_web_identity};
pub use test_hooks::TestHooks;
