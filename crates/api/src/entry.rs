//! An operation with its types erased: what the front door finds by name and calls with bytes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use cairn_model::AccountId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::body::Body;
use crate::operation::Operation;
use crate::protocol::{About, Service};
use crate::record::{event_member, without_nulls};
use crate::{Access, ApiError, Context, ErrorCode, Protocol};

type Run = for<'a> fn(&'a Entry, &'a Context, &'a [u8]) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

type Reread = fn(&[u8]) -> Result<Value, ApiError>;

/// One operation as the front door sees it.
pub struct Entry {
    /// The name, as in the published service model.
    pub name: &'static str,
    /// The credential scope's service: `cloudtrail`, `sts`.
    pub service: &'static str,
    /// How requests and answers are written.
    pub protocol: Protocol,
    /// The version of the service's API, such as `2013-11-01`.
    pub api_version: &'static str,
    /// Whether it changes anything.
    pub access: Access,
    /// The errors that it may return besides those common to all operations.
    pub errors: &'static [ErrorCode],
    namespace: &'static str,
    run: Run,
    reread: [Reread; 2],
}

/// What came of a call.
#[derive(Debug)]
pub struct Answer {
    /// The body of a success, or the error.
    pub result: Result<Body, ApiError>,
    /// `requestParameters` of the event; absent when there are none or the request could not be read.
    pub request_parameters: Option<Value>,
    /// `responseElements` of the event; absent for reads and for errors.
    pub response_elements: Option<Value>,
    /// Whose the thing is that was called, where that may be another account than the caller's; none for errors.
    pub owner: Option<AccountId>,
}

impl Answer {
    fn refusal(error: ApiError, request_parameters: Option<Value>) -> Self {
        Self { result: Err(error), request_parameters, response_elements: None, owner: None }
    }
}

impl Entry {
    /// Erases the types of `O`, an operation of `service`.
    pub(crate) const fn of<O: Operation>(service: &Service) -> Self {
        Self {
            name: O::NAME,
            service: service.name,
            protocol: service.protocol,
            api_version: service.api_version,
            access: O::ACCESS,
            errors: O::ERRORS,
            namespace: service.namespace,
            run: |entry, cx, body| Box::pin(entry.call_typed::<O>(cx, body)),
            reread: [reread::<O::Request>, reread::<O::Response>],
        }
    }

    /// Reads `body`, asks whether the caller may, runs the operation and writes its answer. `body` is the request's body; for
    /// [`Protocol::AwsQuery`] it may also be the query string.
    pub async fn call(&self, cx: &Context, body: &[u8]) -> Answer {
        (self.run)(self, cx, body).await
    }

    /// Reads a request from JSON and writes it back: what is lost on the way is not known here. For comparing with the
    /// published service model.
    ///
    /// # Errors
    /// `SerializationException`, as [`Entry::call`] answers it.
    pub fn reread_request(&self, json: &[u8]) -> Result<Value, ApiError> {
        let [request, _] = self.reread;
        request(json)
    }

    /// The same for a response.
    ///
    /// # Errors
    /// `SerializationException` when this is no response of the operation.
    pub fn reread_response(&self, json: &[u8]) -> Result<Value, ApiError> {
        let [_, response] = self.reread;
        response(json)
    }

    async fn call_typed<O: Operation>(&self, cx: &Context, body: &[u8]) -> Answer {
        let request: O::Request = match self.protocol.read(body) {
            Ok(request) => request,
            Err(error) => {
                return Answer::refusal(error, None);
            }
        };
        let request_parameters = event_member(O::parameters(&request));
        if let Err(error) = self.permitted::<O>(cx, &request) {
            return Answer::refusal(error, request_parameters);
        }
        let owner = O::owner(cx, &request);
        match O::run(cx, request).await {
            Ok(found) => Answer { owner, ..self.answer::<O>(cx, found, request_parameters) },
            Err(error) => {
                debug_assert!(
                    error.code.fits(O::ERRORS),
                    "{} returned {:?}, which it does not list",
                    O::NAME,
                    error.code
                );
                Answer::refusal(error, request_parameters)
            }
        }
    }

    pub(crate) fn permitted<O: Operation>(&self, cx: &Context, request: &O::Request) -> Result<(), ApiError> {
        cx.check_barred(self)?;
        cx.permit(self, &O::asks(cx, request))
    }

    fn answer<O: Operation>(
        &self,
        cx: &Context,
        found: impl Into<O::Response> + Send + 'static,
        request_parameters: Option<Value>,
    ) -> Answer {
        let (protocol, operation, namespace) = (self.protocol, self.name, self.namespace);
        let request_id = cx.request_id.clone();
        let write = move |response: &O::Response| {
            let about = About { operation, namespace, request_id: &request_id };
            protocol.write(response, &about).map_err(|error| unwritable(operation, &error))
        };
        if self.access == Access::Read {
            let body = Body::later(move || write(&found.into()));
            return Answer { result: Ok(body), request_parameters, response_elements: None, owner: None };
        }
        let response: O::Response = found.into();
        match write(&response) {
            Ok(body) => {
                let result = Ok(Body::later(move || Ok(body)));
                let response_elements = event_member(O::elements(&response));
                Answer { result, request_parameters, response_elements, owner: None }
            }
            Err(error) => Answer::refusal(error, request_parameters),
        }
    }
}

/// A response that cannot be written, which is our own mistake.
fn unwritable(operation: &str, error: &serde_json::Error) -> ApiError {
    tracing::error!(operation, %error, "an answer cannot be written");
    ApiError::internal()
}

fn reread<T: DeserializeOwned + Serialize>(json: &[u8]) -> Result<Value, ApiError> {
    let read: T = Protocol::AwsJson11.read(json)?;
    serde_json::to_value(read).map(without_nulls).map_err(|_| ApiError::internal())
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("service", &self.service).field("name", &self.name).finish_non_exhaustive()
    }
}
