//! `PutUserPermissionsBoundary` limits what a user can be allowed.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutUserPermissionsBoundary;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    permissions_boundary: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for PutUserPermissionsBoundary {
    const NAME: &'static str = "PutUserPermissionsBoundary";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity, ErrorCode::PolicyNotAttachable];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![
            cx.ask_on_user(request.user_name.as_deref())
                .with("iam:PermissionsBoundary", request.permissions_boundary.clone().unwrap_or_default()),
        ]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::User(required("userName", request.user_name)?);
        let arn = required("permissionsBoundary", request.permissions_boundary)?;
        cx.services.iam.set_boundary(cx.caller.account, &holder, Some(&arn)).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
