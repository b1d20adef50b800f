//! The calls of Cairn's own through the listener: what is found, what is refused, and the event that each leaves.

use std::time::Duration;

use cairn_edge::EdgeSettings;
use serde_json::{Value, json};

use crate::house::{House, KEY, READER_KEY, Signed};

/// A call with this body, signed for CloudTrail.
fn call(path: &'static str, body: &Value) -> Signed {
    Signed { path, body: body.to_string().into_bytes(), ..Signed::post("cloudtrail") }
}

/// Ten events of two Regions, the newest first as `id-9`; the odd ones failed.
async fn bring_events(house: &House) {
    let event = |number: usize| {
        let error = if number % 2 == 1 { ",\"errorCode\":\"AccessDenied\"" } else { "" };
        format!(
            "{{\"eventID\":\"id-{number}\",\"eventTime\":\"2026-10-01T00:00:0{number}Z\",\"eventName\":\"Put{}\",\
             \"eventSource\":\"s3.amazonaws.com\",\"awsRegion\":\"eu-west-{}\",\
             \"requestParameters\":{{\"bucketName\":\"b{number}\"}}{error}}}\n",
            number % 3,
            number / 5,
        )
    };
    let body = (0..10).map(event).collect::<String>().into_bytes();
    let put = Signed { path: "/v1/events", body, ..Signed::post("cloudtrail-data") };
    assert_eq!(house.exchange(&put.bytes()).await.status, 200);
    house.new_events().await;
}

async fn answered(house: &House, request: &Signed) -> Value {
    let answer = house.exchange(&request.bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["events"].as_array().unwrap().iter().map(|event| event["eventId"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn events_are_found_by_conditions_on_any_field_and_each_page_is_recorded() {
    let house = House::open(EdgeSettings::default()).await;
    bring_events(&house).await;
    let named = json!({"field": "eventName", "op": "equals", "values": ["Put1", "Put2"]});
    let bucket = json!({"field": "requestParameters.bucketName", "op": "atLeast", "values": ["b4"]});
    let filter = json!({"and": [named, bucket, {"not": {"field": "errorCode", "op": "exists"}}]});
    let body = json!({"filter": filter, "end": 1_790_812_809});
    let answer = answered(&house, &call("/v1/search", &body)).await;
    assert_eq!(ids(&answer), ["id-8", "id-4"]);
    assert_eq!(answer["events"][1]["record"]["requestParameters"]["bucketName"], "b4");
    assert_eq!(answer["nextToken"], Value::Null);
    let event = house.only_event().await;
    assert_eq!(
        (&event["eventName"], &event["eventSource"]),
        (&json!("SearchEvents"), &json!("cloudtrail.amazonaws.com"))
    );
    assert_eq!((&event["readOnly"], &event["requestParameters"]), (&json!(true), &body));

    let mut body = json!({"regions": ["eu-west-1"], "start": 1_790_812_800, "end": 1_790_812_809, "limit": 2});
    let mut pages = Vec::new();
    loop {
        let answer = answered(&house, &call("/v1/search", &body)).await;
        pages.extend(ids(&answer).iter().map(|id| (*id).to_owned()));
        if answer["nextToken"].is_null() {
            break;
        }
        body["nextToken"] = answer["nextToken"].clone();
    }
    assert_eq!(pages, ["id-9", "id-8", "id-7", "id-6", "id-5"]);
    house.close().await;
}

#[tokio::test]
async fn events_are_counted_by_time_and_by_the_values_of_fields() {
    let house = House::open(EdgeSettings::default()).await;
    bring_events(&house).await;
    let (start, end) = (1_790_812_800, 1_790_812_809);
    let body = json!({"start": start, "end": end, "every": 4, "by": ["eventName", "requestParameters.bucketName"]});
    let answer = answered(&house, &call("/v1/counts", &body)).await;
    let event = house.only_event().await;
    assert_eq!((&event["eventName"], &event["requestParameters"]), (&json!("CountEvents"), &body));
    assert_eq!((&answer["total"], &answer["errors"], &answer["isComplete"]), (&json!(10), &json!(5), &json!(true)));
    let time = |from: i64, count: u64, errors: u64| json!({"start": start + from, "count": count, "errors": errors});
    assert_eq!(answer["times"], json!([time(0, 4, 2), time(4, 4, 2), time(8, 2, 1)]));
    assert_eq!(answer["groups"]["requestParameters.bucketName"].as_array().unwrap().len(), 10);
    let first = json!({"value": "Put0", "count": 4, "errors": 2, "first": start, "last": end});
    assert_eq!(answer["groups"]["eventName"][0], first);

    let by_columns = json!({"start": start, "end": end, "every": 4, "by": ["eventName"]});
    let columns = answered(&house, &call("/v1/counts", &by_columns)).await;
    assert_eq!(
        (&columns["times"], &columns["groups"]["eventName"]),
        (&answer["times"], &answer["groups"]["eventName"])
    );
    house.close().await;
}

#[tokio::test]
async fn the_description_needs_no_signature_and_leaves_no_event() {
    let house = House::open(EdgeSettings::default()).await;
    let answer = house.exchange(b"GET /v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert_eq!(answer.status, 200);
    let document: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(document["paths"]["/v1/search"]["post"]["operationId"], "SearchEvents");
    assert_eq!(house.new_events().await.len(), 0);
    house.close().await;
}

#[tokio::test]
async fn calls_of_cairns_own_are_refused_in_their_own_words_and_recorded() {
    let house = House::open(EdgeSettings::default()).await;
    let search = call("/v1/search", &json!({}));
    let with = |body: Value| Signed { body: body.to_string().into_bytes(), ..search.clone() };
    for (request, status, code, message) in [
        (with(json!({"colour": 1})), 400, "ValidationException", "unknown field `colour`"),
        (with(json!({"nextToken": "x"})), 400, "InvalidNextTokenException", "not valid"),
        (with(json!({"start": 2, "end": 1})), 400, "InvalidTimeRangeException", "after the end"),
        (with(json!({"accounts": ["111122223333"]})), 403, "AccessDeniedException", "own account"),
        (with(json!({"accounts": ["all"]})), 403, "AccessDeniedException", "own account"),
        (with(json!({"accounts": ["1"]})), 400, "ValidationException", "twelve digits"),
        (Signed { body: b"{".to_vec(), ..search.clone() }, 400, "SerializationException", "not JSON"),
        (Signed { method: "PUT", ..search.clone() }, 405, "MethodNotAllowed", "POST"),
        (Signed { path: "/v1/nowhere", ..search.clone() }, 400, "UnknownOperationException", "nothing at this path"),
        (Signed { secret: "wrong", ..search.clone() }, 403, "InvalidSignatureException", "signature"),
    ] {
        let answer = house.exchange(&request.bytes()).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{}", answer.body);
        assert!(answer.body.contains(message), "{}", answer.body);
        let event = house.only_event().await;
        assert_eq!(event["errorCode"], code);
        if request.path == "/v1/search" {
            assert_eq!(event["eventName"], "SearchEvents");
            // Where signature or method are wrong, nobody reads what is asked.
            let is_read = !["MethodNotAllowed", "InvalidSignatureException"].contains(&code);
            let asked = is_read.then(|| serde_json::from_slice(&request.body).ok()).flatten();
            assert_eq!(event["requestParameters"], asked.unwrap_or(Value::Null), "{code}");
        }
    }
    let reader = Signed { key: READER_KEY, ..search.clone() };
    assert_eq!(house.exchange(&reader.bytes()).await.status, 200);
    let unsigned = "POST /v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let answer = house.exchange(unsigned.as_bytes()).await;
    assert_eq!(answer.code(), "MissingAuthenticationTokenException");
    assert_eq!(search.key, KEY);
    house.close().await;
}

#[tokio::test]
async fn a_search_ends_with_its_asker_and_is_recorded_as_it_was_asked() {
    let house = House::open(EdgeSettings::default()).await;
    bring_events(&house).await;
    house.store.wait_applied(house.store.end()).await;
    house.store.flush().await.unwrap();
    // From now on no file is read in the time of a test.
    house.history_faults.answer_late(1000, Duration::from_hours(100_000));
    for (path, name) in [("/v1/search", "SearchEvents"), ("/v1/counts", "CountEvents")] {
        let body = json!({"filter": {"field": "*", "op": "contains", "values": ["b4"]}, "end": 1_790_812_809});
        house.send_and_leave(&call(path, &body).bytes()).await;
        let event = house.only_event().await;
        assert_eq!((&event["eventName"], &event["requestParameters"]), (&json!(name), &body));
        assert_eq!(event["errorCode"], "RequestTimeoutException");
        assert!(event["errorMessage"].as_str().unwrap().contains("closed its connection"), "{event}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_client_that_only_ends_its_own_side_is_answered_where_the_work_does_not_hang_on_it() {
    let house = House::open(EdgeSettings::default()).await;
    bring_events(&house).await;
    let accounts = Signed { method: "GET", path: "/v1/accounts", body: Vec::new(), ..Signed::post("cloudtrail") };
    let answer = house.exchange_and_half_close(&accounts.bytes()).await;
    assert_eq!((answer.status, &*answer.body), (200, r#"{"accounts":[{"id":"123456789012"}]}"#));
    assert_eq!(house.only_event().await["eventName"], "ListAccounts");
    house.close().await;
}
