//! The recorder: the only part that appends to the journal.

use std::sync::Arc;

use cairn_environment::Environment;
use cairn_journal::{AppendError, Journal, PendingAppend};
use cairn_model::{NewEntry, Origin, Outline, Sequence};
use cairn_store::Store;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::check::ENTRY_BYTES;
use crate::event::{event_of, omits_parameters};
use crate::in_flight::InFlight;
use crate::intake::Intake;
use crate::intents::OpenIntents;
use crate::{Call, CallRecord, IngestError, IngestReport, IngestRequest, RecorderSettings};

/// Turns calls into events, takes in the events that others bring, and appends both to the journal. Clones share it.
#[derive(Debug, Clone)]
pub struct Recorder(pub(crate) Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) journal: Journal,
    pub(crate) store: Store,
    pub(crate) settings: RecorderSettings,
    pub(crate) environment: Environment,
    pub(crate) in_flight: InFlight,
    pub(crate) intents: OpenIntents,
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
        let intents = OpenIntents::default();
        Self(Arc::new(Parts { journal, store, settings, environment, in_flight, intents, recovered, large_requests }))
    }

    /// Records one call: returns when its event is durable. What is too large in it is cut or replaced by a marker.
    ///
    /// # Errors
    /// [`AppendError`] of the journal.
    pub async fn record(&self, call: &Call) -> Result<(), AppendError> {
        self.0.journal.append(vec![self.0.entry_of(call)]).await.map(drop)
    }

    /// Records the events of one call, the first of them with this `eventID`: returns when they are durable. All or
    /// none of them are, unless there are more than one append carries; then the first comes with the last.
    ///
    /// # Errors
    /// [`AppendError`] of the journal.
    pub async fn record_all(&self, event_id: &str, records: &[CallRecord]) -> Result<(), AppendError> {
        self.0.append_call(self.0.entries_of(event_id, records)).await
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
        self.entry_with_id(call, &self.environment.random.uuid(), None)
    }

    pub(crate) fn entries_of(&self, event_id: &str, records: &[CallRecord]) -> Vec<NewEntry> {
        let further = std::iter::repeat_with(|| self.environment.random.uuid());
        let ids = std::iter::once(event_id.to_owned()).chain(further);
        let entry = |(record, id): (&CallRecord, String)| self.entry_with_id(&record.call, &id, record.beside.as_ref());
        records.iter().zip(ids).map(entry).collect()
    }

    /// Appends the events of one call.
    pub(crate) async fn append_call(&self, entries: Vec<NewEntry>) -> Result<(), AppendError> {
        let piece = self.append_but_last(entries).await?;
        self.journal.append(piece).await.map(drop)
    }

    /// As [`Parts::append_call`], but nobody waits for the first event and those that come with it.
    pub(crate) async fn append_call_soon(&self, entries: Vec<NewEntry>) -> Result<PendingAppend, AppendError> {
        let piece = self.append_but_last(entries).await?;
        self.journal.append_soon(piece).await
    }

    /// Appends what one append does not carry, and gives back the last piece, which has the first event.
    async fn append_but_last(&self, entries: Vec<NewEntry>) -> Result<Vec<NewEntry>, AppendError> {
        let mut entries = entries.into_iter();
        let mut piece: Vec<NewEntry> = entries.by_ref().take(1).collect();
        let room = self.settings.append_bytes.saturating_sub(piece.iter().map(NewEntry::bytes).sum());
        let (mut further, mut bytes) = (Vec::new(), 0);
        for entry in entries {
            let size = entry.bytes() + ENTRY_BYTES;
            if bytes + size > room && !further.is_empty() {
                self.journal.append(std::mem::take(&mut further)).await?;
                bytes = 0;
            }
            bytes += size;
            further.push(entry);
        }
        piece.append(&mut further);
        Ok(piece)
    }

    /// The entry of a call. Parameters that are too large for the event stand beside it.
    pub(crate) fn entry_with_id(&self, call: &Call, event_id: &str, beside: Option<&Value>) -> NewEntry {
        let event = event_of(call, event_id, self.environment.clock.now());
        let mut beside = beside.and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(parameters) = call.request_parameters.as_ref().filter(|_| omits_parameters(&event)) {
            beside.insert("requestParameters".to_owned(), parameters.clone());
        }
        let beside = (!beside.is_empty()).then(|| Value::Object(beside).to_string().into());
        // Not the completion: the call that stops a trail is received before the trail's stop, and belongs to it.
        NewEntry {
            received_at: call.received_at,
            account: call.account,
            origin: Origin::Live,
            event,
            beside,
            outline: Outline::default(),
        }
    }
}
