//! `ListPolicies` names managed policies: the account's own and AWS's.

use serde::{Deserialize, Serialize};

use super::requests::{Page, invalid, under};
use super::shapes::{PolicyShape, attachments};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListPolicies;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    scope: Option<String>,
    only_attached: Option<bool>,
    path_prefix: Option<String>,
    policy_usage_filter: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policies: Option<Vec<PolicyShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListPolicies {
    const NAME: &'static str = "ListPolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let owners: &[_] = match request.scope.as_deref() {
            None | Some("All") => &[None, Some(cx.caller.account)],
            Some("AWS") => &[None],
            Some("Local") => &[Some(cx.caller.account)],
            Some(other) => {
                return Err(invalid("scope", other, "Member must satisfy enum value set: [All, AWS, Local]"));
            }
        };
        let policies = owners.iter().flat_map(|owner| cx.services.iam.list_policies(*owner)).collect();
        let mut policies = under(request.path_prefix.as_deref(), policies, |policy| &policy.path)?;
        let usage = request.policy_usage_filter.as_deref();
        if request.only_attached == Some(true) || usage.is_some() {
            let boundaries = usage == Some("PermissionsBoundary");
            policies.retain(|policy| attachments(cx, &policy.arn(), boundaries).count() > 0);
        }
        policies.sort_by_key(|policy| policy.arn());
        let page = Page::of(policies, request.max_items, request.marker.as_deref(), |policy| policy.arn())?;
        let policies = page.items.iter().map(|policy| PolicyShape::listed(cx, policy)).collect();
        Ok(Response { policies: Some(policies), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
