//! `DeleteLoginProfile` takes a user's password away.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::user_or_caller;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteLoginProfile;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteLoginProfile {
    const NAME: &'static str = "DeleteLoginProfile";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::EntityTemporarilyUnmodifiable, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = user_or_caller(cx, request.user_name)?;
        cx.services.iam.delete_login_profile(cx.caller.account, &name).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
