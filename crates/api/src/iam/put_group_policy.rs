//! `PutGroupPolicy` gives a group a policy of its own.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutGroupPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    group_name: Option<String>,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for PutGroupPolicy {
    const NAME: &'static str = "PutGroupPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::LimitExceeded, ErrorCode::MalformedPolicyDocument, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_group(request.group_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::Group(required("groupName", request.group_name)?);
        let name = required("policyName", request.policy_name)?;
        let text = required("policyDocument", request.policy_document)?;
        cx.services.iam.put_inline_policy(cx.caller.account, &holder, &name, &text).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
