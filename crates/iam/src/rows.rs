//! The tables: a document for each user, group, role, policy, device and account.

use std::path::Path;

use cairn_database::{OpenError, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Connection, Row, SqliteConnection};

use crate::OpenIamError;
use crate::image::Change;

const SCHEMA: Schema = Schema { steps: &[DOCUMENTS], rows_ahead: 2000 };

const DOCUMENTS: &str = "
CREATE TABLE documents (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE sealing_keys (
    wrapped BLOB NOT NULL
);
";

const USER: &str = "user";
const GROUP: &str = "group";
const ROLE: &str = "role";
const POLICY: &str = "policy";
const DEVICE: &str = "device";
const ACCOUNT: &str = "account";
const IDENTITY_PROVIDER: &str = "identity-provider";
const ENDED_SESSION: &str = "ended-session";

/// Opens the database at `path`, creates it when absent, and brings its tables up to date.
pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, OpenIamError> {
    SCHEMA.open(path).await.map_err(|error| match error {
        OpenError::File(error) => OpenIamError::File { path: path.to_owned(), error },
        OpenError::Database(error) => OpenIamError::Database(error),
        OpenError::TooNew { found, known } => OpenIamError::TooNew { found, known },
    })
}

/// Reads everything, as the changes that lead there from nothing.
pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Vec<Change>, sqlx::Error> {
    let rows = sqlx::query("SELECT kind, document FROM documents").fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let document: &str = row.try_get("document")?;
            match row.try_get("kind")? {
                USER => from_json(document).map(Change::PutUser),
                GROUP => from_json(document).map(Change::PutGroup),
                ROLE => from_json(document).map(Change::PutRole),
                POLICY => from_json(document).map(Change::PutPolicy),
                DEVICE => from_json(document).map(Change::PutDevice),
                ACCOUNT => from_json(document).map(Change::PutAccount),
                IDENTITY_PROVIDER => from_json(document).map(Change::PutIdentityProvider),
                ENDED_SESSION => from_json(document).map(Change::PutEndedSession),
                other => Err(sqlx::Error::Decode(format!("a document of the unknown kind {other}").into())),
            }
        })
        .collect()
}

/// The key under which secrets lie, wrapped, if there is one yet.
pub(crate) async fn load_sealing_key(connection: &mut SqliteConnection) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query("SELECT wrapped FROM sealing_keys").fetch_optional(connection).await?;
    row.map(|row| row.try_get("wrapped")).transpose()
}

/// Keeps the key under which secrets lie.
pub(crate) async fn put_sealing_key(connection: &mut SqliteConnection, wrapped: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO sealing_keys (wrapped) VALUES ($1)").bind(wrapped).execute(connection).await?;
    Ok(())
}

/// Writes changes, all of them or none.
pub(crate) async fn write(connection: &mut SqliteConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    for change in changes {
        match change {
            Change::PutUser(user) => put(&mut transaction, USER, &user.id, user).await?,
            Change::PutGroup(group) => put(&mut transaction, GROUP, &group.id, group).await?,
            Change::PutRole(role) => put(&mut transaction, ROLE, &role.id, role).await?,
            Change::PutPolicy(policy) => put(&mut transaction, POLICY, &policy.id, policy).await?,
            Change::PutDevice(device) => put(&mut transaction, DEVICE, &device.serial, device).await?,
            Change::PutAccount(account) => put(&mut transaction, ACCOUNT, account.id.as_str(), account).await?,
            Change::PutEndedSession(ended) => {
                put(&mut transaction, ENDED_SESSION, &ended.access_key_id, ended).await?;
            }
            Change::PutIdentityProvider(provider) => {
                put(&mut transaction, IDENTITY_PROVIDER, &provider.arn(), provider).await?;
            }
            Change::RemoveIdentityProvider(arn) => remove(&mut transaction, IDENTITY_PROVIDER, arn).await?,
            Change::RemoveUser(id) => remove(&mut transaction, USER, id).await?,
            Change::RemoveGroup(id) => remove(&mut transaction, GROUP, id).await?,
            Change::RemoveRole(id) => remove(&mut transaction, ROLE, id).await?,
            Change::RemovePolicy(id) => remove(&mut transaction, POLICY, id).await?,
            Change::RemoveDevice(serial) => remove(&mut transaction, DEVICE, serial).await?,
            Change::RemoveEndedSession(id) => remove(&mut transaction, ENDED_SESSION, id).await?,
        }
    }
    transaction.commit().await
}

async fn put(
    connection: &mut SqliteConnection,
    kind: &str,
    id: &str,
    document: &impl Serialize,
) -> Result<(), sqlx::Error> {
    let json = serde_json::to_string(document).map_err(damaged)?;
    sqlx::query(
        "INSERT INTO documents (kind, id, document) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO UPDATE SET document = $3",
    )
    .bind(kind)
    .bind(id)
    .bind(json)
    .execute(connection)
    .await?;
    Ok(())
}

async fn remove(connection: &mut SqliteConnection, kind: &str, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM documents WHERE kind = $1 AND id = $2").bind(kind).bind(id).execute(connection).await?;
    Ok(())
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(damaged)
}

fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
