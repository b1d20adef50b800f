//! One record while conditions are decided on it: read no further than they ask.

use std::borrow::Cow;
use std::cell::OnceCell;

use cairn_model::{AccountId, EventFields, EventKey};
use cairn_store::{EventColumn, Found, Operator};
use serde::Deserialize;

use super::condition::Condition;
use super::field::Field;
use super::plan::Plan;
use super::walk::{visit_all, visit_path};

/// One record while conditions are decided on it.
pub(crate) struct Record<'e> {
    account: AccountId,
    event: &'e [u8],
    beside: Option<&'e [u8]>,
    fields: OnceCell<Option<EventFields<'e>>>,
}

/// What stands beside an event, as far as conditions ask about it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Beside<'a> {
    #[serde(borrow)]
    origin_principal: Option<OriginPrincipal<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OriginPrincipal<'a> {
    #[serde(borrow)]
    arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    access_key_id: Option<Cow<'a, str>>,
}

impl<'e> Record<'e> {
    /// The record of an event.
    pub(crate) fn of(found: &'e Found) -> Self {
        Self { account: found.account, event: &found.event, beside: found.beside.as_deref(), fields: OnceCell::new() }
    }

    fn fields(&self) -> Option<&EventFields<'e>> {
        self.fields.get_or_init(|| EventFields::parse(self.event).ok()).as_ref()
    }

    /// Whether the record meets a condition.
    pub(crate) fn meets(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(all) => all.iter().all(|one| self.meets(one)),
            Condition::Any(any) => any.iter().any(|one| self.meets(one)),
            Condition::Not(inner) => !self.meets(inner),
            Condition::Has(field, predicate) => {
                let mut fits = false;
                self.visit(field, &mut |text| {
                    fits = fits
                        || match text {
                            Some(text) => predicate.fits(text),
                            None => predicate.operator() == Operator::Exists,
                        };
                });
                fits
            }
        }
    }

    /// Whether the record, which the store gave, meets what the store has not decided.
    pub(crate) fn meets_rest(&self, plan: &Plan) -> bool {
        plan.rest.as_ref().is_none_or(|(rest, needles)| needles.may_meet(self.event) && self.meets(rest))
    }

    /// Calls `visit` with each value of a field: with its text, or none when it is an object or an array.
    pub(crate) fn visit(&self, field: &Field, visit: &mut dyn FnMut(Option<&str>)) {
        match field {
            Field::Column(column) => self.visit_column(*column, &mut |text| visit(Some(text))),
            Field::EventId => match self.fields().and_then(|fields| fields.event_id.as_deref()) {
                Some(event_id) => visit(Some(event_id)),
                None => visit(Some(&EventKey::of_bytes(self.account, self.event).derived_event_id())),
            },
            Field::Role => Field::ROLE_PATHS.iter().for_each(|path| visit_path(self.event, path, visit)),
            Field::Anywhere => visit_all(self.event, visit),
            Field::Path(path) => visit_path(self.event, path, visit),
        }
    }

    fn visit_column(&self, column: EventColumn, visit: &mut dyn FnMut(&str)) {
        if column == EventColumn::OriginPrincipal {
            let beside = self.beside.and_then(|beside| serde_json::from_slice::<Beside<'_>>(beside).ok());
            let origin = beside.and_then(|beside| beside.origin_principal);
            origin.and_then(|origin| origin.arn.or(origin.access_key_id)).iter().for_each(|text| visit(text));
            return;
        }
        let Some(fields) = self.fields() else {
            // The history keeps what cannot be read among the management events.
            if column == EventColumn::EventCategory {
                visit(cairn_model::Category::Management.as_str());
            }
            return;
        };
        if let Some(text) = single(fields, column) {
            visit(&text);
        }
        if !column.is_single() {
            for resource in fields.resources() {
                match (column, &resource.resource_type) {
                    (EventColumn::ResourceName, _) => visit(&resource.resource_name),
                    (_, Some(resource_type)) => visit(resource_type),
                    (_, None) => {}
                }
            }
        }
    }
}

/// The text of a column that has at most one for each event; who is behind the caller is not read from the event.
fn single<'f>(fields: &'f EventFields<'_>, column: EventColumn) -> Option<Cow<'f, str>> {
    let user = &fields.user_identity;
    let text = match column {
        EventColumn::Username => return user.username(),
        EventColumn::ReadOnly => fields.read_only.map(|value| if value { "true" } else { "false" }),
        EventColumn::EventCategory => Some(fields.category.as_str()),
        EventColumn::EventName => fields.event_name.as_deref(),
        EventColumn::EventSource => fields.event_source.as_deref(),
        EventColumn::AwsRegion => fields.aws_region.as_deref(),
        EventColumn::AccessKeyId => user.access_key_id(),
        EventColumn::UserIdentityArn => user.arn(),
        EventColumn::UserIdentityType => user.kind(),
        EventColumn::SourceIpAddress => fields.source_ip_address.as_deref(),
        EventColumn::UserAgent => fields.user_agent.as_deref(),
        EventColumn::ErrorCode => fields.error_code.as_deref(),
        EventColumn::EventType => fields.event_type.as_deref(),
        EventColumn::RecipientAccountId => fields.recipient_account_id.as_deref(),
        EventColumn::OriginPrincipal | EventColumn::ResourceType | EventColumn::ResourceName => None,
    };
    text.map(Cow::Borrowed)
}
