//! `Decrypt` opens what `Encrypt` or `GenerateDataKey` sealed.

use serde::{Deserialize, Serialize};

use cairn_kms::{EncryptionContext, KmsError};
use cairn_model::AccountId;
use serde_json::Value;

use super::blob::Blob;
use super::failure::refuse;
use super::requests::{
    SYMMETRIC, check_algorithm, check_dry_run, check_recipient, checked_context, length_within, shown,
};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct Decrypt;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    ciphertext_blob: Option<Blob>,
    encryption_context: Option<EncryptionContext>,
    grant_tokens: Option<Vec<String>>,
    key_id: Option<String>,
    encryption_algorithm: Option<String>,
    recipient: Option<Value>,
    dry_run: Option<bool>,
    dry_run_modifiers: Option<Vec<String>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    key_id: String,
    plaintext: Blob,
    encryption_algorithm: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ciphertext_for_recipient: Option<Blob>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_material_id: Option<String>,
}

impl Operation for Decrypt {
    const NAME: &'static str = "Decrypt";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::DisabledException,
        ErrorCode::DryRunOperationException,
        ErrorCode::IncorrectKeyException,
        ErrorCode::InvalidCiphertextException,
        ErrorCode::KMSInvalidStateException,
        ErrorCode::NotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let sealed = request.ciphertext_blob.as_ref().and_then(|blob| cx.services.kms.key_of(blob.bytes()));
        let ask = match (&request.key_id, sealed) {
            (Some(id), _) => cx.ask_on_key(Some(id)),
            (None, Some(key)) if key.place.region == cx.region => Ask::itself().on_key(&key),
            (None, _) => Ask::itself(),
        };
        vec![ask]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        check_algorithm(request.encryption_algorithm.as_deref())?;
        check_recipient(request.recipient.as_ref())?;
        let ciphertext = request.ciphertext_blob.unwrap_or_default();
        length_within("ciphertextBlob", ciphertext.bytes().len(), 1..=CIPHERTEXT_BYTES_MAX)?;
        let context = checked_context(request.encryption_context)?;
        let named = request.key_id.as_deref().map(|id| cx.usable_key(Some(id))).transpose()?;
        let sealed = cx.services.kms.key_of(ciphertext.bytes());
        // Also where the two are of different accounts, in which the ciphertext would seem to be damaged.
        if named.as_ref().zip(sealed.as_ref()).is_some_and(|(named, sealed)| named.id != sealed.id) {
            return Err(refuse(KmsError::IncorrectKey));
        }
        // The permission was asked on the key that is named, or else on the one that the ciphertext names.
        let asked = named.or(sealed);
        let place =
            asked.filter(|key| key.place.region == cx.region).map_or_else(|| cx.key_place(), |key| key.place.clone());
        let opened = cx.services.kms.decrypt(&place, ciphertext.bytes(), &context).map_err(refuse)?;
        check_dry_run(request.dry_run)?;
        Ok(Response {
            key_id: opened.key.arn(),
            plaintext: Blob::from(opened.plaintext),
            encryption_algorithm: SYMMETRIC.to_owned(),
            ciphertext_for_recipient: None,
            key_material_id: None,
        })
    }

    fn owner(cx: &Context, request: &Request) -> Option<AccountId> {
        let sealed = || cx.services.kms.key_of(request.ciphertext_blob.as_ref()?.bytes());
        cx.key_owner(request.key_id.as_deref()).or_else(|| sealed().map(|key| key.place.account))
    }

    /// Without the ciphertext, as AWS has it.
    fn parameters(request: &Request) -> Value {
        shown(request, &["CiphertextBlob", "GrantTokens"], true)
    }
}

const CIPHERTEXT_BYTES_MAX: usize = 6144;
