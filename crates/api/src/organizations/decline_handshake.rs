//! `DeclineHandshake` refuses an invitation.

use serde::{Deserialize, Serialize};

use super::handshake_shape::OneHandshake;
use super::input::required;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeclineHandshake;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    handshake_id: Option<String>,
}

impl Operation for DeclineHandshake {
    const NAME: &'static str = "DeclineHandshake";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::HandshakeAlreadyInStateException,
        ErrorCode::HandshakeNotFoundException,
        ErrorCode::InvalidHandshakeTransitionException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = OneHandshake;

    async fn run(cx: &Context, request: Request) -> Result<OneHandshake, ApiError> {
        let id = required(request.handshake_id.as_deref(), "HandshakeId")?.to_owned();
        let (by, at, handshake) = (cx.caller.account, cx.received_at, id.clone());
        cx.change_organizations(move |all| all.decline(by, &handshake, at)).await?;
        cx.answer_handshake(&id)
    }
}
