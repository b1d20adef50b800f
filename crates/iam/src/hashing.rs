//! Argon2id hashes of passwords: made and compared away from the threads that serve requests, a few at once.

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use cairn_environment::Random;
use tokio::sync::{OnceCell, Semaphore};
use zeroize::Zeroizing;

use crate::{Iam, IamError, LoginProfile};

/// The longest password in characters.
pub(crate) const PASSWORD_LENGTH_MAX: usize = 128;

/// Hashes that are worked on at once. Each takes 19 MiB.
const AT_ONCE_MAX: usize = 4;

/// What hashing needs.
pub(crate) struct Hashing {
    places: Semaphore,
    /// Stands in for the password of those who have none.
    dummy: OnceCell<String>,
    comparisons: AtomicU64,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE_MAX), dummy: OnceCell::new(), comparisons: AtomicU64::new(0) }
    }
}

/// OWASP's choice: 19 MiB, two passes, one lane.
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or_default())
}

fn hash(password: &str, random: &Random) -> Result<String, IamError> {
    let salt = SaltString::encode_b64(&random.bytes::<16>()).map_err(|_| IamError::Sealing)?;
    let hash = hasher().hash_password(password.as_bytes(), &salt).map_err(|_| IamError::Sealing)?;
    Ok(hash.to_string())
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
}

impl Iam {
    /// Whether this is the password. It does the same work where there is none.
    pub async fn matches(&self, login: Option<&LoginProfile>, password: &str) -> bool {
        let dummy = self.dummy_hash().await;
        let hash = login.map_or(dummy, |login| login.hash.clone());
        // Longer ones were never taken; they take as long as others.
        let fits = password.chars().nth(PASSWORD_LENGTH_MAX).is_none();
        let cut: String = password.chars().take(PASSWORD_LENGTH_MAX).collect();
        let right = self.matches_any(vec![hash], &cut).await;
        right && fits && login.is_some()
    }

    /// How many times a password was held against a hash since the start.
    pub fn password_comparisons(&self) -> u64 {
        self.hashing().comparisons.load(Ordering::Relaxed)
    }

    /// Whether one of these hashes is of this password.
    pub(crate) async fn matches_any(&self, hashes: Vec<String>, password: &str) -> bool {
        let password = Zeroizing::new(password.to_owned());
        let hashing = self.hashing();
        hashing.comparisons.fetch_add(u64::try_from(hashes.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let _place = hashing.places.acquire().await;
        let compare = move || hashes.iter().any(|hash| matches(&password, hash));
        self.environment().tasks.blocking(compare).await
    }

    /// The hash of a password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, IamError> {
        let password = Zeroizing::new(password.to_owned());
        let random = self.environment().random.clone();
        let _place = self.hashing().places.acquire().await;
        self.environment().tasks.blocking(move || hash(&password, &random)).await
    }

    /// A hash that nobody knows the password of; made once.
    async fn dummy_hash(&self) -> String {
        let made = self.hashing().dummy.get_or_try_init(|| async {
            let nobody = self.environment().random.uuid();
            self.hash(&nobody).await
        });
        made.await.cloned().unwrap_or_default()
    }
}
