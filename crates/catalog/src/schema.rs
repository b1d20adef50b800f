//! The database: how it is opened, and the steps by which its tables came to be.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::CatalogError;

/// Only the owner reads and writes the file.
const MODE: u32 = 0o600;

/// Each step leads from the version that is its place to the next. Steps are never changed once released.
const STEPS: [&str; 1] = ["
CREATE TABLE trails (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    home_region TEXT NOT NULL,
    name TEXT NOT NULL,
    s3_bucket_name TEXT NOT NULL,
    s3_key_prefix TEXT,
    include_global_service_events BOOLEAN NOT NULL,
    is_multi_region BOOLEAN NOT NULL,
    log_file_validation_since_ms BIGINT,
    recursive_logging BOOLEAN NOT NULL,
    event_selectors TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    deleted_at_ms BIGINT
);
CREATE UNIQUE INDEX trail_names ON trails (account, home_region, name) WHERE deleted_at_ms IS NULL;
CREATE TABLE logging_spans (
    trail_id TEXT NOT NULL REFERENCES trails (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    from_sequence BIGINT NOT NULL,
    started_at_ms BIGINT NOT NULL,
    until_sequence BIGINT,
    stopped_at_ms BIGINT,
    PRIMARY KEY (trail_id, place)
);
CREATE TABLE trail_tags (
    trail_id TEXT NOT NULL REFERENCES trails (id) ON DELETE CASCADE,
    tag_key TEXT NOT NULL,
    tag_value TEXT,
    PRIMARY KEY (trail_id, tag_key)
);
"];

/// Opens the database at `path`, creates it when absent, and brings its tables up to date.
pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, CatalogError> {
    keep_private(path).map_err(|error| CatalogError::File { path: path.to_owned(), error })?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .disable_statement_logging();
    let mut connection = options.connect().await?;
    migrate(&mut connection).await?;
    Ok(connection)
}

/// The file beside which SQLite puts its own others, with the same rights.
fn keep_private(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().create(true).append(true).mode(MODE).open(path)?;
    file.set_permissions(Permissions::from_mode(MODE))
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), CatalogError> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .execute(&mut *transaction)
        .await?;
    let row = sqlx::query("SELECT MAX(version) FROM schema_version").fetch_one(&mut *transaction).await?;
    let version: Option<i64> = row.try_get(0)?;
    let done = usize::try_from(version.unwrap_or(0)).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(CatalogError::TooNew { found: done, known: STEPS.len() });
    }
    for (step, version) in STEPS.iter().zip(1_i64..).skip(done) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn the_files_are_for_their_owner_only_and_open_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        std::fs::write(&path, b"").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let connection = open(&path).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap().path();
            assert_eq!(mode(&entry), 0o600, "{}", entry.display());
        }
        connection.close().await.unwrap();
        open(&path).await.unwrap().close().await.unwrap();
    }

    #[tokio::test]
    async fn a_newer_version_and_a_broken_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        let mut connection = open(&path).await.unwrap();
        sqlx::raw_sql("INSERT INTO schema_version (version) VALUES (99)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        assert!(matches!(open(&path).await, Err(CatalogError::TooNew { found: 99, known: 1 })));
        let broken = folder.path().join("broken.sqlite");
        std::fs::write(&broken, b"this is no database, whatever its name says").unwrap();
        assert!(matches!(open(&broken).await, Err(CatalogError::Database(_))));
    }
}
