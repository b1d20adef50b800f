//! `ListRoots` shows the one root of the organization.

use serde::{Deserialize, Serialize};

use super::account_shape::{PolicyTypeShape, arn};
use super::page::page;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListRoots;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    roots: Vec<Root>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `Root` of the service model.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Root {
    id: String,
    arn: String,
    name: String,
    policy_types: Vec<PolicyTypeShape>,
}

impl Operation for ListRoots {
    const NAME: &'static str = "ListRoots";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::AWSOrganizationsNotInUseException, ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let root = Root {
            id: organization.root_id.clone(),
            arn: arn(&organization, "root", &format!("/{}", organization.root_id)),
            name: "Root".to_owned(),
            policy_types: Vec::new(),
        };
        let (roots, next_token) = page(vec![root], request.next_token.as_deref(), request.max_results)?;
        Ok(Response { roots, next_token })
    }
}
