//! `GetPolicyVersion` shows a version of a managed policy.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use super::shapes::VersionShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetPolicyVersion;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy_arn: Option<String>,
    version_id: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policy_version: Option<VersionShape>,
}

impl Operation for GetPolicyVersion {
    const NAME: &'static str = "GetPolicyVersion";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_policy(request.policy_arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("policyArn", request.policy_arn)?;
        let id = required("versionId", request.version_id)?;
        let policy = cx.services.iam.policy(cx.caller.account, &arn).map_err(refuse::<Self>)?;
        let version = policy.version_by_id(&id).map_err(refuse::<Self>)?;
        let is_default = version.number == policy.default_version;
        Ok(Response { policy_version: Some(VersionShape::of(version, is_default)) })
    }
}
