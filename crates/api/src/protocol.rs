//! The AWS protocols: how requests are read and answers written. Envelopes of errors belong to the front door.

mod aws_json;
mod aws_query;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{ApiError, ErrorCode};

/// A protocol of AWS's service models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `application/x-amz-json-1.1`: a JSON object each way; the operation is named by a header.
    AwsJson11,
    /// A form in, XML out; the operation is its `Action`.
    AwsQuery,
    /// JSON bodies, operations by method and path. No operation here speaks it yet.
    RestJson,
    /// XML bodies, operations by method and path. No operation here speaks it.
    RestXml,
}

/// What all operations of one service share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) api_version: &'static str,
    pub(crate) namespace: &'static str,
}

impl Protocol {
    /// Reads a request. Unknown members are passed over, and null is the same as absent.
    ///
    /// # Errors
    /// `SerializationException` names the member that has the wrong type.
    pub(crate) fn read<T: DeserializeOwned>(self, body: &[u8]) -> Result<T, ApiError> {
        match self {
            Self::AwsJson11 => aws_json::read(body),
            Self::AwsQuery => aws_query::read(body),
            Self::RestJson | Self::RestXml => {
                Err(ApiError::new(ErrorCode::UnknownOperationException, "The protocol has no operations."))
            }
        }
    }

    /// Writes the body of a success.
    pub(crate) fn write(self, operation: &str, namespace: &str, request_id: &str, value: &Value) -> Bytes {
        match self {
            Self::AwsJson11 | Self::RestJson => value.to_string().into(),
            Self::AwsQuery | Self::RestXml => aws_query::write(operation, namespace, request_id, value),
        }
    }
}
