//! The event configuration of trails and event data stores in requests and answers (reference section 6.3).

use cairn_model::selectors::{AggregationConfiguration, AggregationTemplate};
use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorCode};

const TEMPLATES_MAX: usize = 50;

/// `ContextKeySelector` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ContextKeyShape {
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    equals: Option<Vec<String>>,
}

/// `AggregationConfiguration` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AggregationShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    templates: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_category: Option<String>,
}

/// What `GetEventConfiguration` and `PutEventConfiguration` answer.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct EventConfigurationShape {
    #[serde(rename = "TrailARN", skip_serializing_if = "Option::is_none")]
    trail_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_data_store_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_event_size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_key_selectors: Option<Vec<ContextKeyShape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregation_configurations: Option<Vec<AggregationShape>>,
}

impl EventConfigurationShape {
    /// The configuration of a trail.
    pub(crate) fn of_trail(trail_arn: String, configurations: &[AggregationConfiguration]) -> Self {
        let shape = |configuration: &AggregationConfiguration| AggregationShape {
            templates: Some(configuration.templates.iter().map(|template| template.as_str().to_owned()).collect()),
            event_category: Some("Data".to_owned()),
        };
        let aggregation_configurations = Some(configurations.iter().map(shape).collect());
        Self { trail_arn: Some(trail_arn), aggregation_configurations, ..Self::default() }
    }
}

/// The configurations of a request, checked.
///
/// # Errors
/// `InvalidParameterException` says which rule was broken.
pub(crate) fn parse_aggregation(shapes: Vec<AggregationShape>) -> Result<Vec<AggregationConfiguration>, ApiError> {
    if shapes.len() > 1 {
        return Err(invalid("AggregationConfigurations can have one configuration only."));
    }
    shapes.into_iter().map(parse_configuration).collect()
}

fn parse_configuration(shape: AggregationShape) -> Result<AggregationConfiguration, ApiError> {
    if shape.event_category.as_deref() != Some("Data") {
        return Err(invalid("The EventCategory of an aggregation configuration must be Data."));
    }
    let words = shape.templates.unwrap_or_default();
    if !(1..=TEMPLATES_MAX).contains(&words.len()) {
        return Err(invalid("An aggregation configuration must have 1 to 50 templates."));
    }
    let mut templates = Vec::with_capacity(words.len());
    for word in &words {
        let template = AggregationTemplate::parse(word)
            .ok_or_else(|| invalid("A template must be API_ACTIVITY, RESOURCE_ACCESS or USER_ACTIONS."))?;
        if templates.contains(&template) {
            return Err(invalid("A template of an aggregation configuration can occur only once."));
        }
        templates.push(template);
    }
    Ok(AggregationConfiguration { templates })
}

/// `InvalidParameterException`
pub(crate) fn invalid(message: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidParameterException, message)
}
