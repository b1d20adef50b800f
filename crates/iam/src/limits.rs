//! How much of everything there may be: AWS's quotas, of which some can be raised.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

/// The quotas of an account that settings can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IamLimits {
    /// Users.
    pub users_max: usize,
    /// Groups.
    pub groups_max: usize,
    /// Roles.
    pub roles_max: usize,
    /// Managed policies of the account's own.
    pub policies_max: usize,
    /// Managed policies attached to one user, group or role.
    pub attached_policies_max: usize,
    /// Groups that a user is in.
    pub groups_per_user_max: usize,
}

impl Default for IamLimits {
    /// AWS's defaults.
    fn default() -> Self {
        Self {
            users_max: 5000,
            groups_max: 300,
            roles_max: 1000,
            policies_max: 1500,
            attached_policies_max: 10,
            groups_per_user_max: 10,
        }
    }
}

/// Access keys of a user.
pub(crate) const KEYS_PER_USER: usize = 2;
/// Versions of a managed policy.
pub(crate) const VERSIONS_PER_POLICY: usize = 5;
/// Characters of a managed policy without white space.
pub(crate) const MANAGED_POLICY_SIZE: usize = 6144;
/// Characters of a role's trust policy without white space.
pub(crate) const TRUST_POLICY_SIZE: usize = 2048;
/// Characters of all inline policies of a user without white space.
pub(crate) const USER_POLICIES_SIZE: usize = 2048;
/// The same of a group.
pub(crate) const GROUP_POLICIES_SIZE: usize = 5120;
/// The same of a role.
pub(crate) const ROLE_POLICIES_SIZE: usize = 10_240;
/// Bytes of any policy as it is sent.
pub(crate) const DOCUMENT_BYTES: usize = 131_072;
