//! Listing a bucket on an S3 endpoint in the byte order of the keys, also where the endpoint has an order of its own.
//!
//! AWS lists in byte order, so paging from the last key on is exact. Engines that keep folders, SeaweedFS for one, list
//! the folder `CloudTrail` before its sibling `CloudTrail-Digest`, although `CloudTrail/` comes after it in bytes: paging
//! from the last key on would leave keys out. There, only what one listing gives completely is sorted here and used;
//! where it is more than one answer holds, the folder is taken apart with a delimiter and each part listed alone.

use std::collections::BTreeMap;

use cairn_model::Timestamp;
use object_store::aws::AmazonS3;
use object_store::list::{PaginatedListOptions, PaginatedListResult, PaginatedListStore};

use crate::remote_error::bucket_error;
use crate::{ObjectError, ObjectMeta};

const PAGE_KEYS_MAX: usize = 1000;

/// In which order the endpoint lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The byte order of the keys, as AWS promises.
    Bytes,
    /// Nobody promises anything.
    Unknown,
}

/// Which keys are listed.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) store: &'a AmazonS3,
    pub(crate) prefix: &'a str,
    pub(crate) start_after: &'a str,
    pub(crate) limit: usize,
}

/// What is still to be listed.
#[derive(Debug)]
enum Part {
    Object(ObjectMeta),
    /// Everything whose key begins so.
    Below(String),
}

impl Part {
    fn key(&self) -> &str {
        match self {
            Self::Object(meta) => &meta.key,
            Self::Below(prefix) => prefix,
        }
    }
}

impl Wanted<'_> {
    pub(crate) async fn list(&self, order: Order) -> Result<Vec<ObjectMeta>, ObjectError> {
        match order {
            Order::Bytes => self.list_ordered().await,
            Order::Unknown => self.list_sorting().await,
        }
    }

    async fn list_ordered(&self) -> Result<Vec<ObjectMeta>, ObjectError> {
        let mut found = Vec::new();
        let mut page_token = None;
        while found.len() < self.limit {
            let options = PaginatedListOptions {
                offset: Some(self.start_after.to_owned()).filter(|key| !key.is_empty()),
                max_keys: Some((self.limit - found.len()).min(PAGE_KEYS_MAX)),
                page_token: page_token.take(),
                ..PaginatedListOptions::default()
            };
            let page = self.page(self.prefix, options).await?;
            found.extend(page.result.objects.iter().map(listed_meta).filter(|meta| self.wants(&meta.key)));
            page_token = page.page_token;
            if page_token.is_none() {
                break;
            }
        }
        Ok(found)
    }

    async fn list_sorting(&self) -> Result<Vec<ObjectMeta>, ObjectError> {
        let mut found = Vec::new();
        // The smallest last.
        let mut parts = vec![Part::Below(self.prefix.to_owned())];
        while found.len() < self.limit
            && let Some(part) = parts.pop()
        {
            match part {
                Part::Object(meta) => found.push(meta),
                Part::Below(prefix) => {
                    let mut inside = self.parts(&prefix).await?;
                    inside.sort_unstable_by(|a, b| b.key().cmp(a.key()));
                    parts.append(&mut inside);
                }
            }
        }
        Ok(found)
    }

    async fn parts(&self, prefix: &str) -> Result<Vec<Part>, ObjectError> {
        // Where we stopped before, one answer was not enough.
        let is_continued = !self.start_after.is_empty() && self.start_after.starts_with(prefix);
        if !is_continued {
            let page = self.page(prefix, PaginatedListOptions::default()).await?;
            if page.page_token.is_none() {
                return Ok(self.objects(&page).collect());
            }
        }
        let mut parts = Vec::new();
        let mut page_token = None;
        loop {
            let delimiter = Some("/".into());
            let options = PaginatedListOptions { delimiter, page_token, ..PaginatedListOptions::default() };
            let page = self.page(prefix, options).await?;
            parts.extend(self.objects(&page));
            let folders = page.result.common_prefixes.iter().map(|folder| format!("{folder}/"));
            let below = folders.filter(|folder| folder.len() > prefix.len() && self.wants_below(folder));
            parts.extend(below.map(Part::Below));
            page_token = page.page_token;
            if page_token.is_none() {
                return Ok(parts);
            }
        }
    }

    fn objects(&self, page: &PaginatedListResult) -> impl Iterator<Item = Part> {
        page.result.objects.iter().map(listed_meta).filter(|meta| self.wants(&meta.key)).map(Part::Object)
    }

    /// The library takes the slash from the end of a key, which could then come again for ever.
    fn wants(&self, key: &str) -> bool {
        key.starts_with(self.prefix) && key > self.start_after
    }

    fn wants_below(&self, folder: &str) -> bool {
        folder > self.start_after || self.start_after.starts_with(folder)
    }

    async fn page(&self, prefix: &str, options: PaginatedListOptions) -> Result<PaginatedListResult, ObjectError> {
        let prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
        self.store.list_paginated(prefix, options).await.map_err(bucket_error)
    }
}

/// What a listing tells about an object.
pub(crate) fn listed_meta(meta: &object_store::ObjectMeta) -> ObjectMeta {
    ObjectMeta {
        key: meta.location.to_string(),
        size: meta.size,
        etag: unquoted(meta.e_tag.as_deref()),
        last_modified: Timestamp::from_unix_ms(meta.last_modified.timestamp_millis()),
        content_type: None,
        content_encoding: None,
        user_metadata: BTreeMap::new(),
        ..ObjectMeta::default()
    }
}

/// An entity tag without its quotation marks.
pub(crate) fn unquoted(etag: Option<&str>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}
