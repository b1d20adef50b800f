//! `GetUserPolicy` shows a policy of a user's own.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{encoded, required};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetUserPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    policy_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    user_name: Option<String>,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

impl Operation for GetUserPolicy {
    const NAME: &'static str = "GetUserPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::User(required("userName", request.user_name)?);
        let name = required("policyName", request.policy_name)?;
        let document = cx.services.iam.inline_policy(cx.caller.account, &holder, &name).map_err(refuse::<Self>)?;
        let user_name = Some(holder.name().to_owned());
        Ok(Response { user_name, policy_name: Some(name), policy_document: Some(encoded(document.text())) })
    }
}
