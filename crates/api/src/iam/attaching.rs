//! What operations on attached policies have in common: their requests, and what they do whoever has the policies.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::named::NamedHolder;
use super::requests::{Page, required};
use super::shapes::{AttachedShape, Nothing};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{ApiError, Context};

/// A request to attach a managed policy, or to detach it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct AttachmentRequest<N: NamedHolder> {
    #[serde(flatten)]
    named: N,
    policy_arn: Option<String>,
}

impl<N: NamedHolder> AttachmentRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx).with("iam:PolicyARN", self.policy_arn.clone().unwrap_or_default())]
    }

    /// Attaches it, for the operation `O`.
    pub(crate) async fn attach<O: Operation>(self, cx: &Context) -> Result<Nothing, ApiError> {
        let holder = N::holder(self.named.required()?);
        let arn = required("policyArn", self.policy_arn)?;
        cx.services.iam.attach_policy(cx.caller.account, &holder, &arn).await.map_err(refuse::<O>)?;
        Ok(Nothing {})
    }

    /// Detaches it, for the operation `O`.
    pub(crate) async fn detach<O: Operation>(self, cx: &Context) -> Result<Nothing, ApiError> {
        let holder = N::holder(self.named.required()?);
        let arn = required("policyArn", self.policy_arn)?;
        cx.services.iam.detach_policy(cx.caller.account, &holder, &arn).await.map_err(refuse::<O>)?;
        Ok(Nothing {})
    }
}

/// A request for the managed policies that somebody has.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct AttachedRequest<N: NamedHolder> {
    #[serde(flatten)]
    named: N,
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

/// A page of managed policies.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AttachedResponse {
    attached_policies: Option<Vec<AttachedShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl<N: NamedHolder> AttachedRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx)]
    }

    /// Lists them, for the operation `O`.
    pub(crate) fn run<O: Operation>(self, cx: &Context) -> Result<AttachedResponse, ApiError> {
        let holder = N::holder(self.named.required()?);
        let grants = cx.services.iam.grants(cx.caller.account, &holder).map_err(refuse::<O>)?;
        let attached = AttachedShape::of(cx, &grants, self.path_prefix.as_deref())?;
        let page = Page::of(attached, self.max_items, self.marker.as_deref(), AttachedShape::key)?;
        let attached_policies = Some(page.items);
        Ok(AttachedResponse { attached_policies, is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
