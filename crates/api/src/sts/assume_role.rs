//! `AssumeRole` gives temporary credentials of a role, to whom its trust policy lets.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use cairn_iam::Role;
use cairn_identity::{Holder, NewSession, Principal, Session};
use cairn_model::AccountId;
use cairn_signin::BreakGlassUse;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credentials_shape::{CredentialsShape, without_code, without_secrets};
use super::session_request::{
    MfaClaim, PolicyArnShape, TagShape, checked_duration, checked_name, checked_tags, checked_transitive, packed_size,
    refused,
};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AssumeRole;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_arn: Option<String>,
    role_session_name: Option<String>,
    policy_arns: Option<Vec<PolicyArnShape>>,
    policy: Option<String>,
    duration_seconds: Option<u32>,
    tags: Option<Vec<TagShape>>,
    transitive_tag_keys: Option<Vec<String>>,
    external_id: Option<String>,
    serial_number: Option<String>,
    token_code: Option<String>,
    source_identity: Option<String>,
    provided_contexts: Option<Vec<Value>>,
    minimum_session_token_size: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssumedRoleUser {
    assumed_role_id: String,
    arn: String,
}

impl AssumedRoleUser {
    /// A session of this name of the role.
    pub(super) fn of(role: &Role, session_name: &str) -> Self {
        Self {
            assumed_role_id: format!("{}:{session_name}", role.id),
            arn: format!("arn:aws:sts::{}:assumed-role/{}/{session_name}", role.account, role.name),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    credentials: CredentialsShape,
    assumed_role_user: AssumedRoleUser,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    packed_policy_size: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_identity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_size: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_utilization: Option<u32>,
}

/// What a session of a role that was assumed by a session of a role may last at most.
const CHAINED_SECONDS_MAX: u32 = 3600;
const SECONDS_DEFAULT: u32 = 3600;
const SECONDS: RangeInclusive<u32> = 900..=43_200;
/// The longest chain that is kept.
const CHAIN_LINKS_MAX: usize = 12;

impl Operation for AssumeRole {
    const NAME: &'static str = "AssumeRole";
    const ACCESS: Access = Access::Issue;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::MalformedPolicyDocument, ErrorCode::PackedPolicyTooLarge];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let arn = request.role_arn.as_deref().unwrap_or_default();
        let ask = |ask: Ask| cx.ask_on_trust(arn, request, ask);
        let mut asks = vec![ask(Ask::itself())];
        if request.tags.as_ref().is_some_and(|tags| !tags.is_empty()) {
            asks.push(ask(Ask::to("sts:TagSession")));
        }
        if request.source_identity.is_some() {
            asks.push(ask(Ask::to("sts:SetSourceIdentity")));
        }
        asks
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = checked_name("roleSessionName", request.role_session_name.as_deref(), &(2..=64))?;
        if cx.caller.is_root() {
            return Err(ApiError::new(ErrorCode::AccessDenied, "Roles may not be assumed by root accounts."));
        }
        let arn = request.role_arn.as_deref().unwrap_or_default();
        let role = cx.role(arn).ok_or_else(|| refused(format!("{arn} is invalid")))?;
        let seconds = cx.role_seconds(request.duration_seconds, &role)?;
        let mut session = Session::new(cx.received_at, cx.received_at.plus(Duration::from_secs(seconds.into())));
        session.source_identity = cx.source_identity(request.source_identity.as_deref())?;
        session.tags = checked_tags(request.tags.as_deref())?;
        session.transitive_tag_keys = checked_transitive(request.transitive_tag_keys, &session.tags)?;
        cx.inherit_tags(&mut session)?;
        session.chain = cx.caller.chain_of_next();
        if session.chain.len() > CHAIN_LINKS_MAX {
            return Err(refused(format!("A chain of roles has at most {CHAIN_LINKS_MAX} links.")));
        }
        let limits = cx.checked_limits(request.policy, request.policy_arns)?;
        let packed_policy_size = packed_size(&limits, &session.tags);
        let claim = MfaClaim(request.serial_number.as_deref(), request.token_code.as_deref());
        session.authenticated_with_mfa = cx.checked_mfa(claim).await?;
        let source_identity = session.source_identity.clone();
        cx.tell_of_break_glass(arn, Self::NAME).await?;
        let assumed_role_user = AssumedRoleUser::of(&role, &name);
        let credentials = cx.issue(NewSession {
            account: role.account,
            holder: Holder::Role { id: role.id.clone(), session_name: name },
            session,
            policies: limits.policies,
            policy_arns: limits.policy_arns,
        })?;
        let (session_token_size, session_token_utilization) = credentials.token_size();
        Ok(Response {
            credentials,
            assumed_role_user,
            packed_policy_size,
            source_identity,
            session_token_size,
            session_token_utilization,
        })
    }

    fn parameters(request: &Request) -> Value {
        without_code(request)
    }

    fn elements(response: &Response) -> Value {
        without_secrets(response)
    }
}

impl Context {
    /// The role with this ARN, of whichever account.
    pub(super) fn role(&self, arn: &str) -> Option<Arc<Role>> {
        let (account, path) = account_and_path(arn)?;
        let role = self.services.iam.role(account, path.rsplit('/').next()?)?;
        (role.arn() == arn).then_some(role)
    }

    /// Tells that a role is used whose use is a finding, before there are credentials.
    pub(super) async fn tell_of_break_glass(&self, arn: &str, event_name: &str) -> Result<(), ApiError> {
        if !self.services.sign_in.break_glass().includes(arn) {
            return Ok(());
        }
        let (principal, source) = (self.caller.arn(), self.source.to_string());
        let account = account_and_path(arn).map_or(self.caller.account, |(account, _)| account);
        let used = BreakGlassUse {
            principal: &principal,
            used: arn,
            account,
            request_id: &self.request_id,
            event_name,
            source: &source,
            at: self.received_at,
        };
        self.services.sign_in.tell(&used).await.map_err(|error| {
            tracing::error!(%error, "a finding cannot be recorded");
            ApiError::new(ErrorCode::ServiceUnavailable, "The request cannot be recorded at the moment.")
        })
    }

    /// The ask on a role and its trust policy. A role that is not there trusts nobody.
    fn ask_on_trust(&self, arn: &str, request: &Request, ask: Ask) -> Ask {
        let tags = request.tags.iter().flatten().map(TagShape::pair);
        let ask = ask
            .on(arn)
            .with_all("sts:ExternalId", request.external_id.clone())
            .with_all("sts:RoleSessionName", request.role_session_name.clone())
            .with_all("sts:SourceIdentity", request.source_identity.clone())
            .with_all("sts:TransitiveTagKeys", request.transitive_tag_keys.clone().unwrap_or_default())
            .requesting(tags);
        let claim = MfaClaim(request.serial_number.as_deref(), request.token_code.as_deref());
        let ask = if claim.is_made() {
            ask.with("aws:MultiFactorAuthPresent", "true").with("aws:MultiFactorAuthAge", "0")
        } else {
            ask
        };
        self.ask_on_trust_of(arn, ask)
    }

    /// The same with nothing told but what the role is.
    pub(super) fn ask_on_trust_of(&self, arn: &str, ask: Ask) -> Ask {
        let ask = ask.on(arn);
        if let Some(role) = self.role(arn) {
            ask.tagged(role.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
                .guarded(role.account, Some(role.trust.trust_policy()))
        } else {
            let owner = account_and_path(arn).map_or(self.caller.account, |(account, _)| account);
            ask.guarded(owner, None)
        }
    }

    /// How long a session of the role will last.
    pub(super) fn role_seconds(&self, wanted: Option<u32>, role: &Role) -> Result<u32, ApiError> {
        let seconds = checked_duration(wanted.unwrap_or(SECONDS_DEFAULT), &SECONDS)?;
        let is_chained = matches!(self.caller.principal, Principal::AssumedRole { .. });
        if is_chained && seconds > CHAINED_SECONDS_MAX {
            let message =
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
            return Err(refused(message));
        }
        if seconds > role.max_session_seconds {
            return Err(refused("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."));
        }
        Ok(seconds)
    }

    /// The source identity of the new session: once it is set it stays.
    fn source_identity(&self, wanted: Option<&str>) -> Result<Option<String>, ApiError> {
        let wanted = wanted.map(|name| checked_name("sourceIdentity", Some(name), &(2..=64))).transpose()?;
        let before = self.caller.session.as_ref().and_then(|session| session.source_identity.clone());
        match (before, wanted) {
            (Some(before), Some(wanted)) if before != wanted => {
                let message = "The source identity of a chain of roles cannot be changed.";
                Err(ApiError::new(ErrorCode::AccessDenied, message))
            }
            (Some(kept), _) => Ok(Some(kept)),
            (None, wanted) => Ok(wanted),
        }
    }

    /// Adds the transitive tags of the caller's own session, which cannot be replaced.
    fn inherit_tags(&self, session: &mut Session) -> Result<(), ApiError> {
        let Some(before) = &self.caller.session else { return Ok(()) };
        for key in &before.transitive_tag_keys {
            let Some(value) = before.tags.get(key) else { continue };
            if session.tags.keys().any(|other| other.eq_ignore_ascii_case(key)) {
                let message = format!(
                    "One of the specified transitive tag keys can't be set because it conflicts with \
                     a transitive tag key from the calling session: {key}"
                );
                return Err(refused(message));
            }
            session.tags.insert(key.clone(), value.clone());
            session.transitive_tag_keys.insert(key.clone());
        }
        Ok(())
    }
}

/// The account and what follows `role` in the ARN of a role.
pub(super) fn account_and_path(arn: &str) -> Option<(AccountId, &str)> {
    let (account, path) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role")?;
    Some((AccountId::parse(account).ok()?, path)).filter(|(_, path)| path.starts_with('/'))
}
