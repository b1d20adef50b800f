//! What the events of a call say (reference sections 3 and 4).

use cairn_model::{AccountId, Category, Region, Timestamp};
use cairn_principals::Principal;
use cairn_recorder::{Call, CallRecord, CallResource, EventType, RefusedRequests, ResourceArn};
use cairn_services::{CallOutcome, DeletionError};
use http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::gap::{Fate, Gap};
use crate::known::Known;
use crate::refusal::Refusal;
use crate::settings::GatewaySettings;
use crate::sighting::{Sighting, text};

/// The source of S3's events.
pub(crate) const S3: &str = "s3.amazonaws.com";

/// `errorCode`s by which an upstream says that it does not take the request for its signer's.
const NOT_AUTHENTIC: [&str; 12] = [
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "UnrecognizedClientException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationTokenException",
    "AuthFailure",
    "InvalidToken",
    "RequestExpired",
    "AuthorizationHeaderMalformed",
];

/// Who called, what, and how: the part of the events that does not depend on the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) settings: &'a GatewaySettings,
    pub(crate) sighting: &'a Sighting,
    pub(crate) known: &'a Known,
    pub(crate) principal: &'a Principal,
}

/// What came of a call.
#[derive(Debug, Default)]
pub(crate) struct Came {
    pub(crate) outcome: CallOutcome,
    /// An error that is not the upstream's word: nobody answered, or not to the end.
    pub(crate) fault: Option<(String, String)>,
    /// `x-amz-id-2`
    pub(crate) extended_request_id: Option<String>,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) deletion_errors: Vec<DeletionError>,
    /// Whether the client was there to the end.
    pub(crate) is_client_gone: bool,
}

impl Came {
    /// The gateway refused the call by itself.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self { fault: Some((refusal.code.to_owned(), refusal.message.clone())), ..Self::default() }
    }

    pub(crate) fn with_headers(mut self, headers: &HeaderMap) -> Self {
        self.extended_request_id = text(headers, "x-amz-id-2");
        self
    }

    fn error(&self) -> Option<(String, String)> {
        self.fault.clone().or_else(|| self.outcome.error.clone())
    }
}

/// Whether the upstream does not believe that the signer signed.
pub(crate) fn is_not_authentic(outcome: &CallOutcome) -> bool {
    outcome.error.as_ref().is_some_and(|(code, _)| NOT_AUTHENTIC.contains(&code.as_str()))
}

impl Asked<'_> {
    /// The event of the request itself, with `request_id` where the answer gives none.
    pub(crate) fn call(self, came: &Came, request_id: &str) -> Call {
        let Self { settings, sighting, known, principal } = self;
        let call = &known.call;
        let region = self.region();
        let resources =
            call.resources(known.parameters.as_ref(), &came.outcome, settings.account.as_str(), region.as_str());
        Call {
            account: settings.account,
            user_identity: principal.user_identity.clone(),
            event_source: call.event_source.clone(),
            event_name: call.event_name.clone(),
            region,
            received_at: sighting.received_at,
            source_ip: sighting.source.to_string(),
            user_agent: self.user_agent(),
            error: came.error(),
            request_parameters: known.parameters.clone(),
            response_elements: came.outcome.response_elements.clone(),
            additional_event_data: self.additional(came),
            request_id: came.outcome.request_id.clone().unwrap_or_else(|| request_id.to_owned()),
            read_only: call.read_only,
            category: call.category,
            resources: resources.into_iter().map(resource).collect(),
            api_version: call.api_version.clone(),
            tls: sighting.tls.clone(),
            shared_event_id: None,
            event_type: EventType::ApiCall,
            vpc_endpoint_id: sighting.vpc_endpoint_id.clone(),
        }
    }

    /// The same, made of the call that was `intended` with this [`Known`]: the answer changes only part of it.
    pub(crate) fn ended(self, intended: Call, came: &Came, request_id: &str) -> Call {
        let Self { settings, known, principal, .. } = self;
        let parameters = known.parameters.as_ref();
        let (account, region) = (settings.account.as_str(), intended.region.as_str());
        let resources = known.call.resources(parameters, &came.outcome, account, region);
        let is_same_caller = intended.user_identity == principal.user_identity;
        Call {
            error: came.error(),
            response_elements: came.outcome.response_elements.clone(),
            additional_event_data: self.additional(came),
            request_id: came.outcome.request_id.clone().unwrap_or_else(|| request_id.to_owned()),
            resources: resources.into_iter().map(resource).collect(),
            user_identity: if is_same_caller { intended.user_identity } else { principal.user_identity.clone() },
            ..intended
        }
    }

    /// All events of the call: of the request, of each key that it deleted, and for the caller's account where that is
    /// another one. `new_id` makes shared event ids.
    pub(crate) fn records(self, came: &Came, request_id: &str, new_id: impl Fn() -> String) -> Vec<CallRecord> {
        self.records_of(self.call(came, request_id), came, new_id)
    }

    /// The same, with the event of the request given.
    pub(crate) fn records_of(self, call: Call, came: &Came, new_id: impl Fn() -> String) -> Vec<CallRecord> {
        let keys = self.deletions(&call, came);
        let beside = self.beside(came);
        let caller = self.caller_account();
        let mut records = Vec::with_capacity(1 + keys.len());
        for mut call in std::iter::once(call).chain(keys) {
            let copy = caller.map(|account| {
                let shared_event_id = Some(new_id());
                call.shared_event_id.clone_from(&shared_event_id);
                Call { account, shared_event_id, ..call.clone() }
            });
            records.extend(std::iter::once(call).chain(copy).map(|call| CallRecord { call, beside: beside.clone() }));
        }
        records
    }

    fn region(self) -> Region {
        let named = self.known.call.region.as_deref();
        let scope = self.sighting.claim.scope.as_ref().map(|(_, region)| region.as_str());
        let region = named.or(scope).and_then(|region| Region::parse(region).ok());
        region.unwrap_or_else(|| self.settings.region.clone())
    }

    fn user_agent(self) -> Option<String> {
        let agent = self.sighting.header("user-agent")?;
        Some(if self.is_s3() { format!("[{agent}]") } else { agent })
    }

    fn is_s3(self) -> bool {
        self.known.call.event_source == S3
    }

    /// The caller's account, where it is another one that also sees the call.
    fn caller_account(self) -> Option<AccountId> {
        let is_named =
            self.principal.user_identity.get("accountId").is_some_and(|id| id == self.principal.account.as_str());
        (is_named && self.principal.account != self.settings.account).then_some(self.principal.account)
    }

    fn additional(self, came: &Came) -> Option<Value> {
        if !self.is_s3() {
            return None;
        }
        let mut data = Map::new();
        let mut put = |name: &str, value: Option<Value>| value.map(|value| data.insert(name.to_owned(), value));
        let claim = &self.sighting.claim;
        put("SignatureVersion", claim.version.map(Value::from));
        let suite = self.sighting.tls.as_ref().and_then(|tls| tls.cipher_suite.clone());
        put("CipherSuite", suite.map(Value::from));
        put("bytesTransferredIn", Some(came.bytes_in.into()));
        put("AuthenticationMethod", claim.method.map(Value::from));
        put("x-amz-id-2", came.extended_request_id.clone().map(Value::from));
        put("bytesTransferredOut", Some(came.bytes_out.into()));
        Some(Value::Object(data))
    }

    /// One event for each key that the request asked to delete, once the upstream has taken the request.
    fn deletions(self, request: &Call, came: &Came) -> Vec<Call> {
        if request.error.is_some() {
            return Vec::new();
        }
        let member = |name: &str| self.known.parameters.as_ref().and_then(|all| all.get(name)).and_then(Value::as_str);
        let bucket = member("bucketName").unwrap_or_default();
        let of_key = |deleted: &cairn_services::DeletedKey| {
            let mut parameters = json!({ "bucketName": bucket, "key": deleted.key });
            if let (Some(all), Some(host)) = (parameters.as_object_mut(), member("Host")) {
                all.insert("Host".to_owned(), host.into());
            }
            if let (Some(all), Some(version)) = (parameters.as_object_mut(), &deleted.version_id) {
                all.insert("versionId".to_owned(), version.as_str().into());
            }
            let fits = |error: &&DeletionError| error.key == deleted.key && error.version_id == deleted.version_id;
            let error = came.deletion_errors.iter().find(fits);
            let resource = |resource_type: &str, arn: String, account_id| CallResource {
                account_id,
                resource_type: resource_type.to_owned(),
                arn: ResourceArn::Whole(arn),
            };
            Call {
                event_name: "DeleteObject".to_owned(),
                event_type: EventType::ServiceEvent,
                category: Category::Data,
                error: error.map(|error| (error.code.clone(), error.message.clone())),
                request_parameters: Some(parameters),
                response_elements: None,
                additional_event_data: None,
                resources: vec![
                    resource("AWS::S3::Object", format!("arn:aws:s3:::{bucket}/{}", deleted.key), None),
                    resource("AWS::S3::Bucket", format!("arn:aws:s3:::{bucket}"), Some(self.settings.account)),
                ],
                api_version: None,
                ..request.clone()
            }
        };
        self.known.deleted.iter().map(of_key).collect()
    }

    /// What is known besides: where the caller's session began, and whether the client heard the answer.
    fn beside(self, came: &Came) -> Option<Value> {
        let mut beside = Map::new();
        if let Some(origin) = &self.principal.origin {
            beside.insert("originPrincipal".to_owned(), origin.clone());
        }
        if !self.principal.chain.is_empty() {
            beside.insert("chain".to_owned(), self.principal.chain.clone().into());
        }
        if came.is_client_gone {
            beside.insert("clientDisconnected".to_owned(), true.into());
        }
        (!beside.is_empty()).then_some(Value::Object(beside))
    }
}

fn resource(name: cairn_services::ResourceName) -> CallResource {
    let account_id = name.account_id.and_then(|account| AccountId::parse(&account).ok());
    let arn = if name.is_prefix { ResourceArn::Prefix(name.arn) } else { ResourceArn::Whole(name.arn) };
    CallResource { account_id, resource_type: name.resource_type, arn }
}

/// The event of calls that have no events of their own.
pub(crate) fn call_of_gap(settings: &GatewaySettings, (gap, fate): (&Gap, Fate), request_id: String) -> Call {
    let (message, is_passed_on) = match fate {
        Fate::PassedOn => (format!("{} calls went on without a record", gap.calls), true),
        Fate::Refused => (format!("{} calls were refused without a record", gap.calls), false),
    };
    Call {
        event_name: "UnrecordedCalls".to_owned(),
        user_identity: json!({ "accountId": settings.account, "invokedBy": "cairn" }),
        error: Some(("RecordingFailed".to_owned(), message)),
        additional_event_data: Some(json!({
            "gateway": settings.name,
            "passedOn": is_passed_on,
            "callCount": gap.calls,
            "firstCallTime": gap.first_at.iso_seconds(),
            "lastCallTime": gap.last_at.iso_seconds(),
            "eventNames": gap.names,
        })),
        event_type: EventType::ServiceEvent,
        ..own_call(settings, gap.first_at, request_id)
    }
}

/// The event of requests that were refused in a flood.
pub(crate) fn call_of_flood(settings: &GatewaySettings, refused: &RefusedRequests, request_id: String) -> Call {
    let mut details = refused.details();
    if let Some(details) = details.as_object_mut() {
        details.insert("gateway".to_owned(), settings.name.as_str().into());
    }
    Call {
        event_name: RefusedRequests::EVENT_NAME.to_owned(),
        user_identity: json!({ "type": "Unknown" }),
        source_ip: refused.address().map(|address| address.to_string()).unwrap_or_default(),
        error: Some(("AccessDenied".to_owned(), format!("{} requests were refused", refused.requests))),
        additional_event_data: Some(details),
        read_only: false,
        ..own_call(settings, refused.first_at, request_id)
    }
}

/// An event that the gateway makes by itself, for several calls.
fn own_call(settings: &GatewaySettings, received_at: Timestamp, request_id: String) -> Call {
    Call {
        account: settings.account,
        user_identity: Value::Null,
        event_source: "cloudtrail.amazonaws.com".to_owned(),
        event_name: String::new(),
        region: settings.region.clone(),
        received_at,
        source_ip: "cairn".to_owned(),
        user_agent: None,
        error: None,
        request_parameters: None,
        response_elements: None,
        additional_event_data: None,
        request_id,
        read_only: true,
        category: Category::Management,
        resources: Vec::new(),
        api_version: None,
        tls: None,
        shared_event_id: None,
        event_type: EventType::ApiCall,
        vpc_endpoint_id: None,
    }
}
