//! The list of settings: a row each.

use std::net::SocketAddr;

use cairn_edge::ProxyRange;
use cairn_model::Category;

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name in the file, tables joined by dots.
    pub(crate) key: &'static str,
    /// Its value when nobody sets it.
    pub(crate) default: &'static str,
    /// What it does, with its unit.
    pub(crate) help: &'static str,
    /// Says what is wrong with a value.
    pub(crate) check: fn(&str) -> Result<(), String>,
    secret: bool,
}

impl Setting {
    /// The environment variable that sets it.
    pub(crate) fn variable(&self) -> String {
        format!("CAIRN_{}", self.key.to_ascii_uppercase().replace('.', "_"))
    }

    /// Whether its value is never shown.
    pub(crate) const fn is_secret(&self) -> bool {
        self.secret
    }

    /// The value as it may be shown.
    pub(crate) fn shown<'v>(&self, value: &'v str) -> &'v str {
        if self.secret && !value.is_empty() { "(hidden)" } else { value }
    }
}

const fn row(
    key: &'static str,
    default: &'static str,
    check: fn(&str) -> Result<(), String>,
    help: &'static str,
) -> Setting {
    Setting { key, default, help, check, secret: false }
}

/// Every setting, in the order in which they are printed.
pub(crate) const LIST: &[Setting] = &[
    row("listen", "127.0.0.1:4580", address, "address and port of the one listener; port 0 takes a free one"),
    row("data", "./data", any, "folder of everything that Cairn keeps"),
    row("log", "info,s3s=off", any, "what the server's own log shows: a level, or levels by module"),
    row("root_access_key_id", "", any, "access key of the default account's root; made at the first start when unset"),
    Setting {
        secret: true,
        ..row("root_secret_access_key", "", any, "its secret; made at the first start when unset")
    },
    Setting {
        secret: true,
        ..row("kms.master_key", "", any, "base64 of the 32 bytes under which all keys lie; instead of a file")
    },
    row(
        "kms.master_key_file",
        "",
        any,
        "file with that base64; unset: master-key in the data folder, made when absent",
    ),
    row("embedded_s3.encryption", "AES256", encryption, "of objects for which nobody asks for another: AES256 or none"),
    row(
        "embedded_s3.lifecycle_interval_seconds",
        "3600",
        seconds,
        "seconds between two times that lifecycle rules are carried out",
    ),
    row("history.retention_days", "90", positive, "days for which the event history keeps an event, from its arrival"),
    row("history.categories", "Management,Data,NetworkActivity,Insight,Aggregated", categories, "what it keeps"),
    row("history.tail_events_max", "131072", positive, "newest events in memory before they become a Parquet file"),
    row("history.cache_bytes_max", "100663296", positive, "memory for the lookup indexes of Parquet files, bytes"),
    row("journal.segment_bytes_max", "67108864", positive, "size of one journal file, bytes"),
    row("journal.memory_bytes_max", "33554432", positive, "newest events kept in memory for followers, bytes"),
    row("delivery.log_interval_seconds", "300", seconds, "seconds between the log files of a trail"),
    row("delivery.digest_interval_seconds", "3600", seconds, "seconds between the digest files of a trail"),
    row(
        "delivery.require_bucket_policy",
        "when-present",
        bucket_policy_rule,
        "which embedded buckets must let CloudTrail deliver by their policy: when-present (those that have one) or always",
    ),
    row(
        "delivery.object_lock.mode",
        "none",
        lock_mode,
        "Object Lock of trails' files: none (what their bucket gives), governance or compliance",
    ),
    row("delivery.object_lock.days", "365", retention_days, "days for which a file is locked, where there is a mode"),
    row("delivery.object_lock.legal_hold", "false", yes_or_no, "whether each file is put under a legal hold"),
    row("guard.check_interval_seconds", "3600", seconds, "seconds between two looks at what trails deliver to"),
    row(
        "guard.retention_days_wanted",
        "0",
        whole,
        "days for which the lifecycle rules of trails' buckets are to keep files, less is a finding; 0: any",
    ),
    row(
        "guard.check_log_files_max",
        "32",
        positive,
        "delivered log files of a trail that one look holds against its digests",
    ),
    row(
        "delivery.log_group_backlog_bytes_max",
        "1073741824",
        positive,
        "bytes of packed files that a trail keeps in a Region for a log group that is away",
    ),
    row("delivery.file_bytes_max", "50000000", positive, "size of a log file before compression, bytes"),
    row("delivery.memory_bytes_max", "67108864", positive, "events gathered in memory for all log files, bytes"),
    row(
        "delivery.retry_wait_max_seconds",
        "60",
        seconds,
        "longest wait before a destination that failed is tried again",
    ),
    row("delivery.give_up_after_days", "30", positive, "days for which a deleted trail's files are tried to deliver"),
    row(
        "sign_in.session_seconds",
        "3600",
        session_seconds,
        "seconds for which the credentials of somebody who signed in count",
    ),
    row(
        "sign_in.renewable_seconds",
        "43200",
        renewable_seconds,
        "seconds after a sign-in for which its credentials can be renewed; 0: never",
    ),
    row(
        "sign_in.root_password",
        "true",
        yes_or_no,
        "whether a root without a password gets one, shown once at a start",
    ),
    row(
        "sign_in.allow_local_providers",
        "false",
        yes_or_no,
        "whether identity providers that calls make may be on this machine or its link",
    ),
    row(
        "sign_in.break_glass",
        "",
        principal_arns,
        "ARNs of users whose sign-in and roles whose use is a finding, as that of a root always is",
    ),
    row("limits.body_bytes_max", "1048576", positive, "largest body of an API call, bytes"),
    row("limits.ingest_body_bytes_max", "67108864", positive, "largest body of POST /v1/events as sent, bytes"),
    row("limits.inflated_bytes_max", "268435456", positive, "largest body of POST /v1/events once inflated, bytes"),
    row("limits.object_bytes_max", "5368709120", positive, "largest object put into an embedded bucket, bytes"),
    row("limits.connections_max", "4096", positive, "connections served at once"),
    row(
        "limits.trails_per_region_max",
        "5",
        positive,
        "trails that an account may have in a Region, shadow trails included",
    ),
    row("limits.organization_accounts_max", "10", positive, "accounts that an organization may have"),
    row("limits.delegated_administrators_max", "3", positive, "delegated administrators of a service"),
    row("limits.iam_users_max", "5000", positive, "users that an account may have"),
    row("limits.iam_groups_max", "300", positive, "groups that an account may have"),
    row("limits.iam_roles_max", "1000", positive, "roles that an account may have"),
    row("limits.iam_policies_max", "1500", positive, "managed policies of its own that an account may have"),
    row("limits.tags_per_trail_max", "50", positive, "tags that a trail may have"),
    row("limits.list_tags_resources_max", "20", positive, "ARNs in one ListTags call"),
    row("limits.throttle", "off", throttle, "`aws` gives each operation AWS's calls a second, by account and Region"),
    row("limits.event_selectors_max", "5", positive, "basic event selectors that a trail may have"),
    row("limits.data_resources_max", "250", positive, "data resources in all basic event selectors of a trail"),
    row("limits.selector_values_max", "500", positive, "values in all advanced event selectors of a trail"),
    row("selectors.more_resource_types", "", any, "resource types with data events besides AWS's, with commas"),
    row(
        "trusted_proxies",
        "",
        addresses,
        "addresses or ranges of proxies whose X-Forwarded-For is believed, with commas",
    ),
    row("inventory.access_key_id", "", any, "key with which gateways ask their upstream's IAM whose keys are whose"),
    Setting { secret: true, ..row("inventory.secret_access_key", "", any, "its secret") },
    row("inventory.interval_seconds", "300", seconds, "seconds between two times that a gateway asks"),
];

#[allow(clippy::unnecessary_wraps, reason = "one of several checks with the same shape")]
fn any(_: &str) -> Result<(), String> {
    Ok(())
}

fn encryption(text: &str) -> Result<(), String> {
    let known = matches!(text, "AES256" | "none");
    if known { Ok(()) } else { Err("expected AES256 or none".to_owned()) }
}

fn address(text: &str) -> Result<(), String> {
    let read: Result<SocketAddr, _> = text.parse();
    read.map(drop).map_err(|_| "expected an address and a port, such as 127.0.0.1:4580".to_owned())
}

fn addresses(text: &str) -> Result<(), String> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let read: Result<Vec<ProxyRange>, _> = words.map(str::parse).collect();
    read.map(drop).map_err(|problem| problem.to_string())
}

fn throttle(text: &str) -> Result<(), String> {
    match text {
        "off" | "aws" => Ok(()),
        _ => Err("expected off or aws".to_owned()),
    }
}

fn positive(text: &str) -> Result<(), String> {
    match text.parse::<u64>() {
        Ok(number) if number > 0 => Ok(()),
        _ => Err("expected a whole number above 0".to_owned()),
    }
}

fn whole(text: &str) -> Result<(), String> {
    text.parse::<u64>().map(drop).map_err(|_| "expected a whole number".to_owned())
}

fn seconds(text: &str) -> Result<(), String> {
    match text.parse::<f64>() {
        Ok(number) if (0.1..=86_400.0).contains(&number) => Ok(()),
        _ => Err("expected seconds from 0.1 to 86400".to_owned()),
    }
}

fn session_seconds(text: &str) -> Result<(), String> {
    match text.parse::<u32>() {
        Ok(number) if (900..=43_200).contains(&number) => Ok(()),
        _ => Err("expected seconds from 900 to 43200".to_owned()),
    }
}

fn renewable_seconds(text: &str) -> Result<(), String> {
    match text.parse::<u32>() {
        Ok(number) if number <= 604_800 => Ok(()),
        _ => Err("expected seconds from 0 to 604800".to_owned()),
    }
}

fn principal_arns(text: &str) -> Result<(), String> {
    let mut words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let is_one = |word: &str| word.starts_with("arn:aws:iam::") && (word.contains(":user/") || word.contains(":role/"));
    let wrong = words.find(|word| !is_one(word));
    wrong.map_or(Ok(()), |word| Err(format!("`{word}` is no ARN of a user or a role")))
}

fn bucket_policy_rule(text: &str) -> Result<(), String> {
    match text {
        "when-present" | "always" => Ok(()),
        _ => Err("expected when-present or always".to_owned()),
    }
}

fn lock_mode(text: &str) -> Result<(), String> {
    match text {
        "none" | "governance" | "compliance" => Ok(()),
        _ => Err("expected none, governance or compliance".to_owned()),
    }
}

fn retention_days(text: &str) -> Result<(), String> {
    match text.parse::<u32>() {
        Ok(days) if (1..=cairn_objects::RETENTION_DAYS_MAX).contains(&days) => Ok(()),
        _ => Err("expected days from 1 to 36500".to_owned()),
    }
}

fn yes_or_no(text: &str) -> Result<(), String> {
    match text {
        "true" | "false" => Ok(()),
        _ => Err("expected true or false".to_owned()),
    }
}

fn categories(text: &str) -> Result<(), String> {
    let wrong = text.split(',').map(str::trim).find(|word| category(word).is_none());
    wrong.map_or(Ok(()), |word| Err(format!("`{word}` is not an event category")))
}

/// The category of that name.
pub(crate) fn category(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_passes_its_own_check_and_no_key_stands_twice() {
        for (at, setting) in LIST.iter().enumerate() {
            assert_eq!((setting.check)(setting.default), Ok(()), "{}", setting.key);
            assert!(LIST.iter().skip(at + 1).all(|other| other.key != setting.key), "{}", setting.key);
        }
    }
}
