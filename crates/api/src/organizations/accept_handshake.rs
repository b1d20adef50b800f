//! `AcceptHandshake` makes the invited account a member.

use serde::{Deserialize, Serialize};

use super::account_shape::unnamed;
use super::handshake_shape::OneHandshake;
use super::input::required;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AcceptHandshake;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    handshake_id: Option<String>,
}

impl Operation for AcceptHandshake {
    const NAME: &'static str = "AcceptHandshake";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::HandshakeAlreadyInStateException,
        ErrorCode::HandshakeConstraintViolationException,
        ErrorCode::HandshakeNotFoundException,
        ErrorCode::InvalidHandshakeTransitionException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = OneHandshake;

    async fn run(cx: &Context, request: Request) -> Result<OneHandshake, ApiError> {
        let id = required(request.handshake_id.as_deref(), "HandshakeId")?.to_owned();
        let (by, now) = (unnamed(cx.caller.account), cx.stop_now());
        let (accounts_max, handshake) = (cx.services.catalog.settings().organization_accounts_max, id.clone());
        cx.change_organizations(move |all| all.accept(by, &handshake, accounts_max, now)).await?;
        cx.answer_handshake(&id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::Fixture;

    const GUEST: &str = "111122223333";

    async fn invite(fixture: &Fixture, account: &str) -> Result<Value, (String, String)> {
        let request = json!({"Target": {"Id": account, "Type": "ACCOUNT"}, "Notes": "come"});
        fixture.call("InviteAccountToOrganization", request).await
    }

    #[tokio::test]
    async fn an_invitation_is_open_until_it_is_accepted() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[]).await;
        let sent = invite(&fixture, GUEST).await.unwrap();
        assert_eq!(sent["Handshake"]["State"], "OPEN");
        assert_eq!(sent["Handshake"]["Resources"][2], json!({"Type": "NOTES", "Value": "come"}));
        let listed = fixture.call_as(GUEST, "ListHandshakesForAccount", json!({})).await.unwrap();
        assert_eq!(listed["Handshakes"], json!([sent["Handshake"]]));
        let id = json!({"HandshakeId": sent["Handshake"]["Id"]});
        let accepted = fixture.call_as(GUEST, "AcceptHandshake", id.clone()).await.unwrap();
        assert_eq!(accepted["Handshake"]["State"], "ACCEPTED");
        assert_eq!(fixture.call("DescribeHandshake", id).await.unwrap(), accepted);
        let account = fixture.call("DescribeAccount", json!({"AccountId": GUEST})).await.unwrap();
        assert_eq!(account["Account"]["Id"], GUEST);
    }

    #[tokio::test]
    async fn each_wrong_answer_to_an_invitation_has_its_error() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[]).await;
        let sent = invite(&fixture, GUEST).await.unwrap();
        let id = json!({"HandshakeId": sent["Handshake"]["Id"]});
        let accept = |account, id| fixture.call_as(account, "AcceptHandshake", id);
        assert_eq!(invite(&fixture, GUEST).await.unwrap_err().0, "DuplicateHandshakeException");
        assert_eq!(accept("123456789012", id.clone()).await.unwrap_err().0, "AccessDeniedException");
        assert_eq!(accept("444455556666", id.clone()).await.unwrap_err().0, "AccessDeniedException");
        assert_eq!(accept(GUEST, json!({"HandshakeId": "h-1"})).await.unwrap_err().0, "HandshakeNotFoundException");
        assert_eq!(accept(GUEST, json!({})).await.unwrap_err().0, "InvalidInputException");
        fixture.call_as(GUEST, "CreateOrganization", json!({})).await.unwrap();
        assert_eq!(accept(GUEST, id.clone()).await.unwrap_err().0, "HandshakeConstraintViolationException");
        fixture.call_as(GUEST, "DeleteOrganization", json!({})).await.unwrap();
        fixture.call_as(GUEST, "DeclineHandshake", id.clone()).await.unwrap();
        let declined = fixture.call_as(GUEST, "DeclineHandshake", id.clone()).await;
        assert_eq!(declined.unwrap_err().0, "HandshakeAlreadyInStateException");
        assert_eq!(accept(GUEST, id).await.unwrap_err().0, "InvalidHandshakeTransitionException");
        fixture.invite(GUEST).await;
        assert_eq!(invite(&fixture, GUEST).await.unwrap_err().0, "HandshakeConstraintViolationException");
        assert_eq!(invite(&fixture, "x").await.unwrap_err().0, "InvalidInputException");
    }
}
