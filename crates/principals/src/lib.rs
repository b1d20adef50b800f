//! Who an access key is: keys and sessions learnt from answered calls, with the chain of roles behind each session.
//!
//! A key's holder is known from the settings, from an inventory of the upstream's IAM, or from the calls that make and
//! name keys. A session keeps the chain of keys that led to it as it was when the session was given, so that later
//! changes to those keys cannot rewrite whom it is traced to. What is found is read from memory; what is learnt is
//! durable in SQLite before [`Principals::learn`] returns. Secret keys and session tokens are never read from an answer.
//!
//! Access key ids are names within one upstream: two upstreams may both have a key `admin`. Each needs a file of its own.

mod arn;
mod change;
mod entity;
mod identity;
mod key_table;
mod known;
mod learner;
mod lesson;
mod listed;
mod principal;
mod principals;
mod restore;
mod retention;
mod rows;
mod schema;
mod seen;
mod settings;
mod user_identity;

pub use lesson::Lesson;
pub use listed::{LearntFrom, ListedKey};
pub use principal::Principal;
pub use principals::{Principals, PrincipalsError};
pub use settings::{KeyHolder, KnownKey, PrincipalsSettings};
