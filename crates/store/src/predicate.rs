//! What is asked of one text: whether it is one of some values, contains one, and so on.

/// How a text is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// It is the value.
    Equals,
    /// The value stands in it.
    Contains,
    /// It begins with the value.
    StartsWith,
    /// It ends with the value.
    EndsWith,
    /// It is there. There are no values.
    Exists,
    /// It is the value or comes behind it: as a number where both are numbers, else byte by byte.
    AtLeast,
    /// It is the value or comes before it, in the same order.
    AtMost,
}

/// What is asked of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    operator: Operator,
    values: Vec<String>,
    ignores_case: bool,
}

impl Predicate {
    /// Fits a text that has the relation to any of `values`.
    pub fn new(operator: Operator, mut values: Vec<String>, ignores_case: bool) -> Self {
        if ignores_case {
            for value in &mut values {
                *value = value.to_lowercase();
            }
        }
        Self { operator, values, ignores_case }
    }

    /// Fits each of `values` and nothing else.
    pub fn equals(values: Vec<String>) -> Self {
        Self::new(Operator::Equals, values, false)
    }

    /// The operator.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// Whether case makes no difference.
    pub fn ignores_case(&self) -> bool {
        self.ignores_case
    }

    /// The values, in lower case when case makes no difference.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// The only texts that fit, where these are known.
    pub fn only_texts(&self) -> Option<&[String]> {
        (self.operator == Operator::Equals && !self.ignores_case).then_some(&self.values)
    }

    /// Whether bytes that are text fit.
    pub(crate) fn fits_bytes(&self, text: &[u8]) -> bool {
        std::str::from_utf8(text).is_ok_and(|text| self.fits(text))
    }

    /// Whether a text that is there fits.
    pub fn fits(&self, text: &str) -> bool {
        if self.operator == Operator::Exists {
            return true;
        }
        if self.ignores_case {
            let text = text.to_lowercase();
            return self.values.iter().any(|value| self.relates(&text, value));
        }
        self.values.iter().any(|value| self.relates(text, value))
    }

    fn relates(&self, text: &str, value: &str) -> bool {
        match self.operator {
            Operator::Equals => text == value,
            Operator::Contains => text.contains(value),
            Operator::StartsWith => text.starts_with(value),
            Operator::EndsWith => text.ends_with(value),
            Operator::Exists => true,
            Operator::AtLeast => order(text, value).is_ge(),
            Operator::AtMost => order(text, value).is_le(),
        }
    }
}

fn order(text: &str, value: &str) -> std::cmp::Ordering {
    match (number(text), number(value)) {
        (Some(text), Some(value)) => text.total_cmp(&value),
        _ => text.cmp(value),
    }
}

/// The number that a text is; words such as `inf` are none.
fn number(text: &str) -> Option<f64> {
    let begins = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    // 0.0 is added so that no zero is negative.
    begins.then(|| text.parse::<f64>().ok()).flatten().filter(|number| number.is_finite()).map(|number| number + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_has_its_relation_and_any_value_suffices() {
        let fits = |operator, text| Predicate::new(operator, vec!["Get".into(), "Put".into()], false).fits(text);
        for (operator, yes, no) in [
            (Operator::Equals, "Put", "PutObject"),
            (Operator::Contains, "aPutb", "put"),
            (Operator::StartsWith, "GetObject", "aGet"),
            (Operator::EndsWith, "aPut", "PutObject"),
            (Operator::AtLeast, "Get", "Gat"),
            (Operator::AtMost, "Pu", "Q"),
        ] {
            assert!(fits(operator, yes), "{operator:?}");
            assert!(!fits(operator, no), "{operator:?}");
        }
        assert!(Predicate::new(Operator::Exists, Vec::new(), false).fits(""));
        assert!(Predicate::new(Operator::Equals, vec!["GETÄ".into()], true).fits("getä"));
    }

    #[test]
    fn numbers_are_in_the_order_of_numbers_and_other_texts_in_that_of_bytes() {
        let at_least = |text, value: &str| Predicate::new(Operator::AtLeast, vec![value.into()], false).fits(text);
        assert!(at_least("10", "9.5") && !at_least("9", "10") && at_least("-0", "0"));
        assert!(at_least("b9", "b10"));
        assert!(at_least("2026-10-02T00:00:00Z", "2026-10-01T09:00:00Z"));
        assert!(!at_least("inf", "x"), "a word is not a number");
    }
}
