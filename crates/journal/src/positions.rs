//! How far each follower has come: one small durable file per follower.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cairn_model::Sequence;

use crate::disk::Disk;
use crate::reserve::{Reserve, save_file};
use crate::{DiskError, OpenError, small_file};

const PREFIX: &str = "follower-";
const KIND: &str = "cairn-follower-1";

/// The saved positions by follower.
#[derive(Debug)]
pub(crate) struct Positions {
    saved: Mutex<BTreeMap<String, Sequence>>,
    /// Held while positions change on disk, so that registering and releasing do not cross.
    door: Mutex<Door>,
}

/// Whether positions may still be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    Closed,
}

impl Positions {
    /// Reads what was saved.
    pub(crate) fn load(disk: &Disk, names: &[String]) -> Result<Self, OpenError> {
        let mut saved = BTreeMap::new();
        for file in names {
            let Some(follower) = file.strip_prefix(PREFIX).filter(|follower| is_name(follower)) else { continue };
            let bytes = disk.read_small(file)?.unwrap_or_default();
            let Some(position) = decode(follower, &bytes) else {
                let reason = "a saved position is not what was written";
                return Err(OpenError::Damaged { segment: file.clone(), offset: 0, reason });
            };
            saved.insert(follower.to_owned(), position);
        }
        Ok(Self { saved: Mutex::new(saved), door: Mutex::new(Door::Open) })
    }

    /// Begins a change of positions.
    pub(crate) fn enter(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The saved position of one follower.
    pub(crate) fn get(&self, follower: &str) -> Option<Sequence> {
        self.map().get(follower).copied()
    }

    /// All saved positions, by name.
    pub(crate) fn all(&self) -> Vec<(String, Sequence)> {
        self.map().iter().map(|(name, position)| (name.clone(), *position)).collect()
    }

    /// What no follower needs any more lies below it; none without followers.
    pub(crate) fn lowest(&self) -> Option<Sequence> {
        self.map().values().min().copied()
    }

    /// Makes a position durable. The caller has entered.
    pub(crate) fn save(
        &self,
        disk: &Disk,
        reserve: &Reserve,
        follower: &str,
        position: Sequence,
    ) -> Result<(), DiskError> {
        save_file(disk, reserve, &format!("{PREFIX}{follower}"), &encode(follower, position))?;
        self.map().insert(follower.to_owned(), position);
        Ok(())
    }

    /// Forgets a follower. The caller has entered.
    pub(crate) fn forget(&self, disk: &Disk, follower: &str) -> Result<(), DiskError> {
        disk.remove(&format!("{PREFIX}{follower}"))?;
        disk.sync_folder()?;
        self.map().remove(follower);
        Ok(())
    }

    fn map(&self) -> MutexGuard<'_, BTreeMap<String, Sequence>> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `name` can be a follower's: it becomes part of a file's name.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn encode(follower: &str, position: Sequence) -> Vec<u8> {
    small_file::encode(&[KIND, follower, &position.to_string()])
}

fn decode(follower: &str, bytes: &[u8]) -> Option<Sequence> {
    let [kind, name, position] = small_file::decode(bytes)?;
    (kind == KIND && name == follower).then(|| position.parse().ok().map(Sequence)).flatten()
}
