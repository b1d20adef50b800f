//! Identity providers as operations find them: those of the settings, which calls do not change, and those that calls made.

use cairn_iam::IamError;

use super::requests::required;
use crate::{ApiError, Context};

impl Context {
    /// The ARN of a provider of the caller's account that calls may change, whether or not there is one.
    pub(super) fn changeable_provider(
        &self,
        arn: Option<String>,
        refuse: fn(IamError) -> ApiError,
    ) -> Result<String, ApiError> {
        let arn = required("openIDConnectProviderArn", arn)?;
        if self.is_declared_provider(&arn) {
            let message = format!("The identity provider {arn} stands in the settings and cannot be changed by calls.");
            return Err(refuse(IamError::UnmodifiableEntity(message)));
        }
        if arn.starts_with(&format!("arn:aws:iam::{}:oidc-provider/", self.caller.account)) {
            return Ok(arn);
        }
        let shown: String = arn.chars().take(256).collect();
        Err(refuse(IamError::InvalidInput(format!("Invalid ARN: {shown}"))))
    }

    /// Whether a provider stands in the settings.
    pub(super) fn is_declared_provider(&self, arn: &str) -> bool {
        self.services.sign_in.providers(self.caller.account).iter().any(|provider| provider.arn() == arn)
    }
}
