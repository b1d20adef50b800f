//! `GetAccountAuthorizationDetails` shows every user, group, role and policy of the account, with all that they are given.

use std::sync::Arc;

use cairn_iam::{Group, ManagedPolicy, Role, User};
use serde::{Deserialize, Serialize};

use super::authorization_details::{GroupDetailShape, ManagedPolicyDetailShape, RoleDetailShape, UserDetailShape};
use super::requests::{Page, invalid};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetAccountAuthorizationDetails;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    filter: Option<Vec<String>>,
    max_items: Option<u32>,
    marker: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    user_detail_list: Option<Vec<UserDetailShape>>,
    group_detail_list: Option<Vec<GroupDetailShape>>,
    role_detail_list: Option<Vec<RoleDetailShape>>,
    policies: Option<Vec<ManagedPolicyDetailShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

/// The words of filters, in the order in which the kinds are listed.
const KINDS: [&str; 5] = ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"];

enum Listed {
    User(Arc<User>),
    Group(Arc<Group>),
    Role(Arc<Role>),
    Policy(Arc<ManagedPolicy>),
}

impl Listed {
    /// Where it stands: kind by kind, by name.
    fn key(&self) -> String {
        let (kind, name) = match self {
            Self::User(user) => (0, &user.name),
            Self::Group(group) => (1, &group.name),
            Self::Role(role) => (2, &role.name),
            Self::Policy(policy) => (if policy.account.is_some() { 3 } else { 4 }, &policy.name),
        };
        format!("{kind} {name}")
    }
}

impl Operation for GetAccountAuthorizationDetails {
    const NAME: &'static str = "GetAccountAuthorizationDetails";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let filter = request.filter.unwrap_or_default();
        if let Some(unknown) = filter.iter().find(|word| !KINDS.contains(&word.as_str())) {
            let rule = "Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]";
            return Err(invalid("filter", unknown, rule));
        }
        let (iam, account) = (&cx.services.iam, cx.caller.account);
        let wants = |kind: &str| filter.is_empty() || filter.iter().any(|word| word == kind);
        let mut all = Vec::new();
        if wants("User") {
            all.extend(iam.list_users(account).into_iter().map(Listed::User));
        }
        if wants("Group") {
            all.extend(iam.list_groups(account).into_iter().map(Listed::Group));
        }
        if wants("Role") {
            all.extend(iam.list_roles(account).into_iter().map(Listed::Role));
        }
        if wants("LocalManagedPolicy") {
            all.extend(iam.list_policies(Some(account)).into_iter().map(Listed::Policy));
        }
        if wants("AWSManagedPolicy") {
            all.extend(iam.list_policies(None).into_iter().map(Listed::Policy));
        }
        let page = Page::of(all, request.max_items, request.marker.as_deref(), Listed::key)?;
        let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for listed in page.items {
            match listed {
                Listed::User(user) => users.push(UserDetailShape::of(cx, &user)?),
                Listed::Group(group) => groups.push(GroupDetailShape::of(cx, &group)?),
                Listed::Role(role) => roles.push(RoleDetailShape::of(cx, &role)?),
                Listed::Policy(policy) => policies.push(ManagedPolicyDetailShape::of(cx, &policy)),
            }
        }
        Ok(Response {
            user_detail_list: Some(users),
            group_detail_list: Some(groups),
            role_detail_list: Some(roles),
            policies: Some(policies),
            is_truncated: Some(page.is_truncated),
            marker: page.marker,
        })
    }
}
