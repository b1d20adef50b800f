//! The buckets of one server: embedded ones under a folder, and remote ones that the settings name.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use cairn_environment::Environment;
use cairn_model::{AccountId, BucketName, InvalidBucketName, Region};

use crate::bucket_record::CompiledPolicy;
use crate::data_keys::DataKeys;
use crate::folder::{AtRest, RemoveError, write_durably};
use crate::object_lock::refusal;
use crate::{
    Bucket, BucketLock, BucketRecord, DefaultEncryption, LifecycleRule, ObjectError, RemoteBucket, Versioning,
};

/// Where the records are, in the root. No bucket name begins with a point.
const RECORDS: &str = ".buckets";

/// The buckets of one server. Clones share them.
#[derive(Clone, Debug)]
pub struct Buckets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    environment: Environment,
    remotes: BTreeMap<String, Bucket>,
    keys: BucketKeys,
    embedded: Mutex<Embedded>,
    /// Held while a record changes, from reading it to its being durable.
    changes: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Embedded {
    records: BTreeMap<String, BucketRecord>,
    /// Kept also for removed buckets: one of the same name must share its lock.
    buckets: BTreeMap<String, Bucket>,
}

/// With which keys the objects of embedded buckets are encrypted.
#[derive(Clone, Debug, Default)]
pub struct BucketKeys {
    /// Without any, objects lie as they are.
    pub keys: Option<Arc<dyn DataKeys>>,
    /// Whether objects lie as they are for which neither the put nor the bucket asks for encryption.
    pub plain_by_default: bool,
}

/// Why an embedded bucket was not created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateBucketError {
    /// The name breaks a rule.
    #[error(transparent)]
    InvalidName(#[from] InvalidBucketName),
    /// The same account has it already.
    #[error("the bucket is yours already")]
    AlreadyOwnedByYou,
    /// Someone else has it, or a remote bucket has this name.
    #[error("the bucket name is taken")]
    AlreadyExists,
    /// The folder failed.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

/// Why an embedded bucket was not removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoveBucketError {
    /// It has objects.
    #[error("the bucket is not empty")]
    NotEmpty,
    /// The folder failed, or the bucket is not there.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

#[allow(clippy::unused_async, reason = "callers need not know which calls are answered from memory")]
impl Buckets {
    /// Opens the embedded buckets under `root`, which is created when absent, and knows `remotes` by their names.
    ///
    /// # Errors
    /// When the folder cannot be read, a record in it does not parse, or the settings of a remote make no sense.
    pub async fn open(
        root: PathBuf,
        remotes: Vec<RemoteBucket>,
        environment: &Environment,
    ) -> Result<Self, ObjectError> {
        Self::open_with_keys(root, remotes, BucketKeys::default(), environment).await
    }

    /// The same, with keys for the objects of the embedded ones.
    ///
    /// # Errors
    /// Those of [`Buckets::open`].
    pub async fn open_with_keys(
        root: PathBuf,
        remotes: Vec<RemoteBucket>,
        keys: BucketKeys,
        environment: &Environment,
    ) -> Result<Self, ObjectError> {
        let named = |settings: &RemoteBucket| Ok((settings.name.clone(), Bucket::remote(settings, environment)?));
        let remotes = remotes.iter().map(named).collect::<Result<_, ObjectError>>()?;
        let folder = root.join(RECORDS);
        let records = environment.tasks.blocking(move || read_records(&folder)).await?;
        let embedded = Mutex::new(Embedded { records, buckets: BTreeMap::new() });
        let (environment, changes) = (environment.clone(), tokio::sync::Mutex::new(()));
        Ok(Self(Arc::new(Inner { root, environment, remotes, keys, embedded, changes })))
    }

    /// The bucket of this name, embedded or remote.
    pub async fn find(&self, name: &str) -> Option<Bucket> {
        if self.is_embedded(name) { Some(self.0.bucket(name)) } else { self.0.remotes.get(name).cloned() }
    }

    /// Whether an embedded bucket has this name and its folder is there.
    pub fn is_embedded(&self, name: &str) -> bool {
        self.0.record(name).is_some()
    }

    /// Creates an embedded bucket.
    ///
    /// # Errors
    /// Each [`CreateBucketError`].
    pub async fn create(&self, name: &str, owner: AccountId, region: &Region) -> Result<(), CreateBucketError> {
        self.create_with(name, owner, region, |_| {}).await
    }

    /// The same with Object Lock, and so with versioning.
    ///
    /// # Errors
    /// Each [`CreateBucketError`].
    pub async fn create_with_object_lock(
        &self,
        name: &str,
        owner: AccountId,
        region: &Region,
    ) -> Result<(), CreateBucketError> {
        let lock = |record: &mut BucketRecord| {
            record.versioning = Versioning::Enabled;
            record.object_lock = Some(BucketLock::default());
        };
        self.create_with(name, owner, region, lock).await
    }

    async fn create_with(
        &self,
        name: &str,
        owner: AccountId,
        region: &Region,
        settle: impl FnOnce(&mut BucketRecord),
    ) -> Result<(), CreateBucketError> {
        let name = BucketName::parse(name)?;
        let _changes = self.0.changes.lock().await;
        if self.0.remotes.contains_key(name.as_str()) {
            return Err(CreateBucketError::AlreadyExists);
        }
        match self.0.record(name.as_str()) {
            Some(record) if record.owner == owner => return Err(CreateBucketError::AlreadyOwnedByYou),
            Some(_) => return Err(CreateBucketError::AlreadyExists),
            None => {}
        }
        let mut record = BucketRecord {
            name,
            owner,
            region: region.clone(),
            created_at: self.0.environment.clock.now(),
            versioning: Versioning::NeverSet,
            policy: None,
            encryption: None,
            object_lock: None,
            lifecycle: Vec::new(),
            compiled: CompiledPolicy::default(),
        };
        settle(&mut record);
        self.0.make_folder(record.name.as_str()).await?;
        Ok(self.0.save(record).await?)
    }

    /// Removes an embedded bucket, which must be empty.
    ///
    /// # Errors
    /// Each [`RemoveBucketError`].
    pub async fn remove(&self, name: &str) -> Result<(), RemoveBucketError> {
        let _changes = self.0.changes.lock().await;
        if !self.is_embedded(name) {
            return Err(ObjectError::NoSuchBucket.into());
        }
        match self.0.bucket(name).remove_folder().await {
            Ok(()) => {}
            Err(RemoveError::NotEmpty) => return Err(RemoveBucketError::NotEmpty),
            Err(RemoveError::Failed(error)) => return Err(error.into()),
        }
        Ok(self.0.forget(name).await?)
    }

    /// What is kept about an embedded bucket.
    pub async fn describe(&self, name: &str) -> Option<BucketRecord> {
        self.0.record(name)
    }

    /// The embedded buckets of an account, in the order of their names.
    pub async fn list_owned(&self, owner: AccountId) -> Vec<BucketRecord> {
        let records: Vec<_> = self.0.lock().records.values().filter(|record| record.owner == owner).cloned().collect();
        records.into_iter().filter(|record| self.0.has_folder(record.name.as_str())).collect()
    }

    /// Sets the versioning status that an embedded bucket answers.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], `InvalidBucketState` for a bucket with Object Lock, or what the folder failed with.
    pub async fn set_versioning(&self, name: &str, versioning: Versioning) -> Result<(), ObjectError> {
        let set = |record: &mut BucketRecord| {
            if record.object_lock.is_some() && versioning != Versioning::Enabled {
                let reason = "An Object Lock configuration is present on this bucket, so the versioning state cannot be \
                              changed.";
                return Err(refusal("InvalidBucketState", reason));
            }
            record.versioning = versioning;
            Ok(())
        };
        self.0.try_change(name, set).await
    }

    /// Gives an embedded bucket Object Lock, or another default retention. It cannot be taken away.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], `InvalidBucketState` for a bucket without versioning, or what the folder failed with.
    pub async fn set_object_lock(&self, name: &str, lock: BucketLock) -> Result<(), ObjectError> {
        let set = |record: &mut BucketRecord| {
            if record.versioning != Versioning::Enabled {
                let reason = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
                return Err(refusal("InvalidBucketState", reason));
            }
            record.object_lock = Some(lock);
            Ok(())
        };
        self.0.try_change(name, set).await
    }

    /// Sets or, with `None`, deletes the policy text of an embedded bucket.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], or what the folder failed with.
    pub async fn set_policy(&self, name: &str, policy: Option<String>) -> Result<(), ObjectError> {
        let renew = |record: &mut BucketRecord| {
            record.policy = policy;
            record.compiled = CompiledPolicy::default();
        };
        self.0.change(name, renew).await
    }

    /// Sets or, with `None`, resets the encryption of an embedded bucket's objects.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], or what the folder failed with.
    pub async fn set_encryption(&self, name: &str, default: Option<DefaultEncryption>) -> Result<(), ObjectError> {
        self.0.change(name, |record| record.encryption = default).await
    }

    /// Sets or, with none, deletes the lifecycle rules of an embedded bucket.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], or what the folder failed with.
    pub async fn set_lifecycle(&self, name: &str, rules: Vec<LifecycleRule>) -> Result<(), ObjectError> {
        self.0.change(name, |record| record.lifecycle = rules).await
    }

    /// Every embedded bucket that has lifecycle rules, in the order of their names.
    pub async fn list_with_lifecycle(&self) -> Vec<BucketRecord> {
        let has_rules = |record: &&BucketRecord| !record.lifecycle.is_empty();
        let records: Vec<_> = self.0.lock().records.values().filter(has_rules).cloned().collect();
        records.into_iter().filter(|record| self.0.has_folder(record.name.as_str())).collect()
    }

    /// How far a task over all embedded buckets has come: the text that [`Buckets::keep_note`] was given last.
    ///
    /// # Errors
    /// What the folder failed with.
    pub async fn note(&self, task: &str) -> Result<Option<String>, ObjectError> {
        let path = self.0.note_path(task);
        let read = self.0.environment.tasks.blocking(move || fs::read_to_string(path)).await;
        match read {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps how far a task over all embedded buckets has come, durably.
    ///
    /// # Errors
    /// What the folder failed with.
    pub async fn keep_note(&self, task: &str, text: String) -> Result<(), ObjectError> {
        let path = self.0.note_path(task);
        Ok(self.0.environment.tasks.blocking(move || write_durably(&path, text.as_bytes())).await?)
    }

    /// The full ARN of the kms key that `reference` means to the owner of an embedded bucket; without one, that of the
    /// key which S3 has of its own there.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], and [`ObjectError::Other`] with a code that begins with `KMS.`.
    pub async fn kms_key(&self, name: &str, reference: Option<&str>) -> Result<String, ObjectError> {
        let record = self.0.record(name).ok_or(ObjectError::NoSuchBucket)?;
        let Some(keys) = &self.0.keys.keys else {
            let code = "KMS.NotFoundException".to_owned();
            return Err(ObjectError::Other { code, reason: "there are no keys here".to_owned() });
        };
        keys.kms_key(record.owner, &record.region, reference).await
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Embedded> {
        self.embedded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record of a bucket whose folder is there: someone may have removed it by hand.
    fn record(&self, name: &str) -> Option<BucketRecord> {
        let record = self.lock().records.get(name).cloned()?;
        self.has_folder(name).then_some(record)
    }

    fn has_folder(&self, name: &str) -> bool {
        self.root.join(name).is_dir()
    }

    fn bucket(&self, name: &str) -> Bucket {
        let mut embedded = self.lock();
        let record = embedded.records.get(name).cloned();
        let new = || {
            let BucketKeys { keys, plain_by_default } = self.keys.clone();
            let record = Arc::new(RwLock::new(record));
            let at_rest = AtRest { bucket: name.into(), keys, plain_by_default, record };
            Bucket::embedded(self.root.join(name), at_rest, &self.environment)
        };
        embedded.buckets.entry(name.to_owned()).or_insert_with(new).clone()
    }

    /// Records end with `.json`.
    fn note_path(&self, task: &str) -> PathBuf {
        self.root.join(RECORDS).join(format!("{task}.note"))
    }

    fn record_path(&self, name: &str) -> PathBuf {
        self.root.join(RECORDS).join(format!("{name}.json"))
    }

    /// Creates the folder of a bucket. One that a crash left without a record is taken over.
    async fn make_folder(&self, name: &str) -> Result<(), ObjectError> {
        let path = self.root.join(name);
        let made = self.environment.tasks.blocking(move || match DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        });
        Ok(made.await?)
    }

    async fn change(&self, name: &str, change: impl FnOnce(&mut BucketRecord)) -> Result<(), ObjectError> {
        let change = |record: &mut BucketRecord| {
            change(record);
            Ok(())
        };
        self.try_change(name, change).await
    }

    async fn try_change(
        &self,
        name: &str,
        change: impl FnOnce(&mut BucketRecord) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let _changes = self.changes.lock().await;
        let mut record = self.record(name).ok_or(ObjectError::NoSuchBucket)?;
        change(&mut record)?;
        self.save(record).await
    }

    async fn save(&self, record: BucketRecord) -> Result<(), ObjectError> {
        let name = record.name.as_str().to_owned();
        let path = self.record_path(&name);
        let json = serde_json::to_vec_pretty(&record).map_err(|error| ObjectError::internal(error.to_string()))?;
        self.environment.tasks.blocking(move || write_durably(&path, &json)).await?;
        let mut embedded = self.lock();
        if let Some(bucket) = embedded.buckets.get(&name) {
            bucket.renew(&record);
        }
        embedded.records.insert(name, record);
        Ok(())
    }

    async fn forget(&self, name: &str) -> Result<(), ObjectError> {
        self.lock().records.remove(name);
        let path = self.record_path(name);
        Ok(self.environment.tasks.blocking(move || fs::remove_file(path)).await?)
    }
}

fn read_records(folder: &Path) -> Result<BTreeMap<String, BucketRecord>, ObjectError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut records = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let record: BucketRecord = serde_json::from_slice(&fs::read(&path)?).map_err(|error| {
                ObjectError::internal(format!("{} is not a bucket record: {error}", path.display()))
            })?;
            records.insert(record.name.as_str().to_owned(), record);
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use bytes::Bytes;
    use zeroize::Zeroizing;

    use super::*;
    use crate::PutOptions;

    const OTHER: &str = "999999999999";

    async fn open(root: &Path) -> Buckets {
        let remote = RemoteBucket {
            name: "far-away".into(),
            endpoint_url: Some("http://127.0.0.1:1".into()),
            region: Region::us_east_1(),
            access_key_id: "AKID".into(),
            secret_access_key: Zeroizing::new("secret".into()),
            path_style: true,
            sets_acl: true,
            allow_local: true,
            keys: crate::RemoteKeys::Ours,
        };
        Buckets::open(root.join("buckets"), vec![remote], &Environment::real()).await.unwrap()
    }

    async fn create(buckets: &Buckets, name: &str) -> Result<(), CreateBucketError> {
        buckets.create(name, AccountId::DEFAULT, &Region::us_east_1()).await
    }

    #[tokio::test]
    async fn buckets_and_what_is_kept_about_them_survive_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let buckets = open(folder.path()).await;
        create(&buckets, "my-logs").await.unwrap();
        buckets.set_versioning("my-logs", Versioning::Enabled).await.unwrap();
        buckets.set_policy("my-logs", Some("{}".into())).await.unwrap();
        let before = buckets.describe("my-logs").await.unwrap();
        let buckets = open(folder.path()).await;
        assert_eq!(buckets.describe("my-logs").await, Some(before.clone()));
        assert_eq!(buckets.list_owned(AccountId::DEFAULT).await, [before]);
        assert!(buckets.is_embedded("my-logs") && !buckets.is_embedded("far-away"));
        assert_eq!(buckets.find("far-away").await.unwrap().name(), "far-away");
        assert!(buckets.find(".buckets").await.is_none() && buckets.find("../x").await.is_none());
    }

    #[tokio::test]
    async fn names_are_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let buckets = open(folder.path()).await;
        create(&buckets, "my-logs").await.unwrap();
        assert_eq!(create(&buckets, "my-logs").await, Err(CreateBucketError::AlreadyOwnedByYou));
        let other = buckets.create("my-logs", AccountId::parse(OTHER).unwrap(), &Region::us_east_1()).await;
        assert_eq!(other, Err(CreateBucketError::AlreadyExists));
        assert_eq!(create(&buckets, "far-away").await, Err(CreateBucketError::AlreadyExists));
        assert!(matches!(create(&buckets, "..").await, Err(CreateBucketError::InvalidName(_))));
    }

    #[tokio::test]
    async fn only_an_empty_bucket_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let buckets = open(folder.path()).await;
        create(&buckets, "my-logs").await.unwrap();
        let bucket = buckets.find("my-logs").await.unwrap();
        bucket.put("a/b", Bytes::from_static(b"x"), PutOptions::default()).await.unwrap();
        assert_eq!(buckets.remove("my-logs").await, Err(RemoveBucketError::NotEmpty));
        bucket.delete("a/b").await.unwrap();
        buckets.remove("my-logs").await.unwrap();
        assert!(buckets.find("my-logs").await.is_none());
        let put = bucket.put("a", Bytes::new(), PutOptions::default()).await;
        assert_eq!(put, Err(ObjectError::NoSuchBucket));
        assert_eq!(buckets.remove("my-logs").await, Err(ObjectError::NoSuchBucket.into()));
        create(&buckets, "my-logs").await.unwrap();
        bucket.put("a", Bytes::new(), PutOptions::default()).await.unwrap();
    }

    #[tokio::test]
    async fn a_folder_removed_by_hand_is_a_bucket_gone_and_files_are_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let buckets = open(folder.path()).await;
        create(&buckets, "my-logs").await.unwrap();
        let bucket = buckets.find("my-logs").await.unwrap();
        bucket.put("a/b", Bytes::from_static(b"x"), PutOptions::default()).await.unwrap();
        let root = folder.path().join("buckets/my-logs");
        let mode = |path: &str| fs::metadata(root.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("a/b"), mode("a/b.%meta"), mode("a"), mode("")), (0o600, 0o600, 0o700, 0o700));
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(bucket.get("a/b").await.unwrap_err(), ObjectError::NoSuchBucket);
        assert!(buckets.find("my-logs").await.is_none());
        create(&buckets, "my-logs").await.unwrap();
        assert_eq!(bucket.get("a/b").await.unwrap_err(), ObjectError::NotFound);
    }
}
