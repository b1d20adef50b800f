//! The embedded S3 for log buckets, on the protocol layer of `s3s`.

mod service;

pub use s3s::Body as S3Body;
pub use service::{S3Answer, S3Caller, S3Facts, S3Service};
