//! How many selectors and values a trail may have.

use std::sync::Arc;

/// Limits of selectors. The defaults are AWS's (reference section 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectorLimits {
    /// Basic selectors of a trail.
    pub event_selectors_max: usize,
    /// Values of all data resources of a trail's basic selectors together, those that mean all not counted.
    pub data_resources_max: usize,
    /// Values of all conditions of a trail's advanced selectors together.
    pub values_max: usize,
    /// Resource types with data events besides those that AWS is known to have.
    pub more_resource_types: Arc<[String]>,
}

impl Default for SelectorLimits {
    fn default() -> Self {
        Self { event_selectors_max: 5, data_resources_max: 250, values_max: 500, more_resource_types: Arc::default() }
    }
}
