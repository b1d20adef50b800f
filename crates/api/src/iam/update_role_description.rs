//! `UpdateRoleDescription` gives a role another description.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{invalid, required};
use super::shapes::RoleShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateRoleDescription;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    role: Option<RoleShape>,
}

impl Operation for UpdateRoleDescription {
    const NAME: &'static str = "UpdateRoleDescription";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity, ErrorCode::UnmodifiableEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_role(request.role_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("roleName", request.role_name)?;
        let description =
            request.description.ok_or_else(|| invalid("description", "null", "Member must not be null"))?;
        let role = cx
            .services
            .iam
            .update_role(cx.caller.account, &name, (Some(description), None))
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response { role: Some(RoleShape::of(&role, None)) })
    }
}
