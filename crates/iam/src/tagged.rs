//! What tags hang on: users, roles, managed policies, MFA devices and identity providers alike.

use cairn_model::AccountId;

use crate::{Iam, IamError, Tags, identity_provider, mfa, policies, roles, tags, users};

/// What has tags, as requests name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tagged {
    /// The user of this name.
    User(String),
    /// The role of this name.
    Role(String),
    /// The managed policy of this ARN.
    Policy(String),
    /// The virtual MFA device of this serial number.
    MfaDevice(String),
    /// The identity provider of this ARN, which a call made.
    IdentityProvider(String),
}

impl Iam {
    /// The tags of something in an account.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], and [`IamError::InvalidInput`] for a policy by what is no ARN.
    pub fn tags(&self, account: AccountId, tagged: &Tagged) -> Result<Tags, IamError> {
        let image = self.read();
        Ok(match tagged {
            Tagged::User(name) => users::existing(&image, account, name)?.tags.clone(),
            Tagged::Role(name) => roles::existing(&image, account, name)?.tags.clone(),
            Tagged::Policy(arn) => policies::existing(&image, account, arn)?.tags.clone(),
            Tagged::MfaDevice(serial) => mfa::existing(&image, account, serial)?.tags.clone(),
            Tagged::IdentityProvider(arn) => identity_provider::existing(&image, account, arn)?.tags.clone(),
        })
    }

    /// Adds tags; a key that is there already takes the new value.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::InvalidInput`], [`IamError::LimitExceeded`], [`IamError::Validation`].
    pub async fn tag(&self, account: AccountId, tagged: &Tagged, added: &[(String, String)]) -> Result<(), IamError> {
        self.change_tags(account, tagged, |tags| tags::add(tags, added)).await
    }

    /// Takes tags away; keys that are not there do not matter.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn untag(&self, account: AccountId, tagged: &Tagged, keys: &[String]) -> Result<(), IamError> {
        let untag = |tags: &mut Tags| {
            tags::remove(tags, keys);
            Ok(())
        };
        self.change_tags(account, tagged, untag).await
    }

    async fn change_tags(
        &self,
        account: AccountId,
        tagged: &Tagged,
        change: impl FnOnce(&mut Tags) -> Result<(), IamError>,
    ) -> Result<(), IamError> {
        match tagged {
            Tagged::User(name) => self.change_user(account, name, |_, user| change(&mut user.tags)).await,
            Tagged::Role(name) => self.change_role(account, name, |role| change(&mut role.tags)).await.map(drop),
            Tagged::Policy(arn) => self.change_policy(account, arn, |policy| change(&mut policy.tags)).await,
            Tagged::MfaDevice(serial) => self.change_device(account, serial, |device| change(&mut device.tags)).await,
            Tagged::IdentityProvider(arn) => {
                self.change_identity_provider(account, arn, |provider| change(&mut provider.tags)).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewRole;
    use crate::fixture::{ACCOUNT, Fixture, READS, TRUST};

    fn tag(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[tokio::test]
    async fn everything_that_has_tags_is_tagged_alike_and_keeps_its_tags_over_a_start() {
        let fixture = Fixture::new();
        let iam = fixture.open().await;
        iam.create_user(ACCOUNT, ("/", "alice"), &[], None).await.unwrap();
        let role = NewRole {
            name: "ops".into(),
            path: "/".into(),
            description: None,
            trust: TRUST.into(),
            max_session_seconds: None,
            tags: Vec::new(),
            boundary: None,
        };
        iam.create_role(ACCOUNT, role).await.unwrap();
        let policy = iam.create_policy(ACCOUNT, ("/", "reads"), READS, (None, &[])).await.unwrap();
        let (device, _) = iam.create_virtual_mfa_device(ACCOUNT, ("/", "phone"), &[]).await.unwrap();
        let url = "https://login.example.com";
        let provider = iam.create_identity_provider((ACCOUNT, url), (Vec::new(), Vec::new()), &[]).await.unwrap();
        let all = [
            Tagged::User("alice".into()),
            Tagged::Role("ops".into()),
            Tagged::Policy(policy.arn()),
            Tagged::MfaDevice(device.serial),
            Tagged::IdentityProvider(provider.arn()),
        ];
        let other = AccountId::parse("210987654321").unwrap();
        for tagged in &all {
            iam.tag(ACCOUNT, tagged, &[tag("team", "ops"), tag("cost", "1")]).await.unwrap();
            iam.tag(ACCOUNT, tagged, &[tag("Team", "dev")]).await.unwrap();
            iam.untag(ACCOUNT, tagged, &["cost".to_owned(), "none".to_owned()]).await.unwrap();
            let refused = iam.tag(ACCOUNT, tagged, &[tag("aws:x", "")]).await;
            assert!(matches!(refused, Err(IamError::InvalidInput(_))), "{tagged:?}");
            assert!(matches!(iam.tag(other, tagged, &[]).await, Err(IamError::NoSuchEntity(_))), "{tagged:?}");
            assert!(matches!(iam.untag(other, tagged, &[]).await, Err(IamError::NoSuchEntity(_))), "{tagged:?}");
            assert!(matches!(iam.tags(other, tagged), Err(IamError::NoSuchEntity(_))), "{tagged:?}");
        }
        drop(iam);
        let iam = fixture.open().await;
        for tagged in &all {
            assert_eq!(iam.tags(ACCOUNT, tagged).unwrap(), Tags::from([tag("Team", "dev")]), "{tagged:?}");
        }
    }
}
