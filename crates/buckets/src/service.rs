//! The door: one verified request in, one answer and its facts out.

use std::fmt;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::{AccountId, Region};
use cairn_objects::Buckets;
use zeroize::Zeroizing;

use crate::S3Body;

/// The embedded S3. Clones share it.
#[derive(Debug, Clone)]
pub struct S3Service {
    #[expect(dead_code, reason = "skeleton")]
    buckets: Buckets,
    #[expect(dead_code, reason = "skeleton")]
    environment: Environment,
}

/// Who makes a request, as the front door verified it.
#[derive(Clone)]
pub struct S3Caller {
    /// The account of the key pair.
    pub account: AccountId,
    /// The key pair that signed the request.
    pub access_key_id: String,
    /// Its secret: the chunks of a streamed body are signed too.
    pub secret: Zeroizing<String>,
    /// The Region of the credential scope.
    pub region: Region,
}

/// The answer to a request.
#[derive(Debug)]
pub struct S3Answer {
    /// What is sent.
    pub response: http::Response<S3Body>,
    /// What the event about the request says.
    pub facts: S3Facts,
}

/// What the event about a request says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct S3Facts {
    /// The name that CloudTrail gives the operation, such as `PutObject`; `None` when the request is none.
    pub operation: Option<&'static str>,
    /// The bucket in the request.
    pub bucket: Option<String>,
    /// The key in the request.
    pub key: Option<String>,
    /// The code and the message when the request was refused or failed.
    pub error: Option<(String, String)>,
    /// Whether the operation changes nothing.
    pub read_only: bool,
    /// Whether CloudTrail counts the operation among the data events: those on objects.
    pub data_event: bool,
    /// The size of the request's content in bytes, as its headers tell it.
    pub bytes_in: u64,
    /// The size of the answer's content in bytes.
    pub bytes_out: u64,
}

impl fmt::Debug for S3Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Caller")
            .field("account", &self.account)
            .field("access_key_id", &self.access_key_id)
            .field("secret", &"(secret)")
            .field("region", &self.region)
            .finish()
    }
}

impl S3Service {
    /// Serves the embedded ones of `buckets`.
    pub fn new(buckets: Buckets, environment: &Environment) -> Self {
        Self { buckets, environment: environment.clone() }
    }

    /// Answers a request whose signature was verified. Its header `x-amz-request-id` names it in the answer.
    #[allow(clippy::todo, clippy::unused_async, reason = "skeleton")]
    pub async fn call<B>(&self, _request: http::Request<B>, _caller: S3Caller) -> S3Answer
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        s3s::StdError: From<B::Error>,
    {
        todo!()
    }
}
