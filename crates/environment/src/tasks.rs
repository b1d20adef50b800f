//! Tasks: everything that runs beside something else is started here, so that a shutdown can wait for it.

#![allow(clippy::disallowed_methods, reason = "this module is the door to tasks")]

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What an unhurried thread adds to its niceness (nice(2)): a tenth of the share of another thread.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

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

    /// As [`Tasks::blocking`], for long computing that nobody waits for: on a thread of its own that, on Linux, lets
    /// others go first. On a busy machine it takes what they leave.
    ///
    /// # Panics
    /// When `work` panics.
    pub async fn unhurried<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        if self.inline {
            return work();
        }
        let (done, result) = tokio::sync::oneshot::channel();
        let token = self.tracker.token();
        let work = move || {
            let _running = token;
            yield_to_others();
            // Nobody may wait any more.
            drop(done.send(catch_unwind(AssertUnwindSafe(work))));
        };
        start("unhurried", work);
        match result.await {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        }
    }

    /// Runs `work` on a thread of its own, called `name`: for what others wait for, since nothing delays it and it may
    /// block. In simulation it is a task like any other.
    ///
    /// # Panics
    /// Where the system starts no more threads.
    pub fn alone(&self, name: &str, work: impl Future<Output = ()> + Send + 'static) {
        if self.inline {
            drop(self.spawn(work));
            return;
        }
        let (token, runtime) = (self.tracker.token(), Handle::current());
        let work = move || {
            let _running = token;
            runtime.block_on(work);
        };
        start(name, work);
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

fn start(name: &str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
        // What was to run is gone with the closure, so that going on would be wrong.
        std::panic::resume_unwind(Box::new(format!("no thread can be started: {error}")));
    }
}

/// Lowers the priority of this thread alone, which Linux can. That it fails costs nothing but time.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    let _niceness = rustix::process::nice(NICENESS);
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
        assert_eq!(tasks.unhurried(|| 4).await, 4);
        let inner = tasks.clone();
        let (sender, thread) = tokio::sync::oneshot::channel();
        tasks.alone("lonely", async move {
            inner.stopping().await;
            drop(sender.send(std::thread::current().name().map(str::to_owned)));
        });
        tasks.stop();
        tasks.drained().await;
        assert_eq!(handle.await.unwrap(), 7);
        assert_eq!(thread.await.unwrap().as_deref(), Some("lonely"));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn unhurried_work_lets_others_go_first_and_its_panic_comes_through() {
        fn niceness() -> i32 {
            rustix::process::nice(0).unwrap()
        }
        let tasks = Tasks::new();
        let (own, unhurried) = (niceness(), tasks.unhurried(niceness).await);
        assert_eq!(unhurried, (own + NICENESS).min(19));
        assert_eq!(niceness(), own);
        let panicking = tasks.clone();
        let ended = tasks.spawn(async move { panicking.unhurried(|| panic!("over")).await }).await;
        assert!(ended.unwrap_err().is_panic());
    }
}
