//! A guarded connection that two look at: the HTTP server, and who waits for the client to hang up.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use cairn_guard::Guard;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A guarded connection. Clones are the same one; both are used by one task, so that nobody waits for the other.
#[derive(Debug)]
pub(crate) struct Line<S>(Arc<Mutex<Guard<S>>>);

impl<S> Clone for Line<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Line<S> {
    pub(crate) fn new(guard: Guard<S>) -> Self {
        Self(Arc::new(Mutex::new(guard)))
    }

    /// The guard itself, when this is the last of the clones.
    pub(crate) fn into_guard(self) -> Option<Guard<S>> {
        let guard = Arc::into_inner(self.0)?;
        Some(guard.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn guard(&self) -> MutexGuard<'_, Guard<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: AsyncRead + Unpin> Line<S> {
    /// Waits, while a request is being answered, until the client has closed its side or the connection is broken.
    pub(crate) async fn hung_up(&self) {
        poll_fn(|cx| self.guard().poll_hung_up(cx)).await;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.guard()).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.guard()).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.guard()).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.guard()).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.guard()).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.guard().is_write_vectored()
    }
}
