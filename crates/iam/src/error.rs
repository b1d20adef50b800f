//! Why the store of identities did not do what it was asked.

use std::io;
use std::path::PathBuf;

/// Why a call was refused or failed. The texts are for the caller, except those of our own failures.
#[derive(Debug, thiserror::Error)]
pub enum IamError {
    /// There is no such user, group, role, policy, key or device.
    #[error("{0}")]
    NoSuchEntity(String),
    /// The name is taken.
    #[error("{0}")]
    EntityAlreadyExists(String),
    /// Something still hangs on what is to be deleted.
    #[error("{0}")]
    DeleteConflict(String),
    /// A quota is used up.
    #[error("{0}")]
    LimitExceeded(String),
    /// The input says what cannot be.
    #[error("{0}")]
    InvalidInput(String),
    /// A name, path or length breaks its rule.
    #[error("{0}")]
    Validation(String),
    /// A policy breaks a rule of the policy language.
    #[error("{0}")]
    MalformedPolicyDocument(String),
    /// It is AWS's own, or a service's, and not the account's to change.
    #[error("{0}")]
    UnmodifiableEntity(String),
    /// It changed too lately to be changed so.
    #[error("{0}")]
    EntityTemporarilyUnmodifiable(String),
    /// The password is not as the account wants passwords to be.
    #[error("{0}")]
    PasswordPolicyViolation(String),
    /// The device's codes are not right.
    #[error("{0}")]
    InvalidAuthenticationCode(String),
    /// The principal is of the wrong kind.
    #[error("{0}")]
    InvalidUserType(String),
    /// The caller may not do it, whatever its policies say.
    #[error("{0}")]
    AccessDenied(String),
    /// The database failed, or what is in it cannot be read.
    #[error("the database of identities: {0}")]
    Database(#[from] sqlx::Error),
    /// A secret could not be sealed.
    #[error("a secret could not be sealed")]
    Sealing,
    /// The store was closed.
    #[error("the store of identities is closed")]
    Closed,
}

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenIamError {
    /// The file cannot be created or made private.
    #[error("{}: {error}", path.display())]
    File {
        /// The store's file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// SQLite refused.
    #[error("the database of identities: {0}")]
    Database(#[from] sqlx::Error),
    /// A newer Cairn wrote the file.
    #[error("the database of identities has version {found}; this Cairn knows versions up to {known}")]
    TooNew {
        /// Its version.
        found: usize,
        /// The newest known one.
        known: usize,
    },
    /// The file was written under another master key, or a secret in it was changed.
    #[error("the master key is not the one under which {} was written, or a secret in it was changed", path.display())]
    Unsealable {
        /// The store's file.
        path: PathBuf,
    },
}
