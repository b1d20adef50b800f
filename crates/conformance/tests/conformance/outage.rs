//! A destination that goes away: the trail says so, nothing is lost, and delivery catches up.

use std::collections::BTreeSet;

use crate::aws::Aws;
use crate::bucket::Bucket;
use crate::server::Server;
use crate::trail::Trail;
use crate::wait;

#[test]
fn a_bucket_that_is_gone_shows_in_the_status_and_its_events_arrive_later() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "patient", &bucket);
    wait::until("a first delivery", || trail.status().get("LatestDeliveryTime").cloned());

    // The folder of the embedded bucket vanishes under the server, as a mount does.
    let (place, aside) = (server.data().join("buckets/audit-logs"), server.data().join("aside"));
    std::fs::rename(&place, &aside).unwrap();
    wait::until("a delivery error", || trail.status().get("LatestDeliveryError").cloned());
    let during: BTreeSet<String> = (0..3).map(|_| caller_identity_request(&aws)).collect();

    std::fs::rename(&aside, &place).unwrap();
    wait::until("the events of the outage", || {
        let records = bucket.records();
        let delivered = records.iter().filter_map(|record| record["eventID"].as_str()).collect::<Vec<_>>();
        during.iter().all(|id| delivered.iter().filter(|other| *other == id).count() == 1).then_some(())
    });
    wait::until("a status without an error", || trail.status().get("LatestDeliveryError").is_none().then_some(()));
    trail.finish(&bucket);
    trail.assert_valid();
}

/// Makes a call and returns the eventID of its record.
fn caller_identity_request(aws: &Aws) -> String {
    aws.run(&["sts", "get-caller-identity"]);
    let answer = aws.cloudtrail(&[
        "lookup-events",
        "--lookup-attributes",
        "AttributeKey=EventName,AttributeValue=GetCallerIdentity",
        "--max-items",
        "1",
    ]);
    answer["Events"][0]["EventId"].as_str().unwrap().to_owned()
}
