//! A log bucket as an attacker with S3 access sees it: read, replace, delete.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

use crate::aws::Aws;

/// One bucket, reached through the AWS CLI.
pub(crate) struct Bucket {
    aws: Aws,
    name: String,
    folder: TempDir,
}

/// An object with what S3 keeps beside its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) key: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) metadata: Value,
}

impl Stored {
    pub(crate) fn is_log(&self) -> bool {
        self.key.contains("/CloudTrail/")
    }

    pub(crate) fn is_digest(&self) -> bool {
        self.key.contains("/CloudTrail-Digest/")
    }

    /// The inflated bytes.
    pub(crate) fn inflated(&self) -> String {
        let mut text = String::new();
        GzDecoder::new(self.bytes.as_slice()).read_to_string(&mut text).unwrap();
        text
    }

    /// The same object with other content in one gzip member.
    pub(crate) fn with_text(&self, text: &str) -> Self {
        Self { bytes: gzip_member(text.as_bytes()), ..self.clone() }
    }

    /// The events of a log file.
    pub(crate) fn records(&self) -> Vec<Value> {
        let mut file: Value = serde_json::from_str(&self.inflated()).unwrap();
        serde_json::from_value(file["Records"].take()).unwrap()
    }
}

impl Bucket {
    /// The bucket `name`, where this CLI finds S3.
    pub(crate) fn new(aws: &Aws, name: &str) -> Self {
        Self { aws: aws.clone(), name: name.into(), folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn create(&self) {
        self.aws.run(&["s3api", "create-bucket", "--bucket", &self.name]);
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn get(&self, key: &str) -> Stored {
        let path = self.scratch();
        let path_text = path.to_str().unwrap();
        let meta = self.aws.run(&["s3api", "get-object", "--bucket", &self.name, "--key", key, path_text]);
        Stored { key: key.into(), bytes: fs::read(&path).unwrap(), metadata: meta["Metadata"].clone() }
    }

    pub(crate) fn put(&self, object: &Stored) {
        let path = self.scratch();
        fs::write(&path, &object.bytes).unwrap();
        let metadata = object.metadata.to_string();
        let mut arguments = vec!["s3api", "put-object", "--bucket", &self.name, "--key", &object.key];
        arguments.extend(["--body", path.to_str().unwrap(), "--content-type", "application/json"]);
        arguments.extend(["--content-encoding", "gzip", "--metadata", &metadata]);
        self.aws.run(&arguments);
    }

    pub(crate) fn delete(&self, key: &str) {
        self.aws.run(&["s3api", "delete-object", "--bucket", &self.name, "--key", key]);
    }

    /// Everything in the bucket, in the order of keys and without metadata, fetched by one command.
    pub(crate) fn all(&self) -> Vec<Stored> {
        let folder = tempfile::tempdir().unwrap();
        let (place, target) = (format!("s3://{}", self.name), folder.path().to_str().unwrap());
        self.aws.output(&["s3", "cp", "--recursive", "--quiet", &place, target]);
        in_folder(folder.path())
    }

    /// The digests among [`Bucket::all`], inflated.
    pub(crate) fn digest_texts(&self) -> Vec<String> {
        self.all().iter().filter(|object| object.is_digest()).map(Stored::inflated).collect()
    }

    /// Every event of every log file.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.all().iter().filter(|object| object.is_log()).flat_map(Stored::records).collect()
    }

    fn scratch(&self) -> PathBuf {
        self.folder.path().join("object")
    }
}

/// These bytes as one gzip member.
pub(crate) fn gzip_member(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// Everything in a folder with a file for each key, as the embedded S3 has it, in the order of keys and without
/// metadata.
pub(crate) fn in_folder(folder: &Path) -> Vec<Stored> {
    let mut found = Vec::new();
    collect(folder, "", &mut found);
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Stored>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let key = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if key.contains('%') {
            // What the embedded S3 keeps for itself.
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{key}/"), found);
        } else {
            found.push(Stored { bytes: fs::read(entry.path()).unwrap(), key, metadata: Value::Null });
        }
    }
}
