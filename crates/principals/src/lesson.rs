//! What an answered call teaches about keys.

use std::time::Duration;

use cairn_model::{AccountId, Timestamp};
use serde_json::Value;

use crate::arn::{PrincipalArn, PrincipalResource, account_named};
use crate::entity::{EntityKind, SeenEntity};
use crate::identity::{Federation, Identity, Session};
use crate::seen;

/// How long credentials last when neither request nor answer says so.
const LASTING: Duration = Duration::from_hours(1);
/// No credentials are taken to last longer, whatever an answer says.
const LASTING_MAX: Duration = Duration::from_hours(24 * 366);

/// An answered call, as far as keys are learnt from it. Only calls that succeeded teach anything.
#[derive(Debug, Clone, Copy)]
pub struct Lesson<'a> {
    /// `sts.amazonaws.com` or `iam.amazonaws.com`; calls of other services teach nothing.
    pub event_source: &'a str,
    /// The operation: `AssumeRole`.
    pub event_name: &'a str,
    /// The key that signed the call; absent when it was not signed.
    pub caller_key: Option<&'a str>,
    /// The request's parameters as CloudTrail names them.
    pub request: Option<&'a Value>,
    /// The whole answer, its members named as CloudTrail names them. Secret members are not read.
    pub answer: &'a Value,
    /// The `eventID` of the call's event.
    pub event_id: &'a str,
    /// When the call was answered.
    pub at: Timestamp,
    /// The account that the gateway stands for: it owns what is not named by an ARN.
    pub account: AccountId,
}

/// What a lesson says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taught {
    /// The call is none of those that teach.
    Nothing,
    /// A long-lived key was made; without a user it is the caller's own.
    KeyMade { access_key_id: Box<str>, user: Option<SeenEntity> },
    /// A long-lived key was deleted.
    KeyDeleted { access_key_id: Box<str> },
    /// These keys, which there were before, have these holders.
    KeysSeen(Vec<(Box<str>, Identity<SeenEntity>)>),
    /// There are these users and roles.
    EntitiesSeen(Vec<SeenEntity>),
    /// A user or role was made, under a name that another may have had before.
    EntityMade(SeenEntity),
    /// Temporary credentials were given.
    SessionBegun(Box<Begun>),
}

/// Temporary credentials and whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Begun {
    pub(crate) access_key_id: Box<str>,
    pub(crate) identity: Identity<SeenEntity>,
    pub(crate) session: Session,
    pub(crate) expires_at: Timestamp,
}

/// The call is of a kind that teaches, but its members are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl Lesson<'_> {
    /// What the call teaches.
    pub(crate) fn read(&self) -> Result<Taught, Unreadable> {
        let taught = match (self.event_source, self.event_name) {
            ("sts.amazonaws.com", name) => self.read_sts(name),
            ("iam.amazonaws.com", name) => self.read_iam(name),
            _ => Some(Taught::Nothing),
        };
        taught.ok_or(Unreadable)
    }

    fn read_sts(&self, event_name: &str) -> Option<Taught> {
        let identity = match event_name {
            "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity" => self.assumed_role()?,
            "AssumeRoot" => Identity::Root { account: self.target_account()?, assumed: true },
            "GetSessionToken" => Identity::Caller,
            "GetFederationToken" => self.federated_user()?,
            "GetCallerIdentity" => return self.caller_identity(),
            _ => return Some(Taught::Nothing),
        };
        let access_key_id = seen::key(self.answer, "/credentials/accessKeyId")?.into();
        let begun = Begun { access_key_id, identity, session: self.session(), expires_at: self.expires_at() };
        Some(Taught::SessionBegun(Box::new(begun)))
    }

    fn read_iam(&self, event_name: &str) -> Option<Taught> {
        let (answer, account) = (self.answer, self.account);
        let list = |pointer: &str| answer.pointer(pointer).and_then(Value::as_array);
        let users = |pointer: &str| Some(list(pointer)?.iter().filter_map(|user| seen::user(user, account)).collect());
        let roles = |pointer: &str| Some(list(pointer)?.iter().filter_map(|role| seen::role(role, account)).collect());
        let user = || answer.pointer("/user").and_then(|user| seen::user(user, account));
        let role = || answer.pointer("/role").and_then(|role| seen::role(role, account));
        Some(match event_name {
            "CreateAccessKey" => Taught::KeyMade {
                access_key_id: seen::key(answer, "/accessKey/accessKeyId")?.into(),
                user: self.user_named(text_of(Some(answer), "/accessKey/userName").or(self.asked("/userName"))),
            },
            "DeleteAccessKey" => {
                Taught::KeyDeleted { access_key_id: self.asked("/accessKeyId").filter(|id| seen::is_key(id))?.into() }
            }
            "UpdateAccessKey" => match self.asked("/userName") {
                Some(name) => self.key_of_user(self.asked("/accessKeyId")?, name)?,
                None => Taught::Nothing,
            },
            "GetAccessKeyLastUsed" => {
                self.key_of_user(self.asked("/accessKeyId")?, seen::text(answer, "/userName")?)?
            }
            "ListAccessKeys" => self.listed_keys()?,
            "CreateUser" => Taught::EntityMade(user()?),
            "CreateRole" => Taught::EntityMade(role()?),
            "GetUser" if self.asked("/userName").is_none() => self.own_user()?,
            "GetUser" => Taught::EntitiesSeen(vec![user()?]),
            "GetRole" => Taught::EntitiesSeen(vec![role()?]),
            "ListUsers" => Taught::EntitiesSeen(users("/users")?),
            "ListRoles" => Taught::EntitiesSeen(roles("/roles")?),
            _ => Taught::Nothing,
        })
    }

    fn asked(&self, pointer: &str) -> Option<&str> {
        text_of(self.request, pointer)
    }

    fn user_named(&self, name: Option<&str>) -> Option<SeenEntity> {
        seen::entity(EntityKind::User, Some(name?), None, None, self.account)
    }

    fn key_of_user(&self, access_key_id: &str, user_name: &str) -> Option<Taught> {
        let user = self.user_named(Some(user_name)).filter(|_| seen::is_key(access_key_id))?;
        Some(Taught::KeysSeen(vec![(access_key_id.into(), Identity::User(user))]))
    }

    fn listed_keys(&self) -> Option<Taught> {
        let listed = self.answer.pointer("/accessKeyMetadata").and_then(Value::as_array)?;
        let read = |row: &Value| {
            let user = self.user_named(seen::text(row, "/userName").or(self.asked("/userName")))?;
            Some((seen::key(row, "/accessKeyId")?.into(), Identity::User(user)))
        };
        Some(Taught::KeysSeen(listed.iter().filter_map(read).collect()))
    }

    /// `GetUser` without a name answers with the caller.
    fn own_user(&self) -> Option<Taught> {
        let caller = self.caller_key.filter(|key| seen::is_key(key))?;
        let arn = seen::text(self.answer, "/user/arn")?;
        let identity = seen::principal(arn, seen::text(self.answer, "/user/userId"), self.account)?;
        Some(Taught::KeysSeen(vec![(caller.into(), identity)]))
    }

    fn caller_identity(&self) -> Option<Taught> {
        let caller = self.caller_key.filter(|key| seen::is_key(key))?;
        let arn = seen::text(self.answer, "/arn")?;
        let account = seen::text(self.answer, "/account").and_then(account_named);
        let user_id = seen::text(self.answer, "/userId");
        let identity = seen::principal(arn, user_id, account.unwrap_or(self.account))?;
        Some(Taught::KeysSeen(vec![(caller.into(), identity)]))
    }

    /// The session of a role. The answer counts; what it does not say is taken from the request.
    fn assumed_role(&self) -> Option<Identity<SeenEntity>> {
        let role_arn = self.asked("/roleArn");
        let asked = role_arn.and_then(|arn| seen::entity(EntityKind::Role, None, Some(arn), None, self.account));
        let session_arn = seen::text(self.answer, "/assumedRoleUser/arn");
        let told_id = seen::text(self.answer, "/assumedRoleUser/assumedRoleId");
        let role_id = told_id.and_then(|id| id.split_once(':')).map(|(role_id, _)| role_id);
        let told = session_arn.and_then(PrincipalArn::parse);
        let Some(PrincipalResource::AssumedRole { role, session }) = told.map(|arn| arn.resource) else {
            let session_name = self.asked("/roleSessionName")?;
            let role = SeenEntity { unique_id: role_id.map(Into::into), ..asked? };
            return Some(seen::role_session(role, session_name, None));
        };
        let account = told.and_then(|arn| arn.account).unwrap_or(self.account);
        let named = seen::entity(EntityKind::Role, Some(role), None, role_id, account)?;
        let asked = asked.filter(|asked| asked.name == named.name && asked.account == named.account);
        let role = SeenEntity { arn: asked.and_then(|asked| asked.arn), ..named };
        Some(seen::role_session(role, session, session_arn))
    }

    fn federated_user(&self) -> Option<Identity<SeenEntity>> {
        let name = self.asked("/name");
        let arn = match seen::text(self.answer, "/federatedUser/arn") {
            Some(arn) => arn.to_owned(),
            None => format!("arn:aws:sts::{}:federated-user/{}", self.account, name?),
        };
        let account = PrincipalArn::parse(&arn).and_then(|arn| arn.account).unwrap_or(self.account);
        let name = name.or_else(|| arn.split_once('/').map(|(_, name)| name))?;
        let principal_id = match seen::text(self.answer, "/federatedUser/federatedUserId") {
            Some(id) => id.to_owned(),
            None => format!("{account}:{name}"),
        };
        Some(Identity::Federated { account, principal_id: principal_id.into(), arn: arn.into() })
    }

    /// The member account whose root was asked for, by id or by ARN.
    fn target_account(&self) -> Option<AccountId> {
        let target = self.asked("/targetPrincipal")?;
        account_named(target).or_else(|| PrincipalArn::parse(target)?.account)
    }

    fn session(&self) -> Session {
        let request = self.request.unwrap_or(&Value::Null);
        let (tags, tags_left_out) = seen::tags(request);
        Session {
            began: Some(self.at),
            mfa: self.asked("/serialNumber").is_some(),
            source_identity: seen::kept(self.answer, "/sourceIdentity")
                .or_else(|| seen::kept(request, "/sourceIdentity")),
            tags: tags.into(),
            tags_left_out,
            federation: self.federation().map(Box::new),
        }
    }

    /// Whom the call's token or assertion named.
    pub(crate) fn federation(&self) -> Option<Federation> {
        let request = self.request.unwrap_or(&Value::Null);
        match self.event_name {
            "AssumeRoleWithSAML" => seen::saml(request, self.answer),
            "AssumeRoleWithWebIdentity" => seen::web_identity(request, self.answer),
            _ => None,
        }
    }

    /// Whether the caller proves itself otherwise than by a key.
    pub(crate) fn is_federated(&self) -> bool {
        matches!(self.event_name, "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity")
    }

    fn expires_at(&self) -> Timestamp {
        let told = self.answer.pointer("/credentials/expiration").and_then(seen::moment);
        let asked = self.request.and_then(|request| request.pointer("/durationSeconds")).and_then(Value::as_u64);
        let lasting = asked.map_or(LASTING, Duration::from_secs);
        told.unwrap_or(self.at.plus(lasting)).clamp(self.at, self.at.plus(LASTING_MAX))
    }
}

fn text_of<'v>(value: Option<&'v Value>, pointer: &str) -> Option<&'v str> {
    seen::text(value?, pointer)
}
