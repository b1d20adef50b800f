//! Sessions that were ended before their time: their tokens are refused until they would have ended by themselves.

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::image::Change;
use crate::{Iam, IamError};

/// How many are kept at most. None is let go of before its time: it would count again.
const ENDED_MAX: usize = 100_000;

/// A session that was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndedSession {
    /// `ASIA…`
    pub(crate) access_key_id: String,
    /// When it would have ended by itself.
    pub(crate) expires: Timestamp,
}

impl Iam {
    /// Whether the session with this key was ended before its time.
    pub fn is_session_ended(&self, access_key_id: &str) -> bool {
        self.read().ended_sessions.contains_key(access_key_id)
    }

    /// Ends the session with this key, which would end by itself at `expires`. Durable when this returns.
    ///
    /// # Errors
    /// [`IamError::LimitExceeded`] when too many sessions were ended lately; when the database fails.
    pub async fn end_session(&self, access_key_id: &str, expires: Timestamp) -> Result<(), IamError> {
        let now = self.now();
        self.change(|image, changes| {
            let over = image.ended_sessions.iter().filter(|(_, expires)| **expires <= now);
            changes.extend(over.map(|(key, _)| Change::RemoveEndedSession(key.clone())));
            if expires <= now || image.ended_sessions.contains_key(access_key_id) {
                return Ok(());
            }
            if image.ended_sessions.len() - changes.len() >= ENDED_MAX {
                return Err(IamError::LimitExceeded("Too many sessions were ended lately.".to_owned()));
            }
            changes.push(Change::PutEndedSession(EndedSession { access_key_id: access_key_id.to_owned(), expires }));
            Ok(())
        })
        .await
    }
}
