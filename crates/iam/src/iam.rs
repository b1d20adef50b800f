//! The store as its callers see it: how it is opened, changed and closed.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use cairn_environment::Environment;
use cairn_kms::MasterKey;
use cairn_model::Timestamp;
use sqlx::SqliteConnection;
use tokio::sync::Mutex;

use crate::hashing::Hashing;
use crate::image::{Change, Image};
use crate::last_used::LastUsed;
use crate::sealing::Sealer;
use crate::{IamError, IamLimits, OpenIamError, rows, unmodifiable};

/// The identities of every account. Clones are the same store.
#[derive(Clone)]
pub struct Iam(Arc<Shared>);

struct Shared {
    /// Held through a whole change, so that each change sees those before it.
    connection: Arc<Mutex<Option<SqliteConnection>>>,
    image: RwLock<Image>,
    sealer: Sealer,
    last_used: LastUsed,
    hashing: Hashing,
    limits: IamLimits,
    environment: Environment,
}

impl Iam {
    /// Opens the store at `path`, a file that is created when absent and readable by its owner only. Its secrets lie under
    /// the master key.
    ///
    /// # Errors
    /// [`OpenIamError`]
    pub async fn open(
        path: &Path,
        master: &MasterKey,
        limits: IamLimits,
        environment: &Environment,
    ) -> Result<Self, OpenIamError> {
        let unsealable = || OpenIamError::Unsealable { path: path.to_owned() };
        let mut connection = rows::open(path).await?;
        let sealer = if let Some(wrapped) = rows::load_sealing_key(&mut connection).await? {
            Sealer::unwrap(master, &wrapped).map_err(|_| unsealable())?
        } else {
            let (sealer, wrapped) = Sealer::generate(master, &environment.random).map_err(|_| unsealable())?;
            rows::put_sealing_key(&mut connection, &wrapped).await?;
            sealer
        };
        let mut image = Image::new();
        for change in rows::load(&mut connection).await? {
            image.apply(change, &sealer).map_err(|_| unsealable())?;
        }
        Ok(Self(Arc::new(Shared {
            connection: Arc::new(Mutex::new(Some(connection))),
            image: RwLock::new(image),
            sealer,
            last_used: LastUsed::default(),
            hashing: Hashing::default(),
            limits,
            environment: environment.clone(),
        })))
    }

    /// The quotas that hold.
    pub fn limits(&self) -> &IamLimits {
        &self.0.limits
    }

    /// Changes something: `work` sees how everything is, says what is to become of it, and gives what is answered. The
    /// changes are durable, and seen by all, when this returns. Once begun they are carried out even where nobody waits
    /// for the answer any more.
    ///
    /// # Errors
    /// [`IamError::UnmodifiableEntity`] for what the settings declare, those of `work`, and of the database.
    pub(crate) async fn change<T>(
        &self,
        work: impl FnOnce(&Image, &mut Vec<Change>) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        self.change_unchecked(|image, changes| {
            let answer = work(image, changes)?;
            unmodifiable::check(image, changes).map(|()| answer)
        })
        .await
    }

    /// The same for what the settings declare too.
    pub(crate) async fn change_unchecked<T>(
        &self,
        work: impl FnOnce(&Image, &mut Vec<Change>) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        let mut connection = Arc::clone(&self.0.connection).lock_owned().await;
        let mut changes = Vec::new();
        let answer = work(&self.read(), &mut changes)?;
        if changes.is_empty() {
            return Ok(answer);
        }
        let shared = Arc::clone(&self.0);
        let write = async move {
            rows::write(connection.as_mut().ok_or(IamError::Closed)?, &changes).await?;
            let mut image = shared.image.write().unwrap_or_else(PoisonError::into_inner);
            for change in changes {
                // A key that was sealed a moment ago opens.
                image.apply(change, &shared.sealer).map_err(|_| IamError::Sealing)?;
            }
            Ok(())
        };
        let written = self.0.environment.tasks.spawn(write).await;
        written.unwrap_or(Err(IamError::Closed)).map(|()| answer)
    }

    /// How everything is now. To be let go of at once.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Image> {
        self.0.image.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.0.sealer
    }

    pub(crate) fn hashing(&self) -> &Hashing {
        &self.0.hashing
    }

    pub(crate) fn last_used(&self) -> &LastUsed {
        &self.0.last_used
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.0.environment
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.environment.clock.now()
    }
}

impl fmt::Debug for Iam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iam").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ACCOUNT, Fixture, READS, TRUST};
    use crate::{Holder, KeyStatus, NewRole};

    const AUDIT: &str = "arn:aws:iam::aws:policy/SecurityAudit";

    #[tokio::test]
    async fn what_was_made_is_found_and_found_again_after_a_start() {
        let fixture = Fixture::new();
        let mut iam = fixture.open().await;
        let user = iam.create_user(ACCOUNT, ("/ops/", "Alice"), &[], None).await.unwrap();
        assert_eq!(user.arn(), "arn:aws:iam::123456789012:user/ops/Alice");
        let key = iam.create_access_key(ACCOUNT, "alice").await.unwrap();
        iam.create_group(ACCOUNT, ("/", "people")).await.unwrap();
        iam.add_user_to_group(ACCOUNT, "people", "Alice").await.unwrap();
        iam.put_inline_policy(ACCOUNT, &Holder::Group("people".into()), "reads", READS).await.unwrap();
        iam.attach_policy(ACCOUNT, &Holder::User("Alice".into()), AUDIT).await.unwrap();
        iam.update_access_key(ACCOUNT, "Alice", &key.id, KeyStatus::Inactive).await.unwrap();
        iam.note_key_used(&key.id, "s3", "us-east-1", Timestamp::from_unix_seconds(1_795_000_000));
        iam.write_last_used().await.unwrap();
        for _ in 0..2 {
            let found = iam.key(&key.id).unwrap();
            assert_eq!((found.secret.expose(), found.status), (key.secret.expose(), KeyStatus::Inactive));
            assert_eq!(found.user_id, user.id);
            let policies = iam.policies_of_user(&user.id).unwrap();
            assert_eq!(policies.sources, [AUDIT, "group/people/reads"]);
            let (name, last) = iam.key_last_used(&key.id).unwrap();
            assert_eq!((&*name, &*last.unwrap().service), ("Alice", "s3"));
            assert_eq!(iam.attachments(ACCOUNT, AUDIT).count(), 1);
            drop(iam);
            iam = fixture.open().await;
        }
        iam.delete_access_key(ACCOUNT, "Alice", &key.id).await.unwrap();
        assert!(iam.key(&key.id).is_none());
    }

    #[tokio::test]
    async fn nothing_that_still_has_something_is_deleted() {
        let iam = Fixture::new().open().await;
        iam.create_user(ACCOUNT, ("/", "bob"), &[], None).await.unwrap();
        let key = iam.create_access_key(ACCOUNT, "bob").await.unwrap();
        let first = |error: IamError| {
            let IamError::DeleteConflict(message) = error else { panic!("{error}") };
            message
        };
        let refused = first(iam.delete_user(ACCOUNT, "bob").await.unwrap_err());
        assert_eq!(refused, "Cannot delete entity, must delete access keys first.");
        iam.delete_access_key(ACCOUNT, "bob", &key.id).await.unwrap();
        let policy = iam.create_policy(ACCOUNT, ("/", "reads"), READS, (None, &[])).await.unwrap();
        iam.attach_policy(ACCOUNT, &Holder::User("bob".into()), &policy.arn()).await.unwrap();
        first(iam.delete_user(ACCOUNT, "bob").await.unwrap_err());
        first(iam.delete_policy(ACCOUNT, &policy.arn()).await.unwrap_err());
        iam.detach_policy(ACCOUNT, &Holder::User("bob".into()), &policy.arn()).await.unwrap();
        iam.set_boundary(ACCOUNT, &Holder::User("bob".into()), Some(&policy.arn())).await.unwrap();
        first(iam.delete_policy(ACCOUNT, &policy.arn()).await.unwrap_err());
        iam.delete_user(ACCOUNT, "bob").await.unwrap();
        iam.delete_policy(ACCOUNT, &policy.arn()).await.unwrap();
        assert!(matches!(iam.delete_user(ACCOUNT, "bob").await, Err(IamError::NoSuchEntity(_))));
        let own = iam.delete_policy(ACCOUNT, AUDIT).await;
        assert!(matches!(own, Err(IamError::AccessDenied(_))));
    }

    #[tokio::test]
    async fn versions_count_on_and_a_change_of_the_default_counts_at_once() {
        let iam = Fixture::new().open().await;
        let role = NewRole {
            name: "ops".into(),
            path: "/".into(),
            description: None,
            trust: TRUST.into(),
            max_session_seconds: None,
            tags: Vec::new(),
            boundary: None,
        };
        let role = iam.create_role(ACCOUNT, role).await.unwrap();
        let arn = iam.create_policy(ACCOUNT, ("/", "p"), READS, (None, &[])).await.unwrap().arn();
        iam.attach_policy(ACCOUNT, &Holder::Role("OPS".into()), &arn).await.unwrap();
        let before = iam.policies_of_role(&role.id).unwrap().policies;
        let writes = READS.replace("Get", "Put");
        let second = iam.create_policy_version(ACCOUNT, &arn, &writes, true).await.unwrap();
        assert_eq!(second.id(), "v2");
        assert_ne!(iam.policies_of_role(&role.id).unwrap().policies, before);
        iam.set_default_policy_version(ACCOUNT, &arn, "v1").await.unwrap();
        assert_eq!(iam.policies_of_role(&role.id).unwrap().policies, before);
        iam.delete_policy_version(ACCOUNT, &arn, "v2").await.unwrap();
        let third = iam.create_policy_version(ACCOUNT, &arn, &writes, false).await.unwrap();
        assert_eq!(third.id(), "v3");
        let default = iam.delete_policy_version(ACCOUNT, &arn, "v1").await;
        assert!(matches!(default, Err(IamError::DeleteConflict(_))));
    }

    #[tokio::test]
    async fn another_master_key_is_refused_and_no_secret_lies_open_in_the_file() {
        let fixture = Fixture::new();
        let iam = fixture.open().await;
        iam.create_user(ACCOUNT, ("/", "carol"), &[], None).await.unwrap();
        let key = iam.create_access_key(ACCOUNT, "carol").await.unwrap();
        for entry in std::fs::read_dir(fixture.folder()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let secret = key.secret.expose().as_bytes();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
        drop(iam);
        let environment = fixture.environment();
        let other = MasterKey::generate(&environment.random);
        let refused = Iam::open(&fixture.file(), &other, IamLimits::default(), environment).await;
        assert!(matches!(refused, Err(OpenIamError::Unsealable { .. })));
    }
}
