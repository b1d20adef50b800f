//! The data events of delivery's own puts: that CloudTrail put a file, in the account that owns the bucket.
//!
//! One is recorded only where a trail that logs asks for it: otherwise a server on which nothing happens would go on
//! to write. A trail that does ask has one event of each file in its next file, and so a file in each interval for as
//! long as it logs, but never more than it had files before. `RecursiveLogging` of false ends that.

use std::sync::Arc;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::{AccountId, Entry, NewEntry, Origin, Outline, Region};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::roster::Roster;

const SELF: &str = "cloudtrail.amazonaws.com";

/// Records puts.
#[derive(Debug)]
pub(crate) struct OwnPuts {
    pub(crate) journal: Journal,
    pub(crate) roster: Arc<Mutex<Roster>>,
}

/// An object that was put into an embedded bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnPut<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
    pub(crate) bytes: usize,
    /// Of the bucket.
    pub(crate) owner: AccountId,
    /// Of the bucket.
    pub(crate) region: &'a Region,
}

impl OwnPuts {
    /// Records a put if a trail asks for it. After a crash the same put may have its event twice, with one `eventID`.
    pub(crate) async fn record(&self, put: OwnPut<'_>, environment: &Environment) {
        let received_at = environment.clock.now();
        let event = event(put, &received_at.iso_seconds(), &environment.random.uuid());
        let (account, outline) = (put.owner, Outline::default());
        let entry = Entry {
            sequence: self.journal.end(),
            received_at,
            account,
            origin: Origin::Live,
            event: event.clone(),
            beside: None,
            outline: outline.clone(),
        };
        if !self.roster.lock().await.asks_for(&entry) {
            return;
        }
        let new = NewEntry { received_at, account, origin: Origin::Live, event, beside: None, outline };
        if let Err(error) = self.journal.append(vec![new]).await {
            tracing::warn!(%error, bucket = put.bucket, key = put.key, "the event of a delivered file is not recorded");
        }
    }
}

fn event(put: OwnPut<'_>, time: &str, request_id: &str) -> Bytes {
    let OwnPut { bucket, key, bytes, owner, region } = put;
    let event = json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "AWSService", "invokedBy": SELF},
        "eventTime": time,
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": region,
        "sourceIPAddress": SELF,
        "userAgent": SELF,
        "requestParameters": {"bucketName": bucket, "key": key, "x-amz-acl": "bucket-owner-full-control"},
        "responseElements": null,
        "additionalEventData": {"bytesTransferredIn": bytes, "bytesTransferredOut": 0},
        "requestID": request_id,
        "eventID": event_id(bucket, key),
        "readOnly": false,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/{key}")},
            {"accountId": owner, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": false,
        "recipientAccountId": owner,
        "eventCategory": "Data",
    });
    Bytes::from(event.to_string())
}

/// The same for every attempt to put an object.
fn event_id(bucket: &str, key: &str) -> String {
    let hash = Sha256::digest(format!("{bucket}/{key}"));
    let number = hash.iter().take(16).fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    let digits = format!("{number:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    // The marks of a UUID of version 8, whose bits are free.
    format!("{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use cairn_model::{Category, EventFields};

    use super::*;

    #[test]
    fn the_event_is_a_data_event_of_cloudtrail_and_the_same_attempt_has_the_same_id() {
        let region = Region::us_east_1();
        let (bucket, key) = ("logs", "AWSLogs/a \"b\".json.gz");
        let put = OwnPut { bucket, key, bytes: 7, owner: AccountId::DEFAULT, region: &region };
        let [one, again] = ["r-1", "r-2"].map(|request| event(put, "2026-10-01T08:00:00Z", request));
        let [one, again] = [&one, &again].map(|bytes| EventFields::parse(bytes).unwrap());
        assert_eq!((one.category, one.read_only), (Category::Data, Some(false)));
        assert_eq!(one.user_identity.invoked_by(), Some(SELF));
        assert_eq!(one.event_id.as_deref().map(str::len), Some(36));
        assert_eq!(one.event_id, again.event_id);
    }
}
