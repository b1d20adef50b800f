//! Problems with what trails delivered and where they deliver to: known from one look to the next, so that each is told
//! when it comes and when it goes.

use std::collections::BTreeMap;

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection};

use crate::{CatalogError, Severity};

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The bucket is not there.
    BucketMissing,
    /// The bucket does not take new files.
    BucketNotWritable,
    /// The bucket kept old versions of objects, and does not any more.
    BucketVersioningSuspended,
    /// The bucket's policy is another one.
    BucketPolicyChanged,
    /// The bucket's lifecycle rules let files go sooner than is wanted.
    BucketLifecycleTooShort,
    /// The key under which files lie is disabled.
    KmsKeyDisabled,
    /// The key under which files lie is to be deleted.
    KmsKeyPendingDeletion,
    /// The key under which files lie is not there any more.
    KmsKeyMissing,
    /// A file that was delivered is not there any more.
    LogObjectMissing,
    /// A file that was delivered has other bytes.
    LogObjectChanged,
}

impl ProblemKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::BucketMissing,
        Self::BucketNotWritable,
        Self::BucketVersioningSuspended,
        Self::BucketPolicyChanged,
        Self::BucketLifecycleTooShort,
        Self::KmsKeyDisabled,
        Self::KmsKeyPendingDeletion,
        Self::KmsKeyMissing,
        Self::LogObjectMissing,
        Self::LogObjectChanged,
    ];

    /// The name of the event that tells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BucketMissing => "BucketMissing",
            Self::BucketNotWritable => "BucketNotWritable",
            Self::BucketVersioningSuspended => "BucketVersioningSuspended",
            Self::BucketPolicyChanged => "BucketPolicyChanged",
            Self::BucketLifecycleTooShort => "BucketLifecycleTooShort",
            Self::KmsKeyDisabled => "KmsKeyDisabled",
            Self::KmsKeyPendingDeletion => "KmsKeyPendingDeletion",
            Self::KmsKeyMissing => "KmsKeyMissing",
            Self::LogObjectMissing => "LogObjectMissing",
            Self::LogObjectChanged => "LogObjectChanged",
        }
    }

    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::BucketMissing
            | Self::BucketNotWritable
            | Self::KmsKeyDisabled
            | Self::KmsKeyPendingDeletion
            | Self::KmsKeyMissing
            | Self::LogObjectMissing
            | Self::LogObjectChanged => Severity::High,
            Self::BucketVersioningSuspended | Self::BucketPolicyChanged | Self::BucketLifecycleTooShort => {
                Severity::Medium
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// With what: `s3://bucket`, `s3://bucket/key`, or the key's ARN.
    pub subject: String,
    /// More of it, in words.
    pub detail: String,
    /// When it was first seen.
    pub since: Timestamp,
}

/// What was seen in one look at one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What was looked for.
    pub kind: ProblemKind,
    /// At what it was looked.
    pub subject: String,
    /// What was seen.
    pub seen: Seen,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// All is well.
    Well,
    /// It is wrong, in words.
    Wrong(String),
    /// A value that is wrong when it is not the one that was seen last.
    Value(String),
}

/// What a look comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    Found(Problem),
    Resolved(Problem),
}

/// Whether a row is a problem or only a value that was seen.
const OPEN: &str = "open";
const VALUE: &str = "value";

/// The open problems of a trail, oldest first.
pub(crate) async fn load(connection: &mut SqliteConnection, trail: &str) -> Result<Vec<Problem>, CatalogError> {
    let rows = rows(connection, trail).await?;
    let mut open: Vec<Problem> = rows.into_values().filter(|(state, _)| state == OPEN).map(|(_, of)| of).collect();
    open.sort_by(|one, other| (one.since, &one.subject).cmp(&(other.since, &other.subject)));
    Ok(open)
}

/// Takes up what was seen of a trail, and gives what is new about it.
pub(crate) async fn observe(
    connection: &mut SqliteConnection,
    trail: &str,
    observations: &[Observation],
    now: Timestamp,
) -> Result<Vec<News>, CatalogError> {
    let mut known = rows(connection, trail).await?;
    let mut news = Vec::new();
    for Observation { kind, subject, seen } in observations {
        let at = (*kind, subject.clone());
        let problem =
            |detail: &str| Problem { kind: *kind, subject: subject.clone(), detail: detail.to_owned(), since: now };
        match (seen, known.remove(&at)) {
            (Seen::Well, Some((_, problem))) => {
                remove(connection, trail, &problem).await?;
                news.push(News::Resolved(problem));
            }
            (Seen::Well, None) => {}
            (Seen::Wrong(_), Some(row)) => drop(known.insert(at, row)),
            (Seen::Wrong(detail), None) => {
                let problem = problem(detail);
                put(connection, trail, OPEN, &problem).await?;
                known.insert(at, (OPEN.to_owned(), problem.clone()));
                news.push(News::Found(problem));
            }
            (Seen::Value(value), Some((_, last))) if last.detail == *value => {}
            (Seen::Value(value), last) => {
                put(connection, trail, VALUE, &problem(value)).await?;
                news.extend(last.map(|_| News::Found(problem("it is not the one that was seen last"))));
            }
        }
    }
    Ok(news)
}

/// Forgets the problems of trails that are not there any more.
pub(crate) async fn forget_others(connection: &mut SqliteConnection) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM problems WHERE trail_id NOT IN (SELECT id FROM trails)").execute(connection).await?;
    Ok(())
}

type Rows = BTreeMap<(ProblemKind, String), (String, Problem)>;

async fn rows(connection: &mut SqliteConnection, trail: &str) -> Result<Rows, CatalogError> {
    let query = sqlx::query("SELECT * FROM problems WHERE trail_id = $1").bind(trail);
    let mut found = Rows::new();
    for row in &query.fetch_all(connection).await? {
        let (kind, subject): (String, String) = (row.try_get("kind")?, row.try_get("subject")?);
        // A kind that a newer version wrote is of no use here, and stays.
        let Some(kind) = ProblemKind::parse(&kind) else { continue };
        let since = Timestamp::from_unix_ms(row.try_get("since_ms")?);
        let problem = Problem { kind, subject: subject.clone(), detail: row.try_get("detail")?, since };
        found.insert((kind, subject), (row.try_get("state")?, problem));
    }
    Ok(found)
}

async fn put(connection: &mut SqliteConnection, trail: &str, state: &str, of: &Problem) -> Result<(), CatalogError> {
    remove(connection, trail, of).await?;
    sqlx::query(
        "INSERT INTO problems (trail_id, kind, subject, state, detail, since_ms) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(trail)
    .bind(of.kind.as_str())
    .bind(&of.subject)
    .bind(state)
    .bind(&of.detail)
    .bind(of.since.unix_ms())
    .execute(connection)
    .await?;
    Ok(())
}

async fn remove(connection: &mut SqliteConnection, trail: &str, of: &Problem) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM problems WHERE trail_id = $1 AND kind = $2 AND subject = $3")
        .bind(trail)
        .bind(of.kind.as_str())
        .bind(&of.subject)
        .execute(connection)
        .await?;
    Ok(())
}
