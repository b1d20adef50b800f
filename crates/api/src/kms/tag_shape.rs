//! Tags of keys, and their rules.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorCode};

/// `Tag` of the service model.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TagShape {
    tag_key: Option<String>,
    tag_value: Option<String>,
}

impl TagShape {
    /// As policies are told of it.
    pub(crate) fn pair(&self) -> (&str, &str) {
        (self.tag_key.as_deref().unwrap_or_default(), self.tag_value.as_deref().unwrap_or_default())
    }

    pub(crate) fn of(key: &str, value: &str) -> Self {
        Self { tag_key: Some(key.to_owned()), tag_value: Some(value.to_owned()) }
    }
}

const TAGS_MAX: usize = 50;
const KEY_LENGTH_MAX: usize = 128;
const VALUE_LENGTH_MAX: usize = 256;

/// The tags of a request.
pub(crate) fn tags_by_key(tags: Vec<TagShape>) -> Result<BTreeMap<String, String>, ApiError> {
    let mut by_key = BTreeMap::new();
    for TagShape { tag_key, tag_value } in tags {
        let (key, value) = (tag_key.unwrap_or_default(), tag_value.unwrap_or_default());
        if key.is_empty() || key.chars().count() > KEY_LENGTH_MAX || value.chars().count() > VALUE_LENGTH_MAX {
            return Err(ApiError::new(ErrorCode::TagException, "Tag keys have 1 to 128 letters, values up to 256."));
        }
        if key.starts_with("aws:") {
            return Err(ApiError::new(ErrorCode::TagException, "Tags beginning with aws: are reserved"));
        }
        if by_key.insert(key, value).is_some() {
            return Err(ApiError::new(ErrorCode::TagException, "Duplicate tag keys"));
        }
    }
    Ok(by_key)
}

/// Whether a key may have tags of all these names.
pub(crate) fn check_tag_count(names: &BTreeSet<&String>) -> Result<(), ApiError> {
    if names.len() <= TAGS_MAX {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::LimitExceededException, "Too Many Tags"))
}
