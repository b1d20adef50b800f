//! `ListPoliciesGrantingServiceAccess` names the policies by which a user, group or role has access to services. Only what is
//! attached to them counts, and the groups of a user: no boundaries, no policies of resources.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{Page, invalid, required};
use super::simulation::attached_to;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListPoliciesGrantingServiceAccess;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    marker: Option<String>,
    arn: Option<String>,
    service_namespaces: Option<Vec<String>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policies_granting_service_access: Option<Vec<ServiceShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

/// `ListPoliciesGrantingServiceAccessEntry`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ServiceShape {
    service_namespace: Option<String>,
    policies: Option<Vec<GrantShape>>,
}

/// `PolicyGrantingServiceAccess`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct GrantShape {
    policy_name: Option<String>,
    policy_type: Option<String>,
    policy_arn: Option<String>,
    entity_type: Option<String>,
    entity_name: Option<String>,
}

impl GrantShape {
    /// `source` is where the policy is, as the store of identities says it.
    fn of(source: &str) -> Self {
        let mut steps = source.rsplit('/');
        let policy_name = steps.next().map(str::to_owned);
        if source.starts_with("arn:") {
            let (policy_type, policy_arn) = (Some("MANAGED".to_owned()), Some(source.to_owned()));
            return Self { policy_name, policy_type, policy_arn, ..Self::default() };
        }
        let entity_name = steps.next().map(str::to_owned);
        let entity_type = steps.next().map(str::to_ascii_uppercase);
        let policy_type = Some("INLINE".to_owned());
        Self { policy_name, policy_type, policy_arn: None, entity_type, entity_name }
    }
}

impl Operation for ListPoliciesGrantingServiceAccess {
    const NAME: &'static str = "ListPoliciesGrantingServiceAccess";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(_: &Context, request: &Request) -> Vec<Ask> {
        vec![Ask::itself().on(request.arn.as_deref().unwrap_or_default())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("arn", request.arn)?;
        let namespaces = checked(request.service_namespaces.unwrap_or_default())?;
        let (attached, _) = attached_to(cx, &arn).map_err(refuse::<Self>)?;
        let page = Page::of(namespaces, None, request.marker.as_deref(), String::clone)?;
        let service = |namespace: String| {
            let all = attached.policies.iter().zip(&attached.sources);
            let granting = all.filter(|(policy, _)| policy.grants_access_to(&namespace));
            // A user may have the same one from several groups.
            let sources: BTreeSet<&String> = granting.map(|(_, source)| source).collect();
            let policies = sources.into_iter().map(|source| GrantShape::of(source)).collect();
            ServiceShape { service_namespace: Some(namespace), policies: Some(policies) }
        };
        Ok(Response {
            policies_granting_service_access: Some(page.items.into_iter().map(service).collect()),
            is_truncated: Some(page.is_truncated),
            marker: page.marker,
        })
    }
}

const NAMESPACES_MAX: usize = 200;
const NAMESPACE_LENGTH_MAX: usize = 64;

/// The namespaces in their order, each once.
fn checked(namespaces: Vec<String>) -> Result<Vec<String>, ApiError> {
    if !(1..=NAMESPACES_MAX).contains(&namespaces.len()) {
        let rule = format!("Member must have length between 1 and {NAMESPACES_MAX}");
        return Err(invalid("serviceNamespaces", namespaces.len(), &rule));
    }
    let is_one = |text: &String| {
        (1..=NAMESPACE_LENGTH_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    if let Some(wrong) = namespaces.iter().find(|namespace| !is_one(namespace)) {
        let rule = "Member must satisfy regular expression pattern: [\\w-]* with a length between 1 and 64";
        return Err(invalid("serviceNamespaces", wrong, rule));
    }
    let in_order: BTreeSet<String> = namespaces.into_iter().map(|namespace| namespace.to_ascii_lowercase()).collect();
    Ok(in_order.into_iter().collect())
}
