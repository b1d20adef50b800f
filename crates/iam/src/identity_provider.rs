//! Identity providers by `OpenID` Connect that calls made. Those of the settings are not here.

use std::sync::Arc;

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::image::{Change, Image};
use crate::{Iam, IamError, Tags, tags};

const PROVIDERS_MAX: usize = 100;
const CLIENT_IDS_MAX: usize = 100;
const THUMBPRINTS_MAX: usize = 5;
const URL_LENGTH_MAX: usize = 255;
const CLIENT_ID_LENGTH_MAX: usize = 255;
/// Of a SHA-1 in hexadecimal digits.
const THUMBPRINT_LENGTH: usize = 40;

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// Which account believes it.
    pub account: AccountId,
    /// The issuer, as tokens have it: `https://login.example.com/realms/staff`.
    pub url: String,
    /// For whom its tokens may be made.
    pub client_ids: Vec<String>,
    /// What its callers said of its certificates. They are kept: what counts is what the system's roots vouch for.
    pub thumbprints: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

impl IdentityProvider {
    /// `arn:aws:iam::123456789012:oidc-provider/login.example.com/realms/staff`
    pub fn arn(&self) -> String {
        let name = self.url.split_once("://").map_or(&*self.url, |(_, name)| name);
        format!("arn:aws:iam::{}:oidc-provider/{}", self.account, name.trim_end_matches('/'))
    }
}

impl Iam {
    /// The provider of this ARN.
    pub fn identity_provider(&self, arn: &str) -> Option<Arc<IdentityProvider>> {
        self.read().identity_provider(arn).cloned()
    }

    /// The provider of an account with this issuer.
    pub fn identity_provider_of(&self, account: AccountId, issuer: &str) -> Option<Arc<IdentityProvider>> {
        let image = self.read();
        let mut found = image.identity_providers().filter(|provider| provider.account == account);
        found.find(|provider| provider.url == issuer).cloned()
    }

    /// Those of an account in the order of their ARNs.
    pub fn list_identity_providers(&self, account: AccountId) -> Vec<Arc<IdentityProvider>> {
        self.read().identity_providers().filter(|provider| provider.account == account).cloned().collect()
    }

    /// Makes a provider.
    ///
    /// # Errors
    /// [`IamError::InvalidInput`], [`IamError::Validation`], [`IamError::EntityAlreadyExists`] and [`IamError::LimitExceeded`].
    pub async fn create_identity_provider(
        &self,
        (account, url): (AccountId, &str),
        (client_ids, thumbprints): (Vec<String>, Vec<String>),
        new_tags: &[(String, String)],
    ) -> Result<IdentityProvider, IamError> {
        check_url(url)?;
        check_client_ids(&client_ids)?;
        check_thumbprints(&thumbprints)?;
        let mut tags = Tags::new();
        tags::add(&mut tags, new_tags)?;
        let created_at = self.now();
        let made = IdentityProvider { account, url: url.to_owned(), client_ids, thumbprints, created_at, tags };
        self.change(|image, changes| {
            if image.identity_provider(&made.arn()).is_some() {
                return Err(IamError::EntityAlreadyExists(format!("Provider with url {url} already exists.")));
            }
            if image.identity_providers().filter(|provider| provider.account == account).count() >= PROVIDERS_MAX {
                let message = format!("Cannot exceed quota for OpenIdConnectProvidersPerAccount: {PROVIDERS_MAX}");
                return Err(IamError::LimitExceeded(message));
            }
            changes.push(Change::PutIdentityProvider(made.clone()));
            Ok(made)
        })
        .await
    }

    /// Deletes a provider. One that is not there is as good as deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_identity_provider(&self, account: AccountId, arn: &str) -> Result<(), IamError> {
        self.change(|image, changes| {
            if existing(image, account, arn).is_ok() {
                changes.push(Change::RemoveIdentityProvider(arn.to_owned()));
            }
            Ok(())
        })
        .await
    }

    /// Adds to those for whom tokens may be made; one who is there already stays.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::InvalidInput`] and [`IamError::LimitExceeded`].
    pub async fn add_client_id(&self, account: AccountId, arn: &str, client_id: &str) -> Result<(), IamError> {
        self.change_identity_provider(account, arn, |provider| {
            if !provider.client_ids.iter().any(|there| there == client_id) {
                provider.client_ids.push(client_id.to_owned());
            }
            check_client_ids(&provider.client_ids)
        })
        .await
    }

    /// Takes one away of those for whom tokens may be made; one who is not there does not matter.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn remove_client_id(&self, account: AccountId, arn: &str, client_id: &str) -> Result<(), IamError> {
        self.change_identity_provider(account, arn, |provider| {
            provider.client_ids.retain(|there| there != client_id);
            Ok(())
        })
        .await
    }

    /// Replaces what was said of a provider's certificates.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::InvalidInput`].
    pub async fn update_thumbprints(
        &self,
        account: AccountId,
        arn: &str,
        thumbprints: Vec<String>,
    ) -> Result<(), IamError> {
        check_thumbprints(&thumbprints)?;
        self.change_identity_provider(account, arn, |provider| {
            provider.thumbprints = thumbprints;
            Ok(())
        })
        .await
    }

    pub(crate) async fn change_identity_provider(
        &self,
        account: AccountId,
        arn: &str,
        change: impl FnOnce(&mut IdentityProvider) -> Result<(), IamError>,
    ) -> Result<(), IamError> {
        self.change(|image, changes| {
            let mut provider = IdentityProvider::clone(&*existing(image, account, arn)?);
            change(&mut provider)?;
            changes.push(Change::PutIdentityProvider(provider));
            Ok(())
        })
        .await
    }
}

pub(crate) fn existing(image: &Image, account: AccountId, arn: &str) -> Result<Arc<IdentityProvider>, IamError> {
    let shown: String = arn.chars().take(256).collect();
    let absent = || IamError::NoSuchEntity(format!("OpenIDConnect Provider not found for arn {shown}"));
    image.identity_provider(arn).filter(|found| found.account == account).cloned().ok_or_else(absent)
}

fn check_url(url: &str) -> Result<(), IamError> {
    let invalid = |message: &str| Err(IamError::InvalidInput(message.to_owned()));
    let host = url.strip_prefix("https://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
    let is_plain = url.chars().all(|c| c.is_ascii_graphic()) && !url.contains(['?', '#', '@', '\\', '%', '*']);
    match host {
        None => invalid("Invalid Open ID Connect Provider URL: it must begin with https://"),
        Some(host) if host.is_empty() || !is_plain || url.len() > URL_LENGTH_MAX => {
            invalid("Invalid Open ID Connect Provider URL")
        }
        Some(_) => Ok(()),
    }
}

fn check_client_ids(client_ids: &[String]) -> Result<(), IamError> {
    if client_ids.iter().any(|id| id.is_empty() || id.len() > CLIENT_ID_LENGTH_MAX) {
        return Err(IamError::InvalidInput("A client ID has 1 to 255 characters.".to_owned()));
    }
    if client_ids.len() > CLIENT_IDS_MAX {
        let message = format!("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {CLIENT_IDS_MAX}");
        return Err(IamError::LimitExceeded(message));
    }
    Ok(())
}

fn check_thumbprints(thumbprints: &[String]) -> Result<(), IamError> {
    let is_one = |text: &String| text.len() == THUMBPRINT_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !thumbprints.iter().all(is_one) {
        return Err(IamError::InvalidInput("A thumbprint has 40 hexadecimal digits.".to_owned()));
    }
    if thumbprints.len() > THUMBPRINTS_MAX {
        return Err(IamError::InvalidInput(format!(
            "Thumbprint list must contain fewer than {THUMBPRINTS_MAX} entries."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ACCOUNT, Fixture};

    const URL: &str = "https://login.example.com/realms/staff";

    #[tokio::test]
    async fn a_provider_is_made_changed_found_after_a_start_and_deleted() {
        let fixture = Fixture::new();
        let iam = fixture.open().await;
        let clients = || (vec!["one".to_owned()], vec!["a".repeat(40)]);
        let made = iam.create_identity_provider((ACCOUNT, URL), clients(), &[]).await.unwrap();
        assert_eq!(made.arn(), "arn:aws:iam::123456789012:oidc-provider/login.example.com/realms/staff");
        let twice = iam.create_identity_provider((ACCOUNT, URL), clients(), &[]).await;
        assert!(matches!(twice, Err(IamError::EntityAlreadyExists(_))));
        iam.add_client_id(ACCOUNT, &made.arn(), "two").await.unwrap();
        iam.add_client_id(ACCOUNT, &made.arn(), "two").await.unwrap();
        iam.remove_client_id(ACCOUNT, &made.arn(), "one").await.unwrap();
        iam.update_thumbprints(ACCOUNT, &made.arn(), vec!["b".repeat(40)]).await.unwrap();
        for iam in [iam, fixture.open().await] {
            let found = iam.identity_provider_of(ACCOUNT, URL).unwrap();
            assert_eq!((&*found.client_ids, &*found.thumbprints), (&["two".to_owned()][..], &["b".repeat(40)][..]));
            assert_eq!(iam.list_identity_providers(ACCOUNT).len(), 1);
            assert!(iam.list_identity_providers(AccountId::parse("210987654321").unwrap()).is_empty());
        }
        let iam = fixture.open().await;
        iam.delete_identity_provider(ACCOUNT, &made.arn()).await.unwrap();
        iam.delete_identity_provider(ACCOUNT, &made.arn()).await.unwrap();
        assert!(iam.identity_provider(&made.arn()).is_none());
        assert!(matches!(iam.add_client_id(ACCOUNT, &made.arn(), "two").await, Err(IamError::NoSuchEntity(_))));
    }

    #[tokio::test]
    async fn what_is_no_provider_is_refused() {
        let iam = Fixture::new().open().await;
        let long = format!("https://{}.example", "a".repeat(300));
        for url in
            ["http://login.example", "https://", "login.example", "https://a?b", "https://u@a", "https://a b", &long]
        {
            let refused = iam.create_identity_provider((ACCOUNT, url), (Vec::new(), Vec::new()), &[]).await;
            assert!(matches!(refused, Err(IamError::InvalidInput(_))), "{url}");
        }
        for thumbprint in ["short".to_owned(), "g".repeat(40)] {
            let refused = iam.create_identity_provider((ACCOUNT, URL), (Vec::new(), vec![thumbprint]), &[]).await;
            assert!(matches!(refused, Err(IamError::InvalidInput(_))));
        }
        let many = (0..=CLIENT_IDS_MAX).map(|number| number.to_string()).collect();
        let refused = iam.create_identity_provider((ACCOUNT, URL), (many, Vec::new()), &[]).await;
        assert!(matches!(refused, Err(IamError::LimitExceeded(_))));
    }
}
