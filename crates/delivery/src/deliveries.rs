//! What a trail has delivered, page by page, as its bucket lists it: delivery itself remembers only what the next digest needs.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_catalog::Trail;
use cairn_model::{AccountId, Region, Timestamp};
use cairn_objects::{Bucket, ObjectError, ObjectMeta};

use crate::Delivery;
use crate::file_kind::FileKind;
use crate::object_names::{Folder, Place};

/// Objects fetched in one listing.
const PAGE: usize = 1000;
/// Listings for one page, after which it ends where it is.
const LISTINGS_MAX: usize = 400;
const DAY: Duration = Duration::from_hours(24);

/// A file in the trail's bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// What it holds.
    pub kind: ListedKind,
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// Bytes as they lie in the bucket.
    pub bytes: u64,
    /// When the bucket took it.
    pub at: Timestamp,
    /// Whose events it holds.
    pub account: AccountId,
    /// Where they happened.
    pub region: Region,
}

/// What a listed file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListedKind {
    /// Events.
    Log,
    /// What the log files of a window are.
    Digest,
}

/// A page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveriesPage {
    /// Days in the names of files go back; of a day, what the bucket took last comes first.
    pub files: Vec<ListedFile>,
    /// Asks for the next page; absent on the last one. A page may be short, even empty, and not the last.
    pub next_token: Option<String>,
}

/// Which page is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveriesWish {
    /// Only files of this account's events.
    pub account: Option<AccountId>,
    /// The most files on the page.
    pub limit: usize,
    /// From the page before.
    pub next_token: Option<String>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum DeliveriesError {
    /// The token is none that a page gave.
    #[error("the token is not one that a page before has given")]
    InvalidToken,
    /// The trail's bucket is gone.
    #[error("the bucket {0} does not exist")]
    NoSuchBucket(String),
    /// The bucket does not answer the listing.
    #[error("the bucket {bucket} cannot be listed: {error}")]
    Bucket {
        /// The bucket.
        bucket: String,
        /// What it said.
        error: ObjectError,
    },
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    day: Timestamp,
    /// Of that day, what comes after this file; all of it without one.
    after: Option<(Timestamp, String)>,
}

/// A folder with files of one account and Region, a day's below it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct DaysOf {
    folder: String,
    account: AccountId,
    region: Region,
    kind: ListedKind,
}

impl Delivery {
    /// A page of what `trail` has delivered to its bucket and prefix of today. Digests are this trail's own; log files of
    /// another trail with the same bucket, prefix, account and Region stand in the same folders and are listed as well.
    ///
    /// # Errors
    /// [`DeliveriesError`]
    pub async fn deliveries(&self, trail: &Trail, wish: &DeliveriesWish) -> Result<DeliveriesPage, DeliveriesError> {
        let bucket = self.bucket_of(trail).await;
        let bucket = bucket.ok_or_else(|| DeliveriesError::NoSuchBucket(trail.s3_bucket_name.clone()))?;
        let places = self.places(trail, wish.account).await;
        let today = Cursor { day: self.depot().environment.clock.now(), after: None };
        let mut cursor = match &wish.next_token {
            Some(text) => Cursor::parse(text).ok_or(DeliveriesError::InvalidToken)?.at_most(today),
            None => today,
        };
        // A day's name says nothing of hours: the one before is looked at as well.
        let first_day = trail.created_at.minus(DAY);
        let (mut page, mut listings) = (DeliveriesPage::default(), 0);
        while !places.is_empty() && cursor.day >= first_day {
            if listings >= LISTINGS_MAX || page.files.len() >= wish.limit {
                page.next_token = Some(cursor.text());
                return Ok(page);
            }
            let mut of_day = day(&bucket, trail, (&places, cursor.day), &mut listings).await?;
            if let Some(after) = &cursor.after {
                of_day.retain(|file| (file.at, &file.key) < (after.0, &after.1));
            }
            let room = wish.limit.saturating_sub(page.files.len());
            let is_full = of_day.len() > room;
            of_day.truncate(room);
            page.files.extend(of_day);
            if is_full {
                let after = page.files.last().map(|file| (file.at, file.key.clone()));
                page.next_token = Some(Cursor { day: cursor.day, after }.text());
                return Ok(page);
            }
            cursor = Cursor { day: cursor.day.minus(DAY), after: None };
        }
        Ok(page)
    }

    /// The bucket that `trail` delivers to, when it is there.
    pub async fn bucket_of(&self, trail: &Trail) -> Option<Bucket> {
        self.depot().buckets.find(&trail.s3_bucket_name).await
    }

    /// Every folder that the trail has written to, as far as delivery knows.
    async fn places(&self, trail: &Trail, account: Option<AccountId>) -> BTreeSet<DaysOf> {
        let mut places = BTreeSet::new();
        for lane in self.depot().lanes() {
            let state = lane.state().await;
            let facts = &state.trail;
            // The parts of an organization trail have its id before a slash.
            if facts.id.split('/').next() != Some(&*trail.id) || account.is_some_and(|wanted| wanted != facts.account) {
                continue;
            }
            let (prefix, organization) = (trail.s3_key_prefix.as_deref(), trail.organization.as_deref());
            let place = Place { prefix, organization, account: facts.account };
            let kinds = [FileKind::Events].into_iter().chain(FileKind::OTHERS).map(Folder::Logs);
            places.extend(kinds.chain([Folder::Digests]).map(|folder| DaysOf {
                folder: format!("{}{}/", place.folder(folder), state.region),
                account: facts.account,
                region: state.region.clone(),
                kind: if folder == Folder::Digests { ListedKind::Digest } else { ListedKind::Log },
            }));
        }
        places
    }
}

/// The files of a day, the last one first.
async fn day(
    bucket: &Bucket,
    trail: &Trail,
    (places, day): (&BTreeSet<DaysOf>, Timestamp),
    listings: &mut usize,
) -> Result<Vec<ListedFile>, DeliveriesError> {
    let mut files = Vec::new();
    // As the names of digests have it.
    let own = format!("_{}_{}_", trail.name, trail.home_region);
    for place in places {
        let below = format!("{}{}/", place.folder, day.date_path());
        let mut after: Option<String> = None;
        loop {
            *listings += 1;
            let listed = bucket.list(&below, after.as_deref(), PAGE).await;
            let listed = listed.map_err(|error| DeliveriesError::of(trail, error))?;
            let is_last = listed.len() < PAGE;
            after = listed.last().map(|meta| meta.key.clone());
            let is_own = |meta: &ObjectMeta| place.kind == ListedKind::Log || meta.key.contains(&own);
            files.extend(listed.into_iter().filter(is_own).map(|meta| ListedFile {
                kind: place.kind,
                bucket: bucket.name().to_owned(),
                key: meta.key,
                bytes: meta.size,
                at: meta.last_modified,
                account: place.account,
                region: place.region.clone(),
            }));
            if is_last {
                break;
            }
        }
    }
    files.sort_unstable_by(|one, other| (other.at, &other.key).cmp(&(one.at, &one.key)));
    Ok(files)
}

impl DeliveriesError {
    fn of(trail: &Trail, error: ObjectError) -> Self {
        let bucket = trail.s3_bucket_name.clone();
        if error == ObjectError::NoSuchBucket { Self::NoSuchBucket(bucket) } else { Self::Bucket { bucket, error } }
    }
}

impl Cursor {
    fn at_most(self, latest: Self) -> Self {
        if self.day > latest.day { latest } else { self }
    }

    /// A token gives no rights: whoever makes one up only chooses where a page begins.
    fn text(&self) -> String {
        let (at, key) = match &self.after {
            Some((at, key)) => (at.unix_ms().to_string(), key.as_str()),
            None => (String::new(), ""),
        };
        URL_SAFE_NO_PAD.encode(format!("{} {at} {key}", self.day.unix_ms()))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.splitn(3, ' ');
        let (day, at, key) = (parts.next()?, parts.next()?, parts.next()?);
        let day = Timestamp::from_unix_ms(day.parse().ok()?);
        let after = match (at, key) {
            ("", "") => None,
            (at, key) => Some((Timestamp::from_unix_ms(at.parse().ok()?), key.to_owned())),
        };
        Some(Self { day, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_where_a_page_begins_and_nothing_else_is_one() {
        let day = Timestamp::from_unix_seconds(1_790_000_000);
        let whole = Cursor { day, after: None };
        let within = Cursor { day, after: Some((day, "a key/with spaces".to_owned())) };
        for cursor in [whole, within] {
            assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }
        for text in ["", "*", "AAAA", &URL_SAFE_NO_PAD.encode("1 x y")] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
