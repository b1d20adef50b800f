//! An operation with its types erased: what the front door finds by name and calls with bytes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use serde_json::Value;

use crate::operation::Operation;
use crate::protocol::Service;
use crate::record::{event_member, without_nulls};
use crate::{Access, ApiError, Context, ErrorCode, Protocol};

type Run = for<'a> fn(&'a Entry, &'a Context, &'a [u8]) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

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
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The encoded body of a success, or the error.
    pub result: Result<Bytes, ApiError>,
    /// `requestParameters` of the event; absent when there are none or the request could not be read.
    pub request_parameters: Option<Value>,
    /// `responseElements` of the event; absent for reads and for errors.
    pub response_elements: Option<Value>,
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
        }
    }

    /// Reads `body`, runs the operation and writes its answer. `body` is the request's body; for
    /// [`Protocol::AwsQuery`] it may also be the query string.
    pub async fn call(&self, cx: &Context, body: &[u8]) -> Answer {
        (self.run)(self, cx, body).await
    }

    async fn call_typed<O: Operation>(&self, cx: &Context, body: &[u8]) -> Answer {
        let request: O::Request = match self.protocol.read(body) {
            Ok(request) => request,
            Err(error) => {
                return Answer { result: Err(error), request_parameters: None, response_elements: None };
            }
        };
        let request_parameters = event_member(O::parameters(&request));
        match O::run(cx, request).await {
            Ok(response) => self.answer(cx, &response, request_parameters),
            Err(error) => {
                debug_assert!(
                    error.code.is_common() || O::ERRORS.contains(&error.code),
                    "{} returned {:?}, which it does not list",
                    O::NAME,
                    error.code
                );
                Answer { result: Err(error), request_parameters, response_elements: None }
            }
        }
    }

    fn answer(&self, cx: &Context, response: &impl serde::Serialize, request_parameters: Option<Value>) -> Answer {
        let value = match serde_json::to_value(response) {
            Ok(value) => without_nulls(value),
            Err(error) => {
                tracing::error!(operation = self.name, %error, "an answer cannot be written");
                let result = Err(ApiError::internal());
                return Answer { result, request_parameters, response_elements: None };
            }
        };
        let body = self.protocol.write(self.name, self.namespace, &cx.request_id, &value);
        let response_elements = match self.access {
            Access::Read => None,
            Access::Write => event_member(value),
        };
        Answer { result: Ok(body), request_parameters, response_elements }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("service", &self.service).field("name", &self.name).finish_non_exhaustive()
    }
}
