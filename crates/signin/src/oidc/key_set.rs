//! The keys of a provider: found by its discovery document, fetched when they are needed, and not more often than that.

use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use http::Request;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::provider::OidcProvider;
use super::token::{Key, Token, TokenError};

/// How long keys count without being fetched again.
const FRESH: Duration = Duration::from_hours(1);
/// How soon they are fetched again for a key that is not among them, or after a failure: whoever sends tokens of
/// invented keys makes no more requests than that.
const REFETCH_WAIT: Duration = Duration::from_secs(30);
const KEYS_MAX: usize = 100;

/// A provider's discovery document, as much of it as matters.
/// Source: <https://openid.net/specs/openid-connect-discovery-1_0.html>
#[derive(Debug, Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

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
    let place = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
    let discovery: Discovery = get(provider, &place).await?;
    if discovery.issuer != provider.issuer {
        return Err(TokenError::Unreachable("its discovery document is of another issuer".to_owned()));
    }
    if provider.issuer.starts_with("https:") && !discovery.jwks_uri.starts_with("https:") {
        return Err(TokenError::Unreachable("its keys are not behind https".to_owned()));
    }
    let document: Document = get(provider, &discovery.jwks_uri).await?;
    // Keys of kinds that are not known are passed over.
    Ok(document.keys.into_iter().take(KEYS_MAX).filter_map(|key| serde_json::from_value(key).ok()).collect())
}

async fn get<T: DeserializeOwned>(provider: &OidcProvider, url: &str) -> Result<T, TokenError> {
    let unreachable = |problem: String| TokenError::Unreachable(problem);
    let request = Request::get(url).header("accept", "application/json").body(Bytes::new());
    let request = request.map_err(|_| unreachable("its address is none".to_owned()))?;
    let answer = provider.outbound.send_unsigned(request).await.map_err(|error| unreachable(error.to_string()))?;
    if !answer.status().is_success() {
        return Err(unreachable(format!("it answers {}", answer.status().as_u16())));
    }
    serde_json::from_slice(answer.body()).map_err(|_| unreachable("its answer is not as it must be".to_owned()))
}
