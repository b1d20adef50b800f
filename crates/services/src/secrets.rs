//! What a record must not show, and the marker that stands in its place.

use serde_json::{Map, Value, json};

use crate::model::Structure;
use crate::tables::ServiceTable;

/// What CloudTrail writes in place of a secret.
pub(crate) const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Ends of the names of members that hold secrets in whatever service, without capitals.
const SECRET_ENDINGS: &[&str] = &[
    "accesstoken",
    "authtoken",
    "clientsecret",
    "password",
    "privatekey",
    "refreshtoken",
    "samlassertion",
    "secretaccesskey",
    "secretbinary",
    "secretkey",
    "secretstring",
    "securitytoken",
    "sessiontoken",
    "ssecustomerkey",
    "tokencode",
    "tokenvalue",
    "webidentitytoken",
];

/// Members that hold content or secrets by what the service is.
const SECRETS: &[(&str, &[&str])] = &[
    ("dynamodb", &["AttributeUpdates", "ExpressionAttributeValues", "Item", "Parameters"]),
    ("ec2", &["UserData", "userData"]),
    ("events", &["Detail"]),
    ("firehose", &["Data"]),
    ("iam", &["AuthenticationCode1", "AuthenticationCode2", "Base32StringSeed", "QRCodePNG"]),
    ("kinesis", &["Data"]),
    ("kms", &["CiphertextBlob", "EncryptedKeyMaterial", "ImportToken", "Plaintext"]),
    ("lambda", &["Payload", "ZipFile"]),
    ("sns", &["Message", "MessageAttributes", "Subject"]),
    ("sqs", &["MessageAttributes", "MessageBody"]),
    ("ssm", &["Parameters"]),
    ("stepfunctions", &["input", "output"]),
    ("sts", &["SAMLAssertion", "TokenCode", "WebIdentityToken"]),
];

/// Members that models call sensitive and that records show all the same.
const SHOWN: &[&str] = &["KMSKeyId", "KMSMasterKeyID", "KmsKeyId", "SSEKMSKeyId", "accessKeyId"];

/// Whether a member is a secret by its name.
pub(crate) fn is_secret(service: Option<&ServiceTable>, member: &str) -> bool {
    let by_service = service.is_some_and(|service| {
        SECRETS.iter().any(|(name, members)| *name == service.name && members.contains(&member))
    });
    by_service || is_secret_anywhere(member)
}

/// Whether a member is a secret in whatever service.
pub(crate) fn is_secret_anywhere(member: &str) -> bool {
    let plain: String = member.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    SECRET_ENDINGS.iter().any(|ending| plain.ends_with(ending))
}

/// Whether a member is a secret by what stands beside it. In API Gateway a `value` is an API key where it has a name, and
/// in a patch it is what the path says; elsewhere it is any value.
pub(crate) fn is_secret_beside(
    service: &ServiceTable,
    member: &str,
    structure: &Structure,
    sent: &Map<String, Value>,
) -> bool {
    if service.name != "apigateway" || member != "value" {
        return false;
    }
    let has = |name: &str| structure.members.iter().any(|member| member.name == name);
    let changed = sent.get("path").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    has("name") || (has("path") && changed.is_some_and(|changed| changed == "value" || is_secret_anywhere(changed)))
}

/// Whether a member that the model calls sensitive is shown.
pub(crate) fn is_shown(member: &str) -> bool {
    SHOWN.contains(&member)
}

/// The marker as a value.
pub(crate) fn hidden() -> Value {
    json!(HIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn secrets_are_told_by_their_names() {
        for name in [
            "MasterUserPassword",
            "SecretAccessKey",
            "SessionToken",
            "x-amz-server-side-encryption-customer-key",
            "OldPassword",
        ] {
            assert_eq!(is_secret_anywhere(name), !name.starts_with("x-amz"), "{name}");
        }
        for name in ["NextToken", "ClientRequestToken", "PasswordResetRequired", "SecretId", "KeyId"] {
            assert!(!is_secret_anywhere(name), "{name}");
        }
    }

    #[test]
    fn every_service_of_the_list_is_in_the_tables() {
        for (service, _) in SECRETS {
            assert!(tables::named(service).is_some(), "{service}");
        }
        assert!(is_secret(tables::named("sns"), "Message"));
        assert!(!is_secret(tables::named("sns"), "TopicArn"));
    }
}
