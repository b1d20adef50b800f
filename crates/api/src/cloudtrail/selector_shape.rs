//! Event selectors in requests and answers, and the rules that they keep (reference sections 1.3 and 6.1).

use cairn_model::selectors::EXCLUDABLE_EVENT_SOURCES;
use cairn_model::{EventSelector, ReadWriteType};
use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorCode};

const SELECTORS_MAX: usize = 5;
const DATA_RESOURCE_TYPES: [&str; 3] = ["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"];

/// `EventSelector` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SelectorShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    read_write_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include_management_events: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_resources: Option<Vec<DataResource>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclude_management_event_sources: Option<Vec<String>>,
}

/// `DataResource` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DataResource {
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<String>>,
}

impl From<&EventSelector> for SelectorShape {
    /// All four members, empty lists included, as AWS answers.
    fn from(selector: &EventSelector) -> Self {
        Self {
            read_write_type: Some(selector.read_write_type.as_str().to_owned()),
            include_management_events: Some(selector.include_management_events),
            data_resources: Some(Vec::new()),
            exclude_management_event_sources: Some(selector.exclude_management_event_sources.clone()),
        }
    }
}

/// The selectors of a request, checked.
///
/// # Errors
/// `InvalidEventSelectorsException` says which rule was broken; `UnsupportedOperationException` when data events are
/// asked for, which Cairn does not select yet.
pub(crate) fn parse_selectors(shapes: Vec<SelectorShape>) -> Result<Vec<EventSelector>, ApiError> {
    if !(1..=SELECTORS_MAX).contains(&shapes.len()) {
        return Err(invalid(format!("A trail must have 1 to {SELECTORS_MAX} event selectors.")));
    }
    shapes.into_iter().map(parse_selector).collect()
}

fn parse_selector(shape: SelectorShape) -> Result<EventSelector, ApiError> {
    let word = shape.read_write_type.as_deref().unwrap_or("All");
    let read_write_type = ReadWriteType::parse(word)
        .ok_or_else(|| invalid("The ReadWriteType must be ReadOnly, WriteOnly or All.".into()))?;
    check_data_resources(shape.data_resources.as_deref().unwrap_or_default())?;
    let include_management_events = shape.include_management_events.unwrap_or(true);
    let excluded = shape.exclude_management_event_sources.unwrap_or_default();
    if excluded.iter().any(|source| !EXCLUDABLE_EVENT_SOURCES.contains(&source.as_str())) {
        let allowed = EXCLUDABLE_EVENT_SOURCES.join(" and ");
        return Err(invalid(format!("ExcludeManagementEventSources can only contain {allowed}.")));
    }
    if !include_management_events && !excluded.is_empty() {
        let message = "ExcludeManagementEventSources requires IncludeManagementEvents to be true.";
        return Err(invalid(message.into()));
    }
    Ok(EventSelector { read_write_type, include_management_events, exclude_management_event_sources: excluded })
}

fn check_data_resources(resources: &[DataResource]) -> Result<(), ApiError> {
    if resources.is_empty() {
        return Ok(());
    }
    let known = |resource: &DataResource| DATA_RESOURCE_TYPES.contains(&resource.kind.as_deref().unwrap_or_default());
    if !resources.iter().all(known) {
        return Err(invalid("The resources.type field value is not valid.".into()));
    }
    Err(ApiError::new(
        ErrorCode::UnsupportedOperationException,
        "Event selectors for data events are not supported yet.",
    ))
}

pub(crate) fn invalid(message: String) -> ApiError {
    ApiError::new(ErrorCode::InvalidEventSelectorsException, message)
}
