//! `/v1/events`: events that others bring, and everything that is kept.

use cairn_edge::EdgeSettings;
use serde_json::{Value, json};

use crate::house::{House, Signed};

#[tokio::test]
async fn events_that_others_bring_are_taken_in_with_one_event_for_the_request() {
    let house = House::open(EdgeSettings::default()).await;
    let event =
        |id: u8| format!("{{\"eventID\":\"id-{id}\",\"eventTime\":\"2026-10-01T00:00:00Z\",\"eventName\":\"X\"}}\n");
    let body = (event(1) + &event(2) + "{\"eventID\":\"id-3\"}\n").into_bytes();
    let request = Signed { path: "/v1/events", body, ..Signed::post("cloudtrail-data") };
    let request = Signed { service: "cloudtrail", ..request };
    let answer = house.exchange(&request.bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let report: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(2), &json!(1)));
    let events = house.new_events().await;
    assert_eq!(events.len(), 3);
    let call = events.iter().find(|event| event["eventName"] == "PutEvents").unwrap();
    assert_eq!((&call["eventCategory"], &call["managementEvent"]), (&json!("Data"), &json!(false)));
    assert_eq!(call["responseElements"]["accepted"], 2);
    assert_eq!(call["requestID"], answer.request_id());

    let bad = |query: &str, coding| Signed { query: query.to_owned(), headers: vec![coding], ..request.clone() };
    for (request, status, code) in [
        (bad("as=never", ("X", "y")), 400, "ValidationException"),
        (bad("", ("Content-Encoding", "br")), 415, "UnsupportedMediaTypeException"),
        (bad("", ("Content-Encoding", "gzip")), 400, "ValidationException"),
    ] {
        let answer = house.exchange(&request.bytes()).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{}", answer.body);
        assert_eq!(house.only_event().await["errorCode"], code);
    }
    house.close().await;
}

#[tokio::test]
async fn everything_that_is_kept_is_read_page_by_page_and_each_page_is_recorded() {
    let house = House::open(EdgeSettings::default()).await;
    let event = |number: usize| {
        format!(
            "{{ \"eventID\":\"id-{number}\",\"eventTime\":\"2026-10-01T00:00:00Z\",\"eventName\":\"X\",\
             \"awsRegion\":\"eu-west-{}\",\"eventCategory\":\"{}\"}}\n",
            number % 2,
            if number.is_multiple_of(3) { "Data" } else { "Management" },
        )
    };
    let body = (0..700).map(event).collect::<String>().into_bytes();
    let put = Signed { path: "/v1/events", body, ..Signed::post("cloudtrail-data") };
    assert_eq!(house.exchange(&put.bytes()).await.status, 200);
    house.new_events().await;
    let get = |query: String| Signed {
        path: "/v1/events",
        method: "GET",
        query,
        body: Vec::new(),
        ..Signed::post("cloudtrail")
    };
    let (mut events, mut token) = (Vec::new(), None);
    loop {
        let more = token.map_or(String::new(), |token| format!("&token={token}"));
        let answer = house.exchange(&get(format!("start=1790812800&end=1790812800{more}")).bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let page: Value = serde_json::from_str(&answer.body).unwrap();
        assert!(answer.body.contains("{ \"eventID\""), "as accepted");
        events.extend(page["events"].as_array().unwrap().clone());
        let call = house.only_event().await;
        assert_eq!((&call["eventName"], &call["readOnly"]), (&json!("GetEvents"), &json!(true)));
        assert_eq!(call["requestParameters"]["start"], "1790812800");
        match page["nextToken"].as_str() {
            Some(next) => token = Some(next.to_owned()),
            None => break,
        }
    }
    let ids: std::collections::BTreeSet<_> = events.iter().map(|event| event["eventID"].as_str().unwrap()).collect();
    assert_eq!((events.len(), ids.len()), (700, 700));
    for (query, code) in [
        ("start=yesterday", "ValidationException"),
        ("start=5&end=4", "InvalidTimeRangeException"),
        ("token=x", "InvalidNextTokenException"),
    ] {
        let answer = house.exchange(&get(query.to_owned()).bytes()).await;
        assert_eq!((answer.status, answer.code()), (400, code.to_owned()), "{query}");
        assert_eq!(house.only_event().await["errorCode"], code);
    }
    house.close().await;
}
