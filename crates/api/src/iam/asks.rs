//! The permissions that operations of iam ask for, each on the ARN of what it is about.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>

use cairn_iam::{Grants, Tags};

use super::requests::caller_name;
use super::shapes::TagShape;
use crate::Context;
use crate::ask::Ask;

impl Context {
    /// On a user; without a name, on the user who calls. One that is not there has the ARN that it would have.
    pub(super) fn ask_on_user(&self, name: Option<&str>) -> Ask {
        let caller = caller_name(self);
        let name = name.or(caller.as_deref()).unwrap_or_default();
        match self.services.iam.user(self.caller.account, name) {
            Some(user) => Ask::itself().on(user.arn()).of_holder(&user.tags, &user.grants),
            None => self.ask_on_absent("user", (None, Some(name))),
        }
    }

    /// On a role.
    pub(super) fn ask_on_role(&self, name: Option<&str>) -> Ask {
        match self.services.iam.role(self.caller.account, name.unwrap_or_default()) {
            Some(role) => Ask::itself().on(role.arn()).of_holder(&role.tags, &role.grants),
            None => self.ask_on_absent("role", (None, name)),
        }
    }

    /// On a group.
    pub(super) fn ask_on_group(&self, name: Option<&str>) -> Ask {
        match self.services.iam.group(self.caller.account, name.unwrap_or_default()) {
            Ok(group) => Ask::itself().on(group.arn()),
            Err(_) => self.ask_on_absent("group", (None, name)),
        }
    }

    /// On a managed policy.
    pub(super) fn ask_on_policy(&self, arn: Option<&str>) -> Ask {
        let arn = arn.unwrap_or_default();
        match self.services.iam.policy(self.caller.account, arn) {
            Ok(policy) => Ask::itself().on(arn).of_holder(&policy.tags, &Grants::default()),
            Err(_) => Ask::itself().on(arn),
        }
    }

    /// On a virtual MFA device, by its serial number, or by the name that it is to have.
    pub(super) fn ask_on_device(&self, device: Option<&str>) -> Ask {
        match device.unwrap_or_default() {
            serial if serial.starts_with("arn:") => Ask::itself().on(serial),
            name => self.ask_on_absent("mfa", (None, Some(name))),
        }
    }

    /// On an identity provider.
    pub(super) fn ask_on_provider(&self, arn: Option<&str>) -> Ask {
        let arn = arn.unwrap_or_default();
        let made = self.services.iam.identity_provider(arn).filter(|made| made.account == self.caller.account);
        match made {
            Some(made) => Ask::itself().on(arn).of_holder(&made.tags, &Grants::default()),
            None => Ask::itself().on(arn),
        }
    }

    /// On the user whose access key it is, where it is one of the caller's account.
    pub(super) fn ask_on_key_owner(&self, access_key_id: Option<&str>) -> Ask {
        let iam = &self.services.iam;
        let key = iam.key(access_key_id.unwrap_or_default()).filter(|key| key.account == self.caller.account);
        match key.and_then(|key| iam.user_by_id(&key.user_id)) {
            Some(user) => self.ask_on_user(Some(&user.name)),
            None => self.ask_on_absent("user", (None, Some("*"))),
        }
    }

    /// To make a `kind` of a path and name, with its boundary. With tags it asks for tagging it as well.
    pub(super) fn asks_to_make(
        &self,
        (kind, name): (&str, (Option<&str>, Option<&str>)),
        boundary: Option<&str>,
        tags: Option<(&'static str, &[TagShape])>,
    ) -> Vec<Ask> {
        let given = tags.map_or(&[][..], |(_, tags)| tags);
        let make = |ask: Ask| {
            let ask = ask.requesting(pairs(Some(given)));
            boundary.into_iter().fold(ask, |ask, arn| ask.with("iam:PermissionsBoundary", arn))
        };
        let arn = self.arn_of(kind, name);
        let mut asks = vec![make(Ask::itself().on(&*arn))];
        if let Some((action, [_, ..])) = tags {
            asks.push(make(Ask::to(action).on(arn)));
        }
        asks
    }

    /// The ask for what has this name or path now, and for the name and path that it is to have.
    pub(super) fn asks_to_rename(&self, now: Ask, (new_path, new_name): (Option<&str>, Option<&str>)) -> Vec<Ask> {
        let arn = now.resource().to_owned();
        let after_account = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let (kind, rest) = after_account.split_once('/').unwrap_or((after_account, ""));
        let (path, name) =
            rest.rsplit_once('/').map_or((String::new(), rest), |(path, name)| (format!("{path}/"), name));
        let renamed =
            self.arn_of(kind, (Some(new_path.unwrap_or(&format!("/{path}"))), Some(new_name.unwrap_or(name))));
        let other = (renamed != arn).then(|| Ask::itself().on(renamed));
        std::iter::once(now).chain(other).collect()
    }

    fn ask_on_absent(&self, kind: &str, name: (Option<&str>, Option<&str>)) -> Ask {
        Ask::itself().on(self.arn_of(kind, name))
    }

    fn arn_of(&self, kind: &str, (path, name): (Option<&str>, Option<&str>)) -> String {
        let account = self.caller.account;
        format!("arn:aws:iam::{account}:{kind}{}{}", path.unwrap_or("/"), name.unwrap_or_default())
    }
}

impl Ask {
    /// On what has these tags and this boundary.
    fn of_holder(self, tags: &Tags, grants: &Grants) -> Self {
        let ask = self.tagged(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let ask = tags.iter().fold(ask, |ask, (key, value)| ask.with(format!("iam:ResourceTag/{key}"), value));
        grants.boundary.iter().fold(ask, |ask, arn| ask.with("iam:PermissionsBoundary", arn))
    }
}

/// Tags as keys and values.
pub(super) fn pairs(tags: Option<&[TagShape]>) -> impl Iterator<Item = (&str, &str)> {
    tags.unwrap_or_default().iter().map(TagShape::as_pair)
}
