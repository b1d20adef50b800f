//! How identities, origins and chains are written (reference sections 3.3 and 3.4).

use std::sync::Arc;

use cairn_model::{AccountId, Timestamp};
use serde_json::{Map, Value, json};

use crate::Principal;
use crate::entity::Entity;
use crate::identity::{Federation, Identity, Session, SessionTag};
use crate::known::{Known, Link};

/// The links of a chain, the first one first and the key itself last.
struct Trace<'k> {
    links: Vec<&'k Link>,
    left_out: usize,
}

/// JSON members in the order in which they are put.
#[derive(Default)]
struct Members(Map<String, Value>);

/// The principal that a known key is.
pub(crate) fn principal(known: &Known) -> Principal {
    let links = known.ancestors.iter().chain([&known.link]).map(AsRef::as_ref).collect();
    let trace = Trace { links, left_out: known.links_left_out() };
    let place = trace.links.len().saturating_sub(1);
    let (origin, chain) = if known.is_session { (Some(trace.origin()), trace.chain()) } else { (None, Vec::new()) };
    Principal {
        account: trace.account(place).or_else(|| trace.account(0)).unwrap_or(AccountId::DEFAULT),
        user_identity: trace.user_identity(place).done(),
        origin,
        chain,
    }
}

/// `userIdentity` of whom an identity provider vouched for.
pub(crate) fn of_federation(federation: &Federation) -> Value {
    let joined = |parts: [Option<&str>; 3]| parts.into_iter().flatten().collect::<Vec<_>>().join(":");
    let mut members = Members::default();
    match federation {
        Federation::Saml { subject, name_qualifier, .. } => {
            members.put("type", "SAMLUser");
            members.put("principalId", joined([name_qualifier.as_deref(), Some(subject), None]));
            members.put("userName", &**subject);
            members.put_some("identityProvider", name_qualifier.as_deref());
        }
        Federation::WebIdentity { subject, provider, audience } => {
            members.put("type", "WebIdentityUser");
            members.put("principalId", joined([provider.as_deref(), audience.as_deref(), Some(subject)]));
            members.put("userName", &**subject);
            members.put_some("identityProvider", provider.as_deref());
        }
    }
    members.done()
}

impl<'k> Trace<'k> {
    fn link(&self, place: usize) -> Option<&'k Link> {
        self.links.get(place).copied()
    }

    /// The place of the key that asked for the one at `place`, if there is one and it was not left out.
    fn caller_of(&self, place: usize) -> Option<usize> {
        if place == 1 && self.left_out > 0 { None } else { place.checked_sub(1) }
    }

    /// What the key at `place` stands for, and the place of the key that says so: credentials of `GetSessionToken`
    /// stand for what their caller stands for.
    fn stands_for(&self, mut place: usize) -> Option<(&'k Identity<Arc<Entity>>, usize)> {
        while matches!(self.link(place)?.identity(), Identity::Caller) {
            place = self.caller_of(place)?;
        }
        self.link(place).map(|link| (link.identity(), place))
    }

    fn account(&self, place: usize) -> Option<AccountId> {
        match self.stands_for(place)?.0 {
            Identity::Root { account, .. } | Identity::Federated { account, .. } | Identity::Unknown { account } => {
                Some(*account)
            }
            Identity::User(entity) | Identity::Role { role: entity, .. } => Some(entity.account),
            Identity::Caller => None,
        }
    }

    /// The members of `userIdentity` for the key at `place`.
    fn user_identity(&self, place: usize) -> Members {
        let mut members = self.who(place);
        let context = self.session_context(place);
        if !context.0.is_empty() {
            members.put("sessionContext", context.done());
        }
        members
    }

    /// The members of `userIdentity` without the session.
    fn who(&self, place: usize) -> Members {
        self.who_by(place, self.link(place).map(|link| &*link.access_key_id))
    }

    fn who_by(&self, place: usize, access_key_id: Option<&str>) -> Members {
        let mut members = Members::default();
        let identity = self.stands_for(place).map(|(identity, _)| identity);
        match identity {
            Some(Identity::Root { account, .. }) => members.put_root(*account),
            Some(Identity::User(user)) => members.put_entity("IAMUser", user),
            Some(Identity::Role { role, session_name, arn }) => {
                members.put("type", "AssumedRole");
                members.put_some("principalId", role.unique_id().map(|id| format!("{id}:{session_name}")));
                let made = || {
                    let (partition, account) = (role.partition(), role.account);
                    format!("arn:{partition}:sts::{account}:assumed-role/{}/{session_name}", role.name)
                };
                members.put("arn", arn.as_deref().map_or_else(made, str::to_owned));
                members.put("accountId", role.account.as_str());
            }
            Some(Identity::Federated { account, principal_id, arn }) => {
                members.put("type", "FederatedUser");
                members.put("principalId", &**principal_id);
                members.put("arn", &**arn);
                members.put("accountId", account.as_str());
            }
            Some(Identity::Unknown { .. } | Identity::Caller) | None => members.put("type", "Unknown"),
        }
        members.put_some("accessKeyId", access_key_id);
        if let Some(Identity::User(user)) = identity {
            members.put("userName", &*user.name);
        }
        members
    }

    fn session_context(&self, place: usize) -> Members {
        let mut context = Members::default();
        let identity = self.stands_for(place);
        let issuer = match identity {
            Some((Identity::Role { role, .. }, _)) => Some(issued_by("Role", role)),
            Some((Identity::Federated { .. }, at)) => self.caller_of(at).and_then(|caller| self.issuer(caller)),
            _ => None,
        };
        context.put_some("sessionIssuer", issuer);
        let session = self.link(place).and_then(|link| link.session.as_deref());
        if let Some(Federation::WebIdentity { provider: Some(provider), .. }) =
            session.and_then(|session| session.federation.as_deref())
        {
            context.put("webIdFederationData", json!({"federatedProvider": provider, "attributes": {}}));
        }
        if let Some(began) = session.and_then(|session| session.began) {
            let mfa = session.is_some_and(|session| session.mfa).to_string();
            context.put("attributes", json!({"creationDate": began.iso_seconds(), "mfaAuthenticated": mfa}));
        }
        context.put_some("sourceIdentity", session.and_then(|session| session.source_identity.as_deref()));
        if let Some((Identity::Root { assumed: true, .. }, _)) = identity {
            context.put("assumedRoot", "true");
        }
        context
    }

    /// `sessionIssuer` of what the key at `place` issued.
    fn issuer(&self, place: usize) -> Option<Value> {
        match self.stands_for(place)?.0 {
            Identity::Root { account, .. } => {
                let mut members = Members::default();
                members.put_root(*account);
                Some(members.done())
            }
            Identity::User(user) => Some(issued_by("IAMUser", user)),
            Identity::Role { role, .. } => Some(issued_by("Role", role)),
            Identity::Federated { .. } | Identity::Caller | Identity::Unknown { .. } => None,
        }
    }

    /// Who stands before the first link, when that one is a session itself.
    fn before_first(&self) -> Option<Value> {
        let first = self.link(0).filter(|first| first.is_session())?;
        if let Some(federation) = first.session.as_deref().and_then(|session| session.federation.as_deref()) {
            return Some(of_federation(federation));
        }
        Some(match first.identity() {
            // only users and accounts themselves get temporary keys that stand for them
            Identity::User(_) | Identity::Root { assumed: false, .. } => self.who_by(0, None).done(),
            Identity::Root { .. }
            | Identity::Role { .. }
            | Identity::Federated { .. }
            | Identity::Caller
            | Identity::Unknown { .. } => json!({"type": "Unknown"}),
        })
    }

    fn origin(&self) -> Value {
        self.before_first().unwrap_or_else(|| self.who(0).done())
    }

    fn chain(&self) -> Vec<Value> {
        let links = (0..self.links.len()).map(|place| self.chain_link(place));
        self.before_first().into_iter().chain(links).collect()
    }

    fn chain_link(&self, place: usize) -> Value {
        let mut members = self.who(place);
        if place == 1 && self.left_out > 0 {
            members.put("linksLeftOut", self.left_out);
        }
        if let Some((link, session)) = self.link(place).and_then(|link| Some((link, link.session.as_deref()?))) {
            members.put_some("eventID", link.event_id.as_deref());
            members.put_session(session);
        }
        members.done()
    }
}

impl Members {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn put_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn put_root(&mut self, account: AccountId) {
        self.put("type", "Root");
        self.put("principalId", account.as_str());
        self.put("arn", format!("arn:aws:iam::{account}:root"));
        self.put("accountId", account.as_str());
    }

    fn put_entity(&mut self, kind: &str, entity: &Entity) {
        self.put("type", kind);
        self.put_some("principalId", entity.unique_id());
        self.put("arn", entity.arn());
        self.put("accountId", entity.account.as_str());
    }

    /// What a link of a chain says of its session.
    fn put_session(&mut self, session: &Session) {
        self.put_some("assumedAt", session.began.map(Timestamp::iso_seconds));
        if session.mfa {
            self.put("mfaAuthenticated", "true");
        }
        self.put_some("sourceIdentity", session.source_identity.as_deref());
        if !session.tags.is_empty() {
            self.put("sessionTags", session.tags.iter().map(tag).collect::<Vec<_>>());
        }
        if session.tags_left_out > 0 {
            self.put("sessionTagsLeftOut", session.tags_left_out);
        }
        self.put_some("federation", session.federation.as_deref().map(federation_details));
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn issued_by(kind: &str, entity: &Entity) -> Value {
    let mut members = Members::default();
    members.put_entity(kind, entity);
    members.put("userName", &*entity.name);
    members.done()
}

fn tag(tag: &SessionTag) -> Value {
    let mut members = Members::default();
    members.put("key", &*tag.key);
    members.put("value", &*tag.value);
    if tag.transitive {
        members.put("transitive", true);
    }
    members.done()
}

/// What an identity provider's answer says, named as STS names it.
fn federation_details(federation: &Federation) -> Value {
    let mut members = Members::default();
    match federation {
        Federation::Saml { subject, subject_type, name_qualifier, issuer, audience, provider_arn } => {
            members.put("subject", &**subject);
            members.put_some("subjectType", subject_type.as_deref());
            members.put_some("nameQualifier", name_qualifier.as_deref());
            members.put_some("issuer", issuer.as_deref());
            members.put_some("audience", audience.as_deref());
            members.put_some("principalArn", provider_arn.as_deref());
        }
        Federation::WebIdentity { subject, provider, audience } => {
            members.put("subjectFromWebIdentityToken", &**subject);
            members.put_some("provider", provider.as_deref());
            members.put_some("audience", audience.as_deref());
        }
    }
    members.done()
}
