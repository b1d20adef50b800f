//! One page of a search: events are read newest first, until enough of them fit or the work of one call is done.

use std::time::Duration;

use cairn_model::AccountId;
use cairn_store::{Cursor, Found};

use super::answer::SearchAnswer;
use super::count::query;
use super::plan::Plan;
use super::record::Record;
use super::request::SearchEvents;
use crate::token::Token;
use crate::{History, LookupError};

/// So many events one call reads at most.
const READ_MAX: u64 = 100_000;
/// So long one call reads at most.
const TIME_MAX: Duration = Duration::from_millis(700);
/// A page ends with the record that fills it.
const PAGE_BYTES_MAX: usize = 8 << 20;
/// So many events are read at once, first and later.
const BATCH_MIN: usize = 64;
const BATCH_MAX: usize = 512;

/// What a page is made of.
struct Page {
    found: Vec<Found>,
    bytes: usize,
    read: u64,
    last: Option<Cursor>,
}

impl History {
    /// One page of what `request` asks for of `accounts`, newest first. Sees every event that was durable when the first
    /// page was asked for, and none that came later. The work of one call is bounded: it may answer fewer events than
    /// there are, or none, with a token to go on.
    ///
    /// # Errors
    /// [`LookupError`] when the token is not for this request, or the store failed.
    pub async fn search_events(
        &self,
        accounts: &[AccountId],
        request: &SearchEvents,
    ) -> Result<SearchAnswer, LookupError> {
        let token = request.next_token.as_ref().map(|text| {
            let why = "The token is not valid, or was given for a request with other parameters.";
            let token = Token::parse(text, request.scope.text.as_bytes());
            token.ok_or_else(|| LookupError::InvalidNextToken(why.to_owned()))
        });
        let token = token.transpose()?;
        let before_sequence = token.map_or_else(|| self.store.end(), |token| token.before_sequence);
        let plan = Plan::of(&request.scope.condition);
        let mut query = query(accounts, &request.scope, &plan);
        query.after = token.map(|token| token.after);
        query.before_sequence = Some(before_sequence);
        let page_and_one = request.limit.saturating_add(1);
        query.limit = if plan.rest.is_some() { page_and_one.max(BATCH_MIN) } else { page_and_one }.min(BATCH_MAX);
        let mut page = Page { found: Vec::new(), bytes: 0, read: 0, last: query.after };
        let until = self.environment.clock.instant() + TIME_MAX;
        let is_last = loop {
            let batch = self.store.lookup(&query).await?;
            let is_end = batch.len() < query.limit;
            let is_full = page.take(batch, (request, &plan));
            if is_full || is_end {
                break !is_full;
            }
            if page.read >= READ_MAX || self.environment.clock.instant() >= until {
                break false;
            }
            // Whoever gave up waiting is noticed between two batches.
            tokio::task::yield_now().await;
            query.after = page.last;
            query.limit = query.limit.saturating_mul(2).min(BATCH_MAX);
        };
        let start = request.scope.start.unwrap_or_default();
        let last = page.last.filter(|_| !is_last);
        let next_token =
            last.map(|after| Token { after, before_sequence, start }.to_text(request.scope.text.as_bytes()));
        let until = last.map_or(start, |last| last.event_time);
        Ok(SearchAnswer { found: page.found, next_token, read: page.read, until })
    }
}

impl Page {
    /// Takes those of `batch` that fit. True when the page is full before the batch ends.
    fn take(&mut self, batch: Vec<Found>, (request, plan): (&SearchEvents, &Plan)) -> bool {
        let mut batch = batch.into_iter();
        while self.found.len() < request.limit && self.bytes < PAGE_BYTES_MAX {
            let Some(found) = batch.next() else { return false };
            self.read += 1;
            self.last = Some(found.cursor());
            if Record::of(&found).meets_rest(plan) {
                self.bytes += found.event.len();
                self.found.push(found);
            }
        }
        batch.next().is_some()
    }
}
