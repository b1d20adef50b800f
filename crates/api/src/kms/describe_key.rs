//! `DescribeKey` shows what is known about a key.

use cairn_model::AccountId;
use serde::{Deserialize, Serialize};

use super::key_shape::KeyShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DescribeKey;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    grant_tokens: Option<Vec<String>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    key_metadata: KeyShape,
}

impl Operation for DescribeKey {
    const NAME: &'static str = "DescribeKey";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    fn owner(cx: &Context, request: &Request) -> Option<AccountId> {
        cx.key_owner(request.key_id.as_deref())
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        Ok(Response { key_metadata: KeyShape::of(cx.usable_key(request.key_id.as_deref())?.as_ref()) })
    }
}
