//! ARNs of principals, taken apart.

use cairn_model::AccountId;

/// The longest ARN that IAM gives.
pub(crate) const ARN_BYTES_MAX: usize = 2048;

/// `arn:{partition}:{iam or sts}::{account}:{resource}`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PrincipalArn<'a> {
    /// `aws`, `aws-cn`, …
    pub(crate) partition: &'a str,
    /// Absent when the upstream names accounts otherwise than by twelve digits, or has none.
    pub(crate) account: Option<AccountId>,
    /// What kind of principal it names.
    pub(crate) resource: PrincipalResource<'a>,
}

/// The last part of a principal's ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalResource<'a> {
    /// `root`
    Root,
    /// `user/{path}{name}`
    User(&'a str),
    /// `role/{path}{name}`
    Role(&'a str),
    /// `assumed-role/{role}/{session}`
    AssumedRole {
        /// The role's name, without its path.
        role: &'a str,
        /// The session's name.
        session: &'a str,
    },
    /// `federated-user/{name}`
    FederatedUser(&'a str),
}

impl<'a> PrincipalArn<'a> {
    /// Reads the ARN of a principal; absent when `text` is something else.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (_region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        if scheme != "arn" || partition.is_empty() || !["iam", "sts"].contains(&service) || text.len() > ARN_BYTES_MAX {
            return None;
        }
        let resource = PrincipalResource::parse(resource)?;
        Some(Self { partition, account: account_named(account), resource })
    }
}

/// The account that a text names. Upstreams without accounts say twelve zeros: those are whatever account the upstream
/// is taken to be.
pub(crate) fn account_named(text: &str) -> Option<AccountId> {
    AccountId::parse(text).ok().filter(|account| account.as_str().bytes().any(|digit| digit != b'0'))
}

impl<'a> PrincipalResource<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let Some((kind, name)) = text.split_once('/') else {
            return (text == "root").then_some(Self::Root);
        };
        let last = name.rsplit('/').next().filter(|last| !last.is_empty());
        match kind {
            "user" => last.map(Self::User),
            "role" => last.map(Self::Role),
            "federated-user" => last.map(|_| Self::FederatedUser(name)),
            "assumed-role" => {
                let (role, session) = name.split_once('/')?;
                (!role.is_empty() && !session.is_empty()).then_some(Self::AssumedRole { role, session })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_named_by_the_last_part_of_their_path() {
        let parsed = |text| PrincipalArn::parse(text).map(|arn| arn.resource);
        assert_eq!(parsed("arn:aws:iam::123456789012:root"), Some(PrincipalResource::Root));
        assert_eq!(parsed("arn:aws:iam::123456789012:user/team/a/nina"), Some(PrincipalResource::User("nina")));
        assert_eq!(parsed("arn:aws-cn:iam::123456789012:role/R"), Some(PrincipalResource::Role("R")));
        let session = PrincipalResource::AssumedRole { role: "R", session: "s" };
        assert_eq!(parsed("arn:aws:sts::123456789012:assumed-role/R/s"), Some(session));
        assert_eq!(PrincipalArn::parse("arn:aws:iam::admin:user/x").unwrap().account, None);
        assert_eq!(PrincipalArn::parse("arn:aws:iam::000000000000:user/x").unwrap().account, None);
    }

    #[test]
    fn other_arns_and_other_texts_are_no_principals() {
        let long = format!("arn:aws:iam::123456789012:user/{}", "x".repeat(ARN_BYTES_MAX));
        for text in ["", "root", "arn:aws:s3:::bucket", "arn:aws:iam::1:user/", "arn:aws:sts::1:assumed-role/R", &long]
        {
            assert_eq!(PrincipalArn::parse(text), None, "{text}");
        }
    }
}
