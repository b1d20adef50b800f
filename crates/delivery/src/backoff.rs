//! How long a destination that failed is left alone.

use std::collections::BTreeMap;
use std::time::Duration;

use cairn_environment::Random;
use tokio::time::Instant;

const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_MIN_MS: u64 = 50;

/// The destinations that failed last time. Each waits on its own, so that a broken one delays no other.
#[derive(Debug, Default)]
pub(crate) struct Backoffs(BTreeMap<String, Backoff>);

#[derive(Debug, Clone, Copy)]
struct Backoff {
    failures: u32,
    until: Instant,
}

impl Backoffs {
    /// Whether `destination` may be tried.
    pub(crate) fn is_open(&self, destination: &str, now: Instant) -> bool {
        self.0.get(destination).is_none_or(|backoff| backoff.until <= now)
    }

    /// How long until `destination` may be tried.
    pub(crate) fn wait(&self, destination: &str, now: Instant) -> Duration {
        self.0.get(destination).map_or(Duration::ZERO, |backoff| backoff.until.saturating_duration_since(now))
    }

    /// `destination` failed: it waits for a random part of a span that doubles each time, up to `wait_max`. What was under
    /// way when it began to wait, and fails too, tells nothing new.
    pub(crate) fn fail(&mut self, destination: &str, now: Instant, wait_max: Duration, random: &Random) {
        if !self.is_open(destination, now) {
            return;
        }
        let failures = self.0.get(destination).map_or(0, |backoff| backoff.failures);
        let span = WAIT_FIRST.saturating_mul(2_u32.saturating_pow(failures)).min(wait_max);
        let span_ms = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let wait_ms = random.below(span_ms).max(WAIT_MIN_MS);
        let until = now + Duration::from_millis(wait_ms);
        self.0.insert(destination.to_owned(), Backoff { failures: failures.saturating_add(1), until });
    }

    /// `destination` works.
    pub(crate) fn succeed(&mut self, destination: &str) {
        self.0.remove(destination);
    }
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;
    use cairn_model::Timestamp;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_grow_up_to_the_limit_and_end_with_a_success() {
        let (environment, _) = Environment::simulated(1, Timestamp::default());
        let (mut backoffs, mut now) = (Backoffs::default(), Instant::now());
        let mut longest = Duration::ZERO;
        for _ in 0..200 {
            now += backoffs.wait("a", now);
            backoffs.fail("a", now, Duration::from_mins(1), &environment.random);
            longest = longest.max(backoffs.wait("a", now));
        }
        assert!(longest <= Duration::from_mins(1) && longest > Duration::from_secs(40), "{longest:?}");
        assert!(!backoffs.is_open("a", now) && backoffs.is_open("b", now));
        backoffs.succeed("a");
        assert!(backoffs.is_open("a", now));
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_that_fail_together_are_one_failure() {
        let (environment, _) = Environment::simulated(1, Timestamp::default());
        let (mut backoffs, now) = (Backoffs::default(), Instant::now());
        for _ in 0..20 {
            backoffs.fail("a", now, Duration::from_mins(1), &environment.random);
        }
        let wait = backoffs.wait("a", now);
        assert!(wait <= WAIT_FIRST, "{wait:?}");
        backoffs.fail("a", now + wait, Duration::from_mins(1), &environment.random);
        assert!(backoffs.wait("a", now + wait) <= 2 * WAIT_FIRST);
    }
}
