//! The list of all operations.

use crate::cloudtrail::add_tags::AddTags;
use crate::cloudtrail::create_trail::CreateTrail;
use crate::cloudtrail::delete_trail::DeleteTrail;
use crate::cloudtrail::describe_trails::DescribeTrails;
use crate::cloudtrail::get_event_configuration::GetEventConfiguration;
use crate::cloudtrail::get_event_selectors::GetEventSelectors;
use crate::cloudtrail::get_insight_selectors::GetInsightSelectors;
use crate::cloudtrail::get_trail::GetTrail;
use crate::cloudtrail::get_trail_status::GetTrailStatus;
use crate::cloudtrail::list_public_keys::ListPublicKeys;
use crate::cloudtrail::list_tags::ListTags;
use crate::cloudtrail::list_trails::ListTrails;
use crate::cloudtrail::lookup_events::LookupEvents;
use crate::cloudtrail::put_event_configuration::PutEventConfiguration;
use crate::cloudtrail::put_event_selectors::PutEventSelectors;
use crate::cloudtrail::put_insight_selectors::PutInsightSelectors;
use crate::cloudtrail::remove_tags::RemoveTags;
use crate::cloudtrail::start_logging::StartLogging;
use crate::cloudtrail::stop_logging::StopLogging;
use crate::cloudtrail::update_trail::UpdateTrail;
use crate::sts::get_caller_identity::GetCallerIdentity;
use crate::{Entry, Service, cloudtrail, sts};

/// Every service that has operations here.
pub fn services() -> &'static [&'static Service] {
    &[&cloudtrail::SERVICE, &sts::SERVICE]
}

/// Every operation, by service and name.
pub fn operations() -> &'static [Entry] {
    OPERATIONS
}

static OPERATIONS: &[Entry] = &[
    Entry::of::<AddTags>(&cloudtrail::SERVICE),
    Entry::of::<CreateTrail>(&cloudtrail::SERVICE),
    Entry::of::<DeleteTrail>(&cloudtrail::SERVICE),
    Entry::of::<DescribeTrails>(&cloudtrail::SERVICE),
    Entry::of::<GetEventConfiguration>(&cloudtrail::SERVICE),
    Entry::of::<GetEventSelectors>(&cloudtrail::SERVICE),
    Entry::of::<GetInsightSelectors>(&cloudtrail::SERVICE),
    Entry::of::<GetTrail>(&cloudtrail::SERVICE),
    Entry::of::<GetTrailStatus>(&cloudtrail::SERVICE),
    Entry::of::<ListPublicKeys>(&cloudtrail::SERVICE),
    Entry::of::<ListTags>(&cloudtrail::SERVICE),
    Entry::of::<ListTrails>(&cloudtrail::SERVICE),
    Entry::of::<LookupEvents>(&cloudtrail::SERVICE),
    Entry::of::<PutEventConfiguration>(&cloudtrail::SERVICE),
    Entry::of::<PutEventSelectors>(&cloudtrail::SERVICE),
    Entry::of::<PutInsightSelectors>(&cloudtrail::SERVICE),
    Entry::of::<RemoveTags>(&cloudtrail::SERVICE),
    Entry::of::<StartLogging>(&cloudtrail::SERVICE),
    Entry::of::<StopLogging>(&cloudtrail::SERVICE),
    Entry::of::<UpdateTrail>(&cloudtrail::SERVICE),
    Entry::of::<GetCallerIdentity>(&sts::SERVICE),
];
