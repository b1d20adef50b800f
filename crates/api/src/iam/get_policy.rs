//! `GetPolicy` describes a managed policy.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use super::shapes::PolicyShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy_arn: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policy: Option<PolicyShape>,
}

impl Operation for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_policy(request.policy_arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("policyArn", request.policy_arn)?;
        let policy = cx.services.iam.policy(cx.caller.account, &arn).map_err(refuse::<Self>)?;
        Ok(Response { policy: Some(PolicyShape::of(cx, &policy)) })
    }
}
