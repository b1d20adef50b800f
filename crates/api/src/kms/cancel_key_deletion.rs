//! `CancelKeyDeletion` keeps a key that was to be deleted. It is disabled then.

use serde::{Deserialize, Serialize};

use cairn_kms::{Key, KeyState, KmsError};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CancelKeyDeletion;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    key_id: String,
}

impl Operation for CancelKeyDeletion {
    const NAME: &'static str = "CancelKeyDeletion";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::KMSInvalidStateException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let cancel = |key: &mut Key| {
            if !matches!(key.state, KeyState::PendingDeletion { .. }) {
                return Err(KmsError::NotPendingDeletion { arn: key.arn() });
            }
            key.state = KeyState::Disabled;
            Ok(())
        };
        let key = cx.change_key(request.key_id.as_deref(), cancel).await?;
        Ok(Response { key_id: key.arn() })
    }
}
