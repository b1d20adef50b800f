//! What a gateway counts. Each metric is looked up once, because looking one up takes longer than counting.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

use crate::tallies::Tallies;

/// A gateway's metrics.
pub(crate) struct Meters {
    gateway: String,
    pub(crate) tallies: Arc<Tallies>,
    /// Found at the first call: whoever collects metrics is there by then.
    found: OnceLock<Found>,
}

struct Found {
    open_calls: Gauge,
    bytes_in: Counter,
    bytes_out: Counter,
    seconds: Histogram,
    parts: [Counter; 5],
    by_status: Mutex<BTreeMap<u16, Counter>>,
}

/// What the time of a call is spent on, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Reading its head and, where needed, the beginning of its body, and finding out which call it is.
    Recognition,
    /// Making the intent durable.
    Intent,
    /// The upstream, until the last byte of its answer; of large answers also the client that takes them.
    Upstream,
    /// Reading what the answer says.
    Conclusion,
    /// Making the end durable.
    End,
}

impl Part {
    const ALL: [Self; 5] = [Self::Recognition, Self::Intent, Self::Upstream, Self::Conclusion, Self::End];

    fn word(self) -> &'static str {
        match self {
            Self::Recognition => "recognition",
            Self::Intent => "intent",
            Self::Upstream => "upstream",
            Self::Conclusion => "conclusion",
            Self::End => "end",
        }
    }

    fn of(self, [recognition, intent, upstream, conclusion, end]: &[Counter; 5]) -> &Counter {
        match self {
            Self::Recognition => recognition,
            Self::Intent => intent,
            Self::Upstream => upstream,
            Self::Conclusion => conclusion,
            Self::End => end,
        }
    }
}

impl Meters {
    pub(crate) fn new(gateway: &str, tallies: Arc<Tallies>) -> Self {
        Self { gateway: gateway.to_owned(), tallies, found: OnceLock::new() }
    }

    /// Counts the calls that are under way.
    pub(crate) fn open_calls(&self) -> &Gauge {
        &self.found().open_calls
    }

    /// Counts a call that has ended.
    pub(crate) fn ended(&self, status: u16, (bytes_in, bytes_out): (u64, u64), took: Duration) {
        self.tallies.ended(status);
        let found = self.found();
        found.bytes_in.increment(bytes_in);
        found.bytes_out.increment(bytes_out);
        found.seconds.record(took);
        let mut by_status = found.by_status.lock().unwrap_or_else(PoisonError::into_inner);
        by_status.entry(status).or_insert_with(|| self.calls(status)).increment(1);
    }

    /// Adds what a part of a call took.
    pub(crate) fn took(&self, part: Part, span: Duration) {
        part.of(&self.found().parts).increment(u64::try_from(span.as_micros()).unwrap_or(u64::MAX));
    }

    fn found(&self) -> &Found {
        self.found.get_or_init(|| Found {
            open_calls: metrics::gauge!("cairn_capture_open_calls", "gateway" => self.gateway.clone()),
            bytes_in: self.bytes("in"),
            bytes_out: self.bytes("out"),
            seconds: metrics::histogram!("cairn_capture_call_seconds", "gateway" => self.gateway.clone()),
            parts: Part::ALL.map(|part| {
                metrics::counter!(
                    "cairn_capture_part_microseconds_total", "gateway" => self.gateway.clone(), "part" => part.word()
                )
            }),
            by_status: Mutex::default(),
        })
    }

    fn bytes(&self, direction: &'static str) -> Counter {
        let gateway = self.gateway.clone();
        metrics::counter!("cairn_capture_bytes_total", "gateway" => gateway, "direction" => direction)
    }

    fn calls(&self, status: u16) -> Counter {
        let gateway = self.gateway.clone();
        metrics::counter!("cairn_capture_calls_total", "gateway" => gateway, "status" => status.to_string())
    }
}

impl std::fmt::Debug for Meters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meters").field("gateway", &self.gateway).finish_non_exhaustive()
    }
}
