//! Who asks.

use cairn_model::AccountId;

use crate::Context;

/// The principal of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody signed the request.
    Anonymous,
    /// The root user of an account.
    Root(AccountId),
    /// A user of an account.
    User {
        /// Its account.
        account: AccountId,
        /// `arn:aws:iam::123456789012:user/alice`
        arn: String,
    },
    /// Someone who assumed a role.
    Session {
        /// The role's account.
        account: AccountId,
        /// `arn:aws:iam::123456789012:role/ops`
        role_arn: String,
        /// `arn:aws:sts::123456789012:assumed-role/ops/alice`
        arn: String,
    },
    /// A user's session under another name (`GetFederationToken`).
    FederatedUser {
        /// The user's account.
        account: AccountId,
        /// `arn:aws:sts::123456789012:federated-user/guest`
        arn: String,
    },
    /// Someone whom an identity provider vouches for, and who is no principal of an account yet.
    WebIdentity {
        /// The provider's ARN or host, as policies name it.
        provider: String,
    },
    /// A service, such as `cloudtrail.amazonaws.com`.
    Service(String),
}

impl Principal {
    /// The account whose policies are asked; `None` where there is none.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root(account)
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. } => Some(*account),
            Self::Anonymous | Self::WebIdentity { .. } | Self::Service(_) => None,
        }
    }

    /// Adds the keys that follow from who it is. Of a principal's organization nothing is known.
    pub fn describe(&self, context: &mut Context) {
        let facts = match self {
            Self::Anonymous => Facts { kind: "Anonymous", user_id: Some("anonymous".to_owned()), ..Facts::default() },
            Self::Root(account) => Facts {
                kind: "Account",
                arn: Some(format!("arn:aws:iam::{account}:root")),
                user_id: Some(account.to_string()),
                ..Facts::default()
            },
            Self::User { arn, .. } => {
                Facts { kind: "User", arn: Some(arn.clone()), user_name: arn.rsplit('/').next(), ..Facts::default() }
            }
            Self::Session { role_arn, .. } => {
                Facts { kind: "AssumedRole", arn: Some(role_arn.clone()), ..Facts::default() }
            }
            Self::FederatedUser { arn, .. } => {
                Facts { kind: "FederatedUser", arn: Some(arn.clone()), ..Facts::default() }
            }
            Self::WebIdentity { .. } => Facts { kind: "FederatedUser", ..Facts::default() },
            // What CloudTrail was seen to be when it checks a bucket.
            Self::Service(_) => Facts { kind: "AssumedRole", ..Facts::default() },
        };
        context.set("aws:PrincipalType", facts.kind).set_all("aws:PrincipalArn", facts.arn);
        context.set_all("aws:PrincipalAccount", self.account().map(|account| account.to_string()));
        context.set_all("aws:username", facts.user_name);
        // The unique ids of users and roles are not known here.
        if !matches!(self, Self::User { .. } | Self::Session { .. } | Self::FederatedUser { .. }) {
            context.set_all("aws:userid", facts.user_id);
        }
        let service = if let Self::Service(name) = self { Some(name.as_str()) } else { None };
        context.set("aws:PrincipalIsAWSService", service.is_some().to_string());
        context.set_all("aws:PrincipalServiceName", service).set_all("aws:PrincipalServiceNamesList", service);
    }
}

#[derive(Debug, Default)]
struct Facts<'f> {
    kind: &'static str,
    arn: Option<String>,
    user_id: Option<String>,
    user_name: Option<&'f str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_it_is_shows_in_the_context() {
        let account = AccountId::DEFAULT;
        let arn = "arn:aws:iam::123456789012:user/ops/alice".to_owned();
        let value = |principal: &Principal, key: &str| {
            let mut context = Context::new();
            principal.describe(&mut context);
            context.values(key, "s3").map(|values| values.join(","))
        };
        let user = Principal::User { account, arn };
        assert_eq!(value(&user, "aws:username").as_deref(), Some("alice"));
        assert_eq!(value(&user, "aws:userid"), None);
        assert_eq!(value(&Principal::Root(account), "aws:userid").as_deref(), Some("123456789012"));
        assert_eq!(value(&Principal::Root(account), "aws:principalisawsservice").as_deref(), Some("false"));
        let service = Principal::Service("cloudtrail.amazonaws.com".to_owned());
        assert_eq!(value(&service, "aws:principalservicename").as_deref(), Some("cloudtrail.amazonaws.com"));
        assert_eq!(value(&service, "aws:principalarn").as_deref(), Some(""));
    }
}
