//! Events of what Cairn does or finds by itself, without a call: `AwsServiceEvent` (reference section 3.11).

use cairn_journal::AppendError;
use cairn_model::{AccountId, NewEntry, Origin, Outline, Region, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::event::EVENT_VERSION;
use crate::{CallResource, EventType, Recorder};

/// Something that Cairn tells by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceEvent {
    /// `eventID`: chosen by whoever tells it, so that the same is told once.
    pub event_id: String,
    /// The account in whose history it stands: `recipientAccountId`.
    pub account: AccountId,
    /// `eventSource`, and what stands in place of an address and an agent.
    pub event_source: String,
    /// `eventName`
    pub event_name: String,
    /// `awsRegion`
    pub region: Region,
    /// `eventTime`
    pub time: Timestamp,
    /// What it is about.
    pub resources: Vec<CallResource>,
    /// `serviceEventDetails`: an object.
    pub details: Value,
}

/// The members in the order in which they are written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_version: &'static str,
    user_identity: Identity<'a>,
    event_time: String,
    event_source: &'a str,
    event_name: &'a str,
    aws_region: &'a str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'a str,
    user_agent: &'a str,
    request_parameters: (),
    response_elements: (),
    #[serde(rename = "eventID")]
    event_id: &'a str,
    read_only: bool,
    #[serde(skip_serializing_if = "<[CallResource]>::is_empty")]
    resources: &'a [CallResource],
    event_type: &'static str,
    management_event: bool,
    recipient_account_id: AccountId,
    service_event_details: &'a Value,
    event_category: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    account_id: AccountId,
    invoked_by: &'a str,
}

impl Recorder {
    /// Records a management event without a call: returns when it is durable.
    ///
    /// # Errors
    /// [`AppendError`] of the journal.
    pub async fn record_service_event(&self, event: &ServiceEvent) -> Result<(), AppendError> {
        let source = event.event_source.as_str();
        let record = Record {
            event_version: EVENT_VERSION,
            user_identity: Identity { account_id: event.account, invoked_by: source },
            event_time: event.time.iso_seconds(),
            event_source: source,
            event_name: &event.event_name,
            aws_region: event.region.as_str(),
            source_ip_address: source,
            user_agent: source,
            request_parameters: (),
            response_elements: (),
            event_id: &event.event_id,
            read_only: false,
            resources: &event.resources,
            event_type: EventType::ServiceEvent.as_str(),
            management_event: true,
            recipient_account_id: event.account,
            service_event_details: &event.details,
            event_category: "Management",
        };
        let entry = NewEntry {
            received_at: self.0.environment.clock.now(),
            account: event.account,
            origin: Origin::Live,
            // A value that was built in memory always has a JSON form; an empty object would be seen in any test.
            event: serde_json::to_vec(&record).unwrap_or_else(|_| b"{}".to_vec()).into(),
            beside: None,
            outline: Outline::default(),
        };
        self.0.journal.append(vec![entry]).await.map(drop)
    }
}
