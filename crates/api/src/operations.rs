//! The list of all operations.

use crate::cloudtrail::add_tags::AddTags;
use crate::cloudtrail::create_trail::CreateTrail;
use crate::cloudtrail::delete_resource_policy::DeleteResourcePolicy;
use crate::cloudtrail::delete_trail::DeleteTrail;
use crate::cloudtrail::deregister_organization_delegated_admin::DeregisterOrganizationDelegatedAdmin;
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
use crate::cloudtrail::register_organization_delegated_admin::RegisterOrganizationDelegatedAdmin;
use crate::cloudtrail::remove_tags::RemoveTags;
use crate::cloudtrail::start_logging::StartLogging;
use crate::cloudtrail::stop_logging::StopLogging;
use crate::cloudtrail::update_trail::UpdateTrail;
use crate::kms::cancel_key_deletion::CancelKeyDeletion;
use crate::kms::create_alias::CreateAlias;
use crate::kms::create_key::CreateKey;
use crate::kms::decrypt::Decrypt;
use crate::kms::delete_alias::DeleteAlias;
use crate::kms::describe_key::DescribeKey;
use crate::kms::disable_key::DisableKey;
use crate::kms::disable_key_rotation::DisableKeyRotation;
use crate::kms::enable_key::EnableKey;
use crate::kms::enable_key_rotation::EnableKeyRotation;
use crate::kms::encrypt::Encrypt;
use crate::kms::generate_data_key::GenerateDataKey;
use crate::kms::generate_data_key_without_plaintext::GenerateDataKeyWithoutPlaintext;
use crate::kms::get_key_policy::GetKeyPolicy;
use crate::kms::get_key_rotation_status::GetKeyRotationStatus;
use crate::kms::list_aliases::ListAliases;
use crate::kms::list_keys::ListKeys;
use crate::kms::list_resource_tags::ListResourceTags;
use crate::kms::put_key_policy::PutKeyPolicy;
use crate::kms::schedule_key_deletion::ScheduleKeyDeletion;
use crate::kms::tag_resource::TagResource;
use crate::kms::untag_resource::UntagResource;
use crate::kms::update_alias::UpdateAlias;
use crate::kms::update_key_description::UpdateKeyDescription;
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
use crate::{Entry, Service, cloudtrail, kms, organizations, sts};

/// Every service that has operations here.
pub fn services() -> &'static [&'static Service] {
    &[&cloudtrail::SERVICE, &kms::SERVICE, &organizations::SERVICE, &sts::SERVICE]
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
    Entry::of::<DeregisterOrganizationDelegatedAdmin>(&cloudtrail::SERVICE),
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
    Entry::of::<RegisterOrganizationDelegatedAdmin>(&cloudtrail::SERVICE),
    Entry::of::<RemoveTags>(&cloudtrail::SERVICE),
    Entry::of::<StartLogging>(&cloudtrail::SERVICE),
    Entry::of::<StopLogging>(&cloudtrail::SERVICE),
    Entry::of::<UpdateTrail>(&cloudtrail::SERVICE),
    Entry::of::<CancelKeyDeletion>(&kms::SERVICE),
    Entry::of::<CreateAlias>(&kms::SERVICE),
    Entry::of::<CreateKey>(&kms::SERVICE),
    Entry::of::<Decrypt>(&kms::SERVICE),
    Entry::of::<DeleteAlias>(&kms::SERVICE),
    Entry::of::<DescribeKey>(&kms::SERVICE),
    Entry::of::<DisableKey>(&kms::SERVICE),
    Entry::of::<DisableKeyRotation>(&kms::SERVICE),
    Entry::of::<EnableKey>(&kms::SERVICE),
    Entry::of::<EnableKeyRotation>(&kms::SERVICE),
    Entry::of::<Encrypt>(&kms::SERVICE),
    Entry::of::<GenerateDataKey>(&kms::SERVICE),
    Entry::of::<GenerateDataKeyWithoutPlaintext>(&kms::SERVICE),
    Entry::of::<GetKeyPolicy>(&kms::SERVICE),
    Entry::of::<GetKeyRotationStatus>(&kms::SERVICE),
    Entry::of::<ListAliases>(&kms::SERVICE),
    Entry::of::<ListKeys>(&kms::SERVICE),
    Entry::of::<ListResourceTags>(&kms::SERVICE),
    Entry::of::<PutKeyPolicy>(&kms::SERVICE),
    Entry::of::<ScheduleKeyDeletion>(&kms::SERVICE),
    Entry::of::<TagResource>(&kms::SERVICE),
    Entry::of::<UntagResource>(&kms::SERVICE),
    Entry::of::<UpdateAlias>(&kms::SERVICE),
    Entry::of::<UpdateKeyDescription>(&kms::SERVICE),
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
