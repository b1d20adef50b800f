//! `ListObjects` in both versions: pages in the byte order of the keys, rolled up at a delimiter.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cairn_objects::{Bucket, ObjectError, ObjectMeta};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::{
    CommonPrefix, ETag, EncodingType, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output,
    Object, ObjectStorageClass, Owner,
};
use s3s::{S3Result, s3_error};

use crate::bucket_operations::owner;
use crate::object_reads::timestamp;
use crate::operations::Operations;
use crate::refusal::refuse;

/// The most keys and prefixes in one answer, as in S3.
const KEYS_MAX: usize = 1000;

/// How many keys are read first where most may roll up into few prefixes.
const FIRST_STEP: usize = 16;

/// Behind a prefix, this is behind every key that begins with it.
const LAST: char = char::MAX;

const URL_ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

pub(crate) async fn version_1(operations: &Operations, input: ListObjectsInput) -> S3Result<ListObjectsOutput> {
    let encode = encoder(input.encoding_type.as_ref())?;
    let limit = limit(input.max_keys)?;
    let query = Query {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty()),
        after: input.marker.clone().unwrap_or_default(),
        limit,
    };
    let record = operations.record(&input.bucket).await?;
    let page = query.page(&operations.bucket(&input.bucket).await?).await.map_err(refuse)?;
    // Without a delimiter a client goes on from the last key.
    let next_marker = page.entries.last().filter(|_| page.is_truncated && query.delimiter.is_some()).map(Entry::name);
    let next_marker = next_marker.map(encode);
    let (contents, common_prefixes) = page.contents(encode, Some(&owner(record.owner)));
    Ok(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: Some(encode(query.prefix)),
        marker: Some(encode(input.marker.as_deref().unwrap_or_default())),
        max_keys: i32::try_from(limit).ok(),
        is_truncated: Some(page.is_truncated),
        contents,
        common_prefixes,
        delimiter: query.delimiter.map(encode),
        next_marker,
        encoding_type: input.encoding_type,
        request_charged: None,
    })
}

pub(crate) async fn version_2(operations: &Operations, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
    let encode = encoder(input.encoding_type.as_ref())?;
    let limit = limit(input.max_keys)?;
    let after = match &input.continuation_token {
        Some(token) => read_token(token)
            .ok_or_else(|| s3_error!(InvalidArgument, "The continuation token provided is incorrect"))?,
        None => input.start_after.clone().unwrap_or_default(),
    };
    let query = Query {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty()),
        after,
        limit,
    };
    let record = operations.record(&input.bucket).await?;
    let page = query.page(&operations.bucket(&input.bucket).await?).await.map_err(refuse)?;
    let next = page.entries.last().filter(|_| page.is_truncated);
    let next_continuation_token = next.map(|entry| BASE64_URL_SAFE_NO_PAD.encode(entry.behind()));
    let owner = input.fetch_owner.unwrap_or(false).then(|| owner(record.owner));
    let (contents, common_prefixes) = page.contents(encode, owner.as_ref());
    Ok(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(encode(query.prefix)),
        max_keys: i32::try_from(limit).ok(),
        key_count: i32::try_from(page.entries.len()).ok(),
        continuation_token: input.continuation_token,
        is_truncated: Some(page.is_truncated),
        next_continuation_token,
        contents,
        common_prefixes,
        delimiter: query.delimiter.map(encode),
        encoding_type: input.encoding_type,
        start_after: input.start_after.as_deref().map(encode),
        request_charged: None,
    })
}

#[derive(Debug)]
struct Query<'a> {
    prefix: &'a str,
    delimiter: Option<&'a str>,
    after: String,
    limit: usize,
}

#[derive(Debug, Default)]
struct Page {
    entries: Vec<Entry>,
    is_truncated: bool,
}

#[derive(Debug)]
enum Entry {
    Object(ObjectMeta),
    Prefix(String),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Object(meta) => &meta.key,
            Self::Prefix(prefix) => prefix,
        }
    }

    /// A key behind which everything that comes after this entry is.
    fn behind(&self) -> String {
        match self {
            Self::Object(meta) => meta.key.clone(),
            Self::Prefix(prefix) => format!("{prefix}{LAST}"),
        }
    }
}

impl Query<'_> {
    async fn page(&self, bucket: &Bucket) -> Result<Page, ObjectError> {
        let mut page = Page::default();
        if self.limit == 0 {
            return Ok(page);
        }
        let mut after = self.first_after();
        let mut step = if self.delimiter.is_some() { FIRST_STEP } else { self.limit + 1 };
        // One more than wanted tells whether there is more.
        while page.entries.len() <= self.limit {
            let metas = bucket.list(self.prefix, Some(&after), step).await?;
            let (is_last, count) = (metas.len() < step, metas.len());
            let before = page.entries.len();
            self.roll_up(metas, &mut page.entries);
            if is_last {
                break;
            }
            after = page.entries.last().map(Entry::behind).unwrap_or_default();
            let has_rolled_up = page.entries.len() - before < count;
            step = if has_rolled_up { FIRST_STEP } else { (step * 2).min(KEYS_MAX) };
        }
        page.is_truncated = page.entries.len() > self.limit;
        page.entries.truncate(self.limit);
        Ok(page)
    }

    /// A marker that is a rolled-up prefix stands for everything below it.
    fn first_after(&self) -> String {
        match self.delimiter {
            Some(_) if self.common_prefix(&self.after).is_some_and(|prefix| prefix == self.after) => {
                format!("{}{LAST}", self.after)
            }
            _ => self.after.clone(),
        }
    }

    fn roll_up(&self, metas: Vec<ObjectMeta>, entries: &mut Vec<Entry>) {
        for meta in metas {
            match self.common_prefix(&meta.key) {
                None => entries.push(Entry::Object(meta)),
                Some(prefix) if entries.last().is_some_and(|last| last.name() == prefix) => {}
                Some(prefix) => entries.push(Entry::Prefix(prefix)),
            }
        }
    }

    /// The key up to and with the first delimiter behind the prefix.
    fn common_prefix(&self, key: &str) -> Option<String> {
        let (inside, _) = key.strip_prefix(self.prefix)?.split_once(self.delimiter?)?;
        Some(format!("{}{inside}{}", self.prefix, self.delimiter?))
    }
}

impl Page {
    fn contents(
        &self,
        encode: fn(&str) -> String,
        owner: Option<&Owner>,
    ) -> (Option<Vec<Object>>, Option<Vec<CommonPrefix>>) {
        let (mut objects, mut prefixes) = (Vec::new(), Vec::new());
        for entry in &self.entries {
            match entry {
                Entry::Prefix(prefix) => prefixes.push(CommonPrefix { prefix: Some(encode(prefix)) }),
                Entry::Object(meta) => objects.push(Object {
                    e_tag: Some(ETag::Strong(meta.etag.clone())),
                    key: Some(encode(&meta.key)),
                    last_modified: Some(timestamp(meta.last_modified)),
                    owner: owner.cloned(),
                    size: i64::try_from(meta.size).ok(),
                    storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
                    ..Object::default()
                }),
            }
        }
        (Some(objects), Some(prefixes))
    }
}

fn limit(max_keys: Option<i32>) -> S3Result<usize> {
    match max_keys {
        None => Ok(KEYS_MAX),
        Some(count) => match usize::try_from(count) {
            Ok(count) => Ok(count.min(KEYS_MAX)),
            Err(_) => Err(s3_error!(InvalidArgument, "Argument maxKeys must be an integer between 0 and 2147483647")),
        },
    }
}

fn encoder(encoding: Option<&EncodingType>) -> S3Result<fn(&str) -> String> {
    match encoding.map(EncodingType::as_str) {
        None => Ok(str::to_owned),
        Some(EncodingType::URL) => Ok(|text| utf8_percent_encode(text, URL_ENCODED).to_string()),
        Some(_) => Err(s3_error!(InvalidArgument, "Invalid Encoding Method specified in Request")),
    }
}

fn read_token(token: &str) -> Option<String> {
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}
