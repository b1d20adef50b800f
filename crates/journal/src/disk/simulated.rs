//! A disk in memory that keeps apart what was synced and what was only written, and fails on demand.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cairn_environment::{Clock, Environment, Random};
use tokio::sync::watch;

/// How one call on a simulated disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFault {
    /// An input/output error. A write stops in its middle; a sync forgets what it could not write, as Linux does.
    Broken,
    /// No space is left. A write stops in its middle.
    Full,
    /// The power fails before the call.
    Crash,
}

/// Makes a simulated disk fail.
#[derive(Debug, Clone)]
pub struct DiskFaults {
    world: Arc<Mutex<World>>,
    is_held: Arc<watch::Sender<bool>>,
}

/// A disk in memory.
#[derive(Debug, Clone)]
pub(crate) struct SimulatedDisk {
    world: Arc<Mutex<World>>,
    /// Whether commits stand still.
    is_held: Arc<watch::Sender<bool>>,
    clock: Clock,
    /// Which power-up this handle belongs to; a handle from before a crash is dead.
    power_up: Option<u64>,
}

/// An open file of a simulated disk.
#[derive(Debug)]
pub(crate) struct SimulatedFile {
    disk: SimulatedDisk,
    file: u64,
}

/// The lock of a simulated disk.
#[derive(Debug)]
pub(crate) struct SimulatedLock {
    world: Arc<Mutex<World>>,
    power_up: u64,
}

#[derive(Debug)]
struct World {
    random: Random,
    power_up: u64,
    locked: bool,
    files: BTreeMap<u64, Contents>,
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    /// What was done to names since the folder was last synced; `None` is a removal.
    name_changes: Vec<(String, Option<u64>)>,
    file_count: u64,
    /// The most that all files may take.
    capacity: Option<u64>,
    calls: u64,
    syncs: u64,
    planned: BTreeMap<u64, DiskFault>,
    fail_next_sync: bool,
}

#[derive(Debug, Default)]
struct Contents {
    written: Vec<u8>,
    durable: Vec<u8>,
    /// Where `written` was changed since the last sync.
    changed: Vec<Range<usize>>,
}

const SECTOR_BYTES: usize = 512;

impl SimulatedDisk {
    pub(crate) fn new(environment: &Environment) -> (Self, DiskFaults) {
        let world = Arc::new(Mutex::new(World {
            random: environment.random.clone(),
            power_up: 0,
            locked: false,
            files: BTreeMap::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            name_changes: Vec::new(),
            file_count: 0,
            capacity: None,
            calls: 0,
            syncs: 0,
            planned: BTreeMap::new(),
            fail_next_sync: false,
        }));
        let is_held = Arc::new(watch::Sender::new(false));
        let faults = DiskFaults { world: Arc::clone(&world), is_held: Arc::clone(&is_held) };
        (Self { world, is_held, clock: environment.clock.clone(), power_up: None }, faults)
    }

    pub(crate) async fn seek(&self) {
        let micros = enter(&self.world).random.below(2_000);
        self.clock.sleep(Duration::from_micros(micros)).await;
        // The sender is the disk's own, so that it is there.
        drop(self.is_held.subscribe().wait_for(|is_held| !is_held).await);
    }

    pub(crate) fn lock(&self) -> io::Result<Option<(Self, SimulatedLock)>> {
        let mut world = self.whole_call()?;
        if world.locked {
            return Ok(None);
        }
        world.locked = true;
        let lock = SimulatedLock { world: Arc::clone(&self.world), power_up: world.power_up };
        Ok(Some((Self { power_up: Some(world.power_up), ..self.clone() }, lock)))
    }

    /// Counts a call and makes it fail if that is due.
    fn call(&self) -> io::Result<(MutexGuard<'_, World>, Option<DiskFault>)> {
        let mut world = enter(&self.world);
        if self.power_up.is_some_and(|power_up| power_up != world.power_up) {
            return Err(broken());
        }
        world.calls += 1;
        let number = world.calls;
        let fault = world.planned.remove(&number);
        if fault == Some(DiskFault::Crash) {
            world.crash();
            return Err(broken());
        }
        Ok((world, fault))
    }

    /// A call that does not write: it succeeds or fails as a whole.
    fn whole_call(&self) -> io::Result<MutexGuard<'_, World>> {
        match self.call()? {
            (world, None) => Ok(world),
            (_, Some(DiskFault::Full)) => Err(full()),
            (_, Some(DiskFault::Broken | DiskFault::Crash)) => Err(broken()),
        }
    }

    pub(crate) fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.whole_call()?.names.keys().cloned().collect())
    }

    pub(crate) fn open(&self, name: &str) -> io::Result<SimulatedFile> {
        let file = *self.whole_call()?.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(SimulatedFile { disk: self.clone(), file })
    }

    pub(crate) fn create(&self, name: &str) -> io::Result<SimulatedFile> {
        let mut world = self.whole_call()?;
        world.file_count += 1;
        let file = world.file_count;
        world.files.insert(file, Contents::default());
        world.set_name(name, Some(file));
        Ok(SimulatedFile { disk: self.clone(), file })
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut world = self.whole_call()?;
        let file = *world.names.get(from).ok_or(io::ErrorKind::NotFound)?;
        world.set_name(to, Some(file));
        world.set_name(from, None);
        Ok(())
    }

    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        let mut world = self.whole_call()?;
        world.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        world.set_name(name, None);
        Ok(())
    }

    pub(crate) fn sync_folder(&self) -> io::Result<()> {
        let (mut world, fault) = self.call()?;
        world.syncs += 1;
        if fault.is_some() || std::mem::take(&mut world.fail_next_sync) {
            return Err(broken());
        }
        world.durable_names = world.names.clone();
        world.name_changes.clear();
        let kept: Vec<u64> = world.names.values().copied().collect();
        // An open file without a name would live on; the journal reads none after removing it, so it can go.
        world.files.retain(|file, _| kept.contains(file));
        Ok(())
    }
}

impl SimulatedFile {
    pub(crate) fn length(&self) -> io::Result<u64> {
        let mut world = self.disk.whole_call()?;
        Ok(u64::try_from(world.contents(self.file)?.written.len()).unwrap_or(u64::MAX))
    }

    pub(crate) fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let mut world = self.disk.whole_call()?;
        let start = to_usize(offset)?;
        let written = &world.contents(self.file)?.written;
        let from = written.get(start..start.saturating_add(bytes.len())).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(from);
        Ok(())
    }

    pub(crate) fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let (mut world, fault) = self.disk.call()?;
        let start = to_usize(offset)?;
        let length = world.contents(self.file)?.written.len();
        let growth = start.saturating_add(bytes.len()).saturating_sub(length);
        let lacking = growth.saturating_sub(world.free());
        let fits = bytes.len().saturating_sub(lacking);
        let (done, result) = match fault {
            Some(DiskFault::Full) => (half(&world.random, bytes.len()), Err(full())),
            Some(DiskFault::Broken | DiskFault::Crash) => (half(&world.random, bytes.len()), Err(broken())),
            None if lacking > 0 => (fits, Err(full())),
            None => (bytes.len(), Ok(())),
        };
        let done = bytes.get(..done.min(fits)).unwrap_or_default();
        world.contents(self.file)?.write(done, start);
        result
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        let (mut world, fault) = self.disk.call()?;
        world.syncs += 1;
        let fails = fault.is_some() || std::mem::take(&mut world.fail_next_sync);
        let contents = world.contents(self.file)?;
        if fails {
            // The pages stay readable and count as clean: only a crash shows that they never reached the disk.
            contents.changed.clear();
            return Err(broken());
        }
        contents.sync();
        Ok(())
    }

    pub(crate) fn truncate(&self, length: u64) -> io::Result<()> {
        let mut world = self.disk.whole_call()?;
        world.contents(self.file)?.written.truncate(to_usize(length)?);
        Ok(())
    }
}

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        let mut world = enter(&self.world);
        if world.power_up == self.power_up {
            world.locked = false;
        }
    }
}

impl World {
    fn contents(&mut self, file: u64) -> io::Result<&mut Contents> {
        self.files.get_mut(&file).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn set_name(&mut self, name: &str, file: Option<u64>) {
        match file {
            Some(file) => self.names.insert(name.to_owned(), file),
            None => self.names.remove(name),
        };
        self.name_changes.push((name.to_owned(), file));
    }

    fn used(&self) -> u64 {
        let lengths = self.names.values().filter_map(|file| self.files.get(file)).map(|file| file.written.len());
        u64::try_from(lengths.sum::<usize>()).unwrap_or(u64::MAX)
    }

    fn free(&self) -> usize {
        self.capacity
            .map_or(usize::MAX, |capacity| usize::try_from(capacity.saturating_sub(self.used())).unwrap_or(usize::MAX))
    }

    /// Nothing survives but what was synced, and what of the rest the seed lets through.
    fn crash(&mut self) {
        self.power_up += 1;
        self.locked = false;
        for contents in self.files.values_mut() {
            contents.crash(&self.random);
        }
        for (name, file) in std::mem::take(&mut self.name_changes) {
            if self.random.below(2) == 0 {
                continue;
            }
            match file {
                Some(file) => self.durable_names.insert(name, file),
                None => self.durable_names.remove(&name),
            };
        }
        self.names = self.durable_names.clone();
    }
}

impl Contents {
    fn write(&mut self, bytes: &[u8], start: usize) {
        let end = start + bytes.len();
        if self.written.len() < end {
            self.written.resize(end, 0);
        }
        self.written.iter_mut().skip(start).zip(bytes).for_each(|(to, from)| *to = *from);
        self.changed.push(start..end);
    }

    fn sync(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        self.durable.resize(self.written.len(), 0);
        for range in changed {
            self.keep(range);
        }
    }

    /// Lets the bytes of `range` reach the disk.
    fn keep(&mut self, range: Range<usize>) {
        let end = range.end.min(self.written.len());
        let Some(from) = self.written.get(range.start..end) else { return };
        if self.durable.len() < end {
            self.durable.resize(end, 0);
        }
        self.durable.iter_mut().skip(range.start).zip(from).for_each(|(to, from)| *to = *from);
    }

    fn crash(&mut self, random: &Random) {
        for range in std::mem::take(&mut self.changed) {
            match random.below(4) {
                0 => {}
                1 => self.keep(range),
                2 => {
                    let kept = half(random, range.len());
                    self.keep(range.start..range.start + kept);
                }
                _ => self.keep_some_sectors(range, random),
            }
        }
        self.written = self.durable.clone();
    }

    /// The file has its new length, but only some sectors of it were written.
    fn keep_some_sectors(&mut self, range: Range<usize>, random: &Random) {
        let end = range.end.min(self.written.len());
        if self.durable.len() < end {
            self.durable.resize(end, 0);
        }
        let mut start = range.start;
        while start < end {
            let next = (start / SECTOR_BYTES + 1) * SECTOR_BYTES;
            if random.below(2) == 1 {
                self.keep(start..next.min(end));
            }
            start = next;
        }
    }
}

impl DiskFaults {
    /// The power fails and returns: what was not synced is lost, whole, in part or not at all, as the seed decides; so
    /// are names. Every journal that was open on the disk is dead; open the disk again.
    pub fn crash(&self) {
        enter(&self.world).crash();
    }

    /// Makes the next sync fail. What it should have made durable stays readable and is lost at the next crash.
    pub fn fail_next_sync(&self) {
        enter(&self.world).fail_next_sync = true;
    }

    /// Whether the disk takes nothing more than it has now.
    pub fn set_full(&self, full: bool) {
        let mut world = enter(&self.world);
        world.capacity = full.then(|| world.used());
    }

    /// Whether the disk stands still: the next commit waits before it begins, until it does no longer.
    pub fn set_held(&self, held: bool) {
        self.is_held.send_replace(held);
    }

    /// How many calls the disk has had, all journals together. Equal runs make equal calls.
    pub fn calls(&self) -> u64 {
        enter(&self.world).calls
    }

    /// How many of the calls were syncs.
    pub fn syncs(&self) -> u64 {
        enter(&self.world).syncs
    }

    /// Makes the call with this number fail, the first call of all being 1.
    pub fn fail_call(&self, number: u64, fault: DiskFault) {
        enter(&self.world).planned.insert(number, fault);
    }

    /// Takes back every failure that was asked for and has not happened yet, and makes room again.
    pub fn heal(&self) {
        let mut world = enter(&self.world);
        world.planned.clear();
        world.fail_next_sync = false;
        world.capacity = None;
    }

    /// The files by name, as a program would read them now.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let world = enter(&self.world);
        let written = |file: &u64| world.files.get(file).map(|contents| contents.written.clone()).unwrap_or_default();
        world.names.iter().map(|(name, file)| (name.clone(), written(file))).collect()
    }

    /// Puts `bytes`, durable, where the file `name` was; none removes it.
    pub fn replace_file(&self, name: &str, bytes: Option<&[u8]>) {
        let mut world = enter(&self.world);
        world.file_count += 1;
        let file = world.file_count;
        if let Some(bytes) = bytes {
            let contents = Contents { written: bytes.to_vec(), durable: bytes.to_vec(), changed: Vec::new() };
            world.files.insert(file, contents);
            world.names.insert(name.to_owned(), file);
            world.durable_names.insert(name.to_owned(), file);
        } else {
            world.names.remove(name);
            world.durable_names.remove(name);
        }
    }
}

fn enter(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Any count below `whole`.
fn half(random: &Random, whole: usize) -> usize {
    usize::try_from(random.below(u64::try_from(whole).unwrap_or(0))).unwrap_or(0)
}

fn to_usize(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput.into())
}

fn broken() -> io::Error {
    io::Error::other("the simulated disk failed")
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}
