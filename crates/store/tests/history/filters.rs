//! Random conditions on columns, decided plainly on an event's JSON, and plain counting.

use std::collections::BTreeMap;

use cairn_model::{Entry, EventFields};
use cairn_store::{EventColumn, Filter, Found, Operator, Predicate, Tally};
use proptest::prelude::*;
use serde_json::Value;

/// The texts of an event in a column.
pub(crate) fn texts(entry: &Entry, column: EventColumn) -> Vec<String> {
    let event: Value = serde_json::from_slice(&entry.event).unwrap();
    let fields = EventFields::parse(&entry.event).unwrap();
    let at = |path: &[&str]| {
        let value = path.iter().fold(&event, |value, name| &value[name]);
        value.as_str().map(str::to_owned).into_iter().collect()
    };
    match column {
        EventColumn::EventName => at(&["eventName"]),
        EventColumn::EventSource => at(&["eventSource"]),
        EventColumn::AwsRegion => at(&["awsRegion"]),
        EventColumn::Username => at(&["userIdentity", "userName"]),
        EventColumn::AccessKeyId => at(&["userIdentity", "accessKeyId"]),
        EventColumn::UserIdentityType => at(&["userIdentity", "type"]),
        EventColumn::ErrorCode => at(&["errorCode"]),
        EventColumn::ReadOnly => at(&["readOnly"]),
        EventColumn::EventCategory => vec![fields.category.as_str().to_owned()],
        EventColumn::ResourceType => fields
            .resources()
            .into_iter()
            .filter_map(|one| one.resource_type)
            .map(std::borrow::Cow::into_owned)
            .collect(),
        EventColumn::ResourceName => fields.resources().into_iter().map(|one| one.resource_name.into_owned()).collect(),
        EventColumn::UserIdentityArn
        | EventColumn::SourceIpAddress
        | EventColumn::UserAgent
        | EventColumn::EventType
        | EventColumn::RecipientAccountId
        | EventColumn::OriginPrincipal => panic!("no event of the test has {column:?}"),
    }
}

/// Whether an event meets a filter.
pub(crate) fn meets(entry: &Entry, filter: &Filter) -> bool {
    match filter {
        Filter::All(all) => all.iter().all(|one| meets(entry, one)),
        Filter::Any(any) => any.iter().any(|one| meets(entry, one)),
        Filter::Not(inner) => !meets(entry, inner),
        Filter::Has(column, predicate) => texts(entry, *column).iter().any(|text| predicate.fits(text)),
    }
}

const COLUMNS: [EventColumn; 11] = [
    EventColumn::EventName,
    EventColumn::EventSource,
    EventColumn::AwsRegion,
    EventColumn::Username,
    EventColumn::AccessKeyId,
    EventColumn::UserIdentityType,
    EventColumn::ErrorCode,
    EventColumn::ReadOnly,
    EventColumn::EventCategory,
    EventColumn::ResourceType,
    EventColumn::ResourceName,
];

const VALUES: [&str; 12] = [
    "PutObject",
    "s3.amazonaws.com",
    "eu-west-1",
    "nina",
    "AKIAA",
    "IAMUser",
    "AccessDenied",
    "true",
    "Data",
    "AWS::17",
    "logs",
    "e",
];

fn predicate() -> impl Strategy<Value = Predicate> {
    let operators = [
        Operator::Equals,
        Operator::Equals,
        Operator::Contains,
        Operator::StartsWith,
        Operator::EndsWith,
        Operator::Exists,
        Operator::AtLeast,
        Operator::AtMost,
    ];
    let values = proptest::collection::vec(proptest::sample::select(&VALUES[..]), 1..3);
    (proptest::sample::select(operators.to_vec()), values, any::<bool>()).prop_map(
        |(operator, values, ignores_case)| {
            Predicate::new(operator, values.into_iter().map(str::to_owned).collect(), ignores_case)
        },
    )
}

/// A random filter.
pub(crate) fn some_filter() -> impl Strategy<Value = Filter> {
    let has = (proptest::sample::select(&COLUMNS[..]), predicate()).prop_map(|(column, one)| Filter::Has(column, one));
    has.prop_recursive(3, 12, 3, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            list.clone().prop_map(Filter::All),
            list.prop_map(Filter::Any),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
}

/// The columns by which is counted.
pub(crate) const BY: [EventColumn; 5] = [
    EventColumn::EventName,
    EventColumn::ErrorCode,
    EventColumn::ReadOnly,
    EventColumn::EventCategory,
    EventColumn::UserIdentityType,
];

/// What a tally of these events must say, as text: in all, in slots of seven seconds, and by [`BY`].
pub(crate) fn counted(events: &[(Entry, Found)]) -> String {
    let is_error = |entry: &Entry| u64::from(!texts(entry, EventColumn::ErrorCode).is_empty());
    let mut slots: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let mut fields = vec![BTreeMap::<String, (u64, u64, i64, i64)>::new(); BY.len()];
    for (entry, found) in events {
        let second = found.event_time.unix_seconds();
        let slot = slots.entry(second - second.rem_euclid(7)).or_default();
        *slot = (slot.0 + 1, slot.1 + is_error(entry));
        for (field, column) in fields.iter_mut().zip(BY) {
            for text in texts(entry, column) {
                let one = field.entry(text).or_insert((0, 0, i64::MAX, i64::MIN));
                *one = (one.0 + 1, one.1 + is_error(entry), one.2.min(second), one.3.max(second));
            }
        }
    }
    let errors: u64 = events.iter().map(|(entry, _)| is_error(entry)).sum();
    format!("{} {errors} {slots:?} {fields:?}", events.len())
}

/// What a tally says, in the same words.
pub(crate) fn said(tally: &Tally) -> String {
    let slots: BTreeMap<_, _> = tally.slots().map(|(start, count, errors)| (start, (count, errors))).collect();
    let fields = (0..BY.len()).map(|field| {
        let texts = tally.most_frequent(field, usize::MAX).into_iter().map(|(text, one)| {
            let text = String::from_utf8(text.to_vec()).unwrap();
            (text, (one.count, one.errors, one.first.unix_seconds(), one.last.unix_seconds()))
        });
        texts.collect::<BTreeMap<_, _>>()
    });
    let fields: Vec<_> = fields.collect();
    let total = tally.total();
    let (count, errors) = total.map_or((0, 0), |total| (total.count, total.errors));
    format!("{count} {errors} {slots:?} {fields:?}")
}
