//! Calls of operations, in AWS JSON and in the query protocol.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use cairn_api::{Answer, ApiError, Context, Entry, ErrorCode};
use cairn_identity::{Caller, Verified};
use cairn_model::Region;
use cairn_recorder::Call;
use futures_util::FutureExt;
use http::Method;

use crate::arrival::is_name;
use crate::front::Visit;
use crate::outcome::{Outcome, Pending, Record};
use crate::targets::{argument, target};
use crate::throttle;

/// Whose call it is, and for which Region.
#[derive(Debug, Clone, Copy)]
struct KnownCaller<'k> {
    caller: &'k Caller,
    region: &'k Region,
}

impl Visit<'_> {
    /// AWS JSON: `POST /` with the operation in `X-Amz-Target`, which must be one of the service that is signed for.
    pub(crate) async fn serve_json(self, verified: &Verified, body: &[u8]) -> Outcome {
        let name = target(self.head).filter(|_| self.head.method == Method::POST && self.head.uri.path() == "/");
        let of_service = name.filter(|(service, _)| *service == &*verified.service);
        match of_service.and_then(|(service, name)| self.front.operations.find(service, name)) {
            Some(entry) => self.run(verified, entry, body).await,
            None => {
                self.unknown(verified, ErrorCode::UnknownOperationException, "The requested operation is not known.")
            }
        }
    }

    /// The query protocol: a form in the body of a POST, or in the query.
    pub(crate) async fn serve_query(self, verified: &Verified, body: &[u8]) -> Outcome {
        let query = self.head.uri.query().unwrap_or_default();
        let form = match std::str::from_utf8(body) {
            Ok("") => query,
            Ok(form) => form,
            Err(_) => return self.unknown(verified, ErrorCode::MalformedQueryString, "The form is not text."),
        };
        let Some(action) = argument(form, "Action") else {
            return self.unknown(verified, ErrorCode::MissingAction, "The request is missing an action.");
        };
        let version = argument(form, "Version").unwrap_or_default();
        let entry = self.front.operations.find(&verified.service, &action).filter(|entry| entry.api_version == version);
        if let Some(entry) = entry {
            return self.run(verified, entry, form.as_bytes()).await;
        }
        let shown = |text: &str| text.chars().take(128).collect::<String>();
        let message = format!("Could not find operation {} for version {}", shown(&action), shown(&version));
        let mut outcome = self.unknown(verified, ErrorCode::InvalidAction, &message);
        if let Record::Caller(call) = &mut outcome.record
            && is_name(&action)
        {
            call.event_name = action.into_owned();
        }
        outcome
    }

    /// Whether the caller may call the operation once more now.
    fn admit(self, known: KnownCaller<'_>, entry: &'static Entry) -> Result<(), ApiError> {
        if !self.front.settings.throttles {
            return Ok(());
        }
        let caller = throttle::Caller {
            account: known.caller.account,
            region: known.region.clone(),
            service: entry.service,
            operation: entry.name,
        };
        self.front.throttle.admit(caller, self.front.environment.clock.instant())
    }

    /// Whether it is the first time that a change is asked for with this signature, or as good as that.
    fn admit_once(self, verified: &Verified, entry: &'static Entry) -> Result<(), ApiError> {
        if entry.access.is_read_only() {
            return Ok(());
        }
        let now = (self.arrival.source, self.front.environment.clock.instant());
        self.front.replays.admit(self.arrival.dialect, verified.signature, now)
    }

    /// The request as operations see it.
    pub(crate) fn context(self, verified: &Verified) -> Context {
        self.context_of(verified.caller.clone(), verified.region.clone())
    }

    /// The same of somebody who did not sign it.
    pub(crate) fn context_of(self, caller: Caller, region: Region) -> Context {
        Context {
            services: Arc::clone(&self.front.services),
            caller,
            region,
            source: self.arrival.source,
            secure_transport: self.arrival.secure_transport,
            user_agent: self.arrival.user_agent.clone(),
            received_at: self.arrival.received_at,
            request_id: self.arrival.request_id.clone(),
        }
    }

    /// Runs an operation for whoever signed the request; a change with this signature once.
    pub(crate) async fn run(self, verified: &Verified, entry: &'static Entry, body: &[u8]) -> Outcome {
        let known = KnownCaller { caller: &verified.caller, region: &verified.region };
        match self.admit(known, entry).and_then(|()| self.admit_once(verified, entry)) {
            Ok(()) => self.run_admitted(known, entry, body).await,
            Err(error) => self.arrival.refuse_caller(self.call_to(entry, known), &error),
        }
    }

    /// Runs an operation for somebody whom a token vouches for, which may be shown again.
    pub(crate) async fn run_vouched(
        self,
        (caller, region): (&Caller, &Region),
        entry: &'static Entry,
        body: &[u8],
    ) -> Outcome {
        let known = KnownCaller { caller, region };
        match self.admit(known, entry) {
            Ok(()) => self.run_admitted(known, entry, body).await,
            Err(error) => self.arrival.refuse_caller(self.call_to(entry, known), &error),
        }
    }

    /// The event of a call of an operation, without anything about its result.
    fn call_to(self, entry: &Entry, KnownCaller { caller, region }: KnownCaller<'_>) -> Call {
        Call {
            event_name: entry.name.to_owned(),
            read_only: entry.access.is_read_only(),
            ..self.arrival.call_of(caller.account, caller.user_identity(), region.clone())
        }
    }

    async fn run_admitted(self, known: KnownCaller<'_>, entry: &'static Entry, body: &[u8]) -> Outcome {
        let context = self.context_of(known.caller.clone(), known.region.clone());
        let call = async {
            match &self.front.test_hooks {
                None => entry.call(&context, body).await,
                Some(hooks) => hooks.call(entry, &context, body).await,
            }
        };
        let ran = AssertUnwindSafe(call).catch_unwind().await;
        let Ok(Answer { result, request_parameters, response_elements, owner }) = ran else {
            return self.failed(Some(self.call_to(entry, known)));
        };
        let call = Call { request_parameters, response_elements, ..self.call_to(entry, known) };
        let outcome = match result {
            Ok(body) => {
                let (dialect, request_id) = (self.arrival.dialect, self.arrival.request_id.clone());
                let make = move || match body.write() {
                    Ok(body) => dialect.success(body, &request_id),
                    Err(error) => dialect.error(&error, "", &request_id),
                };
                let outcome =
                    Outcome { reply: Pending::Unmade(Box::new(make)), record: Record::Caller(Box::new(call)) };
                self.also_for(owner, outcome)
            }
            Err(error) => self.arrival.refuse_caller(call, &error),
        };
        self.about_role(entry, outcome)
    }

    fn unknown(self, verified: &Verified, code: ErrorCode, message: &str) -> Outcome {
        self.arrival.refuse_caller(self.arrival.call(verified), &ApiError::new(code, message))
    }
}
