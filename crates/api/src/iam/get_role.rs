//! `GetRole` describes a role.

use serde::{Deserialize, Serialize};

use super::requests::required;
use super::shapes::RoleShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetRole;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    role: Option<RoleShape>,
}

impl Operation for GetRole {
    const NAME: &'static str = "GetRole";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_role(request.role_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("roleName", request.role_name)?;
        let absent = || ApiError::new(ErrorCode::NoSuchEntity, format!("The role with name {name} cannot be found."));
        let role = cx.services.iam.role(cx.caller.account, &name).ok_or_else(absent)?;
        Ok(Response { role: Some(RoleShape::of(&role, cx.services.iam.role_last_used(&role))) })
    }
}
