//! One client's connection: its requests, one after another, and a last answer when its bytes are no request.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Poll, ready};
use std::time::Duration;

use cairn_guard::{BadHead, RequestHead, last_answer, linger};

use crate::call::Front;
use crate::exchange::Client;
use crate::side::{Side, Socket};
use crate::sighting::Peer;

/// How long a client that is not served any more is listened to, so that it reads its answer.
const LINGER: Duration = Duration::from_secs(5);

/// What comes over a connection next.
enum Next {
    Request(Box<RequestHead>),
    Bad(BadHead),
    /// The client has nothing more to ask, or is not asked any more.
    Nothing,
}

/// Serves a connection until it ends, or until a stop is asked for and the call under way is answered. When `hurry` is
/// set and this is polled, what was begun is ended and recorded without the client.
pub(crate) async fn serve(front: Arc<Front>, socket: impl Socket + 'static, peer: Peer, hurry: Arc<AtomicBool>) {
    let mut client = Client::new(Side::new(socket), hurry, front.settings.head_bytes_max);
    let mut stopping = pin!(front.environment.tasks.stopping());
    let mut is_read = true;
    let bad = loop {
        match next(&front, &mut client, stopping.as_mut()).await {
            Next::Request(head) => {
                let after = front.call(&peer, head, &mut client).await;
                is_read = after.is_read;
                if !after.keeps {
                    break None;
                }
            }
            Next::Bad(bad) => break Some(bad),
            Next::Nothing => break None,
        }
    };
    if let Some(bad) = bad {
        let (head, body) = front.refuse_unreadable(&peer, bad).await.into_parts();
        last_answer(client.side.socket(), &head, &body).await;
    } else {
        client.side.shut().await;
    }
    let is_unread = bad.is_some() || !is_read || !client.side.inbox.is_empty();
    if is_unread && !client.is_hurried() {
        let lingering = front.environment.clock.timeout(LINGER, linger(client.side.socket())).await;
        if lingering.is_err() {
            tracing::debug!("a client went on sending after its last answer");
        }
    }
}

/// Reads the next head.
async fn next(front: &Front, client: &mut Client, mut stopping: Pin<&mut impl Future<Output = ()>>) -> Next {
    let (head_bytes_max, mut searched) = (front.settings.head_bytes_max, 0);
    let head = poll_fn(|cx| {
        loop {
            if client.is_hurried() {
                return Poll::Ready(Next::Nothing);
            }
            match RequestHead::take(&mut client.side.inbox, &mut searched, head_bytes_max) {
                Ok(Some(head)) => return Poll::Ready(Next::Request(Box::new(head))),
                Ok(None) => {}
                Err(bad) => return Poll::Ready(Next::Bad(bad)),
            }
            if client.side.inbox.is_empty() && stopping.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Next::Nothing);
            }
            match ready!(client.side.poll_fill(cx)) {
                Ok(0) if client.side.inbox.is_empty() => return Poll::Ready(Next::Nothing),
                Ok(0) => return Poll::Ready(Next::Bad(BadHead::Truncated)),
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "a connection broke off");
                    return Poll::Ready(Next::Nothing);
                }
            }
        }
    });
    match front.environment.clock.timeout(front.settings.head_timeout, head).await {
        Ok(next) => next,
        Err(_) if client.side.inbox.is_empty() => Next::Nothing,
        Err(_) => Next::Bad(BadHead::TimedOut),
    }
}
