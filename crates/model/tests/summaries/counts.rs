//! Records, held against a naive count of the same events.

use std::collections::BTreeMap;

use cairn_model::selectors::AggregationTemplate;
use cairn_model::{
    AccountId, DETAIL_VALUES_MAX, Observation, PRIMARY_VALUES_MAX, Region, SUMMARY_WINDOW, Summaries, SummaryPlace,
    Timestamp, summary_window,
};
use proptest::prelude::*;
use serde_json::Value;

const ALL: [AggregationTemplate; 3] =
    [AggregationTemplate::ApiActivity, AggregationTemplate::ResourceAccess, AggregationTemplate::UserActions];

fn close(summaries: &mut Summaries, until: Timestamp, told: Option<Timestamp>) -> Vec<Value> {
    let region = Region::us_east_1();
    let place = SummaryPlace { account: AccountId::DEFAULT, region: &region, closing: "c" };
    summaries.close(until, told, place).iter().map(|(_, record)| serde_json::from_slice(record).unwrap()).collect()
}

fn few(words: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.9, prop::sample::select(words).prop_map(str::to_owned))
}

fn observation() -> impl Strategy<Value = Observation> {
    let who = few(&["IAMUser:arn:aws:iam::1:user/a", "AWSService:AWS Internal", "Root:1"]);
    let parts = (
        few(&["s3.amazonaws.com", "lambda.amazonaws.com"]),
        few(&["GetObject", "PutObject", "Invoke"]),
        few(&["arn:aws:s3:::b/1", "arn:aws:s3:::b/\"2\"", "arn:aws:s3:::c"]),
        who,
        few(&["aws-cli/2", "ü"]),
        few(&["10.0.0.1", "AWS Internal"]),
    );
    parts.prop_map(|(source, event_name, resource_arn, user_identity, user_agent, source_ip_address)| Observation {
        source,
        event_name,
        resource_arn,
        user_identity,
        user_agent,
        source_ip_address,
    })
}

/// The count of each value of each dimension, by window, service, primary dimension and primary value.
type Counted = BTreeMap<(String, String, String, String), BTreeMap<(String, String), u64>>;

fn naive(events: &[(i64, Observation)]) -> Counted {
    let mut counted = Counted::new();
    for (second, event) in events {
        let Some(source) = &event.source else { continue };
        let window = Timestamp::from_unix_seconds(second / 300 * 300).iso_seconds();
        let of = |name: &str| match name {
            "eventName" => event.event_name.clone(),
            "resourceARN" => event.resource_arn.clone(),
            "userIdentity" => event.user_identity.clone(),
            "userAgent" => event.user_agent.clone(),
            _ => event.source_ip_address.clone(),
        };
        for primary in ["eventName", "resourceARN", "userIdentity"] {
            let Some(value) = of(primary) else { continue };
            let record = counted.entry((window.clone(), source.clone(), primary.to_owned(), value)).or_default();
            for dimension in ["eventName", "resourceARN", "userIdentity", "userAgent", "sourceIpAddress"] {
                if let Some(value) = of(dimension) {
                    *record.entry((dimension.to_owned(), value)).or_default() += 1;
                }
            }
        }
    }
    counted
}

fn read(records: &[Value]) -> Counted {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut counted = Counted::new();
    for record in records {
        let primary = &record["summary"]["primaryDimension"];
        let key = (
            text(&record["timeWindow"]["windowStart"]),
            text(&record["eventSource"]),
            text(&primary["dimension"]),
            text(&primary["statistics"][0]["name"]),
        );
        let mut counts = BTreeMap::new();
        for of in record["summary"]["details"].as_array().unwrap().iter().chain([primary]) {
            for statistic in of["statistics"].as_array().unwrap() {
                let key = (text(&of["dimension"]), text(&statistic["name"]));
                counts.insert(key, statistic["value"].as_u64().unwrap());
            }
        }
        assert_eq!(counted.insert(key, counts), None, "one record for each value: {record}");
    }
    counted
}

proptest! {
    #[test]
    fn summaries_say_what_a_naive_count_says(events in prop::collection::vec((0_i64..1500, observation()), 0..80)) {
        let mut summaries = Summaries::default();
        for (second, event) in &events {
            summaries.count(summary_window(Timestamp::from_unix_seconds(*second)), event, &ALL);
        }
        let records = close(&mut summaries, Timestamp::from_unix_seconds(1500), None);
        prop_assert_eq!(read(&records), naive(&events));
        prop_assert_eq!((summaries.windows().count(), summaries.bytes()), (0, 0));
    }
}

#[test]
fn a_record_has_the_members_of_aws_and_an_id_of_its_own() {
    let mut summaries = Summaries::default();
    let window = summary_window(Timestamp::parse("2026-10-01T08:07:12Z").unwrap());
    let event = Observation {
        source: Some("s3.amazonaws.com".into()),
        event_name: Some("GetObject".into()),
        resource_arn: Some("arn:aws:s3:::b/k".into()),
        ..Observation::default()
    };
    summaries.count(window, &event, &ALL);
    summaries.count(window, &event, &ALL);
    assert!(close(&mut summaries, window, None).is_empty(), "the window is not over");
    let records = close(&mut summaries, window.plus(SUMMARY_WINDOW), None);
    let mut first = records[0].clone();
    let id = first.as_object_mut().unwrap().remove("eventId").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 36);
    let of = |name: &str, value: &str| serde_json::json!({"dimension": name, "statistics": [{"name": value, "value": 2}], "aggregationType": "Count"});
    let expected = serde_json::json!({
        "eventVersion": "1.0", "accountId": "123456789012", "eventCategory": "Aggregated",
        "eventType": "AwsAggregatedEvent", "awsRegion": "us-east-1", "eventSource": "s3.amazonaws.com",
        "timeWindow": {"windowStart": "2026-10-01T08:05:00Z", "windowEnd": "2026-10-01T08:10:00Z", "windowSize": "PT5M"},
        "summary": {"primaryDimension": of("eventName", "GetObject"), "details": [of("resourceARN", "arn:aws:s3:::b/k")]},
    });
    assert_eq!(first, expected);
    assert_eq!(records.len(), 2, "by call and by resource; nobody is known to have called");
    assert_ne!(records[1]["eventId"], id);
}

#[test]
fn late_events_have_records_of_their_own_that_say_so() {
    let mut summaries = Summaries::default();
    let at = Timestamp::from_unix_seconds;
    let event = Observation {
        source: Some("s3.amazonaws.com".into()),
        event_name: Some("GetObject".into()),
        ..Observation::default()
    };
    summaries.count(at(300), &event, &ALL);
    summaries.count(at(600), &event, &ALL);
    let records = close(&mut summaries, at(900), Some(at(600)));
    let reasons: Vec<_> = records.iter().map(|record| record["addendum"]["reason"].as_str()).collect();
    assert_eq!(reasons, [Some("DELIVERY_DELAY"), None]);
}

#[test]
fn values_beyond_the_limits_are_counted_as_others_and_memory_stays_bounded() {
    let mut summaries = Summaries::default();
    let total = PRIMARY_VALUES_MAX + 500;
    for number in 0..total {
        let event = Observation {
            source: Some("s3.amazonaws.com".into()),
            event_name: Some("GetObject".into()),
            resource_arn: Some(format!("arn:aws:s3:::b/{number:08}")),
            ..Observation::default()
        };
        summaries.count(Timestamp::from_unix_seconds(0), &event, &ALL);
    }
    assert!(summaries.bytes() < 2_000_000, "{}", summaries.bytes());
    let records = close(&mut summaries, Timestamp::from_unix_seconds(300), None);
    let by_resource: Vec<_> =
        records.iter().filter(|record| record["summary"]["primaryDimension"]["dimension"] == "resourceARN").collect();
    assert_eq!(by_resource.len(), PRIMARY_VALUES_MAX + 1);
    let other = |counts: &Value| {
        let statistics = counts["statistics"].as_array().unwrap();
        statistics.iter().find(|statistic| statistic["name"] == "Other").unwrap()["value"].as_u64().unwrap()
    };
    let others = by_resource.iter().find(|of| of["summary"]["primaryDimension"]["statistics"][0]["name"] == "Other");
    assert_eq!(other(&others.unwrap()["summary"]["primaryDimension"]), 500);
    let details = &records[0]["summary"]["details"][0];
    assert_eq!(details["statistics"].as_array().unwrap().len(), DETAIL_VALUES_MAX + 1);
    assert_eq!(other(details), u64::try_from(total - DETAIL_VALUES_MAX).unwrap());
}
