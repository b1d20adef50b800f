//! `GetGroupPolicy` shows a policy of a group's own.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{encoded, required};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetGroupPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    group_name: Option<String>,
    policy_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    group_name: Option<String>,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

impl Operation for GetGroupPolicy {
    const NAME: &'static str = "GetGroupPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_group(request.group_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::Group(required("groupName", request.group_name)?);
        let name = required("policyName", request.policy_name)?;
        let document = cx.services.iam.inline_policy(cx.caller.account, &holder, &name).map_err(refuse::<Self>)?;
        let group_name = Some(holder.name().to_owned());
        Ok(Response { group_name, policy_name: Some(name), policy_document: Some(encoded(document.text())) })
    }
}
