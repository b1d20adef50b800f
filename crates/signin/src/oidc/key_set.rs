//! The keys of a provider: found by its discovery document, fetched when they are needed, and not more often than that.

use std::time::Duration;

use cairn_environment::Environment;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::discovery::{Discovery, get};
use super::provider::OidcProvider;
use super::token::{Key, Token, TokenError};

/// How long keys count without being fetched again.
const FRESH: Duration = Duration::from_hours(1);
/// How soon they are fetched again for a key that is not among them, or after a failure: whoever sends tokens of
/// invented keys makes no more requests than that.
const REFETCH_WAIT: Duration = Duration::from_secs(30);
const KEYS_MAX: usize = 100;

#[derive(Debug, Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

/// The keys of one provider, as far as they are known.
#[derive(Debug, Default)]
pub(super) struct KeySet(Mutex<Option<Fetched>>);

#[derive(Debug)]
struct Fetched {
    keys: Vec<Key>,
    /// When they were fetched.
    at: Instant,
    /// When that was tried last, and why it failed where it did.
    tried: (Instant, Option<TokenError>),
}

impl KeySet {
    /// The key that a token was signed with, it says.
    pub(super) async fn key(
        &self,
        provider: &OidcProvider,
        token: &Token<'_>,
        environment: &Environment,
    ) -> Result<Key, TokenError> {
        // One fetches, and the others wait for that.
        let mut kept = self.0.lock().await;
        let now = environment.clock.instant();
        if let Some(fetched) = &*kept {
            let found = Key::of(&fetched.keys, token);
            let is_fresh = now.duration_since(fetched.at) < FRESH;
            let is_too_soon = now.duration_since(fetched.tried.0) < REFETCH_WAIT;
            match (found, &fetched.tried.1) {
                (Some(key), _) if is_fresh || is_too_soon => return Ok(key.clone()),
                (None, Some(error)) if is_too_soon => return Err(error.clone()),
                (None, None) if is_too_soon => return Err(TokenError::UnknownKey),
                (Some(_) | None, _) => {}
            }
        }
        match fetch(provider).await {
            Ok(keys) => {
                let found = Key::of(&keys, token).cloned();
                *kept = Some(Fetched { keys, at: now, tried: (now, None) });
                found.ok_or(TokenError::UnknownKey)
            }
            Err(error) => {
                tracing::warn!(%error, issuer = provider.issuer, "the keys of an identity provider cannot be fetched");
                let fetched = kept.get_or_insert_with(|| Fetched { keys: Vec::new(), at: now, tried: (now, None) });
                fetched.tried = (now, Some(error.clone()));
                Key::of(&fetched.keys, token).cloned().ok_or(error)
            }
        }
    }
}

async fn fetch(provider: &OidcProvider) -> Result<Vec<Key>, TokenError> {
    let discovery = Discovery::fetch(provider).await?;
    let document: Document = get(provider, &discovery.jwks_uri).await?;
    // Keys of kinds that are not known are passed over.
    Ok(document.keys.into_iter().take(KEYS_MAX).filter_map(|key| serde_json::from_value(key).ok()).collect())
}
