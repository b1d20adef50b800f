//! The run: lists the bucket, walks every chain of digests, and accounts for every object.

use cairn_objects::{Bucket, ObjectError};

use crate::{Report, VerifyOptions};

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

/// Verifies what stands in `source`.
///
/// # Errors
/// [`VerifyError`] when the bucket cannot be read; what is wrong with its content is in the report.
#[allow(clippy::todo, clippy::unused_async, reason = "not written yet")]
pub async fn run(_source: Bucket, _options: VerifyOptions) -> Result<Report, VerifyError> {
    todo!()
}
