//! The records one by one, in the order in which they reach their files.

use crate::Options;
use crate::record::{Facts, record};
use crate::rng::{Rng, real, whole};
use crate::world::{Sessions, World};

/// Makes one record after the other.
#[derive(Debug)]
pub(crate) struct Records {
    pub(crate) world: World,
    options: Options,
    begin: u64,
    sessions: Sessions,
    total_weight: f64,
    weight_so_far: f64,
    /// The minute that is being filled, how many records it gets, and how many it has.
    minute: u64,
    in_minute: u64,
    done_in_minute: u64,
    made: u64,
    /// The newest record.
    pub(crate) text: String,
}

/// What is known of a record beside its text.
pub(crate) struct Record {
    /// Its number, from 0.
    pub(crate) number: u64,
    /// When it reaches its file, in seconds since the epoch.
    pub(crate) arrived: u64,
    pub(crate) facts: Facts,
    pub(crate) is_doubled: bool,
}

impl Records {
    pub(crate) fn new(options: Options) -> Self {
        let world = World::new(options.seed);
        let begin = u64::try_from(options.begin.unix_seconds()).unwrap_or(0);
        Self {
            sessions: Sessions::new(&world),
            world,
            begin,
            total_weight: (0..options.days * 1440).map(|minute| weight(begin, minute)).sum(),
            weight_so_far: 0.0,
            minute: 0,
            in_minute: 0,
            done_in_minute: 0,
            made: 0,
            text: String::with_capacity(8192),
            options,
        }
    }

    /// Writes the next record into `text`; `None` after the last.
    pub(crate) fn make(&mut self) -> Option<Record> {
        while self.done_in_minute == self.in_minute {
            self.begin_minute()?;
        }
        let mut rng = Rng::keyed(self.options.seed, self.made);
        let arrived = self.begin + (self.minute - 1) * 60 + self.done_in_minute * 60 / self.in_minute;
        // Most records are in their file within a minute or two, some five minutes after the event.
        let late = whole(rng.unit() * rng.unit() * 300.0);
        let time = arrived.saturating_sub(late).max(self.begin);
        self.text.clear();
        let facts = record(&self.world, &mut self.sessions, &mut rng, time, &mut self.text);
        let is_doubled = self.options.duplicates > 0.0 && rng.chance(self.options.duplicates);
        let number = self.made;
        self.made += 1;
        self.done_in_minute += 1;
        Some(Record { number, arrived, facts, is_doubled })
    }

    /// Events a minute follow the hour and the weekday; the fractions carried over make the total exact.
    fn begin_minute(&mut self) -> Option<()> {
        let minutes = self.options.days * 1440;
        if self.minute == minutes {
            return None;
        }
        self.weight_so_far += weight(self.begin, self.minute);
        self.minute += 1;
        let due = if self.minute == minutes {
            self.options.events
        } else {
            whole(self.weight_so_far / self.total_weight * real(self.options.events))
        };
        self.in_minute = due.saturating_sub(self.made);
        self.done_in_minute = 0;
        Some(())
    }
}

/// How busy a minute is: machines never rest, people work in the day and on weekdays.
fn weight(begin: u64, minute: u64) -> f64 {
    let unix = begin + minute * 60;
    let hour = real(unix % 86_400) / 3600.0;
    let weekday = (unix / 86_400 + 4) % 7; // 0 is Sunday
    let people = if weekday == 0 || weekday == 6 { 0.25 } else { 1.0 };
    1.0 + 1.5 * people * (-((hour - 14.0) / 4.5).powi(2)).exp()
}
