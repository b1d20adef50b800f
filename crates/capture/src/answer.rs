//! An answer on its way to the client. The last of it waits until the call is recorded: nobody sees a whole answer of a
//! call that is not.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Clock;
use cairn_guard::Turn;
use cairn_journal::AppendError;
use http::{HeaderMap, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::task::JoinHandle;

use crate::conclusion::{Answered, Conclusion, Ending};
use crate::flow::Copied;
use crate::upstream::chain;

/// An answer with its body.
pub(crate) type Reply = Response<AnswerBody>;

/// The body of an answer.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    kind: Kind,
    /// Passed on when the body ends, so that the next request is judged then.
    turn: Option<Turn>,
}

#[derive(Debug)]
enum Kind {
    /// All of it is there.
    Whole(Option<Bytes>),
    /// What came before the upstream broke off, to be written before the connection is.
    Torn(Option<Bytes>, bool),
    Stream(Box<Stream>),
}

/// Why an answer ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerFault {
    #[error("the upstream broke off its answer")]
    Broken,
    #[error("the call cannot be recorded: {0}")]
    Unrecorded(AppendError),
}

/// An answer that is passed on as it comes.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) inner: Incoming,
    /// Bytes that are still to come, where the head says how many.
    pub(crate) left: Option<u64>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) copy: Copied,
    pub(crate) bytes: u64,
    pub(crate) clock: Clock,
    pub(crate) pause_max: Duration,
    pub(crate) pause: Option<Pause>,
    /// Absent once the call has ended.
    pub(crate) conclusion: Option<Box<Conclusion>>,
    pub(crate) stage: Stage,
}

/// A wait that is boxed to be polled in place.
pub(crate) struct Pause(Pin<Box<dyn Future<Output = ()> + Send + Sync>>);

/// Where a streamed answer is.
#[derive(Debug)]
pub(crate) enum Stage {
    Streaming,
    /// The end is there and waits for its record, and with it the last frame.
    Ending {
        recording: JoinHandle<Result<(), AppendError>>,
        last: Option<Frame<Bytes>>,
        is_broken: bool,
    },
    Over,
}

impl AnswerBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self { kind: Kind::Whole(Some(bytes).filter(|bytes| !bytes.is_empty())), turn: None }
    }

    pub(crate) fn torn(bytes: Bytes) -> Self {
        Self { kind: Kind::Torn(Some(bytes).filter(|bytes| !bytes.is_empty()), false), turn: None }
    }

    pub(crate) fn stream(stream: Stream) -> Self {
        Self { kind: Kind::Stream(Box::new(stream)), turn: None }
    }

    /// Passes the turn on when the body is over.
    pub(crate) fn with_turn(self, turn: &Turn) -> Self {
        // Drop is implemented, so that the parts cannot be moved out one by one.
        let mut body = self;
        body.turn = Some(turn.clone());
        body
    }

    /// The bytes of an answer that is all there.
    pub(crate) fn into_bytes(mut self) -> Bytes {
        match &mut self.kind {
            Kind::Whole(bytes) | Kind::Torn(bytes, _) => bytes.take().unwrap_or_default(),
            Kind::Stream(_) => Bytes::new(),
        }
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        if let Some(turn) = &self.turn {
            turn.pass();
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = AnswerFault;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, AnswerFault>>> {
        match &mut self.kind {
            Kind::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Torn(bytes, is_written) => match bytes.take() {
                Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                None if *is_written => Poll::Ready(Some(Err(AnswerFault::Broken))),
                None => {
                    // The server writes what it has when it must wait.
                    *is_written = true;
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
            },
            Kind::Stream(stream) => stream.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole(bytes) => bytes.is_none(),
            Kind::Torn(..) => false,
            Kind::Stream(stream) => matches!(stream.stage, Stage::Over),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(bytes) => SizeHint::with_exact(size(bytes.as_ref())),
            // What the head says counts.
            Kind::Torn(..) | Kind::Stream(_) => SizeHint::default(),
        }
    }
}

fn size(bytes: Option<&Bytes>) -> u64 {
    bytes.and_then(|bytes| u64::try_from(bytes.len()).ok()).unwrap_or(0)
}

impl Stream {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, AnswerFault>>> {
        loop {
            match &mut self.stage {
                Stage::Over => return Poll::Ready(None),
                Stage::Ending { recording, last, is_broken } => {
                    let recorded = ready!(Pin::new(recording).poll(cx)).unwrap_or(Err(AppendError::Stopped));
                    let (last, is_broken) = (last.take(), *is_broken);
                    self.stage = Stage::Over;
                    return Poll::Ready(match recorded {
                        _ if is_broken => Some(Err(AnswerFault::Broken)),
                        Err(error) => Some(Err(AnswerFault::Unrecorded(error))),
                        Ok(()) => last.map(Ok),
                    });
                }
                Stage::Streaming => {}
            }
            if let Some(lease) = self.conclusion.as_mut().and_then(|conclusion| conclusion.lease.as_mut()) {
                lease.line().advance(cx);
            }
            let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else {
                let (clock, span) = (self.clock.clone(), self.pause_max);
                let pause = self.pause.get_or_insert_with(|| Pause(Box::pin(async move { clock.sleep(span).await })));
                ready!(pause.0.as_mut().poll(cx));
                self.end(None, Some("The upstream stopped in the middle of its answer.".to_owned()));
                continue;
            };
            self.pause = None;
            match frame {
                None => self.end(None, None),
                Some(Err(error)) => {
                    self.end(None, Some(format!("The upstream broke off its answer: {}", chain(&error))));
                }
                Some(Ok(frame)) => {
                    if let Some(frame) = self.pass(frame) {
                        return Poll::Ready(Some(Ok(frame)));
                    }
                }
            }
        }
    }

    /// The frame, unless it is the last one, which waits for the record.
    fn pass(&mut self, frame: Frame<Bytes>) -> Option<Frame<Bytes>> {
        let Some(data) = frame.data_ref() else {
            self.end(Some(frame), None);
            return None;
        };
        let count = size(Some(data));
        self.bytes += count;
        self.copy.add(data);
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(count);
            if *left == 0 {
                self.end(Some(frame), None);
                return None;
            }
        }
        Some(frame)
    }

    /// The answer is over, whole or not; what is left to do does not end with the client's patience.
    fn end(&mut self, last: Option<Frame<Bytes>>, fault: Option<String>) {
        let is_broken = fault.is_some();
        let answered = self.answered();
        let ending = match fault {
            None => Ending::Whole(answered),
            Some(reason) => Ending::Broken(answered, reason),
        };
        self.stage = match self.conclusion.take() {
            Some(conclusion) => {
                let tasks = conclusion.front.environment.tasks.clone();
                Stage::Ending { recording: tasks.spawn(conclusion.conclude(ending)), last, is_broken }
            }
            None => Stage::Over,
        };
    }

    fn answered(&mut self) -> Answered {
        Answered {
            status: self.status,
            headers: std::mem::take(&mut self.headers),
            copy: std::mem::take(&mut self.copy),
            bytes: self.bytes,
        }
    }
}

impl Drop for Stream {
    /// The client is gone before the end.
    fn drop(&mut self) {
        if let Some(conclusion) = self.conclusion.take() {
            let ending = Ending::Unheard(self.answered());
            let tasks = conclusion.front.environment.tasks.clone();
            drop(tasks.spawn(conclusion.conclude(ending)));
        }
    }
}

impl std::fmt::Debug for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pause")
    }
}
