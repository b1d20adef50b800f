//! The look at the lifecycle rules of a trail's bucket: what they let go sooner than is wanted, and which files are gone by
//! them.

use cairn_model::Timestamp;
use cairn_objects::{Expiration, LifecycleRule};

/// What the rules let go of what lies below `roots` sooner than after `wanted_days`; none when nothing, or when nothing is
/// wanted.
pub(crate) fn too_short(rules: &[LifecycleRule], roots: &[String], wanted_days: u64) -> Option<String> {
    let reaches = |rule: &&LifecycleRule| {
        let meets = |root: &String, reach: &str| root.starts_with(reach) || reach.starts_with(root.as_str());
        rule.reach().is_some_and(|reach| roots.iter().any(|root| meets(root, reach)))
    };
    let sooner = |rule: &LifecycleRule| match rule.expiration? {
        Expiration::Days(days) if u64::from(days) < wanted_days => {
            Some(format!("rule {} lets files go after {days} days, and {wanted_days} are wanted", rule.id))
        }
        // From that day on, whatever was delivered yesterday goes.
        Expiration::Date(date) if wanted_days > 0 => {
            let date = date.iso_seconds();
            Some(format!("rule {} lets every file go from {date} on, and {wanted_days} days are wanted", rule.id))
        }
        Expiration::Days(_) | Expiration::Date(_) | Expiration::DeleteMarkers(_) => None,
    };
    rules.iter().filter(reaches).find_map(sooner)
}

/// Whether a delivered file of this key is gone by the rules: the day in its key says when it was put at the earliest.
pub(crate) fn has_expired(rules: &[LifecycleRule], key: &str, now: Timestamp) -> bool {
    let Some(put_at) = day_of(key) else { return false };
    rules.iter().filter_map(|rule| rule.due(key, put_at, None)).any(|due| due <= now)
}

/// The day in the key of a delivered file: `…/2026/11/22/…`.
fn day_of(key: &str) -> Option<Timestamp> {
    let parts: Vec<&str> = key.split('/').collect();
    let is_number = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.windows(3).rev().find_map(|window| match window {
        [year, month, day] if is_number(year, 4) && is_number(month, 2) && is_number(day, 2) => {
            Timestamp::parse(&format!("{year}-{month}-{day}T00:00:00Z")).ok()
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use cairn_objects::LifecycleFilter;

    use super::*;

    fn rule(prefix: &str, expiration: Expiration) -> LifecycleRule {
        LifecycleRule {
            id: "r".into(),
            enabled: true,
            filter: LifecycleFilter { prefix: Some(prefix.into()), ..LifecycleFilter::default() },
            expiration: Some(expiration),
            noncurrent: None,
            abort_multipart_days: None,
        }
    }

    #[test]
    fn a_rule_is_too_short_where_it_meets_the_trails_files_and_ends_before_what_is_wanted() {
        let date = Expiration::Date(Timestamp::default());
        for (prefix, expiration, wanted_days, expected) in [
            ("", Expiration::Days(29), 30, true),
            ("", Expiration::Days(30), 30, false),
            ("", Expiration::Days(1), 0, false),
            ("", date, 1, true),
            ("", date, 0, false),
            ("AWSLogs/1/CloudTrail/", Expiration::Days(1), 30, true),
            ("AWS", Expiration::Days(1), 30, true),
            ("AWSLogs/2", Expiration::Days(1), 30, false),
            ("other/", Expiration::Days(1), 30, false),
            ("", Expiration::DeleteMarkers(true), 30, false),
        ] {
            let found = too_short(&[rule(prefix, expiration)], &["AWSLogs/1".to_owned()], wanted_days);
            assert_eq!(found.is_some(), expected, "{prefix} {expiration:?} {wanted_days}: {found:?}");
        }
        let off = LifecycleRule { enabled: false, ..rule("", Expiration::Days(1)) };
        assert_eq!(too_short(&[off], &["AWSLogs/1".to_owned()], 30), None);
    }

    #[test]
    fn a_file_is_gone_by_the_rules_only_after_its_time() {
        let rules = [rule("AWSLogs/", Expiration::Days(1))];
        let key = "AWSLogs/1/CloudTrail/us-east-1/2026/11/22/1_CloudTrail_us-east-1_20261122T1626Z_x.json.gz";
        let gone = |key: &str, now: &str| has_expired(&rules, key, Timestamp::parse(now).unwrap());
        assert!(!gone(key, "2026-11-23T23:59:59Z"));
        assert!(gone(key, "2026-11-24T00:00:00Z"));
        assert!(!gone(&key.replace("AWSLogs", "other"), "2026-11-24T00:00:00Z"));
        assert!(!gone("AWSLogs/1/no-day", "2999-01-01T00:00:00Z"));
    }
}
