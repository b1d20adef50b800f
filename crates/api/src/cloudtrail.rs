//! The operations of AWS CloudTrail.

pub(crate) mod add_tags;
mod administration;
pub(crate) mod create_trail;
pub(crate) mod delete_resource_policy;
pub(crate) mod delete_trail;
pub(crate) mod deregister_organization_delegated_admin;
pub(crate) mod describe_trails;
mod event_configuration_shape;
pub(crate) mod get_event_configuration;
pub(crate) mod get_event_selectors;
pub(crate) mod get_insight_selectors;
pub(crate) mod get_resource_policy;
pub(crate) mod get_trail;
pub(crate) mod get_trail_status;
mod insight_shape;
pub(crate) mod list_public_keys;
pub(crate) mod list_tags;
pub(crate) mod list_trails;
pub(crate) mod lookup_events;
mod organization_trail;
mod policy_target;
pub(crate) mod put_event_configuration;
pub(crate) mod put_event_selectors;
pub(crate) mod put_insight_selectors;
pub(crate) mod put_resource_policy;
pub(crate) mod register_organization_delegated_admin;
pub(crate) mod remove_tags;
mod searched_accounts;
mod selector_shape;
pub(crate) mod start_logging;
pub(crate) mod stop_logging;
mod tag_shape;
mod tagged_resource;
mod trail_access;
mod trail_ask;
mod trail_key;
mod trail_or_store;
mod trail_shape;
mod trail_targets;
pub(crate) mod update_trail;

pub use searched_accounts::SearchableAccount;
pub(crate) use tag_shape::TagShape;

use crate::Protocol;
use crate::protocol::Service;

/// AWS CloudTrail.
pub(crate) const SERVICE: Service = Service {
    name: "cloudtrail",
    // Of clients made from the old service model, and of Smithy's.
    target_prefixes: &["com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.", "CloudTrail_20131101."],
    protocol: Protocol::AwsJson11,
    api_version: "2013-11-01",
    namespace: "http://cloudtrail.amazonaws.com/doc/2013-11-01/",
};
