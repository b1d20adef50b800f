//! The rules of a trail's advanced selectors (reference sections 1.3 and 6.2).

use super::advanced::{AdvancedEventSelector, AdvancedFieldSelector};
use super::basic_rules::EXCLUDABLE_EVENT_SOURCES;
use super::field::{Operator, SelectorField};
use super::limits::SelectorLimits;
use super::network_sources::is_network_source;
use super::problem::{InvalidSelectors, SelectorProblem, Step};
use super::resource_arn::is_arn_of;
use super::resource_types::has_data_events;
use crate::Category;

const NAME_CHARACTERS_MAX: usize = 1000;
const VALUE_CHARACTERS_MAX: usize = 2048;

/// What is wrong, and the way to it.
type Problem = (Vec<Step>, SelectorProblem);

/// Checks every rule.
pub(super) fn check(selectors: &[AdvancedEventSelector], limits: &SelectorLimits) -> Result<(), InvalidSelectors> {
    for (number, selector) in selectors.iter().enumerate() {
        check_one(selector, limits).map_err(|(place, problem)| {
            let place = [vec![Step::Item(number)], place].concat();
            InvalidSelectors { place, problem }
        })?;
    }
    let conditions = selectors.iter().flat_map(AdvancedEventSelector::conditions);
    let count = conditions.flat_map(AdvancedFieldSelector::operators).map(|(_, values)| values.len()).sum::<usize>();
    let max = limits.values_max;
    if count > max {
        return Err(InvalidSelectors { place: Vec::new(), problem: SelectorProblem::ValueCount { max } });
    }
    Ok(())
}

fn check_one(selector: &AdvancedEventSelector, limits: &SelectorLimits) -> Result<(), Problem> {
    if selector.name.as_ref().is_some_and(|name| name.chars().count() > NAME_CHARACTERS_MAX) {
        return Err((vec![Step::Member("Name")], SelectorProblem::NameLength));
    }
    let mut fields = Vec::with_capacity(selector.conditions().len());
    for (number, condition) in selector.conditions().iter().enumerate() {
        let field = check_form(condition).map_err(|problem| within(number, problem))?;
        if fields.contains(&field) {
            let place = vec![Step::Member("Field")];
            return Err(within(number, (place, SelectorProblem::FieldTwice(field.as_str()))));
        }
        fields.push(field);
    }
    let here = || vec![Step::Member("FieldSelectors")];
    if fields.is_empty() {
        return Err((here(), SelectorProblem::NoFieldSelectors));
    }
    let category = category(selector, &fields)?;
    if let Some(missing) = SelectorField::required(category).iter().find(|field| !fields.contains(field)) {
        let problem = SelectorProblem::FieldMissing { field: missing.as_str(), category: category.as_str() };
        return Err((here(), problem));
    }
    let kind = only_value(selector.on(SelectorField::ResourcesType.as_str()));
    for (number, (condition, field)) in selector.conditions().iter().zip(fields).enumerate() {
        let look = Look { field, category, kind, limits };
        look.check(condition).map_err(|problem| within(number, problem))?;
    }
    Ok(())
}

fn within(number: usize, (place, problem): Problem) -> Problem {
    ([vec![Step::Member("FieldSelectors"), Step::Item(number)], place].concat(), problem)
}

/// The rules that hold for any field. Returns the field.
fn check_form(condition: &AdvancedFieldSelector) -> Result<SelectorField, Problem> {
    let name = condition.field.as_deref().unwrap_or_default();
    let field = SelectorField::parse(name)
        .ok_or_else(|| (vec![Step::Member("Field")], SelectorProblem::UnknownField(name.to_owned())))?;
    if condition.operators().next().is_none() {
        return Err((Vec::new(), SelectorProblem::NoValues));
    }
    for (operator, values) in condition.operators() {
        if values.is_empty() {
            return Err((vec![Step::Member(operator.as_str())], SelectorProblem::NoValues));
        }
        let has_form = |value: &String| {
            (1..=VALUE_CHARACTERS_MAX).contains(&value.chars().count()) && !value.contains(['\n', '\r'])
        };
        if let Some(number) = values.iter().position(|value| !has_form(value)) {
            return Err((value_at(operator, number), SelectorProblem::ValueForm));
        }
    }
    Ok(field)
}

fn value_at(operator: Operator, number: usize) -> Vec<Step> {
    vec![Step::Member(operator.as_str()), Step::Item(number)]
}

/// The category that the selector asks for: one that a trail can have.
fn category(selector: &AdvancedEventSelector, fields: &[SelectorField]) -> Result<Category, Problem> {
    let named = only_value(selector.on(SelectorField::EventCategory.as_str()));
    let found = [Category::Management, Category::Data, Category::NetworkActivity];
    let found = found.into_iter().find(|category| Some(category.as_str()) == named);
    found.ok_or_else(|| {
        let place = vec![Step::Member("FieldSelectors")];
        match fields.iter().position(|field| *field == SelectorField::EventCategory) {
            Some(number) => ([place, vec![Step::Item(number)]].concat(), SelectorProblem::EventCategory),
            None => (place, SelectorProblem::EventCategory),
        }
    })
}

/// The value of a condition that is one `Equals` with one value.
fn only_value(condition: Option<&AdvancedFieldSelector>) -> Option<&str> {
    let condition = condition?;
    let mut operators = condition.operators();
    match (operators.next(), operators.next()) {
        (Some((Operator::Equals, [value])), None) => Some(value),
        _ => None,
    }
}

/// A condition's field, and what else decides about its values.
struct Look<'a> {
    field: SelectorField,
    category: Category,
    kind: Option<&'a str>,
    limits: &'a SelectorLimits,
}

impl Look<'_> {
    fn check(&self, condition: &AdvancedFieldSelector) -> Result<(), Problem> {
        let (field, category) = (self.field.as_str(), self.category.as_str());
        if !SelectorField::allowed(self.category).contains(&self.field) {
            return Err((vec![Step::Member("Field")], SelectorProblem::FieldNotAllowed { field, category }));
        }
        for (operator, values) in condition.operators() {
            if !self.field.operators(self.category).contains(&operator) {
                let problem = SelectorProblem::OperatorNotAllowed { operator: operator.as_str(), field };
                return Err((vec![Step::Member(operator.as_str())], problem));
            }
            if self.takes_one_value() && values.len() != 1 {
                return Err((vec![Step::Member(operator.as_str())], SelectorProblem::OneValue(field)));
            }
            for (number, value) in values.iter().enumerate() {
                self.check_value(operator, value).map_err(|problem| (value_at(operator, number), problem))?;
            }
        }
        Ok(())
    }

    fn takes_one_value(&self) -> bool {
        let is_source = self.field == SelectorField::EventSource && self.category == Category::NetworkActivity;
        is_source || matches!(self.field, SelectorField::ReadOnly | SelectorField::ResourcesType)
    }

    fn check_value(&self, operator: Operator, value: &str) -> Result<(), SelectorProblem> {
        let is_good = match self.field {
            SelectorField::ReadOnly | SelectorField::SessionCredentialFromConsole => matches!(value, "true" | "false"),
            SelectorField::ErrorCode => value == "VpceAccessDenied",
            SelectorField::ResourcesType => {
                has_data_events(value) || self.limits.more_resource_types.iter().any(|more| more == value)
            }
            SelectorField::EventSource => match self.category {
                Category::Management => EXCLUDABLE_EVENT_SOURCES.contains(&value),
                Category::NetworkActivity => is_network_source(value),
                Category::Data | Category::Insight | Category::Aggregated => true,
            },
            SelectorField::ResourcesArn if matches!(operator, Operator::Equals | Operator::NotEquals) => {
                let fits = self.kind.is_some_and(|kind| is_arn_of(kind, value));
                return if fits { Ok(()) } else { Err(SelectorProblem::ResourceArn(value.to_owned())) };
            }
            SelectorField::EventCategory
            | SelectorField::EventName
            | SelectorField::EventType
            | SelectorField::VpcEndpointId
            | SelectorField::UserIdentityArn
            | SelectorField::ResourcesArn => true,
        };
        if is_good { Ok(()) } else { Err(SelectorProblem::FieldValue(self.field.as_str())) }
    }
}
