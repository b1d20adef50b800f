//! What calls may not change: what settings declare.

use std::sync::Arc;

use crate::image::{Change, Image, Named};
use crate::{Group, IamError, ManagedPolicy, Role, StoredKey, User};

/// What settings can declare.
pub(crate) trait Declarable: Named {
    fn kind(&self) -> &'static str;
    fn declared_in(&self) -> Option<&str>;
}

macro_rules! declarable {
    ($($type:ty => $kind:literal;)+) => {$(
        impl Declarable for $type {
            fn kind(&self) -> &'static str {
                $kind
            }

            fn declared_in(&self) -> Option<&str> {
                self.declared_in.as_deref()
            }
        }
    )+};
}

declarable! {
    User => "user";
    Group => "group";
    Role => "role";
    ManagedPolicy => "policy";
}

/// Whether none of the changes touches what is declared.
///
/// # Errors
/// [`IamError::UnmodifiableEntity`] names the first that does, and the file in which it stands.
pub(crate) fn check(image: &Image, changes: &[Change]) -> Result<(), IamError> {
    changes.iter().try_for_each(|change| check_one(image, change))
}

fn check_one(image: &Image, change: &Change) -> Result<(), IamError> {
    match change {
        Change::PutUser(user) => named(image.users.by_id(&user.id).filter(|before| !is_same_user(before, user))),
        Change::PutGroup(group) => named(image.groups.by_id(&group.id).filter(|before| !is_same_group(before, group))),
        Change::PutRole(role) => named(image.roles.by_id(&role.id).filter(|before| !is_same_role(before, role))),
        Change::PutPolicy(policy) => named(image.policies.by_id(&policy.id).filter(|before| ***before != *policy)),
        Change::RemoveUser(id) => named(image.users.by_id(id)),
        Change::RemoveGroup(id) => named(image.groups.by_id(id)),
        Change::RemoveRole(id) => named(image.roles.by_id(id)),
        Change::RemovePolicy(id) => named(image.policies.by_id(id)),
        Change::PutDevice(_)
        | Change::RemoveDevice(_)
        | Change::PutAccount(_)
        | Change::PutIdentityProvider(_)
        | Change::RemoveIdentityProvider(_)
        | Change::PutEndedSession(_)
        | Change::RemoveEndedSession(_) => Ok(()),
    }
}

fn named<T: Declarable>(touched: Option<&Arc<T>>) -> Result<(), IamError> {
    touched.map_or(Ok(()), |item| check_own(&**item))
}

/// Whether calls may change this.
///
/// # Errors
/// [`IamError::UnmodifiableEntity`]
pub(crate) fn check_own(item: &impl Declarable) -> Result<(), IamError> {
    let Some(file) = item.declared_in() else { return Ok(()) };
    let (kind, name) = (item.kind(), item.name());
    Err(IamError::UnmodifiableEntity(format!(
        "The {kind} {name} is declared in {file} and cannot be changed by calls. Change the file and start Cairn again."
    )))
}

/// Passwords, devices and keys that are not declared stay the person's own; when something was used is no change.
fn is_same_user(before: &User, after: &User) -> bool {
    let keys = |user: &User| -> Vec<StoredKey> {
        let declared = user.keys.iter().filter(|key| key.is_declared);
        declared.map(|key| StoredKey { last_use: None, ..key.clone() }).collect()
    };
    (&before.name, &before.path, &before.tags) == (&after.name, &after.path, &after.tags)
        && (&before.grants, &before.groups) == (&after.grants, &after.groups)
        && keys(before) == keys(after)
}

fn is_same_group(before: &Group, after: &Group) -> bool {
    (&before.name, &before.path, &before.grants) == (&after.name, &after.path, &after.grants)
}

fn is_same_role(before: &Role, after: &Role) -> bool {
    *before == Role { last_use: before.last_use.clone(), ..after.clone() }
}
