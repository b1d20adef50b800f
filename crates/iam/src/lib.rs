//! Identities: the users, groups, roles, access keys and policies of each account.
//!
//! All of it is durable in SQLite and read from memory: a look-up does no I/O and holds a lock for no longer than it
//! takes to clone an [`std::sync::Arc`]. Secrets are sealed in the file and open in memory.

mod access_key;
mod account;
mod aws_policies;
mod declaration;
mod declare;
mod document;
mod ended_sessions;
mod error;
#[cfg(test)]
mod fixture;
mod grants;
mod group;
mod groups;
mod hashing;
mod holder;
mod iam;
mod identity_provider;
mod image;
mod keys;
mod last_used;
mod limits;
mod login;
mod managed_policy;
mod mfa;
mod names;
mod person;
mod policies;
mod role;
mod roles;
mod rows;
mod sealing;
mod tagged;
mod tags;
mod unique_id;
mod unmodifiable;
mod user;
mod users;

pub use access_key::{AccessKey, KeyStatus, LastUse, NewAccessKey, StoredKey};
pub use account::{Account, PasswordPolicy, RequiredLetters};
pub use aws_policies::is_aws_policy;
pub use declaration::{
    DECLARED_TAG, Declaration, DeclaredGroup, DeclaredKey, DeclaredPolicy, DeclaredRole, DeclaredUser,
};
pub use declare::Declared;
pub use document::Document;
pub use error::{IamError, OpenIamError};
pub use grants::{Attached, Grants};
pub use group::Group;
pub use holder::{Attachments, Holder};
pub use iam::Iam;
pub use identity_provider::IdentityProvider;
pub use limits::IamLimits;
pub use login::LoginProfile;
pub use managed_policy::{ManagedPolicy, PolicyVersion};
pub use mfa::MfaDevice;
pub use names::{check_name, check_path};
pub use person::{PasswordState, Person};
pub use role::{NewRole, Role, RoleUse};
pub use tagged::Tagged;
pub use tags::Tags;
pub use unique_id::IdKind;
pub use user::User;
