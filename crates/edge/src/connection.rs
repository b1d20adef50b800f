//! One connection: guarded, served, and answered a last time when its bytes are no request.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_api::ApiError;
use cairn_guard::{BadHead, Guard, HEADERS_MAX, Turn, last_answer, linger};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::answer::{Dialect, Reply, ReplyBody};
use crate::asker::Waiting;
use crate::front::Front;
use crate::line::Line;

/// Serves a connection until it ends, or until a stop is asked for and the request under way is answered.
pub(crate) async fn serve<S>(front: Arc<Front>, socket: S, peer: IpAddr)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let turn = Turn::default();
    let line = Line::new(Guard::new(socket, front.settings.head_bytes_max, turn.clone()));
    let service = service_fn(|request| {
        let (front, turn, line) = (Arc::clone(&front), turn.clone(), line.clone());
        async move {
            let reply = answer(front, (peer, request), &line).await;
            turn.pass();
            Ok::<_, Infallible>(reply)
        }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(front.settings.head_timeout).max_headers(HEADERS_MAX);
    server.half_close(true);
    let mut connection = server.serve_connection(TokioIo::new(line.clone()), service);
    let tasks = &front.environment.tasks;
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = tasks.stopping() => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    drop(connection);
    let Some(guard) = line.into_guard() else { return };
    let late = ended.as_ref().is_err_and(hyper::Error::is_timeout) && guard.is_in_head();
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
    let (bad, unread) = (guard.bad().or(late.then_some(BadHead::TimedOut)), guard.is_unread());
    let mut socket = guard.into_socket();
    if let Some(bad) = bad {
        let reply = front.answer_unreadable(peer, bad).await;
        let (head, body) = reply.into_parts();
        last_answer(&mut socket, &head, &whole(body).await).await;
    }
    if unread && front.environment.clock.timeout(LINGER, linger(&mut socket)).await.is_err() {
        tracing::debug!("a client went on sending after its last answer");
    }
}

/// How long a refused client is listened to. A connection that is closed with bytes unread is reset, and the answer
/// may be lost with it.
const LINGER: Duration = Duration::from_secs(5);

/// Answers a request in a task of its own: when the client hangs up, what it asked for is still finished and recorded. Work
/// whose only use is its answer is told that nobody waits.
async fn answer<S>(front: Arc<Front>, (peer, request): (IpAddr, http::Request<Incoming>), line: &Line<S>) -> Reply
where
    S: AsyncRead + Unpin,
{
    let tasks = front.environment.tasks.clone();
    let (waiting, asker) = Waiting::begin();
    let mut work = tasks.spawn(async move { front.answer(peer, request, &asker).await });
    let answered = tokio::select! {
        biased;
        answered = &mut work => answered,
        () = line.hung_up() => {
            waiting.end();
            work.await
        }
    };
    match answered {
        Ok(reply) => reply,
        Err(error) => {
            tracing::error!(%error, "a request was not answered");
            Dialect::Json.error(&ApiError::internal(), "", "")
        }
    }
}

async fn whole(body: ReplyBody) -> Bytes {
    match body {
        ReplyBody::Left(full) => full.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default(),
        ReplyBody::Right(_) => Bytes::new(),
    }
}
