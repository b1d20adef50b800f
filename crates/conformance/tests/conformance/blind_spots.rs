//! Tampering that the stock CLI lets pass or half sees: `cairn verify` finds it in the folder and over S3, and names it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::aws::{Aws, run_script, said};
use crate::bucket::{self, Bucket, Stored, gzip_member};
use crate::server::Server;
use crate::trail::Trail;
use crate::wait;

#[test]
fn what_the_stock_cli_misses_is_found_and_named_by_cairn_verify() {
    let server = Server::start_with(IN_THE_CLEAR);
    let scene = Scene::with_a_stop(&server);
    scene.assert_clean();
    scene.bytes_behind_or_missing();
    scene.a_second_signed_digest();
    scene.two_digests_side_by_side();
    scene.the_newest();
    scene.all_before_a_stop();
    scene.assert_clean();
}

/// Case 53, apart because names of logs tell their minute: only its end shows that a log should have been listed.
#[test]
fn a_forged_log_that_no_digest_lists_is_found_and_named_by_cairn_verify() {
    let server = Server::start_with(IN_THE_CLEAR);
    let scene = Scene::over_a_minute(&server);
    scene.assert_clean();
    scene.a_log_that_no_digest_lists();
}

/// The files of the folder are looked into and changed by hand.
const IN_THE_CLEAR: &str = "[embedded_s3]\nencryption = \"none\"\n";

/// What the stock CLI says of a bucket.
#[derive(Debug, Clone, Copy)]
enum Stock {
    /// Everything is valid.
    Misses,
    /// So many files are invalid.
    Reports(usize),
}

/// A bucket to which nobody writes any more, and what was in it.
struct Scene<'s> {
    server: &'s Server,
    bucket: Bucket,
    trail: Trail,
    folder: PathBuf,
    untouched: TempDir,
    digests: Vec<SeenDigest>,
}

/// A digest of the untouched bucket.
struct SeenDigest {
    key: String,
    text: String,
    json: Value,
}

impl SeenDigest {
    fn read(stored: &Stored) -> Self {
        let text = stored.inflated();
        Self { key: stored.key.clone(), json: serde_json::from_str(&text).unwrap(), text }
    }

    fn is_starting(&self) -> bool {
        self.json["previousDigestS3Object"].is_null()
    }

    /// The keys of the logs that it lists.
    fn logs(&self) -> Vec<&str> {
        self.json["logFiles"].as_array().unwrap().iter().map(|log| log["s3Object"].as_str().unwrap()).collect()
    }

    /// The minute that ends within the window, as `2026-10-01T08:05`, unless the window begins its chain.
    fn ended_minute(&self) -> Option<&str> {
        let minute_of = |member: &str| self.json[member].as_str().unwrap().get(..16).unwrap();
        let (first, last) = (minute_of("digestStartTime"), minute_of("digestEndTime"));
        (first != last && !self.is_starting()).then_some(first)
    }
}

impl<'s> Scene<'s> {
    /// Two chains of digests, and a stop between them.
    fn with_a_stop(server: &'s Server) -> Self {
        Self::build(server, |trail, bucket, folder| {
            trail.wait_for_digests(bucket, 2);
            trail.finish(bucket);
            trail.start_again();
            wait::until("a second chain of five digests with logs", || {
                trail.status();
                let digests = digests_in(folder);
                let second = digests.iter().rposition(SeenDigest::is_starting).unwrap();
                let with_logs = digests[second..].iter().filter(|digest| !digest.logs().is_empty()).count();
                (second > 0 && with_logs >= 5).then_some(())
            });
        })
    }

    /// One chain, with a digest over the end of a minute.
    fn over_a_minute(server: &'s Server) -> Self {
        Self::build(server, |trail, bucket, folder| {
            trail.wait_for_digests(bucket, 1);
            wait::until("a digest over the end of a minute", || {
                digests_in(folder).iter().any(|digest| digest.ended_minute().is_some()).then_some(())
            });
        })
    }

    fn build(server: &'s Server, wait: impl FnOnce(&Trail, &Bucket, &Path)) -> Self {
        let bucket = Bucket::new(&Aws::of(server), "audit-logs");
        let trail = Trail::logging(&Aws::of(server), "proof", &bucket);
        let folder = server.data().join("buckets/audit-logs");
        wait(&trail, &bucket, &folder);
        trail.finish(&bucket);
        let untouched = tempfile::tempdir().unwrap();
        copy(&folder, &untouched.path().join("audit-logs"));
        let digests = digests_in(&folder);
        trail.write_keys(server);
        Self { server, bucket, trail, folder, untouched, digests }
    }

    fn assert_clean(&self) {
        self.trail.assert_valid();
        self.verify(0, &[]);
    }

    /// `cairn verify` of the folder and over S3: both end with `exit_code` and have a finding for each of `keys`.
    /// Returns what was said of the folder.
    fn verify(&self, exit_code: i32, keys: &[&str]) -> String {
        let [over_s3, in_folder] = ["s3://audit-logs", self.folder.to_str().unwrap()]
            .map(|source| self.server.cairn(&["verify", source, "--keys", "keys.json"]));
        for output in [&over_s3, &in_folder] {
            let text = said(output);
            assert_eq!(output.status.code(), Some(exit_code), "{text}");
            for key in keys {
                assert!(findings(&text).any(|finding| finding.contains(key)), "{key} is not named: {text}");
            }
        }
        said(&in_folder)
    }

    /// Does `attack` on the bucket's folder, checks what both verifiers say of it, and undoes it. Returns what
    /// `cairn verify` said.
    fn attacked(&self, attack: impl FnOnce(), stock: Stock, exit_code: i32, keys: &[&str]) -> String {
        attack();
        let output = self.trail.validate();
        let text = said(&output);
        let (invalid, expected) = match stock {
            Stock::Misses => (0, 0),
            Stock::Reports(files) => (files, 1),
        };
        let found = text.lines().filter(|line| line.contains("\tINVALID")).count();
        assert_eq!((found, output.status.code()), (invalid, Some(expected)), "the stock CLI on {keys:?}: {text}");
        let verified = self.verify(exit_code, keys);
        fs::remove_dir_all(&self.folder).unwrap();
        copy(&self.untouched.path().join("audit-logs"), &self.folder);
        verified
    }

    /// Puts other bytes in the place of an object's, which keeps its metadata.
    fn change(&self, key: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let path = self.folder.join(key);
        fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
    }

    fn delete(&self, digests: &[SeenDigest]) {
        for digest in digests {
            fs::remove_file(self.folder.join(&digest.key)).unwrap();
        }
    }

    fn delete_logs_of(&self, digests: &[SeenDigest]) {
        for log in digests.iter().flat_map(SeenDigest::logs) {
            fs::remove_file(self.folder.join(log)).unwrap();
        }
    }

    /// Where the second chain begins.
    fn second(&self) -> usize {
        self.digests.iter().rposition(SeenDigest::is_starting).unwrap()
    }

    /// A digest with logs that stands in the middle of a chain, its neighbours being of the same.
    fn middle(&self) -> usize {
        let inner = self.second() + 2..self.digests.len() - 2;
        inner.clone().find(|index| !self.digests[*index].logs().is_empty()).unwrap()
    }

    /// Cases 52, 57 and 58: a second gzip member, or a trailer that is cut off.
    fn bytes_behind_or_missing(&self) {
        let digest = &self.digests[self.middle()];
        let (key, log) = (digest.key.as_str(), digest.logs()[0]);
        let append = |bytes: Vec<u8>| [bytes, gzip_member(b"{\"Records\":[]}")].concat();
        let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 8].to_vec();
        self.attacked(|| self.change(log, append), Stock::Reports(1), 1, &[log]);
        self.attacked(|| self.change(key, append), Stock::Misses, 1, &[key]);
        self.attacked(|| self.change(key, cut), Stock::Reports(1), 1, &[key]);
        self.attacked(|| self.change(log, cut), Stock::Misses, 1, &[log]);
    }

    fn a_log_that_no_digest_lists(&self) {
        let minute = self.digests.iter().find_map(SeenDigest::ended_minute).unwrap();
        let (day, time) = minute.split_once('T').unwrap();
        let (path, day, time) = (day.replace('-', "/"), day.replace('-', ""), time.replace(':', ""));
        let forged = format!(
            "AWSLogs/123456789012/CloudTrail/us-east-1/{path}/\
             123456789012_CloudTrail_us-east-1_{day}T{time}Z_AAAAAAAAAAAAAAAA.json.gz"
        );
        let put = || {
            let log = self.digests.iter().flat_map(SeenDigest::logs).next().unwrap();
            fs::create_dir_all(self.folder.join(&forged).parent().unwrap()).unwrap();
            fs::copy(self.folder.join(log), self.folder.join(&forged)).unwrap();
        };
        self.attacked(put, Stock::Misses, 1, &[&forged]);
    }

    /// Case 54: whoever has the signing key hides a log by signing a digest anew that never listed it.
    fn a_second_signed_digest(&self) {
        let digest = &self.digests[self.middle()];
        let mut forged = digest.json.clone();
        let log = forged["logFiles"].as_array_mut().unwrap().remove(0);
        let text = forged.to_string();
        assert_ne!(text.len(), digest.text.len());
        let file = self.server.folder().join("forged.json");
        fs::write(&file, &text).unwrap();
        let keys = self.server.data().join("delivery");
        let arguments = [keys.to_str().unwrap(), file.to_str().unwrap()];
        let signature = run_script(self.server, "sign_digest.py", &arguments);
        let attack = || {
            let mut object = self.bucket.get(&digest.key).with_text(&text);
            object.metadata["signature"] = signature.trim().into();
            self.bucket.put(&object);
            fs::remove_file(self.folder.join(log["s3Object"].as_str().unwrap())).unwrap();
        };
        self.attacked(attack, Stock::Misses, 1, &[&digest.key]);
    }

    /// Case 56: the stock CLI reports one of two, and looks at the logs of neither.
    fn two_digests_side_by_side(&self) {
        let at = self.middle();
        let pair = &self.digests[at..at + 2];
        let text = self.attacked(|| self.delete(pair), Stock::Reports(1), 1, &[&pair[1].key]);
        let missing = findings(&text).filter(|finding| finding.ends_with("is missing")).count();
        assert_eq!(missing, 2, "{text}");
        for log in pair.iter().flat_map(SeenDigest::logs) {
            assert!(findings(&text).any(|finding| finding.contains(log)), "{log} is not named: {text}");
        }
    }

    /// Case 51: the newest digests with their logs. What should be there by now is missing.
    fn the_newest(&self) {
        let (kept, newest) = self.digests.split_at(self.digests.len() - 3);
        let attack = || {
            self.delete(newest);
            self.delete_logs_of(newest);
        };
        self.attacked(attack, Stock::Misses, 2, &[&kept.last().unwrap().key]);
    }

    /// Case 50: everything before a stop. When all of it is gone, the bucket alone shows nothing any more; whatever
    /// is left of it does.
    fn all_before_a_stop(&self) {
        let first = &self.digests[..self.second()];
        let attack = || {
            self.delete(first);
            self.delete_logs_of(first);
        };
        self.attacked(attack, Stock::Misses, 0, &[]);

        let (kept, ending) = first.split_at(first.len() - 1);
        assert!(!kept.is_empty());
        let attack = || {
            self.delete(ending);
            self.delete_logs_of(ending);
        };
        self.attacked(attack, Stock::Misses, 2, &[&self.digests[self.second()].key]);
    }
}

/// The digests in a bucket's folder, oldest first.
fn digests_in(folder: &Path) -> Vec<SeenDigest> {
    let stored = bucket::in_folder(folder);
    stored.iter().filter(|object| object.is_digest()).map(SeenDigest::read).collect()
}

/// The lines that say of a file what is wrong with it.
fn findings(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.starts_with("TAMPERED\t") || line.starts_with("INCOMPLETE\t"))
}

/// Copies a folder with the times of its files.
fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
}
