//! Verify: recomputes everything that trails left in a bucket, from the bucket alone. It shares no code with what
//! wrote it, and needs no server.

mod chain;
mod digest;
mod logs;
mod member;
mod names;
mod options;
mod progress;
mod report;
mod run;
mod source;

pub use options::{InvalidPublicKeys, PublicKey, TrailFilter, VerifyOptions, public_keys};
pub use progress::Progress;
pub use report::{Finding, Grade, Problem, Report};
pub use run::{VerifyError, run, run_watched};
