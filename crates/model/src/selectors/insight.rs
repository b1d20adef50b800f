//! Insights selectors: which unusual activity a trail looks for (reference section 7.2).

use serde::{Deserialize, Serialize};

/// What unusual activity shows in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum InsightType {
    /// How often calls are made.
    ApiCallRateInsight,
    /// How often calls fail.
    ApiErrorRateInsight,
}

impl InsightType {
    /// Reads one of the two words, exactly as written.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ApiCallRateInsight, Self::ApiErrorRateInsight].into_iter().find(|kind| kind.as_str() == text)
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiCallRateInsight => "ApiCallRateInsight",
            Self::ApiErrorRateInsight => "ApiErrorRateInsight",
        }
    }
}

/// Which events are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SourceEventCategory {
    /// Management events.
    Management,
    /// Data events.
    Data,
}

impl SourceEventCategory {
    /// Reads one of the two words, exactly as written.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Management" => Some(Self::Management),
            "Data" => Some(Self::Data),
            _ => None,
        }
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Management => "Management",
            Self::Data => "Data",
        }
    }
}

/// One Insights selector of a trail, checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InsightSelector {
    /// What unusual activity shows in.
    pub insight_type: InsightType,
    /// Which events are looked at; management events when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_categories: Option<Vec<SourceEventCategory>>,
}

impl InsightSelector {
    /// Which events are looked at.
    pub fn categories(&self) -> &[SourceEventCategory] {
        self.event_categories.as_deref().unwrap_or(&[SourceEventCategory::Management])
    }
}
