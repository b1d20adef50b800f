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
use crate::iam::add_client_id_to_open_id_connect_provider::AddClientIDToOpenIDConnectProvider;
use crate::iam::add_user_to_group::AddUserToGroup;
use crate::iam::attach_group_policy::AttachGroupPolicy;
use crate::iam::attach_role_policy::AttachRolePolicy;
use crate::iam::attach_user_policy::AttachUserPolicy;
use crate::iam::change_password::ChangePassword;
use crate::iam::create_access_key::CreateAccessKey;
use crate::iam::create_account_alias::CreateAccountAlias;
use crate::iam::create_group::CreateGroup;
use crate::iam::create_login_profile::CreateLoginProfile;
use crate::iam::create_open_id_connect_provider::CreateOpenIDConnectProvider;
use crate::iam::create_policy::CreatePolicy;
use crate::iam::create_policy_version::CreatePolicyVersion;
use crate::iam::create_role::CreateRole;
use crate::iam::create_user::CreateUser;
use crate::iam::create_virtual_mfa_device::CreateVirtualMFADevice;
use crate::iam::deactivate_mfa_device::DeactivateMFADevice;
use crate::iam::delete_access_key::DeleteAccessKey;
use crate::iam::delete_account_alias::DeleteAccountAlias;
use crate::iam::delete_account_password_policy::DeleteAccountPasswordPolicy;
use crate::iam::delete_group::DeleteGroup;
use crate::iam::delete_group_policy::DeleteGroupPolicy;
use crate::iam::delete_login_profile::DeleteLoginProfile;
use crate::iam::delete_open_id_connect_provider::DeleteOpenIDConnectProvider;
use crate::iam::delete_policy::DeletePolicy;
use crate::iam::delete_policy_version::DeletePolicyVersion;
use crate::iam::delete_role::DeleteRole;
use crate::iam::delete_role_permissions_boundary::DeleteRolePermissionsBoundary;
use crate::iam::delete_role_policy::DeleteRolePolicy;
use crate::iam::delete_user::DeleteUser;
use crate::iam::delete_user_permissions_boundary::DeleteUserPermissionsBoundary;
use crate::iam::delete_user_policy::DeleteUserPolicy;
use crate::iam::delete_virtual_mfa_device::DeleteVirtualMFADevice;
use crate::iam::detach_group_policy::DetachGroupPolicy;
use crate::iam::detach_role_policy::DetachRolePolicy;
use crate::iam::detach_user_policy::DetachUserPolicy;
use crate::iam::enable_mfa_device::EnableMFADevice;
use crate::iam::generate_credential_report::GenerateCredentialReport;
use crate::iam::get_access_key_last_used::GetAccessKeyLastUsed;
use crate::iam::get_account_authorization_details::GetAccountAuthorizationDetails;
use crate::iam::get_account_password_policy::GetAccountPasswordPolicy;
use crate::iam::get_account_summary::GetAccountSummary;
use crate::iam::get_credential_report::GetCredentialReport;
use crate::iam::get_group::GetGroup;
use crate::iam::get_group_policy::GetGroupPolicy;
use crate::iam::get_login_profile::GetLoginProfile;
use crate::iam::get_mfa_device::GetMFADevice;
use crate::iam::get_open_id_connect_provider::GetOpenIDConnectProvider;
use crate::iam::get_policy::GetPolicy;
use crate::iam::get_policy_version::GetPolicyVersion;
use crate::iam::get_role::GetRole;
use crate::iam::get_role_policy::GetRolePolicy;
use crate::iam::get_user::GetUser;
use crate::iam::get_user_policy::GetUserPolicy;
use crate::iam::list_access_keys::ListAccessKeys;
use crate::iam::list_account_aliases::ListAccountAliases;
use crate::iam::list_attached_group_policies::ListAttachedGroupPolicies;
use crate::iam::list_attached_role_policies::ListAttachedRolePolicies;
use crate::iam::list_attached_user_policies::ListAttachedUserPolicies;
use crate::iam::list_entities_for_policy::ListEntitiesForPolicy;
use crate::iam::list_group_policies::ListGroupPolicies;
use crate::iam::list_groups::ListGroups;
use crate::iam::list_groups_for_user::ListGroupsForUser;
use crate::iam::list_instance_profiles::ListInstanceProfiles;
use crate::iam::list_instance_profiles_for_role::ListInstanceProfilesForRole;
use crate::iam::list_mfa_device_tags::ListMFADeviceTags;
use crate::iam::list_mfa_devices::ListMFADevices;
use crate::iam::list_open_id_connect_provider_tags::ListOpenIDConnectProviderTags;
use crate::iam::list_open_id_connect_providers::ListOpenIDConnectProviders;
use crate::iam::list_policies::ListPolicies;
use crate::iam::list_policies_granting_service_access::ListPoliciesGrantingServiceAccess;
use crate::iam::list_policy_tags::ListPolicyTags;
use crate::iam::list_policy_versions::ListPolicyVersions;
use crate::iam::list_role_policies::ListRolePolicies;
use crate::iam::list_role_tags::ListRoleTags;
use crate::iam::list_roles::ListRoles;
use crate::iam::list_saml_providers::ListSAMLProviders;
use crate::iam::list_server_certificates::ListServerCertificates;
use crate::iam::list_service_specific_credentials::ListServiceSpecificCredentials;
use crate::iam::list_signing_certificates::ListSigningCertificates;
use crate::iam::list_ssh_public_keys::ListSSHPublicKeys;
use crate::iam::list_user_policies::ListUserPolicies;
use crate::iam::list_user_tags::ListUserTags;
use crate::iam::list_users::ListUsers;
use crate::iam::list_virtual_mfa_devices::ListVirtualMFADevices;
use crate::iam::put_group_policy::PutGroupPolicy;
use crate::iam::put_role_permissions_boundary::PutRolePermissionsBoundary;
use crate::iam::put_role_policy::PutRolePolicy;
use crate::iam::put_user_permissions_boundary::PutUserPermissionsBoundary;
use crate::iam::put_user_policy::PutUserPolicy;
use crate::iam::remove_client_id_from_open_id_connect_provider::RemoveClientIDFromOpenIDConnectProvider;
use crate::iam::remove_user_from_group::RemoveUserFromGroup;
use crate::iam::resync_mfa_device::ResyncMFADevice;
use crate::iam::set_default_policy_version::SetDefaultPolicyVersion;
use crate::iam::simulate_custom_policy::SimulateCustomPolicy;
use crate::iam::simulate_principal_policy::SimulatePrincipalPolicy;
use crate::iam::tag_mfa_device::TagMFADevice;
use crate::iam::tag_open_id_connect_provider::TagOpenIDConnectProvider;
use crate::iam::tag_policy::TagPolicy;
use crate::iam::tag_role::TagRole;
use crate::iam::tag_user::TagUser;
use crate::iam::untag_mfa_device::UntagMFADevice;
use crate::iam::untag_open_id_connect_provider::UntagOpenIDConnectProvider;
use crate::iam::untag_policy::UntagPolicy;
use crate::iam::untag_role::UntagRole;
use crate::iam::untag_user::UntagUser;
use crate::iam::update_access_key::UpdateAccessKey;
use crate::iam::update_account_password_policy::UpdateAccountPasswordPolicy;
use crate::iam::update_assume_role_policy::UpdateAssumeRolePolicy;
use crate::iam::update_group::UpdateGroup;
use crate::iam::update_login_profile::UpdateLoginProfile;
use crate::iam::update_open_id_connect_provider_thumbprint::UpdateOpenIDConnectProviderThumbprint;
use crate::iam::update_role::UpdateRole;
use crate::iam::update_role_description::UpdateRoleDescription;
use crate::iam::update_user::UpdateUser;
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
use crate::sts::assume_role::AssumeRole;
use crate::sts::assume_role_with_web_identity::AssumeRoleWithWebIdentity;
use crate::sts::get_access_key_info::GetAccessKeyInfoOperation;
use crate::sts::get_caller_identity::GetCallerIdentity;
use crate::sts::get_federation_token::GetFederationToken;
use crate::sts::get_session_token::GetSessionToken;
use crate::{Entry, Service, cloudtrail, iam, kms, organizations, sts};

/// Every service that has operations here.
pub fn services() -> &'static [&'static Service] {
    &[&cloudtrail::SERVICE, &iam::SERVICE, &kms::SERVICE, &organizations::SERVICE, &sts::SERVICE]
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
    Entry::of::<AddClientIDToOpenIDConnectProvider>(&iam::SERVICE),
    Entry::of::<AddUserToGroup>(&iam::SERVICE),
    Entry::of::<AttachGroupPolicy>(&iam::SERVICE),
    Entry::of::<AttachRolePolicy>(&iam::SERVICE),
    Entry::of::<AttachUserPolicy>(&iam::SERVICE),
    Entry::of::<ChangePassword>(&iam::SERVICE),
    Entry::of::<CreateAccessKey>(&iam::SERVICE),
    Entry::of::<CreateAccountAlias>(&iam::SERVICE),
    Entry::of::<CreateGroup>(&iam::SERVICE),
    Entry::of::<CreateLoginProfile>(&iam::SERVICE),
    Entry::of::<CreateOpenIDConnectProvider>(&iam::SERVICE),
    Entry::of::<CreatePolicy>(&iam::SERVICE),
    Entry::of::<CreatePolicyVersion>(&iam::SERVICE),
    Entry::of::<CreateRole>(&iam::SERVICE),
    Entry::of::<CreateUser>(&iam::SERVICE),
    Entry::of::<CreateVirtualMFADevice>(&iam::SERVICE),
    Entry::of::<DeactivateMFADevice>(&iam::SERVICE),
    Entry::of::<DeleteAccessKey>(&iam::SERVICE),
    Entry::of::<DeleteAccountAlias>(&iam::SERVICE),
    Entry::of::<DeleteAccountPasswordPolicy>(&iam::SERVICE),
    Entry::of::<DeleteGroup>(&iam::SERVICE),
    Entry::of::<DeleteGroupPolicy>(&iam::SERVICE),
    Entry::of::<DeleteLoginProfile>(&iam::SERVICE),
    Entry::of::<DeleteOpenIDConnectProvider>(&iam::SERVICE),
    Entry::of::<DeletePolicy>(&iam::SERVICE),
    Entry::of::<DeletePolicyVersion>(&iam::SERVICE),
    Entry::of::<DeleteRole>(&iam::SERVICE),
    Entry::of::<DeleteRolePermissionsBoundary>(&iam::SERVICE),
    Entry::of::<DeleteRolePolicy>(&iam::SERVICE),
    Entry::of::<DeleteUser>(&iam::SERVICE),
    Entry::of::<DeleteUserPermissionsBoundary>(&iam::SERVICE),
    Entry::of::<DeleteUserPolicy>(&iam::SERVICE),
    Entry::of::<DeleteVirtualMFADevice>(&iam::SERVICE),
    Entry::of::<DetachGroupPolicy>(&iam::SERVICE),
    Entry::of::<DetachRolePolicy>(&iam::SERVICE),
    Entry::of::<DetachUserPolicy>(&iam::SERVICE),
    Entry::of::<EnableMFADevice>(&iam::SERVICE),
    Entry::of::<GenerateCredentialReport>(&iam::SERVICE),
    Entry::of::<GetAccessKeyLastUsed>(&iam::SERVICE),
    Entry::of::<GetAccountAuthorizationDetails>(&iam::SERVICE),
    Entry::of::<GetAccountPasswordPolicy>(&iam::SERVICE),
    Entry::of::<GetAccountSummary>(&iam::SERVICE),
    Entry::of::<GetCredentialReport>(&iam::SERVICE),
    Entry::of::<GetGroup>(&iam::SERVICE),
    Entry::of::<GetGroupPolicy>(&iam::SERVICE),
    Entry::of::<GetLoginProfile>(&iam::SERVICE),
    Entry::of::<GetMFADevice>(&iam::SERVICE),
    Entry::of::<GetOpenIDConnectProvider>(&iam::SERVICE),
    Entry::of::<GetPolicy>(&iam::SERVICE),
    Entry::of::<GetPolicyVersion>(&iam::SERVICE),
    Entry::of::<GetRole>(&iam::SERVICE),
    Entry::of::<GetRolePolicy>(&iam::SERVICE),
    Entry::of::<GetUser>(&iam::SERVICE),
    Entry::of::<GetUserPolicy>(&iam::SERVICE),
    Entry::of::<ListAccessKeys>(&iam::SERVICE),
    Entry::of::<ListAccountAliases>(&iam::SERVICE),
    Entry::of::<ListAttachedGroupPolicies>(&iam::SERVICE),
    Entry::of::<ListAttachedRolePolicies>(&iam::SERVICE),
    Entry::of::<ListAttachedUserPolicies>(&iam::SERVICE),
    Entry::of::<ListEntitiesForPolicy>(&iam::SERVICE),
    Entry::of::<ListGroupPolicies>(&iam::SERVICE),
    Entry::of::<ListGroups>(&iam::SERVICE),
    Entry::of::<ListGroupsForUser>(&iam::SERVICE),
    Entry::of::<ListInstanceProfiles>(&iam::SERVICE),
    Entry::of::<ListInstanceProfilesForRole>(&iam::SERVICE),
    Entry::of::<ListMFADeviceTags>(&iam::SERVICE),
    Entry::of::<ListMFADevices>(&iam::SERVICE),
    Entry::of::<ListOpenIDConnectProviderTags>(&iam::SERVICE),
    Entry::of::<ListOpenIDConnectProviders>(&iam::SERVICE),
    Entry::of::<ListPolicies>(&iam::SERVICE),
    Entry::of::<ListPoliciesGrantingServiceAccess>(&iam::SERVICE),
    Entry::of::<ListPolicyTags>(&iam::SERVICE),
    Entry::of::<ListPolicyVersions>(&iam::SERVICE),
    Entry::of::<ListRolePolicies>(&iam::SERVICE),
    Entry::of::<ListRoleTags>(&iam::SERVICE),
    Entry::of::<ListRoles>(&iam::SERVICE),
    Entry::of::<ListSAMLProviders>(&iam::SERVICE),
    Entry::of::<ListSSHPublicKeys>(&iam::SERVICE),
    Entry::of::<ListServerCertificates>(&iam::SERVICE),
    Entry::of::<ListServiceSpecificCredentials>(&iam::SERVICE),
    Entry::of::<ListSigningCertificates>(&iam::SERVICE),
    Entry::of::<ListUserPolicies>(&iam::SERVICE),
    Entry::of::<ListUserTags>(&iam::SERVICE),
    Entry::of::<ListUsers>(&iam::SERVICE),
    Entry::of::<ListVirtualMFADevices>(&iam::SERVICE),
    Entry::of::<PutGroupPolicy>(&iam::SERVICE),
    Entry::of::<PutRolePermissionsBoundary>(&iam::SERVICE),
    Entry::of::<PutRolePolicy>(&iam::SERVICE),
    Entry::of::<PutUserPermissionsBoundary>(&iam::SERVICE),
    Entry::of::<PutUserPolicy>(&iam::SERVICE),
    Entry::of::<RemoveClientIDFromOpenIDConnectProvider>(&iam::SERVICE),
    Entry::of::<RemoveUserFromGroup>(&iam::SERVICE),
    Entry::of::<ResyncMFADevice>(&iam::SERVICE),
    Entry::of::<SetDefaultPolicyVersion>(&iam::SERVICE),
    Entry::of::<SimulateCustomPolicy>(&iam::SERVICE),
    Entry::of::<SimulatePrincipalPolicy>(&iam::SERVICE),
    Entry::of::<TagMFADevice>(&iam::SERVICE),
    Entry::of::<TagOpenIDConnectProvider>(&iam::SERVICE),
    Entry::of::<TagPolicy>(&iam::SERVICE),
    Entry::of::<TagRole>(&iam::SERVICE),
    Entry::of::<TagUser>(&iam::SERVICE),
    Entry::of::<UntagMFADevice>(&iam::SERVICE),
    Entry::of::<UntagOpenIDConnectProvider>(&iam::SERVICE),
    Entry::of::<UntagPolicy>(&iam::SERVICE),
    Entry::of::<UntagRole>(&iam::SERVICE),
    Entry::of::<UntagUser>(&iam::SERVICE),
    Entry::of::<UpdateAccessKey>(&iam::SERVICE),
    Entry::of::<UpdateAccountPasswordPolicy>(&iam::SERVICE),
    Entry::of::<UpdateAssumeRolePolicy>(&iam::SERVICE),
    Entry::of::<UpdateGroup>(&iam::SERVICE),
    Entry::of::<UpdateLoginProfile>(&iam::SERVICE),
    Entry::of::<UpdateOpenIDConnectProviderThumbprint>(&iam::SERVICE),
    Entry::of::<UpdateRole>(&iam::SERVICE),
    Entry::of::<UpdateRoleDescription>(&iam::SERVICE),
    Entry::of::<UpdateUser>(&iam::SERVICE),
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
    Entry::of::<AssumeRole>(&sts::SERVICE),
    Entry::of::<AssumeRoleWithWebIdentity>(&sts::SERVICE),
    Entry::of::<GetAccessKeyInfoOperation>(&sts::SERVICE),
    Entry::of::<GetCallerIdentity>(&sts::SERVICE),
    Entry::of::<GetFederationToken>(&sts::SERVICE),
    Entry::of::<GetSessionToken>(&sts::SERVICE),
];
