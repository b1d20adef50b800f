//! The newest events, in memory: their fields in columns, their bytes, and for each value the rows that have it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use bytes::Bytes;
use cairn_model::{AccountId, Timestamp};

use crate::count::count_rows;
use crate::filter::RowFilter;
use crate::number::{narrow, wide};
use crate::part::{Part, Prepared, Row, RowKey, column};
use crate::question::{Question, Wanted};
use crate::tally::Tally;
use crate::{Cursor, EventColumn, Found, Known};

/// So many neighbouring rows are skipped at once when all of them are too old.
const BLOCK_ROWS: usize = 256;

/// The columns that have postings.
const FOUND_BY: [usize; 5] =
    [column::EVENT_NAME, column::EVENT_SOURCE, column::USERNAME, column::ACCESS_KEY_ID, column::ORIGIN_PRINCIPAL];

/// The newest events of every account.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    pub(crate) parts: HashMap<AccountId, TailPart>,
    pub(crate) rows: usize,
    /// Bytes of JSON.
    pub(crate) bytes: usize,
}

/// The newest events of one account.
#[derive(Debug)]
pub(crate) struct TailPart {
    pub(crate) part: Part,
    pub(crate) events: Vec<Bytes>,
    /// What stands beside some of them, by row.
    pub(crate) besides: HashMap<u32, Bytes>,
    keys: HashMap<u64, u32, foldhash::fast::RandomState>,
    /// Rows whose key is that of an earlier row.
    repeated_keys: HashMap<u64, Vec<u32>>,
    /// For each column of [`FOUND_BY`], for each number of its dictionary, the rows.
    postings: [Vec<Vec<u32>>; FOUND_BY.len()],
    resource_types: Vec<Vec<u32>>,
    resource_names: Vec<Vec<u32>>,
    block_time_max: Vec<Timestamp>,
}

impl Tail {
    /// Appends events.
    pub(crate) fn push(&mut self, events: &[Prepared<'_>]) {
        for event in events {
            self.rows += 1;
            self.bytes += event.entry.bytes();
            let account = event.entry.account;
            self.parts.entry(account).or_insert_with(|| TailPart::new(account)).push(event);
        }
    }

    /// Counts the events that fit.
    pub(crate) fn count(&self, question: &Question, by: &[EventColumn], tally: &mut Tally) {
        for part in self.parts_of(question) {
            part.count(question, by, tally);
        }
    }

    /// The newest events that fit of each account; those of one account newest first.
    pub(crate) fn lookup(&self, question: &Question) -> Vec<Found> {
        self.parts_of(question).flat_map(|part| part.lookup(question)).collect()
    }

    /// When the oldest event of `account` happened that arrived at `received_min` or later.
    pub(crate) fn oldest(&self, account: AccountId, received_min: Timestamp) -> Option<Timestamp> {
        let rows = self.parts.get(&account).map(|part| part.part.rows.iter()).into_iter().flatten();
        rows.filter(|row| row.received_at >= received_min).map(|row| row.event_time).min()
    }

    fn parts_of(&self, question: &Question) -> impl Iterator<Item = &TailPart> {
        question.accounts().iter().filter_map(|account| self.parts.get(account))
    }
}

impl TailPart {
    fn new(account: AccountId) -> Self {
        Self {
            part: Part::new(account),
            events: Vec::new(),
            besides: HashMap::new(),
            keys: HashMap::default(),
            repeated_keys: HashMap::default(),
            postings: Default::default(),
            resource_types: Vec::new(),
            resource_names: Vec::new(),
            block_time_max: Vec::new(),
        }
    }

    fn push(&mut self, event: &Prepared<'_>) {
        let place = narrow(self.events.len());
        self.part.push(event);
        self.events.push(event.entry.event.clone());
        if let Some(beside) = &event.entry.beside {
            self.besides.insert(place, beside.clone());
        }
        let Some(row) = self.part.rows.last() else { return };
        if let Some(first) = self.keys.insert(row.key.id, place) {
            self.keys.insert(row.key.id, first);
            self.repeated_keys.entry(row.key.id).or_default().push(place);
        }
        for (postings, at) in self.postings.iter_mut().zip(FOUND_BY) {
            append(postings, row.values.get(at).copied().unwrap_or_default(), place);
        }
        for resource in self.part.resources(row) {
            append(&mut self.resource_types, resource.resource_type, place);
            append(&mut self.resource_names, resource.resource_name, place);
        }
        match self.block_time_max.last_mut() {
            Some(max) if !wide(place).is_multiple_of(BLOCK_ROWS) => *max = row.event_time.max(*max),
            _ => self.block_time_max.push(row.event_time),
        }
    }

    /// What is known of an event with this key; none when there is none.
    pub(crate) fn known(&self, key: RowKey) -> Known {
        let mut known = Known::No;
        for row in self.rows_with_key(key.id) {
            if row.key.bytes_hash == key.bytes_hash {
                return Known::Same;
            }
            known = Known::Different;
        }
        known
    }

    fn places_with_key(&self, id: u64) -> impl Iterator<Item = u32> {
        let repeated = self.repeated_keys.get(&id).into_iter().flatten();
        self.keys.get(&id).into_iter().chain(repeated).copied()
    }

    fn rows_with_key(&self, id: u64) -> impl Iterator<Item = &Row> {
        self.places_with_key(id).filter_map(|place| self.part.rows.get(wide(place)))
    }

    fn lookup(&self, question: &Question) -> Vec<Found> {
        let Some(filter) = Filter::new(&self.part, question) else { return Vec::new() };
        let mut newest = Newest { limit: question.limit, kept: BinaryHeap::new() };
        if let Some(ids) = question.event_ids(self.part.account) {
            let mut places: Vec<u32> = ids.iter().flat_map(|id| self.places_with_key(*id)).collect();
            places.sort_unstable();
            places.dedup();
            self.collect(places.into_iter().rev(), &filter, &mut newest);
        } else if let Some(shortest) = self.shortest_postings(question) {
            self.collect(shortest.iter().rev().copied(), &filter, &mut newest);
        } else {
            self.collect((0..narrow(self.events.len())).rev(), &filter, &mut newest);
        }
        self.found(newest)
    }

    fn count(&self, question: &Question, by: &[EventColumn], tally: &mut Tally) {
        let Some(filter) = Filter::new(&self.part, question) else { return };
        let fit = self.part.rows.iter().zip(&self.events).filter(|(row, event)| filter.fits(row, || Some(event)));
        let rows: Vec<&Row> = fit.map(|(row, _)| row).collect();
        count_rows(&self.part, &rows, by, tally);
    }

    /// Visits `places`, which descend: mostly from new to old, so that whole blocks are soon too old.
    fn collect(&self, places: impl Iterator<Item = u32>, filter: &Filter<'_>, newest: &mut Newest) {
        let (mut block, mut skip) = (usize::MAX, false);
        for place in places {
            if wide(place) / BLOCK_ROWS != block {
                block = wide(place) / BLOCK_ROWS;
                skip = self.block_time_max.get(block).is_some_and(|max| newest.is_beyond(*max));
            }
            if skip {
                continue;
            }
            let Some(row) = self.part.rows.get(wide(place)) else { continue };
            if filter.fits(row, || self.events.get(wide(place))) {
                newest.offer(row.cursor(), place);
            }
        }
    }

    fn found(&self, newest: Newest) -> Vec<Found> {
        let mut kept: Vec<_> = newest.kept.into_iter().map(|Reverse(kept)| kept).collect();
        kept.sort_unstable_by(|one, other| other.cmp(one));
        let found = kept.into_iter().filter_map(|(_, place)| {
            let (row, event) = (self.part.rows.get(wide(place))?, self.events.get(wide(place))?);
            Some(Found {
                account: self.part.account,
                sequence: row.sequence,
                received_at: row.received_at,
                event_time: row.event_time,
                event: event.clone(),
                beside: self.besides.get(&place).cloned(),
            })
        });
        found.collect()
    }

    /// The shortest list of rows that has all that fit; none when no attribute with lists was asked for.
    fn shortest_postings(&self, question: &Question) -> Option<&[u32]> {
        let lists = question.wanted.iter().filter_map(|wanted| {
            let of_column = |at: usize, text: &str| {
                let list = FOUND_BY.iter().position(|found_by| *found_by == at)?;
                Some(rows_of(self.postings.get(list)?, self.part.columns.get(at)?.find(text)))
            };
            match wanted {
                Wanted::EventName(text) => of_column(column::EVENT_NAME, text),
                Wanted::EventSource(text) => of_column(column::EVENT_SOURCE, text),
                Wanted::Username(text) => of_column(column::USERNAME, text),
                Wanted::AccessKeyId(text) => of_column(column::ACCESS_KEY_ID, text),
                Wanted::OriginPrincipal(text) => of_column(column::ORIGIN_PRINCIPAL, text),
                Wanted::ResourceType(text) => Some(rows_of(&self.resource_types, self.part.resource_types.find(text))),
                Wanted::ResourceName(text) => Some(rows_of(&self.resource_names, self.part.resource_names.find(text))),
                Wanted::EventId(_) | Wanted::ReadOnly(_) => None,
            }
        });
        lists.min_by_key(|list| list.len())
    }
}

fn append(postings: &mut Vec<Vec<u32>>, number: u32, place: u32) {
    if number == crate::dictionary::ABSENT {
        return;
    }
    if postings.len() <= wide(number) {
        postings.resize(wide(number) + 1, Vec::new());
    }
    if let Some(rows) = postings.get_mut(wide(number))
        && rows.last() != Some(&place)
    {
        rows.push(place);
    }
}

fn rows_of(postings: &[Vec<u32>], number: Option<u32>) -> &[u32] {
    number.and_then(|number| postings.get(wide(number))).map(Vec::as_slice).unwrap_or_default()
}

/// A question in the numbers of one part.
struct Filter<'a> {
    part: &'a Part,
    question: &'a Question,
    values: Vec<(usize, u32)>,
    others: Option<RowFilter>,
    resource_types: Vec<u32>,
    resource_names: Vec<u32>,
}

impl<'a> Filter<'a> {
    /// None when the part does not know one of the texts, so that nothing can fit.
    fn new(part: &'a Part, question: &'a Question) -> Option<Self> {
        let mut filter = Self {
            part,
            question,
            values: Vec::new(),
            others: question.filter.as_ref().map(|filter| RowFilter::new(part, filter)),
            resource_types: Vec::new(),
            resource_names: Vec::new(),
        };
        if let Some(region) = &question.region {
            filter.value(column::AWS_REGION, region)?;
        }
        for wanted in &question.wanted {
            match wanted {
                Wanted::EventName(text) => filter.value(column::EVENT_NAME, text)?,
                Wanted::EventSource(text) => filter.value(column::EVENT_SOURCE, text)?,
                Wanted::Username(text) => filter.value(column::USERNAME, text)?,
                Wanted::AccessKeyId(text) => filter.value(column::ACCESS_KEY_ID, text)?,
                Wanted::OriginPrincipal(text) => filter.value(column::ORIGIN_PRINCIPAL, text)?,
                Wanted::ResourceType(text) => filter.resource_types.push(part.resource_types.find(text)?),
                Wanted::ResourceName(text) => filter.resource_names.push(part.resource_names.find(text)?),
                Wanted::EventId(_) | Wanted::ReadOnly(_) => {}
            }
        }
        Some(filter)
    }

    fn value(&mut self, at: usize, text: &str) -> Option<()> {
        self.values.push((at, self.part.columns.get(at)?.find(text)?));
        Some(())
    }

    fn fits<'e>(&self, row: &Row, event: impl FnOnce() -> Option<&'e Bytes>) -> bool {
        self.question.fits_place(row.cursor(), row.received_at)
            && self.question.fits_category(row.category)
            && self.values.iter().all(|(at, number)| row.values.get(*at) == Some(number))
            && self.question.read_only().is_none_or(|wanted| row.read_only == Some(wanted))
            && self.fits_resources(row)
            && self.others.as_ref().is_none_or(|filter| filter.fits(self.part, row))
            && self.question.fits_event_id(self.part.account, event)
    }

    fn fits_resources(&self, row: &Row) -> bool {
        let resources = self.part.resources(row);
        self.resource_types.iter().all(|wanted| resources.iter().any(|has| has.resource_type == *wanted))
            && self.resource_names.iter().all(|wanted| resources.iter().any(|has| has.resource_name == *wanted))
    }
}

/// The newest of the rows that were offered.
struct Newest {
    limit: usize,
    kept: BinaryHeap<Reverse<(Cursor, u32)>>,
}

impl Newest {
    fn offer(&mut self, cursor: Cursor, place: u32) {
        self.kept.push(Reverse((cursor, place)));
        if self.kept.len() > self.limit {
            self.kept.pop();
        }
    }

    /// Whether nothing as old as `time` can still be among the newest.
    fn is_beyond(&self, time: Timestamp) -> bool {
        self.kept.len() >= self.limit && self.kept.peek().is_none_or(|Reverse((oldest, _))| time < oldest.event_time)
    }
}
