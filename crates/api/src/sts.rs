//! The operations of AWS STS.

pub(crate) mod assume_role;
pub(crate) mod assume_role_with_web_identity;
mod credentials_shape;
pub(crate) mod get_access_key_info;
pub(crate) mod get_caller_identity;
pub(crate) mod get_federation_token;
pub(crate) mod get_session_token;
mod session_request;
pub(crate) mod web_sign_in;

use crate::Protocol;
use crate::protocol::Service;

/// AWS STS.
pub(crate) const SERVICE: Service = Service {
    name: "sts",
    target_prefixes: &[],
    protocol: Protocol::AwsQuery,
    api_version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
};
