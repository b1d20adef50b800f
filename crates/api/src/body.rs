//! The body of a success, which is written when it is wanted.

use std::fmt;

use bytes::Bytes;

use crate::ApiError;

type Write = Box<dyn FnOnce() -> Result<Bytes, ApiError> + Send>;

/// The body of a success that is still to be written. Of a call that only reads it says nothing that the call's event
/// has, so that it may be written while the event is made durable.
pub struct Body(Write);

impl Body {
    /// A body that `write` makes.
    pub(crate) fn later(write: impl FnOnce() -> Result<Bytes, ApiError> + Send + 'static) -> Self {
        Self(Box::new(write))
    }

    /// Writes it: encoded in the operation's protocol. It may take a millisecond, and does not wait for anything.
    ///
    /// # Errors
    /// `InternalFailure` when the response cannot be written, which is our own mistake.
    pub fn write(self) -> Result<Bytes, ApiError> {
        (self.0)()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}
