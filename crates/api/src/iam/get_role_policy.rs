//! `GetRolePolicy` shows a policy of a role's own.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{encoded, required};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetRolePolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    policy_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    role_name: Option<String>,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

impl Operation for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_role(request.role_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::Role(required("roleName", request.role_name)?);
        let name = required("policyName", request.policy_name)?;
        let document = cx.services.iam.inline_policy(cx.caller.account, &holder, &name).map_err(refuse::<Self>)?;
        let role_name = Some(holder.name().to_owned());
        Ok(Response { role_name, policy_name: Some(name), policy_document: Some(encoded(document.text())) })
    }
}
