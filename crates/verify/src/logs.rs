//! Holds log files against the digests that list them, and accounts for those that no digest lists.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cairn_model::{EventFields, Timestamp, selectors};
use cairn_objects::Bucket;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chain::{Walked, Window};
use crate::digest::ListedLog;
use crate::member::{self, sha256_hex};
use crate::names::{self, Name, Place};
use crate::report::{Grade, Problem, Report};
use crate::source::{self, FoundLog, Listing};
use crate::{Progress, VerifyError, VerifyOptions};

/// The names of log files tell their minute only.
const MINUTE: Duration = Duration::from_mins(1);

#[derive(Deserialize)]
struct RecordsFile<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'a RawValue>,
}

/// Verifies every log file that a valid digest lists.
pub(crate) async fn check_listed(
    bucket: &Bucket,
    (prefix, progress): (&str, &Progress),
    walked: &Walked,
    report: &mut Report,
) -> Result<(), VerifyError> {
    let mut seen = BTreeSet::new();
    for (digest, log) in &walked.listed {
        report.logs_total += 1;
        if !seen.insert((&log.bucket, &log.key)) {
            report.find(Grade::Tampered, Problem::LogChanged, &log.key, "two digests list this log file");
            continue;
        }
        if !walked.buckets.contains(&log.bucket) {
            let detail = format!("the log file is in another bucket, {}", log.bucket);
            report.find(Grade::Incomplete, Problem::LogMissing, &log.key, detail);
            continue;
        }
        let bytes = source::bytes(bucket, &log.key).await?;
        progress.log_file_read();
        match bytes {
            None => {
                let detail = format!("the log file is missing; {digest} lists it");
                report.find(Grade::Tampered, Problem::LogMissing, &log.key, detail);
            }
            Some(bytes) => check_log(prefix, log, &bytes, report),
        }
    }
    Ok(())
}

fn check_log(prefix: &str, log: &ListedLog, bytes: &[u8], report: &mut Report) {
    let content = match member::content(bytes) {
        Ok(content) => content,
        Err(fault) => {
            let detail = format!("the log file {fault}");
            return report.find(Grade::Tampered, Problem::NotOneMember, &log.key, detail);
        }
    };
    if sha256_hex(&content) != log.hash_value {
        let detail = "the log file is not what its digest says";
        return report.find(Grade::Tampered, Problem::LogChanged, &log.key, detail);
    }
    match check_events(prefix, log, &content, report) {
        Ok(events) => {
            report.logs_valid += 1;
            report.events += events;
        }
        Err(detail) => report.find(Grade::Tampered, Problem::WrongEvents, &log.key, detail),
    }
}

/// Checks that the file holds events of its Region and of the times that its digest says. Returns how many.
fn check_events(prefix: &str, log: &ListedLog, content: &[u8], report: &mut Report) -> Result<usize, String> {
    let file: RecordsFile<'_> =
        serde_json::from_slice(content).map_err(|e| format!("it is no file of Records: {e}"))?;
    let place = match names::read(prefix, &log.key) {
        Name::Log(name) => Some(name.place),
        Name::Digest(_) | Name::Marker | Name::Stray | Name::Other => None,
    };
    let (mut times, mut foreign): (Vec<Timestamp>, usize) = (Vec::new(), 0);
    for record in &file.records {
        let event = EventFields::parse(record.get().as_bytes()).map_err(|e| format!("an event: {e}"))?;
        times.push(event.event_time);
        let Some(Place { account, region }) = &place else { continue };
        if selectors::file_region(&event).as_str() != region {
            return Err(format!("an event of {} is in a file of {region}", selectors::file_region(&event)));
        }
        foreign += usize::from(event.recipient_account_id.is_some_and(|recipient| recipient != *account));
    }
    if foreign > 0 {
        // Producers may bring events that name another account; the digest proves that they did.
        let detail = format!("{foreign} events name another recipient account than the file's");
        report.find(Grade::Note, Problem::WrongEvents, &log.key, detail);
    }
    let said = |time: &Option<String>| time.as_deref().and_then(|time| Timestamp::parse(time).ok());
    let times_match = times.iter().min() == said(&log.oldest_event_time).as_ref()
        && times.iter().max() == said(&log.newest_event_time).as_ref();
    if times_match { Ok(times.len()) } else { Err("its events are of other times than its digest says".to_owned()) }
}

/// What the digests of one account and Region prove together: their trails share one folder of log files.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    windows: Vec<Window>,
    /// The newest end of a chain that goes on.
    open_until: Option<Timestamp>,
    interval: Duration,
}

impl Coverage {
    pub(crate) fn add(&mut self, walked: &Walked) {
        self.windows.extend(&walked.windows);
        let newest = walked.windows.iter().map(|window| window.end).max();
        if !walked.is_over {
            self.open_until = self.open_until.max(newest);
        }
        let length = |window: &Window| window.end.since(window.start);
        self.interval = self.interval.max(walked.windows.iter().map(length).max().unwrap_or_default());
    }

    /// Whether a file that was sealed within a minute from `minute` on could be for the next digest to list.
    fn awaits(&self, log: &FoundLog) -> bool {
        let grace = self.interval.min(MINUTE);
        self.open_until
            .is_some_and(|until| log.name.minute.plus(MINUTE + grace) > until && log.last_modified.plus(grace) > until)
    }

    /// Whether a digest covers the end of the minute: then no later one has to. Before a chain begins nothing is
    /// covered, so its first digest has to cover the whole minute.
    fn covers(&self, minute: Timestamp) -> bool {
        let sealed = minute.plus(MINUTE);
        let begun = |window: &Window| if window.is_starting { minute >= window.start } else { sealed > window.start };
        self.windows.iter().any(|window| begun(window) && sealed <= window.end)
    }
}

/// Accounts for every log file that no digest lists.
pub(crate) fn check_unlisted(
    listing: &Listing,
    listed: &BTreeSet<&str>,
    coverage: &BTreeMap<Place, Coverage>,
    options: &VerifyOptions,
    report: &mut Report,
) {
    // Digests that never list network activity or summaries say nothing of such files.
    let kinds: BTreeSet<&str> = listing
        .logs
        .iter()
        .filter(|(key, log)| log.name.is_of_events() || listed.contains(key.as_str()))
        .map(|(_, log)| log.name.folder.as_str())
        .collect();
    for (key, log) in listing.logs.iter().filter(|(_, log)| kinds.contains(log.name.folder.as_str())) {
        let minute = log.name.minute;
        let outside = options.start.is_some_and(|start| minute.plus(MINUTE) < start)
            || options.end.is_some_and(|end| minute > end);
        if listed.contains(key.as_str()) || outside || !options.filter.lets_through(&log.name.place) {
            continue;
        }
        match coverage.get(&log.name.place) {
            Some(coverage) if coverage.awaits(log) => check_head(key, log, options, coverage, report),
            Some(coverage) if coverage.covers(minute) => {
                let detail = "no digest lists this log file, unless an outage delayed it and the next digest does";
                report.find(Grade::Tampered, Problem::LogUnlisted, key, detail);
            }
            Some(_) | None => {
                let detail = "no digest covers the time of this log file";
                report.find(Grade::Incomplete, Problem::LogOutsideDigests, key, detail);
            }
        }
    }
    for key in &listing.strays {
        let grade = if key.ends_with(".json.gz") { Grade::Tampered } else { Grade::Note };
        report.find(grade, Problem::LogUnlisted, key, "the object has no name that belongs in its folder");
    }
}

/// A log file that is younger than the newest digest is fine, unless that digest should long have had a successor.
fn check_head(key: &str, log: &FoundLog, options: &VerifyOptions, coverage: &Coverage, report: &mut Report) {
    report.logs_not_yet_listed += 1;
    let expected = log.name.minute.plus(MINUTE + coverage.interval.saturating_mul(2));
    if options.expect_until.is_some_and(|until| until > expected) {
        let detail = "the digest that should list this log file is missing";
        report.find(Grade::Incomplete, Problem::HeadMissing, key, detail);
    }
}
