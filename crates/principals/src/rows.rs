//! Users, roles and keys as rows.

use std::sync::Arc;

use cairn_model::{AccountId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row, SqliteConnection};

use crate::change::Change;
use crate::entity::{Entity, EntityKind, SeenEntity};
use crate::identity::{Identity, Session};
use crate::known::Known;

/// How many rows are read at a time.
const PAGE: i64 = 4096;

/// A key as it is stored: what it refers to is named by rows.
#[derive(Debug)]
pub(crate) struct KeyRow {
    pub(crate) row: i64,
    pub(crate) access_key_id: Arc<str>,
    /// The key that asked for it.
    pub(crate) caller: Option<i64>,
    /// The key that began the chain.
    pub(crate) origin: Option<i64>,
    pub(crate) depth: usize,
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) given: bool,
    pub(crate) event_id: Option<Box<str>>,
    pub(crate) identity: Identity<i64>,
    pub(crate) session: Option<Box<Session>>,
}

/// A row cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowError {
    /// SQLite refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The row holds what no Cairn wrote.
    #[error("row {row}: {reason}")]
    Damaged { row: i64, reason: String },
}

/// Writes `batch` in one transaction.
pub(crate) async fn write(connection: &mut SqliteConnection, batch: &[Change]) -> Result<(), RowError> {
    let mut transaction = connection.begin().await?;
    for change in batch {
        match change {
            Change::PutEntity(entity) => put_entity(&mut transaction, entity).await?,
            Change::ForgetEntity(row) => forget(&mut transaction, "DELETE FROM entities WHERE id = $1", *row).await?,
            Change::PutKey(known) => put_key(&mut transaction, known).await?,
            Change::ForgetKey(row) => forget(&mut transaction, "DELETE FROM access_keys WHERE id = $1", *row).await?,
        }
    }
    transaction.commit().await?;
    Ok(())
}

async fn forget(connection: &mut SqliteConnection, statement: &'static str, row: i64) -> Result<(), RowError> {
    sqlx::query(statement).bind(row).execute(connection).await?;
    Ok(())
}

async fn put_entity(connection: &mut SqliteConnection, entity: &Entity) -> Result<(), RowError> {
    sqlx::query(
        "INSERT INTO entities (id, kind, account, name, arn, unique_id) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (id) DO UPDATE SET arn = excluded.arn, unique_id = excluded.unique_id",
    )
    .bind(entity.row)
    .bind(entity.kind.word())
    .bind(entity.account.as_str())
    .bind(&*entity.name)
    .bind(entity.seen_arn())
    .bind(entity.unique_id())
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_key(connection: &mut SqliteConnection, known: &Known) -> Result<(), RowError> {
    let link = &known.link;
    let damaged = |error: serde_json::Error| RowError::Damaged { row: link.row, reason: error.to_string() };
    let identity = link.identity().clone().try_map(|entity| Ok::<_, RowError>(entity.row))?;
    let identity = serde_json::to_string(&identity).map_err(damaged)?;
    let session = link.session.as_deref().map(serde_json::to_string).transpose().map_err(damaged)?;
    sqlx::query(
        "INSERT INTO access_keys \
         (id, access_key_id, caller, origin, depth, ends_at_ms, given, event_id, identity, session) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (id) DO UPDATE SET \
         ends_at_ms = excluded.ends_at_ms, given = excluded.given, identity = excluded.identity",
    )
    .bind(link.row)
    .bind(&*link.access_key_id)
    .bind(known.ancestors.last().map(|caller| caller.row))
    .bind(known.ancestors.first().map(|origin| origin.row))
    .bind(i64::try_from(known.depth).unwrap_or(i64::MAX))
    .bind(known.ends_at.map(Timestamp::unix_ms))
    .bind(known.given)
    .bind(link.event_id.as_deref())
    .bind(identity)
    .bind(session)
    .execute(connection)
    .await?;
    Ok(())
}

/// Hands every user and role to `take`, in the order in which they became known.
pub(crate) async fn read_entities(
    connection: &mut SqliteConnection,
    mut take: impl FnMut(Entity),
) -> Result<(), RowError> {
    let mut after = 0;
    loop {
        let statement = "SELECT * FROM entities WHERE id > $1 ORDER BY id LIMIT $2";
        let page = sqlx::query(statement).bind(after).bind(PAGE).fetch_all(&mut *connection).await?;
        if page.is_empty() {
            return Ok(());
        }
        for row in &page {
            let entity = entity(row)?;
            after = entity.row;
            take(entity);
        }
    }
}

/// Hands every key to `take`, in the order in which they became known.
pub(crate) async fn read_keys(
    connection: &mut SqliteConnection,
    mut take: impl FnMut(KeyRow) -> Result<(), RowError>,
) -> Result<(), RowError> {
    let mut after = 0;
    loop {
        let statement = "SELECT * FROM access_keys WHERE id > $1 ORDER BY id LIMIT $2";
        let page = sqlx::query(statement).bind(after).bind(PAGE).fetch_all(&mut *connection).await?;
        if page.is_empty() {
            return Ok(());
        }
        for row in &page {
            let key = key(row)?;
            after = key.row;
            take(key)?;
        }
    }
}

fn entity(row: &SqliteRow) -> Result<Entity, RowError> {
    let id: i64 = row.try_get("id")?;
    let damaged = |reason: String| RowError::Damaged { row: id, reason };
    let kind: String = row.try_get("kind")?;
    let account: String = row.try_get("account")?;
    let seen = SeenEntity {
        kind: EntityKind::of_word(&kind).ok_or_else(|| damaged(format!("`{kind}` is neither user nor role")))?,
        account: AccountId::parse(&account).map_err(|error| damaged(error.to_string()))?,
        name: row.try_get::<String, _>("name")?.into(),
        arn: optional_text(row, "arn")?,
        unique_id: optional_text(row, "unique_id")?,
    };
    Ok(Entity::new(id, seen))
}

fn key(row: &SqliteRow) -> Result<KeyRow, RowError> {
    let id: i64 = row.try_get("id")?;
    let damaged = |error: serde_json::Error| RowError::Damaged { row: id, reason: error.to_string() };
    let session = optional_text(row, "session")?;
    Ok(KeyRow {
        row: id,
        access_key_id: row.try_get::<String, _>("access_key_id")?.into(),
        caller: row.try_get("caller")?,
        origin: row.try_get("origin")?,
        depth: usize::try_from(row.try_get::<i64, _>("depth")?).unwrap_or(0),
        ends_at: row.try_get::<Option<i64>, _>("ends_at_ms")?.map(Timestamp::from_unix_ms),
        given: row.try_get("given")?,
        event_id: optional_text(row, "event_id")?,
        identity: serde_json::from_str(&row.try_get::<String, _>("identity")?).map_err(damaged)?,
        session: session.map(|session| serde_json::from_str(&session)).transpose().map_err(damaged)?,
    })
}

fn optional_text(row: &SqliteRow, column: &str) -> Result<Option<Box<str>>, RowError> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(Into::into))
}
