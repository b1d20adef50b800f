//! `EnableKey` lets a key be used again.

use serde::{Deserialize, Serialize};

use cairn_kms::KeyState;

use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct EnableKey;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for EnableKey {
    const NAME: &'static str = "EnableKey";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::KMSInvalidStateException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        cx.change_key(request.key_id.as_deref(), |key| {
            key.check_changeable()?;
            key.state = KeyState::Enabled;
            Ok(())
        })
        .await?;
        Ok(Response {})
    }
}
