//! Tampering with a delivered trail: the stock CLI and `cairn verify` must both name what was done.

use std::process::Output;

use crate::aws::{Aws, said};
use crate::bucket::{Bucket, Stored};
use crate::seaweed::SeaweedFs;
use crate::server::Server;
use crate::trail::Trail;

#[test]
fn tampering_in_the_embedded_bucket_is_reported() {
    let server = Server::start();
    let aws = Aws::of(&server);
    assert_tampering_is_reported(&server, &aws, &server.url());
}

#[test]
fn tampering_in_seaweedfs_is_reported() {
    let seaweed = SeaweedFs::start();
    let server = Server::start_with(&seaweed.settings("audit-logs"));
    let aws = Aws::of(&server).with_s3(seaweed.url());
    assert_tampering_is_reported(&server, &aws, seaweed.url());
}

#[test]
fn a_trail_under_a_key_is_proved_by_both_verifiers() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    bucket.create();
    let key = aws.run(&["kms", "create-key"])["KeyMetadata"]["Arn"].clone();
    let trail = Trail::logging_in(&aws, "sealed", &bucket, &["--kms-key-id", key.as_str().unwrap()]);
    trail.wait_for_digests(&bucket, 1);
    trail.finish(&bucket);
    trail.assert_valid();
    let verified = trail.verify(&server, "s3://audit-logs", &server.url());
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

#[test]
fn the_folder_of_an_embedded_bucket_is_verified_without_a_server() {
    let mut server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "proof", &bucket);
    trail.wait_for_digests(&bucket, 2);
    trail.finish(&bucket);
    let folder = server.data().join("buckets/audit-logs");
    let log = bucket.all().into_iter().find(Stored::is_log).unwrap().key;
    let running = trail.verify(&server, folder.to_str().unwrap(), &server.url());
    assert_eq!(running.status.code(), Some(0), "{}", said(&running));

    server.terminate();
    let again = server.cairn(&["verify", folder.to_str().unwrap(), "--keys", "keys.json"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    std::fs::remove_file(folder.join(log)).unwrap();
    let missing = server.cairn(&["verify", folder.to_str().unwrap(), "--keys", "keys.json"]);
    assert_eq!(missing.status.code(), Some(1), "{}", said(&missing));
}

fn assert_tampering_is_reported(server: &Server, aws: &Aws, s3_url: &str) {
    let bucket = Bucket::new(aws, "audit-logs");
    let trail = Trail::logging(aws, "proof", &bucket);
    trail.wait_for_digests(&bucket, 3);
    trail.finish(&bucket);
    let scene = Scene { server, bucket, trail, s3_url };
    scene.assert_clean();

    let objects = scene.bucket.all();
    let log = scene.middle(&objects, Stored::is_log);
    let middle = scene.middle(&objects, Stored::is_digest);

    let changed = log.with_text(&log.inflated().replacen("\"eventVersion\"", "\"eventVersioN\"", 1));
    scene.replaced(&log, &changed, "hash value doesn't match");
    scene.deleted(&log, "not found");
    scene.deleted(&middle, "not found");
    let changed = middle.with_text(&middle.inflated().replacen("123456789012", "210987654321", 1));
    scene.replaced(&middle, &changed, "signature verification failed");
    let stripped = Stored { metadata: serde_json::json!({}), ..middle.clone() };
    scene.replaced(&middle, &stripped, "signature verification failed");
    scene.assert_clean();
}

/// A finished trail, and the two verifiers that look at it.
struct Scene<'s> {
    server: &'s Server,
    bucket: Bucket,
    trail: Trail,
    s3_url: &'s str,
}

impl Scene<'_> {
    /// The middle object of a kind, with its metadata.
    fn middle(&self, objects: &[Stored], kind: fn(&Stored) -> bool) -> Stored {
        let of_kind: Vec<&Stored> = objects.iter().filter(|object| kind(object)).collect();
        self.bucket.get(&of_kind[of_kind.len() / 2].key)
    }

    /// `cairn verify` over the whole bucket.
    fn verify(&self) -> Output {
        self.trail.verify(self.server, &format!("s3://{}", self.bucket.name()), self.s3_url)
    }

    fn assert_clean(&self) {
        self.trail.assert_valid();
        let output = self.verify();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }

    /// Replaces an object, expects both verifiers to say so, and puts it back.
    fn replaced(&self, original: &Stored, forged: &Stored, message: &str) {
        assert!(forged.bytes != original.bytes || forged.metadata != original.metadata, "nothing was changed");
        self.bucket.put(forged);
        self.assert_reported(original, message);
    }

    /// The same for an object that is gone.
    fn deleted(&self, original: &Stored, message: &str) {
        self.bucket.delete(&original.key);
        self.assert_reported(original, message);
    }

    fn assert_reported(&self, original: &Stored, message: &str) {
        self.trail.assert_reported(&original.key, message);
        let output = self.verify();
        let text = said(&output);
        let name = original.key.rsplit('/').next().unwrap();
        assert!(output.status.code() == Some(1) && text.contains(name), "cairn verify of {name}: {text}");
        self.bucket.put(original);
    }
}
