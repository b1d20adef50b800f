//! The journal: every accepted event in one durable order. To acknowledge is to have been appended here.
//!
//! One writer makes many concurrent appends durable with one `fdatasync` each time; followers read on from positions
//! that they save themselves. See [`frame`] for the format, [`recovery`] for what survives what.

mod disk;
mod failure;
mod follower;
mod journal;
mod settings;

pub use disk::{Disk, DiskFault, DiskFaults};
pub use failure::{AppendError, DiskError, OpenError, ReadError, SaveError};
pub use follower::Follower;
pub use journal::Journal;
pub use settings::JournalSettings;
