//! Object Lock through the stock CLI: trails' files that cannot be taken away, here and on another S3.

use crate::aws::Aws;
use crate::bucket::{Bucket, Stored};
use crate::seaweed::SeaweedFs;
use crate::server::Server;
use crate::trail::Trail;

const LOCK: &str = "[delivery.object_lock]\nmode = \"compliance\"\ndays = 2\nlegal_hold = true\n";

fn create_locked(aws: &Aws, name: &str) -> Bucket {
    aws.run(&["s3api", "create-bucket", "--bucket", name, "--object-lock-enabled-for-bucket"]);
    Bucket::new(aws, name)
}

/// Each delivered file tells its lock, and `delete` of its versions is refused.
fn assert_locked(aws: &Aws, bucket: &Bucket, mode: &str, hold: Option<&str>) {
    let objects = bucket.all();
    for kind in [Stored::is_log, Stored::is_digest] {
        let key = &objects.iter().find(|object| kind(object)).unwrap().key;
        let head = aws.run(&["s3api", "head-object", "--bucket", bucket.name(), "--key", key]);
        assert_eq!((head["ObjectLockMode"].as_str(), head["ObjectLockLegalHoldStatus"].as_str()), (Some(mode), hold));
        let mut delete = vec!["s3api", "delete-object", "--bucket", bucket.name(), "--key", key];
        delete.push("--bypass-governance-retention");
        if let Some(version) = head["VersionId"].as_str() {
            delete.extend(["--version-id", version]);
        }
        let refusal = aws.refused(&delete);
        assert!(refusal.contains("AccessDenied"), "{refusal}");
    }
}

#[test]
fn delivered_files_have_the_default_lock_of_their_bucket() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = create_locked(&aws, "kept-logs");
    let rule = r#"{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Days":1}}}"#;
    let put = ["s3api", "put-object-lock-configuration", "--bucket", "kept-logs", "--object-lock-configuration", rule];
    aws.run(&put);
    let told = aws.run(&["s3api", "get-object-lock-configuration", "--bucket", "kept-logs"]);
    assert_eq!(told["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Days"], 1);
    let trail = Trail::logging_in(&aws, "main", &bucket, &[]);
    aws.cloudtrail(&["update-trail", "--name", "main", "--s3-bucket-name", "kept-logs"]);
    trail.wait_for_digests(&bucket, 1);
    assert_locked(&aws, &bucket, "COMPLIANCE", None);
    let log = &bucket.all().into_iter().find(Stored::is_log).unwrap().key;
    let of_log = ["--bucket", "kept-logs", "--key", log];
    let shorter = ["--retention", "Mode=GOVERNANCE,RetainUntilDate=2027-01-01T00:00:00Z"];
    let refusal = aws.refused(&[&["s3api", "put-object-retention"], &of_log[..], &shorter].concat());
    assert!(refusal.contains("AccessDenied"), "{refusal}");
    aws.run(&[&["s3api", "put-object-legal-hold"], &of_log[..], &["--legal-hold", "Status=ON"]].concat());
    let hold = aws.run(&[&["s3api", "get-object-legal-hold"], &of_log[..]].concat());
    assert_eq!(hold["LegalHold"]["Status"], "ON");
}

#[test]
fn files_ask_for_the_lock_of_the_settings_here_and_on_another_s3() {
    let seaweed = SeaweedFs::start();
    let settings = format!("{LOCK}{}", seaweed.settings("far-logs"));
    let server = Server::start_with(&settings);
    let here = Aws::of(&server);
    let there = here.clone().with_s3(seaweed.url());
    for (aws, name) in [(&here, "near-logs"), (&there, "far-logs")] {
        let bucket = create_locked(aws, name);
        let trail = Trail::logging_in(aws, name, &bucket, &[]);
        trail.wait_for_digests(&bucket, 1);
        assert_locked(aws, &bucket, "COMPLIANCE", Some("ON"));
        trail.finish(&bucket);
        trail.assert_valid();
    }
}
