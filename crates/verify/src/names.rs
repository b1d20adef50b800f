//! Reads the names of objects under a trail's prefix (reference section 5.1).

use cairn_model::Timestamp;

/// What an object's name says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    Log(LogName),
    Digest(DigestName),
    /// A zero-byte object that stands for a folder.
    Marker,
    /// In a folder of log files or digests, but with no name that belongs there.
    Stray,
    /// Of no concern here: Insights, query results and whatever else.
    Other,
}

/// The folder that log files of one account and Region share, whichever trail they are of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) region: String,
}

/// The name of a log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogName {
    pub(crate) place: Place,
    /// The folder of its kind.
    pub(crate) folder: String,
    /// When it was sealed, cut to the minute.
    pub(crate) minute: Timestamp,
}

impl LogName {
    /// Whether it holds management and data events, which digests always list.
    pub(crate) fn is_of_events(&self) -> bool {
        self.folder == LOGS
    }
}

/// Which digests form chains with one another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ChainName {
    pub(crate) place: Place,
    pub(crate) trail: String,
    pub(crate) home_region: String,
    /// Backfill digests are chained among themselves.
    pub(crate) is_backfill: bool,
}

/// The name of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DigestName {
    pub(crate) chain: ChainName,
    pub(crate) end: Timestamp,
}

const LOGS: &str = "CloudTrail";
/// Log files of kinds of their own. Whether AWS's digests list them is not documented; Cairn's do.
const OTHER_LOGS: [&str; 3] = ["CloudTrail-NetworkActivity", "CloudTrail-Insight", "CloudTrail-Aggregated"];
const DIGESTS: &str = "CloudTrail-Digest";

/// Reads `key`, which stands under `prefix` (without a slash at its end; empty for none).
pub(crate) fn read(prefix: &str, key: &str) -> Name {
    let below = if prefix.is_empty() { Some(key) } else { key.strip_prefix(prefix).and_then(|k| k.strip_prefix('/')) };
    let Some(below) = below.and_then(|key| key.strip_prefix("AWSLogs/")) else { return Name::Other };
    let parts: Vec<&str> = below.split('/').collect();
    // An organization's trail has its id before the account.
    let parts = match parts.split_first() {
        Some((organization, rest)) if organization.starts_with("o-") => rest,
        _ => &parts,
    };
    match parts {
        [_, LOGS | DIGESTS, ""] => Name::Marker,
        [account, LOGS, region, year, month, day, file] => {
            log((account, LOGS, region), &[year, month, day], file).map_or(Name::Stray, Name::Log)
        }
        [account, folder, region, year, month, day, file] if OTHER_LOGS.contains(folder) => {
            log((account, folder, region), &[year, month, day], file).map_or(Name::Other, Name::Log)
        }
        [account, DIGESTS, region, year, month, day, file] => {
            digest(account, region, &[year, month, day], file).map_or(Name::Stray, Name::Digest)
        }
        [_, LOGS | DIGESTS, ..] => Name::Stray,
        _ => Name::Other,
    }
}

fn log((account, folder, region): (&str, &str, &str), date: &[&str], file: &str) -> Option<LogName> {
    let rest = file.strip_prefix(&format!("{account}_{folder}_{region}_"))?.strip_suffix(".json.gz")?;
    let (time, suffix) = rest.split_once('_')?;
    let minute = Timestamp::parse_basic(&format!("{}00Z", time.strip_suffix('Z')?)).ok()?;
    let alphanumeric = suffix.len() == 16 && suffix.bytes().all(|b| b.is_ascii_alphanumeric());
    let name = LogName { place: place(account, region), folder: folder.to_owned(), minute };
    (alphanumeric && name.minute.date_path() == date.join("/")).then_some(name)
}

fn digest(account: &str, region: &str, date: &[&str], file: &str) -> Option<DigestName> {
    let rest = file.strip_prefix(&format!("{account}_{DIGESTS}_{region}_"))?.strip_suffix(".json.gz")?;
    let (rest, is_backfill) = rest.strip_suffix("_backfill").map_or((rest, false), |rest| (rest, true));
    let (rest, time) = rest.rsplit_once('_')?;
    // A Region's name has no underscore, a trail's may.
    let (trail, home_region) = rest.rsplit_once('_')?;
    let end = Timestamp::parse_basic(time).ok()?;
    let chain = ChainName {
        place: place(account, region),
        trail: trail.to_owned(),
        home_region: home_region.to_owned(),
        is_backfill,
    };
    (end.date_path() == date.join("/")).then_some(DigestName { chain, end })
}

fn place(account: &str, region: &str) -> Place {
    Place { account: account.to_owned(), region: region.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/10/01/\
                       123456789012_CloudTrail_eu-west-1_20261001T0805Z_00001abcdefghijk.json.gz";
    const DIGEST: &str = "AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/10/01/\
                          123456789012_CloudTrail-Digest_eu-west-1_my_trail_us-east-1_20261001T080010Z.json.gz";

    #[test]
    fn log_files_and_digests_are_read_below_any_prefix() {
        let minute = Timestamp::parse("2026-10-01T08:05:00Z").unwrap();
        let log = |folder: &str| {
            Name::Log(LogName { place: place("123456789012", "eu-west-1"), folder: folder.to_owned(), minute })
        };
        let expected = log("CloudTrail");
        let network = LOG.replace("CloudTrail", "CloudTrail-NetworkActivity");
        assert_eq!(read("", &network), log("CloudTrail-NetworkActivity"));
        assert_eq!(read("", LOG), expected);
        assert_eq!(read("a/b", &format!("a/b/{LOG}")), expected);
        assert_eq!(read("", &LOG.replacen('/', "/o-abcdefghij/", 1)), expected);
        let Name::Digest(digest) = read("", DIGEST) else { panic!("a digest") };
        assert_eq!((&*digest.chain.trail, &*digest.chain.home_region), ("my_trail", "us-east-1"));
        assert_eq!(digest.end, Timestamp::parse("2026-10-01T08:00:10Z").unwrap());
        let Name::Digest(backfill) = read("", &DIGEST.replace(".json", "_backfill.json")) else { panic!("a digest") };
        assert!(backfill.chain.is_backfill && !digest.chain.is_backfill);
    }

    #[test]
    fn names_that_do_not_belong_are_strays() {
        for stray in [
            LOG.replace("2026/10/01", "2026/10/02"),
            LOG.replace("00001abcdefghijk", "00001abcdefghij"),
            LOG.replace("eu-west-1_2026", "eu-west-2_2026"),
            DIGEST.replace("T080010Z", "T08001Z"),
            "AWSLogs/123456789012/CloudTrail/x".to_owned(),
        ] {
            assert_eq!(read("", &stray), Name::Stray, "{stray}");
        }
        assert_eq!(read("", "AWSLogs/123456789012/CloudTrail/"), Name::Marker);
        assert_eq!(read("", "AWSLogs/123456789012/CloudTrail-Insight/eu-west-1/x"), Name::Other);
        assert_eq!(read("p", LOG), Name::Other);
    }
}
