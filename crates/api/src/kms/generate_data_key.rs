//! `GenerateDataKey` makes a key for the caller, who gets it in the clear and sealed.

use serde::{Deserialize, Serialize};

use cairn_kms::EncryptionContext;
use cairn_model::AccountId;
use serde_json::Value;

use super::blob::Blob;
use super::requests::{check_dry_run, check_recipient, checked_context, shown};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GenerateDataKey;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    encryption_context: Option<EncryptionContext>,
    number_of_bytes: Option<u32>,
    key_spec: Option<String>,
    grant_tokens: Option<Vec<String>>,
    recipient: Option<Value>,
    dry_run: Option<bool>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    ciphertext_blob: Blob,
    plaintext: Blob,
    key_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ciphertext_for_recipient: Option<Blob>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_material_id: Option<String>,
}

impl Operation for GenerateDataKey {
    const NAME: &'static str = "GenerateDataKey";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::DisabledException,
        ErrorCode::DryRunOperationException,
        ErrorCode::KMSInvalidStateException,
        ErrorCode::NotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    fn owner(cx: &Context, request: &Request) -> Option<AccountId> {
        cx.key_owner(request.key_id.as_deref())
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        check_recipient(request.recipient.as_ref())?;
        let context = checked_context(request.encryption_context)?;
        let wanted = (request.key_spec.as_deref(), request.number_of_bytes);
        let made = cx.new_data_key(request.key_id.as_deref(), wanted, &context)?;
        check_dry_run(request.dry_run)?;
        Ok(Response {
            ciphertext_blob: Blob::from(made.sealed),
            plaintext: Blob::from(made.plaintext),
            key_id: made.key.arn(),
            ciphertext_for_recipient: None,
            key_material_id: Some(made.key.material_id().to_owned()),
        })
    }

    /// Without tokens, which grant something.
    fn parameters(request: &Request) -> Value {
        shown(request, &["GrantTokens"], false)
    }
}
