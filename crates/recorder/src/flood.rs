//! Floods of refused requests: the first of each second are recorded one by one, the rest are counted and share one
//! event a second, so that nobody can fill the journal without a key.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use cairn_model::Timestamp;
use serde_json::{Value, json};

/// Addresses that one event names.
const ADDRESSES_MAX: usize = 20;

/// Counts requests that a listener refuses by itself.
#[derive(Debug)]
pub struct Flood {
    each_second_max: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    second: i64,
    recorded: u32,
    rest: Option<RefusedRequests>,
}

/// Requests that were refused without an event of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRequests {
    /// When the first of them came.
    pub first_at: Timestamp,
    /// When the last of them came.
    pub last_at: Timestamp,
    /// How many there were.
    pub requests: u64,
    /// How many were answered with each error code.
    pub codes: BTreeMap<&'static str, u64>,
    /// Where they came from: at most 20 addresses.
    pub addresses: BTreeSet<IpAddr>,
}

impl RefusedRequests {
    /// The name of the event that they share.
    pub const EVENT_NAME: &'static str = "RefusedRequests";

    /// `additionalEventData` of the event that they share.
    pub fn details(&self) -> Value {
        json!({
            "requestCount": self.requests,
            "firstRequestTime": self.first_at.iso_seconds(),
            "lastRequestTime": self.last_at.iso_seconds(),
            "errorCodes": self.codes,
            "sampleSourceIPAddresses": self.addresses,
        })
    }

    /// An address that some of them came from.
    pub fn address(&self) -> Option<IpAddr> {
        self.addresses.first().copied()
    }
}

impl Flood {
    /// A count of what is refused beyond so many requests in a second.
    pub fn new(each_second_max: u32) -> Self {
        Self { each_second_max, state: Mutex::default() }
    }

    /// Whether a refused request gets an event of its own. If not, it was counted.
    pub fn admits(&self, at: Timestamp, source: IpAddr, code: &'static str) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.second != at.unix_seconds() {
            (state.second, state.recorded) = (at.unix_seconds(), 0);
        }
        if state.recorded < self.each_second_max {
            state.recorded += 1;
            return true;
        }
        let one = RefusedRequests {
            first_at: at,
            last_at: at,
            requests: 1,
            codes: BTreeMap::from([(code, 1)]),
            addresses: BTreeSet::from([source]),
        };
        state.add(one);
        false
    }

    /// What was counted since the last time.
    pub fn take(&self) -> Option<RefusedRequests> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).rest.take()
    }

    /// Takes back what could not be recorded.
    pub fn put_back(&self, counted: RefusedRequests) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).add(counted);
    }
}

impl State {
    fn add(&mut self, more: RefusedRequests) {
        let Some(rest) = &mut self.rest else {
            self.rest = Some(more);
            return;
        };
        rest.first_at = rest.first_at.min(more.first_at);
        rest.last_at = rest.last_at.max(more.last_at);
        rest.requests += more.requests;
        for (code, count) in more.codes {
            *rest.codes.entry(code).or_default() += count;
        }
        let room = ADDRESSES_MAX.saturating_sub(rest.addresses.len());
        rest.addresses.extend(more.addresses.into_iter().take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_limit_of_a_second_requests_are_counted_and_none_is_lost() {
        let flood = Flood::new(2);
        let at = |ms| Timestamp::from_unix_ms(1_000_000 + ms);
        let source = |last: u8| IpAddr::from([10, 0, 0, last]);
        let admitted = (0..30).filter(|n| flood.admits(at(i64::from(*n)), source(*n), "AccessDenied")).count();
        assert_eq!(admitted, 2);
        assert!(flood.admits(at(1000), source(1), "AccessDenied"));
        let counted = flood.take().unwrap();
        assert_eq!((counted.requests, counted.first_at, counted.last_at), (28, at(2), at(29)));
        assert_eq!((counted.addresses.len(), counted.address()), (ADDRESSES_MAX, Some(source(2))));
        assert_eq!(flood.take(), None);
        flood.put_back(counted.clone());
        flood.put_back(counted.clone());
        assert_eq!(flood.take().unwrap().codes, BTreeMap::from([("AccessDenied", 56)]));
    }
}
