//! A request's body on its way to the upstream: what was read ahead, then the rest as it comes.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::flow::{Flow, Stage};

/// A body that is being forwarded.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// Frames that were read ahead.
    ahead: std::collections::VecDeque<Frame<Bytes>>,
    rest: Option<Incoming>,
    flow: Arc<Flow>,
}

/// Why a body ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutgoingFault {
    #[error("the client broke off its request: {0}")]
    Client(hyper::Error),
    #[error("the rest of the request is not needed")]
    GivenUp,
}

impl Outgoing {
    /// The frames of `ahead` and then `rest`, which is absent when all was read.
    pub(crate) fn new(ahead: Vec<Frame<Bytes>>, rest: Option<Incoming>, flow: Arc<Flow>) -> Self {
        let body = Self { ahead: ahead.into(), rest, flow };
        if body.is_end_stream() {
            body.flow.set(Stage::Done);
        }
        body
    }

    /// No body at all.
    pub(crate) fn empty(flow: Arc<Flow>) -> Self {
        Self::new(Vec::new(), None, flow)
    }

    fn passed(&self, frame: Frame<Bytes>) -> Frame<Bytes> {
        if let Some(data) = frame.data_ref() {
            self.flow.moved(data);
        }
        if self.is_end_stream() {
            self.flow.set(Stage::Done);
        }
        frame
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = OutgoingFault;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, OutgoingFault>>> {
        ready!(self.flow.poll_open(cx));
        if self.flow.is_given_up() {
            return Poll::Ready(Some(Err(OutgoingFault::GivenUp)));
        }
        if let Some(frame) = self.ahead.pop_front() {
            return Poll::Ready(Some(Ok(self.passed(frame))));
        }
        let Some(rest) = &mut self.rest else {
            self.flow.set(Stage::Done);
            return Poll::Ready(None);
        };
        let Poll::Ready(frame) = Pin::new(rest).poll_frame(cx) else {
            self.flow.set(Stage::Waiting);
            return Poll::Pending;
        };
        Poll::Ready(match frame {
            None => {
                self.flow.set(Stage::Done);
                None
            }
            Some(Ok(frame)) => Some(Ok(self.passed(frame))),
            Some(Err(error)) => {
                self.flow.set(Stage::Broken);
                Some(Err(OutgoingFault::Client(error)))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ahead.is_empty() && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        // Only asked where the head has no length of its own, which is when the body has none.
        SizeHint::default()
    }
}
