//! The rules of basic selectors (reference sections 1.3 and 6.1).

use super::basic::{
    DataResource, DataResourceShape, DataResourceType, EventSelector, EventSelectorShape, ReadWriteType,
};
use super::limits::SelectorLimits;
use super::problem::{InvalidSelectors, SelectorProblem, Step};
use super::resource_arn::is_arn_of;

/// The event sources that a selector may exclude.
pub(super) const EXCLUDABLE_EVENT_SOURCES: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/// The selectors, checked.
pub(super) fn check(
    shapes: &[EventSelectorShape],
    limits: &SelectorLimits,
) -> Result<Vec<EventSelector>, InvalidSelectors> {
    let max = limits.event_selectors_max;
    if !(1..=max).contains(&shapes.len()) {
        return Err(InvalidSelectors { place: Vec::new(), problem: SelectorProblem::SelectorCount { max } });
    }
    let selectors = shapes.iter().enumerate().map(|(number, shape)| {
        check_one(shape).map_err(|InvalidSelectors { mut place, problem }| {
            place.insert(0, Step::Item(number));
            InvalidSelectors { place, problem }
        })
    });
    let selectors = selectors.collect::<Result<Vec<_>, _>>()?;
    let resources = selectors.iter().flat_map(|selector: &EventSelector| &selector.data_resources);
    let counted = resources.flat_map(|of| of.values.iter().filter(|value| !of.kind.means_all(value))).count();
    let max = limits.data_resources_max;
    if counted > max {
        return Err(InvalidSelectors { place: Vec::new(), problem: SelectorProblem::DataResourceCount { max } });
    }
    Ok(selectors)
}

fn check_one(shape: &EventSelectorShape) -> Result<EventSelector, InvalidSelectors> {
    let wrong = |member, problem| InvalidSelectors { place: vec![Step::Member(member)], problem };
    let word = shape.read_write_type.as_deref();
    let read_write_type = word
        .map_or(Some(ReadWriteType::All), ReadWriteType::parse)
        .ok_or_else(|| wrong("ReadWriteType", SelectorProblem::ReadWriteType))?;
    let mut data_resources = Vec::new();
    for (number, resource) in shape.data_resources.iter().flatten().enumerate() {
        data_resources.push(check_data_resource(resource, number)?);
    }
    let include_management_events = shape.include_management_events.unwrap_or(true);
    let excluded = shape.exclude_management_event_sources.as_deref().unwrap_or_default();
    if let Some(number) = excluded.iter().position(|source| !EXCLUDABLE_EVENT_SOURCES.contains(&source.as_str())) {
        let place = vec![Step::Member("ExcludeManagementEventSources"), Step::Item(number)];
        return Err(InvalidSelectors { place, problem: SelectorProblem::ExcludedSource });
    }
    if !include_management_events && !excluded.is_empty() {
        return Err(wrong("ExcludeManagementEventSources", SelectorProblem::ExcludedWithoutManagement));
    }
    let exclude_management_event_sources = excluded.to_vec();
    Ok(EventSelector { read_write_type, include_management_events, data_resources, exclude_management_event_sources })
}

fn check_data_resource(shape: &DataResourceShape, number: usize) -> Result<DataResource, InvalidSelectors> {
    let name = shape.kind.as_deref().unwrap_or_default();
    let here = [Step::Member("DataResources"), Step::Item(number)];
    let Some(kind) = DataResourceType::ALL.into_iter().find(|kind| kind.as_str() == name) else {
        let place = [&here[..], &[Step::Member("Type")]].concat();
        return Err(InvalidSelectors { place, problem: SelectorProblem::DataResourceType });
    };
    let values = shape.values.clone().unwrap_or_default();
    if let Some((at, value)) = values.iter().enumerate().find(|(_, value)| !is_value(kind, value)) {
        let place = [&here[..], &[Step::Member("Values"), Step::Item(at)]].concat();
        return Err(InvalidSelectors { place, problem: SelectorProblem::DataResourceValue(value.clone()) });
    }
    Ok(DataResource { kind, values })
}

fn is_value(kind: DataResourceType, value: &str) -> bool {
    kind.means_all(value)
        || match kind {
            DataResourceType::S3Object => is_object_prefix(value),
            DataResourceType::LambdaFunction | DataResourceType::DynamoDbTable => is_arn_of(kind.as_str(), value),
        }
}

/// `arn:PARTITION:s3:::` and the beginning of a bucket's name and a key.
fn is_object_prefix(value: &str) -> bool {
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    matches!(&parts[..], ["arn", partition, "s3", "", "", rest] if !partition.is_empty() && !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(json: &str) -> (String, SelectorProblem) {
        let shapes: Vec<EventSelectorShape> = serde_json::from_str(json).unwrap();
        let InvalidSelectors { place, problem } = check(&shapes, &SelectorLimits::default()).unwrap_err();
        (place.iter().map(Step::to_string).collect(), problem)
    }

    #[test]
    fn each_rule_is_named_with_its_place() {
        let count = SelectorProblem::SelectorCount { max: 5 };
        assert_eq!(problem("[]"), (String::new(), count.clone()));
        assert_eq!(problem("[{},{},{},{},{},{}]"), (String::new(), count));
        assert_eq!(
            problem(r#"[{},{"ReadWriteType":"readonly"}]"#),
            ("[1].ReadWriteType".to_owned(), SelectorProblem::ReadWriteType)
        );
        assert_eq!(
            problem(r#"[{"ExcludeManagementEventSources":["kms.amazonaws.com","s3.amazonaws.com"]}]"#),
            ("[0].ExcludeManagementEventSources[1]".to_owned(), SelectorProblem::ExcludedSource)
        );
        assert_eq!(
            problem(r#"[{"IncludeManagementEvents":false,"ExcludeManagementEventSources":["kms.amazonaws.com"]}]"#),
            ("[0].ExcludeManagementEventSources".to_owned(), SelectorProblem::ExcludedWithoutManagement)
        );
        assert_eq!(
            problem(r#"[{"DataResources":[{"Type":"AWS::IAM::Role"}]}]"#),
            ("[0].DataResources[0].Type".to_owned(), SelectorProblem::DataResourceType)
        );
        assert_eq!(
            problem(r#"[{"DataResources":[{"Type":"AWS::Lambda::Function","Values":["arn:aws:lambda","x"]}]}]"#),
            ("[0].DataResources[0].Values[1]".to_owned(), SelectorProblem::DataResourceValue("x".to_owned()))
        );
    }

    #[test]
    fn values_have_the_form_of_their_type() {
        use DataResourceType::{DynamoDbTable, LambdaFunction, S3Object};
        let fits = |kind, value: &str| is_value(kind, value);
        for value in
            ["arn:aws:s3", "arn:aws:s3:::", "arn:aws:s3:::bucket/", "arn:aws-cn:s3:::b/k:é", "arn:aws:s3:::*/*"]
        {
            assert!(fits(S3Object, value), "{value}");
        }
        for value in ["", "s3", "arn:aws:s3:us-east-1::b", "arn:aws:ec2:::b/", "arn::s3:::b/"] {
            assert!(!fits(S3Object, value), "{value}");
        }
        assert!(fits(LambdaFunction, "arn:aws:lambda:us-east-1:111122223333:function:f"));
        assert!(!fits(LambdaFunction, "arn:aws:lambda:us-east-1:111122223333:function:f:1"));
        assert!(!fits(LambdaFunction, "arn:aws:lambda:us-east-1:111122223333:"));
        assert!(fits(DynamoDbTable, "arn:aws:dynamodb:us-east-1:111122223333:table/t"));
        assert!(!fits(DynamoDbTable, "arn:aws:dynamodb:us-east-1:111122223333:table/"));
    }

    #[test]
    fn what_means_all_does_not_count_towards_the_limit() {
        let selector = |count: usize| {
            let objects: Vec<String> = (0..count).map(|number| format!("arn:aws:s3:::b/{number}")).collect();
            let resource = |kind: &str, values| DataResourceShape { kind: Some(kind.to_owned()), values: Some(values) };
            let all = resource("AWS::DynamoDB::Table", vec!["arn:aws:dynamodb".to_owned()]);
            let resources = vec![resource("AWS::S3::Object", objects), all];
            EventSelectorShape { data_resources: Some(resources), ..EventSelectorShape::default() }
        };
        let limits = SelectorLimits::default();
        assert!(check(&[selector(200), selector(50)], &limits).is_ok());
        let refused = check(&[selector(200), selector(51)], &limits).unwrap_err();
        assert_eq!(refused.problem, SelectorProblem::DataResourceCount { max: 250 });
    }
}
