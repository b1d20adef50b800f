//! What settings declare of an account: users, groups, roles and policies that stand in a file.

use cairn_model::AccountId;
use cairn_signing::SecretKey;

use crate::limits::{KEYS_PER_USER, MANAGED_POLICY_SIZE, TRUST_POLICY_SIZE};
use crate::names::{check_name, check_path};
use crate::roles::{check_description, checked_session};
use crate::{Document, Grants, Holder, IamError, IamLimits, Tags, tags};

/// The tag that shows stock clients what is declared, and where. Groups have no tags.
pub const DECLARED_TAG: &str = "cairn:declared-in";

/// Everything that is declared of an account.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Which.
    pub account: AccountId,
    /// Its users.
    pub users: Vec<DeclaredUser>,
    /// Its groups.
    pub groups: Vec<DeclaredGroup>,
    /// Its roles.
    pub roles: Vec<DeclaredRole>,
    /// Its managed policies.
    pub policies: Vec<DeclaredPolicy>,
}

/// A user that is declared.
#[derive(Debug, Clone)]
pub struct DeclaredUser {
    /// Its name.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// The names of its groups, each declared.
    pub groups: Vec<String>,
    /// Its policies and its boundary.
    pub grants: Grants,
    /// Its access keys. Others may be made beside them.
    pub keys: Vec<DeclaredKey>,
}

/// An access key that is declared.
#[derive(Debug, Clone)]
pub struct DeclaredKey {
    /// Such as `AKIA…`; 16 to 128 letters and digits.
    pub id: String,
    /// Its secret half.
    pub secret: SecretKey,
}

/// A group that is declared. Its members are those users that name it, and whom others put into it.
#[derive(Debug, Clone)]
pub struct DeclaredGroup {
    /// Its name.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// Its policies.
    pub grants: Grants,
}

/// A role that is declared.
#[derive(Debug, Clone)]
pub struct DeclaredRole {
    /// Its name.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// Words for people.
    pub description: Option<String>,
    /// Who may assume it.
    pub trust: Document,
    /// How long a session may last, from 3600 to 43200.
    pub max_session_seconds: u32,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// Its policies and its boundary.
    pub grants: Grants,
}

/// A managed policy that is declared.
#[derive(Debug, Clone)]
pub struct DeclaredPolicy {
    /// Its name.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// Words for people.
    pub description: Option<String>,
    /// What it says.
    pub document: Document,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

impl DeclaredUser {
    /// Holds it to the rules that calls are held to.
    ///
    /// # Errors
    /// [`IamError::Validation`], [`IamError::InvalidInput`] and [`IamError::LimitExceeded`].
    pub fn check(&self, limits: &IamLimits) -> Result<(), IamError> {
        check_name("userName", &self.name, 64)?;
        check_path(&self.path)?;
        tags::add(&mut Tags::new(), &self.tags)?;
        check_grants(&Holder::User(self.name.clone()), &self.grants, limits)?;
        at_most("groups", self.groups.len(), limits.groups_per_user_max)?;
        at_most("access keys", self.keys.len(), KEYS_PER_USER)?;
        self.keys.iter().try_for_each(DeclaredKey::check)
    }
}

impl DeclaredKey {
    fn check(&self) -> Result<(), IamError> {
        let is_id = (16..=128).contains(&self.id.len()) && self.id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_id {
            let message = format!("The access key id {} is not of 16 to 128 letters and digits.", self.id);
            return Err(IamError::Validation(message));
        }
        if self.secret.expose().is_empty() {
            return Err(IamError::Validation(format!("The secret of the access key {} is empty.", self.id)));
        }
        Ok(())
    }
}

impl DeclaredGroup {
    /// Holds it to the rules that calls are held to.
    ///
    /// # Errors
    /// [`IamError::Validation`] and [`IamError::LimitExceeded`].
    pub fn check(&self, limits: &IamLimits) -> Result<(), IamError> {
        check_name("groupName", &self.name, 128)?;
        check_path(&self.path)?;
        check_grants(&Holder::Group(self.name.clone()), &self.grants, limits)
    }
}

impl DeclaredRole {
    /// Holds it to the rules that calls are held to.
    ///
    /// # Errors
    /// [`IamError::Validation`], [`IamError::InvalidInput`] and [`IamError::LimitExceeded`].
    pub fn check(&self, limits: &IamLimits) -> Result<(), IamError> {
        check_name("roleName", &self.name, 64)?;
        check_path(&self.path)?;
        check_description(self.description.as_deref())?;
        checked_session(self.max_session_seconds)?;
        tags::add(&mut Tags::new(), &self.tags)?;
        at_most("characters of its trust policy", self.trust.size(), TRUST_POLICY_SIZE)?;
        check_grants(&Holder::Role(self.name.clone()), &self.grants, limits)
    }
}

impl DeclaredPolicy {
    /// Holds it to the rules that calls are held to.
    ///
    /// # Errors
    /// [`IamError::Validation`], [`IamError::InvalidInput`] and [`IamError::LimitExceeded`].
    pub fn check(&self) -> Result<(), IamError> {
        check_name("policyName", &self.name, 128)?;
        check_path(&self.path)?;
        tags::add(&mut Tags::new(), &self.tags)?;
        at_most("characters", self.document.size(), MANAGED_POLICY_SIZE)
    }

    /// `arn:aws:iam::{account}:policy{path}{name}`
    pub fn arn(&self, account: AccountId) -> String {
        format!("arn:aws:iam::{account}:policy{}{}", self.path, self.name)
    }
}

fn check_grants(holder: &Holder, grants: &Grants, limits: &IamLimits) -> Result<(), IamError> {
    grants.inline.keys().try_for_each(|name| check_name("policyName", name, 128))?;
    at_most("attached policies", grants.attached.len(), limits.attached_policies_max)?;
    at_most("characters of its own policies", grants.inline_size(), holder.inline_size_max())
}

fn at_most(what: &str, count: usize, most: usize) -> Result<(), IamError> {
    if count <= most { Ok(()) } else { Err(IamError::LimitExceeded(format!("{count} {what}; {most} are allowed"))) }
}
