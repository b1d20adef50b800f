//! What operations on tags have in common: their requests, and what they do whatever the tags hang on.

use serde::{Deserialize, Serialize};

use super::asks::pairs;
use super::failure::refuse;
use super::named::NamedTagged;
use super::requests::{Page, tag_pairs};
use super::shapes::{Nothing, TagShape};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{ApiError, Context, ErrorCode};

/// The errors of adding tags, whatever they are to hang on.
pub(crate) const TAG_ERRORS: &[ErrorCode] =
    &[ErrorCode::ConcurrentModification, ErrorCode::InvalidInput, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];

/// A request to add tags.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct TagRequest<N: NamedTagged> {
    #[serde(flatten)]
    named: N,
    tags: Option<Vec<TagShape>>,
}

impl<N: NamedTagged> TagRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx).requesting(pairs(self.tags.as_deref()))]
    }

    /// Adds them, for the operation `O`.
    pub(crate) async fn run<O: Operation>(self, cx: &Context) -> Result<Nothing, ApiError> {
        let tagged = N::changeable(cx, self.named.required()?).map_err(refuse::<O>)?;
        let tags = tag_pairs(self.tags)?;
        cx.services.iam.tag(cx.caller.account, &tagged, &tags).await.map_err(refuse::<O>)?;
        Ok(Nothing {})
    }
}

/// A request to take tags away.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct UntagRequest<N: NamedTagged> {
    #[serde(flatten)]
    named: N,
    tag_keys: Option<Vec<String>>,
}

impl<N: NamedTagged> UntagRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx).naming_tags(self.tag_keys.clone().unwrap_or_default())]
    }

    /// Takes them away, for the operation `O`.
    pub(crate) async fn run<O: Operation>(self, cx: &Context) -> Result<Nothing, ApiError> {
        let tagged = N::changeable(cx, self.named.required()?).map_err(refuse::<O>)?;
        let keys = self.tag_keys.unwrap_or_default();
        cx.services.iam.untag(cx.caller.account, &tagged, &keys).await.map_err(refuse::<O>)?;
        Ok(Nothing {})
    }
}

/// A request for the tags of something.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct TagsRequest<N: NamedTagged> {
    #[serde(flatten)]
    named: N,
    marker: Option<String>,
    max_items: Option<u32>,
}

/// A page of tags.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TagsResponse {
    tags: Option<Vec<TagShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl<N: NamedTagged> TagsRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx)]
    }

    /// Lists them, for the operation `O`.
    pub(crate) fn run<O: Operation>(self, cx: &Context) -> Result<TagsResponse, ApiError> {
        let tags = N::tags(cx, self.named.required()?).map_err(refuse::<O>)?;
        let page = Page::of(TagShape::of(&tags), self.max_items, self.marker.as_deref(), TagShape::key)?;
        Ok(TagsResponse { tags: Some(page.items), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
