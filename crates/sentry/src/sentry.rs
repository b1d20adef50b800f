//! The follower behind findings: reads the calls that the catalogue noted something about, and tells it once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::{Catalog, CatalogError, Notice};
use cairn_environment::Environment;
use cairn_journal::{AppendError, Follower, Journal, ReadError, SaveError};
use cairn_model::{Entry, Origin, Sequence};
use cairn_recorder::Recorder;
use tokio::time::Instant;

use crate::finding::{CallEvent, EVENT_SOURCE, Finding};

/// The follower's name in the journal.
const NAME: &str = "sentry";
/// The sources of the calls that change trails.
const CALL_SOURCES: [&str; 2] = ["cloudtrail.amazonaws.com", "organizations.amazonaws.com"];
/// Bytes of entries that are read at once.
const READ_BYTES: usize = 4 << 20;
/// How often the position is saved.
const SAVE_INTERVAL: Duration = Duration::from_secs(5);
/// How long it waits after something failed.
const FAILURE_WAIT: Duration = Duration::from_secs(1);
/// How long after a change the event of its call is waited for; after that the finding is told without it.
const EVENT_WAIT: Duration = Duration::from_mins(10);

/// What the sentry works with.
#[derive(Debug, Clone)]
pub struct SentryParts {
    /// Where the calls' events are read.
    pub journal: Journal,
    /// What there is to tell.
    pub catalog: Catalog,
    /// Where findings go.
    pub recorder: Recorder,
    /// Time, tasks.
    pub environment: Environment,
}

/// Turns notices into findings. One process has one.
#[derive(Debug)]
pub struct Sentry {
    parts: SentryParts,
    follower: Follower,
    position: Sequence,
    saved: Sequence,
    save_due: Instant,
    /// Notices of an earlier life: once the journal was read to where that life ended, their calls have no event.
    inherited: HashSet<String>,
    /// Findings that are in the journal while their notices are still there.
    told: HashSet<String>,
}

/// Why findings cannot be told now. None is lost: it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum SentryError {
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The findings cannot be appended.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The position cannot be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The catalogue does not forget what was told.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl Sentry {
    /// Takes up where the last run stopped: finds out what that one told already.
    ///
    /// # Errors
    /// [`SentryError`] when the journal cannot be read.
    pub async fn open(parts: SentryParts) -> Result<Self, SentryError> {
        let follower = parts.journal.follower(NAME).await?;
        let position = follower.position();
        let inherited: HashSet<String> = parts.catalog.notices().borrow().iter().map(|of| of.id.clone()).collect();
        let save_due = parts.environment.clock.instant() + SAVE_INTERVAL;
        let mut sentry = Self { parts, follower, position, saved: position, save_due, inherited, told: HashSet::new() };
        sentry.find_told().await?;
        Ok(sentry)
    }

    /// Follows until tasks stop.
    pub async fn run(mut self) {
        let SentryParts { journal, catalog, environment, .. } = self.parts.clone();
        let (mut notices, mut end) = (catalog.notices(), journal.watch_end());
        while !environment.tasks.is_stopping() {
            notices.borrow_and_update();
            end.borrow_and_update();
            let wait = match self.step().await {
                Ok(()) => SAVE_INTERVAL,
                Err(error) => {
                    tracing::error!(%error, "findings cannot be told and are tried again");
                    FAILURE_WAIT
                }
            };
            let has_notices = !notices.borrow().is_empty();
            tokio::select! {
                biased;
                () = environment.tasks.stopping() => {}
                () = environment.clock.sleep(wait) => {}
                Ok(()) = notices.changed(), if wait == SAVE_INTERVAL => {}
                Ok(()) = end.changed(), if has_notices && wait == SAVE_INTERVAL => {}
            }
        }
        match self.save().await {
            // What was read since the last save is read again at the next start.
            Ok(()) | Err(SentryError::Save(SaveError::Stopped)) => {}
            Err(error) => tracing::warn!(%error, "the position of the sentry is not saved"),
        }
    }

    /// Tells all that can be told now.
    ///
    /// # Errors
    /// [`SentryError`]; it can be called again.
    pub async fn step(&mut self) -> Result<(), SentryError> {
        // In this order: what is noted about a call is there before the call's event is.
        let end = self.parts.journal.end();
        let mut notices = self.notices();
        while self.position < end && notices.iter().any(|notice| notice.cause.is_some()) {
            let passage = self.parts.journal.read_passing_imported(self.position, READ_BYTES).await?;
            for entry in passage.entries.iter().filter(|entry| entry.sequence < end) {
                self.see(entry, &notices).await?;
            }
            self.position = passage.next.min(end);
            notices = self.notices();
        }
        // Nothing before the end is about a notice any more.
        self.position = self.position.max(end);
        self.tell_without_call(&notices).await?;
        if self.parts.environment.clock.instant() >= self.save_due {
            self.save().await?;
        }
        Ok(())
    }

    fn notices(&self) -> Arc<Vec<Notice>> {
        Arc::clone(&self.parts.catalog.notices().borrow())
    }

    /// Findings of an earlier life stand behind the position that it saved.
    async fn find_told(&mut self) -> Result<(), SentryError> {
        let (mut at, end) = (self.position, self.parts.journal.end());
        while at < end && !self.inherited.is_empty() {
            let passage = self.parts.journal.read_passing_imported(at, READ_BYTES).await?;
            for entry in passage.entries.iter().filter(|entry| entry.origin == Origin::Live) {
                let Ok(fields) = entry.fields() else { continue };
                if fields.event_source.as_deref() == Some(EVENT_SOURCE)
                    && let Some(id) = fields.event_id.filter(|id| self.inherited.contains(&**id))
                {
                    self.told.insert(id.into_owned());
                }
            }
            at = passage.next;
        }
        Ok(())
    }

    /// Tells what was noted about the call whose event this is.
    async fn see(&mut self, entry: &Entry, notices: &[Notice]) -> Result<(), SentryError> {
        if entry.origin != Origin::Live {
            return Ok(());
        }
        let of_trails = entry
            .fields()
            .is_ok_and(|fields| fields.event_source.as_deref().is_some_and(|source| CALL_SOURCES.contains(&source)));
        let Some(call) = of_trails.then(|| CallEvent::read(entry)).flatten() else { return Ok(()) };
        let Some(request_id) = call.request_id.as_deref() else { return Ok(()) };
        let is_cause = |notice: &&Notice| notice.cause.as_ref().is_some_and(|cause| cause.request_id == request_id);
        for notice in notices.iter().filter(is_cause) {
            self.tell(&Finding { notice, call: Some(&call) }).await?;
        }
        Ok(())
    }

    /// Tells what no call is behind, and what a call is behind whose event was never made: Cairn ended between the two.
    async fn tell_without_call(&mut self, notices: &[Notice]) -> Result<(), SentryError> {
        let now = self.parts.environment.clock.now();
        for notice in notices {
            let is_late = self.inherited.contains(&notice.id) || now.since(notice.at) >= EVENT_WAIT;
            if notice.cause.is_none() || is_late {
                self.tell(&Finding { notice, call: None }).await?;
            }
        }
        Ok(())
    }

    async fn tell(&mut self, finding: &Finding<'_>) -> Result<(), SentryError> {
        let id = &finding.notice.id;
        if !self.told.contains(id) {
            self.parts.recorder.record_service_event(&finding.event()).await?;
            self.told.insert(id.clone());
            metrics::counter!("cairn_guard_findings_total", "kind" => finding.kind()).increment(1);
            let severity = format!("{:?}", finding.severity());
            tracing::warn!(kind = finding.kind(), severity, finding = id, "{}", finding.summary());
        }
        self.parts.catalog.told(id).await?;
        self.told.remove(id);
        self.inherited.remove(id);
        Ok(())
    }

    async fn save(&mut self) -> Result<(), SentryError> {
        self.save_due = self.parts.environment.clock.instant() + SAVE_INTERVAL;
        // A finding whose notice is still there must be found again after a crash.
        if self.position > self.saved && self.told.is_empty() {
            self.follower.save(self.position).await?;
            self.saved = self.position;
        }
        Ok(())
    }
}
