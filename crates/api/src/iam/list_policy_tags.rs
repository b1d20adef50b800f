//! `ListPolicyTags` names the tags of a policy.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{Page, required};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListPolicyTags;

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
    tags: Option<Vec<TagShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListPolicyTags {
    const NAME: &'static str = "ListPolicyTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_policy(request.policy_arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("policyArn", request.policy_arn)?;
        let tags: Vec<_> =
            TagShape::of(&cx.services.iam.policy(cx.caller.account, &name).map_err(refuse::<Self>)?.tags);
        let page = Page::of(tags, request.max_items, request.marker.as_deref(), TagShape::key)?;
        Ok(Response { tags: Some(page.items), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
