//! An event as matchers look at it: its fields, and its resources once somebody asks for them.

use std::cell::OnceCell;

use super::field::SelectorField;
use crate::event::ListedResource;
use crate::{Category, EventFields};

/// An event that matchers decide about: made once for an event, whatever the number of matchers.
#[derive(Debug)]
pub struct Subject<'f, 'e> {
    fields: &'f EventFields<'e>,
    resources: OnceCell<Vec<ListedResource<'e>>>,
}

impl<'f, 'e> Subject<'f, 'e> {
    /// The event whose fields these are.
    pub fn of(fields: &'f EventFields<'e>) -> Self {
        Self { fields, resources: OnceCell::new() }
    }

    pub(super) fn category(&self) -> Category {
        self.fields.category
    }

    /// Whether the event says that it only reads. One that does not say may have changed something.
    pub(super) fn only_reads(&self) -> bool {
        self.fields.read_only == Some(true)
    }

    /// The text of a field that an event has at most once; none where it has none. An event that does not say that it
    /// comes from a console's session does not.
    pub(super) fn text(&self, field: SelectorField) -> Option<&str> {
        let fields = self.fields;
        match field {
            SelectorField::EventCategory => Some(fields.category.as_str()),
            SelectorField::ReadOnly => Some(if self.only_reads() { "true" } else { "false" }),
            SelectorField::EventSource => fields.event_source.as_deref(),
            SelectorField::EventName => fields.event_name.as_deref(),
            SelectorField::EventType => fields.event_type.as_deref(),
            SelectorField::ErrorCode => fields.error_code.as_deref(),
            SelectorField::SessionCredentialFromConsole => {
                Some(fields.session_credential_from_console.as_deref().unwrap_or("false"))
            }
            SelectorField::VpcEndpointId => fields.vpc_endpoint_id.as_deref(),
            SelectorField::UserIdentityArn => fields.user_identity.arn(),
            SelectorField::ResourcesType | SelectorField::ResourcesArn => None,
        }
    }

    /// Type and ARN of each resource; where a listing names what its keys begin with, that beginning.
    pub(super) fn resources(&self) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
        let listed = self.resources.get_or_init(|| self.fields.listed_resources());
        listed
            .iter()
            .map(|resource| (resource.kind.as_deref(), resource.arn.as_deref().or(resource.arn_prefix.as_deref())))
    }
}
