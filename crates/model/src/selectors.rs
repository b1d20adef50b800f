//! Selectors: which events a trail asks for (reference section 6), and which of its Regions an event belongs to (4.6).
//!
//! What a request says is checked against the rules once; what has passed is compiled once, and the compiled form
//! decides about events. Basic and advanced selectors become the same rules, so that there is one matcher.

mod advanced;
mod advanced_rules;
mod aggregation;
mod basic;
mod basic_rules;
mod compile;
mod condition;
mod event_selectors;
mod field;
mod insight;
mod limits;
mod lost;
mod matcher;
mod network_sources;
mod problem;
mod regions;
mod resource_arn;
mod resource_types;
mod subject;

pub use advanced::{AdvancedEventSelector, AdvancedFieldSelector};
pub use aggregation::{AggregationConfiguration, AggregationTemplate};
pub use basic::{DataResource, DataResourceShape, DataResourceType, EventSelector, EventSelectorShape, ReadWriteType};
pub use event_selectors::EventSelectors;
pub use field::{Operator, SelectorField};
pub use insight::{InsightSelector, InsightType, SourceEventCategory};
pub use limits::SelectorLimits;
pub use lost::LostEvents;
pub use matcher::Matcher;
pub use problem::{InvalidSelectors, SelectorProblem, Step};
pub use regions::{EventPlace, RegionScope, file_region, is_global_service_event};
pub use subject::Subject;
