//! Floods and a full disk.

use cairn_edge::EdgeSettings;
use serde_json::json;

use crate::house::{House, Signed, WHO, plain};

#[tokio::test]
async fn a_flood_without_a_key_shares_events_and_none_of_it_is_uncounted() {
    let house = House::open(EdgeSettings { unauthenticated_events_max: 3, ..EdgeSettings::default() }).await;
    for _ in 0..40 {
        assert_eq!(house.exchange(plain("POST / HTTP/1.1").as_bytes()).await.status, 403);
    }
    house.stop().await;
    let events = house.new_events().await;
    let counts = events.iter().map(|event| event["additionalEventData"]["requestCount"].as_u64().unwrap_or(1));
    assert_eq!(counts.sum::<u64>(), 40);
    assert!(events.len() < 30, "{} events", events.len());
    let shared = events.iter().find(|event| event["eventName"] == "RefusedRequests").unwrap();
    let additional = &shared["additionalEventData"];
    assert_eq!(additional["sampleSourceIPAddresses"], json!(["127.0.0.1"]));
    assert_eq!(additional["errorCodes"]["MissingAuthenticationTokenException"], additional["requestCount"]);
}

#[tokio::test]
async fn on_a_full_disk_reads_go_on_and_nothing_else_is_answered_as_done() {
    let house = House::open(EdgeSettings { held_calls_max: 2, ..EdgeSettings::default() }).await;
    let read = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") };
    let bring = Signed {
        path: "/v1/events",
        body: b"{\"eventID\":\"a\",\"eventTime\":\"2026-10-01T00:00:00Z\"}".to_vec(),
        ..Signed::post("cloudtrail-data")
    };
    house.fill_disk(true);
    assert_eq!(house.exchange(&bring.bytes()).await.status, 503);
    let statuses = [house.exchange(&read.bytes()).await.status, house.exchange(&read.bytes()).await.status];
    assert_eq!(statuses, [200, 200]);
    let beyond = house.exchange(&read.bytes()).await;
    assert_eq!((beyond.status, beyond.code()), (503, "ServiceUnavailable".to_owned()));
    assert_eq!(house.new_events().await.len(), 0);
    house.fill_disk(false);
    house.until_answered(&bring.bytes(), 200).await;
    house.stop().await;
    let events = house.new_events().await;
    let reads = events.iter().filter(|event| event["eventName"] == "GetCallerIdentity").count();
    assert_eq!(reads, 2);
}
