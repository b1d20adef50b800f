//! The operations of AWS CloudTrail.

use crate::Protocol;
use crate::protocol::Service;

/// AWS CloudTrail.
pub(crate) const SERVICE: Service = Service {
    name: "cloudtrail",
    protocol: Protocol::AwsJson11,
    api_version: "2013-11-01",
    namespace: "http://cloudtrail.amazonaws.com/doc/2013-11-01/",
};
