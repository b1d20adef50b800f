//! `userIdentity`: who called, as far as lookups need it (reference section 3.3).

use std::borrow::Cow;

use crate::event::{Text, nested, text};
use crate::reader::{Problem, Reader};

/// How many texts there are.
pub(crate) const IDENTITY_TEXTS: usize = 7;

/// The members of `userIdentity` that a lookup reads. All may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserIdentity<'a> {
    kind: Text<'a>,
    principal_id: Text<'a>,
    arn: Text<'a>,
    account_id: Text<'a>,
    access_key_id: Text<'a>,
    user_name: Text<'a>,
    invoked_by: Text<'a>,
}

impl<'a> UserIdentity<'a> {
    /// Reads the members; null has none.
    pub(crate) fn read(&mut self, reader: &mut Reader<'a>) -> Result<(), Problem> {
        nested(reader, |name, reader| match name {
            "type" => text(&mut self.kind, reader),
            "principalId" => text(&mut self.principal_id, reader),
            "arn" => text(&mut self.arn, reader),
            "accountId" => text(&mut self.account_id, reader),
            "accessKeyId" => text(&mut self.access_key_id, reader),
            "userName" => text(&mut self.user_name, reader),
            "invokedBy" => text(&mut self.invoked_by, reader),
            _ => reader.skip(),
        })
    }
}

impl<'a> UserIdentity<'a> {
    /// All texts, in one order.
    pub(crate) fn texts(&self) -> [Option<&Cow<'a, str>>; IDENTITY_TEXTS] {
        let Self { kind, principal_id, arn, account_id, access_key_id, user_name, invoked_by } = self;
        [kind, principal_id, arn, account_id, access_key_id, user_name, invoked_by].map(Option::as_ref)
    }

    /// The identity of which these are [`UserIdentity::texts`].
    pub(crate) fn of_texts(texts: [Text<'a>; IDENTITY_TEXTS]) -> Self {
        let [kind, principal_id, arn, account_id, access_key_id, user_name, invoked_by] = texts;
        Self { kind, principal_id, arn, account_id, access_key_id, user_name, invoked_by }
    }
}

impl UserIdentity<'_> {
    /// `type`: `IAMUser`, `AssumedRole`, …
    pub fn kind(&self) -> Option<&str> {
        filled(self.kind.as_ref())
    }

    /// `principalId`
    pub fn principal_id(&self) -> Option<&str> {
        filled(self.principal_id.as_ref())
    }

    /// `arn`
    pub fn arn(&self) -> Option<&str> {
        filled(self.arn.as_ref())
    }

    /// `accountId`
    pub fn account_id(&self) -> Option<&str> {
        filled(self.account_id.as_ref())
    }

    /// `accessKeyId`; absent when empty.
    pub fn access_key_id(&self) -> Option<&str> {
        filled(self.access_key_id.as_ref())
    }

    /// `invokedBy`
    pub fn invoked_by(&self) -> Option<&str> {
        filled(self.invoked_by.as_ref())
    }

    /// The `Username` that `LookupEvents` shows (reference section 8): the user name; `root` for root; the session
    /// name of a role or federated user; the service of a service call.
    pub fn username(&self) -> Option<Cow<'_, str>> {
        let session = || self.principal_id().and_then(|id| id.split_once(':')).map(|(_, session)| session);
        let of_arn = || self.arn().and_then(|arn| arn.rsplit('/').next()).filter(|name| !name.is_empty());
        let name = match self.kind() {
            Some("Root") => Some("root"),
            Some("AssumedRole") => session().or_else(of_arn),
            Some("FederatedUser") => filled(self.user_name.as_ref()).or_else(session).or_else(of_arn),
            Some("AWSService") => filled(self.user_name.as_ref()).or_else(|| self.invoked_by()),
            _ => filled(self.user_name.as_ref()),
        };
        name.map(Cow::Borrowed)
    }
}

fn filled<'t>(member: Option<&'t Cow<'_, str>>) -> Option<&'t str> {
    member.map(|text| &**text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn username(json: &str) -> Option<String> {
        let mut identity = UserIdentity::default();
        identity.read(&mut Reader::new(json)).unwrap();
        identity.username().map(Cow::into_owned)
    }

    #[test]
    fn the_username_follows_the_type_of_identity() {
        assert_eq!(username(r#"{"type":"IAMUser","userName":"omar"}"#).as_deref(), Some("omar"));
        assert_eq!(username(r#"{"type":"Root","userName":"alias"}"#).as_deref(), Some("root"));
        let role = r#"{"type":"AssumedRole","principalId":"AROAX:deploy-7","arn":"arn:aws:sts::1:assumed-role/R/x"}"#;
        assert_eq!(username(role).as_deref(), Some("deploy-7"));
        let no_principal = r#"{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/R/by-arn"}"#;
        assert_eq!(username(no_principal).as_deref(), Some("by-arn"));
        assert_eq!(
            username(r#"{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}"#).as_deref(),
            Some("ec2.amazonaws.com")
        );
        assert_eq!(username(r#"{"type":"AWSAccount","principalId":"AIDA:x"}"#), None);
        assert_eq!(username("{}"), None);
    }
}
