//! What of a condition the store decides by its columns, and what is left to the records.

use cairn_store::{Filter, LookupAttribute};

use super::condition::Condition;
use super::field::Field;
use super::needles::Needles;

/// How a condition is decided.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What the store decides: every event that meets the condition meets this.
    pub(crate) filter: Option<Filter>,
    /// An `eventID` that every event that meets the condition has.
    pub(crate) attributes: Vec<(LookupAttribute, String)>,
    /// What is decided on the record of each event that the store gives; none when the store decides all.
    pub(crate) rest: Option<(Condition, Needles)>,
}

impl Plan {
    /// How `condition` is decided.
    pub(crate) fn of(condition: &Condition) -> Self {
        let filter = exact(condition);
        if filter.is_some() {
            return Self { filter, attributes: Vec::new(), rest: None };
        }
        let needles = Needles::of(condition);
        Self { filter: wider(condition), attributes: event_ids(condition), rest: Some((condition.clone(), needles)) }
    }
}

/// The same condition on columns, where all of it is about columns.
fn exact(condition: &Condition) -> Option<Filter> {
    let each = |list: &[Condition]| list.iter().map(exact).collect::<Option<_>>();
    match condition {
        Condition::All(all) => each(all).map(Filter::All),
        Condition::Any(any) => each(any).map(Filter::Any),
        Condition::Not(inner) => exact(inner).map(|inner| Filter::Not(Box::new(inner))),
        Condition::Has(Field::Column(column), predicate) => Some(Filter::Has(*column, predicate.clone())),
        Condition::Has(Field::EventId | Field::Role | Field::Anywhere | Field::Path(_), _) => None,
    }
}

/// A condition on columns that every event meets that meets `condition`.
fn wider(condition: &Condition) -> Option<Filter> {
    match condition {
        Condition::All(all) => {
            let filters: Vec<Filter> = all.iter().filter_map(wider).collect();
            (!filters.is_empty()).then_some(Filter::All(filters))
        }
        Condition::Any(any) => any.iter().map(wider).collect::<Option<_>>().map(Filter::Any),
        Condition::Not(_) | Condition::Has(..) => exact(condition),
    }
}

/// An `eventID` that is asked for beside everything else.
fn event_ids(condition: &Condition) -> Vec<(LookupAttribute, String)> {
    match condition {
        Condition::All(all) => all.iter().map(event_ids).find(|ids| !ids.is_empty()).unwrap_or_default(),
        Condition::Has(Field::EventId, predicate) => match predicate.only_texts() {
            Some([event_id]) => vec![(LookupAttribute::EventId, event_id.clone())],
            Some(_) | None => Vec::new(),
        },
        Condition::Any(_) | Condition::Not(_) | Condition::Has(..) => Vec::new(),
    }
}
