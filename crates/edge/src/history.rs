//! `GET /v1/events`: everything that is kept of an account, page by page.

use std::borrow::Cow;

use cairn_api::{ApiError, ErrorCode};
use cairn_history::{LookupAnswer, ReadEvents};
use cairn_identity::Verified;
use cairn_model::Timestamp;
use cairn_recorder::Call;
use serde_json::{Value, json};

use crate::front::Visit;
use crate::outcome::{Outcome, Pending, Record};
use crate::targets::argument;

impl Visit<'_> {
    /// Answers a page: `{"events":[…],"nextToken":"…"}` with each event as it was accepted, newest first, of every Region
    /// and category. `start` and `end` are event times in seconds since 1970, both inclusive, and `token` is the
    /// `nextToken` of the page before; the last page has none.
    pub(crate) async fn serve_history(self, verified: &Verified) -> Outcome {
        let query = self.head.uri.query().unwrap_or_default();
        let call = Call { read_only: true, request_parameters: parameters(query), ..self.arrival.call(verified) };
        let permitted = self.context(verified).permit_action("cairn:GetEvents", &[]);
        let request = match permitted.and_then(|()| request(query)) {
            Ok(request) => request,
            Err(error) => return self.arrival.refuse_caller(call, &error),
        };
        match self.front.services.history.read_events(verified.caller.account, &request).await {
            Ok(page) => {
                let (dialect, request_id) = (self.arrival.dialect, self.arrival.request_id.clone());
                let make = move || dialect.success(written(&page).into(), &request_id);
                Outcome { reply: Pending::Unmade(Box::new(make)), record: Record::Caller(Box::new(call)) }
            }
            Err(error) => self.arrival.refuse_caller(call, &ApiError::from(error)),
        }
    }
}

/// The arguments that are there, as they are recorded.
fn parameters(query: &str) -> Option<Value> {
    let given = ["start", "end", "token"].into_iter().filter_map(|name| Some((name, argument(query, name)?)));
    let given: serde_json::Map<_, _> = given.map(|(name, value)| (name.to_owned(), json!(value))).collect();
    (!given.is_empty()).then_some(Value::Object(given))
}

fn request(query: &str) -> Result<ReadEvents, ApiError> {
    Ok(ReadEvents {
        start_time: time(query, "start")?,
        end_time: time(query, "end")?,
        next_token: argument(query, "token").map(Cow::into_owned),
    })
}

fn time(query: &str, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = argument(query, name) else { return Ok(None) };
    if let Ok(seconds) = text.parse() {
        return Ok(Some(Timestamp::from_unix_seconds(seconds)));
    }
    let message = format!("`{name}` must be a whole number of seconds since 1970.");
    Err(ApiError::new(ErrorCode::ValidationException, message))
}

fn written(page: &LookupAnswer) -> String {
    let mut text = String::from("{\"events\":[");
    for (number, event) in page.texts().enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push_str(&event);
    }
    text.push(']');
    if let Some(token) = &page.next_token {
        // Letters, digits, `-` and `_`: nothing to escape.
        text.push_str(",\"nextToken\":\"");
        text.push_str(token);
        text.push('"');
    }
    text.push('}');
    text
}
