//! Users, groups, roles and policies with all that they are given: `GetAccountAuthorizationDetails`.

use cairn_iam::{Group, ManagedPolicy, PolicyVersion, Role, User};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::policy_detail::PolicyDetailShape;
use super::requests::encoded;
use super::shapes::{AttachedShape, BoundaryShape, RoleLastUsedShape, TagShape, VersionShape, attachments};
use crate::wire_time::IsoTime;
use crate::{ApiError, Context};

/// `UserDetail`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserDetailShape {
    path: Option<String>,
    user_name: Option<String>,
    user_id: Option<String>,
    arn: Option<String>,
    create_date: Option<IsoTime>,
    user_policy_list: Option<Vec<PolicyDetailShape>>,
    group_list: Option<Vec<String>>,
    attached_managed_policies: Option<Vec<AttachedShape>>,
    permissions_boundary: Option<BoundaryShape>,
    tags: Option<Vec<TagShape>>,
}

impl UserDetailShape {
    pub(crate) fn of(cx: &Context, user: &User) -> Result<Self, ApiError> {
        let groups = cx.services.iam.groups_of_user(user.account, &user.name).unwrap_or_default();
        Ok(Self {
            path: Some(user.path.clone()),
            user_name: Some(user.name.clone()),
            user_id: Some(user.id.clone()),
            arn: Some(user.arn()),
            create_date: Some(IsoTime(user.created_at)),
            user_policy_list: Some(PolicyDetailShape::of(&user.grants)),
            group_list: Some(groups.iter().map(|group| group.name.clone()).collect()),
            attached_managed_policies: Some(AttachedShape::of(cx, &user.grants, None)?),
            permissions_boundary: BoundaryShape::of(&user.grants),
            tags: TagShape::some(&user.tags),
        })
    }
}

/// `GroupDetail`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct GroupDetailShape {
    path: Option<String>,
    group_name: Option<String>,
    group_id: Option<String>,
    arn: Option<String>,
    create_date: Option<IsoTime>,
    group_policy_list: Option<Vec<PolicyDetailShape>>,
    attached_managed_policies: Option<Vec<AttachedShape>>,
}

impl GroupDetailShape {
    pub(crate) fn of(cx: &Context, group: &Group) -> Result<Self, ApiError> {
        Ok(Self {
            path: Some(group.path.clone()),
            group_name: Some(group.name.clone()),
            group_id: Some(group.id.clone()),
            arn: Some(group.arn()),
            create_date: Some(IsoTime(group.created_at)),
            group_policy_list: Some(PolicyDetailShape::of(&group.grants)),
            attached_managed_policies: Some(AttachedShape::of(cx, &group.grants, None)?),
        })
    }
}

/// `RoleDetail`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RoleDetailShape {
    path: Option<String>,
    role_name: Option<String>,
    role_id: Option<String>,
    arn: Option<String>,
    create_date: Option<IsoTime>,
    assume_role_policy_document: Option<String>,
    /// There are no instance profiles: always empty.
    instance_profile_list: Option<Vec<Value>>,
    role_policy_list: Option<Vec<PolicyDetailShape>>,
    attached_managed_policies: Option<Vec<AttachedShape>>,
    permissions_boundary: Option<BoundaryShape>,
    tags: Option<Vec<TagShape>>,
    role_last_used: Option<RoleLastUsedShape>,
}

impl RoleDetailShape {
    pub(crate) fn of(cx: &Context, role: &Role) -> Result<Self, ApiError> {
        Ok(Self {
            path: Some(role.path.clone()),
            role_name: Some(role.name.clone()),
            role_id: Some(role.id.clone()),
            arn: Some(role.arn()),
            create_date: Some(IsoTime(role.created_at)),
            assume_role_policy_document: Some(encoded(role.trust.text())),
            instance_profile_list: Some(Vec::new()),
            role_policy_list: Some(PolicyDetailShape::of(&role.grants)),
            attached_managed_policies: Some(AttachedShape::of(cx, &role.grants, None)?),
            permissions_boundary: BoundaryShape::of(&role.grants),
            tags: TagShape::some(&role.tags),
            role_last_used: Some(RoleLastUsedShape::of(cx.services.iam.role_last_used(role))),
        })
    }
}

/// `ManagedPolicyDetail`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ManagedPolicyDetailShape {
    policy_name: Option<String>,
    policy_id: Option<String>,
    arn: Option<String>,
    path: Option<String>,
    default_version_id: Option<String>,
    attachment_count: Option<usize>,
    permissions_boundary_usage_count: Option<usize>,
    is_attachable: Option<bool>,
    description: Option<String>,
    create_date: Option<IsoTime>,
    update_date: Option<IsoTime>,
    policy_version_list: Option<Vec<VersionShape>>,
}

impl ManagedPolicyDetailShape {
    pub(crate) fn of(cx: &Context, policy: &ManagedPolicy) -> Self {
        let arn = policy.arn();
        let shown = |version: &PolicyVersion| VersionShape::of(version, version.number == policy.default_version);
        Self {
            policy_name: Some(policy.name.clone()),
            policy_id: Some(policy.id.clone()),
            path: Some(policy.path.clone()),
            default_version_id: Some(format!("v{}", policy.default_version)),
            attachment_count: Some(attachments(cx, &arn, false).count()),
            permissions_boundary_usage_count: Some(attachments(cx, &arn, true).count()),
            is_attachable: Some(true),
            description: policy.description.clone(),
            arn: Some(arn),
            create_date: Some(IsoTime(policy.created_at)),
            update_date: Some(IsoTime(policy.updated_at)),
            policy_version_list: Some(policy.versions.iter().map(shown).collect()),
        }
    }
}
