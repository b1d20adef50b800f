//! Object stores: a local folder, any S3, or a simulated one; and the buckets that Cairn serves itself.

mod bucket;
mod bucket_policy;
mod bucket_record;
mod buckets;
mod data_keys;
mod error;
mod folder;
mod lifecycle;
mod object;
mod object_lock;
mod reader;
mod remote;
mod remote_error;
mod remote_listing;
mod remote_put;
mod remote_settings;
mod simulated;

pub use bucket::Bucket;
pub use bucket_policy::{
    BUCKET_POLICY_BYTES_MAX, BucketCall, BucketRules, Said, context_without_bucket, read_bucket_policy,
};
pub use bucket_record::{BucketRecord, DefaultEncryption, Versioning};
pub use buckets::{BucketKeys, Buckets, CreateBucketError, RemoveBucketError};
pub use data_keys::{DataKeys, Wrapping};
pub use error::ObjectError;
pub use lifecycle::{Expiration, FilterForm, LifecycleFilter, LifecycleRule, NoncurrentExpiration, first_due};
pub use object::{Encryption, Object, ObjectMeta, PutOptions, ServerSideEncryption};
pub use object_lock::{
    BucketLock, Bypass, DefaultRetention, LockChange, LockMode, ObjectLock, RETENTION_DAYS_MAX, RETENTION_YEARS_MAX,
    Retention, RetentionPeriod,
};
pub use reader::ObjectReader;
pub use remote::RemoteBucket;
pub use remote_settings::{Disclosed, RemoteCaller, RemoteKeys};
pub use simulated::ObjectFaults;
