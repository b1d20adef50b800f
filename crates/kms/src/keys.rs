//! The key store as its callers see it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_environment::Environment;
use cairn_model::Timestamp;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard};
use zeroize::Zeroizing;

use crate::alias::{check_name, check_not_reserved};
use crate::ciphertext::Header;
use crate::key::Material;
use crate::rows::{self, Image};
use crate::{
    Alias, EncryptionContext, Key, KeyState, KmsError, ManagedBy, MasterKey, NewKey, OpenKmsError, Place, context,
    sealing,
};

/// Keys and aliases. Clones are the same store.
#[derive(Clone)]
pub struct Kms(Arc<Shared>);

struct Shared {
    /// Held through a whole change, so that the image is renewed in the order of the changes.
    connection: Mutex<Option<SqliteConnection>>,
    image: RwLock<Arc<Image>>,
    master: MasterKey,
    environment: Environment,
}

/// What a ciphertext held.
#[derive(Debug)]
pub struct Decrypted {
    /// The key that had sealed it.
    pub key: Arc<Key>,
    /// What was sealed.
    pub plaintext: Zeroizing<Vec<u8>>,
}

/// What the master key is known by is bound to this.
const CHECK: &[u8] = b"cairn-kms-check";

impl Kms {
    /// Opens the key store at `path`, a file that is created when absent and readable by its owner only.
    ///
    /// # Errors
    /// [`OpenKmsError`] when the file cannot be used, or was written by a newer Cairn or under another master key.
    pub async fn open(path: &Path, master: MasterKey, environment: &Environment) -> Result<Self, OpenKmsError> {
        let mut connection = rows::open(path).await?;
        let wrong = || OpenKmsError::WrongMasterKey { path: path.to_owned() };
        if let Some(wrapped) = rows::load_check(&mut connection).await? {
            master.unwrap(CHECK, &wrapped).map_err(|_| wrong())?;
        } else {
            let wrapped = master.wrap(CHECK, &[0; 32], &environment.random).map_err(|_| wrong())?;
            rows::put_check(&mut connection, &wrapped).await?;
        }
        let image = RwLock::new(Arc::new(rows::load(&mut connection).await?));
        let environment = environment.clone();
        Ok(Self(Arc::new(Shared { connection: Mutex::new(Some(connection)), image, master, environment })))
    }

    /// The key under which everything else is wrapped.
    pub fn master_key(&self) -> &MasterKey {
        &self.0.master
    }

    /// Makes a key. It is durable when this returns.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_key(&self, new: NewKey) -> Result<Arc<Key>, KmsError> {
        self.create_drafted(self.draft_key(new)?).await
    }

    /// A key that is nowhere yet, so that its policy can be looked at.
    ///
    /// # Errors
    /// When no material can be made.
    pub fn draft_key(&self, new: NewKey) -> Result<Key, KmsError> {
        self.new_key(new, ManagedBy::Customer)
    }

    /// Makes a key of a draft. It is durable when this returns.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_drafted(&self, key: Key) -> Result<Arc<Key>, KmsError> {
        let mut connection = self.connection().await?;
        rows::put_key(opened(&mut connection)?, &key).await?;
        Ok(self.keep(key))
    }

    /// The key that a service looks after, such as that of `alias/aws/s3`. It is made when it is first asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn service_key(&self, place: &Place, alias: &str, description: &str) -> Result<Arc<Key>, KmsError> {
        let mut connection = self.connection().await?;
        if let Ok(key) = self.find(place, alias) {
            return Ok(key);
        }
        let new =
            NewKey { place: place.clone(), description: description.to_owned(), policy: None, tags: BTreeMap::new() };
        let key = self.new_key(new, ManagedBy::Aws)?;
        let now = key.created_at;
        let alias = Alias { name: alias.to_owned(), key_id: key.id.clone(), created_at: now, updated_at: now };
        let mut transaction = opened(&mut connection)?.begin().await?;
        rows::put_key(&mut transaction, &key).await?;
        rows::put_alias(&mut transaction, place, &alias).await?;
        transaction.commit().await?;
        self.renew(|image| {
            image.aliases.entry(place.clone()).or_default().insert(alias.name.clone(), alias);
        });
        Ok(self.keep(key))
    }

    /// The key that `reference` means in `place`: an id, the ARN of a key, an alias, or the ARN of an alias.
    ///
    /// # Errors
    /// [`KmsError::NotFound`], and [`KmsError::NotYours`] for the ARN of another account's key.
    pub fn find(&self, place: &Place, reference: &str) -> Result<Arc<Key>, KmsError> {
        let key = self.find_of_any_account(place, reference)?;
        if key.place.account == place.account { Ok(key) } else { Err(KmsError::NotYours { arn: key.arn() }) }
    }

    /// The same, where the ARN of another account's key or alias is as good: that key's policy decides who may use it.
    ///
    /// # Errors
    /// [`KmsError::NotFound`]
    pub fn find_of_any_account(&self, place: &Place, reference: &str) -> Result<Arc<Key>, KmsError> {
        let (owner, resource) = owner_and_resource(place, reference)?;
        let image = self.image();
        let key_id = if resource.starts_with("alias/") {
            let alias = image.aliases.get(&owner).and_then(|aliases| aliases.get(resource));
            let absent = || KmsError::NotFound(format!("Alias {} is not found.", owner.arn(resource)));
            alias.ok_or_else(absent)?.key_id.as_str()
        } else {
            resource.strip_prefix("key/").unwrap_or(resource)
        };
        let key = image.keys.get(key_id).filter(|key| key.place == owner);
        let absent = || KmsError::NotFound(format!("Key '{}' does not exist", owner.arn(&format!("key/{key_id}"))));
        key.cloned().ok_or_else(absent)
    }

    /// The keys of a place, in the order of their ids.
    pub fn list_keys(&self, place: &Place) -> Vec<Arc<Key>> {
        self.image().keys.values().filter(|key| key.place == *place).cloned().collect()
    }

    /// The aliases of a place, in the order of their names.
    pub fn list_aliases(&self, place: &Place) -> Vec<Alias> {
        self.image().aliases.get(place).into_iter().flat_map(BTreeMap::values).cloned().collect()
    }

    /// Changes a key. The change is durable when this returns.
    ///
    /// # Errors
    /// Those of [`Kms::find`], what `change` refuses, and when the database fails.
    pub async fn change_key(
        &self,
        place: &Place,
        reference: &str,
        change: impl FnOnce(&mut Key) -> Result<(), KmsError> + Send,
    ) -> Result<Arc<Key>, KmsError> {
        let mut connection = self.connection().await?;
        let found = self.find(place, reference)?;
        if found.manager == ManagedBy::Aws {
            return Err(KmsError::ManagedByAws { arn: found.arn() });
        }
        let mut key = Key::clone(&found);
        change(&mut key)?;
        rows::put_key(opened(&mut connection)?, &key).await?;
        Ok(self.keep(key))
    }

    /// Gives a key one name more.
    ///
    /// # Errors
    /// [`KmsError::AliasExists`], [`KmsError::InvalidAliasName`], those of [`Kms::find`], and a key pending deletion.
    pub async fn create_alias(&self, place: &Place, name: &str, target: &str) -> Result<(), KmsError> {
        check_name(name)?;
        let mut connection = self.connection().await?;
        if self.alias(place, name).is_some() {
            return Err(KmsError::AliasExists { arn: place.arn(name) });
        }
        let now = self.0.environment.clock.now();
        self.put_alias(opened(&mut connection)?, place, name, (target, now)).await
    }

    /// Lets a name stand for another key.
    ///
    /// # Errors
    /// [`KmsError::NotFound`] when there is no such alias or key, and a key pending deletion.
    pub async fn update_alias(&self, place: &Place, name: &str, target: &str) -> Result<(), KmsError> {
        check_not_reserved(name)?;
        let mut connection = self.connection().await?;
        let Some(alias) = self.alias(place, name) else { return Err(no_alias(place, name)) };
        self.put_alias(opened(&mut connection)?, place, name, (target, alias.created_at)).await
    }

    /// Takes a name away.
    ///
    /// # Errors
    /// [`KmsError::NotFound`] when there is no such alias.
    pub async fn delete_alias(&self, place: &Place, name: &str) -> Result<(), KmsError> {
        let mut connection = self.connection().await?;
        if self.alias(place, name).is_none() {
            return Err(no_alias(place, name));
        }
        check_not_reserved(name)?;
        rows::remove_alias(opened(&mut connection)?, place, name).await?;
        self.renew(|image| {
            image.aliases.get_mut(place).map(|aliases| aliases.remove(name));
        });
        Ok(())
    }

    /// Seals `plaintext` under the key's newest material. The same `context` must be given to open it.
    ///
    /// # Errors
    /// [`KmsError::Disabled`] and [`KmsError::PendingDeletion`].
    pub fn encrypt(&self, key: &Key, plaintext: &[u8], context: &EncryptionContext) -> Result<Vec<u8>, KmsError> {
        key.check_usable()?;
        let version = u32::try_from(key.materials.len()).unwrap_or(u32::MAX);
        let header = Header::of(&key.id, version).ok_or(KmsError::InvalidCiphertext)?;
        let secret = self.material(key, version)?;
        let bound = [header.bytes(), context::bytes(context)].concat();
        let sealed = sealing::seal(&secret, &bound, plaintext, &self.0.environment.random);
        Ok([header.bytes(), sealed.map_err(|_| KmsError::InvalidCiphertext)?].concat())
    }

    /// The key under which a ciphertext says that it lies. Proves nothing.
    pub fn key_of(&self, ciphertext: &[u8]) -> Option<Arc<Key>> {
        let (header, _) = Header::split(ciphertext).ok()?;
        self.image().keys.get(&header.key_id()).cloned()
    }

    /// Opens what [`Kms::encrypt`] sealed with a key that lives in `place`.
    ///
    /// # Errors
    /// [`KmsError::InvalidCiphertext`] when it was changed or the context is another one, [`KmsError::NotFound`] and
    /// [`KmsError::NotYours`] when the key is not there, [`KmsError::Disabled`] and [`KmsError::PendingDeletion`].
    pub fn decrypt(
        &self,
        place: &Place,
        ciphertext: &[u8],
        context: &EncryptionContext,
    ) -> Result<Decrypted, KmsError> {
        let (header, sealed) = Header::split(ciphertext)?;
        let key = self.image().keys.get(&header.key_id()).cloned().ok_or(KmsError::InvalidCiphertext)?;
        if key.place.region != place.region {
            return Err(KmsError::InvalidCiphertext);
        }
        if key.place.account != place.account {
            return Err(KmsError::NotYours { arn: key.arn() });
        }
        key.check_usable()?;
        let secret = self.material(&key, header.version)?;
        let bound = [header.bytes(), context::bytes(context)].concat();
        let plaintext = sealing::open(&secret, &bound, sealed).map_err(|_| KmsError::InvalidCiphertext)?;
        Ok(Decrypted { key, plaintext })
    }

    /// The environment that the store was opened with.
    pub(crate) fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// Removes a key for good, with the aliases that stand for it.
    pub(crate) async fn remove_key(&self, key: &Key) -> Result<(), KmsError> {
        let mut connection = self.connection().await?;
        let mut transaction = opened(&mut connection)?.begin().await?;
        rows::remove_key(&mut transaction, &key.id).await?;
        let aliases: Vec<_> =
            self.list_aliases(&key.place).into_iter().filter(|alias| alias.key_id == key.id).collect();
        for alias in &aliases {
            rows::remove_alias(&mut transaction, &key.place, &alias.name).await?;
        }
        transaction.commit().await?;
        self.renew(|image| {
            image.keys.remove(&key.id);
            if let Some(of_place) = image.aliases.get_mut(&key.place) {
                of_place.retain(|_, alias| alias.key_id != key.id);
            }
        });
        Ok(())
    }

    /// Every key of every place.
    pub(crate) fn all_keys(&self) -> Vec<Arc<Key>> {
        self.image().keys.values().cloned().collect()
    }

    /// New material for a key with this id.
    pub(crate) fn new_material(&self, key_id: &str, created_at: Timestamp) -> Result<Material, KmsError> {
        let random = &self.0.environment.random;
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(random.bytes());
        let id = hex::encode(random.bytes::<32>());
        let wrapped = self.0.master.wrap(&material_bound(key_id, &id), secret.as_slice(), random)?;
        Ok(Material { id, wrapped: STANDARD.encode(wrapped), created_at })
    }

    fn new_key(&self, new: NewKey, manager: ManagedBy) -> Result<Key, KmsError> {
        let (id, now) = (self.0.environment.random.uuid(), self.0.environment.clock.now());
        Ok(Key {
            materials: vec![self.new_material(&id, now)?],
            policy: new.policy.unwrap_or_else(|| Key::default_policy(&new.place)),
            id,
            place: new.place,
            description: new.description,
            state: KeyState::Enabled,
            manager,
            created_at: now,
            rotation: None,
            tags: new.tags,
        })
    }

    fn material(&self, key: &Key, version: u32) -> Result<Zeroizing<[u8; 32]>, KmsError> {
        let at = usize::try_from(version).ok().and_then(|version| version.checked_sub(1));
        let material = at.and_then(|at| key.materials.get(at)).ok_or(KmsError::InvalidCiphertext)?;
        let wrapped = STANDARD.decode(&material.wrapped).map_err(|_| KmsError::InvalidCiphertext)?;
        self.0.master.unwrap(&material_bound(&key.id, &material.id), &wrapped)
    }

    async fn put_alias(
        &self,
        connection: &mut SqliteConnection,
        place: &Place,
        name: &str,
        (target, created_at): (&str, Timestamp),
    ) -> Result<(), KmsError> {
        let key = self.find(place, target)?;
        key.check_changeable()?;
        let updated_at = self.0.environment.clock.now();
        let alias = Alias { name: name.to_owned(), key_id: key.id.clone(), created_at, updated_at };
        rows::put_alias(connection, place, &alias).await?;
        self.renew(|image| {
            image.aliases.entry(place.clone()).or_default().insert(name.to_owned(), alias);
        });
        Ok(())
    }

    fn alias(&self, place: &Place, name: &str) -> Option<Alias> {
        self.image().aliases.get(place)?.get(name).cloned()
    }

    async fn connection(&self) -> Result<MutexGuard<'_, Option<SqliteConnection>>, KmsError> {
        let connection = self.0.connection.lock().await;
        if connection.is_some() { Ok(connection) } else { Err(KmsError::Closed) }
    }

    fn image(&self) -> Arc<Image> {
        Arc::clone(&self.0.image.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, key: Key) -> Arc<Key> {
        let key = Arc::new(key);
        self.renew(|image| {
            image.keys.insert(key.id.clone(), Arc::clone(&key));
        });
        key
    }

    fn renew(&self, change: impl FnOnce(&mut Image)) {
        change(Arc::make_mut(&mut self.0.image.write().unwrap_or_else(PoisonError::into_inner)));
    }
}

impl fmt::Debug for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kms").finish_non_exhaustive()
    }
}

fn opened<'c>(
    connection: &'c mut MutexGuard<'_, Option<SqliteConnection>>,
) -> Result<&'c mut SqliteConnection, KmsError> {
    connection.as_mut().ok_or(KmsError::Closed)
}

fn no_alias(place: &Place, name: &str) -> KmsError {
    KmsError::NotFound(format!("Alias {} is not found.", place.arn(name)))
}

/// What the wrapping of a material is bound to, so that rows cannot be exchanged.
fn material_bound(key_id: &str, material_id: &str) -> Vec<u8> {
    format!("cairn-kms-material:{key_id}:{material_id}").into_bytes()
}

/// Whose key is meant, and `alias/…`, `key/…` or an id.
fn owner_and_resource<'r>(place: &Place, reference: &'r str) -> Result<(Place, &'r str), KmsError> {
    let invalid = || KmsError::NotFound(format!("Invalid keyId '{reference}'"));
    let (owner, resource) = match reference.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "kms", region, account, resource] => {
            if *region != place.region.as_str() {
                return Err(KmsError::NotFound(format!("Invalid arn {region}")));
            }
            let account = cairn_model::AccountId::parse(account).map_err(|_| invalid())?;
            (Place { account, region: place.region.clone() }, *resource)
        }
        ["arn", ..] => return Err(invalid()),
        _ => (place.clone(), reference),
    };
    let is_arn = reference.starts_with("arn:");
    let id = resource.strip_prefix("key/").filter(|_| is_arn).or((!is_arn).then_some(resource));
    let is_id = id.is_some_and(|id| id.len() == 36 && Header::of(id, 1).is_some());
    if resource.starts_with("alias/") || is_id { Ok((owner, resource)) } else { Err(invalid()) }
}

#[cfg(test)]
mod tests {
    use cairn_model::{AccountId, Region};

    use super::*;

    struct Fixture {
        kms: Kms,
        folder: tempfile::TempDir,
    }

    fn master() -> MasterKey {
        MasterKey::parse(&STANDARD.encode([9; 32])).unwrap()
    }

    async fn fixture() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let kms = open(&folder).await;
        Fixture { kms, folder }
    }

    async fn open(folder: &tempfile::TempDir) -> Kms {
        Kms::open(&folder.path().join("kms.sqlite"), master(), &Environment::real()).await.unwrap()
    }

    fn place() -> Place {
        Place { account: AccountId::DEFAULT, region: Region::us_east_1() }
    }

    fn new() -> NewKey {
        NewKey { place: place(), description: "for logs".into(), policy: None, tags: BTreeMap::new() }
    }

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn open_all(kms: &Kms, ciphertext: &[u8]) -> Result<Vec<u8>, KmsError> {
        kms.decrypt(&place(), ciphertext, &EncryptionContext::new()).map(|opened| opened.plaintext.to_vec())
    }

    #[tokio::test]
    async fn a_ciphertext_opens_after_a_restart_and_only_with_its_context() {
        let Fixture { kms, folder } = fixture().await;
        let key = kms.create_key(new()).await.unwrap();
        let bound = context(&[("b", "2"), ("a", "1")]);
        let ciphertext = kms.encrypt(&key, b"hello", &bound).unwrap();
        drop(kms);
        let kms = open(&folder).await;
        assert_eq!(kms.list_keys(&place()), [Arc::clone(&key)]);
        let opened = kms.decrypt(&place(), &ciphertext, &context(&[("a", "1"), ("b", "2")])).unwrap();
        assert_eq!((opened.plaintext.as_slice(), &opened.key.id), (&b"hello"[..], &key.id));
        for other in [context(&[]), context(&[("a", "1")]), context(&[("a", "1"), ("b", "3")])] {
            assert!(matches!(kms.decrypt(&place(), &ciphertext, &other), Err(KmsError::InvalidCiphertext)));
        }
        for at in 0..ciphertext.len() {
            let mut changed = ciphertext.clone();
            changed[at] ^= 1;
            assert!(matches!(kms.decrypt(&place(), &changed, &bound), Err(KmsError::InvalidCiphertext)), "{at}");
            assert!(matches!(kms.decrypt(&place(), &ciphertext[..at], &bound), Err(KmsError::InvalidCiphertext)));
        }
    }

    #[tokio::test]
    async fn another_master_key_and_material_in_the_clear_are_not_to_be_had() {
        let Fixture { kms, folder } = fixture().await;
        let key = kms.create_key(new()).await.unwrap();
        let secret = kms.material(&key, 1).unwrap();
        drop(kms);
        let path = folder.path().join("kms.sqlite");
        let other = MasterKey::parse(&STANDARD.encode([8; 32])).unwrap();
        let refused = Kms::open(&path, other, &Environment::real()).await;
        assert!(matches!(refused, Err(OpenKmsError::WrongMasterKey { .. })));
        for name in ["kms.sqlite", "kms.sqlite-wal"] {
            let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
            assert!(!bytes.windows(32).any(|window| window == secret.as_slice()), "{name}");
        }
    }

    #[tokio::test]
    async fn rotation_gives_new_material_and_the_old_one_still_opens() {
        let Fixture { kms, folder: _folder } = fixture().await;
        let key = kms.create_key(new()).await.unwrap();
        let old = kms.encrypt(&key, b"old", &EncryptionContext::new()).unwrap();
        let due = |key: &mut Key| {
            key.rotation = Some(crate::Rotation { period_days: 90, next_at: Timestamp::from_unix_ms(5) });
            Ok(())
        };
        kms.change_key(&place(), &key.id, due).await.unwrap();
        kms.do_what_is_due().await.unwrap();
        let rotated = kms.find(&place(), &key.id).unwrap();
        assert_ne!(rotated.material_id(), key.material_id());
        assert!(rotated.rotation.unwrap().next_at > rotated.created_at);
        let new = kms.encrypt(&rotated, b"new", &EncryptionContext::new()).unwrap();
        assert_eq!(open_all(&kms, &old).unwrap(), b"old");
        assert_eq!(open_all(&kms, &new).unwrap(), b"new");
        assert_ne!(old[..24], new[..24], "the version of the material stands in the ciphertext");
    }

    #[tokio::test]
    async fn a_key_that_is_not_enabled_does_nothing_and_a_deleted_one_is_gone() {
        let Fixture { kms, folder: _folder } = fixture().await;
        let key = kms.create_key(new()).await.unwrap();
        kms.create_alias(&place(), "alias/logs", &key.id).await.unwrap();
        let sealed = kms.encrypt(&key, b"x", &EncryptionContext::new()).unwrap();
        let state = async |state| {
            let set = |key: &mut Key| {
                key.state = state;
                Ok(())
            };
            kms.change_key(&place(), &key.id, set).await.unwrap()
        };
        let disabled = state(KeyState::Disabled).await;
        assert!(matches!(kms.encrypt(&disabled, b"x", &EncryptionContext::new()), Err(KmsError::Disabled { .. })));
        assert!(matches!(open_all(&kms, &sealed), Err(KmsError::Disabled { .. })));
        state(KeyState::PendingDeletion { at: Timestamp::from_unix_ms(5), window_days: 7 }).await;
        assert!(matches!(open_all(&kms, &sealed), Err(KmsError::PendingDeletion { .. })));
        kms.do_what_is_due().await.unwrap();
        assert!(matches!(open_all(&kms, &sealed), Err(KmsError::InvalidCiphertext)));
        assert!(matches!(kms.find(&place(), "alias/logs"), Err(KmsError::NotFound(_))));
    }

    #[tokio::test]
    async fn a_key_is_found_by_every_spelling_in_its_own_place_alone() {
        let Fixture { kms, folder } = fixture().await;
        let key = kms.create_key(new()).await.unwrap();
        kms.create_alias(&place(), "alias/logs", &key.arn()).await.unwrap();
        let alias_arn = "arn:aws:kms:us-east-1:123456789012:alias/logs";
        for spelling in [key.id.as_str(), key.arn().as_str(), "alias/logs", alias_arn] {
            assert_eq!(kms.find(&place(), spelling).unwrap().id, key.id, "{spelling}");
        }
        let elsewhere = Place { region: Region::parse("eu-west-1").unwrap(), ..place() };
        let stranger = Place { account: AccountId::parse("111122223333").unwrap(), ..place() };
        assert!(matches!(kms.find(&stranger, &key.arn()), Err(KmsError::NotYours { .. })));
        for (at, spelling) in [
            (&elsewhere, key.id.as_str()),
            (&elsewhere, key.arn().as_str()),
            (&stranger, "alias/logs"),
            (&place(), "key/x"),
            (&place(), "arn:aws:kms:us-east-1:12:key/x"),
            (&place(), "alias/other"),
            (&place(), ""),
        ] {
            assert!(matches!(kms.find(at, spelling), Err(KmsError::NotFound(_))), "{spelling}");
        }
        let taken = kms.create_alias(&place(), "alias/logs", &key.id).await;
        assert!(matches!(taken, Err(KmsError::AliasExists { .. })));
        drop(kms);
        let kms = open(&folder).await;
        kms.delete_alias(&place(), "alias/logs").await.unwrap();
        assert!(matches!(kms.delete_alias(&place(), "alias/logs").await, Err(KmsError::NotFound(_))));
    }

    #[tokio::test]
    async fn a_services_key_is_made_once_and_cannot_be_changed() {
        let Fixture { kms, folder: _folder } = fixture().await;
        let key = kms.service_key(&place(), "alias/aws/s3", "of S3").await.unwrap();
        assert_eq!(kms.service_key(&place(), "alias/aws/s3", "of S3").await.unwrap(), key);
        let changed = kms.change_key(&place(), "alias/aws/s3", |_| Ok(())).await;
        assert!(matches!(changed, Err(KmsError::ManagedByAws { .. })));
    }
}
