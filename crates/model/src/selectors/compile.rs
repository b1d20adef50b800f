//! Selectors of both kinds as the same rules.

use super::advanced::AdvancedEventSelector;
use super::basic::{DataResource, DataResourceType, EventSelector, ReadWriteType};
use super::condition::Condition;
use super::field::SelectorField;
use super::matcher::{ResourceRule, Rule};
use crate::Category;

/// The rules of one basic selector: one for its management events, and one for each of its data resources.
pub(super) fn of_basic(selector: &EventSelector) -> impl Iterator<Item = Rule> {
    let management = selector.include_management_events.then(|| {
        let mut texts = of_category(Category::Management, selector.read_write_type);
        if !selector.exclude_management_event_sources.is_empty() {
            let condition = Condition::is_none_of(&selector.exclude_management_event_sources);
            texts.push((SelectorField::EventSource, condition));
        }
        Rule::of(texts, None)
    });
    let data = selector.data_resources.iter().filter(|resource| !resource.values.is_empty());
    management.into_iter().chain(data.map(|resource| {
        let kind = Condition::is_one_of(&[resource.kind.as_str()]);
        let rule = ResourceRule { kind, arn: arn_condition(resource) };
        Rule::of(of_category(Category::Data, selector.read_write_type), Some(rule))
    }))
}

fn of_category(category: Category, read_write_type: ReadWriteType) -> Vec<(SelectorField, Condition)> {
    let mut texts = vec![(SelectorField::EventCategory, Condition::is_one_of(&[category.as_str()]))];
    let read_only = match read_write_type {
        ReadWriteType::All => None,
        ReadWriteType::ReadOnly => Some("true"),
        ReadWriteType::WriteOnly => Some("false"),
    };
    texts.extend(read_only.map(|value| (SelectorField::ReadOnly, Condition::is_one_of(&[value]))));
    texts
}

fn arn_condition(resource: &DataResource) -> Condition {
    let means_all = |value: &String| resource.kind.means_all(value);
    if resource.kind == DataResourceType::S3Object {
        Condition::begins_with_one_of(&resource.values)
    } else if resource.values.iter().any(means_all) {
        Condition::default()
    } else {
        Condition::is_one_of(&resource.values)
    }
}

/// The rule of one advanced selector. None for a selector with a field that there is not: it could mean anything, and
/// has not passed the rules.
pub(super) fn of_advanced(selector: &AdvancedEventSelector) -> Option<Rule> {
    let (mut texts, mut resource) = (Vec::new(), None::<ResourceRule>);
    for conditions in selector.conditions() {
        let condition = Condition::of(conditions);
        match SelectorField::parse(conditions.field.as_deref()?)? {
            SelectorField::ResourcesType => resource.get_or_insert_default().kind = condition,
            SelectorField::ResourcesArn => resource.get_or_insert_default().arn = condition,
            field @ (SelectorField::EventCategory
            | SelectorField::ReadOnly
            | SelectorField::EventSource
            | SelectorField::EventName
            | SelectorField::EventType
            | SelectorField::ErrorCode
            | SelectorField::SessionCredentialFromConsole
            | SelectorField::VpcEndpointId
            | SelectorField::UserIdentityArn) => texts.push((field, condition)),
        }
    }
    (!selector.conditions().is_empty()).then(|| Rule::of(texts, resource))
}
