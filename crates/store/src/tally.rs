//! Counts of events: in all, in slots of time, and by the texts of fields.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use cairn_model::Timestamp;

use crate::number::wide;

/// So many texts of one field are counted; others than the first of them are left out.
const TEXTS_MAX: usize = 200_000;

/// How often something occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrences {
    /// Events.
    pub count: u64,
    /// Those of them that have an `errorCode`.
    pub errors: u64,
    /// The earliest event time.
    pub first: Timestamp,
    /// The latest event time.
    pub last: Timestamp,
}

impl Occurrences {
    const NONE: Self =
        Self { count: 0, errors: 0, first: Timestamp::from_unix_ms(i64::MAX), last: Timestamp::from_unix_ms(i64::MIN) };

    fn add(&mut self, event: Counted) {
        self.count += 1;
        self.errors += u64::from(event.is_error);
        self.first = self.first.min(event.time);
        self.last = self.last.max(event.time);
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.errors += other.errors;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// What is counted of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Its time.
    pub time: Timestamp,
    /// Whether it has an `errorCode`.
    pub is_error: bool,
}

/// Counts of events.
#[derive(Debug, Clone)]
pub struct Tally {
    every_seconds: Option<i64>,
    total: Occurrences,
    slots: BTreeMap<i64, (u64, u64)>,
    fields: Vec<HashMap<Bytes, Occurrences, foldhash::quality::RandomState>>,
    leaves_out: bool,
}

impl Tally {
    /// Counts nothing yet. Slots of time have so many seconds and begin at multiples of that since 1970; there are so
    /// many fields whose texts are counted.
    pub fn new(every_seconds: Option<u32>, fields: usize) -> Self {
        Self {
            every_seconds: every_seconds.map(|every| i64::from(every).max(1)),
            total: Occurrences::NONE,
            slots: BTreeMap::new(),
            fields: vec![HashMap::default(); fields],
            leaves_out: false,
        }
    }

    /// Counts an event, without its texts.
    pub fn add(&mut self, event: Counted) {
        self.total.add(event);
        if let Some(every) = self.every_seconds {
            let (count, errors) = self.slots.entry(event.time.unix_seconds().div_euclid(every)).or_default();
            *count += 1;
            *errors += u64::from(event.is_error);
        }
    }

    /// Counts a text of field number `field` of an event. A text that an event has twice is to be given once.
    pub fn add_text(&mut self, field: usize, text: &[u8], event: Counted) {
        let mut one = Occurrences::NONE;
        one.add(event);
        self.merge_text(field, text, one);
    }

    fn merge_text(&mut self, field: usize, text: &[u8], occurrences: Occurrences) {
        let Some(texts) = self.fields.get_mut(field) else { return };
        if let Some(known) = texts.get_mut(text) {
            known.merge(occurrences);
        } else if texts.len() < TEXTS_MAX {
            texts.insert(Bytes::copy_from_slice(text), occurrences);
        } else {
            self.leaves_out = true;
        }
    }

    /// Counts the texts of field number `field` of many events by their numbers, of which 0 stands for no text and 1 for
    /// the first of `texts`.
    pub(crate) fn add_numbers(
        &mut self,
        field: usize,
        events: impl Iterator<Item = (u32, Counted)>,
        texts: &[impl AsRef<[u8]>],
    ) {
        let mut by_number = vec![Occurrences::NONE; texts.len() + 1];
        for (number, event) in events {
            if let Some(occurrences) = by_number.get_mut(wide(number)) {
                occurrences.add(event);
            }
        }
        for (text, occurrences) in texts.iter().zip(by_number.into_iter().skip(1)) {
            if occurrences.count > 0 {
                self.merge_text(field, text.as_ref(), occurrences);
            }
        }
    }

    /// All events; none when there are none.
    pub fn total(&self) -> Option<Occurrences> {
        (self.total.count > 0).then_some(self.total)
    }

    /// The slots of time that have events, the earliest first: when each begins, in seconds since 1970, its events, and
    /// those of them that have an `errorCode`.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = (i64, u64, u64)> {
        let every = self.every_seconds.unwrap_or(1);
        self.slots.iter().map(move |(slot, (count, errors))| (slot * every, *count, *errors))
    }

    /// The texts of field number `field` that occurred most often, at most `top`; equally frequent ones in their order.
    pub fn most_frequent(&self, field: usize, top: usize) -> Vec<(&[u8], Occurrences)> {
        let mut all: Vec<(&[u8], Occurrences)> =
            self.fields.get(field).into_iter().flatten().map(|(text, occurrences)| (&text[..], *occurrences)).collect();
        all.sort_unstable_by(|(one, of_one), (other, of_other)| of_other.count.cmp(&of_one.count).then(one.cmp(other)));
        all.truncate(top);
        all
    }

    /// Whether texts were left out, because there were too many.
    pub fn leaves_out(&self) -> bool {
        self.leaves_out
    }
}
