//! A request on its way up and its answer on its way back. Both move in the task of the client's connection, whenever
//! anything can be moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use cairn_guard::AnswerHead;
use http::{Method, StatusCode};

use crate::copied::Copied;
use crate::passage::{PassFault, Passage, WaitsFor};
use crate::side::Side;
use crate::upstream::UpstreamFault;

/// What a client that waits is told.
const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A client's connection.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) side: Side,
    /// Set when there is no more time to serve it.
    hurry: Arc<AtomicBool>,
    /// Bytes of further requests that may wait.
    ahead_bytes_max: usize,
}

/// A call's request and the client who makes it.
#[derive(Debug)]
pub(crate) struct Exchange<'c> {
    pub(crate) client: &'c mut Client,
    passage: Passage,
    stage: Stage,
}

/// Where a request's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The client sends it when it is told to go on.
    Gated,
    Going,
    /// The upstream has all of it.
    Done,
    /// The upstream takes no more of it.
    Stuck,
}

/// What is known of a request's body when the call is over.
#[derive(Debug, Default)]
pub(crate) struct Uploaded {
    pub(crate) bytes: u64,
    pub(crate) copy: Copied,
}

impl Client {
    pub(crate) fn new(side: Side, hurry: Arc<AtomicBool>, ahead_bytes_max: usize) -> Self {
        Self { side, hurry, ahead_bytes_max }
    }

    /// Waits until nobody waits for an answer any more.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_hurried() { Poll::Ready(()) } else { self.side.poll_hung_up(cx, self.ahead_bytes_max) }
    }

    pub(crate) fn is_hurried(&self) -> bool {
        self.hurry.load(Ordering::Acquire)
    }

    /// Sends all that waits to be sent.
    pub(crate) async fn send(&mut self) -> std::io::Result<()> {
        std::future::poll_fn(|cx| {
            if self.is_hurried() {
                return Poll::Ready(Err(std::io::ErrorKind::TimedOut.into()));
            }
            ready!(self.side.poll_drain(cx))?;
            self.side.poll_flush(cx)
        })
        .await
    }
}

impl<'c> Exchange<'c> {
    /// A request whose body begins at the front of the client's inbox.
    pub(crate) fn new(client: &'c mut Client, passage: Passage, is_gated: bool) -> Self {
        Self { client, passage, stage: if is_gated { Stage::Gated } else { Stage::Going } }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether everything that the client sent of this request is used.
    pub(crate) fn is_read(&self) -> bool {
        self.passage.is_over()
    }

    /// Whether the body waits for the client.
    pub(crate) fn waits_for_client(&self) -> bool {
        self.stage == Stage::Going && self.passage.waits_for == WaitsFor::Source
    }

    /// Changes whenever the body moved.
    pub(crate) fn steps(&self) -> u64 {
        self.passage.steps
    }

    /// Bytes of the client's that are here and not used yet.
    pub(crate) fn came(&self) -> usize {
        self.client.side.inbox.len()
    }

    /// The beginning of the body, read before any of it is passed on.
    ///
    /// # Errors
    /// What is wrong with the body; nothing when the client is gone.
    pub(crate) fn poll_ahead(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Option<String>>> {
        if self.client.is_hurried() {
            return Poll::Ready(Err(None));
        }
        self.passage.poll_ahead(cx, &mut self.client.side).map_err(Some)
    }

    /// What was read ahead.
    pub(crate) fn take_copy(&mut self) -> Copied {
        let mut copy = std::mem::take(&mut self.passage.copy);
        copy.cut_unless(self.passage.is_over());
        copy
    }

    pub(crate) fn uploaded(&mut self) -> Uploaded {
        Uploaded { bytes: self.passage.bytes, copy: std::mem::take(&mut self.passage.copy) }
    }

    /// The request goes once more, over another connection.
    pub(crate) fn send_again(&mut self) {
        if self.stage != Stage::Gated {
            self.stage = Stage::Going;
        }
    }

    /// Tells a client that waits to go on.
    pub(crate) fn open(&mut self) {
        if self.stage == Stage::Gated {
            self.stage = Stage::Going;
            self.client.side.out.extend_from_slice(GO_ON);
        }
    }

    /// Moves the request on for as long as the call lasts. What is returned ends it.
    fn poll_up(&mut self, cx: &mut Context<'_>, line: &mut Side) -> Poll<UpstreamFault> {
        if self.client.is_hurried() {
            return Poll::Ready(UpstreamFault::ClientGone);
        }
        let passed = match self.stage {
            Stage::Gated => {
                if let Poll::Ready(Err(_)) = line.poll_drain(cx) {
                    self.stage = Stage::Stuck;
                }
                Poll::Pending
            }
            Stage::Going => {
                if !self.client.side.out.is_empty() && self.client.side.poll_drain(cx).is_pending() {
                    return Poll::Pending;
                }
                self.passage.poll(cx, &mut self.client.side, line)
            }
            Stage::Done | Stage::Stuck => Poll::Pending,
        };
        match passed {
            Poll::Ready(Ok(())) => self.stage = Stage::Done,
            Poll::Ready(Err(PassFault::Sink(error))) => {
                tracing::debug!(%error, "the upstream takes nothing more of a request");
                self.stage = Stage::Stuck;
            }
            Poll::Ready(Err(PassFault::Source(reason))) => {
                tracing::debug!(reason, "a client broke off its request");
                return Poll::Ready(UpstreamFault::ClientBroken);
            }
            Poll::Pending if self.stage == Stage::Going => return Poll::Pending,
            Poll::Pending => {}
        }
        self.client.poll_gone(cx).map(|()| UpstreamFault::ClientGone)
    }

    /// The head of the answer, while the request moves on. An answer that is there counts more than a client that is not.
    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
        line: &mut Side,
        method: &Method,
    ) -> Poll<Result<AnswerHead, UpstreamFault>> {
        loop {
            let over = self.poll_up(cx, line);
            let read = read_head(cx, line, method);
            match (read, over) {
                (Poll::Ready(Ok(head)), _) if head.status == StatusCode::SWITCHING_PROTOCOLS => {
                    return Poll::Ready(Err(UpstreamFault::BadAnswer));
                }
                (Poll::Ready(Ok(head)), _) if head.status == StatusCode::CONTINUE => self.open(),
                (Poll::Ready(Ok(head)), _) if head.status.is_informational() => {}
                (Poll::Ready(Ok(head)), _) => return Poll::Ready(Ok(head)),
                (_, Poll::Ready(fault)) => return Poll::Ready(Err(fault)),
                (Poll::Ready(Err(reason)), Poll::Pending) => return Poll::Ready(Err(UpstreamFault::Broken(reason))),
                (Poll::Pending, Poll::Pending) => return Poll::Pending,
            }
        }
    }

    /// Waits until `count` bytes of the answer's body are there. False when the client went first.
    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
        line: &mut Side,
        count: usize,
    ) -> Poll<Result<bool, String>> {
        let over = self.poll_up(cx, line);
        while line.inbox.len() < count {
            match line.poll_more(cx) {
                Poll::Ready(more) => more?,
                Poll::Pending => return over.map(|_| Ok(false)),
            }
        }
        Poll::Ready(Ok(true))
    }

    /// Passes the answer's body on to its last piece, while the request moves on.
    ///
    /// # Errors
    /// The source's fault, or the client's when nobody takes the answer any more.
    pub(crate) fn poll_down(
        &mut self,
        cx: &mut Context<'_>,
        line: &mut Side,
        passage: &mut Passage,
    ) -> Poll<Result<(), PassFault>> {
        let over = self.poll_up(cx, line);
        let passed = passage.poll(cx, line, &mut self.client.side);
        match over {
            Poll::Ready(_) if passed.is_pending() => {
                Poll::Ready(Err(PassFault::Sink(std::io::ErrorKind::ConnectionAborted.into())))
            }
            Poll::Ready(_) | Poll::Pending => passed,
        }
    }
}

/// The head of an answer, or why there is none.
pub(crate) fn read_head(cx: &mut Context<'_>, line: &mut Side, method: &Method) -> Poll<Result<AnswerHead, String>> {
    loop {
        if !line.inbox.is_empty()
            && let Some(head) = AnswerHead::take(&mut line.inbox, method).map_err(|bad| bad.to_string())?
        {
            return Poll::Ready(Ok(head));
        }
        match ready!(line.poll_fill(cx)) {
            Ok(0) => return Poll::Ready(Err("the connection was closed".to_owned())),
            Ok(_) => {}
            Err(error) => return Poll::Ready(Err(error.to_string())),
        }
    }
}
