//! A deterministic generator of realistic CloudTrail log files, in the layout that CloudTrail writes to a bucket.
//!
//! What is modelled: Zipf popularity of services, events, principals, accounts and an account's Regions; principals
//! with a home account and a set of favourite services; a daily and weekly rhythm; role sessions of six hours that
//! begin with the `AssumeRole` record that returned their temporary access key, roles assumed from roles; console
//! logins; data events of S3, Lambda and `DynamoDB`; about 3 % errors, unevenly spread; events that reach their file up
//! to five minutes after they happened, so that a file is not in order of time. Every name, address and identifier is
//! invented. Equal options give equal bytes, and memory does not grow with the number of events.

mod body;
mod call;
mod draw;
mod files;
mod identity;
mod manifest;
mod options;
mod outcome;
mod principal;
mod record;
mod records;
mod rng;
mod services;
mod text;
mod world;

pub use files::{Files, LogFile};
pub use manifest::Manifest;
pub use options::Options;
