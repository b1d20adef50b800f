//! The signals that end a server in order: SIGTERM, as service managers send it, and SIGINT, as ^C does.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// They are caught from [`Signals::watch`] on; before, they end the process at once.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(super) fn watch() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Resolves at the first of them, which may have come since [`Signals::watch`].
    pub(super) async fn told_to_stop(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
