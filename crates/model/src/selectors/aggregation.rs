//! Which summaries of data events a trail asks for (reference section 6.3).

use serde::{Deserialize, Serialize};

/// By what data events are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AggregationTemplate {
    /// By the call.
    #[serde(rename = "API_ACTIVITY")]
    ApiActivity,
    /// By the resource.
    #[serde(rename = "RESOURCE_ACCESS")]
    ResourceAccess,
    /// By who called.
    #[serde(rename = "USER_ACTIONS")]
    UserActions,
}

impl AggregationTemplate {
    /// Reads one of the three words, exactly as written.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ApiActivity, Self::ResourceAccess, Self::UserActions].into_iter().find(|of| of.as_str() == text)
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiActivity => "API_ACTIVITY",
            Self::ResourceAccess => "RESOURCE_ACCESS",
            Self::UserActions => "USER_ACTIONS",
        }
    }
}

/// One configuration: summaries of the trail's data events. There is no other category.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AggregationConfiguration {
    /// By what they are summed up, in the order in which they were given.
    pub templates: Vec<AggregationTemplate>,
}
