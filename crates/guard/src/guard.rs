//! The guard before the HTTP server: it hands over a request's head only when all of it is there and beyond doubt, and
//! keeps count of where the body ends, so that nothing passes unseen.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::chunks::Chunks;
use crate::head::{BadHead, Framing, find_end, judge};

/// Bytes that one read asks for.
const READ_BYTES: usize = 8192;

/// A connection, read through the guard.
#[derive(Debug)]
pub struct Guard<S> {
    socket: S,
    /// Bytes that have come and were not handed over yet.
    waiting: BytesMut,
    /// How many of them may be.
    passed: usize,
    /// How many of them were searched for the end of the head.
    searched: usize,
    place: Place,
    head_bytes_max: usize,
    bad: Option<BadHead>,
    turn: Turn,
}

#[derive(Debug)]
enum Place {
    Head,
    Body(u64),
    Chunks(Chunks),
}

/// Whose turn it is. While a request is being answered, the next head is not judged: its refusal would end the
/// connection before the answer is out.
#[derive(Debug, Clone, Default)]
pub struct Turn(Arc<TurnParts>);

#[derive(Debug, Default)]
struct TurnParts {
    answering: AtomicBool,
    reader: AtomicWaker,
}

impl Turn {
    /// The request is answered; the next may come.
    pub fn pass(&self) {
        self.0.answering.store(false, Ordering::Release);
        self.0.reader.wake();
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        if !self.0.answering.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        self.0.reader.register(cx.waker());
        if self.0.answering.load(Ordering::Acquire) { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl<S> Guard<S> {
    /// Guards `socket`: a head may have `head_bytes_max` bytes, and the next one is judged when `turn` was passed.
    pub fn new(socket: S, head_bytes_max: usize, turn: Turn) -> Self {
        let (waiting, place) = (BytesMut::new(), Place::Head);
        Self { socket, waiting, passed: 0, searched: 0, place, head_bytes_max, bad: None, turn }
    }

    /// Why the connection was broken off, if the guard did it.
    pub fn bad(&self) -> Option<BadHead> {
        self.bad
    }

    /// Whether the client may still be sending what nobody reads.
    pub fn is_unread(&self) -> bool {
        self.bad.is_some() || !matches!(self.place, Place::Head) || !self.waiting.is_empty()
    }

    /// Whether part of a head has come.
    pub fn is_in_head(&self) -> bool {
        matches!(self.place, Place::Head) && !self.waiting.is_empty()
    }

    /// The connection itself, for a last answer.
    pub fn into_socket(self) -> S {
        self.socket
    }

    fn refuse(&mut self, bad: BadHead) -> io::Error {
        self.bad = Some(bad);
        io::Error::new(io::ErrorKind::InvalidData, bad.to_string())
    }

    /// Lets pass what is known to be in order. False when more bytes are needed.
    fn admit(&mut self) -> io::Result<bool> {
        if self.waiting.is_empty() {
            return Ok(false);
        }
        match &mut self.place {
            Place::Head => return self.admit_head(),
            Place::Body(left) => {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(self.waiting.len());
                *left -= u64::try_from(count).unwrap_or(*left);
                self.passed = count;
                if *left == 0 {
                    self.place = Place::Head;
                }
            }
            Place::Chunks(chunks) => {
                let malformed = |_| io::Error::new(io::ErrorKind::InvalidData, "malformed chunks");
                self.passed = chunks.follow(&self.waiting, &mut |_| ()).map_err(malformed)?;
                if chunks.is_done() {
                    self.place = Place::Head;
                }
            }
        }
        Ok(true)
    }

    fn admit_head(&mut self) -> io::Result<bool> {
        // An empty line before a request is left over from the one before (RFC 9112, section 2.2).
        while self.waiting.starts_with(b"\r\n") {
            self.waiting.advance(2);
            self.searched = 0;
        }
        if self.waiting.first().is_some_and(|byte| !byte.is_ascii_alphabetic() && *byte != b'\r') {
            return Err(self.refuse(BadHead::RequestLine));
        }
        let end = find_end(&self.waiting, self.searched).map_err(|bad| self.refuse(bad))?;
        if end.unwrap_or(self.waiting.len()) > self.head_bytes_max {
            return Err(self.refuse(BadHead::TooLarge));
        }
        let Some(end) = end else {
            self.searched = self.waiting.len();
            return Ok(false);
        };
        let framing = judge(self.waiting.get(..end).unwrap_or_default()).map_err(|bad| self.refuse(bad))?;
        (self.passed, self.searched) = (end, 0);
        self.place = match framing {
            Framing::Length(0) => Place::Head,
            Framing::Length(length) => Place::Body(length),
            Framing::Chunked => Place::Chunks(Chunks::START),
        };
        self.turn.0.answering.store(true, Ordering::Release);
        Ok(true)
    }
}

impl<S: AsyncRead + Unpin> Guard<S> {
    /// Reads into the bytes that wait. False at the end of the connection.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
        let mut read = ReadBuf::uninit(&mut space);
        ready!(Pin::new(&mut self.socket).poll_read(cx, &mut read))?;
        self.waiting.extend_from_slice(read.filled());
        Poll::Ready(Ok(!read.filled().is_empty()))
    }

    /// Waits, while a request is being answered, until the client has closed its side with nothing more to say, or the
    /// connection is broken. It may still read. For who serves it with a server that reads nothing meanwhile.
    pub fn poll_hung_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while matches!(self.place, Place::Head) && self.waiting.len() < self.head_bytes_max {
            match ready!(self.poll_fill(cx)) {
                Ok(true) => {}
                Ok(false) if !self.waiting.is_empty() => break,
                Ok(false) | Err(_) => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    /// Reads a body past the guard's own bytes, when none of them wait and all that comes belongs to it.
    fn poll_body(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        let room = u64::try_from(buffer.remaining()).unwrap_or(u64::MAX);
        let Place::Body(left) = &mut self.place else { return Poll::Ready(Ok(false)) };
        if !self.waiting.is_empty() || *left < room {
            return Poll::Ready(Ok(false));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        *left -= u64::try_from(buffer.filled().len() - before).unwrap_or(*left).min(*left);
        if *left == 0 {
            self.place = Place::Head;
        }
        Poll::Ready(Ok(true))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let guard = &mut *self;
        loop {
            if guard.passed > 0 {
                let count = guard.passed.min(buffer.remaining());
                buffer.put_slice(guard.waiting.get(..count).unwrap_or_default());
                guard.waiting.advance(count);
                guard.passed -= count;
                return Poll::Ready(Ok(()));
            }
            if matches!(guard.place, Place::Head) {
                ready!(guard.turn.poll(cx));
            }
            if guard.admit()? {
                continue;
            }
            if ready!(guard.poll_body(cx, buffer))? {
                return Poll::Ready(Ok(()));
            }
            if !ready!(guard.poll_fill(cx))? {
                if guard.is_in_head() {
                    return Poll::Ready(Err(guard.refuse(BadHead::Truncated)));
                }
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.bad.is_some() {
            // The HTTP server is done with the connection; its last answer is still to come.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn through(input: &[u8]) -> (Vec<u8>, Option<BadHead>) {
        let mut guard = Guard::new(input, 1024, Turn::default());
        let mut out = Vec::new();
        let mut space = [0; 7];
        while let Ok(count @ 1..) = guard.read(&mut space).await {
            out.extend_from_slice(&space[..count]);
            guard.turn.pass();
        }
        (out, guard.bad())
    }

    #[tokio::test]
    async fn whole_requests_pass_unchanged() {
        let chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        let sized = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n01234567890123456789";
        let plain = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let all = [&chunked[..], sized, plain].concat();
        assert_eq!(through(&all).await, (all, None));
    }

    #[tokio::test]
    async fn who_asks_is_told_of_a_client_that_hung_up_and_the_next_request_is_not_taken_for_that() {
        let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let two = request.repeat(2);
        for (input, hung_up) in [(&request[..], true), (&two[..], false)] {
            let mut space = [0; 64];
            let mut guard = Guard::new(input, 1024, Turn::default());
            assert_eq!(guard.read(&mut space).await.unwrap(), request.len());
            let told = std::future::poll_fn(|cx| Poll::Ready(guard.poll_hung_up(cx).is_ready())).await;
            assert_eq!(told, hung_up);
            guard.turn.pass();
            let next = if hung_up { 0 } else { request.len() };
            assert_eq!(guard.read(&mut space).await.unwrap(), next);
        }
    }

    #[tokio::test]
    async fn nothing_of_a_bad_head_passes() {
        let good = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".to_vec();
        let bad = b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n";
        assert_eq!(through(&[&good[..], bad].concat()).await, (good, Some(BadHead::BareLineBreak)));
        assert_eq!(through(b"GET / HT").await, (Vec::new(), Some(BadHead::Truncated)));
        assert_eq!(through(b"\x16\x03\x01").await, (Vec::new(), Some(BadHead::RequestLine)));
        assert_eq!(through(&b"X".repeat(2000)).await, (Vec::new(), Some(BadHead::TooLarge)));
        assert_eq!(through(b"").await, (Vec::new(), None));
    }
}
