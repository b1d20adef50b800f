//! `InviteAccountToOrganization` asks another account to join. It answers with `AcceptHandshake`.

use serde::{Deserialize, Serialize};

use super::handshake_shape::{OneHandshake, PartyShape};
use super::input::{account_id, invalid, length, required};
use crate::cloudtrail::TagShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct InviteAccountToOrganization;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    target: Option<PartyShape>,
    notes: Option<String>,
    tags: Option<Vec<TagShape>>,
}

impl Operation for InviteAccountToOrganization {
    const NAME: &'static str = "InviteAccountToOrganization";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::DuplicateHandshakeException,
        ErrorCode::HandshakeConstraintViolationException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = OneHandshake;

    async fn run(cx: &Context, request: Request) -> Result<OneHandshake, ApiError> {
        let target = request.target.unwrap_or_default();
        let id = required(target.id.as_deref(), "Target.Id")?;
        let account = match required(target.r#type.as_deref(), "Target.Type")? {
            "ACCOUNT" => account_id(Some(id), "Target.Id")?,
            "EMAIL" | "ORGANIZATION" => {
                return Err(invalid("INVALID_PARTY_TYPE_TARGET", "Accounts are invited by their account id."));
            }
            _ => return Err(invalid("INVALID_ENUM", "Target.Type must be ACCOUNT.")),
        };
        let notes = request.notes.filter(|notes| !notes.is_empty());
        length(notes.as_deref().unwrap_or_default(), "Notes", 1024)?;
        let (id, by, at) = (cx.new_id("h-", 32), cx.caller.account, cx.received_at);
        let invited = (id.clone(), account);
        cx.change_organizations(move |all| all.invite(by, invited, notes, at)).await?;
        cx.answer_handshake(&id)
    }
}
