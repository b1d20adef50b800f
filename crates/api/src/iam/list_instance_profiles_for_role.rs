//! `ListInstanceProfilesForRole` names the instance profiles of a role, of which there are none.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListInstanceProfilesForRole;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    instance_profiles: Option<Vec<Value>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListInstanceProfilesForRole {
    const NAME: &'static str = "ListInstanceProfilesForRole";
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
        cx.services.iam.role(cx.caller.account, &name).ok_or_else(absent)?;
        Ok(Response { instance_profiles: Some(Vec::new()), is_truncated: Some(false), marker: None })
    }
}
