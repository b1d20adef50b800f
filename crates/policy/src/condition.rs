//! One condition of a statement: an operator, a key and the values that it is compared with.

use crate::operator::{Operator, Over};
use crate::request::Request;
use crate::truth::Truth;
use crate::wanted::Wanted;

/// One condition. A statement applies when all of its conditions hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    /// In lower case: the case of keys does not matter.
    pub(crate) key: Box<str>,
    pub(crate) wanted: Wanted,
}

impl Condition {
    pub(crate) fn holds(&self, request: &Request<'_>) -> Truth {
        let Some(values) = request.values(&self.key) else { return Truth::Unknown };
        if let Wanted::Absent(absent) = &self.wanted {
            return absent.contains(&values.is_empty()).into();
        }
        if values.is_empty() {
            return self.holds_without_a_value().into();
        }
        let one = |value: &String| {
            let truth = self.wanted.holds(value, request);
            if self.operator.negated { truth.negated() } else { truth }
        };
        let truths = values.iter().map(one);
        match (self.operator.over, self.operator.negated) {
            (Over::Any, _) | (Over::Plain, false) => Truth::any(truths),
            (Over::All, _) | (Over::Plain, true) => Truth::all(truths),
        }
    }

    /// What is not there is equal to nothing, and different from everything.
    fn holds_without_a_value(&self) -> bool {
        match self.operator.over {
            _ if self.operator.if_exists => true,
            Over::All => true,
            Over::Any => false,
            Over::Plain => self.operator.negated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, Principal};

    fn holds(operator: &str, wanted: &[&str], key: &str) -> Truth {
        let mut context = Context::new();
        context.set("t:one", "Alpha").set_all("t:two", ["Alpha", "beta"]).absent("t:none").set("t:n", "15");
        context
            .set("t:date", "2026-10-01T08:00:00Z")
            .set("t:yes", "True")
            .set("t:bytes", "aGk=")
            .set("t:ip", "10.1.2.3");
        context.set("t:arn", "arn:aws:iam::123456789012:role/ops").set_all("t:empty", [""; 0]);
        let operator = Operator::parse(operator).unwrap();
        let values: Vec<_> = wanted.iter().map(|text| (0, (*text).to_owned())).collect();
        let wanted = Wanted::read(operator.comparison, &values, true).unwrap();
        let principal = Principal::Anonymous;
        let request = Request::new(&principal, "t:Act", "*", &context);
        Condition { operator, key: key.into(), wanted }.holds(&request)
    }

    #[test]
    fn each_operator_compares_as_its_name_says() {
        for (operator, wanted, key, expected) in [
            ("StringEquals", "Alpha", "t:one", true),
            ("StringEquals", "alpha", "t:one", false),
            ("StringEquals", "Al*", "t:one", false),
            ("StringNotEquals", "alpha", "t:one", true),
            ("StringEqualsIgnoreCase", "aLPHA", "t:one", true),
            ("StringNotEqualsIgnoreCase", "aLPHA", "t:one", false),
            ("StringLike", "A?p*", "t:one", true),
            ("StringNotLike", "A?p*", "t:one", false),
            ("NumericEquals", "15.0", "t:n", true),
            ("NumericNotEquals", "15", "t:n", false),
            ("NumericLessThan", "15", "t:n", false),
            ("NumericLessThanEquals", "15", "t:n", true),
            ("NumericGreaterThan", "-1e1", "t:n", true),
            ("NumericGreaterThanEquals", "15.5", "t:n", false),
            ("DateEquals", "2026-10-01T10:00:00+02:00", "t:date", true),
            ("DateNotEquals", "2026-10-01T08:00:00Z", "t:date", false),
            ("DateLessThan", "2026-10-02", "t:date", true),
            ("DateLessThanEquals", "2026-10-01", "t:date", false),
            ("DateGreaterThan", "2026-10-01", "t:date", true),
            ("DateGreaterThanEquals", "1790841600", "t:date", true),
            ("Bool", "true", "t:yes", true),
            ("Bool", "false", "t:yes", false),
            ("BinaryEquals", "aGk=", "t:bytes", true),
            ("BinaryEquals", "aGo=", "t:bytes", false),
            ("IpAddress", "10.0.0.0/8", "t:ip", true),
            ("NotIpAddress", "10.0.0.0/8", "t:ip", false),
            ("ArnEquals", "arn:aws:iam::*:role/ops", "t:arn", true),
            ("ArnLike", "arn:aws:iam::123456789012:role/o?s", "t:arn", true),
            ("ArnNotEquals", "arn:aws:iam::123456789012:role/dev", "t:arn", true),
            ("ArnNotLike", "arn:aws:iam::*:role/*", "t:arn", false),
            ("Null", "false", "t:one", true),
            ("Null", "true", "t:one", false),
        ] {
            assert_eq!(holds(operator, &[wanted], key), expected.into(), "{operator} {wanted} {key}");
        }
    }

    #[test]
    fn an_absent_key_is_equal_to_nothing_and_different_from_everything() {
        for key in ["t:none", "t:empty"] {
            for (operator, expected) in [
                ("StringEquals", false),
                ("StringNotEquals", true),
                ("StringEqualsIfExists", true),
                ("ForAllValues:StringEquals", true),
                ("ForAnyValue:StringEquals", false),
                ("ForAnyValue:StringNotEquals", false),
                ("ForAnyValue:StringEqualsIfExists", true),
            ] {
                assert_eq!(holds(operator, &["x"], key), expected.into(), "{operator} {key}");
            }
            assert_eq!(holds("Null", &["true"], key), Truth::Yes);
            assert_eq!(holds("Null", &["false"], key), Truth::No);
        }
    }

    #[test]
    fn several_values_are_alternatives_on_both_sides_and_negation_excludes_them_all() {
        for (operator, wanted, expected) in [
            ("StringEquals", &["x", "beta"][..], true),
            ("StringEquals", &["x"], false),
            ("StringNotEquals", &["beta"], false),
            ("StringNotEquals", &["x", "y"], true),
            ("ForAnyValue:StringEquals", &["beta"], true),
            ("ForAnyValue:StringNotEquals", &["beta"], true),
            ("ForAnyValue:StringNotEquals", &["beta", "Alpha"], false),
            ("ForAllValues:StringEquals", &["beta", "Alpha", "x"], true),
            ("ForAllValues:StringEquals", &["beta"], false),
            ("ForAllValues:StringNotEquals", &["beta"], false),
            ("StringEquals", &[], false),
            ("StringNotEquals", &[], true),
        ] {
            assert_eq!(holds(operator, wanted, "t:two"), expected.into(), "{operator} {wanted:?}");
        }
    }

    #[test]
    fn what_nobody_told_or_cannot_be_compared_is_neither_yes_nor_no() {
        for operator in ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"] {
            assert_eq!(holds(operator, &["x"], "aws:sourcevpc"), Truth::Unknown, "{operator}");
            assert_eq!(holds(operator, &["x"], "t:unheard"), Truth::Unknown, "{operator}");
        }
        assert_eq!(holds("Null", &["true"], "aws:sourcevpc"), Truth::Unknown);
        assert_eq!(holds("StringEquals", &["x"], "ec2:vpc"), Truth::No, "no request of this service has that");
        assert_eq!(holds("StringNotEquals", &["x"], "ec2:vpc"), Truth::Yes);
        for (operator, wanted) in [
            ("NumericNotEquals", "1"),
            ("DateLessThan", "2026"),
            ("Bool", "true"),
            ("IpAddress", "::/0"),
            ("ArnLike", "*"),
        ] {
            assert_eq!(holds(operator, &[wanted], "t:one"), Truth::Unknown, "{operator}");
        }
        assert_eq!(holds("BinaryEquals", &["aGk="], "t:ip"), Truth::Unknown);
    }
}
