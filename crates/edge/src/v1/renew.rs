//! `POST /v1/sign-in/renew`: the credentials of somebody who signed in count for longer (docs/sign-in.md).

use cairn_api::{ApiError, ErrorCode};
use cairn_identity::Verified;
use cairn_signin::{NotRenewed, SignedIn};
use http::StatusCode;
use serde::Deserialize;

use super::request::read;
use crate::front::Visit;
use crate::routes::Served;
use crate::sign_in::{reply, shown};

/// Where it is.
pub(crate) const PATH: &str = "/v1/sign-in/renew";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {}

/// Whoever is in may stay in: no policy is asked.
pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Served {
    let result = renewed(visit, verified, body).map(|signed_in| reply(StatusCode::OK, &shown(&signed_in)).into());
    Served { parameters: None, result }
}

fn renewed(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Result<SignedIn, ApiError> {
    let Request {} = read(body)?;
    let token = visit.head.headers.get("x-amz-security-token").and_then(|token| token.to_str().ok());
    let sign_in = &visit.front.services.sign_in;
    sign_in.renew(&verified.caller, token.unwrap_or_default(), visit.arrival.received_at).map_err(|fault| {
        let code = match fault {
            NotRenewed::OfNoSignIn => ErrorCode::AccessDeniedException,
            NotRenewed::Over => ErrorCode::ExpiredTokenException,
        };
        ApiError::new(code, fault.to_string())
    })
}
