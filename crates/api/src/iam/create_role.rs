//! `CreateRole` makes a role.

use cairn_iam::NewRole;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{required, tag_pairs};
use super::shapes::{RoleShape, TagShape};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateRole;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    path: Option<String>,
    role_name: Option<String>,
    assume_role_policy_document: Option<String>,
    description: Option<String>,
    max_session_duration: Option<u32>,
    permissions_boundary: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    role: Option<RoleShape>,
}

impl Operation for CreateRole {
    const NAME: &'static str = "CreateRole";
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
        let name = (request.path.as_deref(), request.role_name.as_deref());
        cx.asks_to_make(
            ("role", name),
            request.permissions_boundary.as_deref(),
            Some(("iam:TagRole", request.tags.as_deref().unwrap_or_default())),
        )
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let new = NewRole {
            name: required("roleName", request.role_name)?,
            path: request.path.unwrap_or_else(|| "/".to_owned()),
            description: request.description,
            trust: required("assumeRolePolicyDocument", request.assume_role_policy_document)?,
            max_session_seconds: request.max_session_duration,
            tags: tag_pairs(request.tags)?,
            boundary: request.permissions_boundary,
        };
        let made = cx.services.iam.create_role(cx.caller.account, new).await.map_err(refuse::<Self>)?;
        Ok(Response { role: Some(RoleShape::of(&made, None)) })
    }
}
