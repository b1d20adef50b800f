//! Users, groups, roles, policies and keys as answers show them.

use std::sync::Arc;

use cairn_iam::{
    Attachments, Grants, Group, LastUse, ManagedPolicy, NewAccessKey, PolicyVersion, Role, RoleUse, StoredKey, Tags,
    User,
};
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::requests::{encoded, required, under};
use crate::wire_time::IsoTime;
use crate::{ApiError, Context};

/// An answer without members.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Nothing {}

/// `Tag`
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TagShape {
    key: Option<String>,
    value: Option<String>,
}

impl TagShape {
    pub(crate) fn of(tags: &Tags) -> Vec<Self> {
        let mut shapes: Vec<Self> =
            tags.iter().map(|(key, value)| Self { key: Some(key.clone()), value: Some(value.clone()) }).collect();
        shapes.sort_by_key(|tag| tag.key().to_ascii_lowercase());
        shapes
    }

    pub(crate) fn key(&self) -> String {
        self.key.clone().unwrap_or_default()
    }

    pub(crate) fn into_pair(self) -> Result<(String, String), ApiError> {
        Ok((required("tags.member.key", self.key)?, self.value.unwrap_or_default()))
    }

    pub(crate) fn as_pair(&self) -> (&str, &str) {
        (self.key.as_deref().unwrap_or_default(), self.value.as_deref().unwrap_or_default())
    }

    pub(crate) fn some(tags: &Tags) -> Option<Vec<Self>> {
        (!tags.is_empty()).then(|| Self::of(tags))
    }
}

/// `AttachedPermissionsBoundary`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct BoundaryShape {
    permissions_boundary_type: Option<String>,
    permissions_boundary_arn: Option<String>,
}

impl BoundaryShape {
    pub(crate) fn of(grants: &Grants) -> Option<Self> {
        let arn = grants.boundary.clone()?;
        Some(Self { permissions_boundary_type: Some("Policy".to_owned()), permissions_boundary_arn: Some(arn) })
    }
}

/// `User`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserShape {
    path: Option<String>,
    user_name: Option<String>,
    user_id: Option<String>,
    arn: Option<String>,
    create_date: Option<IsoTime>,
    password_last_used: Option<IsoTime>,
    permissions_boundary: Option<BoundaryShape>,
    tags: Option<Vec<TagShape>>,
}

impl UserShape {
    pub(crate) fn of(user: &User) -> Self {
        Self {
            permissions_boundary: BoundaryShape::of(&user.grants),
            tags: TagShape::some(&user.tags),
            ..Self::listed(user)
        }
    }

    /// As lists have it: without boundary and tags.
    pub(crate) fn listed(user: &User) -> Self {
        Self {
            path: Some(user.path.clone()),
            user_name: Some(user.name.clone()),
            user_id: Some(user.id.clone()),
            arn: Some(user.arn()),
            create_date: Some(IsoTime(user.created_at)),
            password_last_used: user.password_last_used.map(IsoTime),
            ..Self::default()
        }
    }

    /// The root of the caller's account.
    pub(crate) fn of_root(cx: &Context) -> Self {
        let account = cx.caller.account;
        Self {
            user_id: Some(account.to_string()),
            arn: Some(format!("arn:aws:iam::{account}:root")),
            create_date: Some(IsoTime(Timestamp::from_unix_seconds(0))),
            password_last_used: cx.services.iam.account(account).root_password_last_used.map(IsoTime),
            ..Self::default()
        }
    }
}

/// `Group`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct GroupShape {
    path: Option<String>,
    group_name: Option<String>,
    group_id: Option<String>,
    arn: Option<String>,
    create_date: Option<IsoTime>,
}

impl GroupShape {
    pub(crate) fn of(group: &Group) -> Self {
        Self {
            path: Some(group.path.clone()),
            group_name: Some(group.name.clone()),
            group_id: Some(group.id.clone()),
            arn: Some(group.arn()),
            create_date: Some(IsoTime(group.created_at)),
        }
    }
}

/// `RoleLastUsed`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RoleLastUsedShape {
    last_used_date: Option<IsoTime>,
    region: Option<String>,
}

impl RoleLastUsedShape {
    pub(crate) fn of(last_use: Option<RoleUse>) -> Self {
        let (at, region) = last_use.map(|last| (IsoTime(last.at), last.region)).unzip();
        Self { last_used_date: at, region }
    }
}

/// `Role`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RoleShape {
    path: Option<String>,
    role_name: Option<String>,
    role_id: Option<String>,
    arn: Option<String>,
    create_date: Option<IsoTime>,
    assume_role_policy_document: Option<String>,
    description: Option<String>,
    max_session_duration: Option<u32>,
    permissions_boundary: Option<BoundaryShape>,
    tags: Option<Vec<TagShape>>,
    role_last_used: Option<RoleLastUsedShape>,
    source_role_template: Option<Value>,
}

impl RoleShape {
    pub(crate) fn of(role: &Role, last_use: Option<RoleUse>) -> Self {
        Self {
            permissions_boundary: BoundaryShape::of(&role.grants),
            tags: TagShape::some(&role.tags),
            role_last_used: Some(RoleLastUsedShape::of(last_use)),
            ..Self::listed(role)
        }
    }

    /// As lists have it: without boundary, tags and last use.
    pub(crate) fn listed(role: &Role) -> Self {
        Self {
            path: Some(role.path.clone()),
            role_name: Some(role.name.clone()),
            role_id: Some(role.id.clone()),
            arn: Some(role.arn()),
            create_date: Some(IsoTime(role.created_at)),
            assume_role_policy_document: Some(encoded(role.trust.text())),
            description: role.description.clone(),
            max_session_duration: Some(role.max_session_seconds),
            ..Self::default()
        }
    }
}

/// `Policy`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyShape {
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
    tags: Option<Vec<TagShape>>,
}

impl PolicyShape {
    pub(crate) fn of(cx: &Context, policy: &ManagedPolicy) -> Self {
        let description = policy.description.clone();
        Self { description, tags: TagShape::some(&policy.tags), ..Self::listed(cx, policy) }
    }

    /// As lists have it: without description and tags.
    pub(crate) fn listed(cx: &Context, policy: &ManagedPolicy) -> Self {
        let arn = policy.arn();
        Self {
            policy_name: Some(policy.name.clone()),
            policy_id: Some(policy.id.clone()),
            path: Some(policy.path.clone()),
            default_version_id: Some(format!("v{}", policy.default_version)),
            attachment_count: Some(attachments(cx, &arn, false).count()),
            permissions_boundary_usage_count: Some(attachments(cx, &arn, true).count()),
            is_attachable: Some(true),
            arn: Some(arn),
            create_date: Some(IsoTime(policy.created_at)),
            update_date: Some(IsoTime(policy.updated_at)),
            ..Self::default()
        }
    }
}

/// Who of the caller's account has a managed policy, or has it as a boundary.
pub(crate) fn attachments(cx: &Context, arn: &str, boundaries: bool) -> Attachments {
    let (iam, account) = (&cx.services.iam, cx.caller.account);
    if boundaries { iam.bounded_by(account, arn) } else { iam.attachments(account, arn) }
}

/// `PolicyVersion`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct VersionShape {
    document: Option<String>,
    version_id: Option<String>,
    is_default_version: Option<bool>,
    create_date: Option<IsoTime>,
}

impl VersionShape {
    pub(crate) fn of(version: &PolicyVersion, is_default: bool) -> Self {
        let document = Some(encoded(version.document.text()));
        Self { document, ..Self::listed(version, is_default) }
    }

    /// As lists have it: without the document.
    pub(crate) fn listed(version: &PolicyVersion, is_default: bool) -> Self {
        Self {
            document: None,
            version_id: Some(version.id()),
            is_default_version: Some(is_default),
            create_date: Some(IsoTime(version.created_at)),
        }
    }
}

/// `AttachedPolicy`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AttachedShape {
    policy_name: Option<String>,
    policy_arn: Option<String>,
}

impl AttachedShape {
    /// The managed policies below a path, in the order of their ARNs.
    pub(crate) fn of(cx: &Context, grants: &Grants, prefix: Option<&str>) -> Result<Vec<Self>, ApiError> {
        let found = grants.attached.iter().filter_map(|arn| cx.services.iam.policy(cx.caller.account, arn).ok());
        let policies: Vec<Arc<ManagedPolicy>> = under(prefix, found.collect(), |policy| &policy.path)?;
        let shape = |policy: &Arc<ManagedPolicy>| Self {
            policy_name: Some(policy.name.clone()),
            policy_arn: Some(policy.arn()),
        };
        let mut shapes: Vec<Self> = policies.iter().map(shape).collect();
        shapes.sort_by_key(|shape| shape.key().to_ascii_lowercase());
        Ok(shapes)
    }

    pub(crate) fn key(&self) -> String {
        self.policy_arn.clone().unwrap_or_default()
    }
}

/// `AccessKey`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct KeyShape {
    user_name: Option<String>,
    access_key_id: Option<String>,
    status: Option<String>,
    secret_access_key: Option<String>,
    create_date: Option<IsoTime>,
}

impl KeyShape {
    pub(crate) fn of(key: &NewAccessKey) -> Self {
        Self {
            user_name: Some(key.user_name.clone()),
            access_key_id: Some(key.id.clone()),
            status: Some("Active".to_owned()),
            secret_access_key: Some(key.secret.expose().to_owned()),
            create_date: Some(IsoTime(key.created_at)),
        }
    }
}

/// `AccessKeyMetadata`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct KeyMetadataShape {
    user_name: Option<String>,
    access_key_id: Option<String>,
    status: Option<String>,
    create_date: Option<IsoTime>,
}

impl KeyMetadataShape {
    pub(crate) fn of(user_name: &str, key: &StoredKey) -> Self {
        Self {
            user_name: Some(user_name.to_owned()),
            access_key_id: Some(key.id.clone()),
            status: Some(key.status.as_str().to_owned()),
            create_date: Some(IsoTime(key.created_at)),
        }
    }
}

/// `AccessKeyLastUsed`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LastUsedShape {
    last_used_date: Option<IsoTime>,
    service_name: Option<String>,
    region: Option<String>,
}

impl LastUsedShape {
    /// A key that was never used has no date, and `N/A` for the rest.
    pub(crate) fn of(last_use: Option<LastUse>) -> Self {
        let unknown = || Some("N/A".to_owned());
        last_use.map_or_else(
            || Self { last_used_date: None, service_name: unknown(), region: unknown() },
            |last| Self {
                last_used_date: Some(IsoTime(last.at)),
                service_name: Some(last.service),
                region: Some(last.region),
            },
        )
    }
}
