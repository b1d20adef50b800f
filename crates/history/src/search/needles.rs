//! What must stand in the bytes of a record that meets a condition, so that most of the others need not be read.

use cairn_store::{Operator, Predicate};
use memchr::memmem::Finder;

use super::condition::Condition;
use super::field::Field;

/// What must stand in the bytes of a record.
#[derive(Debug)]
pub(crate) enum Needles {
    /// Nothing is known.
    Unknown,
    /// Each of these.
    All(Vec<Needles>),
    /// One of these.
    Any(Vec<Needles>),
    /// This text.
    Text(Box<Finder<'static>>),
}

impl Needles {
    /// What stands in every record that meets `condition`.
    pub(crate) fn of(condition: &Condition) -> Self {
        match condition {
            Condition::All(all) => Self::All(all.iter().map(Self::of).collect()),
            Condition::Any(any) => Self::Any(any.iter().map(Self::of).collect()),
            Condition::Has(Field::Path(_) | Field::Anywhere | Field::Role, predicate) => of_predicate(predicate),
            Condition::Not(_) | Condition::Has(Field::Column(_) | Field::EventId, _) => Self::Unknown,
        }
    }

    /// Whether the record may meet the condition.
    pub(crate) fn may_meet(&self, event: &[u8]) -> bool {
        // With escapes a text may be written in other ways.
        self.stand_in(event) || memchr::memchr(b'\\', event).is_some()
    }

    fn stand_in(&self, event: &[u8]) -> bool {
        match self {
            Self::Unknown => true,
            Self::All(all) => all.iter().all(|one| one.stand_in(event)),
            Self::Any(any) => any.iter().any(|one| one.stand_in(event)),
            Self::Text(finder) => finder.find(event).is_some(),
        }
    }
}

fn of_predicate(predicate: &Predicate) -> Needles {
    let is_part = match predicate.operator() {
        Operator::Equals | Operator::Contains | Operator::StartsWith | Operator::EndsWith => true,
        Operator::Exists | Operator::AtLeast | Operator::AtMost => false,
    };
    if !is_part || predicate.ignores_case() || !predicate.values().iter().all(|value| stands_as_it_is(value)) {
        return Needles::Unknown;
    }
    Needles::Any(
        predicate.values().iter().map(|value| Needles::Text(Box::new(Finder::new(value).into_owned()))).collect(),
    )
}

/// Whether JSON without escapes has the text as it is. Numbers can be written in several ways.
fn stands_as_it_is(text: &str) -> bool {
    let is_of_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    !text.bytes().all(is_of_number)
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"\"\\".contains(&byte))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn may_meet(filter: &serde_json::Value, event: &str) -> bool {
        Needles::of(&Condition::parse(filter).unwrap()).may_meet(event.as_bytes())
    }

    #[test]
    fn a_record_is_passed_over_only_where_a_text_must_stand_in_it() {
        let has = |op: &str, value: &str| json!({"field": "a", "op": op, "values": [value]});
        assert!(!may_meet(&has("equals", "needle"), r#"{"a":"hay"}"#));
        assert!(may_meet(&has("contains", "needle"), r#"{"b":"needles"}"#));
        assert!(may_meet(&has("equals", "needle"), r#"{"a":"\u006eeedle"}"#), "written with an escape");
        assert!(may_meet(&has("equals", "100.0"), r#"{"a":1e2}"#), "a number");
        assert!(may_meet(&has("equals", "ä"), r#"{"a":"hay"}"#), "other ways to write it");
        assert!(may_meet(&has("atLeast", "needle"), r#"{"a":"z"}"#));
        assert!(may_meet(&json!({"not": has("equals", "needle")}), r#"{"a":"hay"}"#));
        assert!(!may_meet(&json!({"and": [has("equals", "hay"), has("equals", "needle")]}), r#"{"a":"hay"}"#));
        assert!(may_meet(&json!({"or": [has("equals", "hay"), has("equals", "needle")]}), r#"{"a":"hay"}"#));
    }
}
