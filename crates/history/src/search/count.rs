//! Counts events: over the columns of the history where these have all that is asked, else over the records.

use std::time::Duration;

use cairn_model::{AccountId, Timestamp};
use cairn_store::{Counted, EventColumn, LookupQuery, Occurrences, Tally};
use serde_json::{Map, Value, json};

use super::count_request::{CountEvents, check_slots};
use super::field::Field;
use super::plan::Plan;
use super::record::Record;
use super::request::Scope;
use crate::{History, LookupError};

/// So many events one call reads at most, where it reads events.
const READ_MAX: u64 = 1_000_000;
/// So long one call reads at most.
const TIME_MAX: Duration = Duration::from_secs(5);
/// So many events are read at once.
const BATCH: usize = 512;

/// What was counted.
#[derive(Debug, Clone)]
pub struct CountAnswer {
    tally: Tally,
    start: Timestamp,
    end: Timestamp,
    is_complete: bool,
    until: Timestamp,
    fields: Vec<String>,
    top: usize,
}

impl History {
    /// Counts what `request` asks for of `accounts`. Sees every event that was durable when it was called. Where records
    /// must be read, the work of one call is bounded; the answer says how far it came.
    ///
    /// # Errors
    /// [`LookupError`] when there would be too many slots of time, or the store failed.
    pub async fn count_events(
        &self,
        accounts: &[AccountId],
        request: &CountEvents,
    ) -> Result<CountAnswer, LookupError> {
        let plan = Plan::of(&request.scope.condition);
        let mut query = query(accounts, &request.scope, &plan);
        query.before_sequence = Some(self.store.end());
        let mut tally = Tally::new(request.every_seconds, request.by.len());
        let stopped = match columns(request).filter(|_| plan.rest.is_none()) {
            Some(columns) => {
                self.store.count(&query, &columns, &mut tally).await?;
                None
            }
            None => self.count_records(query, &plan, request, &mut tally).await?,
        };
        check_slots(tally.slots().len())?;
        let end = request.scope.end.unwrap_or_else(|| self.environment.clock.now().whole_seconds());
        let first = tally.total().map_or(end, |total| total.first);
        let start = request.scope.start.unwrap_or(first);
        Ok(CountAnswer {
            start,
            end,
            is_complete: stopped.is_none() && !tally.leaves_out(),
            until: stopped.unwrap_or(start),
            tally,
            fields: request.by.iter().map(|(name, _)| name.clone()).collect(),
            top: request.top,
        })
    }

    /// Counts records, newest first. The time of the last one when others are left.
    async fn count_records(
        &self,
        mut query: LookupQuery,
        plan: &Plan,
        request: &CountEvents,
        tally: &mut Tally,
    ) -> Result<Option<Timestamp>, LookupError> {
        query.limit = BATCH;
        let until = self.environment.clock.instant() + TIME_MAX;
        let mut read = 0;
        loop {
            let batch = self.store.lookup(&query).await?;
            for found in &batch {
                read += 1;
                let record = Record::of(found);
                if record.meets_rest(plan) {
                    add(tally, &record, found.event_time, request);
                }
            }
            let last = batch.last().filter(|_| batch.len() == query.limit);
            let Some(last) = last else { return Ok(None) };
            if read >= READ_MAX || self.environment.clock.instant() >= until {
                return Ok(Some(last.event_time));
            }
            // Whoever gave up waiting is noticed between two batches.
            tokio::task::yield_now().await;
            query.after = Some(last.cursor());
        }
    }
}

/// The columns by which is counted, if the history has all of them.
fn columns(request: &CountEvents) -> Option<Vec<EventColumn>> {
    let columns = request.by.iter().map(|(_, field)| match field {
        Field::Column(column) if column.is_single() => Some(*column),
        Field::Column(_) | Field::EventId | Field::Role | Field::Anywhere | Field::Path(_) => None,
    });
    columns.collect()
}

/// What is asked of the store for a scope.
pub(crate) fn query(accounts: &[AccountId], scope: &Scope, plan: &Plan) -> LookupQuery {
    LookupQuery {
        accounts: accounts.to_vec(),
        region: None,
        categories: scope.categories.clone(),
        attributes: plan.attributes.clone(),
        filter: plan.filter.clone(),
        start: scope.start,
        end: scope.end,
        limit: usize::MAX,
        after: None,
        before_sequence: None,
    }
}

fn add(tally: &mut Tally, record: &Record<'_>, time: Timestamp, request: &CountEvents) {
    let mut is_error = false;
    record.visit(&Field::Column(EventColumn::ErrorCode), &mut |_| is_error = true);
    let counted = Counted { time, is_error };
    tally.add(counted);
    for (number, (_, field)) in request.by.iter().enumerate() {
        let mut texts: Vec<String> = Vec::new();
        record.visit(field, &mut |text| texts.extend(text.map(str::to_owned)));
        texts.sort_unstable();
        texts.dedup();
        for text in &texts {
            tally.add_text(number, text.as_bytes(), counted);
        }
    }
}

impl CountAnswer {
    /// The answer as it is sent. Times without events are left out.
    pub fn to_json(&self) -> String {
        let mut answer = Map::new();
        let total = self.tally.total();
        let mut put = |name: &str, value: Value| answer.insert(name.to_owned(), value);
        put("total", total.map_or(0, |total| total.count).into());
        put("errors", total.map_or(0, |total| total.errors).into());
        put("start", self.start.unix_seconds().into());
        put("end", self.end.unix_seconds().into());
        if let Some(total) = total {
            put("first", total.first.unix_seconds().into());
            put("last", total.last.unix_seconds().into());
        }
        let time = |(start, count, errors): (i64, u64, u64)| json!({"start": start, "count": count, "errors": errors});
        put("times", self.tally.slots().map(time).collect());
        let groups = self.fields.iter().enumerate().map(|(number, name)| {
            let values = self.tally.most_frequent(number, self.top);
            (name.clone(), values.into_iter().map(value).collect::<Value>())
        });
        put("groups", Value::Object(groups.collect()));
        put("isComplete", self.is_complete.into());
        put("until", self.until.unix_seconds().into());
        Value::Object(answer).to_string()
    }
}

fn value((text, occurrences): (&[u8], Occurrences)) -> Value {
    json!({
        "value": String::from_utf8_lossy(text),
        "count": occurrences.count,
        "errors": occurrences.errors,
        "first": occurrences.first.unix_seconds(),
        "last": occurrences.last.unix_seconds(),
    })
}
