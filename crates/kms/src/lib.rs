//! A key store: symmetric keys per account and Region, whose material is kept only under a master key.
//!
//! Keys and aliases are durable in SQLite and read from memory, like the catalogue's trails. What is in memory is
//! wrapped too: material is unwrapped for the one use that needs it.

mod alias;
mod ciphertext;
mod context;
mod error;
mod key;
mod keys;
mod master_key;
mod place;
mod rotation;
mod rows;
mod sealing;

pub use alias::Alias;
pub use context::EncryptionContext;
pub use error::{KmsError, OpenKmsError};
pub use key::{Key, KeyState, ManagedBy, NewKey, Rotation};
pub use keys::{Decrypted, Kms};
pub use master_key::{InvalidMasterKey, MasterKey};
pub use place::Place;
