//! What an AWS call means: which operation it is, and how CloudTrail writes its request and its answer. No I/O, no clock.

mod answer;
mod call;
mod ec2;
mod facts;
mod failure;
mod identify;
mod model;
mod moment;
mod parameters;
mod query_string;
#[cfg(test)]
mod record_tests;
mod render;
mod request;
mod resources;
mod response;
mod route;
mod s3_form;
mod s3_operation;
mod s3_record;
mod s3_target;
mod secrets;
mod tables;
mod wire;

pub use call::{DeletedKey, ServiceCall, identify};
pub use request::{BodyNeed, BodyView, BucketPlace, RequestView, Scope};
pub use response::{CallOutcome, DeletionError, ResourceName, ResponseView};
pub use s3_operation::S3Operation;
pub use tables::operation_names;
