//! `TagUser` adds tags to a user.

use serde::{Deserialize, Serialize};

use super::asks::pairs;
use super::failure::refuse;
use super::requests::{required, tag_pairs};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagUser;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for TagUser {
    const NAME: &'static str = "TagUser";
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
        vec![cx.ask_on_user(request.user_name.as_deref()).requesting(pairs(request.tags.as_deref()))]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("userName", request.user_name)?;
        let tags = tag_pairs(request.tags)?;
        cx.services.iam.tag_user(cx.caller.account, &name, &tags).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
