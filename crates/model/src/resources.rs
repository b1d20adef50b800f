//! The resources that a lookup shows for an event.

use std::borrow::Cow;

/// One resource of an event as `LookupEvents` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource<'a> {
    /// `AWS::S3::Bucket`; absent when unknown.
    pub resource_type: Option<Cow<'a, str>>,
    /// A name, an id or an ARN.
    pub resource_name: Cow<'a, str>,
}
