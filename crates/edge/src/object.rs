//! Requests to the embedded S3.

use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use cairn_buckets::{S3Answer, S3Caller, S3Facts};
use cairn_identity::Verified;
use cairn_model::{AccountId, Category};
use cairn_recorder::{Call, CallResource, ResourceArn};
use futures_util::FutureExt;
use http::{HeaderValue, Request};
use http_body::Body;
use http_body_util::Either;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::answer::Dialect;
use crate::body::WatchedBody;
use crate::front::Visit;
use crate::outcome::{Outcome, Record, authentication_method};

impl Visit<'_> {
    /// Lets the embedded S3 answer, and puts down what it says about the request.
    pub(crate) async fn serve_object<B>(self, verified: &Verified, body: B) -> Outcome
    where
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let hash = self.head.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
        let hash = hash.filter(|hash| hash.len() == 64);
        let (front, limit) = (self.front, self.front.settings.object_bytes_max);
        let body = WatchedBody::new(body, limit, hash, &front.environment.clock, front.settings.body_timeout);
        let fault = body.fault();
        let caller = S3Caller {
            caller: verified.caller.clone(),
            organization: front.organization(verified.caller.account),
            secret: Zeroizing::new(verified.secret.expose().to_owned()),
            region: verified.region.clone(),
            source: self.arrival.source,
            secure_transport: self.arrival.secure_transport,
        };
        let mut head = self.head.clone();
        if let Ok(id) = HeaderValue::from_str(&self.arrival.request_id) {
            head.headers.insert("x-amz-request-id", id);
        }
        let answering = front.s3.call(Request::from_parts(head, body), caller);
        let Ok(S3Answer { response, facts }) = AssertUnwindSafe(answering).catch_unwind().await else {
            return self.failed(Some(self.arrival.call(verified)));
        };
        let call = self.object_call(verified, &facts);
        if let Some(fault) = fault.get() {
            let refused = self.arrival.refuse_caller(call, &self.of_fault(*fault));
            return self.also_for(facts.bucket_owner, refused);
        }
        let mut reply = response.map(Either::Right);
        Dialect::S3.stamp(reply.headers_mut(), &self.arrival.request_id);
        let call = Call { error: facts.error, ..call };
        let outcome = Outcome { reply: reply.into(), record: Record::Caller(Box::new(call)) };
        self.also_for(facts.bucket_owner, outcome)
    }

    /// The same, recorded for the resource's owner too where that is not the caller: both events have one
    /// `sharedEventID`.
    pub(crate) fn also_for(self, owner: Option<AccountId>, outcome: Outcome) -> Outcome {
        let Outcome { reply, record } = outcome;
        let record = match (record, owner) {
            (Record::Caller(call), Some(account)) if account != call.account => {
                let shared_event_id = Some(self.front.environment.random.uuid());
                let call = Call { shared_event_id, ..*call };
                let copy = Call { account, ..call.clone() };
                Record::Both(Box::new([call, copy]))
            }
            (record, _) => record,
        };
        Outcome { reply, record }
    }

    fn object_call(self, verified: &Verified, facts: &S3Facts) -> Call {
        let mut parameters = Map::new();
        let named = [
            ("bucketName", facts.bucket.as_deref()),
            ("Host", self.arrival.host.as_deref()),
            ("key", facts.key.as_deref()),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                parameters.insert(name.to_owned(), value.into());
            }
        }
        Call {
            event_name: facts.operation.unwrap_or(&self.arrival.operation).to_owned(),
            user_agent: self.arrival.user_agent.as_deref().map(|agent| format!("[{agent}]")),
            request_parameters: Some(Value::Object(parameters)),
            additional_event_data: Some(json!({
                "SignatureVersion": "SigV4",
                "bytesTransferredIn": facts.bytes_in,
                "AuthenticationMethod": authentication_method(verified),
                "bytesTransferredOut": facts.bytes_out,
            })),
            read_only: facts.read_only,
            category: if facts.data_event { Category::Data } else { Category::Management },
            resources: resources(verified, facts),
            ..self.arrival.call(verified)
        }
    }
}

/// The object, without an account as in AWS's records, and its bucket.
fn resources(verified: &Verified, facts: &S3Facts) -> Vec<CallResource> {
    let Some(bucket) = &facts.bucket else { return Vec::new() };
    let object = facts.key.as_ref().map(|key| CallResource {
        account_id: None,
        resource_type: "AWS::S3::Object".to_owned(),
        arn: ResourceArn::Whole(format!("arn:aws:s3:::{bucket}/{key}")),
    });
    let bucket = CallResource {
        account_id: Some(facts.bucket_owner.unwrap_or(verified.caller.account)),
        resource_type: "AWS::S3::Bucket".to_owned(),
        arn: ResourceArn::Whole(format!("arn:aws:s3:::{bucket}")),
    };
    object.into_iter().chain([bucket]).collect()
}
