//! Bucket policies: what trails need of them, when that is checked, and that they hold for deliveries and other accounts.

use crate::aws::{Aws, run_script};
use crate::bucket::Bucket;
use crate::server::Server;
use crate::trail::Trail;
use crate::wait;

#[test]
fn the_documented_policy_is_enough_and_each_broken_one_is_refused() {
    let server = Server::start();
    run_script(&server, "bucket_policies.py", &[]);
}

#[test]
fn a_policy_that_is_narrowed_later_shows_in_the_status_and_the_files_arrive_when_it_is_widened() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "policed");
    let trail = Trail::logging(&aws, "main", &bucket);
    wait::until("a first delivery", || trail.status().get("LatestDeliveryTime").cloned());
    let denial = r#"{"Statement":{"Effect":"Deny","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::policed/*"}}"#;
    aws.run(&["s3api", "put-bucket-policy", "--bucket", "policed", "--policy", denial]);
    let error = wait::until("a delivery error", || trail.status().get("LatestDeliveryError").cloned());
    assert_eq!(error, "AccessDenied");
    aws.run(&["s3api", "delete-bucket-policy", "--bucket", "policed"]);
    wait::until("the events of meanwhile", || {
        let records = bucket.records();
        records.iter().any(|record| record["eventName"] == "DeleteBucketPolicy").then_some(())
    });
    trail.finish(&bucket);
    trail.assert_valid();
}

#[test]
fn with_always_a_bucket_needs_a_policy_as_in_aws() {
    let server = Server::start_with("require_bucket_policy = \"always\"\n");
    let aws = Aws::of(&server);
    Bucket::new(&aws, "policed").create();
    let create = ["cloudtrail", "create-trail", "--name", "main", "--s3-bucket-name", "policed"];
    let said = aws.refused(&create);
    assert!(said.contains("InsufficientS3BucketPolicyException"), "{said}");
    let (_, policy) = said.trim().split_once("It needs this policy: ").unwrap();
    aws.run(&["s3api", "put-bucket-policy", "--bucket", "policed", "--policy", policy]);
    aws.run(&create);
}
