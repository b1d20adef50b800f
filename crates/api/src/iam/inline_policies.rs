//! What operations on policies of one's own have in common: their requests, and what they do whoever has the policies.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::named::NamedHolder;
use super::requests::{Page, encoded, required};
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{ApiError, Context};

/// A request to give somebody a policy.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct PutPolicyRequest<N: NamedHolder> {
    #[serde(flatten)]
    named: N,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

impl<N: NamedHolder> PutPolicyRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx)]
    }

    /// Gives it, for the operation `O`.
    pub(crate) async fn run<O: Operation>(self, cx: &Context) -> Result<Nothing, ApiError> {
        let holder = N::holder(self.named.required()?);
        let name = required("policyName", self.policy_name)?;
        let text = required("policyDocument", self.policy_document)?;
        cx.services.iam.put_inline_policy(cx.caller.account, &holder, &name, &text).await.map_err(refuse::<O>)?;
        Ok(Nothing {})
    }
}

/// A request for one of somebody's policies, or to take it away.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct PolicyRequest<N: NamedHolder> {
    #[serde(flatten)]
    named: N,
    policy_name: Option<String>,
}

/// A policy and who has it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct PolicyResponse<N: NamedHolder> {
    #[serde(flatten)]
    named: N,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

impl<N: NamedHolder> PolicyRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx)]
    }

    /// Shows it, for the operation `O`.
    pub(crate) fn get<O: Operation>(self, cx: &Context) -> Result<PolicyResponse<N>, ApiError> {
        let holder = N::holder(self.named.required()?);
        let name = required("policyName", self.policy_name)?;
        let document = cx.services.iam.inline_policy(cx.caller.account, &holder, &name).map_err(refuse::<O>)?;
        let (named, policy_document) = (N::of(holder.name().to_owned()), Some(encoded(document.text())));
        Ok(PolicyResponse { named, policy_name: Some(name), policy_document })
    }

    /// Takes it away, for the operation `O`.
    pub(crate) async fn delete<O: Operation>(self, cx: &Context) -> Result<Nothing, ApiError> {
        let holder = N::holder(self.named.required()?);
        let name = required("policyName", self.policy_name)?;
        cx.services.iam.delete_inline_policy(cx.caller.account, &holder, &name).await.map_err(refuse::<O>)?;
        Ok(Nothing {})
    }
}

/// A request for the names of somebody's policies.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "")]
pub(crate) struct PolicyNamesRequest<N: NamedHolder> {
    #[serde(flatten)]
    named: N,
    marker: Option<String>,
    max_items: Option<u32>,
}

/// A page of names.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyNamesResponse {
    policy_names: Option<Vec<String>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl<N: NamedHolder> PolicyNamesRequest<N> {
    pub(crate) fn asks(&self, cx: &Context) -> Vec<Ask> {
        vec![self.named.ask(cx)]
    }

    /// Lists them, for the operation `O`.
    pub(crate) fn run<O: Operation>(self, cx: &Context) -> Result<PolicyNamesResponse, ApiError> {
        let holder = N::holder(self.named.required()?);
        let grants = cx.services.iam.grants(cx.caller.account, &holder).map_err(refuse::<O>)?;
        let names = grants.inline.into_keys().collect();
        let page = Page::of(names, self.max_items, self.marker.as_deref(), String::clone)?;
        let (policy_names, is_truncated) = (Some(page.items), Some(page.is_truncated));
        Ok(PolicyNamesResponse { policy_names, is_truncated, marker: page.marker })
    }
}
