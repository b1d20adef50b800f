//! The list of all operations.

use crate::cloudtrail::add_tags::AddTags;
use crate::cloudtrail::create_trail::CreateTrail;
use crate::cloudtrail::delete_resource_policy::DeleteResourcePolicy;
use crate::cloudtrail::delete_trail::DeleteTrail;
use crate::cloudtrail::describe_trails::DescribeTrails;
use crate::cloudtrail::get_event_configuration::GetEventConfiguration;
use crate::cloudtrail::get_event_selectors::GetEventSelectors;
use crate::cloudtrail::get_insight_selectors::GetInsightSelectors;
use crate::cloudtrail::get_resource_policy::GetResourcePolicy;
use crate::cloudtrail::get_trail::GetTrail;
use crate::cloudtrail::get_trail_status::GetTrailStatus;
use crate::cloudtrail::list_public_keys::ListPublicKeys;
use crate::cloudtrail::list_tags::ListTags;
use crate::cloudtrail::list_trails::ListTrails;
use crate::cloudtrail::lookup_events::LookupEvents;
use crate::cloudtrail::put_event_configuration::PutEventConfiguration;
use crate::cloudtrail::put_event_selectors::PutEventSelectors;
use crate::cloudtrail::put_insight_selectors::PutInsightSelectors;
use crate::cloudtrail::put_resource_policy::PutResourcePolicy;
use crate::cloudtrail::remove_tags::RemoveTags;
use crate::cloudtrail::start_logging::StartLogging;
use crate::cloudtrail::stop_logging::StopLogging;
use crate::cloudtrail::update_trail::UpdateTrail;
use crate::organizations::accept_handshake::AcceptHandshake;
use crate::organizations::create_account::CreateAccount;
use crate::organizations::create_organization::CreateOrganization;
use crate::organizations::decline_handshake::DeclineHandshake;
use crate::organizations::delete_organization::DeleteOrganization;
use crate::organizations::deregister_delegated_administrator::DeregisterDelegatedAdministrator;
use crate::organizations::describe_account::DescribeAccount;
use crate::organizations::describe_create_account_status::DescribeCreateAccountStatus;
use crate::organizations::describe_handshake::DescribeHandshake;
use crate::organizations::describe_organization::DescribeOrganization;
use crate::organizations::disable_aws_service_access::DisableAWSServiceAccess;
use crate::organizations::enable_aws_service_access::EnableAWSServiceAccess;
use crate::organizations::invite_account_to_organization::InviteAccountToOrganization;
use crate::organizations::leave_organization::LeaveOrganization;
use crate::organizations::list_accounts::ListAccounts;
use crate::organizations::list_aws_service_access_for_organization::ListAWSServiceAccessForOrganization;
use crate::organizations::list_create_account_status::ListCreateAccountStatus;
use crate::organizations::list_delegated_administrators::ListDelegatedAdministrators;
use crate::organizations::list_delegated_services_for_account::ListDelegatedServicesForAccount;
use crate::organizations::list_handshakes_for_account::ListHandshakesForAccount;
use crate::organizations::list_roots::ListRoots;
use crate::organizations::register_delegated_administrator::RegisterDelegatedAdministrator;
use crate::organizations::remove_account_from_organization::RemoveAccountFromOrganization;
use crate::sts::get_caller_identity::GetCallerIdentity;
use crate::{Entry, Service, cloudtrail, organizations, sts};

/// Every service that has operations here.
pub fn services() -> &'static [&'static Service] {
    &[&cloudtrail::SERVICE, &organizations::SERVICE, &sts::SERVICE]
}

/// Every operation, by service and name.
pub fn operations() -> &'static [Entry] {
    OPERATIONS
}

static OPERATIONS: &[Entry] = &[
    Entry::of::<AddTags>(&cloudtrail::SERVICE),
    Entry::of::<CreateTrail>(&cloudtrail::SERVICE),
    Entry::of::<DeleteResourcePolicy>(&cloudtrail::SERVICE),
    Entry::of::<DeleteTrail>(&cloudtrail::SERVICE),
    Entry::of::<DescribeTrails>(&cloudtrail::SERVICE),
    Entry::of::<GetEventConfiguration>(&cloudtrail::SERVICE),
    Entry::of::<GetEventSelectors>(&cloudtrail::SERVICE),
    Entry::of::<GetInsightSelectors>(&cloudtrail::SERVICE),
    Entry::of::<GetResourcePolicy>(&cloudtrail::SERVICE),
    Entry::of::<GetTrail>(&cloudtrail::SERVICE),
    Entry::of::<GetTrailStatus>(&cloudtrail::SERVICE),
    Entry::of::<ListPublicKeys>(&cloudtrail::SERVICE),
    Entry::of::<ListTags>(&cloudtrail::SERVICE),
    Entry::of::<ListTrails>(&cloudtrail::SERVICE),
    Entry::of::<LookupEvents>(&cloudtrail::SERVICE),
    Entry::of::<PutEventConfiguration>(&cloudtrail::SERVICE),
    Entry::of::<PutEventSelectors>(&cloudtrail::SERVICE),
    Entry::of::<PutInsightSelectors>(&cloudtrail::SERVICE),
    Entry::of::<PutResourcePolicy>(&cloudtrail::SERVICE),
    Entry::of::<RemoveTags>(&cloudtrail::SERVICE),
    Entry::of::<StartLogging>(&cloudtrail::SERVICE),
    Entry::of::<StopLogging>(&cloudtrail::SERVICE),
    Entry::of::<UpdateTrail>(&cloudtrail::SERVICE),
    Entry::of::<AcceptHandshake>(&organizations::SERVICE),
    Entry::of::<CreateAccount>(&organizations::SERVICE),
    Entry::of::<CreateOrganization>(&organizations::SERVICE),
    Entry::of::<DeclineHandshake>(&organizations::SERVICE),
    Entry::of::<DeleteOrganization>(&organizations::SERVICE),
    Entry::of::<DeregisterDelegatedAdministrator>(&organizations::SERVICE),
    Entry::of::<DescribeAccount>(&organizations::SERVICE),
    Entry::of::<DescribeCreateAccountStatus>(&organizations::SERVICE),
    Entry::of::<DescribeHandshake>(&organizations::SERVICE),
    Entry::of::<DescribeOrganization>(&organizations::SERVICE),
    Entry::of::<DisableAWSServiceAccess>(&organizations::SERVICE),
    Entry::of::<EnableAWSServiceAccess>(&organizations::SERVICE),
    Entry::of::<InviteAccountToOrganization>(&organizations::SERVICE),
    Entry::of::<LeaveOrganization>(&organizations::SERVICE),
    Entry::of::<ListAWSServiceAccessForOrganization>(&organizations::SERVICE),
    Entry::of::<ListAccounts>(&organizations::SERVICE),
    Entry::of::<ListCreateAccountStatus>(&organizations::SERVICE),
    Entry::of::<ListDelegatedAdministrators>(&organizations::SERVICE),
    Entry::of::<ListDelegatedServicesForAccount>(&organizations::SERVICE),
    Entry::of::<ListHandshakesForAccount>(&organizations::SERVICE),
    Entry::of::<ListRoots>(&organizations::SERVICE),
    Entry::of::<RegisterDelegatedAdministrator>(&organizations::SERVICE),
    Entry::of::<RemoveAccountFromOrganization>(&organizations::SERVICE),
    Entry::of::<GetCallerIdentity>(&sts::SERVICE),
];
