//! A trail that delivers to a bucket, and what the stock CLI says of its files.

use std::process::Output;

use serde_json::Value;

use crate::aws::{Aws, said};
use crate::bucket::{Bucket, Stored};
use crate::server::Server;
use crate::wait;

/// A trail of the default account with `us-east-1` as its home.
pub(crate) struct Trail {
    aws: Aws,
    name: String,
}

impl Trail {
    /// Creates the bucket and the trail and starts logging with validation.
    pub(crate) fn logging(aws: &Aws, name: &str, bucket: &Bucket) -> Self {
        bucket.create();
        Self::logging_in(aws, name, bucket, &[])
    }

    /// The same in a bucket that is there, with more arguments of `create-trail`.
    pub(crate) fn logging_in(aws: &Aws, name: &str, bucket: &Bucket, more: &[&str]) -> Self {
        let create = ["create-trail", "--name", name, "--s3-bucket-name", bucket.name()];
        aws.cloudtrail(&[&create[..], &["--enable-log-file-validation"], more].concat());
        aws.cloudtrail(&["start-logging", "--name", name]);
        Self { aws: aws.clone(), name: name.into() }
    }

    /// Starts logging once more.
    pub(crate) fn start_again(&self) {
        self.aws.cloudtrail(&["start-logging", "--name", &self.name]);
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:cloudtrail:us-east-1:123456789012:trail/{}", self.name)
    }

    pub(crate) fn status(&self) -> Value {
        self.aws.cloudtrail(&["get-trail-status", "--name", &self.name])
    }

    /// Stops logging and waits until the last file and the final digest are delivered.
    pub(crate) fn finish(&self, bucket: &Bucket) {
        let before = listed_stops(bucket);
        self.aws.cloudtrail(&["stop-logging", "--name", &self.name]);
        wait::until("the digest that lists the stop's own event", || (listed_stops(bucket) > before).then_some(()));
    }

    /// Waits until so many digests list a log. Waiting makes the events.
    pub(crate) fn wait_for_digests(&self, bucket: &Bucket, count: usize) {
        wait::until(&format!("{count} digests, each with a log"), || {
            self.status();
            let with_logs = bucket.digest_texts().iter().filter(|text| text.contains("\"s3Object\"")).count();
            (with_logs >= count).then_some(())
        });
    }

    /// `cairn verify` of a bucket's URL or folder, with the keys that the server lists.
    pub(crate) fn verify(&self, server: &Server, source: &str, s3_url: &str) -> Output {
        self.write_keys(server);
        let endpoint: &[&str] = if source.starts_with("s3://") { &["--endpoint-url", s3_url] } else { &[] };
        server.cairn(&[&["verify", source, "--keys", "keys.json"], endpoint].concat())
    }

    /// Writes the keys that the server lists to `keys.json` in its folder.
    pub(crate) fn write_keys(&self, server: &Server) {
        let keys = self.aws.cloudtrail(&["list-public-keys", "--start-time", "2020-01-01"]);
        std::fs::write(server.folder().join("keys.json"), keys.to_string()).unwrap();
    }

    /// `aws cloudtrail validate-logs` over everything.
    pub(crate) fn validate(&self) -> Output {
        self.aws.output(&[
            "cloudtrail",
            "validate-logs",
            "--trail-arn",
            &self.arn(),
            "--start-time",
            "2020-01-01T00:00:00Z",
            "--verbose",
        ])
    }

    /// The same, which must find everything in order and at least one log file.
    pub(crate) fn assert_valid(&self) {
        let output = self.validate();
        let text = said(&output);
        assert!(output.status.success() && !text.contains("INVALID"), "{text}");
        for kind in ["digest", "log"] {
            let (valid, total) = counts(&text, kind).unwrap_or_else(|| panic!("no count of {kind} files: {text}"));
            assert!(valid == total && total > 0, "{text}");
        }
    }

    /// The same, which must fail and say `message` of `key`.
    pub(crate) fn assert_reported(&self, key: &str, message: &str) {
        let output = self.validate();
        let text = said(&output);
        let reported =
            text.lines().any(|line| line.contains(key) && line.contains("INVALID") && line.contains(message));
        assert!(reported && output.status.code() == Some(1), "expected `{message}` of {key}, got: {text}");
    }
}

/// How many logs with the event of a stop stand in digests.
fn listed_stops(bucket: &Bucket) -> usize {
    let objects = bucket.all();
    let digests: Vec<String> = objects.iter().filter(|object| object.is_digest()).map(Stored::inflated).collect();
    let is_listed = |log: &&Stored| digests.iter().any(|digest| digest.contains(&log.key));
    let logs = objects.iter().filter(|object| object.is_log()).filter(is_listed);
    logs.filter(|log| log.inflated().contains("\"StopLogging\"")).count()
}

/// `N/M` of the closing line about digest or log files.
fn counts(text: &str, kind: &str) -> Option<(u64, u64)> {
    let ending = format!(" {kind} files valid");
    let line = text.lines().find(|line| line.contains(&ending))?;
    let (valid, total) = line.split_whitespace().next()?.split_once('/')?;
    Some((valid.parse().ok()?, total.parse().ok()?))
}
