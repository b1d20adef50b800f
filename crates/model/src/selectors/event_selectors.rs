//! The selectors of a trail: basic or advanced ones, never both.

use serde::Serialize;

use super::basic::{EventSelector, EventSelectorShape, ReadWriteType};
use super::field::SelectorField;
use super::problem::{InvalidSelectors, SelectorProblem};
use super::{AdvancedEventSelector, Matcher, SelectorLimits, advanced_rules, basic_rules};
use crate::Category;

/// The selectors of a trail, checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum EventSelectors {
    /// `EventSelectors`
    Basic(Vec<EventSelector>),
    /// `AdvancedEventSelectors`
    Advanced(Vec<AdvancedEventSelector>),
}

impl Default for EventSelectors {
    /// What a new trail has: all management events, nothing else.
    fn default() -> Self {
        Self::Basic(vec![EventSelector::default()])
    }
}

impl EventSelectors {
    /// Checks what a request gives; an empty list is as good as none.
    ///
    /// # Errors
    /// [`InvalidSelectors`] names the first rule of section 1.3 or 6 that is broken, with its place in the list.
    pub fn check(
        basic: &[EventSelectorShape],
        advanced: &[AdvancedEventSelector],
        limits: &SelectorLimits,
    ) -> Result<Self, InvalidSelectors> {
        match (basic.is_empty(), advanced.is_empty()) {
            (false, false) => Err(InvalidSelectors { place: Vec::new(), problem: SelectorProblem::BothKinds }),
            (true, false) => {
                advanced_rules::check(advanced, limits)?;
                Ok(Self::Advanced(advanced.to_vec()))
            }
            (_, true) => basic_rules::check(basic, limits).map(Self::Basic),
        }
    }

    /// Whether they are others than those of a new trail. Advanced ones always are.
    pub fn are_custom(&self) -> bool {
        *self != Self::default()
    }

    /// What decides about events; to be made once and used often.
    pub fn matcher(&self) -> Matcher {
        match self {
            Self::Basic(selectors) => Matcher::of_basic(selectors),
            Self::Advanced(selectors) => Matcher::of_advanced(selectors),
        }
    }

    /// Whether management events that only read, or those that write, can be among what is asked for.
    pub fn ask_for_management(&self, read_only: bool) -> bool {
        let unwanted = if read_only { ReadWriteType::WriteOnly } else { ReadWriteType::ReadOnly };
        match self {
            Self::Basic(selectors) => selectors
                .iter()
                .any(|selector| selector.include_management_events && selector.read_write_type != unwanted),
            Self::Advanced(selectors) => {
                let wanted = if read_only { "true" } else { "false" };
                let asks = |selector: &&AdvancedEventSelector| {
                    let values = selector.on(SelectorField::ReadOnly.as_str()).and_then(|on| on.equals.as_deref());
                    values.is_none_or(|values| values.iter().any(|value| value == wanted))
                };
                of_category(selectors, Category::Management).any(|selector| asks(&selector))
            }
        }
    }

    /// Whether data events can be among what is asked for.
    pub fn ask_for_data(&self) -> bool {
        match self {
            Self::Basic(selectors) => {
                let mut resources = selectors.iter().flat_map(|selector| &selector.data_resources);
                resources.any(|resource| !resource.values.is_empty())
            }
            Self::Advanced(selectors) => of_category(selectors, Category::Data).next().is_some(),
        }
    }
}

fn of_category(
    selectors: &[AdvancedEventSelector],
    category: Category,
) -> impl Iterator<Item = &AdvancedEventSelector> {
    let is_asked = move |selector: &&AdvancedEventSelector| {
        let on = selector.on(SelectorField::EventCategory.as_str());
        on.and_then(|on| on.equals.as_deref()).is_some_and(|values| values.iter().any(|v| v == category.as_str()))
    };
    selectors.iter().filter(is_asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(json: &str) -> EventSelectors {
        let shapes: Vec<EventSelectorShape> = serde_json::from_str(json).unwrap();
        EventSelectors::check(&shapes, &[], &SelectorLimits::default()).unwrap()
    }

    fn advanced(json: &str) -> EventSelectors {
        let selectors: Vec<AdvancedEventSelector> = serde_json::from_str(json).unwrap();
        EventSelectors::check(&[], &selectors, &SelectorLimits::default()).unwrap()
    }

    #[test]
    fn both_kinds_at_once_are_refused() {
        let refused = EventSelectors::check(
            &[EventSelectorShape::default()],
            &[AdvancedEventSelector::default()],
            &SelectorLimits::default(),
        );
        assert_eq!(refused.unwrap_err().problem, SelectorProblem::BothKinds);
    }

    #[test]
    fn selectors_say_which_kinds_of_events_they_could_ask_for() {
        let asks = |of: &EventSelectors| (of.ask_for_management(true), of.ask_for_management(false), of.ask_for_data());
        assert_eq!(asks(&EventSelectors::default()), (true, true, false));
        assert_eq!(asks(&basic(r#"[{"ReadWriteType":"WriteOnly"}]"#)), (false, true, false));
        let objects = r#""DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]"#;
        assert_eq!(asks(&basic(&format!(r#"[{{"IncludeManagementEvents":false,{objects}}}]"#))), (false, false, true));
        let management = r#"{"Field":"eventCategory","Equals":["Management"]}"#;
        assert_eq!(asks(&advanced(&format!(r#"[{{"FieldSelectors":[{management}]}}]"#))), (true, true, false));
        let reads = r#"{"Field":"readOnly","Equals":["true"]}"#;
        assert_eq!(asks(&advanced(&format!(r#"[{{"FieldSelectors":[{management},{reads}]}}]"#))), (true, false, false));
        let data = r#"[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},
            {"Field":"resources.type","Equals":["AWS::SQS::Queue"]}]}]"#;
        assert_eq!(asks(&advanced(data)), (false, false, true));
    }

    #[test]
    fn only_the_selectors_of_a_new_trail_are_not_custom() {
        assert!(!basic("[{}]").are_custom());
        assert!(basic("[{},{}]").are_custom());
        assert!(advanced(r#"[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]"#).are_custom());
    }
}
