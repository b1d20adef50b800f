//! The seam to the disk.

use std::path::PathBuf;

use cairn_environment::Environment;

/// Where a journal lives.
#[derive(Debug, Clone)]
pub struct Disk;

/// Makes a simulated disk fail.
#[derive(Debug, Clone)]
pub struct DiskFaults;

/// How one call on a simulated disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFault {
    /// An input/output error.
    Broken,
    /// No space; a write stops in its middle.
    Full,
    /// The power fails before the call.
    Crash,
}

impl Disk {
    /// A real folder, made when absent.
    pub fn folder(_path: impl Into<PathBuf>) -> Self {
        todo!()
    }

    /// A disk in memory, and the switches that make it fail.
    pub fn simulated(_environment: &Environment) -> (Self, DiskFaults) {
        todo!()
    }
}

impl DiskFaults {
    /// The power fails.
    pub fn crash(&self) {
        todo!()
    }

    /// The next sync fails.
    pub fn fail_next_sync(&self) {
        todo!()
    }

    /// Whether the disk is full.
    pub fn set_full(&self, _full: bool) {
        todo!()
    }

    /// Disk calls so far.
    pub fn calls(&self) -> u64 {
        todo!()
    }

    /// Makes the call with this number fail.
    pub fn fail_call(&self, _number: u64, _fault: DiskFault) {
        todo!()
    }
}
