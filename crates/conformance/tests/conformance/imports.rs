//! `cairn import` from other people's buckets, broken off on either side, and over trees with broken files in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Output, Stdio};

use cairn_trailgen::Manifest;

use crate::aws::{Aws, run_script, said};
use crate::bucket::{Bucket, gzip_member};
use crate::seaweed::SeaweedFs;
use crate::server::Server;
use crate::{tree, wait};

/// What an import says at its end.
struct Summary {
    text: String,
    exit_code: Option<i32>,
}

impl Summary {
    fn of(output: &Output) -> Self {
        Self { text: said(output), exit_code: output.status.code() }
    }

    /// The number on the line of this name.
    fn count(&self, name: &str) -> u64 {
        let line = self.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix("  "));
        line.unwrap_or_else(|| panic!("no {name}: {}", self.text)).trim().parse().unwrap()
    }

    /// That everything went in, in this run or before, and nothing else was there.
    fn assert_whole(&self, manifest: &Manifest) {
        assert_eq!(self.exit_code, Some(0), "{}", self.text);
        assert_eq!(self.count("files") + self.count("files done before"), manifest.files, "{}", self.text);
        assert_eq!(self.count("new") + self.count("duplicates"), self.count("events"), "{}", self.text);
        for name in ["files that failed", "files that are no logs", "conflicts", "rejected"] {
            assert_eq!(self.count(name), 0, "{name}: {}", self.text);
        }
    }
}

/// The whole history has just the events of the manifest, none of them twice.
fn assert_history(server: &Server, manifest: &Manifest) {
    let counted = run_script(server, "count_distinct.py", &[]);
    assert_eq!(counted.trim(), format!("{0} events, {0} ids", manifest.events));
}

/// Starts an import that remembers in `resume` what is done, and waits until something is.
fn begin(server: &Server, arguments: &[&str], resume: &Path) -> Child {
    let mut client = server.client(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait::until("the first files to be done", || {
        assert!(client.try_wait().unwrap().is_none(), "the import was over before it could be broken off");
        (done(resume) > 0).then_some(())
    });
    client
}

/// Files that are remembered as done, after the line that says for whom. A kill may have come within the last line.
fn done(resume: &Path) -> u64 {
    let text = fs::read_to_string(resume).unwrap_or_default();
    u64::try_from(text.lines().filter(|line| line.ends_with('}')).count().saturating_sub(1)).unwrap()
}

#[test]
fn a_client_that_is_killed_goes_on_where_it_was_in_the_bucket_of_another_cairn() {
    let source = Server::start();
    Bucket::new(&Aws::of(&source), "old-trail").create();
    let manifest = tree::write(&source.data().join("buckets/old-trail"), 6_000, 90);
    let server = Server::start();
    let resume = server.folder().join("resume");
    let url = source.url();
    let arguments = ["import", "s3://old-trail/AWSLogs/", "--source-endpoint-url", &url, "--resume", "resume"];

    let mut killed = begin(&server, &arguments, &resume);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let before = done(&resume);
    assert!(before < manifest.files, "nothing was left to do");

    let second = Summary::of(&server.cairn(&arguments));
    second.assert_whole(&manifest);
    assert_eq!(second.count("files done before"), before, "{}", second.text);
    assert!(second.count("new") > 0, "{}", second.text);
    assert_history(&server, &manifest);
    let third = Summary::of(&server.cairn(&arguments));
    assert_eq!((third.count("files"), third.count("files done before")), (0, manifest.files), "{}", third.text);
}

#[test]
fn a_server_that_is_killed_makes_the_client_say_so_and_the_next_run_completes_it() {
    let mut server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let manifest = tree::write(folder.path(), 10_000, 60);
    let resume = server.folder().join("resume");
    let arguments = ["import", folder.path().to_str().unwrap(), "--resume", "resume"];

    let client = begin(&server, &arguments, &resume);
    server.kill();
    let output = client.wait_with_output().unwrap();
    let text = said(&output);
    assert!(!output.status.success(), "{text}");
    let sentence = format!("the server at {} does not answer", server.url());
    assert!(text.contains(&sentence), "expected `{sentence}`, got: {text}");
    let before = done(&resume);
    assert!(before < manifest.files, "nothing was left to do");

    server.start_again();
    let second = Summary::of(&server.cairn(&arguments));
    second.assert_whole(&manifest);
    assert_eq!(second.count("files done before"), before, "{}", second.text);
    assert_history(&server, &manifest);
}

#[test]
fn a_tree_in_seaweedfs_is_imported_below_its_prefix_only() {
    let seaweed = SeaweedFs::start();
    let server = Server::start();
    let aws = Aws::of(&server).with_s3(seaweed.url());
    Bucket::new(&aws, "old-trail").create();
    let folder = tempfile::tempdir().unwrap();
    let manifest = tree::write(folder.path(), 1_500, 2);
    for prefix in ["kept", "other"] {
        let place = format!("s3://old-trail/{prefix}");
        aws.run(&["s3", "cp", "--recursive", "--quiet", folder.path().to_str().unwrap(), &place]);
    }
    let url = seaweed.url();
    let import = |place| Summary::of(&server.cairn(&["import", place, "--source-endpoint-url", url]));
    let summary = import("s3://old-trail/kept/");
    summary.assert_whole(&manifest);
    assert_eq!(summary.count("new"), manifest.events, "{}", summary.text);
    assert_history(&server, &manifest);

    let both = import("s3://old-trail");
    assert_eq!((both.count("new"), both.count("duplicates")), (0, 2 * manifest.events), "{}", both.text);
    let absent = import("s3://no-such-bucket/kept/");
    assert!(absent.exit_code != Some(0) && absent.text.contains("s3://no-such-bucket"), "{}", absent.text);
}

#[test]
fn broken_files_among_good_ones_are_each_named_with_their_place() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let manifest = tree::write(folder.path(), 600, 2);
    let event = |number: u8| {
        format!(
            "{{\"eventVersion\":\"1.11\",\"eventTime\":\"2026-01-01T00:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\
             \"eventName\":\"CreateBucket\",\"awsRegion\":\"us-east-1\",\"eventID\":\"broken-tree-{number}\"}}"
        )
    };
    let without_time = r#"{"eventVersion":"1.11","eventID":"broken-tree-9","awsRegion":"us-east-1"}"#;
    let packed = gzip_member(format!("{{\"Records\":[{}]}}", event(1)).as_bytes());
    let mut flipped = packed.clone();
    let checksum = flipped.len() - 8;
    flipped[checksum] ^= 1;
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("cut.json.gz", packed[..packed.len() / 2].to_vec()),
        ("flipped.json.gz", flipped),
        ("second-member.json.gz", [&packed[..], &gzip_member(b"{\"Records\":[")].concat()),
        ("records.json", format!("{{\"Records\":[{},17,{},{without_time}]}}", event(2), event(3)).into()),
        ("lines.json", format!("{}\n{{\"eventVersion\":\n{}\n", event(4), event(5)).into()),
        ("not-utf-8.json", b"{\"eventID\":\"\xff\xfe\",\"eventTime\":\"2026-01-01T00:00:00Z\"}".to_vec()),
        ("deep.json", [&b"{\"Records\":"[..], &b"[".repeat(10_000)].concat()),
        ("no-records.json", br#"{"Events":[]}"#.to_vec()),
        ("readme.txt", b"no log file at all".to_vec()),
        ("empty.json.gz", Vec::new()),
    ];
    for (name, bytes) in &files {
        fs::write(folder.path().join("AWSLogs").join(name), bytes).unwrap();
    }
    let run = || Summary::of(&server.cairn(&["import", folder.path().to_str().unwrap(), "--all-problems"]));
    let summary = run();
    let named: BTreeSet<&str> = summary
        .text
        .lines()
        .filter_map(|line| {
            Some(line.strip_prefix(folder.path().to_str()?)?.strip_prefix("/AWSLogs/")?.split_once(": ")?.0)
        })
        .collect();
    let second_member = format!("second-member.json.gz member at byte {} document 0", packed.len());
    let expected = [
        "cut.json.gz",
        "flipped.json.gz",
        second_member.as_str(),
        "records.json document 0 record 1",
        "records.json document 0 record 3",
        "lines.json document 1",
        "not-utf-8.json document 0 record 0",
        "deep.json document 0",
        "no-records.json document 0 record 0",
    ];
    assert_eq!(named, BTreeSet::from(expected), "{}", summary.text);
    assert_eq!(summary.exit_code, Some(1), "{}", summary.text);
    assert_eq!(summary.count("files that are no logs"), 2, "{}", summary.text);
    assert_eq!(summary.count("new"), manifest.events + 5, "{}", summary.text);

    let again = run();
    assert_eq!((again.count("new"), again.exit_code), (0, Some(1)), "{}", again.text);
    assert_eq!(again.count("duplicates"), manifest.events + 5, "{}", again.text);
}
