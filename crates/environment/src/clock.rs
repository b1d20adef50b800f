//! The clock: wall time for records, monotonic time for waiting.

#![allow(clippy::disallowed_methods, reason = "this module is the door to time")]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cairn_model::Timestamp;
use tokio::time::Instant;

/// Reads the time and waits.
#[derive(Debug, Clone)]
pub struct Clock(Wall);

#[derive(Debug, Clone)]
enum Wall {
    Real,
    Simulated { start: Timestamp, started: Instant, step_ms: Arc<AtomicI64> },
}

/// The hands of a simulated wall clock: moves it forwards or back without waiting.
#[derive(Debug, Clone)]
pub struct SimulatedClock {
    step_ms: Arc<AtomicI64>,
}

/// The time allowed for something was over before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

impl Clock {
    pub(crate) fn real() -> Self {
        Self(Wall::Real)
    }

    pub(crate) fn simulated(start: Timestamp) -> (Self, SimulatedClock) {
        let step_ms = Arc::new(AtomicI64::new(0));
        let hands = SimulatedClock { step_ms: Arc::clone(&step_ms) };
        (Self(Wall::Simulated { start, started: Instant::now(), step_ms }), hands)
    }

    /// The wall clock. It may step backwards.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Wall::Real => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Wall::Simulated { start, started, step_ms } => {
                let ms = start.plus(started.elapsed()).unix_ms() + step_ms.load(Ordering::Relaxed);
                Timestamp::from_unix_ms(ms)
            }
        }
    }

    /// The monotonic clock, for measuring spans.
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// Waits for `span` of monotonic time.
    pub async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }

    /// Waits for `work`, at most for `span`.
    ///
    /// # Errors
    /// [`Elapsed`] when `span` was over first; `work` is dropped.
    pub async fn timeout<T>(&self, span: Duration, work: impl Future<Output = T>) -> Result<T, Elapsed> {
        tokio::time::timeout(span, work).await.map_err(|_| Elapsed)
    }
}

impl SimulatedClock {
    /// Steps the wall clock by `ms` milliseconds, backwards when negative. Waiting is not affected.
    pub fn step(&self, ms: i64) {
        self.step_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_simulated_clock_follows_waiting_and_steps() {
        let start = Timestamp::from_unix_seconds(1_000);
        let (clock, hands) = Clock::simulated(start);
        clock.sleep(Duration::from_hours(1)).await;
        assert_eq!(clock.now().since(start), Duration::from_hours(1));
        hands.step(-5_000);
        assert_eq!(clock.now().since(start), Duration::from_secs(3595));
        assert_eq!(clock.timeout(Duration::from_secs(1), std::future::pending::<()>()).await, Err(Elapsed));
    }
}
