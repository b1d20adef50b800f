//! `UpdateAccessKey` lets an access key sign, or no more.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{checked_status, required, user_or_caller};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateAccessKey;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    access_key_id: Option<String>,
    status: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateAccessKey {
    const NAME: &'static str = "UpdateAccessKey";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = user_or_caller(cx, request.user_name)?;
        let id = required("accessKeyId", request.access_key_id)?;
        let status = checked_status(request.status)?;
        cx.services.iam.update_access_key(cx.caller.account, &name, &id, status).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
