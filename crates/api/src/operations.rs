//! The list of all operations.

use crate::sts::get_caller_identity::GetCallerIdentity;
use crate::{Entry, sts};

/// Every operation, by service.
pub fn operations() -> &'static [Entry] {
    OPERATIONS
}

static OPERATIONS: &[Entry] = &[Entry::of::<GetCallerIdentity>(&sts::SERVICE)];
