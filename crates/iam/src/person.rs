//! People who sign in: a user or an account's root, each with a password.

use std::time::Duration;

use cairn_model::AccountId;
use zeroize::Zeroizing;

use crate::image::Change;
use crate::{Account, Iam, IamError, LoginProfile, MfaDevice};

/// Who signs in to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person<'n> {
    /// The account's root.
    Root,
    /// The user of this name.
    User(&'n str),
}

/// Whether a password that is right may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordState {
    /// It may.
    Usable,
    /// Another one must be chosen first.
    MustChange,
    /// Too old, and only an administrator can change it.
    Expired,
}

const DAY: Duration = Duration::from_hours(24);
/// No letters or digits that look alike.
const BOOTSTRAP_ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const BOOTSTRAP_LENGTH: usize = 24;

impl Iam {
    /// The account that has this name for people.
    pub fn account_of_alias(&self, alias: &str) -> Option<AccountId> {
        self.read().accounts().find(|account| account.alias.as_deref() == Some(alias)).map(|account| account.id)
    }

    /// The password of a person, where it has one.
    pub fn login(&self, account: AccountId, person: Person<'_>) -> Option<LoginProfile> {
        match person {
            Person::Root => self.read().account(account)?.root_login.clone(),
            Person::User(name) => self.user(account, name)?.login.clone(),
        }
    }

    /// Whether a password that is right may be used now, by the account's rule for passwords.
    pub fn password_state(&self, account: AccountId, person: Person<'_>, login: &LoginProfile) -> PasswordState {
        let policy = self.password_policy(account).filter(|_| person != Person::Root);
        let oldest = policy.as_ref().and_then(|policy| policy.max_age_days).map(|days| DAY * days);
        let is_old = oldest.is_some_and(|oldest| self.now().since(login.changed_at) >= oldest);
        let is_hard = policy.is_some_and(|policy| policy.hard_expiry == Some(true));
        match (is_old, login.reset_required) {
            (true, _) if is_hard => PasswordState::Expired,
            (true, _) | (_, true) => PasswordState::MustChange,
            (false, false) => PasswordState::Usable,
        }
    }

    /// Gives a person another password, which was asked for the one before.
    ///
    /// # Errors
    /// [`IamError::PasswordPolicyViolation`], also where it is the one before, [`IamError::AccessDenied`] where users may
    /// not change theirs and need not, and [`IamError::NoSuchEntity`].
    pub async fn choose_password(&self, account: AccountId, person: Person<'_>, new: &str) -> Result<(), IamError> {
        let no_password = || IamError::NoSuchEntity("There is no password to change.".to_owned());
        let login = self.login(account, person).ok_or_else(no_password)?;
        if self.matches(Some(&login), new).await {
            return Err(IamError::PasswordPolicyViolation("The new password is the one before.".to_owned()));
        }
        match person {
            Person::User(name) => {
                let may = self.password_policy(account).is_none_or(|policy| policy.allow_users_to_change_password);
                if !may && self.password_state(account, person, &login) == PasswordState::Usable {
                    let message = "Users of this account may not change their passwords.";
                    return Err(IamError::AccessDenied(message.to_owned()));
                }
                self.update_login_profile(account, name, (Some(new), Some(false))).await
            }
            Person::Root => {
                self.check_password(account, "root", new)?;
                self.check_not_used_before(account, &login, new).await?;
                let (hash, now) = (self.hash(new).await?, self.now());
                self.change_account(account, |account| {
                    let login = account.root_login.as_mut().ok_or_else(no_password)?;
                    login.put_hash(hash, now);
                    login.reset_required = false;
                    Ok(())
                })
                .await
            }
        }
    }

    /// Notes that a person signed in now.
    ///
    /// # Errors
    /// When the database fails, or the person is gone.
    pub async fn note_signed_in(&self, account: AccountId, person: Person<'_>) -> Result<(), IamError> {
        let now = self.now();
        match person {
            Person::Root => {
                let note = self.change_account(account, |account| {
                    account.root_password_last_used = Some(now);
                    Ok(())
                });
                note.await
            }
            Person::User(name) => {
                let note = self.change_user(account, name, |_, user| {
                    user.password_last_used = Some(now);
                    Ok(())
                });
                note.await
            }
        }
    }

    /// Gives an account's root another password, which must be changed when it is first used, and takes its MFA devices from it:
    /// the way back for whoever can start the server.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset_root(&self, account: AccountId) -> Result<Zeroizing<String>, IamError> {
        let password = self.new_password();
        let (hash, now) = (self.hash(&password).await?, self.now());
        self.change(|image, changes| {
            let mut found = image.account(account).cloned().unwrap_or_else(|| Account::empty(account));
            found.root_login = Some(LoginProfile::new(hash, true, now));
            changes.push(Change::PutAccount(found));
            let devices = image.devices_of(account.as_str()).map(|device| MfaDevice::clone(device));
            changes.extend(devices.map(|device| Change::PutDevice(device.without_owner())));
            Ok(())
        })
        .await?;
        Ok(password)
    }

    fn new_password(&self) -> Zeroizing<String> {
        Zeroizing::new(self.environment().random.text(BOOTSTRAP_ALPHABET, BOOTSTRAP_LENGTH))
    }

    /// Gives an account's root that has no password one that must be changed when it is first used; `None` where it has
    /// one already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bootstrap_root(&self, account: AccountId) -> Result<Option<Zeroizing<String>>, IamError> {
        if self.login(account, Person::Root).is_some() {
            return Ok(None);
        }
        let password = self.new_password();
        let (hash, now) = (self.hash(&password).await?, self.now());
        self.change_account(account, |account| {
            account.root_login = Some(LoginProfile::new(hash, true, now));
            Ok(())
        })
        .await?;
        Ok(Some(password))
    }
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;
    use cairn_model::Timestamp;

    use super::*;
    use crate::fixture::{ACCOUNT, Fixture};
    use crate::{PasswordPolicy, RequiredLetters};

    #[tokio::test]
    async fn root_is_given_one_password_which_must_be_changed() {
        let iam = Fixture::new().open().await;
        let given = iam.bootstrap_root(ACCOUNT).await.unwrap().unwrap();
        assert!(iam.bootstrap_root(ACCOUNT).await.unwrap().is_none());
        let login = || iam.login(ACCOUNT, Person::Root).unwrap();
        assert!(iam.matches(Some(&login()), &given).await && !iam.matches(None, &given).await);
        assert_eq!(iam.password_state(ACCOUNT, Person::Root, &login()), PasswordState::MustChange);
        for bad in ["short", &given] {
            let refused = iam.choose_password(ACCOUNT, Person::Root, bad).await;
            assert!(matches!(refused, Err(IamError::PasswordPolicyViolation(_))));
        }
        iam.choose_password(ACCOUNT, Person::Root, "Another-password-1").await.unwrap();
        assert_eq!(iam.password_state(ACCOUNT, Person::Root, &login()), PasswordState::Usable);
        assert!(!iam.matches(Some(&login()), &given).await);
        // What is longer than a password can be is none, also where its beginning is one.
        let long = "Aa1-".repeat(32);
        iam.choose_password(ACCOUNT, Person::Root, &long).await.unwrap();
        assert!(iam.matches(Some(&login()), &long).await);
        assert!(!iam.matches(Some(&login()), &format!("{long}x")).await);
    }

    #[tokio::test]
    async fn passwords_grow_old_and_ended_sessions_are_remembered_until_their_end() {
        let (environment, clock) = Environment::simulated(7, Timestamp::from_unix_seconds(1_790_000_000));
        let fixture = Fixture::within(environment);
        let iam = fixture.open().await;
        iam.create_user(ACCOUNT, ("/", "alice"), &[], None).await.unwrap();
        iam.create_login_profile(ACCOUNT, "alice", ("Correct-horse-1", false)).await.unwrap();
        let alice = Person::User("alice");
        let policy = |hard_expiry| PasswordPolicy {
            minimum_length: 8,
            require_symbols: false,
            require_numbers: false,
            letters: RequiredLetters::default(),
            allow_users_to_change_password: false,
            max_age_days: Some(1),
            reuse_prevention: None,
            hard_expiry,
        };
        let state = || iam.password_state(ACCOUNT, alice, &iam.login(ACCOUNT, alice).unwrap());
        iam.set_password_policy(ACCOUNT, Some(policy(None))).await.unwrap();
        assert_eq!(state(), PasswordState::Usable);
        let refused = iam.choose_password(ACCOUNT, alice, "Other-horse-1").await;
        assert!(matches!(refused, Err(IamError::AccessDenied(_))));
        let soon = iam.now().plus(Duration::from_hours(1));
        iam.end_session("ASIA1", soon).await.unwrap();
        assert!(iam.is_session_ended("ASIA1") && fixture.open().await.is_session_ended("ASIA1"));
        clock.step(86_400_000);
        assert_eq!(state(), PasswordState::MustChange);
        iam.set_password_policy(ACCOUNT, Some(policy(Some(true)))).await.unwrap();
        assert_eq!(state(), PasswordState::Expired);
        iam.set_password_policy(ACCOUNT, Some(policy(None))).await.unwrap();
        iam.choose_password(ACCOUNT, alice, "Other-horse-1").await.unwrap();
        assert_eq!(state(), PasswordState::Usable);
        let before = iam.now();
        iam.note_signed_in(ACCOUNT, alice).await.unwrap();
        let last_used = iam.user(ACCOUNT, "alice").unwrap().password_last_used.unwrap();
        assert!((before..=iam.now()).contains(&last_used));
        iam.end_session("ASIA2", iam.now().plus(Duration::from_hours(1))).await.unwrap();
        assert!(!iam.is_session_ended("ASIA1") && iam.is_session_ended("ASIA2"));
    }
}
