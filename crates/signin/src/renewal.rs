//! Credentials of somebody who signed in, made to count for longer.

use cairn_iam::Person;
use cairn_identity::{Caller, Principal};
use cairn_model::Timestamp;

use crate::{SignIn, SignedIn};

/// Why credentials are not renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRenewed {
    /// They are those of no sign-in, or of root's.
    #[error("Only credentials of a sign-in can be renewed, and not those of root.")]
    OfNoSignIn,
    /// The sign-in was too long ago, or its password is not the user's any more.
    #[error("These credentials cannot be renewed any longer. Sign in again.")]
    Over,
}

impl SignIn {
    /// Renews the credentials of a caller, who has signed with them at this time: the key and its secret stay, the token is
    /// new and counts for another session, but not for longer than the sign-in may last.
    ///
    /// # Errors
    /// [`NotRenewed`]
    pub fn renew(&self, caller: &Caller, token: &str, at: Timestamp) -> Result<SignedIn, NotRenewed> {
        let parts = &*self.0;
        let session = caller.session.as_deref().ok_or(NotRenewed::OfNoSignIn)?;
        let renewable = session.renewable.ok_or(NotRenewed::OfNoSignIn)?;
        // The settings may have changed since the sign-in: the shorter time counts. The token keeps its own, since older
        // tokens of the sign-in may count until then, and a sign-out ends them too.
        let until = renewable.until.min(session.created.plus(parts.settings.renewable));
        if until <= session.expires || self.password_of(caller) != renewable.password_chosen_at {
            return Err(NotRenewed::Over);
        }
        let expires = at.plus(parts.settings.session).min(until).max(session.expires);
        let own = (&*caller.access_key_id, token);
        let credentials = parts.directory.prolong(own, expires, renewable).ok_or(NotRenewed::OfNoSignIn)?;
        let with_mfa = session.authenticated_with_mfa.is_some();
        let caller = caller.clone();
        Ok(SignedIn { caller, credentials, with_mfa, breaks_glass: false, renewable_until: Some(until) })
    }

    /// When the password of a user was chosen. Others sign in without one.
    fn password_of(&self, caller: &Caller) -> Option<Timestamp> {
        let Principal::User(user) = &caller.principal else { return None };
        Some(self.0.iam.login(caller.account, Person::User(&user.name))?.changed_at)
    }
}
