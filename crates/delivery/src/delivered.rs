//! What is known of delivered files: where whoever looks whether they are still there can begin.

use cairn_catalog::Trail;

use crate::Delivery;
use crate::depot::Depot;
use crate::object_names::Place;

/// A file that its bucket is known to have taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveredFile {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// SHA-256 of its inflated content, in lower-case hexadecimal.
    pub content_hash: String,
}

/// The newest files of a trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveredFiles {
    /// Log files that no digest lists yet.
    pub log_files: Vec<DeliveredFile>,
    /// The newest digest of each Region; those before it are named in it.
    pub digests: Vec<DeliveredFile>,
    /// S3's error codes of the last attempts, where these failed.
    pub errors: Vec<String>,
}

impl Delivery {
    /// The newest files of `trail` that were delivered, in every Region and of every account.
    pub async fn delivered_files(&self, trail: &Trail) -> DeliveredFiles {
        of_trail(self.depot(), &trail.id).await
    }

    /// What the keys of all files of `trail` begin with: one for its account, and one for its organization.
    pub fn roots(trail: &Trail) -> Vec<String> {
        let (prefix, organization) = (trail.s3_key_prefix.as_deref(), trail.organization.as_deref());
        Place { prefix, organization, account: trail.account }.roots()
    }
}

async fn of_trail(depot: &Depot, trail: &str) -> DeliveredFiles {
    let mut found = DeliveredFiles::default();
    for lane in depot.lanes() {
        let state = lane.state().await;
        // The parts of an organization trail have its id before a slash.
        if state.trail.id.split('/').next() != Some(trail) {
            continue;
        }
        found
            .errors
            .extend([&state.log_attempts, &state.digest_attempts].into_iter().filter_map(|of| of.error.clone()));
        let file = |bucket: &String, key: &String, content_hash: &String| DeliveredFile {
            bucket: bucket.clone(),
            key: key.clone(),
            content_hash: content_hash.clone(),
        };
        found.log_files.extend(state.confirmed.iter().map(|log| file(&log.bucket, &log.key, &log.content_hash)));
        let newest = state.chain.as_ref().map(|chain| &chain.previous);
        // A digest is the chain's newest as soon as it is signed, before its bucket has it.
        let delivered = newest.filter(|newest| state.digests.iter().all(|waiting| waiting.key != newest.key));
        found.digests.extend(delivered.map(|digest| file(&digest.bucket, &digest.key, &digest.content_hash)));
    }
    found
}
