//! The tables of the key store: a document for each key and each alias.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cairn_database::{OpenError, Schema};
use cairn_model::{AccountId, Region};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Row, SqliteConnection};

use crate::{Alias, Key, OpenKmsError, Place};

const SCHEMA: Schema = Schema { steps: &[KEYS], rows_ahead: 50 };

const KEYS: &str = "
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL
);
CREATE TABLE aliases (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account, region, name)
);
CREATE TABLE master_key_checks (
    wrapped BLOB NOT NULL
);
";

/// Every key and alias, as it is in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    pub(crate) keys: BTreeMap<String, Arc<Key>>,
    pub(crate) aliases: BTreeMap<Place, BTreeMap<String, Alias>>,
}

/// Opens the database at `path`, creates it when absent, and brings its tables up to date.
pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, OpenKmsError> {
    SCHEMA.open(path).await.map_err(|error| match error {
        OpenError::File(error) => OpenKmsError::File { path: path.to_owned(), error },
        OpenError::Database(error) => OpenKmsError::Database(error),
        OpenError::TooNew { found, known } => OpenKmsError::TooNew { found, known },
    })
}

/// Reads everything.
pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Image, sqlx::Error> {
    let mut image = Image::default();
    for row in sqlx::query("SELECT document FROM keys").fetch_all(&mut *connection).await? {
        let key: Key = from_json(&row.try_get::<String, _>("document")?)?;
        image.keys.insert(key.id.clone(), Arc::new(key));
    }
    for row in sqlx::query("SELECT account, region, document FROM aliases").fetch_all(&mut *connection).await? {
        let place = Place {
            account: AccountId::parse(row.try_get("account")?).map_err(damaged)?,
            region: Region::parse(row.try_get("region")?).map_err(damaged)?,
        };
        let alias: Alias = from_json(&row.try_get::<String, _>("document")?)?;
        image.aliases.entry(place).or_default().insert(alias.name.clone(), alias);
    }
    Ok(image)
}

/// What was wrapped to know the master key by, if anything was yet.
pub(crate) async fn load_check(connection: &mut SqliteConnection) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query("SELECT wrapped FROM master_key_checks").fetch_optional(connection).await?;
    row.map(|row| row.try_get("wrapped")).transpose()
}

/// Keeps what the master key is known by.
pub(crate) async fn put_check(connection: &mut SqliteConnection, wrapped: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO master_key_checks (wrapped) VALUES ($1)").bind(wrapped).execute(connection).await?;
    Ok(())
}

/// Writes a key, whether it was there before or not.
pub(crate) async fn put_key(connection: &mut SqliteConnection, key: &Key) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO keys (id, document) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET document = $2")
        .bind(&key.id)
        .bind(to_json(key)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a key.
pub(crate) async fn remove_key(connection: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM keys WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Writes an alias, whether it was there before or not.
pub(crate) async fn put_alias(
    connection: &mut SqliteConnection,
    place: &Place,
    alias: &Alias,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO aliases (account, region, name, document) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account, region, name) DO UPDATE SET document = $4",
    )
    .bind(place.account.as_str())
    .bind(place.region.as_str())
    .bind(&alias.name)
    .bind(to_json(alias)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes an alias.
pub(crate) async fn remove_alias(
    connection: &mut SqliteConnection,
    place: &Place,
    name: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM aliases WHERE account = $1 AND region = $2 AND name = $3")
        .bind(place.account.as_str())
        .bind(place.region.as_str())
        .bind(name)
        .execute(connection)
        .await?;
    Ok(())
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(damaged)
}

fn to_json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(damaged)
}

fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
