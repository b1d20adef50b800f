//! `CreatePolicyVersion` adds a version to a managed policy.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use super::shapes::VersionShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreatePolicyVersion;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy_arn: Option<String>,
    policy_document: Option<String>,
    set_as_default: Option<bool>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policy_version: Option<VersionShape>,
}

impl Operation for CreatePolicyVersion {
    const NAME: &'static str = "CreatePolicyVersion";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
        ErrorCode::MalformedPolicyDocument,
        ErrorCode::NoSuchEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_policy(request.policy_arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("policyArn", request.policy_arn)?;
        let text = required("policyDocument", request.policy_document)?;
        let is_default = request.set_as_default.unwrap_or(false);
        let made = cx
            .services
            .iam
            .create_policy_version(cx.caller.account, &arn, &text, is_default)
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response { policy_version: Some(VersionShape::listed(&made, is_default)) })
    }
}
