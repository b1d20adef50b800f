//! `ListHandshakesForAccount` shows the invitations to the caller's account, oldest first.

use serde::{Deserialize, Serialize};

use super::handshake_shape::HandshakeShape;
use super::page::page;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListHandshakesForAccount;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    filter: Option<Filter>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    handshakes: Vec<HandshakeShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `HandshakeFilter` of the service model. Invitations have no parents.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Filter {
    action_type: Option<String>,
    parent_handshake_id: Option<String>,
}

impl Operation for ListHandshakesForAccount {
    const NAME: &'static str = "ListHandshakesForAccount";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let filter = request.filter.unwrap_or_default();
        let asked_for = filter.action_type.is_none_or(|action| action == "INVITE");
        let organizations = cx.services.catalog.organizations();
        let all = organizations.invitations(cx.caller.account).filter(|_| asked_for);
        let shown = all.map(|(organization, sent)| HandshakeShape::of(organization, sent, cx.received_at)).collect();
        let (handshakes, next_token) = page(shown, request.next_token.as_deref(), request.max_results)?;
        Ok(Response { handshakes, next_token })
    }
}
