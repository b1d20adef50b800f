//! The tree of conditions that an event must meet: read from JSON, within limits.

use cairn_store::{Operator, Predicate};
use serde_json::{Map, Value};

use super::field::Field;

/// What an event must meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Each of these.
    All(Vec<Condition>),
    /// One of these at least.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A field has a value that fits.
    Has(Field, Predicate),
}

/// How deep conditions may stand in others.
const DEPTH_MAX: usize = 16;
/// How many conditions there may be.
const CONDITIONS_MAX: usize = 200;
/// How many values there may be in all of them.
const VALUES_MAX: usize = 1000;
/// How many characters a value may have.
const VALUE_CHARACTERS_MAX: usize = 2000;
/// How many bytes all values may have.
const VALUES_BYTES_MAX: usize = 64 << 10;

/// The operators by name.
const OPERATORS: [(&str, Operator); 7] = [
    ("equals", Operator::Equals),
    ("contains", Operator::Contains),
    ("startsWith", Operator::StartsWith),
    ("endsWith", Operator::EndsWith),
    ("exists", Operator::Exists),
    ("atLeast", Operator::AtLeast),
    ("atMost", Operator::AtMost),
];

impl Condition {
    /// The condition that every event meets.
    pub(crate) fn every_event() -> Self {
        Self::All(Vec::new())
    }

    /// Reads a condition.
    ///
    /// # Errors
    /// A sentence that names the place in the tree and the rule it breaks.
    pub(crate) fn parse(json: &Value) -> Result<Self, String> {
        Reader::default().condition(json, "filter", 1)
    }
}

/// Counts what was read.
#[derive(Default)]
struct Reader {
    conditions: usize,
    values: usize,
    bytes: usize,
}

impl Reader {
    fn condition(&mut self, json: &Value, at: &str, depth: usize) -> Result<Condition, String> {
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            return Err(format!("A filter may have at most {CONDITIONS_MAX} conditions."));
        }
        if depth > DEPTH_MAX {
            return Err(format!("Conditions may stand at most {DEPTH_MAX} deep in each other."));
        }
        let object = json.as_object().ok_or_else(|| format!("`{at}` must be an object."))?;
        if let Some(list) = object.get("and") {
            only(object, &["and"], at)?;
            return self.list(list, &format!("{at}.and"), depth).map(Condition::All);
        }
        if let Some(list) = object.get("or") {
            only(object, &["or"], at)?;
            return self.list(list, &format!("{at}.or"), depth).map(Condition::Any);
        }
        if let Some(inner) = object.get("not") {
            only(object, &["not"], at)?;
            return Ok(Condition::Not(Box::new(self.condition(inner, &format!("{at}.not"), depth + 1)?)));
        }
        self.test(object, at)
    }

    fn list(&mut self, json: &Value, at: &str, depth: usize) -> Result<Vec<Condition>, String> {
        let list = json.as_array().ok_or_else(|| format!("`{at}` must be an array of conditions."))?;
        let read = list.iter().enumerate().map(|(number, one)| {
            let at = format!("{at}[{number}]");
            self.condition(one, &at, depth + 1)
        });
        read.collect()
    }

    fn test(&mut self, object: &Map<String, Value>, at: &str) -> Result<Condition, String> {
        only(object, &["field", "op", "values", "ignoreCase"], at)?;
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let name = text("field").ok_or_else(|| format!("`{at}` must have `and`, `or`, `not` or a `field`."))?;
        let field = Field::parse(name);
        let field = field.ok_or_else(|| format!("`{at}.field` must be names with dots between them, or `*`."))?;
        let operator = text("op").and_then(|word| OPERATORS.iter().find(|(name, _)| *name == word));
        let Some((_, operator)) = operator else {
            let names = OPERATORS.map(|(name, _)| name).join(", ");
            return Err(format!("`{at}.op` must be one of {names}."));
        };
        let ignores_case = match object.get("ignoreCase") {
            None => false,
            Some(Value::Bool(ignores_case)) => *ignores_case,
            Some(_) => return Err(format!("`{at}.ignoreCase` must be true or false.")),
        };
        let values = self.values(object.get("values"), at)?;
        match (*operator, values.is_empty()) {
            (Operator::Exists, false) => Err(format!("`{at}.values` does not go with exists.")),
            (Operator::Exists, true) | (_, false) => {
                Ok(Condition::Has(field, Predicate::new(*operator, values, ignores_case)))
            }
            (_, true) => Err(format!("`{at}.values` must have a value.")),
        }
    }

    fn values(&mut self, json: Option<&Value>, at: &str) -> Result<Vec<String>, String> {
        let wrong = || format!("`{at}.values` must be an array of texts.");
        let Some(json) = json else { return Ok(Vec::new()) };
        let list = json.as_array().ok_or_else(wrong)?;
        let mut values = Vec::new();
        for value in list {
            let value = value.as_str().ok_or_else(wrong)?;
            if value.is_empty() || value.chars().nth(VALUE_CHARACTERS_MAX).is_some() {
                return Err(format!("A value in `{at}.values` must have 1 to {VALUE_CHARACTERS_MAX} characters."));
            }
            self.values += 1;
            self.bytes += value.len();
            values.push(value.to_owned());
        }
        if self.values > VALUES_MAX || self.bytes > VALUES_BYTES_MAX {
            return Err(format!("A filter may have at most {VALUES_MAX} values of {VALUES_BYTES_MAX} bytes in all."));
        }
        Ok(values)
    }
}

fn only(object: &Map<String, Value>, names: &[&str], at: &str) -> Result<(), String> {
    match object.keys().find(|key| !names.contains(&key.as_str())) {
        Some(unknown) => Err(format!("`{at}` has the member `{unknown}`, which does not go with the others.")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(json: &Value) -> String {
        Condition::parse(json).unwrap_err()
    }

    #[test]
    fn trees_are_read_and_each_broken_rule_is_named_with_its_place() {
        let test = json!({"field": "eventName", "op": "equals", "values": ["A"]});
        assert!(Condition::parse(&json!({"and": [{"not": test}, {"or": [test, test]}]})).is_ok());
        assert_eq!(refused(&json!([])), "`filter` must be an object.");
        assert_eq!(refused(&json!({"and": [{"or": 3}]})), "`filter.and[0].or` must be an array of conditions.");
        let more = refused(&json!({"not": test, "field": "a"}));
        assert_eq!(more, "`filter` has the member `field`, which does not go with the others.");
        for (name, value, part) in [
            ("field", json!("a..b"), "`filter.field`"),
            ("op", json!("is"), "`filter.op` must be one of equals, contains"),
            ("op", json!("exists"), "does not go with exists"),
            ("values", json!([]), "must have a value"),
            ("values", json!(["a", 1]), "array of texts"),
            ("values", json!([""]), "1 to 2000 characters"),
            ("ignoreCase", json!("yes"), "true or false"),
            ("is", json!(1), "the member `is`"),
        ] {
            let mut broken = test.clone();
            broken[name] = value;
            assert!(refused(&broken).contains(part), "{broken}: {}", refused(&broken));
        }
    }

    #[test]
    fn depth_number_and_values_of_conditions_have_limits() {
        let test = json!({"field": "eventName", "op": "equals", "values": ["A"]});
        let deep = |levels| (1..levels).fold(test.clone(), |inner, _| json!({ "not": inner }));
        assert!(Condition::parse(&deep(16)).is_ok());
        assert!(refused(&deep(17)).contains("16 deep"));
        assert!(Condition::parse(&json!({"or": vec![test.clone(); 199]})).is_ok());
        assert!(refused(&json!({"or": vec![test.clone(); 200]})).contains("200 conditions"));
        let values = |count, value: &str| json!({"field": "a", "op": "equals", "values": vec![value; count]});
        assert!(Condition::parse(&values(1000, "a")).is_ok());
        assert!(refused(&values(1001, "a")).contains("1000 values"));
        assert!(refused(&values(33, &"a".repeat(2000))).contains("65536 bytes"));
    }
}
