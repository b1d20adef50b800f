//! One side of a gateway: a connection with what came over it and is not used yet, and what waits to be sent.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_util::io::poll_read_buf;

/// Bytes that one read of a head asks for.
const READ_BYTES: usize = 8192;

/// Why a body came to no end.
pub(crate) const ENDED: &str = "the connection ended before the body";

/// A connection, with or without TLS.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Socket for S {}

/// A connection and the bytes that wait on either side of it.
pub(crate) struct Side {
    socket: Box<dyn Socket>,
    /// What came and is not used yet.
    pub(crate) inbox: BytesMut,
    /// What waits to be sent.
    pub(crate) out: BytesMut,
    has_ended: bool,
    has_sent: bool,
}

impl Side {
    pub(crate) fn new(socket: impl Socket + 'static) -> Self {
        let (inbox, out) = (BytesMut::new(), BytesMut::new());
        Self { socket: Box::new(socket), inbox, out, has_ended: false, has_sent: false }
    }

    /// Reads into the inbox. Nothing comes any more when it reads nothing.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
        let mut read = ReadBuf::uninit(&mut space);
        ready!(self.poll_read(cx, &mut read))?;
        self.inbox.extend_from_slice(read.filled());
        Poll::Ready(Ok(read.filled().len()))
    }

    /// Reads more of a body into the inbox.
    ///
    /// # Errors
    /// Why no more of it comes.
    pub(crate) fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), String>> {
        Poll::Ready(match ready!(self.poll_fill(cx)) {
            Ok(0) => Err(ENDED.to_owned()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        })
    }

    /// Reads into the room that the inbox has. Nothing comes any more when it reads nothing.
    pub(crate) fn poll_fill_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let count = ready!(poll_read_buf(Pin::new(&mut self.socket), cx, &mut self.inbox))?;
        self.has_ended |= count == 0;
        Poll::Ready(Ok(count))
    }

    /// Reads past the inbox.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_read(cx, into))?;
        self.has_ended |= into.filled().is_empty();
        Poll::Ready(Ok(()))
    }

    /// Writes past what waits to be sent. Some of it is written.
    pub(crate) fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.socket).poll_write(cx, bytes))?;
        self.has_sent = true;
        Poll::Ready(if count == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(count) })
    }

    /// Writes what waits to be sent.
    pub(crate) fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.out.is_empty() {
            let count = ready!(Pin::new(&mut self.socket).poll_write(cx, &self.out))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.has_sent = true;
            self.out.advance(count);
            if self.out.is_empty() {
                // Idle connections hold no memory.
                self.out = BytesMut::new();
            }
        }
        Poll::Ready(Ok(()))
    }

    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    /// Waits until the other side has closed with nothing more to say, or the connection is broken. What it says
    /// meanwhile goes into the inbox, up to about `bytes_max`.
    pub(crate) fn poll_hung_up(&mut self, cx: &mut Context<'_>, bytes_max: usize) -> Poll<()> {
        while !self.has_ended && self.inbox.len() < bytes_max {
            if ready!(self.poll_fill(cx)).is_err() {
                return Poll::Ready(());
            }
        }
        if self.has_ended && self.inbox.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether anything was ever written.
    pub(crate) fn has_sent(&self) -> bool {
        self.has_sent
    }

    /// From now on as if nothing had been written.
    pub(crate) fn begin_anew(&mut self) {
        self.has_sent = false;
    }

    /// Closes the sending side.
    pub(crate) async fn shut(&mut self) {
        if let Err(error) = self.socket.shutdown().await {
            tracing::debug!(%error, "a connection was broken when it was closed");
        }
    }

    pub(crate) fn socket(&mut self) -> &mut (impl AsyncRead + AsyncWrite + Unpin + use<>) {
        &mut self.socket
    }
}

impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Side").field("inbox", &self.inbox.len()).field("out", &self.out.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn a_side_that_said_something_and_closed_has_not_hung_up_before_that_is_used() {
        let (near, mut far) = tokio::io::duplex(64);
        let mut side = Side::new(near);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(side.poll_hung_up(&mut cx, 100).is_pending());
        far.write_all(b"next").await.unwrap();
        drop(far);
        assert!(side.poll_hung_up(&mut cx, 100).is_pending());
        assert_eq!(&side.inbox.split()[..], b"next");
        assert!(side.poll_hung_up(&mut cx, 100).is_ready());
    }

    #[tokio::test]
    async fn what_waits_is_sent_in_order_and_is_remembered() {
        let (near, mut far) = tokio::io::duplex(4);
        let mut side = Side::new(near);
        assert!(!side.has_sent());
        side.out.extend_from_slice(b"abcdefgh");
        let mut got = [0; 8];
        let (sent, read) = tokio::join!(std::future::poll_fn(|cx| side.poll_drain(cx)), far.read_exact(&mut got));
        assert!(sent.is_ok() && read.is_ok() && &got == b"abcdefgh" && side.has_sent() && side.out.is_empty());
    }
}
