//! The elements `Principal` and `NotPrincipal`: whom a statement is about.

use cairn_model::AccountId;

use crate::Principal;
use crate::fault::{Fault, shown};
use crate::json::{Member, Node, Value};

/// Whom a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrincipalElement {
    names: Vec<Name>,
    /// `NotPrincipal`
    negated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Everyone,
    /// An account, by its id, its root's ARN or its canonical id.
    Account(AccountId),
    Arn(Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
    /// A canonical id that is not of an account here.
    Nobody,
}

/// How closely a statement names the principal. The later outranks the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Closeness {
    /// By its account: what the account then lets it do is the account's affair.
    Account,
    /// With everyone, or by its role: limited by boundaries and session policies.
    Group,
    /// By its own name.
    Itself,
}

impl PrincipalElement {
    pub(crate) fn read(node: &Node, negated: bool) -> Result<Self, Fault> {
        let names = match &node.value {
            Value::Text(text) if text == "*" => vec![Name::Everyone],
            Value::Object(members) => {
                let mut names = Vec::new();
                for member in members {
                    names.extend(names_of(member).map_err(|fault| fault.within(&member.name))?);
                }
                names
            }
            Value::Text(text) => {
                let reason = format!("\"{}\" is neither \"*\" nor an object such as {{\"AWS\": …}}", shown(text));
                return Err(Fault::new(node.at, reason));
            }
            Value::Number(_) | Value::Bool(_) | Value::Null | Value::List(_) => {
                return Err(Fault::new(node.at, format!("expected \"*\" or an object, not {}", node.kind())));
            }
        };
        Ok(Self { names, negated })
    }

    /// How closely the statement names the principal, when it does. What `NotPrincipal` spares from a denial must be
    /// named with everything it is: a session by its own ARN, its role and its account.
    pub(crate) fn names(&self, principal: &Principal, is_denial: bool) -> Option<Closeness> {
        if !self.negated {
            return self.names.iter().filter_map(|name| name.closeness(principal)).max();
        }
        let is_listed = |facet: &Principal| self.names.iter().any(|name| name.closeness(facet).is_some());
        let is_spared = if is_denial {
            facets(principal).iter().all(|facet| self.names.iter().any(|name| name.is_exactly(facet)))
        } else {
            is_listed(principal)
        };
        (!is_spared).then_some(Closeness::Group)
    }
}

/// Everything that a principal is at once: itself, its role, its account.
fn facets(principal: &Principal) -> Vec<Principal> {
    let mut facets = vec![principal.clone()];
    if let Principal::Session { account, role_arn, .. } = principal {
        facets.push(Principal::User { account: *account, arn: role_arn.clone() });
    }
    facets.extend(principal.account().map(Principal::Root));
    facets
}

impl Name {
    fn closeness(&self, principal: &Principal) -> Option<Closeness> {
        match (self, principal) {
            (Self::Everyone, _) => Some(Closeness::Group),
            (Self::Account(named), Principal::Root(account)) if named == account => Some(Closeness::Itself),
            (Self::Account(named), _) if principal.account() == Some(*named) => Some(Closeness::Account),
            (Self::Arn(named), Principal::Session { role_arn, arn, .. }) => {
                let is_session = **named == **arn;
                (is_session || **named == **role_arn).then_some(if is_session {
                    Closeness::Itself
                } else {
                    Closeness::Group
                })
            }
            _ if self.is_exactly(principal) => Some(Closeness::Itself),
            _ => None,
        }
    }

    fn is_exactly(&self, principal: &Principal) -> bool {
        match (self, principal) {
            (Self::Everyone, _) => true,
            (Self::Account(named), Principal::Root(account)) => named == account,
            (
                Self::Arn(named),
                Principal::User { arn, .. } | Principal::Session { arn, .. } | Principal::FederatedUser { arn, .. },
            ) => **named == **arn,
            (Self::Service(named), Principal::Service(service)) => named.eq_ignore_ascii_case(service),
            (Self::Federated(named), Principal::WebIdentity { provider }) => **named == **provider,
            (Self::Account(_) | Self::Arn(_) | Self::Service(_) | Self::Federated(_) | Self::Nobody, _) => false,
        }
    }
}

fn names_of(member: &Member) -> Result<Vec<Name>, Fault> {
    let read = match member.name.as_str() {
        "AWS" => aws,
        "Service" => service,
        "Federated" => federated,
        "CanonicalUser" => canonical_user,
        other => {
            let reason = format!("\"{}\" is none of AWS, Service, Federated, CanonicalUser", shown(other));
            return Err(Fault::new(member.at, reason));
        }
    };
    let one = |node: &Node| {
        let text = node.text()?;
        read(text).ok_or_else(|| Fault::new(node.at, format!("\"{}\" is not a principal", shown(text))))
    };
    member.node.each().iter().map(one).collect()
}

/// `*`, an account's id, or the ARN of a root, user, role or session, without wildcards.
fn aws(text: &str) -> Option<Name> {
    if text == "*" {
        return Some(Name::Everyone);
    }
    if let Ok(account) = AccountId::parse(text) {
        return Some(Name::Account(account));
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = parts.as_slice() else { return None };
    let account = AccountId::parse(account).ok().filter(|_| partition.starts_with("aws"))?;
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    match (*service, kind) {
        ("iam", "root") if name.is_empty() => Some(Name::Account(account)),
        ("iam", "user" | "role") | ("sts", "assumed-role" | "federated-user")
            if !name.is_empty() && !name.contains(['*', '?']) =>
        {
            Some(Name::Arn(text.into()))
        }
        _ => None,
    }
}

fn service(text: &str) -> Option<Name> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    (text.contains('.') && text.bytes().all(allowed)).then(|| Name::Service(text.into()))
}

fn federated(text: &str) -> Option<Name> {
    (!text.is_empty() && !text.contains(['*', '?'])).then(|| Name::Federated(text.into()))
}

/// 64 hexadecimal digits: here an account's id behind zeros.
fn canonical_user(text: &str) -> Option<Name> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let account = text.strip_prefix("0000000000000000000000000000000000000000000000000000");
    Some(account.and_then(|account| AccountId::parse(account).ok()).map_or(Name::Nobody, Name::Account))
}
