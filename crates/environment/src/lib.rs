//! Time, randomness and tasks: the only door to them, so that the whole system also runs in simulation from one seed.

mod clock;
mod random;
mod tasks;

pub use clock::{Clock, Elapsed, SimulatedClock};
pub use random::Random;
pub use tasks::Tasks;

/// What every part of Cairn is given instead of reaching for the clock, the dice or the scheduler itself.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Reads the time and waits.
    pub clock: Clock,
    /// Makes random bytes and ids.
    pub random: Random,
    /// Runs tasks and asks them to stop.
    pub tasks: Tasks,
}

impl Environment {
    /// The real clock, the system's randomness, tasks on the current runtime.
    pub fn real() -> Self {
        Self { clock: Clock::real(), random: Random::real(), tasks: Tasks::new() }
    }

    /// A wall clock that the caller moves, randomness from `seed`. Waiting follows tokio's clock, which a paused
    /// current-thread runtime advances by itself whenever nothing else can run.
    pub fn simulated(seed: u64, start: cairn_model::Timestamp) -> (Self, SimulatedClock) {
        let (clock, hands) = Clock::simulated(start);
        (Self { clock, random: Random::seeded(seed), tasks: Tasks::inline() }, hands)
    }
}
