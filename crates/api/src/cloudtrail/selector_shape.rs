//! Selectors of trails in requests and answers.

use cairn_model::EventSelectors;
use cairn_model::selectors::{AdvancedEventSelector, EventSelectorShape, InvalidSelectors};
use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorCode};

/// What `GetEventSelectors` and `PutEventSelectors` answer: one of the two kinds, never both.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SelectorsShape {
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_selectors: Option<Vec<EventSelectorShape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
}

impl SelectorsShape {
    /// The selectors as they were given.
    pub(crate) fn as_given(trail_arn: String, selectors: &EventSelectors) -> Self {
        Self::with(trail_arn, selectors, AdvancedEventSelector::clone)
    }

    /// The selectors with the conditions of advanced ones in the order of their fields' names.
    pub(crate) fn sorted(trail_arn: String, selectors: &EventSelectors) -> Self {
        Self::with(trail_arn, selectors, AdvancedEventSelector::sorted)
    }

    fn with(
        trail_arn: String,
        selectors: &EventSelectors,
        show: impl Fn(&AdvancedEventSelector) -> AdvancedEventSelector,
    ) -> Self {
        let (event_selectors, advanced_event_selectors) = match selectors {
            EventSelectors::Basic(basic) => (Some(basic.iter().map(EventSelectorShape::from).collect()), None),
            EventSelectors::Advanced(advanced) => (None, Some(advanced.iter().map(show).collect())),
        };
        Self { trail_arn, event_selectors, advanced_event_selectors }
    }
}

impl From<InvalidSelectors> for ApiError {
    fn from(error: InvalidSelectors) -> Self {
        Self::new(ErrorCode::InvalidEventSelectorsException, error.to_string())
    }
}
