//! The AWS protocols: how requests are read and answers written. Envelopes of errors belong to the front door.

mod aws_json;
mod aws_query;
mod form;

use bytes::Bytes;
use cairn_model::Region;
use serde::Serialize;
use serde::de::DeserializeOwned;

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
pub struct Service {
    /// The credential scope's name for it: `cloudtrail`, `sts`.
    pub name: &'static str,
    /// What stands before an operation's name in `X-Amz-Target`, for a service that speaks AWS JSON.
    pub target_prefixes: &'static [&'static str],
    /// How its requests and answers are written.
    pub protocol: Protocol,
    /// The version of its API, such as `2013-11-01`.
    pub api_version: &'static str,
    /// The XML namespace of its answers.
    pub namespace: &'static str,
}

impl Service {
    /// The Region where the service's events stand, when that is not the one that was called.
    pub fn event_region(&self) -> Option<Region> {
        matches!(self.name, "iam" | "organizations").then(Region::us_east_1)
    }
}

/// What an answer says besides its result.
#[derive(Debug)]
pub(crate) struct About<'a> {
    pub(crate) operation: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) request_id: &'a str,
}

impl Protocol {
    /// Reads a request. Unknown members are passed over, and null is the same as absent.
    ///
    /// # Errors
    /// `SerializationException` names the member that has the wrong type.
    pub(crate) fn read<T: DeserializeOwned + Serialize>(self, body: &[u8]) -> Result<T, ApiError> {
        match self {
            Self::AwsJson11 => aws_json::read(body),
            Self::AwsQuery => aws_query::read(body),
            Self::RestJson | Self::RestXml => {
                Err(ApiError::new(ErrorCode::UnknownOperationException, "The protocol has no operations."))
            }
        }
    }

    /// Writes the body of a success.
    ///
    /// # Errors
    /// When the response cannot be written, which is our own mistake.
    pub(crate) fn write(self, response: &impl Serialize, about: &About<'_>) -> Result<Bytes, serde_json::Error> {
        match self {
            Self::AwsJson11 | Self::RestJson => serde_json::to_vec(response).map(Bytes::from),
            Self::AwsQuery | Self::RestXml => Ok(aws_query::write(&serde_json::to_value(response)?, about)),
        }
    }
}
