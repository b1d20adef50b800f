//! Disk space kept aside, so that positions and a clean stop can still be saved when the disk is full.

use std::sync::{Mutex, PoisonError};

use crate::DiskError;
use crate::disk::{Disk, DiskFile};

const RESERVE: &str = "reserve";

/// Space kept aside in a file of its own.
#[derive(Debug)]
pub(crate) struct Reserve {
    disk: Disk,
    bytes: usize,
    there: Mutex<bool>,
}

impl Reserve {
    /// Takes note of a reserve that is there already.
    pub(crate) fn find(disk: &Disk, bytes: usize) -> Self {
        let length = disk.open(RESERVE).and_then(|file| file.length());
        let there = length.is_ok_and(|length| usize::try_from(length) == Ok(bytes));
        Self { disk: disk.clone(), bytes, there: Mutex::new(there || bytes == 0) }
    }

    /// Sets the space aside again if it was spent.
    ///
    /// # Errors
    /// Above all that the disk is full.
    pub(crate) fn ensure(&self) -> Result<(), DiskError> {
        let mut there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        if !*there {
            // Not zeros: a file system may keep those without taking space for them.
            self.disk.write_whole(RESERVE, &vec![0xA5; self.bytes])?;
            *there = true;
        }
        Ok(())
    }

    /// Does `save`, once more with the reserve's space if the disk is full.
    pub(crate) fn spend_if_full<T>(&self, save: impl Fn() -> Result<T, DiskError>) -> Result<T, DiskError> {
        let saved = match save() {
            Err(error) if error.is_full() && self.spend()? => save(),
            saved => saved,
        };
        // Ingest may not take the space that was just freed; if it is gone, the next commit asks for it first.
        drop(self.ensure());
        saved
    }

    fn spend(&self) -> Result<bool, DiskError> {
        let mut there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = *there && self.bytes > 0;
        if spent {
            *there = false;
            self.disk.remove(RESERVE)?;
            self.disk.sync_folder()?;
        }
        Ok(spent)
    }
}

/// Writes a small file, with the reserve's space if need be.
pub(crate) fn save_file(disk: &Disk, reserve: &Reserve, name: &str, bytes: &[u8]) -> Result<DiskFile, DiskError> {
    reserve.spend_if_full(|| disk.write_whole(name, bytes))
}
