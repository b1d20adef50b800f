//! The kinds of log files that a trail writes, each in a folder of its own (reference section 5.1).

use cairn_model::Category;
use serde::{Deserialize, Serialize};

/// Which events a log file holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum FileKind {
    /// Management and data events.
    #[default]
    Events,
    /// Network activity events.
    NetworkActivity,
    /// Insights events.
    Insight,
    /// Five-minute summaries of data events.
    Aggregated,
}

impl FileKind {
    /// Every kind but [`FileKind::Events`].
    pub(crate) const OTHERS: [Self; 3] = [Self::NetworkActivity, Self::Insight, Self::Aggregated];

    /// The folder below the account, which is also a part of the file's name.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Events => "CloudTrail",
            Self::NetworkActivity => "CloudTrail-NetworkActivity",
            Self::Insight => "CloudTrail-Insight",
            Self::Aggregated => "CloudTrail-Aggregated",
        }
    }

    /// Whether it is the kind of a document from before there were others.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    pub(crate) fn is_events(&self) -> bool {
        *self == Self::Events
    }
}

impl From<Category> for FileKind {
    fn from(category: Category) -> Self {
        match category {
            Category::Management | Category::Data => Self::Events,
            Category::NetworkActivity => Self::NetworkActivity,
            Category::Insight => Self::Insight,
            Category::Aggregated => Self::Aggregated,
        }
    }
}
