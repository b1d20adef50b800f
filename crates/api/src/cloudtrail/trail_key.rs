//! The key of a trail's files: found, tried once, and kept as the full ARN of the key (reference section 1.3).

use cairn_catalog::Trail;
use cairn_kms::{EncryptionContext, KmsError};

use crate::{ApiError, Context, ErrorCode};

/// Gives `trail` the key that is named; an empty text takes it away, and without one it keeps what it has. Either way
/// the key is tried: what comes of that is thrown away. Comes after the syntax and the bucket were checked.
pub(crate) async fn set_key(cx: &Context, trail: &mut Trail, named: Option<&str>) -> Result<(), ApiError> {
    let reference = match named {
        Some("") => None,
        Some(reference) => Some(reference.to_owned()),
        None => trail.targets.kms_key_arn.clone(),
    };
    let elsewhere = reference.is_some() && cx.services.delivery.keys_are_elsewhere(&trail.s3_bucket_name).await;
    let key = |reference: String| {
        if elsewhere { passed_on(reference) } else { tried(cx, trail, &reference) }
    };
    trail.targets.kms_key_arn = reference.map(key).transpose()?;
    Ok(())
}

/// A key of the bucket's own side, which nobody here can ask for: its endpoint judges each put.
fn passed_on(reference: String) -> Result<String, ApiError> {
    if reference.starts_with("arn:") && reference.contains(":key/") {
        return Ok(reference);
    }
    let message = "The keys of this bucket's endpoint are named by their ARNs.";
    Err(ApiError::new(ErrorCode::KmsKeyNotFoundException, message))
}

/// The ARN of the key, which seals for the trail now.
fn tried(cx: &Context, trail: &Trail, reference: &str) -> Result<String, ApiError> {
    let is_elsewhere =
        reference.strip_prefix("arn:").is_some_and(|rest| rest.split(':').nth(2) != Some(cx.region.as_str()));
    if is_elsewhere {
        let message = "The KMS key is not in the Region of the trail.";
        return Err(ApiError::new(ErrorCode::KmsKeyNotFoundException, message));
    }
    let context: EncryptionContext = [("aws:cloudtrail:arn".to_owned(), trail.arn())].into();
    let kms = &cx.services.kms;
    let sealed = kms.find(&cx.key_place(), reference).and_then(|key| {
        kms.encrypt(&key, &cx.services.environment.random.bytes::<32>(), &context)?;
        Ok(key.arn())
    });
    sealed.map_err(|error| refused(&error))
}

fn refused(error: &KmsError) -> ApiError {
    let insufficient = "Insufficient permissions to access S3 bucket or KMS key.";
    match error {
        KmsError::NotFound(_) | KmsError::NotYours { .. } => {
            ApiError::new(ErrorCode::InsufficientEncryptionPolicyException, insufficient)
        }
        KmsError::Disabled { .. } | KmsError::PendingDeletion { .. } => {
            ApiError::new(ErrorCode::KmsException, error.to_string())
        }
        KmsError::NotPendingDeletion { .. }
        | KmsError::InvalidCiphertext
        | KmsError::IncorrectKey
        | KmsError::AliasExists { .. }
        | KmsError::InvalidAliasName
        | KmsError::ReservedAlias
        | KmsError::ManagedByAws { .. }
        | KmsError::Database(_)
        | KmsError::Closed => {
            tracing::error!(%error, "the key of a trail could not be tried");
            ApiError::internal()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cairn_kms::{KeyState, NewKey};
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, Refused};

    async fn update(fixture: &Fixture, key: &str) -> Result<Value, Refused> {
        fixture.call("UpdateTrail", json!({"Name": "main", "KmsKeyId": key})).await
    }

    #[tokio::test]
    async fn a_key_is_kept_by_its_arn_tried_and_taken_away_again() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let (kms, place) = (&fixture.cx.services.kms, fixture.cx.key_place());
        let new = NewKey { place: place.clone(), description: String::new(), policy: None, tags: BTreeMap::new() };
        let key = kms.create_key(new).await.unwrap();
        kms.create_alias(&place, "alias/logs", &key.id).await.unwrap();
        for spelling in [key.id.as_str(), key.arn().as_str(), "alias/logs"] {
            assert_eq!(update(&fixture, spelling).await.unwrap()["KmsKeyId"], key.arn(), "{spelling}");
        }
        let shown = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!(shown["Trail"]["KmsKeyId"], key.arn());
        let code = |refused: Result<Value, Refused>| refused.unwrap_err().0;
        assert_eq!(code(update(&fixture, "alias/none").await), "InsufficientEncryptionPolicyException");
        let elsewhere = key.arn().replace("us-east-1", "eu-west-1");
        assert_eq!(code(update(&fixture, &elsewhere).await), "KmsKeyNotFoundException");
        let disable = |key: &mut cairn_kms::Key| {
            key.state = KeyState::Disabled;
            Ok(())
        };
        kms.change_key(&place, &key.id, disable).await.unwrap();
        assert_eq!(code(update(&fixture, &key.id).await), "KmsException");
        let kept = fixture.call("UpdateTrail", json!({"Name": "main"})).await;
        assert_eq!(code(kept), "KmsException", "a key that is kept is tried too");
        assert_eq!(update(&fixture, "").await.unwrap().get("KmsKeyId"), None);
    }
}
