//! What the journal's callers are told when something cannot be done.

use std::io;

use cairn_model::Sequence;

/// The disk refused something.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{name}`: {source}")]
pub struct DiskError {
    /// What was being done, such as `write`.
    pub action: &'static str,
    /// The file, as it is called in the journal's folder.
    pub name: String,
    /// What the system said.
    pub source: io::Error,
}

impl DiskError {
    pub(crate) fn new(action: &'static str, name: &str, source: io::Error) -> Self {
        Self { action, name: name.to_owned(), source }
    }

    /// Whether the disk or the quota is full, which passes by itself when space returns.
    pub fn is_full(&self) -> bool {
        matches!(self.source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }
}

/// Why an append was not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The disk is full. Nothing was kept; trying again later succeeds once there is space.
    #[error("the journal's disk is full")]
    Full,
    /// The disk failed, so that nothing can be promised until the journal was opened anew. Whether these entries were
    /// kept is not known.
    #[error("the journal's disk failed; the journal must be opened anew")]
    Poisoned,
    /// The journal was closed. Nothing was kept.
    #[error("the journal is closed")]
    Stopped,
    /// One append carries more than a commit may hold. Nothing was kept; smaller appends succeed.
    #[error("an append of {bytes} bytes is over the limit of {bytes_max}")]
    TooLarge {
        /// What the append would take.
        bytes: usize,
        /// What it may take at most.
        bytes_max: usize,
    },
}

/// Why a journal could not be opened. No entry was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another instance has the same folder open.
    #[error("another instance uses this journal: its lock file is taken")]
    Locked,
    /// Entries that were durable are no longer what was written. Opening would lose them silently, so it is refused.
    #[error("the journal is damaged: segment `{segment}` at offset {offset}: {reason}")]
    Damaged {
        /// The file's name.
        segment: String,
        /// Bytes from the start of the file.
        offset: u64,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A follower's saved position lies behind the journal's end: the journal's last entries were taken away, as by
    /// restoring an old backup.
    #[error("follower `{follower}` has done everything below {position}, but the journal ends at {end}")]
    Behind {
        /// The follower's name.
        follower: String,
        /// What it has saved.
        position: Sequence,
        /// Where the journal ends.
        end: Sequence,
    },
    /// The disk refused something.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Why entries could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The entry was released: every follower had been past it.
    #[error("entry {from} was released; the journal begins at {start}")]
    Released {
        /// What was asked for.
        from: Sequence,
        /// The oldest entry that is still there.
        start: Sequence,
    },
    /// The stored entries are not what was written.
    #[error("the journal is damaged: segment `{segment}` at offset {offset}: {reason}")]
    Damaged {
        /// The file's name.
        segment: String,
        /// Bytes from the start of the file.
        offset: u64,
        /// What is wrong there.
        reason: &'static str,
    },
    /// The name of a follower must be 1 to 64 letters, digits, `-` or `_`.
    #[error("`{0}` is not a follower's name: it must be 1 to 64 letters, digits, - or _")]
    InvalidName(String),
    /// The journal was closed and there is nothing more to come.
    #[error("the journal is closed")]
    Stopped,
    /// The disk refused something.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Why a position was not saved. The one before still stands.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A saved position never moves backwards: what lies before it may be gone.
    #[error("position {position} lies before the saved one, {saved}")]
    Backwards {
        /// What was to be saved.
        position: Sequence,
        /// What is saved.
        saved: Sequence,
    },
    /// Nothing that is not durable can have been followed.
    #[error("position {position} lies behind the journal's end, {end}")]
    BeyondEnd {
        /// What was to be saved.
        position: Sequence,
        /// Where the journal ends.
        end: Sequence,
    },
    /// The journal was closed.
    #[error("the journal is closed")]
    Stopped,
    /// The disk refused something.
    #[error(transparent)]
    Disk(#[from] DiskError),
}
