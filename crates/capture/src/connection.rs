//! One client's connection: guarded, served, and answered a last time when its bytes are no request.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use cairn_environment::Tasks;
use cairn_guard::{BadHead, Guard, HEADERS_MAX, Turn, last_answer, linger};
use futures_util::FutureExt;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;

use crate::answer::{AnswerBody, Reply};
use crate::call::Front;
use crate::sighting::Peer;

/// How long a refused client is listened to, so that it reads its answer.
const LINGER: Duration = Duration::from_secs(5);

/// Serves a connection until it ends, or until a stop is asked for and the call under way is answered.
pub(crate) async fn serve<S>(front: Arc<Front>, socket: S, peer: Peer)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let turn = Turn::default();
    let guard = Guard::new(socket, front.settings.head_bytes_max, turn.clone()).watching();
    let service = service_fn(|request| {
        let (front, peer, turn) = (Arc::clone(&front), peer.clone(), turn.clone());
        async move { Ok::<_, Infallible>(answer(front, peer, request).await.map(|body| body.with_turn(&turn))) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(front.settings.head_timeout).max_headers(HEADERS_MAX);
    // A head that the guard lets pass must fit.
    let share = front.buffers.share(front.settings.head_bytes_max + (8 << 10));
    server.preserve_header_case(true).auto_date_header(false).max_buf_size(share.bytes);
    let mut connection = server.serve_connection(TokioIo::new(guard), service);
    let tasks = &front.environment.tasks;
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = tasks.stopping() => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let guard = connection.into_parts().io.into_inner();
    drop(share);
    let late = ended.as_ref().is_err_and(hyper::Error::is_timeout) && guard.is_in_head();
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
    let (bad, unread) = (guard.bad().or(late.then_some(BadHead::TimedOut)), guard.is_unread());
    let mut socket = guard.into_socket();
    if let Some(bad) = bad {
        let (head, body) = front.refuse_unreadable(&peer, bad).await.into_parts();
        last_answer(&mut socket, &head, &body.into_bytes()).await;
    }
    if unread && front.environment.clock.timeout(LINGER, linger(&mut socket)).await.is_err() {
        tracing::debug!("a client went on sending after its last answer");
    }
}

/// Answers a call in the task of its connection.
async fn answer(front: Arc<Front>, peer: Peer, request: Request<Incoming>) -> Reply {
    let (here, gone) = oneshot::channel();
    let tasks = front.environment.tasks.clone();
    let call = AssertUnwindSafe(front.call(peer, request, gone)).catch_unwind();
    Attended { call: Some(Box::pin(call)), here: Some(here), tasks }.await.unwrap_or_else(|_| {
        tracing::error!("a call was not answered");
        let mut reply = Reply::new(AnswerBody::whole("".into()));
        *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        reply
    })
}

/// A call whose client waits for it. When the client hangs up, what was begun is still ended and recorded, in a task of
/// its own.
struct Attended {
    /// Absent once it is over.
    call: Option<Pin<Box<dyn Future<Output = std::thread::Result<Reply>> + Send>>>,
    /// Tells the call, when it is dropped, that nobody waits any more.
    here: Option<oneshot::Sender<()>>,
    tasks: Tasks,
}

impl Future for Attended {
    type Output = std::thread::Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(call) = &mut self.call else { return Poll::Pending };
        let over = ready!(call.as_mut().poll(cx));
        self.call = None;
        Poll::Ready(over)
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        drop(self.here.take());
        if let Some(call) = self.call.take() {
            drop(self.tasks.spawn(call));
        }
    }
}
