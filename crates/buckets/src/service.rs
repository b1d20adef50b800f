//! The door: one verified request in, one answer and its facts out.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_identity::Caller;
use cairn_model::{AccountId, Category, Region};
use cairn_objects::Buckets;
use http_body::Body;
use percent_encoding::percent_decode_str;
use s3s::service::S3ServiceBuilder;
use zeroize::Zeroizing;

use crate::asking::Asking;
use crate::gate::Gate;
use crate::operations::Operations;
use crate::{S3Body, error_answer};

/// The embedded S3. Clones share it.
#[derive(Debug, Clone)]
pub struct EmbeddedS3 {
    buckets: Buckets,
    environment: Environment,
}

/// Who makes a request, as the front door verified it.
#[derive(Clone)]
pub struct S3Caller {
    /// Who signed the request, and with what.
    pub caller: Caller,
    /// The organization that the caller's account is in.
    pub organization: Option<String>,
    /// The key's secret: the chunks of a streamed body are signed too.
    pub secret: Zeroizing<String>,
    /// The Region of the credential scope.
    pub region: Region,
    /// Where the request comes from.
    pub source: IpAddr,
    /// Whether it was encrypted on its way.
    pub secure_transport: bool,
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
    /// The account that owned the bucket when the request came; absent when there was no such bucket.
    pub bucket_owner: Option<AccountId>,
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
            .field("caller", &self.caller)
            .field("secret", &"(secret)")
            .field("region", &self.region)
            .field("source", &self.source)
            .field("secure_transport", &self.secure_transport)
            .finish_non_exhaustive()
    }
}

impl EmbeddedS3 {
    /// Serves the embedded ones of `buckets`.
    pub fn new(buckets: Buckets, environment: &Environment) -> Self {
        Self { buckets, environment: environment.clone() }
    }

    /// Answers a request whose signature was verified. Its header `x-amz-request-id` names it in the answer.
    ///
    /// The body is read as far as the operation needs it; limits on its size are the caller's.
    pub async fn call<B>(&self, request: http::Request<B>, caller: S3Caller) -> S3Answer
    where
        B: Body<Data = Bytes> + Send + 'static,
        s3s::StdError: From<B::Error>,
    {
        let caller = Arc::new(caller);
        let asking = Asking::new(&caller, &request, self.environment.clock.now());
        let gate = Gate::new(self.buckets.clone(), Arc::clone(&caller), asking.clone());
        let operations =
            Operations { buckets: self.buckets.clone(), environment: self.environment.clone(), caller, asking };
        let mut builder = S3ServiceBuilder::new(operations);
        builder.set_auth(gate.clone());
        builder.set_access(gate.clone());

        let asked = Asked::of(&request);
        let bucket_owner = self.owner(asked.bucket.as_deref()).await;
        let result = builder.build().call(request.map(S3Body::http_body_unsync)).await;
        let mut response = result.unwrap_or_else(|error| failed(&error));
        let error = error_answer::complete(&mut response, &asked.method, &asked.path, &asked.request_id);
        if let Ok(id) = asked.request_id.parse() {
            response.headers_mut().insert("x-amz-request-id", id);
        }
        let bytes_out = response.body().size_hint().exact().unwrap_or_default();
        let operation = gate.operation();
        let facts = S3Facts {
            operation: operation.map(|operation| operation.event_name),
            bucket: asked.bucket,
            // Who asks for a name that is taken has not called what has it.
            bucket_owner: bucket_owner.filter(|_| operation.is_none_or(|found| found.event_name != "CreateBucket")),
            key: asked.key,
            error,
            read_only: operation.is_some_and(|operation| operation.read_only),
            data_event: operation.is_some_and(|operation| operation.category == Category::Data),
            bytes_in: asked.bytes_in,
            bytes_out,
        };
        S3Answer { response, facts }
    }
}

impl EmbeddedS3 {
    async fn owner(&self, bucket: Option<&str>) -> Option<AccountId> {
        self.buckets.describe(bucket?).await.map(|record| record.owner)
    }
}

fn failed(error: &s3s::HttpError) -> http::Response<S3Body> {
    tracing::error!(?error, "the protocol layer failed");
    let mut response = http::Response::new(S3Body::empty());
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// What a request says on its face, kept for the answer and the facts.
#[derive(Debug)]
struct Asked {
    method: http::Method,
    path: String,
    request_id: String,
    bucket: Option<String>,
    key: Option<String>,
    bytes_in: u64,
}

impl Asked {
    fn of<B>(request: &http::Request<B>) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| header(name).and_then(|text| text.parse().ok());
        let path = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
        let below = path.strip_prefix('/').unwrap_or(&path);
        let (bucket, key) = below.split_once('/').unwrap_or((below, ""));
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self {
            method: request.method().clone(),
            request_id: header("x-amz-request-id").unwrap_or_default().to_owned(),
            bucket: some(bucket),
            key: some(key),
            bytes_in: number("x-amz-decoded-content-length").or_else(|| number("content-length")).unwrap_or_default(),
            path,
        }
    }
}
