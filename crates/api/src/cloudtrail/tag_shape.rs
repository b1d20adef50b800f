//! Tags in requests and answers, and the rules that they keep (reference section 1.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorCode};

const KEY_LENGTH_MAX: usize = 128;
const VALUE_LENGTH_MAX: usize = 256;

/// `Tag` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TagShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

impl TagShape {
    /// As policies are told of it.
    pub(crate) fn pair(&self) -> (&str, &str) {
        (self.key.as_deref().unwrap_or_default(), self.value.as_deref().unwrap_or_default())
    }
}

/// Tags by their keys, none twice.
///
/// # Errors
/// `InvalidTagParameterException` says which rule was broken.
pub(crate) fn tags_by_key(tags: Vec<TagShape>) -> Result<BTreeMap<String, Option<String>>, ApiError> {
    let mut by_key = BTreeMap::new();
    for tag in tags {
        let key = tag.key.unwrap_or_default();
        check(&key, tag.value.as_deref().unwrap_or_default())?;
        if by_key.insert(key.clone(), tag.value).is_some() {
            return Err(refused(format!("The tag key {key} is specified more than once.")));
        }
    }
    Ok(by_key)
}

fn check(key: &str, value: &str) -> Result<(), ApiError> {
    if !(1..=KEY_LENGTH_MAX).contains(&key.chars().count()) {
        return Err(refused(format!("A tag key must have 1 to {KEY_LENGTH_MAX} characters.")));
    }
    if value.chars().count() > VALUE_LENGTH_MAX {
        return Err(refused(format!("The value of the tag {key} must have at most {VALUE_LENGTH_MAX} characters.")));
    }
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    if !key.chars().chain(value.chars()).all(allowed) {
        return Err(refused(
            "Tags can only contain letters, numbers, spaces and the characters _ . : / = + - @.".into(),
        ));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err(refused("Tag keys that start with aws: are reserved for AWS.".into()));
    }
    Ok(())
}

fn refused(message: String) -> ApiError {
    ApiError::new(ErrorCode::InvalidTagParameterException, message)
}

/// `TagsList` of an answer.
pub(crate) fn tags_list(tags: BTreeMap<String, Option<String>>) -> Vec<TagShape> {
    tags.into_iter().map(|(key, value)| TagShape { key: Some(key), value }).collect()
}
