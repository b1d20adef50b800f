//! `AttachUserPolicy` attaches a managed policy to a user.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AttachUserPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    policy_arn: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for AttachUserPolicy {
    const NAME: &'static str = "AttachUserPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::InvalidInput, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity, ErrorCode::PolicyNotAttachable];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![
            cx.ask_on_user(request.user_name.as_deref())
                .with("iam:PolicyARN", request.policy_arn.clone().unwrap_or_default()),
        ]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::User(required("userName", request.user_name)?);
        let arn = required("policyArn", request.policy_arn)?;
        cx.services.iam.attach_policy(cx.caller.account, &holder, &arn).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
