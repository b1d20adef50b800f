//! What a provider says of itself: where its keys are, where people log in, and where codes become tokens.

use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use http::Request;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::provider::OidcProvider;
use super::token::TokenError;

/// How long the places count where people log in.
const FRESH: Duration = Duration::from_hours(1);
/// How soon they are asked for again after a failure: people may try as often as they like.
const RETRY_WAIT: Duration = Duration::from_secs(5);

/// A provider's discovery document, as much of it as matters.
/// Source: <https://openid.net/specs/openid-connect-discovery-1_0.html>
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    pub(super) jwks_uri: String,
    pub(super) authorization_endpoint: Option<String>,
    pub(super) token_endpoint: Option<String>,
    #[serde(default)]
    pub(super) token_endpoint_auth_methods_supported: Vec<String>,
}

impl Discovery {
    /// The document of a provider, which must be about itself and must not lead from https to http.
    pub(super) async fn fetch(provider: &OidcProvider) -> Result<Self, TokenError> {
        let place = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
        let discovery: Self = get(provider, &place).await?;
        if discovery.issuer != provider.issuer {
            return Err(TokenError::Unreachable("its discovery document is of another issuer".to_owned()));
        }
        let Self { jwks_uri, authorization_endpoint, token_endpoint, .. } = &discovery;
        let places = [Some(jwks_uri), authorization_endpoint.as_ref(), token_endpoint.as_ref()];
        let leads_away = places.into_iter().flatten().any(|place| !place.starts_with("https:"));
        if provider.issuer.starts_with("https:") && leads_away {
            return Err(TokenError::Unreachable("its discovery document leads away from https".to_owned()));
        }
        Ok(discovery)
    }
}

/// The document of one provider, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct KeptDiscovery(Mutex<Option<(Result<Discovery, TokenError>, Instant)>>);

impl KeptDiscovery {
    pub(super) async fn get(
        &self,
        provider: &OidcProvider,
        environment: &Environment,
    ) -> Result<Discovery, TokenError> {
        // One fetches, and the others wait for that.
        let mut kept = self.0.lock().await;
        let now = environment.clock.instant();
        if let Some((found, at)) = &*kept {
            let counts = if found.is_ok() { FRESH } else { RETRY_WAIT };
            if now.duration_since(*at) < counts {
                return found.clone();
            }
        }
        let found = Discovery::fetch(provider).await;
        if let Err(error) = &found {
            tracing::warn!(%error, issuer = provider.issuer, "an identity provider cannot be asked where people log in");
        }
        *kept = Some((found.clone(), now));
        found
    }
}

/// The JSON at a place of a provider.
pub(super) async fn get<T: DeserializeOwned>(provider: &OidcProvider, url: &str) -> Result<T, TokenError> {
    let request = Request::get(url).header("accept", "application/json").body(Bytes::new());
    let answer = provider.outbound.send_unsigned(request.map_err(|_| unreachable("its address is none"))?).await;
    let answer = answer.map_err(|error| TokenError::Unreachable(error.to_string()))?;
    if !answer.status().is_success() {
        return Err(TokenError::Unreachable(format!("it answers {}", answer.status().as_u16())));
    }
    serde_json::from_slice(answer.body()).map_err(|_| unreachable("its answer is not as it must be"))
}

pub(super) fn unreachable(problem: &str) -> TokenError {
    TokenError::Unreachable(problem.to_owned())
}
