//! The recorder: the only part that appends to the journal.

use std::sync::Arc;

use cairn_environment::Environment;
use cairn_journal::{AppendError, Journal};
use cairn_model::{NewEntry, Origin, Sequence};
use cairn_store::Store;
use tokio::sync::Semaphore;

use crate::event::event_of;
use crate::in_flight::InFlight;
use crate::intake::Intake;
use crate::{Call, IngestError, IngestReport, IngestRequest, RecorderSettings};

/// Turns calls into events, takes in the events that others bring, and appends both to the journal. Clones share it.
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) journal: Journal,
    pub(crate) store: Store,
    pub(crate) settings: RecorderSettings,
    pub(crate) environment: Environment,
    pub(crate) in_flight: InFlight,
    /// What stood in the journal before this process began: none of it is on its way, all of it must be known.
    pub(crate) recovered: Sequence,
    pub(crate) large_requests: Semaphore,
}

impl Recorder {
    /// A recorder that appends to `journal` and asks `store` which events are known. One process has one: two would
    /// not see each other's events on their way.
    pub fn new(journal: Journal, store: Store, settings: RecorderSettings, environment: &Environment) -> Self {
        let large_requests = Semaphore::new(settings.large_requests_max);
        let (recovered, in_flight, environment) = (journal.end(), InFlight::default(), environment.clone());
        Self(Arc::new(Parts { journal, store, settings, environment, in_flight, recovered, large_requests }))
    }

    /// Records one call: returns when its event is durable. What is too large in it is cut or replaced by a marker.
    ///
    /// # Errors
    /// [`AppendError`] of the journal.
    pub async fn record(&self, call: &Call) -> Result<(), AppendError> {
        self.0.journal.append(vec![self.0.entry_of(call)]).await.map(drop)
    }

    /// Takes in the events of a request, without an event for the request itself.
    ///
    /// # Errors
    /// As [`Recorder::ingest_call`].
    pub async fn ingest(&self, request: IngestRequest) -> Result<IngestReport, IngestError> {
        self.ingest_call(request, |_| None).await
    }

    /// Takes in the events of a request and, in the same append, the event of the request itself, which `call`
    /// makes from the report. Returns when all are durable. The report that `call` gets has the final counts and
    /// problems but not yet the places of the last events.
    ///
    /// For the front door: this spares a second commit, so do not call [`Recorder::record`] after success. After an
    /// error do, since `call` was not asked then.
    ///
    /// # Errors
    /// [`IngestError`]. Part of the events may be durable by then; sending the request again completes it.
    pub async fn ingest_call(
        &self,
        request: IngestRequest,
        call: impl FnOnce(&IngestReport) -> Option<Call> + Send,
    ) -> Result<IngestReport, IngestError> {
        let parts = Arc::clone(&self.0);
        let last = move |report: &IngestReport| call(report).map(|call| parts.entry_of(&call));
        let report = Intake::new(Arc::clone(&self.0), request).run(last).await?;
        for (outcome, count) in [
            ("accepted", report.accepted),
            ("duplicate", report.duplicates),
            ("conflict", report.conflicts),
            ("rejected", report.rejected),
        ] {
            metrics::counter!("cairn_ingested_events_total", "outcome" => outcome).increment(count);
        }
        Ok(report)
    }
}

impl Parts {
    fn entry_of(&self, call: &Call) -> NewEntry {
        let completed_at = self.environment.clock.now();
        NewEntry {
            // Not the completion: the call that stops a trail is received before the trail's stop, and belongs to it.
            received_at: call.received_at,
            account: call.account,
            origin: Origin::Live,
            event: event_of(call, &self.environment.random.uuid(), completed_at),
        }
    }
}
