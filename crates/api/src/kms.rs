//! The operations of AWS KMS on the built-in key store.

mod blob;
pub(crate) mod cancel_key_deletion;
pub(crate) mod create_alias;
pub(crate) mod create_key;
pub(crate) mod decrypt;
pub(crate) mod delete_alias;
pub(crate) mod describe_key;
pub(crate) mod disable_key;
pub(crate) mod disable_key_rotation;
pub(crate) mod enable_key;
pub(crate) mod enable_key_rotation;
pub(crate) mod encrypt;
mod failure;
pub(crate) mod generate_data_key;
pub(crate) mod generate_data_key_without_plaintext;
pub(crate) mod get_key_policy;
pub(crate) mod get_key_rotation_status;
mod key_access;
mod key_ask;
mod key_shape;
pub(crate) mod list_aliases;
pub(crate) mod list_keys;
pub(crate) mod list_resource_tags;
pub(crate) mod put_key_policy;
mod requests;
pub(crate) mod schedule_key_deletion;
pub(crate) mod tag_resource;
mod tag_shape;
pub(crate) mod untag_resource;
pub(crate) mod update_alias;
pub(crate) mod update_key_description;

use crate::Protocol;
use crate::protocol::Service;

/// AWS KMS.
pub(crate) const SERVICE: Service = Service {
    name: "kms",
    target_prefixes: &["TrentService."],
    protocol: Protocol::AwsJson11,
    api_version: "2014-11-01",
    namespace: "https://trent.amazonaws.com/doc/2014-11-01/",
};

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, Refused};
    use crate::{Answer, Context, operations};

    async fn answer(cx: &Context, operation: &str, request: Value) -> Answer {
        let entry = operations().iter().find(|entry| entry.service == "kms" && entry.name == operation).unwrap();
        entry.call(cx, request.to_string().as_bytes()).await
    }

    async fn call(fixture: &Fixture, operation: &str, request: Value) -> Result<Value, Refused> {
        match answer(&fixture.cx, operation, request).await.result {
            Ok(body) => Ok(serde_json::from_slice(&body.write().unwrap()).unwrap()),
            Err(error) => Err((error.code.to_string(), error.message)),
        }
    }

    async fn code(fixture: &Fixture, operation: &str, request: Value) -> String {
        call(fixture, operation, request).await.unwrap_err().0
    }

    async fn new_key(fixture: &Fixture) -> String {
        let made = call(fixture, "CreateKey", json!({"Description": "for logs"})).await.unwrap();
        made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_data_key_opens_again_with_its_context_and_no_event_holds_it() {
        let fixture = Fixture::new().await;
        let id = new_key(&fixture).await;
        let context = json!({"Team": "blue", "a": "1"});
        let request = json!({"KeyId": id, "KeySpec": "AES_256", "EncryptionContext": context});
        let made = answer(&fixture.cx, "GenerateDataKey", request).await;
        let shown = json!({"keyId": id, "keySpec": "AES_256", "encryptionContext": context});
        assert_eq!((made.request_parameters, made.response_elements), (Some(shown), None));
        let made: Value = serde_json::from_slice(&made.result.unwrap().write().unwrap()).unwrap();
        let request = json!({"CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": context});
        let opened = answer(&fixture.cx, "Decrypt", request).await;
        let shown = json!({"encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"});
        assert_eq!((opened.request_parameters, opened.response_elements), (Some(shown), None));
        let opened: Value = serde_json::from_slice(&opened.result.unwrap().write().unwrap()).unwrap();
        assert_eq!(opened["Plaintext"], made["Plaintext"]);
        assert_eq!(opened["KeyId"], format!("arn:aws:kms:us-east-1:123456789012:key/{id}"));
        let other = json!({"CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": {"Team": "red"}});
        assert_eq!(code(&fixture, "Decrypt", other).await, "InvalidCiphertextException");
    }

    #[tokio::test]
    async fn a_plaintext_is_in_no_event() {
        let fixture = Fixture::new().await;
        let id = new_key(&fixture).await;
        let sealed = answer(&fixture.cx, "Encrypt", json!({"KeyId": id, "Plaintext": "c2VjcmV0"})).await;
        let shown = json!({"keyId": id, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"});
        assert_eq!((sealed.request_parameters, sealed.response_elements), (Some(shown), None));
        let refused = call(&fixture, "Encrypt", json!({"KeyId": id, "Plaintext": "no base64 at all"})).await;
        let (code, message) = refused.unwrap_err();
        assert_eq!(code, "SerializationException");
        assert!(!message.contains("no base64 at all"), "{message}");
    }

    #[tokio::test]
    async fn states_are_refused_by_their_names() {
        let fixture = Fixture::new().await;
        let id = new_key(&fixture).await;
        let request = || json!({"KeyId": id, "KeySpec": "AES_128"});
        call(&fixture, "DisableKey", json!({"KeyId": id})).await.unwrap();
        assert_eq!(code(&fixture, "GenerateDataKey", request()).await, "DisabledException");
        assert_eq!(code(&fixture, "EnableKeyRotation", json!({"KeyId": id})).await, "DisabledException");
        call(&fixture, "EnableKey", json!({"KeyId": id})).await.unwrap();
        let scheduled = json!({"KeyId": id, "PendingWindowInDays": 7});
        let scheduled = call(&fixture, "ScheduleKeyDeletion", scheduled).await.unwrap();
        assert_eq!(scheduled["KeyState"], "PendingDeletion");
        assert_eq!(code(&fixture, "GenerateDataKey", request()).await, "KMSInvalidStateException");
        assert_eq!(code(&fixture, "EnableKey", json!({"KeyId": id})).await, "KMSInvalidStateException");
        call(&fixture, "CancelKeyDeletion", json!({"KeyId": id})).await.unwrap();
        assert_eq!(code(&fixture, "CancelKeyDeletion", json!({"KeyId": id})).await, "KMSInvalidStateException");
        let described = call(&fixture, "DescribeKey", json!({"KeyId": id})).await.unwrap();
        assert_eq!(described["KeyMetadata"]["KeyState"], "Disabled");
    }

    #[tokio::test]
    async fn what_a_module_of_terraform_asks_is_answered() {
        let fixture = Fixture::new().await;
        let id = new_key(&fixture).await;
        let key = || json!({"KeyId": id});
        let with = |member: &str, value: Value| {
            let mut request = key();
            request[member] = value;
            request
        };
        call(&fixture, "EnableKeyRotation", key()).await.unwrap();
        let rotation = call(&fixture, "GetKeyRotationStatus", key()).await.unwrap();
        assert_eq!((&rotation["KeyRotationEnabled"], &rotation["RotationPeriodInDays"]), (&json!(true), &json!(365)));
        let policy = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/omar"},
            "Action":"kms:*","Resource":"*"}}"#;
        let locked = code(&fixture, "PutKeyPolicy", with("Policy", policy.into())).await;
        assert_eq!(locked, "MalformedPolicyDocumentException");
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let all_the_same = json!({"KeyId": id, "Policy": policy, "BypassPolicyLockoutSafetyCheck": true});
        call(&fixture, "PutKeyPolicy", all_the_same).await.unwrap();
        let kept = call(&fixture, "GetKeyPolicy", with("PolicyName", "default".into())).await.unwrap();
        assert_eq!(kept["Policy"], policy);
        let bad = code(&fixture, "PutKeyPolicy", with("Policy", "[]".into())).await;
        assert_eq!(bad, "MalformedPolicyDocumentException");
        call(&fixture, "TagResource", with("Tags", json!([{"TagKey": "team", "TagValue": "blue"}]))).await.unwrap();
        let tags = call(&fixture, "ListResourceTags", key()).await.unwrap();
        assert_eq!(tags["Tags"], json!([{"TagKey": "team", "TagValue": "blue"}]));
        call(&fixture, "UntagResource", with("TagKeys", json!(["team"]))).await.unwrap();
        assert_eq!(call(&fixture, "ListResourceTags", key()).await.unwrap()["Tags"], json!([]));
        let alias = json!({"AliasName": "alias/logs", "TargetKeyId": id});
        call(&fixture, "CreateAlias", alias.clone()).await.unwrap();
        assert_eq!(code(&fixture, "CreateAlias", alias).await, "AlreadyExistsException");
        let listed = call(&fixture, "ListAliases", key()).await.unwrap();
        assert_eq!(listed["Aliases"][0]["AliasArn"], "arn:aws:kms:us-east-1:123456789012:alias/logs");
        call(&fixture, "DeleteAlias", json!({"AliasName": "alias/logs"})).await.unwrap();
        assert_eq!(code(&fixture, "DeleteAlias", json!({"AliasName": "alias/logs"})).await, "NotFoundException");
    }

    #[tokio::test]
    async fn keys_come_in_pages_and_bad_requests_are_refused() {
        let fixture = Fixture::new().await;
        let mut made = [new_key(&fixture).await, new_key(&fixture).await, new_key(&fixture).await];
        made.sort();
        let first = call(&fixture, "ListKeys", json!({"Limit": 2})).await.unwrap();
        assert_eq!((&first["Truncated"], &first["NextMarker"]), (&json!(true), &json!(made[1])));
        let rest = call(&fixture, "ListKeys", json!({"Marker": first["NextMarker"]})).await.unwrap();
        assert_eq!((&rest["Keys"][0]["KeyId"], &rest["Truncated"]), (&json!(made[2]), &json!(false)));
        let id = &made[0];
        for (operation, request, expected) in [
            ("ListKeys", json!({"Marker": "x"}), "InvalidMarkerException"),
            ("ListKeys", json!({"Limit": 0}), "ValidationException"),
            ("DescribeKey", json!({}), "ValidationException"),
            ("DescribeKey", json!({"KeyId": "alias/none"}), "NotFoundException"),
            ("GenerateDataKey", json!({"KeyId": id}), "ValidationException"),
            ("GenerateDataKey", json!({"KeyId": id, "KeySpec": "AES_256", "NumberOfBytes": 1}), "ValidationException"),
            ("GenerateDataKey", json!({"KeyId": id, "NumberOfBytes": 1025}), "ValidationException"),
            ("GenerateDataKey", json!({"KeyId": id, "NumberOfBytes": 9, "DryRun": true}), "DryRunOperationException"),
            ("Encrypt", json!({"KeyId": id, "Plaintext": ""}), "ValidationException"),
            ("Decrypt", json!({"CiphertextBlob": "AAEC"}), "InvalidCiphertextException"),
            ("CreateKey", json!({"KeySpec": "RSA_2048"}), "UnsupportedOperationException"),
            ("CreateKey", json!({"Policy": "x"}), "MalformedPolicyDocumentException"),
            ("CreateKey", json!({"Tags": [{"TagKey": "aws:x", "TagValue": ""}]}), "TagException"),
            ("CreateAlias", json!({"AliasName": "logs", "TargetKeyId": id}), "InvalidAliasNameException"),
            ("CreateAlias", json!({"AliasName": "alias/x", "TargetKeyId": "y"}), "NotFoundException"),
            ("UpdateAlias", json!({"AliasName": "alias/x", "TargetKeyId": id}), "NotFoundException"),
            ("ScheduleKeyDeletion", json!({"KeyId": id, "PendingWindowInDays": 6}), "ValidationException"),
        ] {
            assert_eq!(code(&fixture, operation, request).await, expected, "{operation}");
        }
    }
}
