//! What is known of access keys, as the gateway sees it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cairn_environment::Environment;
use cairn_model::{AccountId, Timestamp};
use sqlx::{Connection, SqliteConnection};

use crate::key_table::KeyTable;
use crate::known::Known;
use crate::learner::{Learner, Outcome, Word};
use crate::lesson::{Taught, Unreadable};
use crate::rows::{self, RowError};
use crate::{KnownKey, Lesson, Principal, PrincipalsSettings, restore, schema, user_identity};

/// How many keys of an inventory are written at a time.
const INVENTORY_PART: usize = 4096;

/// Who access keys are. Clones share it.
#[derive(Clone)]
pub struct Principals {
    shared: Arc<Shared>,
    environment: Environment,
}

struct Shared {
    path: PathBuf,
    settings: PrincipalsSettings,
    keys: KeyTable,
    learner: Mutex<Learner>,
    storage: tokio::sync::Mutex<Storage>,
}

struct Storage {
    connection: Option<SqliteConnection>,
    /// How many changes are durable.
    durable: u64,
}

/// What is known cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum PrincipalsError {
    /// The file cannot be created or made private.
    #[error("{}: {error}", path.display())]
    File {
        /// The database.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// SQLite refused. What was to be learnt is known until the next start, and is written with the next lesson.
    #[error("{}: {error}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        error: sqlx::Error,
    },
    /// A newer Cairn wrote the file.
    #[error("{} has version {found}; this Cairn knows versions up to {known}", path.display())]
    TooNew {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The newest known one.
        known: usize,
    },
    /// The file is no database any more, or a row is not what Cairn wrote.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// Where, and what is wrong.
        reason: String,
    },
    /// The database took nothing for so long that nothing more is learnt until it does.
    #[error("{}: too much waits to be written", path.display())]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// It was closed.
    #[error("what is known of access keys is closed")]
    Closed,
}

impl Principals {
    /// Opens the database at `path`, a file that is created when absent and readable by its owner only, and reads all
    /// of it. Keys that the settings name are known from now on; those that they do not name any more are taken to
    /// have ended.
    ///
    /// # Errors
    /// [`PrincipalsError`], which names the file, when it cannot be used or was written by a newer Cairn.
    pub async fn open(
        path: &Path,
        settings: PrincipalsSettings,
        environment: &Environment,
    ) -> Result<Self, PrincipalsError> {
        let mut connection = schema::open(path).await?;
        let loaded = restore::load(&mut connection).await;
        let (mut learner, keys) = loaded.map_err(|error| PrincipalsError::row(path, error))?;
        let now = environment.clock.now();
        learner.take_settings(&keys, &settings, now);
        learner.sweep(&keys, &settings, now);
        keys.measure();
        let end = learner.changes.end();
        let shared = Shared {
            path: path.to_owned(),
            settings,
            keys,
            learner: Mutex::new(learner),
            storage: tokio::sync::Mutex::new(Storage { connection: Some(connection), durable: 0 }),
        };
        let principals = Self { shared: Arc::new(shared), environment: environment.clone() };
        principals.durable(end).await?;
        Ok(principals)
    }

    /// What is known of a key, at once, from memory; absent when nothing is. Keys that expired or were deleted are
    /// found as long as the settings keep them.
    pub fn find(&self, access_key_id: &str) -> Option<Principal> {
        let known = self.shared.keys.get(access_key_id)?;
        (!known.link.is_unknown()).then(|| user_identity::principal(&known))
    }

    /// Who a request to `account` came from: the holder of its key, `Unknown` with the key, or anonymous without one.
    pub fn caller(&self, access_key_id: Option<&str>, account: AccountId) -> Principal {
        match access_key_id {
            None => Principal::anonymous(account),
            Some(key) => self.find(key).unwrap_or_else(|| Principal::unknown(key, account)),
        }
    }

    /// Learns from an answered call, and returns when that is durable. A call that teaches nothing is no error, nor is
    /// one whose members are not of the expected shape, which is counted (`principals_lessons_total`).
    ///
    /// # Errors
    /// [`PrincipalsError::Database`] when the lesson could not be made durable: it holds until the next start.
    /// [`PrincipalsError::Full`] when it was not taken up, after many of those.
    pub async fn learn(&self, lesson: &Lesson<'_>) -> Result<(), PrincipalsError> {
        let taught = match lesson.read() {
            Ok(Taught::Nothing) => return Ok(()),
            Ok(taught) => taught,
            Err(Unreadable) => {
                count("unreadable");
                return Ok(());
            }
        };
        let end = self.take_up(|learner, keys| learner.take_up(keys, lesson, taught))?;
        self.durable(end).await
    }

    /// Learns who holds these keys from a list of the upstream's own, such as its IAM gives. Returns how many of them
    /// were of the shape of keys, when that is durable.
    ///
    /// # Errors
    /// Those of [`Principals::learn`].
    pub async fn learn_inventory(&self, inventory: Vec<KnownKey>) -> Result<usize, PrincipalsError> {
        let (mut taken, now) = (0, self.environment.clock.now());
        for part in inventory.chunks(INVENTORY_PART) {
            let mut end = 0;
            for key in part {
                let Some(identity) = key.identity() else {
                    count("unreadable");
                    continue;
                };
                taken += 1;
                let seen = (Word::Seen, now);
                end = self.take_up(|learner, keys| learner.key_seen(keys, &key.access_key_id, identity, seen))?;
            }
            self.durable(end).await?;
        }
        Ok(taken)
    }

    /// Writes what is not durable yet and closes the file. What is known can be found further on.
    ///
    /// # Errors
    /// [`PrincipalsError::Database`] when something could not be written, or the file cannot be closed in order.
    pub async fn close(&self) -> Result<(), PrincipalsError> {
        let end = self.shared.learner().changes.end();
        let written = self.durable(end).await;
        match self.shared.storage.lock().await.connection.take() {
            Some(connection) => {
                connection.close().await.map_err(|error| PrincipalsError::database(&self.shared.path, error))?;
                written
            }
            None => Ok(()),
        }
    }

    /// Those of all keys that `choose` takes something of.
    pub(crate) fn select_keys<T>(&self, choose: impl FnMut(&Arc<Known>) -> Option<T>) -> Vec<T> {
        self.shared.keys.select(choose)
    }

    /// Changes what is known and gives the place after the changes that must be durable.
    fn take_up(&self, work: impl FnOnce(&mut Learner, &KeyTable) -> Outcome) -> Result<u64, PrincipalsError> {
        let shared = &self.shared;
        let mut learner = shared.learner();
        if learner.changes.is_full() {
            return Err(PrincipalsError::Full { path: shared.path.clone() });
        }
        let outcome = work(&mut learner, &shared.keys);
        count(outcome.name());
        if outcome == Outcome::Learnt {
            learner.sweep(&shared.keys, &shared.settings, self.environment.clock.now());
        }
        let end = learner.changes.end();
        drop(learner);
        shared.keys.measure();
        Ok(end)
    }

    /// Returns when `end` changes are durable. Runs to its end even if the caller goes away.
    async fn durable(&self, end: u64) -> Result<(), PrincipalsError> {
        let shared = Arc::clone(&self.shared);
        let run = self.environment.tasks.spawn(async move { shared.write(end).await });
        run.await.unwrap_or(Err(PrincipalsError::Closed))
    }
}

impl Shared {
    fn learner(&self) -> MutexGuard<'_, Learner> {
        self.learner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes everything that waits, in one transaction, unless someone else did meanwhile.
    async fn write(&self, end: u64) -> Result<(), PrincipalsError> {
        let mut storage = self.storage.lock().await;
        if storage.durable >= end {
            return Ok(());
        }
        let connection = storage.connection.as_mut().ok_or(PrincipalsError::Closed)?;
        let (batch, batch_end) = self.learner().changes.take();
        match rows::write(connection, &batch).await {
            Ok(()) => {
                storage.durable = batch_end;
                Ok(())
            }
            Err(error) => {
                self.learner().changes.put_back(batch);
                Err(PrincipalsError::row(&self.path, error))
            }
        }
    }
}

impl Learner {
    /// Takes the settings' word for their keys, and takes back an earlier word for others.
    fn take_settings(&mut self, keys: &KeyTable, settings: &PrincipalsSettings, now: Timestamp) {
        let withdrawn = |key: &str| settings.keys.iter().all(|named| named.access_key_id != key);
        let given = |known: &Arc<Known>| known.given.then(|| Arc::clone(known));
        for known in keys.select(given) {
            if withdrawn(&known.link.access_key_id) {
                self.withdraw(keys, &known, now);
            }
        }
        for key in &settings.keys {
            if let Some(identity) = key.identity() {
                self.key_seen(keys, &key.access_key_id, identity, (Word::Given, now));
            } else {
                tracing::warn!(key = key.access_key_id, "the settings name a key that cannot be one");
            }
        }
    }
}

impl PrincipalsError {
    /// What SQLite says about the file at `path`.
    pub(crate) fn database(path: &Path, error: sqlx::Error) -> Self {
        let path = path.to_owned();
        match corruption(&error) {
            Some(reason) => Self::Damaged { path, reason },
            None => Self::Database { path, error },
        }
    }

    fn row(path: &Path, error: RowError) -> Self {
        match error {
            RowError::Database(error) => Self::database(path, error),
            RowError::Damaged { .. } => Self::Damaged { path: path.to_owned(), reason: error.to_string() },
        }
    }
}

/// The message of SQLite's results 11 (corrupt) and 26 (not a database), whose further detail stands above bit 7, and
/// of rows whose columns hold something else than they should.
fn corruption(error: &sqlx::Error) -> Option<String> {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let corrupt_file =
        code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| [11, 26].contains(&(code & 0xff)));
    let corrupt = corrupt_file || matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_));
    corrupt.then(|| error.to_string())
}

fn count(outcome: &'static str) {
    metrics::counter!("principals_lessons_total", "outcome" => outcome).increment(1);
}

impl fmt::Debug for Principals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principals").field("keys", &self.shared.keys.len()).finish_non_exhaustive()
    }
}
