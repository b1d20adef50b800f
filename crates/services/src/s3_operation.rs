//! What records say of an S3 operation, for a server that knows which one it does.

use cairn_model::Category;

use crate::s3_target::POST_OBJECT;
use crate::{facts, tables};

/// An operation of S3 as CloudTrail sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct S3Operation {
    /// `ListObjects`
    pub event_name: &'static str,
    /// Whether it only reads.
    pub read_only: bool,
    /// `Data` for operations on or in a bucket's content, else `Management`.
    pub category: Category,
}

impl S3Operation {
    /// The operation that the API calls so, `ListObjectsV2`; none when S3 has no such operation.
    pub fn named(name: &str) -> Option<Self> {
        if name == POST_OBJECT {
            return Some(Self { event_name: POST_OBJECT, read_only: false, category: Category::Data });
        }
        let service = tables::named("s3")?;
        let operation = service.model().operation(name)?;
        Some(Self {
            event_name: facts::s3_event_name(operation.name),
            read_only: facts::is_read_only(service, operation),
            category: facts::category(service, operation.name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_the_names_and_kinds_of_their_events() {
        let of = |name| {
            let found = S3Operation::named(name)?;
            Some((found.event_name, found.read_only, found.category))
        };
        assert_eq!(of("ListObjectsV2"), Some(("ListObjects", true, Category::Data)));
        assert_eq!(of("PutObject"), Some(("PutObject", false, Category::Data)));
        assert_eq!(of("PostObject"), Some(("PostObject", false, Category::Data)));
        assert_eq!(of("SelectObjectContent"), Some(("SelectObjectContent", true, Category::Data)));
        assert_eq!(of("CreateBucket"), Some(("CreateBucket", false, Category::Management)));
        assert_eq!(of("GetPublicAccessBlock"), Some(("GetBucketPublicAccessBlock", true, Category::Management)));
        assert_eq!(of("Nothing"), None);
    }
}
