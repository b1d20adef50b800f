//! `userIdentity`: who called, as far as lookups need it (reference section 3.3).

use std::borrow::Cow;

use serde::Deserialize;

use crate::event::Text;

/// The members of `userIdentity` that a lookup reads. All may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserIdentity<'a> {
    /// `IAMUser`, `AssumedRole`, …
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    principal_id: Option<Text<'a>>,
    #[serde(borrow)]
    arn: Option<Text<'a>>,
    #[serde(borrow)]
    account_id: Option<Text<'a>>,
    #[serde(borrow)]
    access_key_id: Option<Text<'a>>,
    #[serde(borrow)]
    user_name: Option<Text<'a>>,
    #[serde(borrow)]
    invoked_by: Option<Text<'a>>,
}

impl UserIdentity<'_> {
    /// `type`: `IAMUser`, `AssumedRole`, …
    pub fn kind(&self) -> Option<&str> {
        text(self.kind.as_ref())
    }

    /// `principalId`
    pub fn principal_id(&self) -> Option<&str> {
        text(self.principal_id.as_ref())
    }

    /// `arn`
    pub fn arn(&self) -> Option<&str> {
        text(self.arn.as_ref())
    }

    /// `accountId`
    pub fn account_id(&self) -> Option<&str> {
        text(self.account_id.as_ref())
    }

    /// `accessKeyId`; absent when empty.
    pub fn access_key_id(&self) -> Option<&str> {
        text(self.access_key_id.as_ref())
    }

    /// `invokedBy`
    pub fn invoked_by(&self) -> Option<&str> {
        text(self.invoked_by.as_ref())
    }

    /// The `Username` that `LookupEvents` shows (reference section 8): the user name; `root` for root; the session
    /// name of a role or federated user; the service of a service call.
    pub fn username(&self) -> Option<Cow<'_, str>> {
        let session = || self.principal_id().and_then(|id| id.split_once(':')).map(|(_, session)| session);
        let of_arn = || self.arn().and_then(|arn| arn.rsplit('/').next()).filter(|name| !name.is_empty());
        let name = match self.kind() {
            Some("Root") => Some("root"),
            Some("AssumedRole") => session().or_else(of_arn),
            Some("FederatedUser") => text(self.user_name.as_ref()).or_else(session).or_else(of_arn),
            Some("AWSService") => text(self.user_name.as_ref()).or_else(|| self.invoked_by()),
            _ => text(self.user_name.as_ref()),
        };
        name.map(Cow::Borrowed)
    }
}

fn text<'t>(member: Option<&'t Text<'_>>) -> Option<&'t str> {
    member.map(Text::as_str).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn username(json: &str) -> Option<String> {
        let identity: UserIdentity<'_> = serde_json::from_str(json).unwrap();
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
