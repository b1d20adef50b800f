//! `DescribeHandshake` shows one invitation to either of its parties.

use serde::{Deserialize, Serialize};

use super::handshake_shape::OneHandshake;
use super::input::required;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DescribeHandshake;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    handshake_id: Option<String>,
}

impl Operation for DescribeHandshake {
    const NAME: &'static str = "DescribeHandshake";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::HandshakeNotFoundException, ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = OneHandshake;

    async fn run(cx: &Context, request: Request) -> Result<OneHandshake, ApiError> {
        cx.answer_handshake(required(request.handshake_id.as_deref(), "HandshakeId")?)
    }
}
