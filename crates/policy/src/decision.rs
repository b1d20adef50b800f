//! What was decided, by which statement, and for want of what.

use std::fmt;

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is allowed; by a statement, or because the account's root user asks for what is its own.
    Allowed(Option<Statement>),
    /// A statement denies it, whatever others allow.
    ExplicitlyDenied(Statement),
    /// Nothing denies it, and this kind of policy does not allow it.
    ImplicitlyDenied(Layer),
}

/// A kind of policies, which a request has to get past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Attached to the principal.
    Identity,
    /// The most that the principal may.
    Boundary,
    /// Given with a session.
    Session,
    /// Attached to the resource.
    Resource,
}

/// A statement of one of the policies that were asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Which kind of policy it is in.
    pub layer: Layer,
    /// Which of that kind, counted from 0.
    pub policy: usize,
    /// Which statement of it, counted from 0.
    pub index: usize,
    /// Its name, when it has one.
    pub sid: Option<String>,
}

impl Decision {
    /// Whether it is allowed.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }

    /// Why it was refused, in the form in which AWS ends its messages; `None` when it is allowed. `action` is the
    /// action that was asked for.
    pub fn refusal(&self, action: &str) -> Option<String> {
        match self {
            Self::Allowed(_) => None,
            Self::ExplicitlyDenied(statement) => {
                let article = if statement.layer == Layer::Identity { "an" } else { "a" };
                Some(format!("with an explicit deny in {article} {}", statement.layer))
            }
            Self::ImplicitlyDenied(layer) => Some(format!("because no {layer} allows the {action} action")),
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::Resource => "resource-based policy",
        })
    }
}
