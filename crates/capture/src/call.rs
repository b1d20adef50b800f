//! The life of one call: seen, recognized, intended, passed on, answered, recorded.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use cairn_environment::Environment;
use cairn_guard::BadHead;
use cairn_principals::{Principal, Principals};
use cairn_services::BodyNeed;
use http::{Method, Request, Response, StatusCode, Version, request};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::answer::{AnswerBody, Reply, Stage as AnswerStage, Stream};
use crate::buffers::Buffers;
use crate::conclusion::{Answered, Conclusion, Ending, OpenCall};
use crate::flow::{Copied, Flow};
use crate::head::{copied, forwarded, framed, wants_upgrade};
use crate::inventory::Inventory;
use crate::known::Known;
use crate::ledger::Ledger;
use crate::meters::{Meters, Part};
use crate::outgoing::Outgoing;
use crate::record::{Asked, Came};
use crate::refusal::{Form, Refusal};
use crate::settings::GatewaySettings;
use crate::sighting::{Peer, Sighting};
use crate::upstream::{Upstream, UpstreamFault, chain};

/// Bodies up to this size do not take long. Answers among them are read whole, so that they go out in one piece with
/// their head.
const SMALL_BYTES: u64 = 64 << 10;

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
    /// Of the clients' connections.
    pub(crate) buffers: Buffers,
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

/// The beginning of a body, read before the call is passed on because it says which call it is.
#[derive(Default)]
struct Ahead {
    frames: Vec<Frame<Bytes>>,
    rest: Option<Incoming>,
    copy: Copied,
}

/// A body that is about to be sent.
struct Upload {
    ahead: Ahead,
    flow: Arc<Flow>,
    /// Whether the record needs it and none of it was read ahead.
    is_unread: bool,
}

/// Why a call is not passed on.
enum NotPassedOn {
    Refused(Refusal),
    ClientGone,
}

impl Front {
    /// Answers a request. `gone` resolves when nobody waits for the answer any more.
    pub(crate) async fn call(
        self: Arc<Self>,
        peer: Peer,
        request: Request<Incoming>,
        mut gone: oneshot::Receiver<()>,
    ) -> Reply {
        let (head, body) = request.into_parts();
        let sighting = Sighting::new(&self.settings, &self.environment, &peer, &head);
        let request_id = self.environment.random.uuid();
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            return Refusal::unrecorded().reply(Form::of(&sighting, ""), &request_id);
        };
        let principal = self.caller(&sighting);
        let buckets = self.settings.bucket_place();
        let known = if body.is_end_stream() {
            Known::of(&sighting, &Copied::default(), buckets)
        } else {
            Known::of_head(&sighting, buckets)
        };
        let mut arrived = Box::new(Arrived { sighting, known, principal, request_id, place });
        if !body.is_end_stream() && !is_small(&body) {
            arrived.sighting.detach();
        }
        if let Some(refusal) = refused_head(&head) {
            return self.refuse(arrived, refusal).await;
        }
        let needs_body = arrived.known.call.request_need() == BodyNeed::Beginning;
        let is_gated = arrived.sighting.expects_continue() && !body.is_end_stream();
        let copy_bytes = if needs_body { arrived.known.copy_bytes(self.settings.body_copy_bytes) } else { 0 };
        let ahead = if needs_body && !is_gated && !body.is_end_stream() {
            match self.read_ahead(body, copy_bytes, &mut gone).await {
                Ok(ahead) => ahead,
                Err(NotPassedOn::Refused(refusal)) => return self.refuse(arrived, refusal).await,
                Err(NotPassedOn::ClientGone) => return self.abandon(arrived).await,
            }
        } else {
            Ahead { rest: Some(body), ..Ahead::default() }
        };
        if !ahead.frames.is_empty() {
            arrived.known = Known::of(&arrived.sighting, &ahead.copy, buckets);
            if arrived.sighting.takes_signer_of_form(&arrived.known.call) {
                arrived.principal = self.caller(&arrived.sighting);
            }
        }
        let flow = Arc::new(Flow::new(if is_gated { copy_bytes } else { 0 }, is_gated));
        self.pass_on(arrived, head, Upload { ahead, flow, is_unread: is_gated && needs_body }, gone).await
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
        self: Arc<Self>,
        arrived: Box<Arrived>,
        head: request::Parts,
        body: Upload,
        mut gone: oneshot::Receiver<()>,
    ) -> Reply {
        let Upload { ahead, flow, is_unread } = body;
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
                return refusal.reply(Form::of(sighting, &known.call.event_source), request_id);
            }
        };
        let intended = self.environment.clock.instant();
        self.meters.took(Part::Intent, intended.duration_since(recognized));
        let Arrived { sighting, known, principal, request_id, place } = *arrived;
        // Boxed, because it goes from hand to hand.
        let mut conclusion = Box::new(Conclusion {
            front: Arc::clone(&self),
            sighting,
            known,
            is_body_unread: is_unread,
            principal,
            request_id,
            begun,
            intended,
            flow: Arc::clone(&flow),
            lease: None,
            open: OpenCall::new(&self.meters),
            place,
        });
        let body = Outgoing::new(ahead.frames, ahead.rest, Arc::clone(&flow));
        match self.upstream.send(outgoing_head(head, &flow), body, &flow, &mut gone).await {
            Ok((response, lease)) => {
                conclusion.lease = Some(lease);
                self.answer(conclusion, response, gone).await
            }
            Err(fault) => self.unanswered(conclusion, &fault).await,
        }
    }

    /// Passes an answer on: small ones in one piece, others as they come.
    async fn answer(
        &self,
        conclusion: Box<Conclusion>,
        response: Response<Incoming>,
        mut gone: oneshot::Receiver<()>,
    ) -> Reply {
        let (mut head, body) = response.into_parts();
        let needs_body = conclusion.known.call.response_need(head.status) == BodyNeed::Beginning;
        let usual = self.settings.body_copy_bytes;
        let copy = Copied::new(if needs_body { conclusion.known.copy_bytes(usual) } else { 0 });
        let headers = head.headers;
        head.headers = framed(forwarded(headers.clone()));
        head.version = Version::HTTP_11;
        head.extensions.remove::<OnUpgrade>();
        let length = if body.is_end_stream() { Some(0) } else { body.size_hint().exact() };
        let answered = Answered { status: head.status, headers, copy, bytes: 0 };
        if length.is_some_and(|length| length <= SMALL_BYTES) {
            return self.answer_small(conclusion, head, (answered, body), &mut gone).await;
        }
        let mut conclusion = conclusion;
        conclusion.sighting.detach();
        let stream = Stream {
            inner: body,
            left: length,
            status: answered.status,
            headers: copied(&answered.headers),
            copy: answered.copy,
            bytes: 0,
            clock: self.environment.clock.clone(),
            pause_max: self.settings.idle_timeout,
            pause: None,
            conclusion: Some(conclusion),
            stage: AnswerStage::Streaming,
        };
        Response::from_parts(head, AnswerBody::stream(stream))
    }

    async fn answer_small(
        &self,
        conclusion: Box<Conclusion>,
        head: http::response::Parts,
        (mut answered, body): (Answered, Incoming),
        gone: &mut oneshot::Receiver<()>,
    ) -> Reply {
        let mut conclusion = conclusion;
        let mut bytes = BytesMut::new();
        let collected = self.collect(body, &mut bytes);
        let carried = async {
            match &mut conclusion.lease {
                Some(lease) => lease.line().carry(collected).await,
                None => collected.await,
            }
        };
        let read = tokio::select! {
            biased;
            read = carried => Some(read),
            _ = gone => None,
        };
        let bytes = bytes.freeze();
        answered.copy.add(&bytes);
        answered.bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let (ending, is_whole) = match read {
            Some(Ok(())) => (Ending::Whole(answered), true),
            Some(Err(reason)) => (Ending::Broken(answered, reason), false),
            None => (Ending::Unheard(answered), false),
        };
        let (form, request_id) = (conclusion.form(), conclusion.request_id.clone());
        match conclusion.conclude(ending).await {
            Ok(()) if is_whole => Response::from_parts(head, AnswerBody::whole(bytes)),
            Ok(()) => Response::from_parts(head, AnswerBody::torn(bytes)),
            Err(_) => Refusal::unfinished().reply(form, &request_id),
        }
    }

    async fn collect(&self, mut body: Incoming, bytes: &mut BytesMut) -> Result<(), String> {
        loop {
            let frame = self.environment.clock.timeout(self.settings.idle_timeout, body.frame()).await;
            match frame {
                Ok(None) => return Ok(()),
                Ok(Some(Ok(frame))) => {
                    if let Some(data) = frame.data_ref() {
                        bytes.extend_from_slice(data);
                    }
                }
                Ok(Some(Err(error))) => return Err(format!("The upstream broke off its answer: {}", chain(&error))),
                Err(_) => return Err("The upstream stopped in the middle of its answer.".to_owned()),
            }
        }
    }

    /// Ends a call that the upstream did not answer.
    async fn unanswered(&self, conclusion: Box<Conclusion>, fault: &UpstreamFault) -> Reply {
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
        match conclusion.conclude(ending).await {
            Ok(()) => refusal.reply(form, &request_id),
            Err(_) => Refusal::unfinished().reply(form, &request_id),
        }
    }

    /// Reads the beginning of a body that says which call it is.
    async fn read_ahead(
        &self,
        mut body: Incoming,
        bytes_max: usize,
        gone: &mut oneshot::Receiver<()>,
    ) -> Result<Ahead, NotPassedOn> {
        let mut ahead = Ahead { copy: Copied::new(bytes_max), ..Ahead::default() };
        while !ahead.copy.is_full() {
            let frame = tokio::select! {
                biased;
                frame = self.environment.clock.timeout(self.settings.idle_timeout, body.frame()) => frame,
                _ = &mut *gone => return Err(NotPassedOn::ClientGone),
            };
            match frame {
                Ok(None) => return Ok(ahead),
                Ok(Some(Ok(frame))) => {
                    if let Some(data) = frame.data_ref() {
                        ahead.copy.add(data);
                    }
                    ahead.frames.push(frame);
                }
                Ok(Some(Err(error))) => {
                    let message = format!("The body of the request is malformed or ended too early: {}", chain(&error));
                    let refusal = Refusal::new(StatusCode::BAD_REQUEST, "IncompleteBody", message);
                    return Err(NotPassedOn::Refused(refusal));
                }
                Err(_) => {
                    let message = "The body of the request did not arrive in time.";
                    let refusal = Refusal::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeout", message);
                    return Err(NotPassedOn::Refused(refusal));
                }
            }
        }
        ahead.copy.cut_unless(body.is_end_stream());
        ahead.rest = Some(body);
        Ok(ahead)
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
        refusal.reply(Form::of(&sighting, &known.call.event_source), &request_id)
    }

    /// Records a call whose client hung up before it was passed on.
    async fn abandon(&self, arrived: Box<Arrived>) -> Reply {
        let message = "The client hung up before its call was passed on.";
        self.refuse(arrived, Refusal::new(StatusCode::BAD_REQUEST, "ClientDisconnected", message)).await
    }

    /// Records a connection whose bytes are no request, and says what to answer.
    pub(crate) async fn refuse_unreadable(&self, peer: &Peer, bad: BadHead) -> Reply {
        let sighting = Sighting::unreadable(&self.environment, peer);
        let request_id = self.environment.random.uuid();
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            return Refusal::unrecorded().reply(Form::of(&sighting, ""), &request_id);
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

fn is_small(body: &Incoming) -> bool {
    body.size_hint().exact().is_some_and(|bytes| bytes <= SMALL_BYTES)
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

/// The head as the upstream gets it: as it came, without what belongs to the client's connection.
fn outgoing_head(mut head: request::Parts, flow: &Arc<Flow>) -> request::Parts {
    head.headers = forwarded(head.headers);
    head.extensions.remove::<OnUpgrade>();
    let mut request = Request::from_parts(head, ());
    if !flow.is_open() {
        let flow = Arc::clone(flow);
        hyper::ext::on_informational(&mut request, move |response| {
            if response.status() == StatusCode::CONTINUE {
                flow.open();
            }
        });
    }
    request.into_parts().0
}
