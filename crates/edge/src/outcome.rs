//! What came of a request: the answer, and the event that it leaves.

use std::fmt;

use cairn_api::{ApiError, ErrorCode, Service};
use cairn_identity::{Placement, Verified};
use cairn_model::{AccountId, Category, Region};
use cairn_recorder::{Call, EventType, RefusedRequests, TlsDetails};
use serde_json::{Map, Value};

use crate::answer::Reply;
use crate::arrival::Arrival;
use crate::targets::service_named;

/// The answer to a request, and how it is recorded.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) reply: Pending,
    pub(crate) record: Record,
}

/// An answer that waits for its event.
pub(crate) enum Pending {
    /// It is there.
    Made(Reply),
    /// It is made meanwhile.
    Unmade(Box<dyn FnOnce() -> Reply + Send>),
}

impl Pending {
    /// The answer. What is to be made is made now.
    pub(crate) fn make(self) -> Reply {
        match self {
            Self::Made(reply) => reply,
            Self::Unmade(make) => make(),
        }
    }
}

impl From<Reply> for Pending {
    fn from(reply: Reply) -> Self {
        Self::Made(reply)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Made(_) => "Made",
            Self::Unmade(_) => "Unmade",
        })
    }
}

/// The event of a request.
#[derive(Debug)]
pub(crate) enum Record {
    /// To be recorded before the answer goes out.
    Caller(Box<Call>),
    /// The same, for the caller and for the owner of what was called.
    Both(Box<[Call; 2]>),
    /// The same, of somebody who could not be held to it: in a flood these share events.
    Stranger(Box<Call>, &'static str),
    /// Recorded already, together with what it did.
    Done,
}

impl Arrival {
    /// The event of this request, by whoever signed it, without anything about its result.
    pub(crate) fn call(&self, verified: &Verified) -> Call {
        self.call_of(verified.caller.account, verified.caller.user_identity(), verified.region.clone())
    }

    /// The event of this request, by nobody known: at most the key that it claims.
    pub(crate) fn call_of_stranger(
        &self,
        account: AccountId,
        access_key_id: Option<&str>,
        region: Option<&str>,
    ) -> Call {
        let mut identity = Map::new();
        identity.insert("type".to_owned(), "Unknown".into());
        if let Some(key) = access_key_id {
            identity.insert("accessKeyId".to_owned(), key.chars().take(128).collect::<String>().into());
        }
        let region = region.and_then(|region| Region::parse(region).ok()).unwrap_or_else(Region::us_east_1);
        self.call_of(account, Value::Object(identity), region)
    }

    pub(crate) fn call_of(&self, account: AccountId, user_identity: Value, region: Region) -> Call {
        let tls = self.host.clone().map(|host| TlsDetails {
            tls_version: None,
            cipher_suite: None,
            client_provided_host_header: Some(host),
        });
        Call {
            account,
            user_identity,
            event_source: format!("{}.amazonaws.com", self.service),
            event_name: self.operation.clone(),
            // A global service has its events in one Region, whichever was signed for.
            region: service_named(&self.service).and_then(Service::event_region).unwrap_or(region),
            received_at: self.received_at,
            source_ip: self.source.to_string(),
            user_agent: self.user_agent.clone(),
            error: None,
            request_parameters: None,
            response_elements: None,
            additional_event_data: None,
            request_id: self.request_id.clone(),
            read_only: false,
            category: Category::Management,
            resources: Vec::new(),
            api_version: None,
            tls,
            event_type: EventType::ApiCall,
            shared_event_id: None,
            vpc_endpoint_id: None,
        }
    }

    /// An error in the request's protocol.
    pub(crate) fn error(&self, error: &ApiError) -> Reply {
        self.dialect.error(error, "", &self.request_id)
    }

    /// An error to a caller who is known.
    pub(crate) fn refuse_caller(&self, call: Call, error: &ApiError) -> Outcome {
        let call = Call { error: Some((error.code.to_string(), error.message.clone())), ..call };
        Outcome { reply: self.error(error).into(), record: Record::Caller(Box::new(call)) }
    }

    /// The event could not be made durable, so that nothing is answered as done.
    pub(crate) fn unavailable(&self) -> Reply {
        self.error(&ApiError::new(
            ErrorCode::ServiceUnavailable,
            "The request cannot be recorded at the moment, and nothing is answered here without a record. Try again later.",
        ))
    }
}

/// How the request was authenticated, as events of S3 put it.
pub(crate) fn authentication_method(verified: &Verified) -> &'static str {
    match verified.placement {
        Placement::Header => "AuthHeader",
        Placement::Query { .. } => "QueryString",
    }
}

/// One event for many refused requests.
pub(crate) fn call_of_flood(arrival: &Arrival, account: AccountId, refused: &RefusedRequests) -> Call {
    let message = format!("{} unauthenticated requests were refused", refused.requests);
    Call {
        event_name: RefusedRequests::EVENT_NAME.to_owned(),
        source_ip: refused.address().map(|address| address.to_string()).unwrap_or_default(),
        error: Some((ErrorCode::AccessDenied.to_string(), message)),
        additional_event_data: Some(refused.details()),
        ..arrival.call_of_stranger(account, None, None)
    }
}
