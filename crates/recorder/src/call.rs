//! One request to Cairn, with what its event says about it (reference sections 3.2 and 8.1).

use cairn_model::{AccountId, Category, Region, Timestamp};
use serde::Serialize;
use serde_json::Value;

/// A request that was answered, or is about to be, and everything that its event says.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The account in whose history the event stands: `recipientAccountId`.
    pub account: AccountId,
    /// `userIdentity`
    pub user_identity: Value,
    /// `cloudtrail.amazonaws.com`
    pub event_source: String,
    /// The operation: `CreateTrail`.
    pub event_name: String,
    /// The Region that the request was made to.
    pub region: Region,
    /// When the request came. `eventTime` is the time of completion, when the event is built.
    pub received_at: Timestamp,
    /// The caller's address.
    pub source_ip: String,
    /// `userAgent`, cut at 1 KB.
    pub user_agent: Option<String>,
    /// `errorCode` and `errorMessage` of a request that was refused, each cut at 1 KB. Without a code, as events of
    /// sign-ins are, the first is empty.
    pub error: Option<(String, String)>,
    /// What was asked; above 100 KB a marker stands in its place.
    pub request_parameters: Option<Value>,
    /// What was answered; above 100 KB a marker stands in its place.
    pub response_elements: Option<Value>,
    /// Anything else; above 28 KB a marker stands in its place.
    pub additional_event_data: Option<Value>,
    /// The id in the answer's header.
    pub request_id: String,
    /// Whether the operation only reads.
    pub read_only: bool,
    /// `Management` or `Data`.
    pub category: Category,
    /// What the request was about.
    pub resources: Vec<CallResource>,
    /// `apiVersion`
    pub api_version: Option<String>,
    /// How the connection was encrypted; absent when it was not.
    pub tls: Option<TlsDetails>,
    /// `sharedEventID`: the same in the events of one call that stand in several accounts.
    pub shared_event_id: Option<String>,
    /// `eventType`
    pub event_type: EventType,
    /// `vpcEndpointId`: the endpoint through which the request came.
    pub vpc_endpoint_id: Option<String>,
}

/// What made an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventType {
    /// A request: `AwsApiCall`.
    ApiCall,
    /// What a service did by itself, such as deleting one key of an S3 `DeleteObjects` request: `AwsServiceEvent`.
    ServiceEvent,
    /// Somebody who signs in: `AwsConsoleSignIn`.
    ConsoleSignIn,
}

impl EventType {
    /// As events have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiCall => "AwsApiCall",
            Self::ServiceEvent => "AwsServiceEvent",
            Self::ConsoleSignIn => "AwsConsoleSignIn",
        }
    }
}

/// A call with what Cairn knows besides its event.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    /// What the event says.
    pub call: Call,
    /// An object of Cairn's own members, kept beside the event and never in it.
    pub beside: Option<Value>,
}

impl From<Call> for CallRecord {
    fn from(call: Call) -> Self {
        Self { call, beside: None }
    }
}

/// One of an event's `resources`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallResource {
    /// The account that owns it.
    #[serde(rename = "accountId", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// `AWS::CloudTrail::Trail`
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Its ARN.
    #[serde(flatten)]
    pub arn: ResourceArn,
}

/// The ARN of a resource, or what the ARNs of several begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ResourceArn {
    /// `arn:aws:s3:::photos/2025/sunrise.txt`
    #[serde(rename = "ARN")]
    Whole(String),
    /// `arn:aws:s3:::photos/`, of a listing.
    #[serde(rename = "ARNPrefix")]
    Prefix(String),
}

/// An event's `tlsDetails`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsDetails {
    /// `TLSv1.3`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_version: Option<String>,
    /// `TLS_AES_128_GCM_SHA256`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher_suite: Option<String>,
    /// The `Host` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_provided_host_header: Option<String>,
}
