//! What an account as a whole has: its alias and its rule for passwords.

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::image::Change;
use crate::{Iam, IamError, LoginProfile};

/// What an account has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The rule for its users' passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_policy: Option<PasswordPolicy>,
    /// The password of its root, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_login: Option<LoginProfile>,
    /// When its root last signed in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_password_last_used: Option<Timestamp>,
}

/// What passwords must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// From 6 to 128 characters.
    pub minimum_length: u32,
    /// Whether a sign is needed.
    pub require_symbols: bool,
    /// Whether a digit is needed.
    pub require_numbers: bool,
    /// Which letters are needed.
    pub letters: RequiredLetters,
    /// Whether users may change their own passwords.
    pub allow_users_to_change_password: bool,
    /// After how many days a password is too old, from 1 to 1095.
    pub max_age_days: Option<u32>,
    /// How many earlier passwords may not be taken again, from 1 to 24.
    pub reuse_prevention: Option<u32>,
    /// Whether only an administrator can change one that is too old.
    pub hard_expiry: Option<bool>,
}

/// Which letters a password must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RequiredLetters {
    /// A capital one.
    pub uppercase: bool,
    /// A small one.
    pub lowercase: bool,
}

/// Whether a kind of characters is needed, which they are, and their name.
type Rule = (bool, fn(char) -> bool, &'static str);

const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

impl PasswordPolicy {
    /// Whether a password is as it must be.
    pub(crate) fn check(&self, password: &str) -> Result<(), String> {
        let least = usize::try_from(self.minimum_length).unwrap_or(usize::MAX);
        if password.chars().count() < least {
            return Err(format!("Password should have a minimum length of {least}"));
        }
        let rules: [Rule; 4] = [
            (self.letters.uppercase, |c| c.is_ascii_uppercase(), "uppercase letter"),
            (self.letters.lowercase, |c| c.is_ascii_lowercase(), "lowercase letter"),
            (self.require_numbers, |c| c.is_ascii_digit(), "number"),
            (self.require_symbols, |c| SYMBOLS.contains(c), "symbol"),
        ];
        let broken = rules.iter().find(|(needed, is_one, _)| *needed && !password.chars().any(is_one));
        broken.map_or(Ok(()), |(_, _, what)| Err(format!("Password should have at least one {what}")))
    }

    /// The same in an account without a policy: eight characters, three kinds of them, and not the user's name.
    pub(crate) fn check_without(name: &str, password: &str) -> Result<(), String> {
        if password.chars().count() < 8 {
            return Err("Password should have a minimum length of 8".to_owned());
        }
        let kinds: [fn(char) -> bool; 4] =
            [|c| c.is_ascii_uppercase(), |c| c.is_ascii_lowercase(), |c| c.is_ascii_digit(), |c| SYMBOLS.contains(c)];
        if kinds.iter().filter(|is_one| password.chars().any(*is_one)).count() < 3 {
            let message =
                "Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols";
            return Err(message.to_owned());
        }
        if password.eq_ignore_ascii_case(name) {
            return Err("Password may not be the user's name".to_owned());
        }
        Ok(())
    }
}

impl Account {
    /// One that was never given anything.
    pub(crate) fn empty(id: AccountId) -> Self {
        Self { id, alias: None, password_policy: None, root_login: None, root_password_last_used: None }
    }
}

impl Iam {
    /// What an account has; nothing where it was never given anything.
    pub fn account(&self, id: AccountId) -> Account {
        let found = self.read().account(id).cloned();
        found.unwrap_or_else(|| Account::empty(id))
    }

    /// The rule for an account's passwords, where it has one of its own.
    pub fn password_policy(&self, account: AccountId) -> Option<PasswordPolicy> {
        self.account(account).password_policy
    }

    /// Gives or takes the rule for an account's passwords.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] where there is none to take, [`IamError::Validation`].
    pub async fn set_password_policy(
        &self,
        account: AccountId,
        policy: Option<PasswordPolicy>,
    ) -> Result<(), IamError> {
        for (member, value, least, most) in policy.iter().flat_map(|policy| {
            [
                ("minimumPasswordLength", Some(policy.minimum_length), 6, 128),
                ("maxPasswordAge", policy.max_age_days, 1, 1095),
                ("passwordReusePrevention", policy.reuse_prevention, 1, 24),
            ]
        }) {
            if let Some(value) = value.filter(|value| !(least..=most).contains(value)) {
                return Err(IamError::Validation(format!(
                    "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member \
                     must have value between {least} and {most}"
                )));
            }
        }
        self.change_account(account, |account| {
            if policy.is_none() && account.password_policy.is_none() {
                let message = format!("The Password Policy with domain name {} cannot be found.", account.id);
                return Err(IamError::NoSuchEntity(message));
            }
            account.password_policy = policy;
            Ok(())
        })
        .await
    }

    /// Gives an account a name for people, which no other account has.
    ///
    /// # Errors
    /// [`IamError::EntityAlreadyExists`] and [`IamError::Validation`].
    pub async fn create_account_alias(&self, account: AccountId, alias: &str) -> Result<(), IamError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = (3..=63).contains(&alias.len())
            && alias.bytes().all(allowed)
            && !alias.starts_with('-')
            && !alias.ends_with('-')
            && !alias.contains("--");
        if !is_name {
            return Err(IamError::Validation(
                "1 validation error detected: Value at 'accountAlias' failed to satisfy constraint: Member must be of 3 \
                 to 63 small letters, digits and single dashes between them"
                    .to_owned(),
            ));
        }
        self.change(|image, changes| {
            if image.accounts().any(|other| other.id != account && other.alias.as_deref() == Some(alias)) {
                let message = format!("The account alias {alias} already exists.");
                return Err(IamError::EntityAlreadyExists(message));
            }
            let found = image.account(account).cloned();
            let found = found.unwrap_or_else(|| Account::empty(account));
            changes.push(Change::PutAccount(Account { alias: Some(alias.to_owned()), ..found }));
            Ok(())
        })
        .await
    }

    /// Takes an account's name away.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] where it has another one, or none.
    pub async fn delete_account_alias(&self, account: AccountId, alias: &str) -> Result<(), IamError> {
        self.change_account(account, |account| {
            if account.alias.as_deref() != Some(alias) {
                let message = format!("The account alias {alias} cannot be found.");
                return Err(IamError::NoSuchEntity(message));
            }
            account.alias = None;
            Ok(())
        })
        .await
    }

    pub(crate) async fn change_account<T>(
        &self,
        id: AccountId,
        change: impl FnOnce(&mut Account) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        self.change(|image, changes| {
            let found = image.account(id).cloned();
            let mut account = found.unwrap_or_else(|| Account::empty(id));
            let answer = change(&mut account)?;
            changes.push(Change::PutAccount(account));
            Ok(answer)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_held_to_their_rule() {
        let policy = PasswordPolicy {
            minimum_length: 10,
            require_symbols: true,
            require_numbers: true,
            letters: RequiredLetters { uppercase: true, lowercase: true },
            allow_users_to_change_password: true,
            max_age_days: None,
            reuse_prevention: None,
            hard_expiry: None,
        };
        assert_eq!(policy.check("Aa1!aaaaaa"), Ok(()));
        for bad in ["Aa1!aaaaa", "aa1!aaaaaa", "AA1!AAAAAA", "Aaa!aaaaaa", "Aa11aaaaaa"] {
            assert!(policy.check(bad).is_err(), "{bad}");
        }
        assert_eq!(PasswordPolicy::check_without("bob", "aaaaAAA1"), Ok(()));
        for bad in ["aA1!", "aaaaaaaa", "aaaaAAAA", "Aa1-long"] {
            assert!(PasswordPolicy::check_without("aa1-LONG", bad).is_err(), "{bad}");
        }
    }
}
