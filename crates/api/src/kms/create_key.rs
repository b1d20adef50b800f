//! `CreateKey` makes a symmetric key. Its material never leaves the key store.

use serde::{Deserialize, Serialize};

use cairn_kms::NewKey;

use super::failure::refuse;
use super::key_shape::KeyShape;
use super::requests::{checked_description, checked_policy};
use super::tag_shape::{TagShape, check_tag_count, tags_by_key};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateKey;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    policy: Option<String>,
    description: Option<String>,
    key_usage: Option<String>,
    customer_master_key_spec: Option<String>,
    key_spec: Option<String>,
    origin: Option<String>,
    custom_key_store_id: Option<String>,
    bypass_policy_lockout_safety_check: Option<bool>,
    tags: Option<Vec<TagShape>>,
    multi_region: Option<bool>,
    xks_key_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    key_metadata: KeyShape,
}

impl Operation for CreateKey {
    const NAME: &'static str = "CreateKey";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::LimitExceededException,
        ErrorCode::MalformedPolicyDocumentException,
        ErrorCode::TagException,
        ErrorCode::UnsupportedOperationException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(_: &Context, request: &Request) -> Vec<Ask> {
        let tags = || request.tags.iter().flatten().map(TagShape::pair);
        let mut asks = vec![Ask::itself().requesting(tags())];
        if tags().next().is_some() {
            asks.push(Ask::to("kms:TagResource").requesting(tags()));
        }
        asks
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        check_kind(&request)?;
        // The policy that a key has from the start leaves it to its account.
        let is_checked = request.policy.is_some() && request.bypass_policy_lockout_safety_check != Some(true);
        let tags = tags_by_key(request.tags.unwrap_or_default())?;
        check_tag_count(&tags.keys().collect())?;
        let new = NewKey {
            place: cx.key_place(),
            description: checked_description(request.description.or(Some(String::new())))?,
            policy: request.policy.as_deref().map(checked_policy).transpose()?,
            tags,
        };
        let draft = cx.services.kms.draft_key(new).map_err(refuse)?;
        if is_checked {
            cx.check_changeable_by_caller(&draft)?;
        }
        let key = cx.services.kms.create_drafted(draft).await.map_err(refuse)?;
        Ok(Response { key_metadata: KeyShape::of(&key) })
    }
}

/// Only symmetric keys of one Region whose material is made here.
fn check_kind(request: &Request) -> Result<(), ApiError> {
    let is = |value: &Option<String>, only: &str| value.as_deref().is_none_or(|value| value == only);
    let fits = is(&request.key_usage, "ENCRYPT_DECRYPT")
        && is(&request.key_spec, "SYMMETRIC_DEFAULT")
        && is(&request.customer_master_key_spec, "SYMMETRIC_DEFAULT")
        && is(&request.origin, "AWS_KMS")
        && request.custom_key_store_id.is_none()
        && request.xks_key_id.is_none()
        && !request.multi_region.unwrap_or(false);
    if fits {
        return Ok(());
    }
    let message = "Only symmetric encryption keys of a single Region whose material is made here are supported.";
    Err(ApiError::new(ErrorCode::UnsupportedOperationException, message))
}
