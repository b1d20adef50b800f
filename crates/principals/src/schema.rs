//! The database: how it is opened, and the steps by which its tables came to be.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::PrincipalsError;

/// Only the owner reads and writes the file.
const MODE: u32 = 0o600;

/// How many rows the database's thread reads ahead, so that it is not woken for each.
const ROWS_AHEAD: usize = 1024;

/// Each step leads from the version that is its place to the next. Steps are never changed once released.
const STEPS: [&str; 1] = ["
CREATE TABLE entities (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    arn TEXT,
    unique_id TEXT
);
CREATE TABLE access_keys (
    id BIGINT PRIMARY KEY,
    access_key_id TEXT NOT NULL,
    caller BIGINT,
    origin BIGINT,
    depth BIGINT NOT NULL,
    ends_at_ms BIGINT,
    given BOOLEAN NOT NULL,
    event_id TEXT,
    identity TEXT NOT NULL,
    session TEXT
);
"];

/// Opens the database at `path`, creates it when absent, and brings its tables up to date.
pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, PrincipalsError> {
    keep_private(path).map_err(|error| PrincipalsError::File { path: path.to_owned(), error })?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(|error| PrincipalsError::database(path, error))?;
    let found = migrate(&mut connection).await.map_err(|error| PrincipalsError::database(path, error))?;
    if found > STEPS.len() {
        return Err(PrincipalsError::TooNew { path: path.to_owned(), found, known: STEPS.len() });
    }
    Ok(connection)
}

/// The file beside which SQLite puts its own others, with the same rights.
fn keep_private(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().create(true).append(true).mode(MODE).open(path)?;
    file.set_permissions(Permissions::from_mode(MODE))
}

/// Takes the steps that are missing and gives the version that was found.
async fn migrate(connection: &mut SqliteConnection) -> Result<usize, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .execute(&mut *transaction)
        .await?;
    let row = sqlx::query("SELECT MAX(version) FROM schema_version").fetch_one(&mut *transaction).await?;
    let version: Option<i64> = row.try_get(0)?;
    let done = usize::try_from(version.unwrap_or(0)).unwrap_or(usize::MAX);
    for (step, version) in STEPS.iter().zip(1_i64..).skip(done) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_files_are_for_their_owner_only_and_open_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("principals.sqlite");
        std::fs::write(&path, b"").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let connection = open(&path).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap().path();
            let mode = std::fs::metadata(&entry).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", entry.display());
        }
        connection.close().await.unwrap();
        open(&path).await.unwrap().close().await.unwrap();
    }

    #[tokio::test]
    async fn a_newer_version_and_a_broken_file_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("principals.sqlite");
        let mut connection = open(&path).await.unwrap();
        sqlx::raw_sql("INSERT INTO schema_version (version) VALUES (99)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let newer = open(&path).await.unwrap_err();
        assert!(matches!(newer, PrincipalsError::TooNew { found: 99, known: 1, .. }), "{newer}");
        assert!(newer.to_string().contains("principals.sqlite"), "{newer}");
        let broken = folder.path().join("broken.sqlite");
        std::fs::write(&broken, b"this is no database, whatever its name says").unwrap();
        let damaged = open(&broken).await.unwrap_err();
        assert!(matches!(damaged, PrincipalsError::Damaged { .. }), "{damaged}");
        assert!(damaged.to_string().contains("broken.sqlite"), "{damaged}");
        let nowhere = open(&folder.path().join("no/folder")).await.unwrap_err();
        assert!(matches!(nowhere, PrincipalsError::File { .. }), "{nowhere}");
    }
}
