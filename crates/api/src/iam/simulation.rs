//! What policies would decide, without a call: `SimulatePrincipalPolicy` and `SimulateCustomPolicy`.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_iam::{Attached, Document, Holder, IamError};
use cairn_model::AccountId;
use cairn_policy::{
    Decision, Layer, Policies, Policy, PolicyKind, Principal, Request, ResourcePolicy, ResourceRule, decide,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ApiError, Context, ErrorCode};

/// How many pairs of action and resource one call decides.
const PAIRS_MAX: usize = 10_000;
const RESOURCE_POLICY_BYTES: usize = 20_480;

/// `ContextEntry`
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ContextEntryShape {
    #[serde(rename = "ContextKeyName")]
    name: Option<String>,
    #[serde(rename = "ContextKeyValues")]
    values: Option<Vec<String>>,
    #[serde(rename = "ContextKeyType")]
    kind: Option<String>,
}

/// `Statement`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct StatementShape {
    source_policy_id: Option<String>,
    source_policy_type: Option<String>,
    start_position: Option<Value>,
    end_position: Option<Value>,
}

/// `EvaluationResult`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct EvaluationShape {
    eval_action_name: Option<String>,
    eval_resource_name: Option<String>,
    eval_decision: Option<String>,
    matched_statements: Option<Vec<StatementShape>>,
    missing_context_values: Option<Vec<String>>,
    organizations_decision_detail: Option<Value>,
    permissions_boundary_decision_detail: Option<BoundaryDetail>,
    eval_decision_details: Option<BTreeMap<String, String>>,
    resource_specific_results: Option<Vec<Value>>,
}

/// `PermissionsBoundaryDecisionDetail`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct BoundaryDetail {
    allowed_by_permissions_boundary: Option<bool>,
}

impl EvaluationShape {
    /// Where it stands among the results, which stay in the order in which they were asked for.
    pub(crate) fn key(at: usize) -> String {
        format!("{at:08}")
    }
}

/// What is asked.
#[derive(Debug)]
pub(crate) struct Question {
    principal: Principal,
    policies: Vec<Arc<Policy>>,
    /// Where each policy is.
    sources: Vec<String>,
    boundary: Option<Arc<Policy>>,
    /// The policy of the resources, and whose they are.
    resource: Option<(Arc<Policy>, AccountId)>,
    actions: Vec<String>,
    resources: Vec<String>,
    known: cairn_policy::Context,
}

impl Question {
    /// About policies that belong to nobody yet.
    pub(crate) fn of(cx: &Context) -> Self {
        Self {
            // No root: a root may do everything, whatever policies say.
            principal: Principal::User {
                account: cx.caller.account,
                arn: format!("arn:aws:iam::{}:user/simulation", cx.caller.account),
            },
            policies: Vec::new(),
            sources: Vec::new(),
            boundary: None,
            resource: None,
            actions: Vec::new(),
            resources: vec!["*".to_owned()],
            known: cairn_policy::Context::new(),
        }
    }

    /// About the policies of the user, group or role of this ARN.
    pub(crate) fn about(cx: &Context, arn: &str) -> Result<Self, IamError> {
        let (Attached { policies, sources, boundary }, principal) = attached_to(cx, arn)?;
        Ok(Self { principal, policies, sources, boundary, ..Self::of(cx) })
    }

    /// With these policies as well, and this boundary in place of the one there is.
    pub(crate) fn with_policies(
        mut self,
        texts: Option<Vec<String>>,
        boundary: Option<Vec<String>>,
    ) -> Result<Self, IamError> {
        for (at, text) in texts.unwrap_or_default().iter().enumerate() {
            self.policies.push(Document::identity(text)?.identity_policy());
            self.sources.push(format!("PolicyInputList.{}", at + 1));
        }
        if let Some(text) = boundary.unwrap_or_default().first() {
            self.boundary = Some(Document::identity(text)?.identity_policy());
        }
        Ok(self)
    }

    /// With the policy of the resources and whose they are, and asked by this principal.
    ///
    /// # Errors
    /// [`IamError::InvalidInput`] for an owner or a caller that is none, [`IamError::MalformedPolicyDocument`].
    pub(crate) fn with_resource_policy(
        mut self,
        cx: &Context,
        (text, owner): (Option<&str>, Option<&str>),
        caller: Option<&str>,
        actions: Option<&[String]>,
    ) -> Result<Self, IamError> {
        let invalid = |what: &str, text: &str| IamError::InvalidInput(format!("Invalid {what}: {text}"));
        if let Some(arn) = caller {
            self.principal = user_principal(arn).ok_or_else(|| invalid("CallerArn", arn))?;
        }
        let owner = owner.map(|owner| account_of(owner).ok_or_else(|| invalid("ResourceOwner", owner))).transpose()?;
        if let Some(text) = text {
            // A policy of a resource speaks of the actions of its service alone.
            let first = actions.unwrap_or_default().first().and_then(|action| action.split_once(':'));
            let kind = PolicyKind::Resource { service: first.map_or("", |(service, _)| service), arn: None };
            let policy = Policy::parse(text, kind, RESOURCE_POLICY_BYTES);
            let policy = policy.map_err(|fault| IamError::MalformedPolicyDocument(fault.to_string()))?;
            self.resource = Some((Arc::new(policy), owner.unwrap_or(cx.caller.account)));
        }
        Ok(self)
    }

    /// With these actions, resources and condition keys.
    pub(crate) fn with_request(
        mut self,
        actions: Option<Vec<String>>,
        resources: Option<Vec<String>>,
        entries: Option<Vec<ContextEntryShape>>,
    ) -> Self {
        self.actions = actions.unwrap_or_default();
        self.resources = resources.filter(|resources| !resources.is_empty()).unwrap_or(self.resources);
        self.principal.describe(&mut self.known);
        for entry in entries.unwrap_or_default() {
            let values = entry.values.unwrap_or_default();
            self.known.set_all(&entry.name.unwrap_or_default(), values);
        }
        self
    }
}

/// The decisions, action by action.
pub(crate) fn simulate(question: &Question) -> Result<Vec<(usize, EvaluationShape)>, ApiError> {
    if question.actions.len().saturating_mul(question.resources.len()) > PAIRS_MAX {
        let message = format!("More than {PAIRS_MAX} pairs of actions and resources are asked for.");
        return Err(ApiError::new(ErrorCode::InvalidInput, message));
    }
    let pairs = question.actions.iter().flat_map(|action| question.resources.iter().map(move |to| (action, to)));
    Ok(pairs.map(|(action, resource)| one(question, action, resource)).enumerate().collect())
}

/// The policies of the user, group or role of this ARN, and who that is where it calls.
///
/// # Errors
/// [`IamError::NoSuchEntity`]
pub(crate) fn attached_to(cx: &Context, arn: &str) -> Result<(Attached, Principal), IamError> {
    let (iam, account) = (&cx.services.iam, cx.caller.account);
    let absent = || IamError::NoSuchEntity(format!("The entity {arn} cannot be found."));
    let resource = arn.strip_prefix(&format!("arn:aws:iam::{account}:")).ok_or_else(absent)?;
    let name = resource.rsplit('/').next().unwrap_or_default();
    match resource.split('/').next() {
        Some("user") => {
            let user = iam.user(account, name).filter(|user| user.arn() == arn).ok_or_else(absent)?;
            Ok((iam.policies_of_user(&user.id).ok_or_else(absent)?, Principal::User { account, arn: user.arn() }))
        }
        Some("role") => {
            let role = iam.role(account, name).filter(|role| role.arn() == arn).ok_or_else(absent)?;
            let session = format!("arn:aws:sts::{account}:assumed-role/{name}/simulation");
            let principal = Principal::Session { account, role_arn: role.arn(), arn: session };
            Ok((iam.policies_of_role(&role.id).ok_or_else(absent)?, principal))
        }
        Some("group") => {
            let group = iam.group(account, name).ok().filter(|group| group.arn() == arn).ok_or_else(absent)?;
            let holder = Holder::Group(group.name.clone());
            let user = Principal::User { account, arn: format!("arn:aws:iam::{account}:user/simulation") };
            Ok((iam.policies_of_group(account, &holder)?, user))
        }
        _ => Err(absent()),
    }
}

/// The user of this ARN.
fn user_principal(arn: &str) -> Option<Principal> {
    let (account, user) = arn.strip_prefix("arn:aws:iam::")?.split_once(":user/")?;
    let account = AccountId::parse(account).ok().filter(|_| !user.is_empty())?;
    Some(Principal::User { account, arn: arn.to_owned() })
}

/// The account that is named by its id, or by the ARN of something in it.
fn account_of(text: &str) -> Option<AccountId> {
    AccountId::parse(text.split(':').nth(4).unwrap_or(text)).ok()
}

fn one(question: &Question, action: &str, resource: &str) -> EvaluationShape {
    let resource_policy = question.resource.as_ref().map(|(policy, owner)| ResourcePolicy {
        owner: *owner,
        policy: Some(policy),
        rule: ResourceRule::Grants,
    });
    let (identity, boundary) = (&question.policies, question.boundary.as_deref());
    let policies = Policies { identity, boundary, session: &[], resource: resource_policy };
    let decision = decide(&Request::new(&question.principal, action, resource, &question.known), &policies);
    let (word, statement) = match &decision {
        Decision::Allowed(statement) => ("allowed", statement.as_ref()),
        Decision::ExplicitlyDenied(statement) => ("explicitDeny", Some(statement)),
        Decision::ImplicitlyDenied(_) => ("implicitDeny", None),
    };
    let matched = statement.map(|statement| StatementShape {
        source_policy_id: match statement.layer {
            Layer::Identity => question.sources.get(statement.policy).cloned(),
            Layer::Boundary | Layer::Session | Layer::Resource => Some(statement.layer.to_string()),
        },
        source_policy_type: Some("IAM Policy".to_owned()),
        ..StatementShape::default()
    });
    let within = decision != Decision::ImplicitlyDenied(Layer::Boundary);
    EvaluationShape {
        eval_action_name: Some(action.to_owned()),
        eval_resource_name: Some(resource.to_owned()),
        eval_decision: Some(word.to_owned()),
        matched_statements: Some(matched.into_iter().collect()),
        missing_context_values: Some(Vec::new()),
        permissions_boundary_decision_detail: question
            .boundary
            .as_ref()
            .map(|_| BoundaryDetail { allowed_by_permissions_boundary: Some(within) }),
        ..EvaluationShape::default()
    }
}
