//! Every object name that delivery makes, in destinations (reference section 5.1) and in its own state.

use cairn_model::{AccountId, Region, Timestamp};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::file_kind::FileKind;

/// Digits in byte order, so that names sort as their numbers do.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The characters of a suffix that count: enough for 916 million files of a trail and Region.
const COUNTING: usize = 5;
/// The characters of a suffix that cannot be guessed: 65 bits.
const SECRET: usize = 11;

/// Which kind of files a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folder {
    /// Log files of a kind; the folder of events is `CloudTrail`.
    Logs(FileKind),
    /// `CloudTrail-Digest`: digest files.
    Digests,
}

impl Folder {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Logs(kind) => kind.folder(),
            Self::Digests => "CloudTrail-Digest",
        }
    }
}

/// Where the objects of a trail stand, and what their names say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// `S3KeyPrefix`
    pub(crate) prefix: Option<&'a str>,
    /// The organization's id, for an organization trail.
    pub(crate) organization: Option<&'a str>,
    /// Whose events they are.
    pub(crate) account: AccountId,
}

impl Place<'_> {
    /// `[prefix/]AWSLogs/[organization/]{account}/{folder}/`, also the name of the zero-byte marker object.
    pub(crate) fn folder(self, folder: Folder) -> String {
        let prefix = self.prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
        let organization = self.organization.map(|id| format!("{id}/")).unwrap_or_default();
        format!("{prefix}AWSLogs/{organization}{}/{}/", self.account, folder.as_str())
    }

    /// What everything of the trail lies below: `[prefix/]AWSLogs/{account}`, and for an organization trail also
    /// `[prefix/]AWSLogs/{organization}`.
    pub(crate) fn roots(self) -> Vec<String> {
        let prefix = self.prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
        let folders = [Some(self.account.as_str()), self.organization];
        folders.into_iter().flatten().map(|folder| format!("{prefix}AWSLogs/{folder}")).collect()
    }

    /// The key of a log file of this kind that was sealed at `at`.
    pub(crate) fn log_file(self, kind: FileKind, region: &Region, at: Timestamp, suffix: &str) -> String {
        let Self { account, .. } = self;
        let (folder, part) = (self.folder(Folder::Logs(kind)), kind.folder());
        let (date, time) = (at.date_path(), at.basic_minutes());
        format!("{folder}{region}/{date}/{account}_{part}_{region}_{time}_{suffix}.json.gz")
    }

    /// The key of the digest of a trail's window that ends at `end`.
    pub(crate) fn digest_file(self, region: &Region, trail: &str, home_region: &Region, end: Timestamp) -> String {
        let Self { account, .. } = self;
        let folder = self.folder(Folder::Digests);
        let (date, time) = (end.date_path(), end.basic_seconds());
        format!("{folder}{region}/{date}/{account}_CloudTrail-Digest_{region}_{trail}_{home_region}_{time}.json.gz")
    }
}

/// What makes the suffix of a log file the same on every attempt and unknown to everyone else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SuffixSource<'a> {
    /// The trail's id.
    pub(crate) trail: &'a str,
    /// The Region of the file.
    pub(crate) region: &'a Region,
    /// The number of the file among those of its trail and Region.
    pub(crate) number: u64,
    /// How many keys before this one turned out to be taken.
    pub(crate) attempt: u32,
    /// The first and the last journal sequence of the events in it.
    pub(crate) range: (u64, u64),
}

/// The 16 characters at the end of a log file's name: they sort as the numbers of files do.
pub(crate) fn suffix(secret: &[u8], source: SuffixSource<'_>) -> String {
    let SuffixSource { trail, region, number, attempt, range: (first, last) } = source;
    let text = format!("{trail}\n{region}\n{number}\n{attempt}\n{first}\n{last}");
    let tag = hmac_sha256(secret, text.as_bytes());
    let high = tag.iter().take(16).fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    base62(u128::from(number), COUNTING) + &base62(high, SECRET)
}

fn hmac_sha256(secret: &[u8], text: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length, so the other arm is never taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return [0; 32] };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// The lowest `count` digits of `number`.
fn base62(mut number: u128, count: usize) -> String {
    let mut digits = Vec::with_capacity(count);
    for _ in 0..count {
        let digit = usize::try_from(number % 62).ok().and_then(|at| DIGITS.get(at));
        digits.extend(digit.copied());
        number /= 62;
    }
    digits.into_iter().rev().map(char::from).collect()
}

/// Where the state of every trail and Region is kept.
pub(crate) const LANES: &str = "lanes/";
/// Where the bytes of sealed and not yet confirmed files are kept.
pub(crate) const OUTBOX: &str = "outbox/";
/// Where signing keys are kept.
pub(crate) const KEYS: &str = "keys/";
/// The installation's secret, from which suffixes are made.
pub(crate) const SECRET_KEY: &str = "secret";

/// The state of one trail and Region.
pub(crate) fn lane(trail: &str, region: &Region) -> String {
    format!("{LANES}{trail}/{region}.json")
}

/// The bytes of one sealed file.
pub(crate) fn outbox(trail: &str, region: &Region, number: u64) -> String {
    format!("{OUTBOX}{trail}/{region}/{number:012}.gz")
}

/// A signing key of a Region. Each has its own object, which is never written again.
pub(crate) fn signing_key(region: &Region, start: Timestamp, fingerprint: &str) -> String {
    format!("{KEYS}{region}/{}-{fingerprint}.json", start.basic_seconds())
}

/// The Region in the name of a signing key.
pub(crate) fn region_of_signing_key(name: &str) -> Option<Region> {
    let (region, _) = name.strip_prefix(KEYS)?.split_once('/')?;
    Region::parse(region).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(prefix: Option<&str>) -> Place<'_> {
        Place { prefix, organization: None, account: AccountId::DEFAULT }
    }

    fn source(region: &Region, number: u64, attempt: u32) -> SuffixSource<'_> {
        SuffixSource { trail: "a-trail", region, number, attempt, range: (4, 9) }
    }

    #[test]
    fn keys_have_the_layout_of_aws() {
        let (region, at) = (Region::parse("eu-west-1").unwrap(), Timestamp::parse("2026-10-01T08:03:12Z").unwrap());
        assert_eq!(
            place(None).log_file(FileKind::Events, &region, at, "00001abcdefghijk"),
            "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/10/01/\
             123456789012_CloudTrail_eu-west-1_20261001T0803Z_00001abcdefghijk.json.gz"
        );
        assert_eq!(
            place(Some("p")).log_file(FileKind::NetworkActivity, &region, at, "00001abcdefghijk"),
            "p/AWSLogs/123456789012/CloudTrail-NetworkActivity/eu-west-1/2026/10/01/\
             123456789012_CloudTrail-NetworkActivity_eu-west-1_20261001T0803Z_00001abcdefghijk.json.gz"
        );
        assert_eq!(
            place(Some("a/b")).digest_file(&region, "main", &Region::us_east_1(), at),
            "a/b/AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/10/01/\
             123456789012_CloudTrail-Digest_eu-west-1_main_us-east-1_20261001T080312Z.json.gz"
        );
        assert_eq!(place(Some("p")).folder(Folder::Digests), "p/AWSLogs/123456789012/CloudTrail-Digest/");
        let of_organization = Place { organization: Some("o-exampleorg1"), ..place(Some("p")) };
        assert_eq!(
            of_organization.folder(Folder::Logs(FileKind::Events)),
            "p/AWSLogs/o-exampleorg1/123456789012/CloudTrail/"
        );
    }

    #[test]
    fn suffixes_are_repeatable_sorted_and_secret() {
        let region = Region::us_east_1();
        let one = suffix(b"secret", source(&region, 1, 0));
        assert_eq!(one.len(), 16);
        assert!(one.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(one, suffix(b"secret", source(&region, 1, 0)));
        assert_ne!(one, suffix(b"other", source(&region, 1, 0)));
        assert_ne!(one, suffix(b"secret", source(&region, 1, 1)));
        let many: Vec<_> = (0..4000).map(|number| suffix(b"secret", source(&region, number, 0))).collect();
        assert!(many.is_sorted());
    }

    #[test]
    fn the_region_of_a_signing_key_is_found_in_its_name() {
        let region = Region::parse("eu-west-1").unwrap();
        let name = signing_key(&region, Timestamp::default(), "f0");
        assert_eq!(region_of_signing_key(&name), Some(region));
        assert_eq!(region_of_signing_key("keys/..//x"), None);
    }
}
