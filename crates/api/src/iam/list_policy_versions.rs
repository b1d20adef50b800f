//! `ListPolicyVersions` names the versions of a managed policy, newest first.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{Page, required};
use super::shapes::VersionShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};
use cairn_iam::PolicyVersion;

pub(crate) struct ListPolicyVersions;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy_arn: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    versions: Option<Vec<VersionShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListPolicyVersions {
    const NAME: &'static str = "ListPolicyVersions";
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
        let newest_first = policy.versions.iter().rev().collect();
        // Numbers count up and pages go on in the order of their keys.
        let key = |version: &&PolicyVersion| format!("{:010}", u32::MAX - version.number);
        let page = Page::of(newest_first, request.max_items, request.marker.as_deref(), key)?;
        let shape = |version: &&PolicyVersion| VersionShape::listed(version, version.number == policy.default_version);
        let versions = page.items.iter().map(shape).collect();
        Ok(Response { versions: Some(versions), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
