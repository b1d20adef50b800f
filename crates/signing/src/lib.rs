//! Signature Version 4: reads, checks and makes the signatures of AWS requests. No I/O, no clock.

mod secret;

pub use secret::SecretKey;
