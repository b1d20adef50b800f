//! The catalogue: trails, their selectors, tags and spans of logging, and organizations, durable in SQLite and read
//! from memory.
//!
//! A change is one transaction, one after another; after each the whole image in memory is renewed. Reads never touch
//! the database. A change that takes something away from a trail leaves a notice in the same transaction. The queries are the common part of SQLite's and PostgreSQL's languages.

mod catalog;
mod change;
mod commit;
mod loss;
mod notice;
mod organization;
mod organization_rows;
mod organization_trails;
mod organizations;
mod problems;
mod protection;
mod rows;
mod schema;
mod settings;
mod trail;
mod watching;

pub use catalog::{Catalog, CatalogError};
pub use change::ChangeError;
pub use loss::{Loss, Severity, losses};
pub use notice::{Cause, Matter, Notice, NoticedTrail};
pub use organization::{
    AccountRequest, CLOUDTRAIL_PRINCIPAL, Delegation, FeatureSet, Handshake, HandshakeState, Joined, Member,
    Organization,
};
pub use organizations::{NewMember, OrganizationError, Organizations};
pub use problems::{Observation, Problem, ProblemKind, Seen};
pub use protection::{Approval, PendingRequest, ProtectedTrails};
pub use settings::CatalogSettings;
pub use trail::{LogGroup, LoggingSpan, SnsTopic, Stopped, Trail, TrailTargets};
