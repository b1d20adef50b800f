//! `PutRolePermissionsBoundary` limits what a role can be allowed.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutRolePermissionsBoundary;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    permissions_boundary: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for PutRolePermissionsBoundary {
    const NAME: &'static str = "PutRolePermissionsBoundary";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::InvalidInput,
        ErrorCode::NoSuchEntity,
        ErrorCode::PolicyNotAttachable,
        ErrorCode::UnmodifiableEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![
            cx.ask_on_role(request.role_name.as_deref())
                .with("iam:PermissionsBoundary", request.permissions_boundary.clone().unwrap_or_default()),
        ]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::Role(required("roleName", request.role_name)?);
        let arn = required("permissionsBoundary", request.permissions_boundary)?;
        cx.services.iam.set_boundary(cx.caller.account, &holder, Some(&arn)).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
