//! `SimulatePrincipalPolicy` says what the policies of a user, group or role would decide.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::refuse;
use super::requests::{Page, required};
use super::simulation::{ContextEntryShape, EvaluationShape, Question, simulate};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct SimulatePrincipalPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy_source_arn: Option<String>,
    policy_input_list: Option<Vec<String>>,
    permissions_boundary_policy_input_list: Option<Vec<String>>,
    policy_exclusion_list: Option<Vec<Value>>,
    action_names: Option<Vec<String>>,
    resource_arns: Option<Vec<String>>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: Option<String>,
    context_entries: Option<Vec<ContextEntryShape>>,
    resource_handling_option: Option<String>,
    max_items: Option<u32>,
    marker: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    evaluation_results: Option<Vec<EvaluationShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for SimulatePrincipalPolicy {
    const NAME: &'static str = "SimulatePrincipalPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity, ErrorCode::PolicyEvaluation];
    type Request = Request;
    type Response = Response;

    fn asks(_: &Context, request: &Request) -> Vec<Ask> {
        vec![Ask::itself().on(request.policy_source_arn.as_deref().unwrap_or_default())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("policySourceArn", request.policy_source_arn)?;
        let question = Question::about(cx, &arn)
            .map_err(refuse::<Self>)?
            .with_policies(request.policy_input_list, request.permissions_boundary_policy_input_list)
            .map_err(refuse::<Self>)?
            .with_resource_policy(
                cx,
                (request.resource_policy.as_deref(), request.resource_owner.as_deref()),
                request.caller_arn.as_deref(),
                request.action_names.as_deref(),
            )
            .map_err(refuse::<Self>)?
            .with_request(request.action_names, request.resource_arns, request.context_entries);
        let found = simulate(&question)?;
        let page = Page::of(found, request.max_items, request.marker.as_deref(), |(at, _)| EvaluationShape::key(*at))?;
        let results = page.items.into_iter().map(|(_, result)| result).collect();
        Ok(Response { evaluation_results: Some(results), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
