//! Log files, as CloudTrail lays them out.

use std::collections::{BTreeMap, VecDeque};

use libdeflater::{CompressionLvl, Compressor};

use crate::Options;
use crate::manifest::Manifest;
use crate::records::{Record, Records};
use crate::rng::{Rng, wide};
use crate::services::REGIONS;
use crate::text::{moment, token};

/// One log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// `AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`
    pub key: String,
    /// `{"Records":[…]}`, not yet packed.
    pub json: Vec<u8>,
    /// How many records it has.
    pub records: usize,
}

/// Iterates over the log files, in the order in which they become complete.
#[derive(Debug)]
pub struct Files {
    records: Records,
    buffers: BTreeMap<(usize, usize), Buffer>,
    complete: VecDeque<LogFile>,
    manifest: Manifest,
    options: Options,
    count: u64,
}

/// The records waiting for one account's and Region's next file.
#[derive(Debug)]
struct Buffer {
    text: Vec<u8>,
    records: usize,
    day: u64,
    newest: u64,
}

impl Files {
    /// The files of `options`.
    pub fn new(options: Options) -> Self {
        Self {
            records: Records::new(options),
            buffers: BTreeMap::new(),
            complete: VecDeque::new(),
            manifest: Manifest::new(options),
            options,
            count: 0,
        }
    }

    /// The next file; `each` is called with every record that is made on the way to it, in the order of their making.
    pub fn next_with(&mut self, mut each: impl FnMut(&str)) -> Option<LogFile> {
        while self.complete.is_empty() {
            let Some(record) = self.records.make() else {
                let (place, buffer) = self.buffers.pop_first()?;
                self.finish(place, buffer);
                break;
            };
            self.manifest.add_record(&record, &self.records.text);
            for _ in 0..if record.is_doubled { 2 } else { 1 } {
                each(&self.records.text);
                self.add(&record);
            }
        }
        self.complete.pop_front()
    }

    /// What was made so far; complete once there are no more files. `packed_bytes` is for the caller to add.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn add(&mut self, record: &Record) {
        let day = record.arrived / 86_400;
        let place = (record.facts.account, record.facts.region);
        let is_full = |buffer: &Buffer| buffer.day < day || buffer.records >= self.options.records_per_file_max;
        if self.buffers.get(&place).is_some_and(is_full)
            && let Some(buffer) = self.buffers.remove(&place)
        {
            self.finish(place, buffer);
        }
        let empty = || Buffer { text: b"{\"Records\":[".to_vec(), records: 0, day, newest: 0 };
        let buffer = self.buffers.entry(place).or_insert_with(empty);
        if buffer.records > 0 {
            buffer.text.push(b',');
        }
        buffer.text.extend_from_slice(self.records.text.as_bytes());
        buffer.records += 1;
        buffer.newest = buffer.newest.max(record.arrived);
    }

    fn finish(&mut self, (account, region): (usize, usize), mut buffer: Buffer) {
        buffer.text.extend_from_slice(b"]}");
        let account = &self.records.world.accounts[account].id;
        let region = REGIONS[region];
        let end = moment(buffer.newest.div_ceil(300) * 300 + 300);
        let unique = token(&mut Rng::keyed(self.options.seed, 0xf11e_0000_0000 + self.count), 16);
        let (path, time) = (end.date_path(), end.basic_minutes());
        let key = format!(
            "AWSLogs/{account}/CloudTrail/{region}/{path}/{account}_CloudTrail_{region}_{time}_{unique}.json.gz"
        );
        self.count += 1;
        self.manifest.add_file(wide(buffer.text.len()));
        self.complete.push_back(LogFile { key, json: buffer.text, records: buffer.records });
    }
}

impl Iterator for Files {
    type Item = LogFile;

    fn next(&mut self) -> Option<LogFile> {
        self.next_with(|_| {})
    }
}

impl LogFile {
    /// The file as one gzip member without a time. `level` goes from 1, fast, to 12, small; 6 is usual.
    pub fn packed(&self, level: i32) -> Vec<u8> {
        let level = CompressionLvl::new(level.clamp(1, 12)).unwrap_or_default();
        let mut compressor = Compressor::new(level);
        let mut packed = vec![0; compressor.gzip_compress_bound(self.json.len())];
        // The bound is always enough, so this always succeeds.
        let size = compressor.gzip_compress(&self.json, &mut packed).unwrap_or(0);
        packed.truncate(size);
        packed
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::{Document, EventFields, JsonLimits, Timestamp, split_documents};

    use super::*;

    fn options() -> Options {
        Options { events: 5000, days: 3, duplicates: 0.01, ..Options::default() }
    }

    #[test]
    fn equal_options_give_equal_files_and_another_seed_does_not() {
        let all = |seed| Files::new(Options { seed, ..options() }).collect::<Vec<_>>();
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
    }

    #[test]
    fn every_record_is_an_event_and_the_manifest_counts_them() {
        let mut files = Files::new(options());
        let (mut records, mut errors, mut count) = (0, 0, 0);
        for file in files.by_ref() {
            count += 1;
            let Some(Ok(Document::Events(ranges))) = split_documents(&file.json, JsonLimits::default()).next() else {
                panic!("{} is not a log file", file.key)
            };
            assert_eq!(ranges.len(), file.records);
            records += file.records;
            for range in ranges {
                let event = EventFields::parse(&file.json[range]).unwrap();
                assert!(event.event_id.is_some() && event.event_name.is_some());
                errors += u64::from(event.error_code.is_some());
            }
        }
        let manifest = files.manifest();
        assert_eq!(wide(records), 5000 + manifest.duplicates);
        assert_eq!(manifest.files, count);
        assert_eq!(manifest.by_event_name.values().sum::<u64>(), 5000);
        assert!(manifest.duplicates > 0 && errors > 0 && manifest.errors >= errors - manifest.duplicates);
    }

    #[test]
    fn events_can_end_now() {
        let now = Timestamp::parse("2026-11-22T10:17:42Z").unwrap();
        let options = Options { events: 500, days: 2, ..Options::default() }.ending_at(now);
        let mut newest = Timestamp::default();
        let mut files = Files::new(options);
        while files
            .next_with(|record| newest = newest.max(EventFields::parse(record.as_bytes()).unwrap().event_time))
            .is_some()
        {}
        assert!(newest < now && now.since(newest).as_secs() < 6 * 3600, "{newest}");
    }

    #[test]
    fn packed_files_are_one_member_of_the_same_bytes() {
        let file = Files::new(options()).next().unwrap();
        let packed = file.packed(6);
        let mut text = vec![0; file.json.len()];
        libdeflater::Decompressor::new().gzip_decompress(&packed, &mut text).unwrap();
        assert_eq!(text, file.json);
        assert_eq!(packed, file.packed(6));
    }
}
