//! The end of a call: what the answer taught is learnt, its events are recorded, its connection goes back.

use std::sync::Arc;

use cairn_journal::AppendError;
use cairn_principals::{Lesson, Principal};
use cairn_services::{BodyView, ResponseView};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::call::Front;
use crate::copied::Copied;
use crate::exchange::Uploaded;
use crate::known::{Known, plain};
use crate::ledger::Begun;
use crate::meters::{Meters, Part};
use crate::record::{Asked, Came, is_not_authentic};
use crate::refusal::{Form, Refusal};
use crate::sighting::Sighting;

/// Everything that a call's end needs.
pub(crate) struct Conclusion {
    pub(crate) front: Arc<Front>,
    pub(crate) sighting: Sighting,
    pub(crate) known: Known,
    /// Whether `known` lacks what the body says, because the body was not read ahead.
    pub(crate) is_body_unread: bool,
    pub(crate) principal: Principal,
    pub(crate) request_id: String,
    pub(crate) begun: Begun,
    /// When the call was ready to be passed on.
    pub(crate) intended: Instant,
    /// Counts the call among those under way.
    pub(crate) open: OpenCall,
    /// A stop waits for it.
    pub(crate) place: OwnedSemaphorePermit,
}

/// Counts a call as under way until it is dropped.
pub(crate) struct OpenCall(metrics::Gauge);

impl OpenCall {
    pub(crate) fn new(meters: &Meters) -> Self {
        let open = meters.open_calls().clone();
        open.increment(1);
        Self(open)
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// An answer, as far as it came.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) copy: Copied,
    pub(crate) bytes: u64,
}

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Answered to the last byte.
    Whole(Answered),
    /// The upstream broke off or stopped in the middle of its answer.
    Broken(Answered, String),
    /// The client hung up in the middle of the answer.
    Unheard(Answered),
    /// The upstream gave no answer.
    Unanswered(Refusal),
    /// The client hung up before there was an answer.
    ClientGone(String),
}

impl Conclusion {
    /// Ends the call: returns when its events are durable or on their way to be, as the settings want it.
    ///
    /// # Errors
    /// When the client must not see a whole answer.
    pub(crate) async fn conclude(mut self: Box<Self>, ending: Ending, uploaded: Uploaded) -> Result<(), AppendError> {
        let answered = self.front.environment.clock.instant();
        let intended_call = self.begun.take_call().filter(|_| !self.is_body_unread);
        if self.is_body_unread {
            self.known = Known::of(&self.sighting, &uploaded.copy, self.front.settings.bucket_place());
        }
        let status = status_number(&ending);
        if self.principal.is_unknown() || self.sighting.takes_signer_of_form(&self.known.call) {
            // It may have been learnt while the call was under way.
            let key = self.sighting.claim.access_key_id.as_deref();
            self.principal = self.front.principals.caller(key, self.front.settings.account);
        }
        let came = self.came(ending, uploaded.bytes);
        self.learn(&came).await;
        self.measure(&came, status);
        let Self { front, sighting, known, principal, request_id, .. } = &*self;
        let asked = Asked { settings: &front.settings, sighting, known, principal };
        let call = match intended_call {
            Some(intended) => asked.ended(*intended, &came, request_id),
            None => asked.call(&came, request_id),
        };
        let records = asked.records_of(call, &came, || front.environment.random.uuid());
        let Self { front, sighting, begun, intended, open, place, .. } = *self;
        let (concluded, before) = (front.environment.clock.instant(), intended.duration_since(sighting.began));
        let finished = front.ledger.finish(begun, records).await;
        front.meters.took(Part::Upstream, answered.duration_since(intended));
        front.meters.took(Part::Conclusion, concluded.duration_since(answered));
        let ended = front.environment.clock.instant();
        front.meters.took(Part::End, ended.duration_since(concluded));
        front.meters.tallies.added(before + ended.duration_since(answered));
        drop((open, place));
        finished
    }

    /// How the client wants errors to be put.
    pub(crate) fn form(&self) -> Form {
        Form::of(&self.sighting, &self.known.call.event_source)
    }

    fn came(&mut self, ending: Ending, bytes_in: u64) -> Came {
        let failed = |code: &str, message: String| Some((code.to_owned(), message));
        let came = match ending {
            Ending::Whole(answered) => self.came_of(&answered),
            Ending::Broken(answered, reason) => {
                Came { fault: failed("IncompleteAnswer", reason), ..self.came_of(&answered) }
            }
            Ending::Unheard(answered) => Came { is_client_gone: true, ..self.came_of(&answered) },
            Ending::Unanswered(refusal) => Came { fault: failed(refusal.code, refusal.message), ..Came::default() },
            Ending::ClientGone(message) => {
                Came { fault: failed("ClientDisconnected", message), is_client_gone: true, ..Came::default() }
            }
        };
        Came { bytes_in, ..came }
    }

    fn came_of(&mut self, answered: &Answered) -> Came {
        let (body, is_whole) = plain(&answered.copy, &answered.headers);
        let body = BodyView { bytes: &body, is_whole };
        let response = ResponseView { status: answered.status, headers: &answered.headers, body };
        let outcome = self.known.call.outcome(&response);
        let deletion_errors =
            if self.known.deleted.is_empty() { Vec::new() } else { self.known.call.deletion_errors(&response) };
        if is_not_authentic(&outcome)
            && let Some(key) = &self.sighting.claim.access_key_id
        {
            self.principal = Principal::unknown(key, self.front.settings.account);
        }
        Came { outcome, deletion_errors, bytes_out: answered.bytes, ..Came::default() }.with_headers(&answered.headers)
    }

    /// Learns who keys are from calls that give them, before anybody can use them.
    async fn learn(&mut self, came: &Came) {
        let call = &self.known.call;
        let teaches = matches!(call.event_source.as_str(), "sts.amazonaws.com" | "iam.amazonaws.com");
        if !teaches || came.outcome.error.is_some() || came.fault.is_some() {
            return;
        }
        let lesson = Lesson {
            event_source: &call.event_source,
            event_name: &call.event_name,
            caller_key: self.sighting.claim.access_key_id.as_deref(),
            request: self.known.parameters.as_ref(),
            answer: came.outcome.lesson.as_ref().unwrap_or(&Value::Null),
            event_id: self.begun.event_id(),
            at: self.front.environment.clock.now(),
            account: self.front.settings.account,
        };
        if let Err(error) = self.front.principals.learn(&lesson).await {
            tracing::error!(%error, event_name = call.event_name, "who a key is was not learnt");
        }
        let account = self.front.settings.account;
        self.principal = match Principal::federated(&lesson) {
            Some(principal) => principal,
            // The answer may have said who the caller is.
            None => self.front.principals.caller(lesson.caller_key, account),
        };
    }

    fn measure(&self, came: &Came, status: u16) {
        let took = self.front.environment.clock.instant().duration_since(self.sighting.began);
        self.front.meters.ended(status, (came.bytes_in, came.bytes_out), took);
    }
}

/// As the metrics have it.
fn status_number(ending: &Ending) -> u16 {
    match ending {
        Ending::Whole(answered) | Ending::Broken(answered, _) | Ending::Unheard(answered) => answered.status.as_u16(),
        Ending::Unanswered(refusal) => refusal.status.as_u16(),
        Ending::ClientGone(_) => 499,
    }
}

impl std::fmt::Debug for OpenCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenCall")
    }
}

impl std::fmt::Debug for Conclusion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conclusion").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}
