//! The embedded S3 for log buckets, on the protocol layer of `s3s`.
//!
//! The front door has verified the caller; here the operation is found, the bucket's owner and policy asked, the work done on
//! [`cairn_objects::Buckets`], and the answer and its facts handed back. Multipart uploads, versions and most settings of
//! buckets are deliberately absent: they are refused as `NotImplemented`.

mod actions;
mod asking;
mod bucket_operations;
mod checksums;
mod conditions;
mod documents;
mod encryption;
mod error_answer;
mod expiry;
mod gate;
mod lifecycle;
mod list_objects;
mod lock_headers;
mod object_lock;
mod object_reads;
mod object_writes;
mod operations;
mod refusal;
mod service;

pub use actions::actions as s3_actions;
pub use documents::{read_lifecycle, read_versioning};
pub use expiry::{Expiry, ExpiryRound, ExpirySettings};
pub use s3s::Body as S3Body;
pub use service::{EmbeddedS3, S3Answer, S3Caller, S3Facts};
