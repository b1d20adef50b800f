//! The life of one call: seen, recognized, intended, passed on, answered, recorded.

use std::future::poll_fn;
use std::sync::Arc;

use cairn_environment::Environment;
use cairn_guard::{AnswerHead, BadHead, Body, RequestHead};
use cairn_principals::{Principal, Principals};
use cairn_services::BodyNeed;
use http::{Method, StatusCode, Version, header, request};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::conclusion::{Answered, Conclusion, Ending, OpenCall};
use crate::copied::Copied;
use crate::exchange::{Client, Exchange, Stage};
use crate::head::{copied, forwarded, wants_upgrade, write_answer, write_reply};
use crate::inventory::Inventory;
use crate::known::Known;
use crate::ledger::Ledger;
use crate::meters::{Meters, Part};
use crate::passage::{Form, PassFault, Passage, WaitsFor};
use crate::record::{Asked, Came};
use crate::refusal::{Form as RefusalForm, Refusal, Reply};
use crate::room::Room;
use crate::settings::GatewaySettings;
use crate::side::Side;
use crate::sighting::{Peer, Sighting};
use crate::upstream::{Upstream, UpstreamFault};

/// Bodies up to this size do not take long. Answers among them are read whole, so that they go out in one piece with
/// their head.
const SMALL_BYTES: u64 = 64 << 10;

/// Why an answer came to no end.
const STOPPED: &str = "The upstream stopped in the middle of its answer.";

/// Everything that a gateway's calls share.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) settings: GatewaySettings,
    pub(crate) upstream: Upstream,
    pub(crate) ledger: Ledger,
    pub(crate) principals: Principals,
    /// Absent when the upstream's IAM is not asked.
    pub(crate) inventory: Option<Inventory>,
    pub(crate) environment: Environment,
    /// What all bodies that are under way may hold.
    pub(crate) room: Room,
    /// One place for each call that is not recorded yet.
    pub(crate) places: Arc<Semaphore>,
    pub(crate) meters: Meters,
}

/// A request that has been seen, and whose body may have been read in part.
struct Arrived {
    sighting: Sighting,
    known: Known,
    principal: Principal,
    request_id: String,
    place: OwnedSemaphorePermit,
}

/// What a client and its connection are left with after a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After {
    /// Whether another request may come.
    pub(crate) keeps: bool,
    /// Whether all of the request was read.
    pub(crate) is_read: bool,
}

/// An answer on its way to the client.
struct Answer {
    head: AnswerHead,
    line: Side,
    /// How much of its body the record needs.
    copy_bytes: usize,
}

impl Front {
    /// Answers a request.
    pub(crate) async fn call(self: &Arc<Self>, peer: &Peer, head: Box<RequestHead>, client: &mut Client) -> After {
        let (is_head, keeps) = (head.parts.method == Method::HEAD, head.keeps());
        let sighting = Sighting::new(&self.settings, &self.environment, peer, &head.parts);
        let is_gated = sighting.expects_continue() && !head.body.is_over();
        let request_id = self.environment.random.uuid();
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            let reply = Refusal::unrecorded().reply(RefusalForm::of(&sighting, ""), &request_id);
            let passage = self.passage(head.body, Form::AsItCame, 0);
            return self.reply(&mut Exchange::new(client, passage, is_gated), &reply, is_head, keeps).await;
        };
        let principal = self.caller(&sighting);
        let buckets = self.settings.bucket_place();
        let known = if head.body.is_over() {
            Known::of(&sighting, &Copied::default(), buckets)
        } else {
            Known::of_head(&sighting, buckets)
        };
        let mut arrived = Box::new(Arrived { sighting, known, principal, request_id, place });
        if !is_small(head.body) {
            arrived.sighting.detach();
        }
        let needs_body = arrived.known.call.request_need() == BodyNeed::Beginning;
        let copy_bytes = if needs_body { arrived.known.copy_bytes(self.settings.body_copy_bytes) } else { 0 };
        let passage = self.passage(head.body, Form::AsItCame, copy_bytes);
        let mut exchange = Exchange::new(client, passage, is_gated);
        if let Some(refusal) = refused_head(&head.parts) {
            let reply = self.refuse(arrived, refusal).await;
            return self.reply(&mut exchange, &reply, is_head, keeps).await;
        }
        if needs_body && !is_gated && !head.body.is_over() {
            if let Err(refusal) = self.read_ahead(&mut exchange).await {
                let reply = self.refuse(arrived, refusal).await;
                return self.reply(&mut exchange, &reply, is_head, keeps).await;
            }
            arrived.known = Known::of(&arrived.sighting, &exchange.take_copy(), buckets);
            if arrived.sighting.takes_signer_of_form(&arrived.known.call) {
                arrived.principal = self.caller(&arrived.sighting);
            }
        }
        let outgoing = forwarded(&head);
        let version = head.parts.version;
        drop(head);
        let is_unread = is_gated && needs_body;
        self.pass_on(arrived, (outgoing, is_unread), exchange, (version, keeps)).await
    }

    /// A body that is about to be passed on.
    fn passage(&self, body: Body, form: Form, copy_bytes_max: usize) -> Passage {
        Passage::new(body, form, Copied::new(copy_bytes_max), self.room.clone())
    }

    /// Who the signer claims to be. A key that nobody has named makes the inventory look again.
    fn caller(&self, sighting: &Sighting) -> Principal {
        let key = sighting.claim.access_key_id.as_deref();
        let principal = self.principals.caller(key, self.settings.account);
        if let (Some(inventory), Some(key), true) = (&self.inventory, key, principal.is_unknown()) {
            inventory.miss(key);
        }
        principal
    }

    /// Records the intent, sends the request, and takes care of the answer.
    async fn pass_on(
        self: &Arc<Self>,
        arrived: Box<Arrived>,
        (outgoing, is_body_unread): (bytes::Bytes, bool),
        mut exchange: Exchange<'_>,
        (version, keeps): (Version, bool),
    ) -> After {
        let method = arrived.sighting.method.clone();
        let is_head = method == Method::HEAD;
        let Arrived { sighting, known, principal, request_id, .. } = &*arrived;
        let asked = Asked { settings: &self.settings, sighting, known, principal };
        let recognized = self.environment.clock.instant();
        self.meters.took(Part::Recognition, recognized.duration_since(sighting.began));
        let begun = match self.ledger.begin(|| asked.call(&Came::default(), request_id)).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::error!(%error, gateway = self.settings.name, "a call cannot be recorded and is not passed on");
                self.count_refused("unrecorded");
                let refusal = Refusal::unrecorded();
                self.ledger
                    .hold(asked.records(&Came::refused(&refusal), request_id, || self.environment.random.uuid()));
                let reply = refusal.reply(RefusalForm::of(sighting, &known.call.event_source), request_id);
                return self.reply(&mut exchange, &reply, is_head, keeps).await;
            }
        };
        let intended = self.environment.clock.instant();
        self.meters.took(Part::Intent, intended.duration_since(recognized));
        let Arrived { sighting, known, principal, request_id, place } = *arrived;
        // Boxed, because it goes from hand to hand.
        let conclusion = Box::new(Conclusion {
            front: Arc::clone(self),
            sighting,
            known,
            is_body_unread,
            principal,
            request_id,
            begun,
            intended,
            open: OpenCall::new(&self.meters),
            place,
        });
        match self.upstream.send(&outgoing, &method, &mut exchange).await {
            Ok((head, line)) => {
                drop(outgoing);
                let needs_body = conclusion.known.call.response_need(head.status) == BodyNeed::Beginning;
                let copy_bytes =
                    if needs_body { conclusion.known.copy_bytes(self.settings.body_copy_bytes) } else { 0 };
                let answer = Answer { head, line, copy_bytes };
                if is_small(answer.head.body) {
                    self.answer_small(conclusion, answer, exchange, keeps).await
                } else {
                    self.answer_large(conclusion, answer, exchange, (version, keeps)).await
                }
            }
            Err(fault) => self.unanswered(conclusion, &fault, exchange, (is_head, keeps)).await,
        }
    }

    /// Passes a small answer on, in one piece.
    async fn answer_small(
        &self,
        conclusion: Box<Conclusion>,
        answer: Answer,
        mut exchange: Exchange<'_>,
        keeps: bool,
    ) -> After {
        let Answer { head, mut line, copy_bytes } = answer;
        let Body::Length(length) = head.body else { return After { keeps: false, is_read: false } };
        let count = usize::try_from(length).unwrap_or(usize::MAX);
        let read = self.read_small(&mut exchange, &mut line, count).await;
        let bytes = line.inbox.split_to(count.min(line.inbox.len()));
        let mut copy = Copied::new(copy_bytes);
        copy.add(&bytes);
        let is_whole = matches!(read, Ok(true));
        if is_whole && head.keeps && exchange.stage() == Stage::Done {
            self.upstream.give_back(line);
        }
        let answered = Answered { status: head.status, headers: head.headers.clone(), copy, bytes: size(&bytes) };
        let ending = match read {
            Ok(true) => Ending::Whole(answered),
            Ok(false) => Ending::Unheard(answered),
            Err(reason) => Ending::Broken(answered, reason),
        };
        let (form, request_id) = (conclusion.form(), conclusion.request_id.clone());
        let is_head = conclusion.sighting.method == Method::HEAD;
        if conclusion.conclude(ending, exchange.uploaded()).await.is_err() {
            return self.reply(&mut exchange, &Refusal::unfinished().reply(form, &request_id), is_head, keeps).await;
        }
        let after = self.after(&exchange, keeps && is_whole);
        let out = &mut exchange.client.side.out;
        write_answer(out, &head, Form::AsItCame, !after.keeps && is_whole);
        out.extend_from_slice(&bytes);
        send(exchange.client, after).await
    }

    /// Waits for the body of a small answer. False when the client went first.
    async fn read_small(&self, exchange: &mut Exchange<'_>, line: &mut Side, count: usize) -> Result<bool, String> {
        loop {
            let before = line.inbox.len();
            let read = poll_fn(|cx| exchange.poll_body(cx, line, count));
            match self.environment.clock.timeout(self.settings.idle_timeout, read).await {
                Ok(read) => return read.map_err(|reason| format!("The upstream broke off its answer: {reason}")),
                Err(_) if line.inbox.len() > before => {}
                Err(_) => return Err(STOPPED.to_owned()),
            }
        }
    }

    /// Passes a large answer on as it comes. The last of it waits until the call's end is durable or on its way to the
    /// journal, as the settings want it: nobody sees a whole answer of a call whose end cannot be recorded.
    async fn answer_large(
        &self,
        mut conclusion: Box<Conclusion>,
        answer: Answer,
        mut exchange: Exchange<'_>,
        (version, keeps): (Version, bool),
    ) -> After {
        let Answer { mut head, mut line, copy_bytes } = answer;
        conclusion.sighting.detach();
        let form = form_of(&head, version);
        let ends_connection = form == Form::Content || (form == Form::AsItCame && head.body == Body::UntilClose);
        let keeps = keeps && !ends_connection;
        let closes = !self.after(&exchange, keeps).keeps;
        exchange.client.side.begin_anew();
        write_answer(&mut exchange.client.side.out, &head, form, closes);
        let headers = copied(&head.headers);
        (head.headers, head.lines) = (http::HeaderMap::new(), Vec::new());
        let mut passage = self.passage(head.body, form, copy_bytes).holding_its_end();
        let passed = self.pass_down(&mut exchange, &mut line, &mut passage).await;
        let last = passage.release(&mut line);
        if passed.is_ok() && head.keeps && exchange.stage() == Stage::Done {
            self.upstream.give_back(line);
        }
        let answered = Answered { status: head.status, headers, copy: passage.copy, bytes: passage.bytes };
        let (ending, is_whole) = match passed {
            Ok(()) => (Ending::Whole(answered), true),
            Err(PassFault::Source(reason)) => (Ending::Broken(answered, reason), false),
            Err(PassFault::Sink(_)) => (Ending::Unheard(answered), false),
        };
        let (refusal_form, request_id) = (conclusion.form(), conclusion.request_id.clone());
        let concluded = conclusion.conclude(ending, exchange.uploaded()).await;
        let after = self.after(&exchange, keeps && is_whole && concluded.is_ok());
        match concluded {
            Ok(()) if is_whole => exchange.client.side.out.extend_from_slice(&last),
            Ok(()) => {}
            Err(_) => {
                exchange.client.side.out.clear();
                if !exchange.client.side.has_sent() {
                    let reply = Refusal::unfinished().reply(refusal_form, &request_id);
                    return self.reply(&mut exchange, &reply, false, keeps).await;
                }
            }
        }
        send(exchange.client, after).await
    }

    /// Passes a body on to its last piece.
    async fn pass_down(
        &self,
        exchange: &mut Exchange<'_>,
        line: &mut Side,
        passage: &mut Passage,
    ) -> Result<(), PassFault> {
        loop {
            let before = passage.steps;
            let passed = poll_fn(|cx| exchange.poll_down(cx, line, passage));
            match self.environment.clock.timeout(self.settings.idle_timeout, passed).await {
                Ok(Err(PassFault::Source(reason))) => {
                    return Err(PassFault::Source(format!("The upstream broke off its answer: {reason}")));
                }
                Ok(passed) => return passed,
                Err(_) if passage.steps != before || passage.waits_for == WaitsFor::Sink => {}
                Err(_) => return Err(PassFault::Source(STOPPED.to_owned())),
            }
        }
    }

    /// What is left after an answer that keeps the connection if it can.
    fn after(&self, exchange: &Exchange<'_>, keeps: bool) -> After {
        let is_read = exchange.is_read();
        After { keeps: keeps && is_read && !self.environment.tasks.is_stopping(), is_read }
    }

    /// Sends an answer of the gateway's own.
    async fn reply(&self, exchange: &mut Exchange<'_>, reply: &Reply, is_head: bool, keeps: bool) -> After {
        let after = self.after(exchange, keeps);
        write_reply(&mut exchange.client.side.out, reply, is_head, !after.keeps);
        send(exchange.client, after).await
    }

    /// Ends a call that the upstream did not answer.
    async fn unanswered(
        &self,
        conclusion: Box<Conclusion>,
        fault: &UpstreamFault,
        mut exchange: Exchange<'_>,
        (is_head, keeps): (bool, bool),
    ) -> After {
        let (status, code) = match fault {
            UpstreamFault::Unreachable(_) | UpstreamFault::Broken(_) | UpstreamFault::BadAnswer => {
                (StatusCode::BAD_GATEWAY, "BadGateway")
            }
            UpstreamFault::NoConnection | UpstreamFault::NoAnswer | UpstreamFault::NotTaken => {
                (StatusCode::GATEWAY_TIMEOUT, "GatewayTimeout")
            }
            UpstreamFault::ClientSlow => (StatusCode::REQUEST_TIMEOUT, "RequestTimeout"),
            UpstreamFault::ClientBroken | UpstreamFault::ClientGone => (StatusCode::BAD_REQUEST, "ClientDisconnected"),
        };
        let refusal = Refusal::new(status, code, fault.to_string());
        let ending = if code == "ClientDisconnected" {
            Ending::ClientGone(fault.to_string())
        } else {
            Ending::Unanswered(refusal.clone())
        };
        if status.is_server_error() {
            let gateway = self.settings.name.clone();
            metrics::counter!("cairn_capture_upstream_errors_total", "gateway" => gateway, "code" => code).increment(1);
            tracing::warn!(%fault, gateway = self.settings.name, "the upstream did not answer a call");
        }
        let (form, request_id) = (conclusion.form(), conclusion.request_id.clone());
        let reply = match conclusion.conclude(ending, exchange.uploaded()).await {
            Ok(()) => refusal.reply(form, &request_id),
            Err(_) => Refusal::unfinished().reply(form, &request_id),
        };
        self.reply(&mut exchange, &reply, is_head, keeps).await
    }

    /// Reads the beginning of a body that says which call it is.
    async fn read_ahead(&self, exchange: &mut Exchange<'_>) -> Result<(), Refusal> {
        loop {
            let before = exchange.came();
            let read = poll_fn(|cx| exchange.poll_ahead(cx));
            return match self.environment.clock.timeout(self.settings.idle_timeout, read).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(Some(reason))) => {
                    let message = format!("The body of the request is malformed or ended too early: {reason}.");
                    Err(Refusal::new(StatusCode::BAD_REQUEST, "IncompleteBody", message))
                }
                Ok(Err(None)) => {
                    let message = "The client hung up before its call was passed on.";
                    Err(Refusal::new(StatusCode::BAD_REQUEST, "ClientDisconnected", message))
                }
                Err(_) if exchange.came() > before => continue,
                Err(_) => {
                    let message = "The body of the request did not arrive in time.";
                    Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeout", message))
                }
            };
        }
    }

    /// Answers a call that is not passed on, and records it.
    async fn refuse(&self, arrived: Box<Arrived>, refusal: Refusal) -> Reply {
        let Arrived { sighting, known, principal, request_id, place } = *arrived;
        let asked = Asked { settings: &self.settings, sighting: &sighting, known: &known, principal: &principal };
        let records = || asked.records(&Came::refused(&refusal), &request_id, || self.environment.random.uuid());
        self.count_refused(refusal.code);
        let recorded = self.ledger.refused(&sighting, refusal.code, records).await;
        drop(place);
        let refusal = if recorded.is_ok() { refusal } else { Refusal::unrecorded() };
        refusal.reply(RefusalForm::of(&sighting, &known.call.event_source), &request_id)
    }

    /// Records a connection whose bytes are no request, and says what to answer.
    pub(crate) async fn refuse_unreadable(&self, peer: &Peer, bad: BadHead) -> Reply {
        let sighting = Sighting::unreadable(&self.environment, peer);
        let request_id = self.environment.random.uuid();
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            return Refusal::unrecorded().reply(RefusalForm::of(&sighting, ""), &request_id);
        };
        let known = Known::unreadable(&sighting);
        let principal = Principal::anonymous(self.settings.account);
        let arrived = Box::new(Arrived { sighting, known, principal, request_id, place });
        self.refuse(arrived, Refusal::bad_head(bad)).await
    }

    fn count_refused(&self, code: &'static str) {
        let gateway = self.settings.name.clone();
        metrics::counter!("cairn_capture_refused_total", "gateway" => gateway, "code" => code).increment(1);
    }
}

fn is_small(body: Body) -> bool {
    matches!(body, Body::Length(bytes) if bytes <= SMALL_BYTES)
}

/// How the body of an answer goes on to a client of this version.
fn form_of(head: &AnswerHead, version: Version) -> Form {
    let (is_coded, is_new) = (head.headers.contains_key(header::TRANSFER_ENCODING), version == Version::HTTP_11);
    match head.body {
        Body::Chunked(_) if !is_new => Form::Content,
        Body::UntilClose if is_new && !is_coded => Form::Chunks,
        Body::Length(_) | Body::Chunked(_) | Body::UntilClose => Form::AsItCame,
    }
}

/// Sends what waits to be sent. A client that does not take it is not kept.
async fn send(client: &mut Client, after: After) -> After {
    let sent = client.send().await;
    After { keeps: after.keeps && sent.is_ok(), ..after }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Why a request is not for this proxy.
fn refused_head(head: &request::Parts) -> Option<Refusal> {
    if head.method == Method::CONNECT {
        let message = "This is no tunnel to anywhere.";
        return Some(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message));
    }
    let message = "No other protocol is spoken here than HTTP/1.1.";
    wants_upgrade(&head.headers).then(|| Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message))
}
