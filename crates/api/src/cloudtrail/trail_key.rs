//! The key of a trail's files: found, tried once, and kept as the full ARN of the key (reference section 1.3).

use cairn_catalog::Trail;
use cairn_kms::{EncryptionContext, Key, KmsError};
use cairn_model::Timestamp;
use cairn_policy::{Decision, Policies, Policy, PolicyKind, Principal, Request, ResourcePolicy, ResourceRule, decide};

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
        if !lets_cloudtrail(&key, trail, cx.received_at) {
            return Err(KmsError::NotYours { arn: key.arn() });
        }
        kms.encrypt(&key, &cx.services.environment.random.bytes::<32>(), &context)?;
        Ok(key.arn())
    });
    sealed.map_err(|error| refused(&error))
}

/// Whether the key's policy lets CloudTrail seal the trail's files. One that was never set leaves that to the account.
fn lets_cloudtrail(key: &Key, trail: &Trail, now: Timestamp) -> bool {
    if key.policy == Key::default_policy(&key.place) {
        return true;
    }
    let kind = PolicyKind::Resource { service: "kms", arn: None };
    let Ok(policy) = Policy::parse(&key.policy, kind, key.policy.len()) else { return false };
    let principal = Principal::Service("cloudtrail.amazonaws.com".to_owned());
    let mut context = cairn_policy::Context::new();
    principal.describe(&mut context);
    context.set("aws:SourceArn", trail.arn()).set("aws:SourceAccount", trail.account.as_str());
    context.set("kms:EncryptionContext:aws:cloudtrail:arn", trail.arn());
    context.set("kms:EncryptionContextKeys", "aws:cloudtrail:arn");
    context.set("aws:CurrentTime", now.iso_seconds()).set("aws:EpochTime", now.unix_seconds().to_string());
    context.set("aws:SecureTransport", "true");
    context.absent("aws:SourceIp").absent("aws:SourceOrgID").absent("aws:SourceOrgPaths").absent("kms:ViaService");
    let owner = key.place.account;
    let asked = ResourcePolicy { owner, policy: Some(&policy), rule: ResourceRule::Required };
    let (arn, policies) = (key.arn(), Policies { resource: Some(asked), ..Policies::default() });
    let request = Request::new(&principal, "kms:GenerateDataKey", &arn, &context);
    matches!(decide(&request, &policies), Decision::Allowed(_))
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

    use cairn_kms::{Key, KeyState, NewKey};
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, Refused, arn};

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
        let set_policy = async |action: &str, trail: &str| {
            let statement = json!({"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": action, "Resource": "*", "Condition": {
                "StringEquals": {"aws:SourceArn": trail},
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:123456789012:trail/*"},
            }});
            let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
            let change = |key: &mut Key| {
                key.policy = policy;
                Ok(())
            };
            kms.change_key(&place, &key.id, change).await.unwrap();
        };
        for (action, trail) in [("kms:Decrypt", arn("main")), ("kms:GenerateDataKey*", arn("other"))] {
            set_policy(action, &trail).await;
            let got = code(update(&fixture, &key.id).await);
            assert_eq!(got, "InsufficientEncryptionPolicyException", "{action} {trail}");
        }
        set_policy("kms:GenerateDataKey*", &arn("main")).await;
        update(&fixture, &key.id).await.unwrap();
        let disable = |key: &mut Key| {
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
