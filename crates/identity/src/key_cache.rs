//! Derived signing keys, kept so that a request costs one HMAC and not five. Bounded, and a miss costs only time.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use cairn_model::Region;
use cairn_signing::{Refusal, Scope, SecretKey, SigningKey};

/// How many keys are kept: each client needs one per Region and service and day.
const PLACES: u16 = 1024;

/// The longest service name that is kept.
const SERVICE_BYTES_MAX: usize = 64;

/// A table with one possible place for each key; a newcomer takes the place of whoever had it.
pub(crate) struct KeyCache {
    places: Mutex<Vec<Option<Kept>>>,
    hasher: RandomState,
}

struct Kept {
    holder: Option<Arc<str>>,
    day: String,
    region: Region,
    service: String,
    key: SigningKey,
}

impl Kept {
    fn is_for(&self, holder: Option<&str>, scope: &Scope<'_>) -> bool {
        self.holder.as_deref() == holder
            && self.day == scope.day
            && self.region.as_str() == scope.region
            && self.service == scope.service
    }
}

impl KeyCache {
    pub(crate) fn new() -> Self {
        Self { places: Mutex::new((0..PLACES).map(|_| None).collect()), hasher: RandomState::new() }
    }

    /// The key of `secret`, the other half of the access key `holder`, in a scope, and the scope's Region.
    ///
    /// # Errors
    /// [`Refusal::MalformedCredential`] when the scope's Region cannot be one.
    pub(crate) fn get(
        &self,
        holder: Option<&str>,
        secret: &SecretKey,
        scope: &Scope<'_>,
    ) -> Result<(SigningKey, Region), Refusal> {
        let place = self.place_of(holder, scope);
        if let Some(Some(kept)) = self.places.lock().unwrap_or_else(PoisonError::into_inner).get(place)
            && kept.is_for(holder, scope)
        {
            return Ok((kept.key.clone(), kept.region.clone()));
        }
        let region = Region::parse(&scope.region)
            .map_err(|_| Refusal::MalformedCredential(scope.region.chars().take(64).collect()))?;
        let key = SigningKey::derive(secret, scope);
        if scope.service.len() <= SERVICE_BYTES_MAX {
            let (day, service) = (scope.day.to_string(), scope.service.to_string());
            let kept = Kept { holder: holder.map(Into::into), day, region: region.clone(), service, key: key.clone() };
            if let Some(slot) = self.places.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
                *slot = Some(kept);
            }
        }
        Ok((key, region))
    }

    fn place_of(&self, holder: Option<&str>, scope: &Scope<'_>) -> usize {
        let hash = self.hasher.hash_one((holder, &scope.day, &scope.region, &scope.service));
        usize::try_from(hash % u64::from(PLACES)).unwrap_or(0)
    }
}

impl std::fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyCache(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_by_every_part_and_never_grow_past_the_table() {
        let cache = KeyCache::new();
        let secret = SecretKey::new("secret");
        let scope = |day: &str, region: &str, service: &str| Scope {
            day: day.to_owned().into(),
            region: region.to_owned().into(),
            service: service.to_owned().into(),
        };
        for number in 0..3000 {
            let scope = scope("20261122", &format!("region-{number}"), "sts");
            for _ in 0..2 {
                let (key, region) = cache.get(Some(&number.to_string()), &secret, &scope).unwrap();
                assert_eq!(region.as_str(), scope.region);
                assert_eq!(format!("{key:?}"), "SigningKey(…)");
            }
        }
        assert_eq!(cache.places.lock().unwrap().len(), usize::from(PLACES));
        assert!(cache.get(None, &secret, &scope("20261122", "EU WEST", "sts")).is_err());
    }
}
