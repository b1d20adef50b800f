//! `UpdateRole` gives a role another description or longest session.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateRole;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    description: Option<String>,
    max_session_duration: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateRole {
    const NAME: &'static str = "UpdateRole";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity, ErrorCode::UnmodifiableEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_role(request.role_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("roleName", request.role_name)?;
        cx.services
            .iam
            .update_role(cx.caller.account, &name, (request.description, request.max_session_duration))
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
