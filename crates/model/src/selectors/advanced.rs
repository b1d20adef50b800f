//! Advanced event selectors as they come, go and are kept: conditions on fields (reference section 6.2).

use serde::{Deserialize, Serialize};

use super::field::Operator;

/// One advanced selector: an event must meet all of its conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AdvancedEventSelector {
    /// What its owner calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its conditions, one for each field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_selectors: Option<Vec<AdvancedFieldSelector>>,
}

/// A condition on one field. Within it the values of `Equals`, `StartsWith` and `EndsWith` are alternatives, and those
/// of the other three are each excluded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AdvancedFieldSelector {
    /// The field's name: `eventCategory`, `resources.ARN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The field is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equals: Option<Vec<String>>,
    /// It begins with one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<Vec<String>>,
    /// It ends with one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_with: Option<Vec<String>>,
    /// It is none of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_equals: Option<Vec<String>>,
    /// It begins with none of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_starts_with: Option<Vec<String>>,
    /// It ends with none of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_ends_with: Option<Vec<String>>,
}

impl AdvancedEventSelector {
    /// The conditions; none when absent.
    pub fn conditions(&self) -> &[AdvancedFieldSelector] {
        self.field_selectors.as_deref().unwrap_or_default()
    }

    /// The same with its conditions in the order of their fields' names, as `GetEventSelectors` answers.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        if let Some(conditions) = &mut sorted.field_selectors {
            conditions.sort_by(|one, other| one.field.cmp(&other.field));
        }
        sorted
    }

    /// The condition on the field of that name.
    pub fn on(&self, field: &str) -> Option<&AdvancedFieldSelector> {
        self.conditions().iter().find(|condition| condition.field.as_deref() == Some(field))
    }
}

impl AdvancedFieldSelector {
    /// Each operator that is there, with its values.
    pub fn operators(&self) -> impl Iterator<Item = (Operator, &[String])> {
        let of = |operator| self.values(operator).map(|values| (operator, values));
        Operator::ALL.into_iter().filter_map(of)
    }

    /// The values of an operator; none when it is absent.
    pub fn values(&self, operator: Operator) -> Option<&[String]> {
        match operator {
            Operator::Equals => self.equals.as_deref(),
            Operator::StartsWith => self.starts_with.as_deref(),
            Operator::EndsWith => self.ends_with.as_deref(),
            Operator::NotEquals => self.not_equals.as_deref(),
            Operator::NotStartsWith => self.not_starts_with.as_deref(),
            Operator::NotEndsWith => self.not_ends_with.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_answered_in_the_order_of_their_fields_names() {
        let field = |name: &str| AdvancedFieldSelector { field: Some(name.to_owned()), ..Default::default() };
        let names = ["resources.type", "readOnly", "resources.ARN", "eventCategory"];
        let selector =
            AdvancedEventSelector { name: None, field_selectors: Some(names.into_iter().map(field).collect()) };
        let sorted = selector.sorted();
        let names: Vec<_> = sorted.conditions().iter().filter_map(|condition| condition.field.as_deref()).collect();
        assert_eq!(names, ["eventCategory", "readOnly", "resources.ARN", "resources.type"]);
    }
}
