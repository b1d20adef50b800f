//! The event history of each account.

use cairn_environment::Environment;
use cairn_model::{AccountId, Region};
use cairn_store::{LookupQuery, Store, StoreError};

use crate::token::Token;
use crate::{LookupAnswer, LookupEvents, ReadEvents};

/// The event history of each account.
#[derive(Debug, Clone)]
pub struct History {
    pub(crate) store: Store,
    pub(crate) environment: Environment,
}

/// Why a lookup was refused (reference section 1.3, "Paging and time ranges").
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// `InvalidLookupAttributesException`
    #[error("{0}")]
    InvalidLookupAttributes(String),
    /// `InvalidTimeRangeException`
    #[error("{0}")]
    InvalidTimeRange(String),
    /// `InvalidMaxResultsException`
    #[error("{0}")]
    InvalidMaxResults(String),
    /// `InvalidNextTokenException`
    #[error("{0}")]
    InvalidNextToken(String),
    /// `InvalidEventCategoryException`
    #[error("{0}")]
    InvalidEventCategory(String),
    /// A request of Cairn's own is not what it should be.
    #[error("{0}")]
    InvalidSearch(String),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl History {
    /// The history that `store` keeps.
    pub fn new(store: Store, environment: &Environment) -> Self {
        Self { store, environment: environment.clone() }
    }

    /// One page of the events of `account` in `region`; the Region `all` covers every Region. Sees every event that
    /// was durable when the first page was asked for, and none that came later.
    ///
    /// # Errors
    /// [`LookupError`] says which rule the request broke.
    pub async fn lookup_events(
        &self,
        account: AccountId,
        region: &Region,
        request: &LookupEvents,
    ) -> Result<LookupAnswer, LookupError> {
        self.page(account, region, request, LookupEvents::limit).await
    }

    /// One page of everything that is kept of `account`, of every Region and category, newest first: for those who go
    /// through all of it. `request` says from when to when, and which page.
    ///
    /// # Errors
    /// As [`History::lookup_events`].
    pub async fn read_events(&self, account: AccountId, request: &ReadEvents) -> Result<LookupAnswer, LookupError> {
        let whole = LookupEvents {
            start_time: request.start_time,
            end_time: request.end_time,
            event_category: Some("all".to_owned()),
            next_token: request.next_token.clone(),
            ..LookupEvents::default()
        };
        self.page(account, &Region::all(), &whole, |_| Ok(READ_EVENTS_MAX)).await
    }

    async fn page(
        &self,
        account: AccountId,
        region: &Region,
        request: &LookupEvents,
        limit: impl FnOnce(&LookupEvents) -> Result<usize, LookupError>,
    ) -> Result<LookupAnswer, LookupError> {
        let attributes = request.attributes()?;
        let categories = request.categories()?;
        let limit = limit(request)?;
        let start = request.start(self.environment.clock.now())?;
        let binding = request.binding(account, region);
        let token = token(&binding, request)?;
        let before_sequence = token.map_or_else(|| self.store.end(), |token| token.before_sequence);
        let start = token.map_or(start, |token| token.start);
        let query = LookupQuery {
            accounts: vec![account],
            region: (!region.is_all()).then(|| region.clone()),
            categories,
            attributes,
            filter: None,
            start: Some(start),
            end: request.end_time,
            limit: limit + 1,
            after: token.map(|token| token.after),
            before_sequence: Some(before_sequence),
        };
        let mut found = self.store.lookup(&query).await?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| has_more);
        let next_token = last.map(|last| Token { after: last.cursor(), before_sequence, start }.to_text(&binding));
        Ok(LookupAnswer { found, next_token })
    }
}

/// Events on a page of [`History::read_events`]: few enough that a page of the largest events fits into memory.
const READ_EVENTS_MAX: usize = 500;

/// Where the page begins that `request` asks for; none for the first.
fn token(binding: &[u8], request: &LookupEvents) -> Result<Option<Token>, LookupError> {
    let Some(text) = &request.next_token else { return Ok(None) };
    let token = Token::parse(text, binding);
    let why = "The token is not valid, or was given for a request with other parameters.";
    token.map(Some).ok_or_else(|| LookupError::InvalidNextToken(why.to_owned()))
}
