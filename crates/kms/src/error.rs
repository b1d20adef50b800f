//! Why the key store did not do what it was asked.

use std::io;
use std::path::PathBuf;

/// Why a call was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum KmsError {
    /// There is no such key or alias.
    #[error("{0}")]
    NotFound(String),
    /// The key is another account's.
    #[error("the key {arn} belongs to another account")]
    NotYours {
        /// Its ARN.
        arn: String,
    },
    /// The key is disabled.
    #[error("{arn} is disabled.")]
    Disabled {
        /// Its ARN.
        arn: String,
    },
    /// The key is to be deleted.
    #[error("{arn} is pending deletion.")]
    PendingDeletion {
        /// Its ARN.
        arn: String,
    },
    /// The key is not to be deleted, so that there is nothing to cancel.
    #[error("{arn} is not pending deletion.")]
    NotPendingDeletion {
        /// Its ARN.
        arn: String,
    },
    /// The ciphertext was changed, cut off, or sealed under another context or master key.
    #[error("the ciphertext cannot be opened")]
    InvalidCiphertext,
    /// The ciphertext belongs to another key than the one named.
    #[error("The key ID in the request does not identify a CMK that can perform this operation.")]
    IncorrectKey,
    /// The alias is there already.
    #[error("An alias with the name {arn} already exists")]
    AliasExists {
        /// Its ARN.
        arn: String,
    },
    /// The name is no name of an alias.
    #[error(
        "Alias must start with the prefix \"alias/\" and contain only letters, digits, slashes, underscores and dashes."
    )]
    InvalidAliasName,
    /// The name is kept for AWS's own keys.
    #[error("Aliases that begin with alias/aws/ are reserved.")]
    ReservedAlias,
    /// The key is AWS's own in this account: callers use it and do not change it.
    #[error("{arn} is managed by AWS and cannot be changed.")]
    ManagedByAws {
        /// Its ARN.
        arn: String,
    },
    /// The database failed, or what is in it cannot be read.
    #[error("the key store's database: {0}")]
    Database(#[from] sqlx::Error),
    /// The key store was closed.
    #[error("the key store is closed")]
    Closed,
}

/// Why the key store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenKmsError {
    /// The file cannot be created or made private.
    #[error("{}: {error}", path.display())]
    File {
        /// The key store's file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// SQLite refused.
    #[error("the key store's database: {0}")]
    Database(#[from] sqlx::Error),
    /// A newer Cairn wrote the file.
    #[error("the key store has version {found}; this Cairn knows versions up to {known}")]
    TooNew {
        /// Its version.
        found: usize,
        /// The newest known one.
        known: usize,
    },
    /// The file was written under another master key.
    #[error("the master key is not the one under which {} was written", path.display())]
    WrongMasterKey {
        /// The key store's file.
        path: PathBuf,
    },
}
