//! The way of one request's events: read, told from known ones, appended.

use std::sync::Arc;

use bytes::Bytes;
use cairn_journal::AppendError;
use cairn_model::{EventKey, NewEntry, Sequence, SequenceRange};
use cairn_store::Known;

use crate::check::{Candidate, Checker, Chunk};
use crate::in_flight::{Claim, Claims};
use crate::recorder::Parts;
use crate::unpack::Unpacker;
use crate::{ContentEncoding, IngestError, IngestReport, IngestRequest, quarantine};

/// Bodies below this size are read where the request runs: a thread of their own would take longer to reach.
const INLINE_BYTES_MAX: usize = 256 << 10;

/// One request on its way.
pub(crate) struct Intake {
    parts: Arc<Parts>,
    request: IngestRequest,
    report: IngestReport,
}

/// Candidates that this request may append, with the claims on them.
struct Fresh {
    candidates: Vec<Candidate>,
    claims: Claims,
    /// Whether most of what came with them was known already.
    is_sparse: bool,
}

impl Intake {
    pub(crate) fn new(parts: Arc<Parts>, request: IngestRequest) -> Self {
        Self { parts, request, report: IngestReport::default() }
    }

    /// Takes in everything. `last` gives the entry that goes in with the last events.
    pub(crate) async fn run(
        mut self,
        last: impl FnOnce(&IngestReport) -> Option<NewEntry> + Send,
    ) -> Result<IngestReport, IngestError> {
        let settings = &self.parts.settings;
        let unpacker = Unpacker::new(self.request.body.clone(), self.request.encoding, settings);
        let mut checker = Checker::new(unpacker, self.request.account, self.request.origin, settings);
        let is_small = self.request.encoding == ContentEncoding::Identity && self.request.body.len() < INLINE_BYTES_MAX;
        let parts = Arc::clone(&self.parts);
        // The permit bounds how many inflated bodies there are at a time. The semaphore is never closed.
        let _permit = if is_small { None } else { parts.large_requests.acquire().await.ok() };
        // After a start the store still reads what the journal had; asked before, it would call known events new.
        self.wait_applied(self.parts.recovered).await?;
        loop {
            let chunk;
            (checker, chunk) = self.read(checker, is_small).await?;
            let is_last = chunk.is_last;
            let mut pieces = chunk.into_pieces(self.parts.settings.append_bytes);
            let last_piece = if is_last { pieces.pop() } else { None };
            for piece in pieces {
                self.take_in(piece).await?;
            }
            if let Some(piece) = last_piece {
                self.take_in_last(piece, last).await?;
                return Ok(self.report);
            }
        }
    }

    /// Reads the next events and brings the report up to date.
    async fn read(&mut self, checker: Checker, is_small: bool) -> Result<(Checker, Chunk), IngestError> {
        let work = move || {
            let mut checker = checker;
            let chunk = checker.next_chunk();
            (checker, chunk)
        };
        let (mut checker, chunk) = if is_small { work() } else { self.parts.environment.tasks.blocking(work).await };
        let found = std::mem::take(&mut checker.report);
        self.report.rejected += found.rejected;
        self.report.digests += found.digests;
        for problem in found.problems {
            self.report.add_problem(problem, self.parts.settings.problems_max);
        }
        Ok((checker, chunk?))
    }

    async fn take_in(&mut self, piece: Vec<Candidate>) -> Result<(), IngestError> {
        let fresh = self.until_alone(piece).await?;
        self.append(fresh, None).await
    }

    async fn take_in_last(
        &mut self,
        piece: Vec<Candidate>,
        last: impl FnOnce(&IngestReport) -> Option<NewEntry> + Send,
    ) -> Result<(), IngestError> {
        let fresh = self.until_alone(piece).await?;
        let count = u64::try_from(fresh.candidates.len()).unwrap_or(u64::MAX);
        let last = last(&IngestReport { accepted: self.report.accepted + count, ..self.report.clone() });
        self.append(fresh, last).await
    }

    /// Appends what it can until nothing of the piece waits for another request any more; gives what is left to
    /// append. Claims are never held while waiting.
    async fn until_alone(&mut self, piece: Vec<Candidate>) -> Result<Fresh, IngestError> {
        let parts = Arc::clone(&self.parts);
        let mut waiting = piece;
        loop {
            let mut settled = std::pin::pin!(parts.in_flight.settled());
            settled.as_mut().enable();
            let (fresh, pending) = self.claim(waiting).await?;
            if pending.is_empty() {
                return Ok(fresh);
            }
            waiting = pending;
            if fresh.candidates.is_empty() {
                settled.await;
            } else {
                self.append(fresh, None).await?;
            }
        }
    }

    /// Claims `candidates`, counts those that are known, and gives those that are new and those that have to wait.
    async fn claim(&mut self, candidates: Vec<Candidate>) -> Result<(Fresh, Vec<Candidate>), IngestError> {
        let count = candidates.len();
        let keys = candidates.iter().map(|candidate| candidate.key);
        let (found, mut claims) = self.parts.in_flight.claim(self.parts.store.applied(), keys);
        let (mut mine, mut pending) = (Vec::new(), Vec::new());
        for (candidate, claim) in candidates.into_iter().zip(found) {
            match claim {
                Claim::Mine => mine.push(candidate),
                Claim::Pending => pending.push(candidate),
                Claim::Same => self.report.duplicates += 1,
                Claim::Different => self.conflict(&candidate).await?,
            }
        }
        let keys: Vec<EventKey> = mine.iter().map(|candidate| candidate.key).collect();
        let known = if keys.is_empty() {
            Vec::new()
        } else {
            self.parts.store.known(self.request.account, &keys).await.map_err(store_error)?
        };
        let (mut fresh, mut given_up) = (Vec::with_capacity(mine.len()), Vec::new());
        for (candidate, known) in mine.into_iter().zip(known) {
            match known {
                Known::No => {
                    fresh.push(candidate);
                    continue;
                }
                Known::Same => self.report.duplicates += 1,
                Known::Different => self.conflict(&candidate).await?,
            }
            given_up.push(candidate.key);
        }
        claims.release(&given_up);
        let is_sparse = fresh.len() < count / 2;
        Ok((Fresh { candidates: fresh, claims, is_sparse }, pending))
    }

    /// Keeps an event aside that has the id of another one, and reports it.
    async fn conflict(&mut self, candidate: &Candidate) -> Result<(), IngestError> {
        let kept = match &self.parts.settings.quarantine {
            Some(bucket) => Some(quarantine::keep(bucket, self.request.account, &candidate.event).await?),
            None => None,
        };
        self.report.conflicts += 1;
        let reason = match kept {
            Some(key) => format!("another event has this eventID but other bytes; kept aside as {key}"),
            None => "another event has this eventID but other bytes".to_owned(),
        };
        self.report.add_problem(candidate.place.problem(reason), self.parts.settings.problems_max);
        Ok(())
    }

    /// Appends `fresh`, and `last` with it, and waits until they are durable.
    async fn append(&mut self, fresh: Fresh, last: Option<NewEntry>) -> Result<(), IngestError> {
        let count = u64::try_from(fresh.candidates.len()).unwrap_or(u64::MAX);
        let mut entries = self.entries(fresh.candidates, fresh.is_sparse);
        entries.extend(last);
        if entries.is_empty() {
            return Ok(());
        }
        self.wait_for_store().await?;
        let range = self.append_all(entries, fresh.claims).await?;
        // The event of the request itself is the last one; it is not one of those that were brought.
        self.report.add_range(SequenceRange { first: range.first, count });
        Ok(())
    }

    fn entries(&self, candidates: Vec<Candidate>, is_sparse: bool) -> Vec<NewEntry> {
        // An event shares the memory of its text. When most of a text goes unused, it is better not kept for the rest.
        let own = |event: Bytes| if is_sparse { Bytes::copy_from_slice(&event) } else { event };
        let entry = |candidate: Candidate| NewEntry {
            received_at: self.request.received_at,
            account: self.request.account,
            origin: self.request.origin,
            event: own(candidate.event),
            beside: None,
            outline: candidate.outline,
        };
        candidates.into_iter().map(entry).collect()
    }

    /// Lets the store come near for a moment, and waits for it when it is far behind.
    async fn wait_for_store(&self) -> Result<(), IngestError> {
        let (settings, end) = (&self.parts.settings, self.parts.journal.end().0);
        let near = Sequence(end.saturating_sub(settings.unapplied_events_near));
        if self.parts.store.applied() >= near {
            return Ok(());
        }
        let waiting = self.parts.store.wait_applied(near);
        let _came_near = self.parts.environment.clock.timeout(settings.store_lead, waiting).await;
        self.wait_applied(Sequence(end.saturating_sub(settings.unapplied_events_max))).await
    }

    async fn wait_applied(&self, up_to: Sequence) -> Result<(), IngestError> {
        if self.parts.store.applied() >= up_to {
            return Ok(());
        }
        let waiting = self.parts.store.wait_applied(up_to);
        let waited = self.parts.environment.clock.timeout(self.parts.settings.store_wait_max, waiting).await;
        waited.map_err(|_| IngestError::Store("it is too far behind the journal".to_owned()))
    }

    /// Appends in a task of its own: a request whose sender goes away must not forget its claims while the journal
    /// still writes its events.
    async fn append_all(&self, entries: Vec<NewEntry>, claims: Claims) -> Result<SequenceRange, AppendError> {
        let parts = Arc::clone(&self.parts);
        let work = async move {
            let range = parts.journal.append(entries).await?;
            claims.settle(range.end());
            Ok(range)
        };
        self.parts.environment.tasks.spawn(work).await.unwrap_or(Err(AppendError::Stopped))
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn store_error(error: cairn_store::StoreError) -> IngestError {
    IngestError::Store(error.to_string())
}
