//! The gate: hands the verified caller's secret to the protocol layer, notes the operation, and lets pass whom the bucket's
//! owner and policy let pass.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use cairn_objects::Buckets;
use cairn_services::S3Operation;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};

use crate::S3Caller;
use crate::actions::action;
use crate::asking::Asking;

/// The gate for one request.
#[derive(Clone)]
pub(crate) struct Gate {
    buckets: Buckets,
    caller: Arc<S3Caller>,
    asking: Asking,
    seen: Arc<Mutex<Option<S3Operation>>>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("caller", &self.caller).finish_non_exhaustive()
    }
}

impl Gate {
    pub(crate) fn new(buckets: Buckets, caller: Arc<S3Caller>, asking: Asking) -> Self {
        Self { buckets, caller, asking, seen: Arc::default() }
    }

    /// The operation of the request, once it was found.
    pub(crate) fn operation(&self) -> Option<S3Operation> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn check_bucket(&self, bucket: &str, cx: &S3AccessContext<'_>) -> S3Result<()> {
        let Some(record) = self.buckets.describe(bucket).await else {
            return Err(s3_error!(NoSuchBucket));
        };
        let expected = cx.headers().get("x-amz-expected-bucket-owner").map(|value| value.to_str().unwrap_or_default());
        if expected.is_some_and(|account| account != record.owner.as_str()) {
            return Err(s3_error!(AccessDenied));
        }
        match cx.s3_op().name() {
            // Each of the keys, which only the body names, is asked about on its own.
            "DeleteObjects" => Ok(()),
            operation => {
                let action = action(operation, self.asking.query("versionId").is_some());
                self.asking.check(&record.rules(), &action, cx.s3_path().get_object_key())
            }
        }
    }
}

#[async_trait::async_trait]
impl S3Auth for Gate {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if *access_key == *self.caller.caller.access_key_id {
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
        match cx.s3_path().get_bucket_name() {
            Some(bucket) if operation == "CreateBucket" => {
                self.asking.check_without_bucket("s3:CreateBucket", &format!("arn:aws:s3:::{bucket}"))
            }
            Some(bucket) => self.check_bucket(bucket, cx).await,
            None if operation == "ListBuckets" => {
                self.asking.check_without_bucket("s3:ListAllMyBuckets", "arn:aws:s3:::*")
            }
            None => Err(s3_error!(AccessDenied)),
        }
    }
}
