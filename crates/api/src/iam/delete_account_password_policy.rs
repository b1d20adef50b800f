//! `DeleteAccountPasswordPolicy` takes the account's own rule for passwords away.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteAccountPasswordPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteAccountPasswordPolicy {
    const NAME: &'static str = "DeleteAccountPasswordPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        cx.services.iam.set_password_policy(cx.caller.account, None).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
