//! `POST /v1/sign-in` and `POST /v1/sign-out`: people get credentials, and give them back (docs/sign-in.md).

use std::time::Duration;

use bytes::Bytes;
use cairn_api::{ApiError, ErrorCode};
use cairn_recorder::{Call, EventType};
use cairn_signin::{Attempt, Attempted, BreakGlassUse, Refused, SignInEvent, SignedIn};
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Body;
use http_body_util::Full;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::answer::{Reply, ReplyBody};
use crate::front::Visit;
use crate::outcome::{Outcome, Record};
use crate::people_route::PeopleRoute;

/// Bytes of a request.
const BODY_BYTES_MAX: usize = 16 << 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignInRequest {
    account: Option<String>,
    user_name: Option<String>,
    password: String,
    mfa_code: Option<String>,
    new_password: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignOutRequest {
    access_key_id: String,
    session_token: String,
}

impl Visit<'_> {
    /// Serves somebody who signs in or out, and has no key to sign that with.
    pub(crate) async fn serve_person<B>(self, route: PeopleRoute, body: B) -> Outcome
    where
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        match route {
            PeopleRoute::Offers => return self.offers(),
            PeopleRoute::ToProvider => return self.leave_for_provider().await,
            PeopleRoute::FromProvider => return self.arrive_from_provider().await,
            PeopleRoute::SignIn | PeopleRoute::SignOut | PeopleRoute::Credentials => {}
        }
        if let Err(error) = self.is_own_page() {
            return self.unreadable(&error);
        }
        let body = match self.front.bodies.read(body, BODY_BYTES_MAX).await {
            Ok(body) => body,
            Err(fault) => return self.unreadable(&self.of_fault(fault)),
        };
        match route {
            PeopleRoute::SignOut => self.sign_out(&body.bytes).await,
            PeopleRoute::Credentials => self.credentials(&body.bytes),
            PeopleRoute::SignIn | PeopleRoute::Offers | PeopleRoute::ToProvider | PeopleRoute::FromProvider => {
                self.sign_in(&body.bytes).await
            }
        }
    }

    /// Pages of other hosts cannot sign anybody in: browsers ask before they send JSON elsewhere, and are not told yes.
    fn is_own_page(self) -> Result<(), ApiError> {
        let text = |name| self.head.headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let kind = text(header::CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("application/json") {
            return Err(ApiError::new(ErrorCode::ValidationException, "The Content-Type is not application/json."));
        }
        let own = self.arrival.host.as_deref().unwrap_or_default();
        let origin = text(header::ORIGIN).map(|origin| origin.split_once("://").map_or("", |(_, host)| host));
        match origin {
            Some(host) if !host.eq_ignore_ascii_case(own) => {
                Err(ApiError::new(ErrorCode::AccessDenied, "The request comes from the page of another host."))
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn sign_in(self, body: &[u8]) -> Outcome {
        let request: SignInRequest = match read(body) {
            Ok(request) => request,
            Err(error) => return self.unreadable(&error),
        };
        let attempt = Attempt {
            account: request.account.filter(|text| !text.is_empty()),
            user_name: request.user_name.filter(|text| !text.is_empty()),
            password: Zeroizing::new(request.password),
            mfa_code: request.mfa_code.filter(|text| !text.is_empty()),
            new_password: request.new_password.map(Zeroizing::new),
            source: self.arrival.source,
            login_to: self.address_of(cairn_console::ROOT),
            at: self.arrival.received_at,
        };
        let Attempted { events, result } = self.front.services.sign_in.attempt(&attempt).await;
        let calls: Vec<Call> = events.iter().map(|event| self.call_of_person(event)).collect();
        match result {
            Ok(signed_in) => match self.tell_of_break_glass(&signed_in).await {
                Ok(()) => Outcome { reply: reply(StatusCode::OK, &shown(&signed_in)).into(), record: of_all(calls) },
                Err(unavailable) => Outcome { reply: unavailable.into(), record: of_all(calls) },
            },
            Err(refused) => self.refuse_person(&refused, calls),
        }
    }

    async fn sign_out(self, body: &[u8]) -> Outcome {
        let request: SignOutRequest = match read(body) {
            Ok(request) => request,
            Err(error) => return self.unreadable(&error),
        };
        match self.front.services.sign_in.end(&request.access_key_id, &request.session_token).await {
            Some(Ok(event)) => {
                let call = self.call_of_person(&event);
                Outcome { reply: reply(StatusCode::OK, &json!({})).into(), record: of_all(vec![call]) }
            }
            Some(Err(_)) => {
                let call = self.call_of_person(&self.front.services.sign_in.unreadable());
                self.refuse_person(&Refused::Unavailable, vec![call])
            }
            None => {
                let call = self.call_of_person(&self.front.services.sign_in.unreadable());
                let event_name = self.arrival.operation.clone();
                self.refuse_person(&Refused::Failed, vec![Call { event_name, ..call }])
            }
        }
    }

    /// The finding about somebody whose every use is one. It is durable before there are credentials.
    async fn tell_of_break_glass(self, signed_in: &SignedIn) -> Result<(), Reply> {
        if !signed_in.breaks_glass {
            return Ok(());
        }
        let (principal, source) = (signed_in.caller.arn(), self.arrival.source.to_string());
        let used = BreakGlassUse {
            principal: &principal,
            used: &principal,
            account: signed_in.caller.account,
            request_id: &self.arrival.request_id,
            event_name: "ConsoleLogin",
            source: &source,
            at: self.arrival.received_at,
        };
        self.front.services.sign_in.tell(&used).await.map_err(|error| {
            tracing::error!(%error, "a finding cannot be recorded");
            self.arrival.unavailable()
        })
    }

    /// The address of a path, as the client came by it.
    pub(crate) fn address_of(self, path: &str) -> String {
        let scheme = if self.arrival.secure_transport { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.arrival.host.as_deref().unwrap_or_default())
    }

    /// The event of an attempt.
    pub(crate) fn call_of_person(self, event: &SignInEvent) -> Call {
        let additional = Some(Value::Object(event.additional.clone()));
        let region = cairn_model::Region::us_east_1();
        Call {
            event_name: event.event_name.to_owned(),
            error: event.error_message.map(|message| (String::new(), message.to_owned())),
            response_elements: Some(event.response_elements()),
            additional_event_data: additional,
            event_type: EventType::ConsoleSignIn,
            ..self.arrival.call_of(event.account, event.user_identity.clone(), region)
        }
    }

    /// A request that says nothing which could be tried.
    pub(crate) fn unreadable(self, error: &ApiError) -> Outcome {
        let call = self.call_of_person(&self.front.services.sign_in.unreadable());
        let call = Call { event_name: self.arrival.operation.clone(), ..call };
        let error_reply = no_store(self.arrival.error(error));
        Outcome { reply: error_reply.into(), record: Record::Stranger(Box::new(call), error.code.as_str()) }
    }

    pub(crate) fn refuse_person(self, refused: &Refused, mut calls: Vec<Call>) -> Outcome {
        let (status, code, message) = words(refused);
        let mut body = json!({"code": code, "message": message});
        if let Refused::TooMany(wait) = refused {
            body["retryAfterSeconds"] = seconds(*wait).into();
        }
        let mut reply = reply(status, &body);
        if let Refused::TooMany(wait) = refused {
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds(*wait)));
        }
        self.arrival.dialect.stamp(reply.headers_mut(), &self.arrival.request_id);
        let record = match calls.pop() {
            Some(call) if calls.is_empty() => Record::Stranger(Box::new(call), code),
            Some(call) => of_all(calls.into_iter().chain([call]).collect()),
            None => Record::Done,
        };
        Outcome { reply: reply.into(), record }
    }
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // What the parser says may quote a password.
    serde_json::from_slice(body)
        .map_err(|_| ApiError::new(ErrorCode::ValidationException, "The request is not as docs/sign-in.md has it."))
}

/// One call, or the two of somebody who changed a password on the way in.
pub(crate) fn of_all(calls: Vec<Call>) -> Record {
    match <[Call; 2]>::try_from(calls) {
        Ok(both) => Record::Both(Box::new(both)),
        Err(calls) => calls.into_iter().next().map_or(Record::Done, |call| Record::Caller(Box::new(call))),
    }
}

pub(crate) fn words(refused: &Refused) -> (StatusCode, &'static str, String) {
    let (status, code, message) = match refused {
        Refused::Failed => {
            (StatusCode::UNAUTHORIZED, "AuthenticationFailed", "Your authentication information is incorrect.")
        }
        Refused::MfaCodeRequired => (StatusCode::UNAUTHORIZED, "MfaCodeRequired", "A code of an MFA device is needed."),
        Refused::PasswordChangeRequired => {
            (StatusCode::FORBIDDEN, "PasswordChangeRequired", "The password must be changed.")
        }
        Refused::PasswordExpired => {
            (StatusCode::FORBIDDEN, "PasswordExpired", "The password is too old. An administrator can change it.")
        }
        Refused::NewPasswordRefused(reason) => (StatusCode::BAD_REQUEST, "PasswordPolicyViolation", reason.as_str()),
        Refused::TooMany(_) => {
            (StatusCode::TOO_MANY_REQUESTS, "TooManyAttempts", "Too many attempts. Try again later.")
        }
        Refused::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            "Nobody can sign in at the moment. Try again later.",
        ),
        Refused::ProviderUnavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "ProviderUnavailable",
            "The identity provider cannot be reached at the moment. Try again later.",
        ),
        Refused::NoRole => {
            (StatusCode::FORBIDDEN, "NoRole", "The identity provider knows you, and you have no role here.")
        }
    };
    (status, code, message.to_owned())
}

/// Whole seconds, rounded up.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

pub(crate) fn shown(signed_in: &SignedIn) -> Value {
    let SignedIn { caller, credentials, with_mfa, renewable_until, .. } = signed_in;
    let mut principal = json!({
        "account": caller.account, "arn": caller.arn(), "mfaAuthenticated": with_mfa,
    });
    if let cairn_identity::Principal::User(user) = &caller.principal {
        principal["userName"] = user.name.as_str().into();
    }
    let mut shown = json!({
        "credentials": {
            "accessKeyId": credentials.access_key_id,
            "secretAccessKey": credentials.secret_access_key.expose(),
            "sessionToken": credentials.session_token,
            "expiration": credentials.expires.iso_seconds(),
        },
        "principal": principal,
    });
    if let Some(until) = renewable_until {
        shown["renewableUntil"] = until.iso_seconds().into();
    }
    shown
}

pub(crate) fn reply(status: StatusCode, body: &Value) -> Reply {
    let mut reply = Response::new(ReplyBody::Left(Full::new(Bytes::from(body.to_string()))));
    *reply.status_mut() = status;
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    no_store(reply)
}

pub(crate) fn no_store(mut reply: Reply) -> Reply {
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
