//! The one way to open a database: its steps, taken in order, each once.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

/// Only the owner reads and writes the file.
const MODE: u32 = 0o600;

/// What the tables of a database are, and how they came to be.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// Statements of SQL: each step leads from the version that is its place to the next. Steps are never changed once
    /// released.
    pub steps: &'static [&'static str],
    /// How many rows the database's thread reads ahead. More of them wake it less often where many are read.
    pub rows_ahead: usize,
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be created or made private.
    #[error("the file cannot be opened: {0}")]
    File(io::Error),
    /// SQLite refused: the file is no database, is damaged, or cannot be written.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    /// A newer program wrote it. Nothing was changed.
    #[error("version {found} is newer than those known, up to {known}")]
    TooNew {
        /// The file's version.
        found: usize,
        /// The newest known one.
        known: usize,
    },
}

impl Schema {
    /// Opens the database at `path`, creates it when absent, and brings its tables up to date in one transaction. A
    /// commit is on the disk when it returns, and references are checked.
    ///
    /// # Errors
    /// [`OpenError`]
    pub async fn open(&self, path: &Path) -> Result<SqliteConnection, OpenError> {
        keep_private(path).map_err(OpenError::File)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .row_buffer_size(self.rows_ahead)
            .disable_statement_logging();
        let mut connection = options.connect().await?;
        self.migrate(&mut connection).await?;
        Ok(connection)
    }

    async fn migrate(&self, connection: &mut SqliteConnection) -> Result<(), OpenError> {
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
            .execute(&mut *transaction)
            .await?;
        let row = sqlx::query("SELECT MAX(version) FROM schema_version").fetch_one(&mut *transaction).await?;
        let version: Option<i64> = row.try_get(0)?;
        let done = usize::try_from(version.unwrap_or(0)).unwrap_or(usize::MAX);
        if done > self.steps.len() {
            return Err(OpenError::TooNew { found: done, known: self.steps.len() });
        }
        for (step, version) in self.steps.iter().zip(1_i64..).skip(done) {
            sqlx::raw_sql(*step).execute(&mut *transaction).await?;
            sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
                .bind(version)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// The file beside which SQLite puts its own others, with the same rights.
fn keep_private(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().create(true).append(true).mode(MODE).open(path)?;
    file.set_permissions(Permissions::from_mode(MODE))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Schema = Schema { steps: &["CREATE TABLE numbers (number BIGINT NOT NULL)"], rows_ahead: 50 };

    const SECOND: Schema = Schema {
        steps: &["CREATE TABLE numbers (number BIGINT NOT NULL)", "INSERT INTO numbers (number) VALUES (7)"],
        rows_ahead: 50,
    };

    async fn numbers(connection: &mut SqliteConnection) -> Vec<i64> {
        let rows = sqlx::query("SELECT number FROM numbers").fetch_all(connection).await.unwrap();
        rows.iter().map(|row| row.try_get(0).unwrap()).collect()
    }

    #[tokio::test]
    async fn the_files_are_for_their_owner_only_and_open_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.sqlite");
        std::fs::write(&path, b"").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let connection = FIRST.open(&path).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap().path();
            let mode = std::fs::metadata(&entry).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", entry.display());
        }
        connection.close().await.unwrap();
        FIRST.open(&path).await.unwrap().close().await.unwrap();
    }

    #[tokio::test]
    async fn steps_are_taken_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.sqlite");
        let mut connection = FIRST.open(&path).await.unwrap();
        sqlx::raw_sql("INSERT INTO numbers (number) VALUES (1)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        for _ in 0..2 {
            let mut connection = SECOND.open(&path).await.unwrap();
            assert_eq!(numbers(&mut connection).await, [1, 7]);
            connection.close().await.unwrap();
        }
        assert!(matches!(FIRST.open(&path).await, Err(OpenError::TooNew { found: 2, known: 1 })));
    }

    #[tokio::test]
    async fn a_step_that_fails_leaves_nothing_behind() {
        let broken = Schema { steps: &["CREATE TABLE numbers (number BIGINT NOT NULL)", "nonsense"], rows_ahead: 50 };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.sqlite");
        assert!(matches!(broken.open(&path).await, Err(OpenError::Database(_))));
        assert_eq!(numbers(&mut SECOND.open(&path).await.unwrap()).await, [7]);
    }

    #[tokio::test]
    async fn broken_files_and_absent_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let broken = folder.path().join("broken.sqlite");
        std::fs::write(&broken, b"this is no database, whatever its name says").unwrap();
        assert!(matches!(FIRST.open(&broken).await, Err(OpenError::Database(_))));
        assert!(matches!(FIRST.open(&folder.path().join("no/folder")).await, Err(OpenError::File(_))));
    }
}
