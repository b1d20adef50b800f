//! Waiting: always for a condition, never for a time.

use std::time::{Duration, Instant};

/// Long enough for a busy two-core machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Looks until `condition` gives a value.
///
/// # Panics
/// When it gave none for [`PATIENCE`]; `what` says what was waited for.
pub(crate) fn until<T>(what: &str, condition: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, condition)
}

/// The same with a patience of the caller's choice.
#[expect(clippy::disallowed_methods, reason = "black-box tests live in real time")]
pub(crate) fn within<T>(patience: Duration, what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(start.elapsed() < patience, "waited {patience:?} in vain for {what}");
        std::thread::sleep(BETWEEN_LOOKS);
    }
}
