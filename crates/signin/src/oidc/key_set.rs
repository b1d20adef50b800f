//! The keys of a provider: found by its discovery document, fetched when they are needed, and not more often than that.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cairn_environment::Environment;
use serde::Deserialize;
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
pub(super) struct KeySet {
    /// Locked for a look at a time, never while anything is fetched.
    kept: Mutex<Option<Fetched>>,
    /// Locked by the one that fetches.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Fetched {
    keys: Vec<Key>,
    /// When they were fetched.
    at: Instant,
    /// When that was tried last, and why it failed where it did.
    tried: (Instant, Option<TokenError>),
}

/// What is known of the key that a token names.
enum Known {
    /// It counts.
    Key(Key),
    /// It is old: it counts while another one cannot be had.
    OldKey(Key),
    Nothing,
}

impl KeySet {
    /// The key that a token was signed with, it says.
    pub(super) async fn key(
        &self,
        provider: &OidcProvider,
        token: &Token<'_>,
        environment: &Environment,
    ) -> Result<Key, TokenError> {
        self.key_among(token, environment, || fetch(provider)).await
    }

    /// The same among the keys that `fetch` gives. One token fetches: those whose keys are known go on with these, and only the
    /// others wait for it.
    async fn key_among<F>(
        &self,
        token: &Token<'_>,
        environment: &Environment,
        fetch: impl FnOnce() -> F,
    ) -> Result<Key, TokenError>
    where
        F: Future<Output = Result<Vec<Key>, TokenError>>,
    {
        let now = || environment.clock.instant();
        let _fetching = match self.known(token, now())? {
            Known::Key(key) => return Ok(key),
            Known::OldKey(key) => match self.fetching.try_lock() {
                Ok(fetching) => fetching,
                Err(_) => return Ok(key),
            },
            Known::Nothing => self.fetching.lock().await,
        };
        // Whoever fetched until now may have brought it.
        if let Known::Key(key) = self.known(token, now())? {
            return Ok(key);
        }
        let fetched = fetch().await;
        self.keep(fetched, token, now())
    }

    /// # Errors
    /// Why there is no such key, where it is too soon to ask again.
    fn known(&self, token: &Token<'_>, now: Instant) -> Result<Known, TokenError> {
        let kept = self.kept();
        let Some(fetched) = &*kept else { return Ok(Known::Nothing) };
        let is_fresh = now.duration_since(fetched.at) < FRESH;
        let is_too_soon = now.duration_since(fetched.tried.0) < REFETCH_WAIT;
        match Key::of(&fetched.keys, token) {
            Some(key) if is_fresh || is_too_soon => Ok(Known::Key(key.clone())),
            Some(key) => Ok(Known::OldKey(key.clone())),
            None if is_too_soon => Err(fetched.tried.1.clone().unwrap_or(TokenError::UnknownKey)),
            None => Ok(Known::Nothing),
        }
    }

    /// Keeps what was fetched now, and takes the key from it. Where nothing could be fetched, the old keys count on.
    fn keep(&self, fetched: Result<Vec<Key>, TokenError>, token: &Token<'_>, now: Instant) -> Result<Key, TokenError> {
        let mut kept = self.kept();
        match fetched {
            Ok(keys) => {
                let found = Key::of(&keys, token).cloned();
                *kept = Some(Fetched { keys, at: now, tried: (now, None) });
                found.ok_or(TokenError::UnknownKey)
            }
            Err(error) => {
                let fetched = kept.get_or_insert_with(|| Fetched { keys: Vec::new(), at: now, tried: (now, None) });
                fetched.tried = (now, Some(error.clone()));
                Key::of(&fetched.keys, token).cloned().ok_or(error)
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Fetched>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fetch(provider: &OidcProvider) -> Result<Vec<Key>, TokenError> {
    let fetched = fetch_document(provider).await;
    if let Err(error) = &fetched {
        tracing::warn!(%error, issuer = provider.issuer, "the keys of an identity provider cannot be fetched");
    }
    // Keys of kinds that are not known are passed over.
    Ok(fetched?.keys.into_iter().take(KEYS_MAX).filter_map(|key| serde_json::from_value(key).ok()).collect())
}

async fn fetch_document(provider: &OidcProvider) -> Result<Document, TokenError> {
    let discovery = Discovery::fetch(provider).await?;
    get(provider, &discovery.jwks_uri).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;
    use tokio::sync::oneshot;

    use super::*;

    /// A token that says that this key signed it.
    fn signed_with(kid: &str) -> String {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.AA", part(json!({"alg": "EdDSA", "kid": kid})), part(json!({})))
    }

    fn keys(kids: &[&str]) -> Vec<Key> {
        let key = |kid: &&str| json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": "AA"});
        kids.iter().map(|kid| serde_json::from_value(key(kid)).unwrap()).collect()
    }

    type Answer = Result<Vec<Key>, TokenError>;

    /// A provider that is asked, and whose answer is waited for.
    async fn asked(answer: oneshot::Receiver<Answer>, times: Arc<AtomicUsize>) -> Answer {
        times.fetch_add(1, Ordering::SeqCst);
        answer.await.unwrap()
    }

    async fn nobody_is_asked() -> Answer {
        panic!("the keys are fetched")
    }

    #[tokio::test(start_paused = true)]
    async fn while_keys_are_fetched_tokens_of_known_keys_go_on_and_the_others_wait_for_that_one_fetch() {
        let environment = Environment::real();
        let set = Arc::new(KeySet::default());
        let [old, new] = ["old", "new"].map(signed_with);
        let [old, new] = [&old, &new].map(|text| Token::read(text).unwrap());
        set.key_among(&old, &environment, || async { Ok(keys(&["old"])) }).await.unwrap();
        tokio::time::advance(FRESH).await;
        let (answer, answered) = oneshot::channel();
        let times = Arc::new(AtomicUsize::new(0));
        let fetch = || asked(answered, Arc::clone(&times));
        let first = set.key_among(&new, &environment, fetch);
        let second = set.key_among(&new, &environment, nobody_is_asked);
        let rest = async {
            while times.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
            // As old as it is, it is known, and its tokens do not wait.
            assert!(set.key_among(&old, &environment, nobody_is_asked).await.is_ok());
            answer.send(Ok(keys(&["old", "new"]))).unwrap();
        };
        let (first, second, ()) = tokio::join!(first, second, rest);
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(times.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_that_cannot_be_fetched_again_count_on_and_are_asked_for_after_a_while() {
        let environment = Environment::real();
        let set = KeySet::default();
        let [old, new] = ["old", "new"].map(signed_with);
        let [old, new] = [&old, &new].map(|text| Token::read(text).unwrap());
        set.key_among(&old, &environment, || async { Ok(keys(&["old"])) }).await.unwrap();
        tokio::time::advance(FRESH).await;
        let away = || TokenError::Unreachable("away".to_owned());
        assert!(set.key_among(&old, &environment, || async { Err(away()) }).await.is_ok());
        let refused = set.key_among(&new, &environment, nobody_is_asked).await.map(drop);
        assert_eq!(refused, Err(away()));
        tokio::time::advance(REFETCH_WAIT).await;
        assert!(set.key_among(&new, &environment, || async { Ok(keys(&["new"])) }).await.is_ok());
        assert_eq!(set.key_among(&old, &environment, nobody_is_asked).await.map(drop), Err(TokenError::UnknownKey));
    }
}
