//! The gate: hands the verified caller's secret to the protocol layer, notes the operation, and lets only the owner pass.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use cairn_objects::Buckets;
use cairn_services::S3Operation;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};

use crate::S3Caller;

/// The gate for one request.
#[derive(Clone)]
pub(crate) struct Gate {
    buckets: Buckets,
    caller: Arc<S3Caller>,
    seen: Arc<Mutex<Option<S3Operation>>>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("caller", &self.caller).finish_non_exhaustive()
    }
}

impl Gate {
    pub(crate) fn new(buckets: Buckets, caller: Arc<S3Caller>) -> Self {
        Self { buckets, caller, seen: Arc::default() }
    }

    /// The operation of the request, once it was found.
    pub(crate) fn operation(&self) -> Option<S3Operation> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn check_owner(&self, bucket: &str, expected: Option<&str>) -> S3Result<()> {
        let Some(record) = self.buckets.describe(bucket).await else {
            return Err(s3_error!(NoSuchBucket));
        };
        let is_expected = expected.is_none_or(|account| account == record.owner.as_str());
        if record.owner == self.caller.account && is_expected { Ok(()) } else { Err(s3_error!(AccessDenied)) }
    }
}

#[async_trait::async_trait]
impl S3Auth for Gate {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == self.caller.access_key_id {
            Ok(SecretKey::from(self.caller.secret.as_str()))
        } else {
            Err(s3_error!(InvalidAccessKeyId))
        }
    }
}

#[async_trait::async_trait]
impl S3Access for Gate {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let operation = cx.s3_op().name();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = S3Operation::named(operation);
        if cx.credentials().is_none() {
            return Err(s3_error!(AccessDenied));
        }
        let bucket = cx.s3_path().get_bucket_name().filter(|_| operation != "CreateBucket");
        let expected = cx.headers().get("x-amz-expected-bucket-owner").map(|value| value.to_str().unwrap_or_default());
        match bucket {
            Some(bucket) => self.check_owner(bucket, expected).await,
            None => Ok(()),
        }
    }
}
