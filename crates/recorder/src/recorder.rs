//! The recorder: the only part that appends to the journal.

use std::sync::Arc;

use cairn_environment::Environment;
use cairn_journal::{AppendError, Journal};
use cairn_store::Store;

use crate::{Call, IngestError, IngestReport, IngestRequest, RecorderSettings};

/// Turns calls into events, takes in the events that others bring, and appends both to the journal.
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    journal: Journal,
    store: Store,
    settings: RecorderSettings,
    environment: Environment,
}

impl Recorder {
    /// A recorder that appends to `journal` and asks `store` which events are known.
    pub fn new(journal: Journal, store: Store, settings: RecorderSettings, environment: &Environment) -> Self {
        Self(Arc::new(Parts { journal, store, settings, environment: environment.clone() }))
    }

    /// Records one call: returns when its event is durable.
    ///
    /// # Errors
    /// [`AppendError`] of the journal.
    pub async fn record(&self, call: &Call) -> Result<(), AppendError> {
        todo!("{call:?} {:?}", self.0.environment)
    }

    /// Takes in the events of a request, without an event for the request itself. See [`Recorder::ingest_call`].
    ///
    /// # Errors
    /// As [`Recorder::ingest_call`].
    pub async fn ingest(&self, request: IngestRequest) -> Result<IngestReport, IngestError> {
        self.ingest_call(request, |_| None).await
    }

    /// Takes in the events of a request and, in the same append, the event of the request itself, which `call`
    /// makes from the report. Returns when all are durable. The report that `call` gets has the final counts and
    /// problems but not yet the sequence of the last events. One durable append then serves both: do not call
    /// [`Recorder::record`] after success; after an error do, since `call` was not asked.
    ///
    /// # Errors
    /// [`IngestError`]. Part of the events may be durable by then; sending the request again completes it.
    pub async fn ingest_call(
        &self,
        request: IngestRequest,
        call: impl FnOnce(&IngestReport) -> Option<Call> + Send,
    ) -> Result<IngestReport, IngestError> {
        let _ = (&self.0.journal, &self.0.store, &self.0.settings);
        drop(call);
        todo!("{request:?}")
    }
}
