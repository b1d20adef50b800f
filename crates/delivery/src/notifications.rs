//! Which objects of a lane a topic is still to be told of. No I/O: a part of the lane's state.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::{Attempts, gzip};

/// Objects of a lane that wait at most. A lane that delivers a file every five minutes fills it in 17 days.
const WAITING_MAX: usize = 5_000;

/// What a topic is still to be told, oldest first, and how telling it went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notifications {
    pub(crate) waiting: VecDeque<Notice>,
    pub(crate) attempts: Attempts,
}

/// An object that is in its bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    /// The number of the file in its lane.
    pub(crate) number: u64,
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl Notifications {
    /// The topic is to be told of an object. Beyond the limit the oldest is given up; whether that was so is returned.
    pub(crate) fn announce(&mut self, notice: Notice) -> bool {
        self.waiting.push_back(notice);
        self.waiting.len() > WAITING_MAX && self.waiting.pop_front().is_some()
    }

    /// The topic was told of the object with this number.
    pub(crate) fn told(&mut self, number: u64) {
        self.waiting.retain(|notice| notice.number != number);
    }
}

impl Notice {
    /// The message, in the form of reference section 5.8.
    pub(crate) fn message(&self) -> String {
        serde_json::json!({"s3Bucket": self.bucket, "s3ObjectKey": [self.key]}).to_string()
    }

    /// The same on every attempt, and for no other object.
    pub(crate) fn idempotency_key(&self) -> String {
        gzip::sha256_hex(format!("{}\n{}", self.bucket, self.key).as_bytes()).chars().take(32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(number: u64) -> Notice {
        Notice { number, bucket: "b".to_owned(), key: format!("k/{number}") }
    }

    #[test]
    fn a_message_names_one_object_and_its_key_is_stable() {
        assert_eq!(notice(7).message(), r#"{"s3Bucket":"b","s3ObjectKey":["k/7"]}"#);
        assert_eq!(notice(7).idempotency_key(), notice(7).idempotency_key());
        assert_ne!(notice(7).idempotency_key(), notice(8).idempotency_key());
        assert_eq!(notice(7).idempotency_key().len(), 32);
    }

    #[test]
    fn beyond_the_limit_the_oldest_is_given_up() {
        let mut notifications = Notifications::default();
        assert!((0..5_000).all(|number| !notifications.announce(notice(number))));
        assert!(notifications.announce(notice(5_000)));
        assert_eq!((notifications.waiting.len(), notifications.waiting[0].number), (5_000, 1));
        notifications.told(1);
        assert_eq!(notifications.waiting[0].number, 2);
    }
}
