//! Notices: what whoever watches over trails has to be told, kept until it was told.
//!
//! A notice is written in the transaction of the change that it is about. What reads it and turns it into an event
//! takes it away afterwards, so that neither a crash before nor one after loses it.

use cairn_model::{AccountId, Region, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection};

use crate::{CatalogError, Loss, PendingRequest, Problem, Severity, Trail};

/// The call that a change comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The id that the call's answer and its event carry.
    pub request_id: String,
    /// The ARN of the principal who called.
    pub principal: String,
    /// Who is behind it: where the principal is a session, the ARN of whoever began the chain of sessions, and of the
    /// principal itself otherwise.
    #[serde(default)]
    pub origin: String,
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// A UUID: the id of the event that tells it.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// The call behind it, if there is one.
    pub cause: Option<Cause>,
    /// The trail.
    pub trail: NoticedTrail,
    /// What happened.
    pub matter: Matter,
}

/// The trail of a notice, as it was called when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticedTrail {
    /// The trail's own id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The account that owns it.
    pub account: AccountId,
    /// Where it was created.
    pub home_region: Region,
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all_fields = "camelCase")]
pub enum Matter {
    /// A change took something away.
    Narrowed {
        /// What.
        losses: Vec<Loss>,
        /// The request that was approved by it, of a protected trail.
        approved: Option<PendingRequest>,
    },
    /// Such a change of a protected trail was asked for, and waits.
    Requested {
        /// What would be taken away.
        losses: Vec<Loss>,
        /// The request.
        request: PendingRequest,
    },
    /// A request was not approved in time.
    Expired {
        /// The request.
        request: PendingRequest,
    },
    /// Something is wrong with what was delivered, or with where to.
    Found {
        /// What.
        problem: Problem,
    },
    /// It is not any more.
    Resolved {
        /// What was.
        problem: Problem,
    },
}

impl Matter {
    /// How bad the worst of it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Narrowed { losses, .. } | Self::Requested { losses, .. } => {
                losses.iter().map(|loss| loss.severity).max().unwrap_or(Severity::Low)
            }
            Self::Found { problem } => problem.kind.severity(),
            Self::Expired { .. } | Self::Resolved { .. } => Severity::Low,
        }
    }
}

impl From<&Trail> for NoticedTrail {
    fn from(trail: &Trail) -> Self {
        Self { id: trail.id.clone(), arn: trail.arn(), account: trail.account, home_region: trail.home_region.clone() }
    }
}

/// Every notice, oldest first.
pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Vec<Notice>, CatalogError> {
    let rows = sqlx::query("SELECT id, document FROM notices ORDER BY at_ms, id").fetch_all(connection).await?;
    let mut notices = Vec::with_capacity(rows.len());
    for row in &rows {
        let (id, document): (String, String) = (row.try_get("id")?, row.try_get("document")?);
        let read = serde_json::from_str(&document);
        notices.push(read.map_err(|error| CatalogError::Damaged { trail: id, reason: error.to_string() })?);
    }
    Ok(notices)
}

/// Adds a notice.
pub(crate) async fn add(connection: &mut SqliteConnection, notice: &Notice) -> Result<(), CatalogError> {
    let document = serde_json::to_string(notice)
        .map_err(|error| CatalogError::Damaged { trail: notice.trail.id.clone(), reason: error.to_string() })?;
    sqlx::query("INSERT INTO notices (id, at_ms, document) VALUES ($1, $2, $3)")
        .bind(&notice.id)
        .bind(notice.at.unix_ms())
        .bind(document)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a notice away; one that is not there is fine.
pub(crate) async fn remove(connection: &mut SqliteConnection, id: &str) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM notices WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}
