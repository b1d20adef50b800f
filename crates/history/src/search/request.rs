//! What `SearchEvents` and `CountEvents` may be asked, read from JSON.

use cairn_model::{AccountId, Category, Region, Timestamp};
use cairn_store::{EventColumn, Predicate};
use serde::Deserialize;
use serde_json::Value;

use super::accounts::AskedAccounts;
use super::condition::Condition;
use super::field::Field;
use crate::LookupError;

/// The most events on a page.
const LIMIT_MAX: usize = 1000;
/// How many there are when nothing is said.
const LIMIT: usize = 50;

/// Which events are meant.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// The filter and the Regions.
    pub(crate) condition: Condition,
    pub(crate) accounts: AskedAccounts,
    pub(crate) categories: Vec<Category>,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    /// Everything that chooses events, as text, to which tokens are bound.
    pub(crate) text: String,
}

/// A `SearchEvents` request whose rules are checked.
#[derive(Debug, Clone)]
pub struct SearchEvents {
    pub(crate) scope: Scope,
    pub(crate) limit: usize,
    pub(crate) next_token: Option<String>,
}

/// The members that both requests have.
#[derive(Debug, Default)]
pub(crate) struct ScopeBody {
    pub(crate) filter: Option<Value>,
    pub(crate) start: Option<i64>,
    pub(crate) end: Option<i64>,
    pub(crate) regions: Option<Vec<String>>,
    pub(crate) categories: Option<Vec<String>>,
    pub(crate) accounts: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SearchBody {
    filter: Option<Value>,
    start: Option<i64>,
    end: Option<i64>,
    regions: Option<Vec<String>>,
    categories: Option<Vec<String>>,
    accounts: Option<Vec<String>>,
    limit: Option<i64>,
    next_token: Option<String>,
}

impl SearchEvents {
    /// Reads a request of `account`.
    ///
    /// # Errors
    /// [`LookupError`] says which rule the request broke.
    pub fn parse(json: &Value, account: AccountId) -> Result<Self, LookupError> {
        let body = SearchBody::deserialize(json).map_err(|error| invalid(error.to_string()))?;
        let limit = body.limit.map_or(Some(LIMIT), |limit| usize::try_from(limit).ok());
        let limit = limit.filter(|limit| (1..=LIMIT_MAX).contains(limit));
        let limit = limit.ok_or_else(|| invalid(format!("`limit` must be from 1 to {LIMIT_MAX}.")))?;
        let SearchBody { filter, start, end, regions, categories, accounts, limit: _, next_token } = body;
        let scope = ScopeBody { filter, start, end, regions, categories, accounts }.check(account)?;
        Ok(Self { scope, limit, next_token })
    }

    /// Whose events are asked for.
    pub fn accounts(&self) -> &AskedAccounts {
        &self.scope.accounts
    }
}

pub(crate) fn invalid(why: String) -> LookupError {
    LookupError::InvalidSearch(why)
}

impl ScopeBody {
    /// Checks what both requests have in common.
    pub(crate) fn check(self, account: AccountId) -> Result<Scope, LookupError> {
        // Whatever a filter is written like, its members stand in the order in which they were sent.
        let text = format!(
            "{account} {:?} {:?} {:?} {:?} {:?} {:?}",
            self.filter.as_ref().map(Value::to_string),
            self.start,
            self.end,
            self.regions,
            self.categories,
            self.accounts
        );
        if self.start.zip(self.end).is_some_and(|(start, end)| start > end) {
            return Err(LookupError::InvalidTimeRange("The start must not be after the end.".to_owned()));
        }
        let mut conditions = Vec::new();
        if let Some(filter) = &self.filter {
            conditions.push(Condition::parse(filter).map_err(invalid)?);
        }
        if let Some(regions) = self.regions {
            for region in &regions {
                Region::parse(region).map_err(|error| invalid(format!("`regions`: {error}")))?;
            }
            conditions.push(Condition::Has(Field::Column(EventColumn::AwsRegion), Predicate::equals(regions)));
        }
        let condition = match (conditions.pop(), conditions.pop()) {
            (None, _) => Condition::every_event(),
            (Some(one), None) => one,
            (Some(regions), Some(filter)) => Condition::All(vec![filter, regions]),
        };
        Ok(Scope {
            condition,
            accounts: AskedAccounts::read(&self.accounts.unwrap_or_default()).map_err(invalid)?,
            categories: categories(self.categories)?,
            start: self.start.map(seconds).transpose()?,
            end: self.end.map(seconds).transpose()?,
            text,
        })
    }
}

fn categories(words: Option<Vec<String>>) -> Result<Vec<Category>, LookupError> {
    let read = words.into_iter().flatten().map(|word| {
        let category = Category::ALL.into_iter().find(|category| category.as_str() == word);
        category.ok_or_else(|| {
            let words = Category::ALL.map(Category::as_str).join(", ");
            invalid(format!("`categories` must be some of {words}."))
        })
    });
    read.collect()
}

/// The seconds that can be counted in milliseconds.
fn seconds(seconds: i64) -> Result<Timestamp, LookupError> {
    let fits = seconds.checked_mul(1000).is_some();
    let out_of_range = || invalid("`start` and `end` must be seconds since 1970.".to_owned());
    fits.then(|| Timestamp::from_unix_seconds(seconds)).ok_or_else(out_of_range)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(json: &Value) -> String {
        SearchEvents::parse(json, AccountId::DEFAULT).unwrap_err().to_string()
    }

    #[test]
    fn members_and_their_values_are_refused_by_name() {
        assert!(SearchEvents::parse(&json!({}), AccountId::DEFAULT).is_ok());
        for (body, part) in [
            (json!({"filters": 1}), "unknown field `filters`"),
            (json!({"start": "x"}), "expected i64"),
            (json!({"start": 5, "end": 4}), "must not be after the end"),
            (json!({"start": i64::MAX}), "seconds since 1970"),
            (json!({"regions": ["x y"]}), "`regions`"),
            (json!({"categories": ["management"]}), "must be some of Management, Data"),
            (json!({"accounts": ["1111"]}), "twelve digits"),
            (json!({"accounts": ["all", "111122223333"]}), "`all` alone"),
            (json!({"limit": 0}), "from 1 to 1000"),
            (json!({"limit": 1001}), "from 1 to 1000"),
            (json!({"filter": {}}), "`filter`"),
            (json!([]), "expected struct"),
        ] {
            assert!(refused(&body).contains(part), "{body}: {}", refused(&body));
        }
    }
}
