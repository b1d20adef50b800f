//! `TagRole` adds tags to a role.

use serde::{Deserialize, Serialize};

use super::asks::pairs;
use super::failure::refuse;
use super::requests::{required, tag_pairs};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagRole;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for TagRole {
    const NAME: &'static str = "TagRole";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_role(request.role_name.as_deref()).requesting(pairs(request.tags.as_deref()))]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("roleName", request.role_name)?;
        let tags = tag_pairs(request.tags)?;
        cx.services.iam.tag_role(cx.caller.account, &name, &tags).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
