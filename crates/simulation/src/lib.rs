//! The whole system from one seed: see this crate's tests.
