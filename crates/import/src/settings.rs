//! What is imported, from where, to where.

use std::fmt;
use std::path::PathBuf;

use cairn_objects::Bucket;

/// Where the log files are.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file, or a folder with all folders in it.
    Folder(PathBuf),
    /// The objects of a bucket whose keys begin with `prefix`.
    Bucket {
        /// The bucket; [`Bucket::remote`] for `s3://`.
        bucket: Bucket,
        /// `AWSLogs/`
        prefix: String,
    },
}

/// How the server takes the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importing {
    /// `as=history`: the event history only.
    History,
    /// `as=live`: new events, which flow on to trails.
    Live,
}

/// An access key of the account that takes the events. `Debug` does not show the secret.
#[derive(Clone)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// One import.
#[derive(Debug, Clone)]
pub struct ImportSettings {
    /// Where the log files are.
    pub source: Source,
    /// The server: `http://127.0.0.1:4580`.
    pub endpoint_url: String,
    /// The Region to sign for: `us-east-1`.
    pub region: String,
    /// The key to sign with.
    pub credentials: Credentials,
    /// How the server takes the events.
    pub importing: Importing,
    /// Where the files that are done are remembered, so that an import that was stopped goes on there.
    pub resume: Option<PathBuf>,
    /// Packed bytes that one request aims at. 1 MiB.
    pub request_bytes: usize,
    /// Requests that are under way at the same time. 3.
    pub requests_in_flight: usize,
}

impl ImportSettings {
    /// An import of `source` into the history of the account that `credentials` belong to, with the usual sizes.
    pub fn new(source: Source, endpoint_url: String, region: String, credentials: Credentials) -> Self {
        Self {
            source,
            endpoint_url,
            region,
            credentials,
            importing: Importing::History,
            resume: None,
            request_bytes: 1 << 20,
            requests_in_flight: 3,
        }
    }
}
