//! The tables of what is known of keys.

use std::path::Path;

use cairn_database::{OpenError, Schema};
use sqlx::SqliteConnection;

use crate::PrincipalsError;

/// All of it is read at the start: many rows ahead, so that the database's thread is not woken for each.
const SCHEMA: Schema = Schema { steps: &[KEYS], rows_ahead: 1024 };

const KEYS: &str = "
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
";

/// Opens the database at `path`, creates it when absent, and brings its tables up to date.
pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, PrincipalsError> {
    SCHEMA.open(path).await.map_err(|error| match error {
        OpenError::File(error) => PrincipalsError::File { path: path.to_owned(), error },
        OpenError::Database(error) => PrincipalsError::database(path, error),
        OpenError::TooNew { found, known } => PrincipalsError::TooNew { path: path.to_owned(), found, known },
    })
}

#[cfg(test)]
mod tests {
    use sqlx::Connection;

    use super::*;

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
