//! The operations through boto3: tags, selectors, paging, and AWS's code for each bad request.

use crate::aws::run_script;
use crate::server::Server;

#[test]
fn boto3_finds_the_operations_as_aws_has_them() {
    let server = Server::start();
    run_script(&server, "operations.py", &[]);
}

#[test]
fn pages_of_a_lookup_stay_stable_while_events_arrive() {
    let server = Server::start();
    run_script(&server, "paging.py", &[]);
}

#[test]
fn the_embedded_s3_does_what_boto3_asks_of_a_log_bucket() {
    let server = Server::start();
    run_script(&server, "buckets.py", &[]);
}

#[test]
fn events_over_http_are_counted_and_found_byte_for_byte() {
    let server = Server::start();
    run_script(&server, "ingest.py", &[]);
}

#[test]
fn callers_who_are_not_who_they_say_are_refused_with_aws_codes() {
    let server = Server::start();
    run_script(&server, "signatures.py", &[]);
}
