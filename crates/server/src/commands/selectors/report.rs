//! The result of a trial as text.

use std::collections::BTreeMap;

use cairn_model::Timestamp;

use super::trial::{Tallies, Tally, Trial, Watched};
use crate::commands::import::escaped;

/// Sources and calls that are listed one by one.
const LISTED_MAX: usize = 20;
const LOST_CALLS_MAX: usize = 5;

/// Everything that the trial has found.
pub(super) fn text(trial: &Trial, since: Timestamp) -> String {
    let (seen, kept) = (&trial.seen, &trial.kept);
    let mut lines = vec![
        format!("events since {}: {}, {}", since.iso_seconds(), count(seen.all.events), size(seen.all.bytes)),
        format!(
            "would be kept: {}, {} ({})",
            count(kept.all.events),
            size(kept.all.bytes),
            percent(kept.all.events, seen.all.events)
        ),
    ];
    if trial.unreadable > 0 {
        lines.push(format!("cannot be read, and kept by no trail: {}", count(trial.unreadable)));
    }
    let of_category =
        |tallies: &Tallies| tallies.by_category.iter().map(|(name, t)| ((*name).to_owned(), *t)).collect();
    lines.extend(table("category", &of_category(seen), &of_category(kept)));
    lines.extend(table("source", &seen.by_source, &kept.by_source));
    lines.push(String::new());
    lines.extend(trial.trails.iter().flat_map(of_trail));
    if trial.trails.is_empty() {
        lines.push("there are no trails: judged as one that covers every Region".to_owned());
    } else if !trial.goes_blind() {
        lines.push("no trail would go blind".to_owned());
    }
    lines.join("\n")
}

fn table(head: &str, seen: &BTreeMap<String, Tally>, kept: &BTreeMap<String, Tally>) -> Vec<String> {
    let mut rows: Vec<(&String, &Tally)> = seen.iter().collect();
    rows.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.events));
    let mut lines = vec![String::new(), row(head, ["events", "bytes", "kept events", "kept bytes"].map(str::to_owned))];
    for (name, all) in rows.iter().take(LISTED_MAX) {
        let kept = kept.get(*name).copied().unwrap_or_default();
        let numbers = [count(all.events), size(all.bytes), count(kept.events), size(kept.bytes)];
        lines.push(row(&escaped(name), numbers));
    }
    if rows.len() > LISTED_MAX {
        lines.push(format!("… and {} more", rows.len() - LISTED_MAX));
    }
    lines
}

fn row(name: &str, [events, bytes, kept_events, kept_bytes]: [String; 4]) -> String {
    format!("{name:<36}{events:>14}{bytes:>12}{kept_events:>14}{kept_bytes:>12}")
}

fn of_trail(watched: &Watched) -> Vec<String> {
    let Watched { trail, keeps, loses, .. } = watched;
    let arn = &trail.arn;
    if !trail.is_logging {
        return vec![format!("{arn}: does not log, keeps nothing today")];
    }
    let change = if watched.is_changed { "would get the selectors" } else { "stays as it is" };
    let mut lines = vec![format!("{arn}: {change}; keeps {}, {} today", count(keeps.events), size(keeps.bytes))];
    if loses.events > 0 {
        let lost = format!("{}, {}", count(loses.events), size(loses.bytes));
        lines.push(format!("  WOULD GO BLIND for {lost}, which no trail would keep:"));
        let mut calls: Vec<_> = watched.lost_calls.iter().collect();
        calls.sort_by_key(|(_, events)| std::cmp::Reverse(**events));
        let shown = calls.iter().take(LOST_CALLS_MAX);
        lines.extend(shown.map(|((source, name), events)| {
            format!("    {:>12}  {} {}", count(**events), escaped(source), escaped(name))
        }));
        if calls.len() > LOST_CALLS_MAX {
            lines.push(format!("    … and {} more calls", calls.len() - LOST_CALLS_MAX));
        }
    }
    lines
}

/// A number with its thousands apart.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the largest unit that leaves a number above one.
fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = bytes / (unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

fn percent(part: u64, whole: u64) -> String {
    let tenths = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!([0, 7, 999, 1_000, 1_234_567].map(count), ["0", "7", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 999, 1_000, 1_549_999, 2_000_000_000].map(size), ["0 B", "999 B", "1.0 kB", "1.5 MB", "2.0 GB"]);
        assert_eq!((percent(1, 3), percent(0, 0), percent(5, 5)), ("33.3 %".into(), "0.0 %".into(), "100.0 %".into()));
    }
}
