//! A policy: its statements, compiled.

use crate::condition::Condition;
use crate::fault::{Fault, PolicyFault};
use crate::pattern::Pattern;
use crate::principal_element::{Closeness, PrincipalElement};
use crate::request::Request;
use crate::template::Template;
use crate::truth::Truth;
use crate::{grammar, json};

/// What a policy is attached to, which says which elements it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind<'k> {
    /// To a user, group, role or session, or as a boundary: it names no principals.
    Identity,
    /// To a resource: it names principals.
    Resource {
        /// The prefix of the actions that the resource knows, such as `s3`.
        service: &'k str,
        /// The resource's ARN, where what it names must be the resource itself or lie below it.
        arn: Option<&'k str>,
    },
    /// To a role, and says who may assume it: it names principals and no resources.
    Trust,
}

/// A policy, ready to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub(crate) statements: Vec<Statement>,
}

/// A statement, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) sid: Option<Box<str>>,
    pub(crate) denies: bool,
    /// Absent in what is attached to principals.
    pub(crate) principal: Option<PrincipalElement>,
    /// In lower case.
    pub(crate) actions: Listed<Pattern>,
    /// Absent in trust policies.
    pub(crate) resources: Option<Listed<Template>>,
    pub(crate) conditions: Vec<Condition>,
}

/// What an element lists, or with `Not…` what it leaves out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    pub(crate) negated: bool,
}

/// What the statements of one policy say to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Verdict {
    /// The first statement that denies.
    pub(crate) denied_by: Option<usize>,
    /// The statement that allows it to whom it names most closely.
    pub(crate) allowed_by: Option<(Closeness, usize)>,
}

impl Policy {
    /// Reads a policy of at most `bytes_max` bytes. It is read strictly: what AWS's grammar does not know is refused.
    ///
    /// # Errors
    /// The first broken rule and its place.
    pub fn parse(text: &str, kind: PolicyKind<'_>, bytes_max: usize) -> Result<Self, PolicyFault> {
        if text.len() > bytes_max {
            return Err(Fault::new(0, format!("the policy is longer than {bytes_max} bytes")).placed(text));
        }
        let read = json::read(text).and_then(|node| grammar::policy(&node, kind));
        read.map_err(|fault| fault.placed(text))
    }

    pub(crate) fn verdict(&self, request: &Request<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        for (index, statement) in self.statements.iter().enumerate() {
            let Some(closeness) = statement.applies(request) else { continue };
            if statement.denies {
                verdict.denied_by = Some(index);
                return verdict;
            }
            if verdict.allowed_by.is_none_or(|(closest, _)| closest < closeness) {
                verdict.allowed_by = Some((closeness, index));
            }
        }
        verdict
    }

    /// The name of a statement, when it has one.
    pub(crate) fn sid(&self, index: usize) -> Option<&str> {
        self.statements.get(index)?.sid.as_deref()
    }
}

impl Statement {
    /// Whether it speaks of this request, and how closely it names the principal. What cannot be known counts against
    /// the request.
    fn applies(&self, request: &Request<'_>) -> Option<Closeness> {
        if self.actions.items.iter().any(|action| action.fits(&request.action)) == self.actions.negated {
            return None;
        }
        let closeness = match &self.principal {
            None => Closeness::Itself,
            Some(element) => element.names(request.principal, self.denies)?,
        };
        let resource = self.resources.as_ref().map_or(Truth::Yes, |resources| {
            let fits = Truth::any(resources.items.iter().map(|resource| resource.fits(request.resource, request)));
            if resources.negated { fits.negated() } else { fits }
        });
        if resource == Truth::No {
            return None;
        }
        let conditions = Truth::all(self.conditions.iter().map(|condition| condition.holds(request)));
        let applies = match resource.min(conditions) {
            Truth::Yes => true,
            Truth::Unknown => self.denies,
            Truth::No => false,
        };
        applies.then_some(closeness)
    }
}
