//! Passwords: how people prove to the console who they are.

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::hashing::PASSWORD_LENGTH_MAX;
use crate::{Iam, IamError, PasswordPolicy, User};

/// A user's password and what goes with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginProfile {
    /// When it was made.
    pub created_at: Timestamp,
    /// When the password was last changed.
    pub changed_at: Timestamp,
    /// Whether the user must choose another one at the next sign-in.
    pub reset_required: bool,
    /// The Argon2id hash of the password, in PHC's form.
    pub(crate) hash: String,
    /// The hashes of those before it, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<String>,
}

/// How many earlier passwords are remembered: AWS's longest memory.
const EARLIER_MAX: usize = 24;

impl LoginProfile {
    /// A password whose hash this is, made now.
    pub(crate) fn new(hash: String, reset_required: bool, now: Timestamp) -> Self {
        Self { created_at: now, changed_at: now, reset_required, hash, earlier: Vec::new() }
    }

    /// Takes another password in place of the one before, which is remembered.
    pub(crate) fn put_hash(&mut self, hash: String, now: Timestamp) {
        self.earlier.insert(0, std::mem::replace(&mut self.hash, hash));
        self.earlier.truncate(EARLIER_MAX);
        self.changed_at = now;
    }
}

impl Iam {
    /// Gives a user a password.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::EntityAlreadyExists`] and [`IamError::PasswordPolicyViolation`].
    pub async fn create_login_profile(
        &self,
        account: AccountId,
        name: &str,
        (password, reset_required): (&str, bool),
    ) -> Result<LoginProfile, IamError> {
        let user = self.user_of_name(account, name)?;
        if user.login.is_some() {
            return Err(taken(&user.name));
        }
        self.check_password(account, &user.name, password)?;
        let now = self.now();
        let hash = self.hash(password).await?;
        let made = LoginProfile::new(hash, reset_required, now);
        self.change_user(account, name, |_, user| {
            if user.login.is_some() {
                return Err(taken(&user.name));
            }
            user.login = Some(made.clone());
            Ok(made)
        })
        .await
    }

    /// Changes a user's password, or whether the user must choose another one.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::PasswordPolicyViolation`].
    pub async fn update_login_profile(
        &self,
        account: AccountId,
        name: &str,
        (password, reset_required): (Option<&str>, Option<bool>),
    ) -> Result<(), IamError> {
        let user = self.user_of_name(account, name)?;
        let login = user.login.clone().ok_or_else(|| no_profile(name))?;
        let hash = match password {
            None => None,
            Some(password) => {
                self.check_password(account, &user.name, password)?;
                self.check_not_used_before(account, &login, password).await?;
                Some(self.hash(password).await?)
            }
        };
        let now = self.now();
        self.change_user(account, name, |_, user| {
            let login = user.login.as_mut().ok_or_else(|| no_profile(name))?;
            login.reset_required = reset_required.unwrap_or(login.reset_required);
            if let Some(hash) = hash {
                login.put_hash(hash, now);
            }
            Ok(())
        })
        .await
    }

    /// Changes the password of a user who knows the old one.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::PasswordPolicyViolation`], and [`IamError::AccessDenied`] where the old
    /// password is wrong or users may not change theirs.
    pub async fn change_password(
        &self,
        account: AccountId,
        name: &str,
        (old, new): (&str, &str),
    ) -> Result<(), IamError> {
        let may = self.password_policy(account).is_none_or(|policy| policy.allow_users_to_change_password);
        let reset_required = self.user_of_name(account, name)?.login.as_ref().is_some_and(|login| login.reset_required);
        if !may && !reset_required {
            return Err(IamError::AccessDenied("Users of this account may not change their passwords.".to_owned()));
        }
        if !self.verify_password(account, name, old).await {
            return Err(IamError::AccessDenied("The old password was incorrect.".to_owned()));
        }
        self.update_login_profile(account, name, (Some(new), Some(false))).await
    }

    /// Takes a user's password away.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn delete_login_profile(&self, account: AccountId, name: &str) -> Result<(), IamError> {
        self.change_user(account, name, |_, user| user.login.take().map(drop).ok_or_else(|| no_profile(name))).await
    }

    /// Whether this is the user's password. It takes as long for a user who is not there or has none.
    pub async fn verify_password(&self, account: AccountId, name: &str, password: &str) -> bool {
        let login = self.user(account, name).and_then(|user| user.login.clone());
        self.matches(login.as_ref(), password).await
    }

    pub(crate) fn check_password(&self, account: AccountId, name: &str, password: &str) -> Result<(), IamError> {
        let refused = |message: &str| Err(IamError::PasswordPolicyViolation(message.to_owned()));
        if password.is_empty() || password.chars().count() > PASSWORD_LENGTH_MAX {
            return refused("Password should have between 1 and 128 characters.");
        }
        if !password.chars().all(|c| !c.is_control() && u32::from(c) <= 0xff) {
            return refused("Password contains a character that is not allowed.");
        }
        match self.password_policy(account) {
            Some(policy) => policy.check(password).or_else(|message| refused(&message)),
            None => PasswordPolicy::check_without(name, password).or_else(|message| refused(&message)),
        }
    }

    pub(crate) async fn check_not_used_before(
        &self,
        account: AccountId,
        login: &LoginProfile,
        password: &str,
    ) -> Result<(), IamError> {
        let policy = self.password_policy(account).and_then(|policy| policy.reuse_prevention);
        let remembered = usize::try_from(policy.unwrap_or(0)).unwrap_or(0);
        let hashes = std::iter::once(&login.hash).chain(&login.earlier).take(remembered).cloned().collect();
        if self.matches_any(hashes, password).await {
            let message = "Password does not meet policy: it was used before.";
            return Err(IamError::PasswordPolicyViolation(message.to_owned()));
        }
        Ok(())
    }

    pub(crate) fn user_of_name(&self, account: AccountId, name: &str) -> Result<std::sync::Arc<User>, IamError> {
        crate::users::existing(&self.read(), account, name)
    }
}

fn no_profile(name: &str) -> IamError {
    IamError::NoSuchEntity(format!("Login Profile for User {name} cannot be found."))
}

fn taken(name: &str) -> IamError {
    IamError::EntityAlreadyExists(format!("Login Profile for user {name} already exists."))
}

impl std::fmt::Debug for LoginProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginProfile").field("created_at", &self.created_at).finish_non_exhaustive()
    }
}
