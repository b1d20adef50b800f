//! Insights selectors in requests and answers, and the rules that they keep (reference sections 1.3 and 7.2).

use cairn_model::EventSelectors;
use cairn_model::selectors::{InsightSelector, InsightType, SourceEventCategory};
use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorCode};

/// `InsightSelector` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct InsightShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    insight_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_categories: Option<Vec<String>>,
}

/// What `GetInsightSelectors` and `PutInsightSelectors` answer.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct InsightsShape {
    #[serde(rename = "TrailARN", skip_serializing_if = "Option::is_none")]
    trail_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insight_selectors: Option<Vec<InsightShape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_data_store_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insights_destination: Option<String>,
}

impl InsightsShape {
    /// The Insights selectors of a trail, their categories as they were given.
    pub(crate) fn of_trail(trail_arn: String, selectors: &[InsightSelector]) -> Self {
        let shape = |selector: &InsightSelector| InsightShape {
            insight_type: Some(selector.insight_type.as_str().to_owned()),
            event_categories: selector
                .event_categories
                .as_ref()
                .map(|categories| categories.iter().map(|category| category.as_str().to_owned()).collect()),
        };
        let insight_selectors = Some(selectors.iter().map(shape).collect());
        Self { trail_arn: Some(trail_arn), insight_selectors, ..Self::default() }
    }
}

/// The selectors of a request for a trail that asks for `events`, checked.
///
/// # Errors
/// `InvalidInsightSelectorsException` says which rule was broken.
pub(crate) fn parse_insights(
    shapes: Vec<InsightShape>,
    events: &EventSelectors,
) -> Result<Vec<InsightSelector>, ApiError> {
    let mut selectors: Vec<InsightSelector> = Vec::with_capacity(shapes.len());
    for shape in shapes {
        let selector = parse_insight(shape)?;
        if selectors.iter().any(|other| other.insight_type == selector.insight_type) {
            return Err(invalid(format!("The insight type {} is given twice.", selector.insight_type.as_str())));
        }
        check_source(&selector, events)?;
        selectors.push(selector);
    }
    Ok(selectors)
}

fn parse_insight(shape: InsightShape) -> Result<InsightSelector, ApiError> {
    let insight_type = InsightType::parse(shape.insight_type.as_deref().unwrap_or_default())
        .ok_or_else(|| invalid("The InsightType must be ApiCallRateInsight or ApiErrorRateInsight.".to_owned()))?;
    let Some(words) = shape.event_categories else {
        return Ok(InsightSelector { insight_type, event_categories: None });
    };
    let mut categories = Vec::with_capacity(words.len());
    for word in &words {
        let category = SourceEventCategory::parse(word)
            .ok_or_else(|| invalid("EventCategories can only contain Management and Data.".to_owned()))?;
        if categories.contains(&category) {
            return Err(invalid(format!("The event category {word} is given twice.")));
        }
        categories.push(category);
    }
    if categories.is_empty() {
        return Err(invalid("EventCategories must have at least one event category.".to_owned()));
    }
    Ok(InsightSelector { insight_type, event_categories: Some(categories) })
}

/// The trail must ask for the events that are to be looked at: rates of calls are those of writes.
fn check_source(selector: &InsightSelector, events: &EventSelectors) -> Result<(), ApiError> {
    let kind = selector.insight_type;
    for category in selector.categories() {
        let (is_there, needed) = match (category, kind) {
            (SourceEventCategory::Data, _) => (events.ask_for_data(), "data events"),
            (SourceEventCategory::Management, InsightType::ApiCallRateInsight) => {
                (events.ask_for_management(false), "write management events")
            }
            (SourceEventCategory::Management, InsightType::ApiErrorRateInsight) => {
                (events.ask_for_management(false) || events.ask_for_management(true), "management events")
            }
        };
        if !is_there {
            return Err(invalid(format!("{} requires that the trail logs {needed}.", kind.as_str())));
        }
    }
    Ok(())
}

fn invalid(message: String) -> ApiError {
    ApiError::new(ErrorCode::InvalidInsightSelectorsException, message)
}
