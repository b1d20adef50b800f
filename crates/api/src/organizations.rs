//! The operations of AWS Organizations, as far as organization trails and those who check them need.

pub(crate) mod accept_handshake;
mod account_shape;
pub(crate) mod create_account;
pub(crate) mod create_organization;
pub(crate) mod decline_handshake;
pub(crate) mod delete_organization;
pub(crate) mod deregister_delegated_administrator;
pub(crate) mod describe_account;
pub(crate) mod describe_create_account_status;
pub(crate) mod describe_handshake;
pub(crate) mod describe_organization;
pub(crate) mod disable_aws_service_access;
pub(crate) mod enable_aws_service_access;
mod handshake_shape;
mod input;
pub(crate) mod invite_account_to_organization;
pub(crate) mod leave_organization;
pub(crate) mod list_accounts;
pub(crate) mod list_aws_service_access_for_organization;
pub(crate) mod list_create_account_status;
pub(crate) mod list_delegated_administrators;
pub(crate) mod list_delegated_services_for_account;
pub(crate) mod list_handshakes_for_account;
pub(crate) mod list_roots;
mod page;
mod refusal;
pub(crate) mod register_delegated_administrator;
pub(crate) mod remove_account_from_organization;
mod standing;

pub(crate) use account_shape::account_arn;

use crate::Protocol;
use crate::protocol::Service;

/// AWS Organizations.
pub(crate) const SERVICE: Service = Service {
    name: "organizations",
    target_prefixes: &["AWSOrganizationsV20161128."],
    protocol: Protocol::AwsJson11,
    api_version: "2016-11-28",
    namespace: "http://organizations.amazonaws.com/doc/2016-11-28/",
};
