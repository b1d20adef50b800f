//! One request from its head to its answer: who, what, done, recorded, answered.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use cairn_api::{ApiError, ErrorCode, Protocol, Services, TestHooks};
use cairn_buckets::EmbeddedS3;
use cairn_environment::Environment;
use cairn_guard::BadHead;
use cairn_identity::{Authorization, Identity, Payload, Refusal, SignedRequest, Verified};
use cairn_journal::AppendError;
use cairn_model::AccountId;
use cairn_recorder::{Call, CallRecord, Flood, Held, Recorder};
use futures_util::{FutureExt, future};
use http::request::Parts;
use http_body::Body;

use crate::answer::{Dialect, Reply};
use crate::arrival::{Arrival, EVENTS_PATH};
use crate::asker::Asker;
use crate::body::{BodyFault, BodyReader, WholeBody};
use crate::console;
use crate::openapi;
use crate::outcome::{Outcome, Record, call_of_flood};
use crate::people_route::PeopleRoute;
use crate::probe::{self, Probes};
use crate::refusal::{code_of, refused};
use crate::replays::Replays;
use crate::routes;
use crate::settings::EdgeSettings;
use crate::targets::{Operations, service_named};
use crate::throttle::Throttle;
use crate::v1::validate::Runs;

/// Everything that answers requests.
pub(crate) struct Front {
    pub(crate) services: Arc<Services>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) recorder: Recorder,
    pub(crate) s3: Arc<EmbeddedS3>,
    pub(crate) settings: EdgeSettings,
    pub(crate) probes: Arc<dyn Probes>,
    pub(crate) test_hooks: Option<TestHooks>,
    pub(crate) environment: Environment,
    pub(crate) operations: Operations,
    pub(crate) bodies: BodyReader,
    pub(crate) flood: Flood,
    pub(crate) held: Held,
    pub(crate) throttle: Throttle,
    pub(crate) replays: Replays,
    pub(crate) runs: Runs,
}

/// One request while it is served.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub(crate) front: &'a Front,
    pub(crate) arrival: &'a Arrival,
    pub(crate) head: &'a Parts,
    signed: &'a SignedRequest<'a>,
    pub(crate) asker: &'a Asker,
}

impl Front {
    /// Answers a request of `asker`. Whatever comes of it, its event is durable before the answer is returned.
    pub(crate) async fn answer<B>(&self, peer: IpAddr, request: http::Request<B>, asker: &Asker) -> Reply
    where
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let (head, body) = request.into_parts();
        let headers: Vec<(&str, &[u8])> =
            head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let signed = SignedRequest {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &headers,
        };
        let authorization = match Authorization::read(&signed) {
            Err(Refusal::MissingAuthentication) => None,
            read => Some(read),
        };
        if authorization.is_none()
            && let Some(reply) = self.answer_without_event(&head).await
        {
            return reply;
        }
        let claimed = authorization.as_ref().and_then(|read| read.as_ref().ok());
        let service = claimed.map(|authorization| &*authorization.scope.service);
        let arrival = Arrival::new(&self.environment, &head, service, peer, &self.settings.trusted_proxies);
        let visit = Visit { front: self, arrival: &arrival, head: &head, signed: &signed, asker };
        let served = AssertUnwindSafe(visit.serve(authorization, body)).catch_unwind().await;
        let outcome = served.unwrap_or_else(|_| visit.failed(None));
        let mut reply = self.conclude(&arrival, outcome).await;
        if arrival.dialect == Dialect::S3 {
            console::keep_apart(reply.headers_mut());
        }
        reply
    }

    /// The answer to an unsigned request that is no call and leaves no event, where it is one.
    async fn answer_without_event(&self, head: &Parts) -> Option<Reply> {
        let probe = probe::answer(&*self.probes, &head.method, head.uri.path());
        if let Some(reply) = probe.or_else(|| openapi::answer(head)).or_else(|| console::answer(head)) {
            return Some(reply);
        }
        let hooks = self.test_hooks.as_ref().filter(|_| probe::is_reset(&head.method, head.uri.path()))?;
        hooks.reset(&self.services).await;
        Some(probe::reset_done())
    }

    /// Records a connection whose bytes are no request, and says what to answer.
    pub(crate) async fn answer_unreadable(&self, peer: IpAddr, bad: BadHead) -> Reply {
        let arrival = Arrival::unreadable(&self.environment, peer);
        let error = ApiError::new(code_of(bad), bad.to_string());
        let outcome = self.strange(&arrival, None, (&error, ""));
        self.conclude(&arrival, outcome).await
    }

    /// Records what was counted of a flood. False when it could not be, and is still counted.
    pub(crate) async fn record_flood(&self) -> bool {
        let Some(counted) = self.flood.take() else { return true };
        let arrival = Arrival::unreadable(&self.environment, [0, 0, 0, 0].into());
        let call = call_of_flood(&arrival, self.settings.default_account, &counted);
        let recorded = self.recorder.record(&call).await;
        if let Err(error) = &recorded {
            tracing::warn!(%error, "the event of refused requests waits");
            self.flood.put_back(counted);
        }
        recorded.is_ok()
    }

    /// Records the calls that were answered while the journal's disk was full. False when some still wait.
    pub(crate) async fn record_held(&self) -> bool {
        loop {
            let oldest = self.held.take(0);
            let [record] = &*oldest else { return true };
            if let Err(error) = self.recorder.record(&record.call).await {
                let waiting = self.held.put_back(oldest);
                tracing::warn!(%error, waiting, "events of answered reads wait for space");
                return false;
            }
        }
    }

    /// Records a call, for each account that has an event of it. While the disk is full, one that only read counts as
    /// recorded: its events wait.
    async fn record(&self, arrival: &Arrival, calls: &[Call]) -> Result<(), AppendError> {
        let beside = arrival.beside.get();
        let record = |call: &Call| CallRecord { call: call.clone(), beside: beside.cloned() };
        let records = || calls.iter().map(record).collect::<Vec<_>>();
        let recorded = match calls {
            [call] if beside.is_none() => self.recorder.record(call).await,
            _ => self.recorder.record_all(&self.environment.random.uuid(), &records()).await,
        };
        match recorded {
            Err(AppendError::Full) if calls.iter().all(|call| call.read_only) && self.held.keep(records()) => {
                metrics::counter!("cairn_events_held_total").increment(1);
                Ok(())
            }
            recorded => recorded,
        }
    }

    /// The organization that an account is in.
    pub(crate) fn organization(&self, account: AccountId) -> Option<String> {
        self.services.catalog.organizations().of(account).map(|organization| organization.id.clone())
    }

    /// Records the outcome, and answers only when that is done.
    async fn conclude(&self, arrival: &Arrival, outcome: Outcome) -> Reply {
        let calls = match &outcome.record {
            Record::Done => None,
            Record::Caller(call) => Some(std::slice::from_ref(&**call)),
            Record::Both(calls) => Some(&calls[..]),
            Record::Stranger(call, code) => {
                let admitted = self.flood.admits(arrival.received_at, arrival.source, code);
                admitted.then_some(std::slice::from_ref(&**call))
            }
        };
        let recorded = async {
            match calls {
                Some(calls) => self.record(arrival, calls).await,
                None => Ok(()),
            }
        };
        let made = AssertUnwindSafe(async { outcome.reply.make() }).catch_unwind();
        let (recorded, made) = future::join(recorded, made).await;
        let reply = match recorded {
            Ok(()) => made.unwrap_or_else(|_| arrival.error(&ApiError::internal())),
            Err(error) => {
                tracing::error!(%error, request_id = arrival.request_id, "a request cannot be recorded");
                arrival.unavailable()
            }
        };
        let status = reply.status().as_str().to_owned();
        metrics::counter!("cairn_requests_total", "status" => status).increment(1);
        let took = self.environment.clock.instant().duration_since(arrival.began);
        metrics::histogram!("cairn_request_seconds").record(took.as_secs_f64());
        reply
    }

    /// A refusal to somebody who could not be held to the request. `authorization` is what the request claims.
    pub(crate) fn strange(
        &self,
        arrival: &Arrival,
        authorization: Option<&Authorization<'_>>,
        (error, detail): (&ApiError, &str),
    ) -> Outcome {
        let key = authorization.map(|authorization| &*authorization.access_key_id);
        let region = authorization.map(|authorization| &*authorization.scope.region);
        let mut call = arrival.call_of_stranger(self.settings.default_account, key, region);
        call.error = Some((error.code.to_string(), error.message.clone()));
        if let Some(entry) = self.operations.find(&arrival.service, &arrival.operation) {
            call.read_only = entry.access.is_read_only();
        }
        let reply = arrival.dialect.error(error, detail, &arrival.request_id);
        Outcome { reply: reply.into(), record: Record::Stranger(Box::new(call), error.code.as_str()) }
    }
}

impl Visit<'_> {
    /// Serves a request; `authorization` is `None` where it has no signature.
    async fn serve<B>(self, authorization: Option<Result<Authorization<'_>, Refusal>>, body: B) -> Outcome
    where
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let authorization = match authorization {
            Some(Ok(authorization)) => authorization,
            Some(Err(refusal)) => return self.refuse(None, &refusal),
            None => return self.serve_unsigned(body).await,
        };
        if self.arrival.dialect == Dialect::S3 && authorization.scope.service == "s3" {
            return match self.verify(&authorization, Payload::Declared) {
                Ok(verified) => self.serve_object(&verified, body).await,
                Err(refusal) => self.refuse(Some(&authorization), &refusal),
            };
        }
        let settings = &self.front.settings;
        let ingest = self.arrival.dialect == Dialect::RestJson && routes::at(self.head.uri.path()).is_none();
        let limit = if ingest { settings.ingest_body_bytes_max } else { settings.body_bytes_max };
        let body = match self.front.bodies.read(body, limit).await {
            Ok(body) => body,
            Err(fault) => return self.front.strange(self.arrival, Some(&authorization), (&self.of_fault(fault), "")),
        };
        match self.verify(&authorization, Payload::Body(&body.bytes)) {
            Ok(verified) => self.serve_whole(&verified, body).await,
            Err(refusal) => self.refuse(Some(&authorization), &refusal),
        }
    }

    /// Serves somebody without a signature: a person who signs in, or whoever has a token of an identity provider.
    async fn serve_unsigned<B>(self, body: B) -> Outcome
    where
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        match PeopleRoute::of(self.head) {
            Some(route) => self.serve_person(route, body).await,
            None if self.arrival.dialect == Dialect::Query => self.serve_web_identity(body).await,
            None => self.refuse(None, &Refusal::MissingAuthentication),
        }
    }

    fn verify(self, authorization: &Authorization<'_>, payload: Payload<'_>) -> Result<Verified, Refusal> {
        let verified = self.front.identity.verify(authorization, self.signed, payload, self.arrival.received_at)?;
        if let Some(beside) = verified.caller.beside() {
            // A request is verified once.
            let _earlier = self.arrival.beside.set(beside);
        }
        Ok(verified)
    }

    async fn serve_whole(self, verified: &Verified, body: WholeBody) -> Outcome {
        let protocol = service_named(&verified.service).map(|service| service.protocol);
        match (&*verified.service, protocol) {
            ("cloudtrail", _) if self.arrival.dialect == Dialect::RestJson && self.head.uri.path() != EVENTS_PATH => {
                self.serve_route(verified, &body.bytes).await
            }
            ("cloudtrail", _) if self.arrival.dialect == Dialect::RestJson => self.serve_events(verified, body).await,
            ("cloudtrail-data", _) => self.serve_events(verified, body).await,
            (_, Some(Protocol::AwsJson11)) => self.serve_json(verified, &body.bytes).await,
            (_, Some(Protocol::AwsQuery)) => self.serve_query(verified, &body.bytes).await,
            (other, None | Some(Protocol::RestJson | Protocol::RestXml)) => {
                let code = match self.arrival.dialect {
                    Dialect::Json | Dialect::RestJson => ErrorCode::UnknownOperationException,
                    Dialect::Query => ErrorCode::InvalidAction,
                    Dialect::S3 => ErrorCode::NotImplemented,
                };
                let message = format!("The service {other} is not served at this endpoint.");
                self.arrival.refuse_caller(self.arrival.call(verified), &ApiError::new(code, message))
            }
        }
    }

    /// The answer to a signature that does not hold.
    pub(crate) fn refuse(self, authorization: Option<&Authorization<'_>>, refusal: &Refusal) -> Outcome {
        let refused = refused(self.arrival.dialect, refusal);
        self.front.strange(self.arrival, authorization, (&refused.error, &refused.detail))
    }

    /// The answer when something of ours broke. `call` is the event, where it is known who calls.
    pub(crate) fn failed(self, call: Option<Call>) -> Outcome {
        tracing::error!(
            request_id = self.arrival.request_id,
            operation = self.arrival.operation,
            "an operation panicked"
        );
        let mut error = ApiError::internal();
        if self.arrival.dialect == Dialect::S3 {
            error.code = ErrorCode::InternalError;
        }
        match call {
            Some(call) => self.arrival.refuse_caller(call, &error),
            None => self.front.strange(self.arrival, None, (&error, "")),
        }
    }

    /// The answer to a body that was not read.
    pub(crate) fn of_fault(self, fault: BodyFault) -> ApiError {
        let s3 = self.arrival.dialect == Dialect::S3;
        let code = match fault {
            BodyFault::TooLarge { .. } if s3 => ErrorCode::EntityTooLarge,
            BodyFault::TooLarge { .. } => ErrorCode::RequestEntityTooLargeException,
            BodyFault::TimedOut => ErrorCode::RequestTimeoutException,
            BodyFault::Broken if s3 => ErrorCode::InvalidRequest,
            BodyFault::Broken => ErrorCode::MalformedHttpRequestException,
            BodyFault::WrongHash => ErrorCode::XAmzContentSHA256Mismatch,
        };
        ApiError::new(code, fault.to_string())
    }
}
