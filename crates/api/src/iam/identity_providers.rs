//! Identity providers as operations find them: those of the settings, which calls do not change, and those that calls made.

use cairn_iam::IamError;

use crate::Context;

impl Context {
    /// Passes the ARN of a provider of the caller's account that calls may change, whether or not there is one.
    ///
    /// # Errors
    /// [`IamError::UnmodifiableEntity`] for one of the settings, and [`IamError::InvalidInput`].
    pub(super) fn check_changeable_provider(&self, arn: &str) -> Result<(), IamError> {
        if self.is_declared_provider(arn) {
            let message = format!("The identity provider {arn} stands in the settings and cannot be changed by calls.");
            return Err(IamError::UnmodifiableEntity(message));
        }
        if arn.starts_with(&format!("arn:aws:iam::{}:oidc-provider/", self.caller.account)) {
            return Ok(());
        }
        let shown: String = arn.chars().take(256).collect();
        Err(IamError::InvalidInput(format!("Invalid ARN: {shown}")))
    }

    /// Whether a provider stands in the settings.
    pub(super) fn is_declared_provider(&self, arn: &str) -> bool {
        self.services.sign_in.providers(self.caller.account).iter().any(|provider| provider.arn() == arn)
    }
}
