//! A bucket in memory, whose faults a test decides on.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use md5::{Digest, Md5};

use crate::folder::check_key;
use crate::reader::slice;
use crate::{Object, ObjectError, ObjectMeta, PutOptions};

/// A bucket in memory. It outlives crashes of the process under test, since clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Simulated {
    name: Arc<str>,
    environment: Environment,
    state: Arc<Mutex<State>>,
}

/// The faults of a simulated bucket, and hands that reach into it past its interface. Probabilities are per mille and
/// drawn from the environment's randomness, so that a seed replays them.
#[derive(Clone, Debug)]
pub struct ObjectFaults(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Object>,
    is_removed: bool,
    is_out: bool,
    chances: Chances,
    replacements: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Chances {
    fail: u64,
    time_out: u64,
    late: u64,
    delay_max: Duration,
}

impl State {
    fn present(&mut self) -> Result<&mut BTreeMap<String, Object>, ObjectError> {
        if self.is_removed { Err(ObjectError::NoSuchBucket) } else { Ok(&mut self.objects) }
    }

    fn put(&mut self, object: Object, only_if_absent: bool) -> Result<ObjectMeta, ObjectError> {
        let objects = self.present()?;
        let meta = object.meta.clone();
        if objects.contains_key(&meta.key) && only_if_absent {
            return Err(ObjectError::AlreadyExists);
        }
        if objects.insert(meta.key.clone(), object).is_some() {
            self.replacements += 1;
        }
        Ok(meta)
    }

    fn get(&mut self, key: &str) -> Result<Object, ObjectError> {
        self.present()?.get(key).cloned().ok_or(ObjectError::NotFound)
    }

    fn list(&mut self, prefix: &str, start_after: &str, limit: usize) -> Result<Vec<ObjectMeta>, ObjectError> {
        let from = if start_after < prefix { Bound::Included(prefix) } else { Bound::Excluded(start_after) };
        let objects = self.present()?.range::<str, _>((from, Bound::Unbounded));
        let wanted = objects.take_while(|(key, _)| key.starts_with(prefix)).take(limit);
        Ok(wanted.map(|(_, object)| object.meta.clone()).collect())
    }
}

impl Simulated {
    pub(crate) fn new(name: &str, environment: &Environment) -> (Self, ObjectFaults) {
        let state = Arc::new(Mutex::new(State::default()));
        let faults = ObjectFaults(Arc::clone(&state));
        (Self { name: name.into(), environment: environment.clone(), state }, faults)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn put(&self, key: &str, bytes: Bytes, options: PutOptions) -> Result<ObjectMeta, ObjectError> {
        check_key(key)?;
        let meta = ObjectMeta {
            key: key.to_owned(),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            etag: hex::encode(Md5::digest(&bytes)),
            last_modified: self.environment.clock.now(),
            content_type: options.content_type,
            content_encoding: options.content_encoding,
            user_metadata: options.user_metadata,
            ..ObjectMeta::default()
        };
        self.call(move |state| state.put(Object { meta, bytes }, options.only_if_absent)).await
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        check_key(key)?;
        self.call(|state| state.get(key)).await
    }

    pub(crate) async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        Ok(slice(&self.get(key).await?.bytes, &range))
    }

    pub(crate) async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        Ok(self.get(key).await?.meta)
    }

    pub(crate) async fn list(
        &self,
        prefix: &str,
        start_after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ObjectMeta>, ObjectError> {
        self.call(|state| state.list(prefix, start_after.unwrap_or_default(), limit)).await
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<(), ObjectError> {
        check_key(key)?;
        let remove = |state: &mut State| {
            state.present()?.remove(key);
            Ok(())
        };
        self.call(remove).await
    }

    /// Does `work` under the faults that are set.
    async fn call<T>(&self, work: impl FnOnce(&mut State) -> Result<T, ObjectError>) -> Result<T, ObjectError> {
        let Chances { fail, time_out, late, delay_max } = self.lock().chances;
        let delay = self.happens(late).then(|| self.delay(delay_max));
        let delay_first = self.happens(500);
        if let (Some(delay), true) = (delay, delay_first) {
            self.environment.clock.sleep(delay).await;
        }
        let result = if self.lock().is_out || self.happens(fail) { Err(unavailable()) } else { work(&mut self.lock()) };
        if let (Some(delay), false) = (delay, delay_first) {
            self.environment.clock.sleep(delay).await;
        }
        if self.happens(time_out) { Err(ObjectError::TimedOut) } else { result }
    }

    fn happens(&self, per_mille: u64) -> bool {
        per_mille > 0 && self.environment.random.below(1000) < per_mille
    }

    fn delay(&self, delay_max: Duration) -> Duration {
        let ms = u64::try_from(delay_max.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.environment.random.below(ms.saturating_add(1)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable() -> ObjectError {
    ObjectError::Other { code: "ServiceUnavailable".to_owned(), reason: "the simulated bucket is out".to_owned() }
}

impl ObjectFaults {
    /// From now on this share of the calls fails with `ServiceUnavailable` before doing anything.
    pub fn fail(&self, per_mille: u64) {
        self.lock().chances.fail = per_mille;
    }

    /// From now on this share of the calls does its work and then fails with [`ObjectError::TimedOut`].
    pub fn time_out_after_the_work(&self, per_mille: u64) {
        self.lock().chances.time_out = per_mille;
    }

    /// From now on this share of the calls is answered late, by up to `delay_max`.
    pub fn answer_late(&self, per_mille: u64, delay_max: Duration) {
        let mut state = self.lock();
        state.chances.late = per_mille;
        state.chances.delay_max = delay_max;
    }

    /// Every call fails until [`ObjectFaults::end_outage`].
    pub fn begin_outage(&self) {
        self.lock().is_out = true;
    }

    /// Ends an outage.
    pub fn end_outage(&self) {
        self.lock().is_out = false;
    }

    /// No more faults by chance and no outage; what was removed stays removed.
    pub fn calm(&self) {
        let mut state = self.lock();
        state.chances = Chances::default();
        state.is_out = false;
    }

    /// The bucket is gone, with everything in it, until [`ObjectFaults::create_bucket`].
    pub fn remove_bucket(&self) {
        let mut state = self.lock();
        state.is_removed = true;
        state.objects.clear();
    }

    /// The bucket is there again, empty when it was removed.
    pub fn create_bucket(&self) {
        self.lock().is_removed = false;
    }

    /// Replaces the bytes of an object and leaves everything else about it; false when it is absent.
    pub fn overwrite(&self, key: &str, bytes: Bytes) -> bool {
        let mut state = self.lock();
        let object = state.objects.get_mut(key);
        object
            .map(|object| {
                object.meta.size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                object.bytes = bytes;
            })
            .is_some()
    }

    /// Removes an object; false when it is absent.
    pub fn erase(&self, key: &str) -> bool {
        self.lock().objects.remove(key).is_some()
    }

    /// Drops the user metadata of an object; false when it is absent.
    pub fn strip_metadata(&self, key: &str) -> bool {
        self.lock().objects.get_mut(key).map(|object| object.meta.user_metadata.clear()).is_some()
    }

    /// Every key, in byte order, faults or not.
    pub fn keys(&self) -> Vec<String> {
        self.lock().objects.keys().cloned().collect()
    }

    /// The bytes of an object, faults or not.
    pub fn peek(&self, key: &str) -> Option<Bytes> {
        self.lock().objects.get(key).map(|object| object.bytes.clone())
    }

    /// How many puts changed an object that was there already.
    pub fn replacements(&self) -> u64 {
        self.lock().replacements
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::Timestamp;

    use super::*;

    fn simulated() -> (Simulated, ObjectFaults) {
        let (environment, _) = Environment::simulated(7, Timestamp::from_unix_seconds(1_800_000_000));
        Simulated::new("logs", &environment)
    }

    #[tokio::test(start_paused = true)]
    async fn faults_come_and_go_as_told() {
        let (bucket, faults) = simulated();
        let put = |key: &'static str| bucket.put(key, Bytes::from_static(b"x"), PutOptions::default());
        faults.begin_outage();
        assert!(put("a").await.unwrap_err().is_outage());
        faults.end_outage();
        faults.time_out_after_the_work(1000);
        assert_eq!(put("a").await, Err(ObjectError::TimedOut));
        faults.calm();
        assert_eq!(faults.keys(), ["a"]);
        faults.answer_late(1000, Duration::from_mins(1));
        let before = bucket.environment.clock.instant();
        bucket.head("a").await.unwrap();
        assert!(before.elapsed() > Duration::ZERO);
        faults.calm();
        faults.remove_bucket();
        assert_eq!(bucket.list("", None, 9).await, Err(ObjectError::NoSuchBucket));
        assert_eq!(put("a").await, Err(ObjectError::NoSuchBucket));
        faults.create_bucket();
        assert_eq!(bucket.head("a").await, Err(ObjectError::NotFound));
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_of_the_calls_fails_and_a_seed_replays_which() {
        let run = || async {
            let (bucket, faults) = simulated();
            faults.fail(300);
            let mut failed = Vec::new();
            for number in 0..1000 {
                failed.extend(bucket.list("", None, 1).await.is_err().then_some(number));
            }
            failed
        };
        let failed = run().await;
        assert!((200..400).contains(&failed.len()), "{}", failed.len());
        assert_eq!(failed, run().await);
    }

    #[tokio::test]
    async fn tampering_reaches_past_the_interface() {
        let (bucket, faults) = simulated();
        let options = PutOptions { user_metadata: [("signature".into(), "1".into())].into(), ..PutOptions::default() };
        bucket.put("a", Bytes::from_static(b"true"), options.clone()).await.unwrap();
        assert!(faults.overwrite("a", Bytes::from_static(b"false")) && faults.strip_metadata("a"));
        let object = bucket.get("a").await.unwrap();
        assert_eq!((object.bytes.as_ref(), object.meta.size), (&b"false"[..], 5));
        assert!(object.meta.user_metadata.is_empty());
        assert_eq!(faults.replacements(), 0);
        bucket.put("a", Bytes::new(), options).await.unwrap();
        assert_eq!(faults.replacements(), 1);
        assert!(faults.erase("a") && !faults.erase("a"));
    }
}
