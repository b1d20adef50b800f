//! The tables of the catalogue.

use std::path::Path;

use cairn_database::{OpenError, Schema};
use sqlx::SqliteConnection;

use crate::CatalogError;

const SCHEMA: Schema =
    Schema { steps: &[TRAILS, SELECTORS, TARGETS, NOTICES, ORGANIZATIONS, PROBLEMS], rows_ahead: 50 };

const TRAILS: &str = "
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
";

const SELECTORS: &str = "
ALTER TABLE trails ADD COLUMN advanced_event_selectors TEXT;
ALTER TABLE trails ADD COLUMN insight_selectors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE trails ADD COLUMN aggregation_configurations TEXT NOT NULL DEFAULT '[]';
";

const TARGETS: &str = "
ALTER TABLE trails ADD COLUMN targets TEXT NOT NULL DEFAULT '{}';
ALTER TABLE trails ADD COLUMN organization TEXT;
";

const NOTICES: &str = "
CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE pending_requests (
    id TEXT PRIMARY KEY,
    requested_at_ms BIGINT NOT NULL,
    document TEXT NOT NULL
);
";

const ORGANIZATIONS: &str = "
CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL
);
";

const PROBLEMS: &str = "
CREATE TABLE problems (
    trail_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (trail_id, kind, subject)
);
";

/// Opens the database at `path`, creates it when absent, and brings its tables up to date.
pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, CatalogError> {
    SCHEMA.open(path).await.map_err(|error| match error {
        OpenError::File(error) => CatalogError::File { path: path.to_owned(), error },
        OpenError::Database(error) => CatalogError::Database(error),
        OpenError::TooNew { found, known } => CatalogError::TooNew { found, known },
    })
}

/// A file as the first version left it, with one trail.
#[cfg(test)]
pub(crate) async fn make_first_version(path: &Path) {
    use sqlx::Connection;

    let first = Schema { steps: &[TRAILS], rows_ahead: 50 };
    let mut connection = first.open(path).await.unwrap();
    let trail = "INSERT INTO trails VALUES ('id-1', '123456789012', 'us-east-1', 'old', 'logs', NULL, TRUE, FALSE, NULL, \
        TRUE, '[{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true,\"ExcludeManagementEventSources\":[]}]', 5, NULL)";
    sqlx::raw_sql(trail).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[cfg(test)]
mod tests {
    use sqlx::Connection;

    use super::*;

    #[tokio::test]
    async fn a_newer_version_and_a_broken_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        let mut connection = open(&path).await.unwrap();
        sqlx::raw_sql("INSERT INTO schema_version (version) VALUES (99)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        assert!(matches!(open(&path).await, Err(CatalogError::TooNew { found: 99, known: 6 })));
        let broken = folder.path().join("broken.sqlite");
        std::fs::write(&broken, b"this is no database, whatever its name says").unwrap();
        assert!(matches!(open(&broken).await, Err(CatalogError::Database(_))));
        assert!(matches!(open(&folder.path().join("no/folder")).await, Err(CatalogError::File { .. })));
    }
}
