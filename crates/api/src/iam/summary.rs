//! What an account has, counted.

use std::collections::BTreeMap;

use crate::Context;

/// The counts and quotas by AWS's names for them. What is not here has none.
pub(super) fn summary(cx: &Context) -> BTreeMap<String, u64> {
    let (iam, account) = (&cx.services.iam, cx.caller.account);
    let limits = iam.limits();
    let policies = iam.list_policies(Some(account));
    let devices = iam.list_mfa_devices(account);
    let in_use = devices.iter().filter(|device| device.user_id.is_some()).count();
    [
        ("AccessKeysPerUserQuota", 2),
        ("AccountMFAEnabled", usize::from(!iam.mfa_devices_of_root(account).is_empty())),
        ("AssumeRolePolicySizeQuota", 2048),
        ("AttachedPoliciesPerGroupQuota", limits.attached_policies_max),
        ("AttachedPoliciesPerRoleQuota", limits.attached_policies_max),
        ("AttachedPoliciesPerUserQuota", limits.attached_policies_max),
        ("GroupPolicySizeQuota", 5120),
        ("Groups", iam.list_groups(account).len()),
        ("GroupsPerUserQuota", limits.groups_per_user_max),
        ("GroupsQuota", limits.groups_max),
        ("MFADevices", devices.len()),
        ("MFADevicesInUse", in_use),
        ("Policies", policies.len()),
        ("PoliciesQuota", limits.policies_max),
        ("PolicySizeQuota", 6144),
        ("PolicyVersionsInUse", policies.iter().map(|policy| policy.versions.len()).sum()),
        ("RolePolicySizeQuota", 10_240),
        ("Roles", iam.list_roles(account).len()),
        ("RolesQuota", limits.roles_max),
        ("UserPolicySizeQuota", 2048),
        ("Users", iam.list_users(account).len()),
        ("UsersQuota", limits.users_max),
        ("VersionsPerPolicyQuota", 5),
    ]
    .into_iter()
    .map(|(name, count)| (name.to_owned(), u64::try_from(count).unwrap_or(u64::MAX)))
    .collect()
}
