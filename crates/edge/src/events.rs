//! `POST /v1/events`: events that others bring.

use std::panic::AssertUnwindSafe;

use cairn_api::{ApiError, ErrorCode};
use cairn_identity::Verified;
use cairn_journal::AppendError;
use cairn_model::{Category, Origin};
use cairn_recorder::{Call, ContentEncoding, IngestError, IngestReport, IngestRequest};
use futures_util::FutureExt;
use http::{Method, header};
use serde_json::{Value, json};

use crate::arrival::EVENTS_PATH;
use crate::body::WholeBody;
use crate::front::Visit;
use crate::outcome::{Outcome, Record, authentication_method};
use crate::targets::argument;

impl Visit<'_> {
    /// Takes in the events of a request, and records the request itself in the same append.
    pub(crate) async fn serve_events(self, verified: &Verified, body: WholeBody) -> Outcome {
        if self.head.method == Method::GET && self.head.uri.path() == EVENTS_PATH {
            return self.serve_history(verified).await;
        }
        let size = body.bytes.len();
        let (origin, encoding) = match self.how() {
            Ok(how) => how,
            Err(error) => return self.arrival.refuse_caller(self.arrival.call(verified), &error),
        };
        let call = Call {
            category: Category::Data,
            request_parameters: Some(self.parameters(origin)),
            additional_event_data: Some(json!({
                "SignatureVersion": "SigV4",
                "AuthenticationMethod": authentication_method(verified),
                "bytesTransferredIn": size,
            })),
            ..self.arrival.call(verified)
        };
        // Events that count as live are delivered by trails, as if they had happened here.
        let permitted = self.context(verified).permit_action("cairn:PutEvents", &[("cairn:As", named(origin))]);
        if let Err(error) = permitted {
            return self.arrival.refuse_caller(call, &error);
        }
        let request = IngestRequest {
            account: verified.caller.account,
            origin,
            encoding,
            body: body.bytes.clone(),
            received_at: self.arrival.received_at,
        };
        let taken_in = call.clone();
        let make = move |report: &IngestReport| Some(Call { response_elements: Some(counts(report)), ..taken_in });
        let taken = AssertUnwindSafe(self.front.recorder.ingest_call(request, make)).catch_unwind().await;
        match taken {
            Ok(Ok(report)) => {
                let body = serde_json::to_vec(&report).unwrap_or_default().into();
                let reply = self.arrival.dialect.success(body, &self.arrival.request_id);
                Outcome { reply: reply.into(), record: Record::Done }
            }
            Ok(Err(error)) => self.arrival.refuse_caller(call, &self.not_taken(&error)),
            Err(_) => self.failed(Some(self.arrival.call(verified))),
        }
    }

    /// How the events are meant and packed.
    fn how(self) -> Result<(Origin, ContentEncoding), ApiError> {
        if self.head.uri.path() != EVENTS_PATH {
            return Err(ApiError::new(ErrorCode::UnknownOperationException, "The path is not /v1/events."));
        }
        if self.head.method != Method::POST {
            return Err(ApiError::new(ErrorCode::MethodNotAllowed, "Events are sent with POST and read with GET."));
        }
        let origin = match argument(self.head.uri.query().unwrap_or_default(), "as").as_deref() {
            None | Some("history") => Origin::Imported,
            Some("live") => Origin::Live,
            Some(_) => return Err(ApiError::new(ErrorCode::ValidationException, "`as` must be history or live.")),
        };
        let coding = self.head.headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
        let encoding = ContentEncoding::parse(coding)
            .map_err(|error| ApiError::new(ErrorCode::UnsupportedMediaTypeException, error.to_string()))?;
        Ok((origin, encoding))
    }

    fn parameters(self, origin: Origin) -> Value {
        let mut parameters = json!({ "as": named(origin) });
        let coding = self.head.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        if let Some(coding) = coding {
            parameters["contentEncoding"] = coding.into();
        }
        parameters
    }

    fn not_taken(self, error: &IngestError) -> ApiError {
        let code = match error {
            IngestError::TooLarge { .. }
            | IngestError::Bomb { .. }
            | IngestError::TooManyMembers { .. }
            | IngestError::Append(AppendError::TooLarge { .. }) => ErrorCode::RequestEntityTooLargeException,
            IngestError::NotEncoded { .. } => ErrorCode::ValidationException,
            IngestError::Append(_) | IngestError::Store(_) | IngestError::Quarantine(_) => {
                tracing::error!(%error, request_id = self.arrival.request_id, "events were not taken in");
                let message = "The events cannot be stored at the moment. Sending them again is safe.";
                return ApiError::new(ErrorCode::ServiceUnavailable, message);
            }
        };
        ApiError::new(code, error.to_string())
    }
}

/// How a request spells an origin.
fn named(origin: Origin) -> &'static str {
    if origin == Origin::Live { "live" } else { "history" }
}

/// What the event of the request says about its result: the report without places and problems.
fn counts(report: &IngestReport) -> Value {
    json!({
        "accepted": report.accepted,
        "duplicates": report.duplicates,
        "conflicts": report.conflicts,
        "rejected": report.rejected,
        "digests": report.digests,
    })
}
