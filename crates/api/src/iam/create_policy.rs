//! `CreatePolicy` makes a managed policy.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{required, tag_pairs};
use super::shapes::{PolicyShape, TagShape};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreatePolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy_name: Option<String>,
    path: Option<String>,
    policy_document: Option<String>,
    description: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policy: Option<PolicyShape>,
}

impl Operation for CreatePolicy {
    const NAME: &'static str = "CreatePolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::EntityAlreadyExists,
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
        ErrorCode::MalformedPolicyDocument,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let name = (request.path.as_deref(), request.policy_name.as_deref());
        cx.asks_to_make(("policy", name), None, Some(("iam:TagPolicy", request.tags.as_deref().unwrap_or_default())))
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("policyName", request.policy_name)?;
        let text = required("policyDocument", request.policy_document)?;
        let path = request.path.unwrap_or_else(|| "/".to_owned());
        let tags = tag_pairs(request.tags)?;
        let made = cx
            .services
            .iam
            .create_policy(cx.caller.account, (&path, &name), &text, (request.description, &tags))
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response { policy: Some(PolicyShape::of(cx, &made)) })
    }
}
