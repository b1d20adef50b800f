//! An organization of three accounts, and what its trail delivers of each, against the stock clients.

use serde_json::json;

use crate::aws::{Aws, run_script, said};
use crate::bucket::{Bucket, Stored};
use crate::server::Server;
use crate::wait;

const MANAGEMENT: &str = "123456789012";
const MEMBER: &str = "111122223333";
const ADMIN: &str = "444455556666";
const ARN: &str = "arn:aws:cloudtrail:us-east-1:123456789012:trail/everyone";

/// Settings that know two more accounts.
const ACCOUNTS: &str = r#"
[[accounts]]
id = "111122223333"
[[accounts.keys]]
access_key_id = "AKIACONFORMANCE00002"
secret_access_key = "conformance/secret+of/forty+characters02"
[[accounts]]
id = "444455556666"
[[accounts.keys]]
access_key_id = "AKIACONFORMANCE00003"
secret_access_key = "conformance/secret+of/forty+characters03"
"#;

fn folder(objects: &[Stored], organization: &str, account: &str, kind: &str) -> Vec<Stored> {
    let prefix = format!("AWSLogs/{organization}/{account}/{kind}/");
    objects.iter().filter(|object| object.key.starts_with(&prefix) && !object.bytes.is_empty()).cloned().collect()
}

#[test]
fn an_organization_trail_delivers_the_events_of_every_account_and_the_stock_cli_proves_them() {
    let server = Server::start_with(ACCOUNTS);
    let keys = json!({
        MEMBER: ["AKIACONFORMANCE00002", "conformance/secret+of/forty+characters02"],
        ADMIN: ["AKIACONFORMANCE00003", "conformance/secret+of/forty+characters03"],
    });
    run_script(&server, "organization_trail.py", &[&keys.to_string()]);
    let aws = Aws::of(&server);
    let organization = aws.run(&["organizations", "describe-organization"])["Organization"]["Id"].clone();
    let organization = organization.as_str().unwrap();
    let bucket = Bucket::new(&aws, "organization-logs");
    aws.cloudtrail(&["stop-logging", "--name", "everyone"]);
    let objects = wait::until("the last digest of each account", || {
        let objects = bucket.all();
        let whole = |account| {
            let digests = folder(&objects, organization, account, "CloudTrail-Digest");
            let logs = folder(&objects, organization, account, "CloudTrail");
            let listed = |log: &Stored| digests.iter().any(|digest| digest.inflated().contains(&log.key));
            !logs.is_empty() && logs.iter().all(listed)
        };
        let stopped = folder(&objects, organization, MANAGEMENT, "CloudTrail");
        let stopped = stopped.iter().any(|log| log.inflated().contains("\"StopLogging\""));
        (stopped && [MANAGEMENT, MEMBER, ADMIN].into_iter().all(whole)).then_some(objects)
    });
    for account in [MANAGEMENT, MEMBER, ADMIN] {
        let logs = folder(&objects, organization, account, "CloudTrail");
        let records: Vec<_> = logs.iter().flat_map(Stored::records).collect();
        assert!(!records.is_empty() && records.iter().all(|record| record["recipientAccountId"] == account));
    }
    let abroad = folder(&objects, organization, MEMBER, "CloudTrail/eu-west-1");
    assert!(!abroad.is_empty(), "the member was in another Region as well");
    for (account, region) in
        [(MANAGEMENT, "us-east-1"), (MEMBER, "us-east-1"), (ADMIN, "us-east-1"), (MEMBER, "eu-west-1")]
    {
        let validate = ["cloudtrail", "validate-logs", "--trail-arn", ARN, "--start-time", "2020-01-01T00:00:00Z"];
        let output = aws.clone().in_region(region).output(&[&validate[..], &["--account-id", account]].concat());
        let text = said(&output);
        assert!(output.status.success() && !text.contains("INVALID"), "{account} in {region}: {text}");
        let line = text.lines().find(|line| line.contains(" log files valid"));
        assert!(line.is_some_and(|line| !line.starts_with("0/")), "{account} in {region}: {text}");
    }
    let unnamed = aws.refused(&["cloudtrail", "validate-logs", "--trail-arn", ARN, "--start-time", "2020-01-01"]);
    assert!(unnamed.contains("account-id"), "{unnamed}");
    let listed = aws.cloudtrail(&["list-public-keys", "--start-time", "2020-01-01"]);
    assert!(!listed["PublicKeyList"].as_array().unwrap().is_empty());
}
