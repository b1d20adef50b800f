//! The run: lists the bucket, walks every chain of digests, and accounts for every object.

use std::collections::{BTreeMap, BTreeSet};

use cairn_objects::{Bucket, ObjectError};

use crate::chain::{Walk, Walked};
use crate::logs::{self, Coverage};
use crate::names::{ChainName, DigestName, Place};
use crate::report::{Grade, Problem};
use crate::source::{self, Listing};
use crate::{Progress, Report, VerifyOptions};

/// The bucket could not be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// An object or a listing.
    #[error("cannot read {name}: {error}")]
    Object {
        /// The key or prefix.
        name: String,
        /// What the bucket said.
        error: ObjectError,
    },
}

/// Verifies what stands in `source`, whose name is that of the bucket.
///
/// # Errors
/// [`VerifyError`] when the bucket cannot be read; what is wrong with its content is in the report.
pub async fn run(source: Bucket, options: VerifyOptions) -> Result<Report, VerifyError> {
    run_watched(source, options, &Progress::default()).await
}

/// The same, and counts in `progress` what it has read.
///
/// # Errors
/// As [`run`].
pub async fn run_watched(source: Bucket, options: VerifyOptions, progress: &Progress) -> Result<Report, VerifyError> {
    let listing = source::list(&source, &options.prefix).await?;
    let chains = chains(&listing, &options);
    let mut report = Report::default();
    let has_metadata = has_metadata(&source, &listing).await?;
    let mut walks = Vec::new();
    for (name, digests) in chains {
        let mut walk = Walk { bucket: &source, options: &options, has_metadata, progress, report: &mut report };
        walks.push((name, walk.chain(&digests).await?));
    }
    let mut coverage: BTreeMap<Place, Coverage> = BTreeMap::new();
    for (name, walked) in &walks {
        logs::check_listed(&source, (&options.prefix, progress), walked, &mut report).await?;
        if !name.is_backfill {
            coverage.entry(name.place.clone()).or_default().add(walked);
        }
    }
    let listed = walks.iter().flat_map(|(_, walked)| {
        let proven = walked.listed.iter().map(|(_, log)| log.key.as_str());
        proven.chain(walked.unproven.iter().map(String::as_str))
    });
    let listed: BTreeSet<&str> = listed.collect();
    logs::check_unlisted(&listing, &listed, &coverage, &options, &mut report);
    check_bucket_name(&source, &walks, &mut report);
    if report.digests_total == 0 {
        report.find(Grade::Incomplete, Problem::NothingFound, &options.prefix, "there are no digests to verify");
    }
    report.findings.sort_by(|a, b| a.object.cmp(&b.object));
    Ok(report)
}

/// The digests by the chains that they are of.
fn chains(listing: &Listing, options: &VerifyOptions) -> BTreeMap<ChainName, BTreeMap<String, DigestName>> {
    let mut chains: BTreeMap<ChainName, BTreeMap<String, DigestName>> = BTreeMap::new();
    for (key, name) in &listing.digests {
        let trail = options.filter.trail.as_ref().is_none_or(|trail| *trail == name.chain.trail);
        if trail && options.filter.lets_through(&name.chain.place) {
            chains.entry(name.chain.clone()).or_default().insert(key.clone(), name.clone());
        }
    }
    chains
}

/// Whether any digest has its signature beside it: a plain copy of files has none.
async fn has_metadata(bucket: &Bucket, listing: &Listing) -> Result<bool, VerifyError> {
    for key in listing.digests.keys() {
        let signed = source::get(bucket, key).await?.is_some_and(|o| o.meta.user_metadata.contains_key("signature"));
        if signed {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Digests say which bucket they were written to. When all say the same other one, this is a copy of it.
fn check_bucket_name(source: &Bucket, walks: &[(ChainName, Walked)], report: &mut Report) {
    let named: BTreeSet<&String> = walks.iter().flat_map(|(_, walked)| &walked.buckets).collect();
    if named.iter().all(|name| *name == source.name()) {
        return;
    }
    let buckets: Vec<&str> = named.iter().map(|name| name.as_str()).collect();
    if let [bucket] = buckets[..] {
        let detail = format!("this is a copy of the bucket {bucket}");
        report.find(Grade::Note, Problem::DigestMoved, source.name(), detail);
    } else {
        let detail = format!("digests of different buckets are here: {}", buckets.join(", "));
        report.find(Grade::Tampered, Problem::DigestMoved, source.name(), detail);
    }
}
