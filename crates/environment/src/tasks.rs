//! Tasks: everything that runs beside something else is started here, so that a shutdown can wait for it.

#![allow(clippy::disallowed_methods, reason = "this module is the door to tasks")]

use std::future::Future;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Runs tasks and asks them to stop.
#[derive(Debug, Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    inline: bool,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        Self { tracker: TaskTracker::new(), stop: CancellationToken::new(), inline: false }
    }

    /// For simulation: blocking work runs where it is called, in an order that the seed decides.
    pub(crate) fn inline() -> Self {
        Self { inline: true, ..Self::new() }
    }

    /// Runs `work` beside the caller.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.tracker.spawn(work)
    }

    /// Runs `work` on a thread where it may block or compute for long, and waits for it.
    ///
    /// # Panics
    /// When `work` panics.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        if self.inline {
            return work();
        }
        match self.tracker.spawn_blocking(work).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// Resolves when a stop was asked for.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Whether a stop was asked for.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Asks every task to stop.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until every task has ended. [`Tasks::stop`] comes first.
    pub async fn drained(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// The same tracker with a stop of its own, which the parent's stop also triggers: for parts that must outlive
    /// others in a shutdown.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { tracker: self.tracker.clone(), stop: self.stop.child_token(), inline: self.inline }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stop_reaches_every_task_and_is_waited_for() {
        let tasks = Tasks::new();
        let inner = tasks.clone();
        let handle = tasks.spawn(async move {
            inner.stopping().await;
            7
        });
        assert_eq!(tasks.blocking(|| 3).await, 3);
        tasks.stop();
        tasks.drained().await;
        assert_eq!(handle.await.unwrap(), 7);
    }
}
