//! `GetSessionToken` gives a user, or root, temporary credentials that stand for the same.

use std::ops::RangeInclusive;
use std::time::Duration;

use cairn_identity::{Holder, NewSession, Principal, Session};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credentials_shape::{CredentialsShape, without_code, without_secrets};
use super::session_request::{MfaClaim, checked_duration};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetSessionToken;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    duration_seconds: Option<u32>,
    serial_number: Option<String>,
    token_code: Option<String>,
    minimum_session_token_size: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    credentials: CredentialsShape,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_size: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_utilization: Option<u32>,
}

const SECONDS: RangeInclusive<u32> = 900..=129_600;
const SECONDS_DEFAULT: u32 = 43_200;
const ROOT_SECONDS_MAX: u32 = 3600;

impl Operation for GetSessionToken {
    const NAME: &'static str = "GetSessionToken";
    const ACCESS: Access = Access::Issue;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    /// Everybody may: the credentials can do nothing that the caller cannot.
    fn asks(_: &Context, _: &Request) -> Vec<Ask> {
        Vec::new()
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let (holder, most) = match (&cx.caller.principal, &cx.caller.session) {
            (Principal::Root, None) => (Holder::Root, ROOT_SECONDS_MAX),
            (Principal::User(user), None) => (Holder::User(user.id.clone()), *SECONDS.end()),
            _ => {
                let message = "Cannot call GetSessionToken with session credentials";
                return Err(ApiError::new(ErrorCode::AccessDenied, message));
            }
        };
        let seconds = checked_duration(request.duration_seconds.unwrap_or(SECONDS_DEFAULT), &SECONDS)?.min(most);
        let mut session = Session::new(cx.received_at, cx.received_at.plus(Duration::from_secs(seconds.into())));
        let claim = MfaClaim(request.serial_number.as_deref(), request.token_code.as_deref());
        session.authenticated_with_mfa = cx.checked_mfa(claim).await?;
        session.chain = cx.caller.chain_of_next();
        let account = cx.caller.account;
        let new = NewSession { account, holder, session, policies: Vec::new(), policy_arns: Vec::new() };
        let credentials = cx.issue(new)?;
        let (session_token_size, session_token_utilization) = credentials.token_size();
        Ok(Response { credentials, session_token_size, session_token_utilization })
    }

    fn parameters(request: &Request) -> Value {
        without_code(request)
    }

    fn elements(response: &Response) -> Value {
        without_secrets(response)
    }
}
