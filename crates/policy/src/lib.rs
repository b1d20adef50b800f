//! Policies in AWS's JSON language: read strictly, compiled once, decided without I/O.
//!
//! [`Policy::parse`] reads one and says where it breaks which rule; [`decide`] asks all policies that concern a request.
//! What is decided is three-valued: where a condition asks about something that nobody told, the statement neither
//! holds nor fails. An `Allow` then does not apply, and a `Deny` does, so that what cannot be known denies.
//! [`check`] lists what a policy that keeps to the grammar may still get wrong.

mod arn_pattern;
mod check;
mod condition;
mod context;
mod decide;
mod decision;
mod fault;
mod grammar;
mod json;
mod moment;
mod namespace;
mod network;
mod operator;
mod pattern;
mod policy;
mod principal;
mod principal_element;
mod request;
mod template;
mod truth;
mod wanted;

pub use check::{Finding, KnownActions, Severity, check};
pub use context::Context;
pub use decide::{Policies, ResourcePolicy, ResourceRule, decide};
pub use decision::{Decision, Layer, Statement};
pub use fault::PolicyFault;
pub use policy::{Policy, PolicyKind};
pub use principal::Principal;
pub use request::Request;
