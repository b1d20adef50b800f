//! The journal: every accepted event in one durable order. To acknowledge is to have been appended here.
//!
//! One writer makes many concurrent appends durable with one `fdatasync` each time; followers read on from positions
//! that they save themselves. `frame.rs` has the format, `recovery.rs` what survives what.

mod ahead;
mod disk;
mod failure;
mod follower;
mod frame;
mod journal;
mod passages;
mod pending_append;
mod positions;
mod queue;
mod recent;
mod recovery;
mod reserve;
mod segment;
mod segments;
mod settings;
mod small_file;
#[cfg(test)]
mod tests;
mod writer;

pub use disk::{Disk, DiskFault, DiskFaults};
pub use failure::{AppendError, DiskError, OpenError, ReadError, SaveError};
pub use follower::Follower;
pub use journal::Journal;
pub use passages::Passage;
pub use pending_append::PendingAppend;
pub use settings::JournalSettings;
