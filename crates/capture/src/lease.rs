//! A connection to the upstream while one call has it. It moves on only while that call is polled: no task of its own
//! has to be woken for what the call is waiting for.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::buffers::Share;
use crate::outgoing::Outgoing;
use crate::upstream::chain;

/// Both ends of a connection: where requests go in, and what carries them.
pub(crate) struct Lease {
    sender: SendRequest<Outgoing>,
    line: Line,
    _share: Share,
}

/// What carries requests and answers; absent once it has ended.
pub(crate) struct Line(Option<Pin<Box<dyn Future<Output = hyper::Result<()>> + Send + Sync>>>);

impl Lease {
    pub(crate) fn new<S>(
        sender: SendRequest<Outgoing>,
        connection: Connection<TokioIo<S>, Outgoing>,
        share: Share,
    ) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + Sync + 'static,
    {
        Self { sender, line: Line(Some(Box::pin(connection))), _share: share }
    }

    /// Hands a request over. What is returned resolves to the head of its answer, if it is awaited by [`Line::carry`].
    pub(crate) fn send(
        &mut self,
        request: Request<Outgoing>,
    ) -> (impl Future<Output = Result<Response<Incoming>, TrySendError<Request<Outgoing>>>> + use<>, &mut Line) {
        (self.sender.try_send_request(request), &mut self.line)
    }

    pub(crate) fn line(&mut self) -> &mut Line {
        &mut self.line
    }

    /// Whether it takes another request now. Nobody is told when that changes.
    pub(crate) fn is_ready(&mut self) -> bool {
        self.line.advance(&mut Context::from_waker(Waker::noop()));
        self.line.0.is_some() && self.sender.is_ready()
    }
}

impl Line {
    /// Lets the connection read and write what it can, and wake the task of `cx` when it can do more.
    pub(crate) fn advance(&mut self, cx: &mut Context<'_>) {
        let Some(connection) = &mut self.0 else { return };
        if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
            // Whoever waits for something of it is told by its end.
            self.0 = None;
            if let Err(error) = ended {
                tracing::debug!(error = chain(&error), "a connection to the upstream broke off");
            }
        }
    }

    /// Waits for `work`, which needs the connection to move on.
    pub(crate) async fn carry<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        std::future::poll_fn(|cx| {
            self.advance(cx);
            work.as_mut().poll(cx)
        })
        .await
    }
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lease").field("is_over", &self.line.0.is_none()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::BodyExt;
    use hyper::client::conn::http1;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::buffers::Buffers;
    use crate::flow::Flow;

    #[tokio::test]
    async fn an_answer_in_pieces_comes_while_its_connection_is_carried_and_one_that_was_closed_takes_no_more() {
        let (near, mut far) = tokio::io::duplex(4096);
        let (sender, connection) = http1::handshake(TokioIo::new(near)).await.unwrap();
        let mut lease = Lease::new(sender, connection, Buffers::default().share(0));
        assert!(lease.is_ready());
        let body = Outgoing::empty(Arc::new(Flow::new(0, false)));
        let (answer, line) = lease.send(Request::get("/k").header("host", "a").body(body).unwrap());
        let head = async {
            let mut asked = vec![0; b"GET /k HTTP/1.1\r\nhost: a\r\n\r\n".len()];
            far.read_exact(&mut asked).await.unwrap();
            far.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n").await.unwrap();
        };
        let (answer, ()) = tokio::join!(line.carry(answer), head);
        let answer = answer.map_err(TrySendError::into_error).unwrap();
        assert!(!lease.is_ready(), "the answer is not read yet");
        far.write_all(b"ok").await.unwrap();
        let read = lease.line().carry(answer.into_body().collect()).await.unwrap();
        assert_eq!(read.to_bytes(), "ok");
        assert!(lease.is_ready());
        drop(far);
        assert!(!lease.is_ready());
    }
}
