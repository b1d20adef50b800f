//! When a call is durable: before it goes on and before its answer is whole, or as soon as possible.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use cairn_environment::Environment;
use cairn_journal::AppendError;
use cairn_recorder::{Call, CallRecord, Intent, Recorder};

use crate::gap::{Gap, Gaps};
use crate::settings::FailurePolicy;

/// Completions that may wait for the journal in memory. What does not fit becomes an event of the next start.
const WAITING_MAX: usize = 10_000;

/// The gateway's way to the journal.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) recorder: Recorder,
    policy: FailurePolicy,
    environment: Environment,
    gateway: String,
    gaps: Gaps,
    /// Completions that the journal refused, oldest first.
    waiting: Mutex<VecDeque<(Intent, Vec<CallRecord>)>>,
}

/// A call that has begun.
#[derive(Debug)]
pub(crate) enum Begun {
    /// Its intent is durable.
    Intended(Intent),
    /// Nothing is durable; its event will have this id.
    Noted(String),
}

impl Begun {
    pub(crate) fn event_id(&self) -> &str {
        match self {
            Self::Intended(intent) => intent.event_id(),
            Self::Noted(event_id) => event_id,
        }
    }
}

impl Ledger {
    pub(crate) fn new(recorder: Recorder, policy: FailurePolicy, gateway: &str, environment: &Environment) -> Self {
        let (environment, gateway) = (environment.clone(), gateway.to_owned());
        Self { recorder, policy, environment, gateway, gaps: Gaps::default(), waiting: Mutex::default() }
    }

    /// A call is about to be passed on.
    ///
    /// # Errors
    /// When it must not be.
    pub(crate) async fn begin(&self, call: impl FnOnce() -> Call) -> Result<Begun, AppendError> {
        match self.policy {
            FailurePolicy::Closed => self.recorder.intend(&call()).await.map(Begun::Intended),
            FailurePolicy::Open => Ok(Begun::Noted(self.environment.random.uuid())),
        }
    }

    /// A call has ended: returns when that is durable, or when it is known that it is not and does not matter.
    ///
    /// # Errors
    /// When the end must not be shown to the client.
    pub(crate) async fn finish(&self, begun: Begun, records: Vec<CallRecord>) -> Result<(), AppendError> {
        match begun {
            Begun::Intended(intent) => {
                let recorded = self.recorder.complete(&intent, &records).await;
                if let Err(error) = &recorded {
                    tracing::error!(%error, gateway = self.gateway, "how a call ended cannot be recorded yet");
                    self.keep(intent, records);
                }
                recorded
            }
            Begun::Noted(event_id) => self.note(&event_id, records).await,
        }
    }

    /// Records a call that is not passed on.
    ///
    /// # Errors
    /// When its answer must say that it could not be recorded.
    pub(crate) async fn refused(&self, records: Vec<CallRecord>) -> Result<(), AppendError> {
        let event_id = self.environment.random.uuid();
        match self.policy {
            FailurePolicy::Closed => self.recorder.record_all(&event_id, &records).await,
            FailurePolicy::Open => self.note(&event_id, records).await,
        }
    }

    async fn note(&self, event_id: &str, records: Vec<CallRecord>) -> Result<(), AppendError> {
        let Err(error) = self.recorder.record_all(event_id, &records).await else { return Ok(()) };
        let Some(CallRecord { call, .. }) = records.first() else { return Ok(()) };
        metrics::counter!("cairn_capture_gaps_total", "gateway" => self.gateway.clone()).increment(1);
        tracing::error!(%error, gateway = self.gateway, event_name = call.event_name, "a call went on without a record");
        self.gaps.add(Gap::of(call.received_at, &call.event_name));
        Ok(())
    }

    fn keep(&self, intent: Intent, records: Vec<CallRecord>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING_MAX {
            waiting.push_back((intent, records));
        }
    }

    /// Records what could not be recorded before. False when some of it still waits.
    pub(crate) async fn catch_up(&self, event_of: impl Fn(&Gap) -> Call) -> bool {
        let next = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        while let Some((intent, records)) = next() {
            if let Err(error) = self.recorder.complete(&intent, &records).await {
                tracing::warn!(%error, gateway = self.gateway, "ends of calls wait to be recorded");
                self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_front((intent, records));
                return false;
            }
        }
        let Some(gap) = self.gaps.take() else { return true };
        let recorded = self.recorder.record(&event_of(&gap)).await;
        if let Err(error) = &recorded {
            tracing::warn!(%error, gateway = self.gateway, calls = gap.calls, "a gap waits to be recorded");
            self.gaps.add(gap);
        }
        recorded.is_ok()
    }
}
