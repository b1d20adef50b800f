//! `ListEntitiesForPolicy` names who has a managed policy.

use serde::{Deserialize, Serialize};

use super::entity::{Entity, PolicyGroupShape, PolicyRoleShape, PolicyUserShape};
use super::failure::refuse;
use super::requests::{Page, required, under};
use super::shapes::attachments;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListEntitiesForPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy_arn: Option<String>,
    entity_filter: Option<String>,
    path_prefix: Option<String>,
    policy_usage_filter: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policy_groups: Option<Vec<PolicyGroupShape>>,
    policy_users: Option<Vec<PolicyUserShape>>,
    policy_roles: Option<Vec<PolicyRoleShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListEntitiesForPolicy {
    const NAME: &'static str = "ListEntitiesForPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_policy(request.policy_arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("policyArn", request.policy_arn)?;
        cx.services.iam.policy(cx.caller.account, &arn).map_err(refuse::<Self>)?;
        let boundaries = request.policy_usage_filter.as_deref() == Some("PermissionsBoundary");
        let mut holders = Entity::all(attachments(cx, &arn, boundaries));
        if let Some(kind) = request.entity_filter.as_deref() {
            holders.retain(|holder| holder.kind() == kind);
        }
        let holders = under(request.path_prefix.as_deref(), holders, |holder| holder.path())?;
        let page = Page::of(holders, request.max_items, request.marker.as_deref(), Entity::key)?;
        Ok(Response {
            policy_groups: Some(page.items.iter().filter_map(PolicyGroupShape::of).collect()),
            policy_users: Some(page.items.iter().filter_map(PolicyUserShape::of).collect()),
            policy_roles: Some(page.items.iter().filter_map(PolicyRoleShape::of).collect()),
            is_truncated: Some(page.is_truncated),
            marker: page.marker,
        })
    }
}
