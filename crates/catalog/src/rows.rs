//! Trails as rows: reading all of them, writing one.

use std::collections::BTreeMap;

use cairn_model::selectors::{AdvancedEventSelector, EventSelector};
use cairn_model::{AccountId, EventSelectors, Region, Sequence, Timestamp, TrailName};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::{CatalogError, LoggingSpan, Stopped, Trail};

/// Every trail with its spans and tags, in the order of creation.
pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Vec<Trail>, CatalogError> {
    let mut spans = load_spans(connection).await?;
    let mut tags = load_tags(connection).await?;
    let rows = sqlx::query("SELECT * FROM trails ORDER BY created_at_ms, id").fetch_all(connection).await?;
    let mut trails = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut trail = read_trail(row)?;
        trail.logging = spans.remove(&trail.id).unwrap_or_default();
        trail.tags = tags.remove(&trail.id).unwrap_or_default();
        trails.push(trail);
    }
    Ok(trails)
}

async fn load_spans(connection: &mut SqliteConnection) -> Result<BTreeMap<String, Vec<LoggingSpan>>, CatalogError> {
    let rows = sqlx::query("SELECT * FROM logging_spans ORDER BY trail_id, place").fetch_all(connection).await?;
    let mut spans: BTreeMap<String, Vec<LoggingSpan>> = BTreeMap::new();
    for row in &rows {
        let until: Option<i64> = row.try_get("until_sequence")?;
        let stopped_at: Option<i64> = row.try_get("stopped_at_ms")?;
        let stopped = until.zip(stopped_at);
        let span = LoggingSpan {
            from: sequence(row.try_get("from_sequence")?),
            started_at: Timestamp::from_unix_ms(row.try_get("started_at_ms")?),
            stopped: stopped.map(|(until, at)| Stopped { until: sequence(until), at: Timestamp::from_unix_ms(at) }),
        };
        spans.entry(row.try_get("trail_id")?).or_default().push(span);
    }
    Ok(spans)
}

type TagsByTrail = BTreeMap<String, BTreeMap<String, Option<String>>>;

async fn load_tags(connection: &mut SqliteConnection) -> Result<TagsByTrail, CatalogError> {
    let rows = sqlx::query("SELECT * FROM trail_tags").fetch_all(connection).await?;
    let mut tags = TagsByTrail::new();
    for row in &rows {
        let of_trail = tags.entry(row.try_get("trail_id")?).or_default();
        of_trail.insert(row.try_get("tag_key")?, row.try_get("tag_value")?);
    }
    Ok(tags)
}

fn read_trail(row: &SqliteRow) -> Result<Trail, CatalogError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let time = |column: &str| row.try_get::<Option<i64>, _>(column).map(|ms| ms.map(Timestamp::from_unix_ms));
    let id = text("id")?;
    let damaged = |reason: String| CatalogError::Damaged { trail: id.clone(), reason };
    Ok(Trail {
        name: TrailName::parse(&text("name")?).map_err(|error| damaged(error.to_string()))?,
        account: AccountId::parse(&text("account")?).map_err(|error| damaged(error.to_string()))?,
        home_region: Region::parse(&text("home_region")?).map_err(|error| damaged(error.to_string()))?,
        s3_bucket_name: text("s3_bucket_name")?,
        s3_key_prefix: row.try_get("s3_key_prefix")?,
        include_global_service_events: row.try_get("include_global_service_events")?,
        is_multi_region: row.try_get("is_multi_region")?,
        log_file_validation: time("log_file_validation_since_ms")?,
        targets: from_json(&text("targets")?, &id)?,
        organization: row.try_get("organization")?,
        member: None,
        recursive_logging: row.try_get("recursive_logging")?,
        event_selectors: read_selectors(row, &id)?,
        insight_selectors: from_json(&text("insight_selectors")?, &id)?,
        aggregation_configurations: from_json(&text("aggregation_configurations")?, &id)?,
        logging: Vec::new(),
        tags: BTreeMap::new(),
        created_at: Timestamp::from_unix_ms(row.try_get("created_at_ms")?),
        deleted_at: time("deleted_at_ms")?,
        id,
    })
}

/// Advanced selectors where there are any, else basic ones.
fn read_selectors(row: &SqliteRow, trail: &str) -> Result<EventSelectors, CatalogError> {
    if let Some(advanced) = row.try_get::<Option<String>, _>("advanced_event_selectors")? {
        return Ok(EventSelectors::Advanced(from_json::<Vec<AdvancedEventSelector>>(&advanced, trail)?));
    }
    let basic: String = row.try_get("event_selectors")?;
    Ok(EventSelectors::Basic(from_json::<Vec<EventSelector>>(&basic, trail)?))
}

fn from_json<T: DeserializeOwned>(text: &str, trail: &str) -> Result<T, CatalogError> {
    serde_json::from_str(text)
        .map_err(|error| CatalogError::Damaged { trail: trail.to_owned(), reason: error.to_string() })
}

fn to_json<T: Serialize + ?Sized>(value: &T, trail: &Trail) -> Result<String, CatalogError> {
    serde_json::to_string(value)
        .map_err(|error| CatalogError::Damaged { trail: trail.id.clone(), reason: error.to_string() })
}

/// Writes `trail` with its spans and tags, whether it was there before or not.
pub(crate) async fn put(connection: &mut SqliteConnection, trail: &Trail) -> Result<(), CatalogError> {
    remove(connection, &trail.id).await?;
    let (basic, advanced) = match &trail.event_selectors {
        EventSelectors::Basic(selectors) => (to_json(selectors, trail)?, None),
        EventSelectors::Advanced(selectors) => ("[]".to_owned(), Some(to_json(selectors, trail)?)),
    };
    sqlx::query(
        "INSERT INTO trails (id, account, home_region, name, s3_bucket_name, s3_key_prefix, \
         include_global_service_events, is_multi_region, log_file_validation_since_ms, recursive_logging, \
         event_selectors, created_at_ms, deleted_at_ms, advanced_event_selectors, insight_selectors, \
         aggregation_configurations, targets, organization) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    )
    .bind(&trail.id)
    .bind(trail.account.as_str())
    .bind(trail.home_region.as_str())
    .bind(trail.name.as_str())
    .bind(&trail.s3_bucket_name)
    .bind(&trail.s3_key_prefix)
    .bind(trail.include_global_service_events)
    .bind(trail.is_multi_region)
    .bind(trail.log_file_validation.map(Timestamp::unix_ms))
    .bind(trail.recursive_logging)
    .bind(basic)
    .bind(trail.created_at.unix_ms())
    .bind(trail.deleted_at.map(Timestamp::unix_ms))
    .bind(advanced)
    .bind(to_json(&trail.insight_selectors, trail)?)
    .bind(to_json(&trail.aggregation_configurations, trail)?)
    .bind(to_json(&trail.targets, trail)?)
    .bind(&trail.organization)
    .execute(&mut *connection)
    .await?;
    put_spans(connection, trail).await?;
    put_tags(connection, trail).await
}

async fn put_spans(connection: &mut SqliteConnection, trail: &Trail) -> Result<(), CatalogError> {
    for (span, place) in trail.logging.iter().zip(0_i64..) {
        sqlx::query(
            "INSERT INTO logging_spans (trail_id, place, from_sequence, started_at_ms, until_sequence, stopped_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&trail.id)
        .bind(place)
        .bind(number(span.from))
        .bind(span.started_at.unix_ms())
        .bind(span.stopped.map(|end| number(end.until)))
        .bind(span.stopped.map(|end| end.at.unix_ms()))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn put_tags(connection: &mut SqliteConnection, trail: &Trail) -> Result<(), CatalogError> {
    for (key, value) in &trail.tags {
        sqlx::query("INSERT INTO trail_tags (trail_id, tag_key, tag_value) VALUES ($1, $2, $3)")
            .bind(&trail.id)
            .bind(key)
            .bind(value)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Removes a trail; its spans and tags go with it.
pub(crate) async fn remove(connection: &mut SqliteConnection, id: &str) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM trails WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Databases have no unsigned numbers; the journal does not reach the half that is lost.
fn number(sequence: Sequence) -> i64 {
    i64::try_from(sequence.0).unwrap_or(i64::MAX)
}

fn sequence(number: i64) -> Sequence {
    Sequence(u64::try_from(number).unwrap_or(0))
}
