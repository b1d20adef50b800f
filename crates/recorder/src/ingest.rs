//! What comes with `POST /v1/events`, and why it may not be taken in.

use bytes::Bytes;
use cairn_journal::AppendError;
use cairn_model::{AccountId, Origin, Timestamp};

use crate::ContentEncoding;

/// The body of `POST /v1/events`, and who brings it.
#[derive(Debug, Clone)]
pub struct IngestRequest {
    /// The caller's account: the events stand in its history.
    pub account: AccountId,
    /// [`Origin::Live`] for `as=live`, [`Origin::Imported`] for `as=history`.
    pub origin: Origin,
    /// How the body is packed.
    pub encoding: ContentEncoding,
    /// The body as it came.
    pub body: Bytes,
    /// When the request came.
    pub received_at: Timestamp,
}

/// Why a request was not taken in, or only in part. Sending it again is safe: what went in is then a duplicate.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The body inflates to more than is allowed.
    #[error("the body inflates to more than {limit} bytes")]
    TooLarge {
        /// Bytes that it may inflate to.
        limit: usize,
    },
    /// The body inflates far beyond the size it was sent with.
    #[error("the body inflates to more than {ratio} times its size")]
    Bomb {
        /// How many times its size it may become.
        ratio: usize,
    },
    /// More gzip members than are allowed.
    #[error("the body has more than {limit} gzip members")]
    TooManyMembers {
        /// Members that it may have.
        limit: u64,
    },
    /// The body is not what its `Content-Encoding` says, from the start.
    #[error("the body is not valid {encoding}: {reason}")]
    NotEncoded {
        /// `gzip` or `zstd`.
        encoding: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The journal did not take the events.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Whether events are known could not be found out.
    #[error("the event store did not answer: {0}")]
    Store(String),
    /// A conflicting event could not be kept aside.
    #[error("a conflicting event could not be kept aside: {0}")]
    Quarantine(String),
}
