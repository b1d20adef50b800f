//! What is asked: who wants to do what with which resource.

use crate::{Context, Principal};

/// A request to be decided.
#[derive(Debug, Clone)]
pub struct Request<'r> {
    pub(crate) principal: &'r Principal,
    /// In lower case: the case of actions does not matter.
    pub(crate) action: Box<str>,
    pub(crate) resource: &'r str,
    context: &'r Context,
}

impl<'r> Request<'r> {
    /// `principal` asks for `action`, such as `s3:PutObject`, on the resource with this ARN (`*` where there is none).
    pub fn new(principal: &'r Principal, action: &str, resource: &'r str, context: &'r Context) -> Self {
        Self { principal, action: action.to_ascii_lowercase().into(), resource, context }
    }

    /// The values of a key in lower case, none where it is absent; `None` where that cannot be known.
    pub(crate) fn values(&self, key: &str) -> Option<&[String]> {
        let service = self.action.split_once(':').map_or("", |(service, _)| service);
        self.context.values(key, service)
    }
}
