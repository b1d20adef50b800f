//! The keys that sign digests: one set per Region, renewed with overlap, kept for ever (reference section 5.5).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use cairn_environment::Tasks;
use cairn_model::{Region, Timestamp};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::state_store::{StateError, StateStore};
use crate::{PublicKey, object_names};

/// Where new private keys come from. A simulation supplies them, because their generation cannot be seeded.
#[derive(Clone, Default)]
pub struct KeySource(Option<Arc<Vec<Zeroizing<Vec<u8>>>>>);

/// Why a key cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The library refused.
    #[error("RSA failed")]
    Rsa,
    /// A stored key cannot be read.
    #[error("the stored key {0} is damaged")]
    Damaged(String),
    /// The keys could not be read or stored.
    #[error(transparent)]
    State(#[from] StateError),
}

/// One key and the time in which it signs.
pub(crate) struct SigningKey {
    pair: KeyPair,
    public: PublicKey,
}

/// A key as it is stored. The private part never leaves the state.
#[derive(Serialize, Deserialize)]
struct StoredKey {
    validity_start: Timestamp,
    validity_end: Timestamp,
    fingerprint: String,
    private: Secret,
}

/// Text that is wiped from memory.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct Secret(String);

/// Every key of every Region.
#[derive(Debug)]
pub(crate) struct SigningKeys {
    store: StateStore,
    source: KeySource,
    tasks: Tasks,
    validity: Duration,
    overlap: Duration,
    keys: Mutex<BTreeMap<Region, Vec<Arc<SigningKey>>>>,
}

impl KeySource {
    /// New RSA-2048 keys from the system's randomness.
    pub fn generated() -> Self {
        Self(None)
    }

    /// The given keys, each PKCS#8 in DER, one after the other and then again from the first.
    pub fn supplied(keys: Vec<Vec<u8>>) -> Self {
        Self(Some(Arc::new(keys.into_iter().map(Zeroizing::new).collect())))
    }

    async fn make(&self, number: usize, tasks: &Tasks) -> Result<KeyPair, SigningKeyError> {
        let Some(keys) = &self.0 else {
            return tasks.blocking(|| KeyPair::generate(KeySize::Rsa2048).map_err(|_| SigningKeyError::Rsa)).await;
        };
        let key = keys.get(number.checked_rem(keys.len()).unwrap_or(0)).ok_or(SigningKeyError::Rsa)?;
        KeyPair::from_pkcs8(key).map_err(|_| SigningKeyError::Rsa)
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_none() { "KeySource(generated)" } else { "KeySource(supplied)" })
    }
}

impl SigningKey {
    fn new(pair: KeyPair, validity_start: Timestamp, validity_end: Timestamp) -> Self {
        let value = Bytes::copy_from_slice(pair.public_key().as_ref());
        let fingerprint = hex::encode(Md5::digest(&value));
        Self { pair, public: PublicKey { value, validity_start, validity_end, fingerprint } }
    }

    /// MD5 of the public key in lower-case hexadecimal.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.public.fingerprint
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `text`, in lower-case hexadecimal. Equal text gives an equal signature.
    ///
    /// # Errors
    /// [`SigningKeyError::Rsa`] when the library refuses.
    pub(crate) fn sign(&self, text: &str) -> Result<String, SigningKeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        let signed = self.pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature);
        signed.map_err(|_| SigningKeyError::Rsa)?;
        Ok(hex::encode(signature))
    }

    fn stored(&self) -> Result<StoredKey, SigningKeyError> {
        let private: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| SigningKeyError::Rsa)?;
        let PublicKey { validity_start, validity_end, fingerprint, .. } = self.public.clone();
        let private = Secret(BASE64.encode(private.as_ref()));
        Ok(StoredKey { validity_start, validity_end, fingerprint, private })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public.fingerprint).finish()
    }
}

impl StoredKey {
    fn read(self, name: &str) -> Result<SigningKey, SigningKeyError> {
        let damaged = || SigningKeyError::Damaged(name.to_owned());
        let private = Zeroizing::new(BASE64.decode(self.private.0.as_bytes()).map_err(|_| damaged())?);
        let pair = KeyPair::from_pkcs8(&private).map_err(|_| damaged())?;
        let key = SigningKey::new(pair, self.validity_start, self.validity_end);
        if key.public.fingerprint == self.fingerprint { Ok(key) } else { Err(damaged()) }
    }
}

impl SigningKeys {
    /// Reads every stored key.
    pub(crate) async fn open(
        store: StateStore,
        source: KeySource,
        tasks: Tasks,
        (validity, overlap): (Duration, Duration),
    ) -> Result<Self, SigningKeyError> {
        let mut keys: BTreeMap<Region, Vec<Arc<SigningKey>>> = BTreeMap::new();
        for name in store.names(object_names::KEYS).await? {
            let Some(region) = object_names::region_of_signing_key(&name) else { continue };
            let Some(stored) = store.read::<StoredKey>(&name).await? else { continue };
            keys.entry(region).or_default().push(Arc::new(stored.read(&name)?));
        }
        for keys in keys.values_mut() {
            keys.sort_by(by_start);
        }
        Ok(Self { store, source, tasks, validity, overlap, keys: Mutex::new(keys) })
    }

    /// The key of `region` for something dated `at`: one that is valid then and will be for a while, made when there
    /// is none. Keys go by the date of what they sign, so that a digest that is written late is still found to be
    /// signed in time by verifiers that ask for the keys of its window.
    pub(crate) async fn for_date(&self, region: &Region, at: Timestamp) -> Result<Arc<SigningKey>, SigningKeyError> {
        let mut keys = self.keys.lock().await;
        let usable = |key: &&Arc<SigningKey>| {
            key.public.validity_start <= at && at.plus(self.overlap) <= key.public.validity_end
        };
        if let Some(key) = keys.get(region).and_then(|keys| keys.iter().rfind(usable)) {
            return Ok(Arc::clone(key));
        }
        let count = keys.values().map(Vec::len).sum();
        let key = Arc::new(self.make(region, at, count).await?);
        let of_region = keys.entry(region.clone()).or_default();
        of_region.push(Arc::clone(&key));
        of_region.sort_by(by_start);
        Ok(key)
    }

    /// Makes a key that is valid from one overlap before `at`, and stores it.
    async fn make(&self, region: &Region, at: Timestamp, number: usize) -> Result<SigningKey, SigningKeyError> {
        let start = at.whole_seconds().minus(self.overlap);
        let pair = self.source.make(number, &self.tasks).await?;
        let key = SigningKey::new(pair, start, start.plus(self.validity));
        let name = object_names::signing_key(region, start, key.fingerprint());
        self.store.write(&name, &key.stored()?).await?;
        tracing::info!(%region, fingerprint = key.fingerprint(), "a new key signs digests");
        Ok(key)
    }

    /// The public keys of `region` whose validity overlaps the time from `start` to `end`; those of every Region for
    /// the pseudo-Region `all`.
    pub(crate) async fn public(&self, region: &Region, start: Timestamp, end: Timestamp) -> Vec<PublicKey> {
        let keys = self.keys.lock().await;
        let overlaps = |key: &&PublicKey| key.validity_start <= end && start <= key.validity_end;
        let of_region = keys.iter().filter(|(of, _)| region.is_all() || *of == region).flat_map(|(_, keys)| keys);
        of_region.map(|key| &key.public).filter(overlaps).cloned().collect()
    }

    /// Whether `region` has a key at all.
    pub(crate) async fn has_any(&self, region: &Region) -> bool {
        self.keys.lock().await.contains_key(region)
    }
}

fn by_start(a: &Arc<SigningKey>, b: &Arc<SigningKey>) -> std::cmp::Ordering {
    (a.public.validity_start, a.fingerprint()).cmp(&(b.public.validity_start, b.fingerprint()))
}
