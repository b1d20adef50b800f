//! When a call is durable: before it goes on, and before its answer is whole or a moment later.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use cairn_environment::Environment;
use cairn_journal::AppendError;
use cairn_recorder::{Call, CallRecord, Flood, Held, Intent, Recorder};

use crate::gap::{Fate, Gap, Gaps};
use crate::handed_over::{End, HandedOver};
use crate::record::{call_of_flood, call_of_gap};
use crate::settings::{AnswerAfter, FailurePolicy, GatewaySettings};
use crate::sighting::Sighting;
use crate::tallies::Tallies;

/// Completions that may wait for the journal in memory. What does not fit becomes an event of the next start.
const WAITING_MAX: usize = 10_000;

/// About how many bytes the events of refused calls may have that wait for the journal in memory.
const HELD_BYTES_MAX: usize = 16 << 20;

/// About how many bytes of waiting records are written at once.
const PIECE_BYTES: usize = 256 << 10;

/// The gateway's way to the journal.
#[derive(Debug)]
pub(crate) struct Ledger {
    recorder: Recorder,
    policy: FailurePolicy,
    answer_after: AnswerAfter,
    environment: Environment,
    gateway: String,
    tallies: Arc<Tallies>,
    /// Calls that went on without a record.
    gaps: Gaps,
    /// Calls that were refused, and for whose records there was no room.
    refused_gaps: Gaps,
    flood: Flood,
    held: Held,
    /// Completions that are on their way to the journal.
    handed_over: HandedOver,
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

    /// The call as its intent says it, once.
    pub(crate) fn take_call(&mut self) -> Option<Box<Call>> {
        match self {
            Self::Intended(intent) => intent.take_call(),
            Self::Noted(_) => None,
        }
    }
}

impl Ledger {
    pub(crate) fn new(
        recorder: Recorder,
        settings: &GatewaySettings,
        tallies: Arc<Tallies>,
        environment: &Environment,
    ) -> Self {
        Self {
            recorder,
            policy: settings.policy,
            answer_after: settings.answer_after,
            environment: environment.clone(),
            gateway: settings.name.clone(),
            tallies,
            gaps: Gaps::default(),
            refused_gaps: Gaps::default(),
            flood: Flood::new(settings.refused_events_max),
            held: Held::new(settings.held_events_max, HELD_BYTES_MAX),
            handed_over: HandedOver::new(),
            waiting: Mutex::default(),
        }
    }

    /// A call is about to be passed on.
    ///
    /// # Errors
    /// When it must not be.
    pub(crate) async fn begin(&self, call: impl FnOnce() -> Call) -> Result<Begun, AppendError> {
        match self.policy {
            FailurePolicy::Closed => {
                let intent = self.recorder.intend(call()).await?;
                self.tallies.intent_opened();
                Ok(Begun::Intended(intent))
            }
            FailurePolicy::Open => Ok(Begun::Noted(self.environment.random.uuid())),
        }
    }

    /// A call has ended: returns when that is durable or, where the settings want no more, handed to the journal; or
    /// when it is known that it is not recorded and does not matter.
    ///
    /// # Errors
    /// When the end must not be shown to the client.
    pub(crate) async fn finish(&self, begun: Begun, records: Vec<CallRecord>) -> Result<(), AppendError> {
        let intent = match begun {
            Begun::Intended(intent) => intent,
            Begun::Noted(event_id) => return self.note(&event_id, records).await,
        };
        self.settle_ends();
        let room = match self.answer_after {
            AnswerAfter::Intent => self.handed_over.room(records.len()),
            AnswerAfter::End => None,
        };
        let Some(room) = room else {
            let outcome = self.recorder.complete(&intent, &records).await;
            return self.ended(intent, records, outcome);
        };
        match self.recorder.complete_soon(&intent, &records).await {
            Ok(pending) => {
                self.handed_over.push(End { intent, records, pending, _room: room });
                Ok(())
            }
            Err(error) => self.ended(intent, records, Err(error)),
        }
    }

    /// Takes note of the ends that were handed over and of which it is known by now what has become of them.
    fn settle_ends(&self) {
        while let Some((End { intent, records, .. }, outcome)) = self.handed_over.settled(&self.recorder) {
            // The client has its answer.
            drop(self.ended(intent, records, outcome));
        }
    }

    /// Waits until of every end that was handed over it is known what has become of it.
    pub(crate) async fn settle_all_ends(&self) {
        while let Some(End { intent, records, pending, .. }) = self.handed_over.pop() {
            let outcome = self.recorder.settle_end(pending).await;
            drop(self.ended(intent, records, outcome));
        }
    }

    fn ended(
        &self,
        intent: Intent,
        records: Vec<CallRecord>,
        outcome: Result<(), AppendError>,
    ) -> Result<(), AppendError> {
        if let Err(error) = &outcome {
            tracing::error!(%error, gateway = self.gateway, "how a call ended cannot be recorded yet");
            self.keep(intent, records);
        } else {
            self.tallies.intent_closed();
        }
        outcome
    }

    /// Records a call that is not passed on. In a flood of them it is counted and shares an event with others; on a
    /// full disk its records wait.
    ///
    /// # Errors
    /// When its answer must say that it could not be recorded.
    pub(crate) async fn refused(
        &self,
        sighting: &Sighting,
        code: &'static str,
        records: impl FnOnce() -> Vec<CallRecord>,
    ) -> Result<(), AppendError> {
        if !self.flood.admits(sighting.received_at, sighting.source, code) {
            return Ok(());
        }
        let (event_id, records) = (self.environment.random.uuid(), records());
        let Err(error) = self.recorder.record_all(&event_id, &records).await else { return Ok(()) };
        self.hold(records);
        // Nothing was done: the refusal holds, and its event comes.
        if error == AppendError::Full { Ok(()) } else { Err(error) }
    }

    /// Keeps the records of a call that was refused until the journal takes them, or counts it.
    pub(crate) fn hold(&self, records: Vec<CallRecord>) {
        let Some(gap) = records.first().map(gap_of) else { return };
        if !self.held.keep(records) {
            self.count_gap();
            self.refused_gaps.add(gap);
        }
    }

    async fn note(&self, event_id: &str, records: Vec<CallRecord>) -> Result<(), AppendError> {
        let Err(error) = self.recorder.record_all(event_id, &records).await else { return Ok(()) };
        let Some(record) = records.first() else { return Ok(()) };
        let event_name = &record.call.event_name;
        tracing::error!(%error, gateway = self.gateway, event_name, "a call went on without a record");
        self.count_gap();
        self.gaps.add(gap_of(record));
        Ok(())
    }

    fn count_gap(&self) {
        self.tallies.gap();
        metrics::counter!("cairn_capture_gaps_total", "gateway" => self.gateway.clone()).increment(1);
    }

    fn keep(&self, intent: Intent, records: Vec<CallRecord>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING_MAX {
            waiting.push_back((intent, records));
        }
    }

    /// Records what could not be recorded before, and what was counted. False when some of it still waits.
    pub(crate) async fn catch_up(&self, settings: &GatewaySettings) -> bool {
        self.settle_ends();
        if !self.record_ends().await || !self.record_held().await {
            return false;
        }
        for (gaps, fate) in [(&self.gaps, Fate::PassedOn), (&self.refused_gaps, Fate::Refused)] {
            let Some(gap) = gaps.take() else { continue };
            let call = call_of_gap(settings, (&gap, fate), self.environment.random.uuid());
            if let Err(error) = self.recorder.record(&call).await {
                tracing::warn!(%error, gateway = self.gateway, calls = gap.calls, "a gap waits to be recorded");
                gaps.add(gap);
                return false;
            }
        }
        let Some(refused) = self.flood.take() else { return true };
        let call = call_of_flood(settings, &refused, self.environment.random.uuid());
        let recorded = self.recorder.record(&call).await;
        if let Err(error) = &recorded {
            tracing::warn!(%error, gateway = self.gateway, "the event of refused requests waits");
            self.flood.put_back(refused);
        }
        recorded.is_ok()
    }

    async fn record_ends(&self) -> bool {
        let next = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        while let Some((intent, records)) = next() {
            if let Err(error) = self.recorder.complete(&intent, &records).await {
                tracing::warn!(%error, gateway = self.gateway, "ends of calls wait to be recorded");
                self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_front((intent, records));
                return false;
            }
            self.tallies.intent_closed();
        }
        true
    }

    async fn record_held(&self) -> bool {
        loop {
            let records = self.held.take(PIECE_BYTES);
            if records.is_empty() {
                return true;
            }
            match self.recorder.record_all(&self.environment.random.uuid(), &records).await {
                Ok(()) => {}
                // It would never succeed, and everything behind it would wait.
                Err(AppendError::TooLarge { .. }) => {
                    for record in &records {
                        self.refused_gaps.add(gap_of(record));
                    }
                }
                Err(error) => {
                    let waiting = self.held.put_back(records);
                    tracing::warn!(%error, gateway = self.gateway, waiting, "events of refused calls wait for space");
                    return false;
                }
            }
        }
    }
}

fn gap_of(record: &CallRecord) -> Gap {
    Gap::of(record.call.received_at, &record.call.event_name)
}
