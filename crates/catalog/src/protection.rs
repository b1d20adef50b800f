//! Protected trails: changes that take something away wait for a second principal, or for time to pass.

use std::time::Duration;

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection};

use crate::loss::MEMBER;
use crate::{CatalogError, Cause, Loss, Trail};

/// How long a request can be approved, from when it first can be.
const VALIDITY: Duration = Duration::from_hours(7 * 24);

/// Trails whose changes wait. Only who can write the settings decides about them, never a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedTrails {
    /// Whose trails.
    pub account: AccountId,
    /// Their names or ARNs; `*` stands for any characters.
    pub pattern: String,
    /// What a change waits for.
    pub approval: Approval,
}

/// What approves a change of a protected trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Approval {
    /// The same call by another principal, behind whom is somebody else.
    SecondPrincipal,
    /// The same call after so long.
    Delay(Duration),
}

/// A change of a protected trail that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingRequest {
    /// A UUID.
    pub id: String,
    /// The trail's own id.
    pub trail: String,
    /// The trail as it would become: the same call is one that would come to the same.
    pub outcome: String,
    /// Who asked.
    pub requested_by: String,
    /// Who was behind that; empty in requests of releases that did not know.
    #[serde(default)]
    pub origin: String,
    /// When.
    pub requested_at: Timestamp,
    /// What approves it.
    pub approval: Approval,
}

/// What becomes of a change of a protected trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It waits, as a request that is new.
    Asked(PendingRequest),
    /// It waits, as a request that was made before.
    Waiting(PendingRequest),
    /// It takes place.
    Approved(PendingRequest),
}

impl ProtectedTrails {
    /// Whether the trail is one of them.
    pub fn cover(&self, trail: &Trail) -> bool {
        let fits = |text: &str| fits(&self.pattern, text);
        self.account == trail.account && (fits(trail.name.as_str()) || fits(&trail.arn()))
    }
}

impl PendingRequest {
    /// The earliest moment at which it can be approved.
    pub fn approvable_from(&self) -> Timestamp {
        match self.approval {
            Approval::SecondPrincipal => self.requested_at,
            Approval::Delay(delay) => self.requested_at.plus(delay),
        }
    }

    /// When it is over.
    pub fn expires_at(&self) -> Timestamp {
        self.approvable_from().plus(VALIDITY)
    }

    /// What approves it, in words.
    pub fn condition(&self) -> String {
        match self.approval {
            Approval::SecondPrincipal => {
                format!("the same call by a principal other than {} and its sessions", self.who())
            }
            Approval::Delay(_) => format!("the same call at or after {}", self.approvable_from().iso_seconds()),
        }
    }

    fn who(&self) -> &str {
        if self.origin.is_empty() { &self.requested_by } else { &self.origin }
    }

    fn is_approved_by(&self, cause: &Cause, now: Timestamp) -> bool {
        match self.approval {
            // Roles and sessions are put on and off: what counts is who is in them.
            Approval::SecondPrincipal => cause.origin != self.who(),
            Approval::Delay(_) => now >= self.approvable_from(),
        }
    }
}

/// Judges a change of the protected trail with this id towards an [`outcome`], given all requests that wait.
pub(crate) fn judge(
    approval: Approval,
    (trail, outcome): (&str, String),
    cause: Option<&Cause>,
    waiting: &[PendingRequest],
    (now, new_id): (Timestamp, String),
) -> Verdict {
    let is_same = |request: &&PendingRequest| {
        request.trail == trail && request.outcome == outcome && request.approval == approval
    };
    match waiting.iter().find(|request| is_same(request) && now < request.expires_at()) {
        Some(request) if cause.is_some_and(|cause| request.is_approved_by(cause, now)) => {
            Verdict::Approved(request.clone())
        }
        Some(request) => Verdict::Waiting(request.clone()),
        None => Verdict::Asked(PendingRequest {
            id: new_id,
            trail: trail.to_owned(),
            outcome,
            requested_by: cause.map_or_else(|| "an unknown principal".to_owned(), |cause| cause.principal.clone()),
            origin: cause.map(|cause| cause.origin.clone()).unwrap_or_default(),
            requested_at: now,
            approval,
        }),
    }
}

/// What a trail comes to, as a text that differs where something differs that a call can ask for. Moments are not in
/// it, since the same call is made at another one.
pub(crate) fn outcome(after: &Trail, losses: &[Loss]) -> String {
    if after.deleted_at.is_some() {
        return "deleted".to_owned();
    }
    let state = if after.is_logging() { "logging" } else { "stopped" };
    let settings = Trail {
        log_file_validation: after.log_file_validation.map(|_| Timestamp::default()),
        logging: Vec::new(),
        tags: std::collections::BTreeMap::new(),
        ..after.clone()
    };
    // A trail is made of texts and numbers, and always has a JSON form.
    let settings = serde_json::to_string(&settings).unwrap_or_default();
    // Members are not the trail's own settings.
    let members = losses.iter().filter(|loss| loss.setting == MEMBER).map(|loss| loss.before.as_str());
    let members = members.collect::<Vec<_>>().join(" ");
    format!("{state} {settings} {members}")
}

/// Whether `text` is `pattern`, in which `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        let Some((_, after)) = text.split_once(part) else { return false };
        text = after;
    }
    true
}

/// Every request that waits, oldest first.
pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Vec<PendingRequest>, CatalogError> {
    let rows = sqlx::query("SELECT id, document FROM pending_requests ORDER BY requested_at_ms, id");
    let mut requests = Vec::new();
    for row in &rows.fetch_all(connection).await? {
        let (id, document): (String, String) = (row.try_get("id")?, row.try_get("document")?);
        let read = serde_json::from_str(&document);
        requests.push(read.map_err(|error| CatalogError::Damaged { trail: id, reason: error.to_string() })?);
    }
    Ok(requests)
}

/// Keeps a request.
pub(crate) async fn add(connection: &mut SqliteConnection, request: &PendingRequest) -> Result<(), CatalogError> {
    let document = serde_json::to_string(request)
        .map_err(|error| CatalogError::Damaged { trail: request.trail.clone(), reason: error.to_string() })?;
    sqlx::query("INSERT INTO pending_requests (id, requested_at_ms, document) VALUES ($1, $2, $3)")
        .bind(&request.id)
        .bind(request.requested_at.unix_ms())
        .bind(document)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a request away.
pub(crate) async fn remove(connection: &mut SqliteConnection, id: &str) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM pending_requests WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}
