//! `Encrypt` seals up to 4096 bytes under a key.

use serde::{Deserialize, Serialize};

use cairn_kms::EncryptionContext;
use cairn_model::AccountId;
use serde_json::Value;

use super::blob::Blob;
use super::failure::refuse;
use super::requests::{SYMMETRIC, check_algorithm, check_dry_run, checked_context, length_within, shown};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct Encrypt;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    plaintext: Option<Blob>,
    encryption_context: Option<EncryptionContext>,
    grant_tokens: Option<Vec<String>>,
    encryption_algorithm: Option<String>,
    dry_run: Option<bool>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    ciphertext_blob: Blob,
    key_id: String,
    encryption_algorithm: String,
}

impl Operation for Encrypt {
    const NAME: &'static str = "Encrypt";
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
        check_algorithm(request.encryption_algorithm.as_deref())?;
        let plaintext = request.plaintext.unwrap_or_default();
        length_within("plaintext", plaintext.bytes().len(), 1..=PLAINTEXT_BYTES_MAX)?;
        let context = checked_context(request.encryption_context)?;
        let key = cx.usable_key(request.key_id.as_deref())?;
        let sealed = cx.services.kms.encrypt(&key, plaintext.bytes(), &context).map_err(refuse)?;
        check_dry_run(request.dry_run)?;
        Ok(Response {
            ciphertext_blob: Blob::from(sealed),
            key_id: key.arn(),
            encryption_algorithm: SYMMETRIC.to_owned(),
        })
    }

    /// Without the plaintext.
    fn parameters(request: &Request) -> Value {
        shown(request, &["Plaintext", "GrantTokens"], true)
    }
}

const PLAINTEXT_BYTES_MAX: usize = 4096;
