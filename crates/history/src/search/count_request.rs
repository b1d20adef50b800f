//! What `CountEvents` may be asked, read from JSON.

use cairn_model::{AccountId, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::accounts::AskedAccounts;
use super::field::Field;
use super::request::{Scope, ScopeBody, invalid};
use crate::LookupError;

/// The most slots of time in an answer.
pub(crate) const SLOTS_MAX: usize = 2000;
/// The most fields whose values are counted.
const FIELDS_MAX: usize = 8;
/// The most values of one field in an answer.
const TOP_MAX: usize = 100;
/// How many there are when nothing is said.
const TOP: usize = 10;

/// A `CountEvents` request whose rules are checked.
#[derive(Debug, Clone)]
pub struct CountEvents {
    pub(crate) scope: Scope,
    pub(crate) every_seconds: Option<u32>,
    /// The fields by name.
    pub(crate) by: Vec<(String, Field)>,
    pub(crate) top: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CountBody {
    filter: Option<Value>,
    start: Option<i64>,
    end: Option<i64>,
    regions: Option<Vec<String>>,
    categories: Option<Vec<String>>,
    accounts: Option<Vec<String>>,
    every: Option<i64>,
    by: Option<Vec<String>>,
    top: Option<i64>,
}

impl CountEvents {
    /// Reads a request of `account`.
    ///
    /// # Errors
    /// [`LookupError`] says which rule the request broke.
    pub fn parse(json: &Value, account: AccountId, now: Timestamp) -> Result<Self, LookupError> {
        let body = CountBody::deserialize(json).map_err(|error| invalid(error.to_string()))?;
        let CountBody { filter, start, end, regions, categories, accounts, every, by, top } = body;
        let scope = ScopeBody { filter, start, end, regions, categories, accounts }.check(account)?;
        let top = top.map_or(Some(TOP), |top| usize::try_from(top).ok());
        let top = top.filter(|top| (1..=TOP_MAX).contains(top));
        let every_seconds = every.map(|every| u32::try_from(every).ok().filter(|every| *every > 0).ok_or(()));
        let every_seconds = every_seconds.transpose();
        let every_seconds =
            every_seconds.map_err(|()| invalid("`every` must be a number of seconds from 1.".to_owned()))?;
        if let (Some(every), Some(start)) = (every_seconds, scope.start) {
            let span = scope.end.unwrap_or(now).since(start).as_secs();
            check_slots(usize::try_from(span / u64::from(every)).unwrap_or(usize::MAX))?;
        }
        let by = by.unwrap_or_default();
        if by.len() > FIELDS_MAX {
            return Err(invalid(format!("`by` may name at most {FIELDS_MAX} fields.")));
        }
        let by = by.into_iter().map(|name| match Field::parse(&name) {
            Some(Field::Anywhere) | None => Err(invalid(format!("`by` must name fields, and `{name}` is none."))),
            Some(field) => Ok((name, field)),
        });
        Ok(Self {
            scope,
            every_seconds,
            by: by.collect::<Result<_, _>>()?,
            top: top.ok_or_else(|| invalid(format!("`top` must be from 1 to {TOP_MAX}.")))?,
        })
    }
}

impl CountEvents {
    /// Whose events are asked for.
    pub fn accounts(&self) -> &AskedAccounts {
        &self.scope.accounts
    }
}

/// Refuses more slots of time than an answer has.
pub(crate) fn check_slots(slots: usize) -> Result<(), LookupError> {
    if slots > SLOTS_MAX {
        return Err(invalid(format!("`every` is too short: there would be more than {SLOTS_MAX} slots of time.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_and_their_values_are_refused_by_name() {
        let parse = |body: &Value| CountEvents::parse(body, AccountId::DEFAULT, Timestamp::from_unix_seconds(10_000));
        assert!(parse(&json!({"every": 1, "start": 8000, "by": ["eventName"]})).is_ok());
        for (body, part) in [
            (json!({"limit": 1}), "unknown field `limit`"),
            (json!({"every": 0}), "`every`"),
            (json!({"every": 1, "start": 7000}), "2000 slots"),
            (json!({"top": 101}), "from 1 to 100"),
            (json!({"by": vec!["a"; 9]}), "at most 8 fields"),
            (json!({"by": ["*"]}), "`*` is none"),
            (json!({"by": ["a..b"]}), "`a..b` is none"),
        ] {
            let refused = parse(&body).unwrap_err().to_string();
            assert!(refused.contains(part), "{body}: {refused}");
        }
    }
}
