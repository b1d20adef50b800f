//! Temporary credentials in answers, and what events show of them.

use cairn_identity::{NewSession, TemporaryCredentials};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ApiError, Context, ErrorCode};

/// `Credentials` of the service model.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CredentialsShape {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}

/// The longest token, of which `SessionTokenUtilization` is told in percent.
const TOKEN_LENGTH_MAX: usize = 12 * 1024;

impl CredentialsShape {
    /// The key's id, its secret half, and the token.
    pub(super) fn parts(&self) -> [&str; 3] {
        [&self.access_key_id, &self.secret_access_key, &self.session_token]
    }

    /// The length of the token, and what that is of the longest one in percent.
    pub(super) fn token_size(&self) -> (Option<u32>, Option<u32>) {
        let length = self.session_token.len();
        (u32::try_from(length).ok(), u32::try_from((length * 100).div_ceil(TOKEN_LENGTH_MAX)).ok())
    }
}

impl From<TemporaryCredentials> for CredentialsShape {
    fn from(made: TemporaryCredentials) -> Self {
        Self {
            access_key_id: made.access_key_id,
            secret_access_key: made.secret_access_key.expose().to_owned(),
            session_token: made.session_token,
            expiration: made.expires.iso_seconds(),
        }
    }
}

/// A response as its event shows it: of the credentials, the key's id and the end alone.
pub(super) fn without_secrets(response: &impl Serialize) -> Value {
    let mut elements = serde_json::to_value(response).unwrap_or_default();
    if let Some(credentials) = elements.get_mut("Credentials").and_then(Value::as_object_mut) {
        credentials.retain(|name, _| name == "AccessKeyId" || name == "Expiration");
    }
    elements
}

/// A request as its event shows it: without the code of an MFA device.
pub(super) fn without_code(request: &impl Serialize) -> Value {
    let mut parameters = serde_json::to_value(request).unwrap_or_default();
    if let Some(members) = parameters.as_object_mut() {
        members.remove("TokenCode");
    }
    parameters
}

impl Context {
    /// Makes the credentials of a session.
    pub(super) fn issue(&self, new: NewSession) -> Result<CredentialsShape, ApiError> {
        let made = self.services.directory.issue(new);
        made.map(CredentialsShape::from).map_err(|error| {
            let message = format!("Packed policy consumes more than 100% of allotted space: {error}.");
            ApiError::new(ErrorCode::PackedPolicyTooLarge, message)
        })
    }
}
