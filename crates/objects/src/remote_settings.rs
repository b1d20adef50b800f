//! What a bucket on an S3 endpoint says about itself, as far as its key pair may read that.

use crate::ObjectError;

/// What a bucket says about one of its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosed {
    /// It has this document, as the endpoint sent it.
    Document(String),
    /// It has none.
    Nothing,
    /// It does not say: the key pair may not read it, or the endpoint knows no such thing. This is its code.
    Withheld(String),
}

/// Whose keys those are that trails name for the files in a bucket elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RemoteKeys {
    /// Of the built-in kms.
    #[default]
    Ours,
    /// Of the endpoint's own: they are passed on as they are named.
    Theirs,
}

/// Who puts objects into a bucket elsewhere, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteCaller<'b> {
    /// The id of the key pair.
    pub access_key_id: &'b str,
    /// Whether requests go over TLS.
    pub is_secure: bool,
    /// Whose keys trails name.
    pub keys: RemoteKeys,
}

/// The meaning of an answer about a setting whose absence has the code `absent`.
pub(crate) fn disclosed(answer: Result<String, ObjectError>, absent: &str) -> Result<Disclosed, ObjectError> {
    match answer {
        Ok(document) => Ok(Disclosed::Document(document)),
        Err(ObjectError::Other { code, .. }) if code == absent => Ok(Disclosed::Nothing),
        Err(error) if is_withheld(&error) => Ok(Disclosed::Withheld(error.code().to_owned())),
        Err(error) => Err(error),
    }
}

fn is_withheld(error: &ObjectError) -> bool {
    matches!(error.code(), "AccessDenied" | "NotImplemented" | "MethodNotAllowed" | "InvalidRequest" | "NotSupported")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_withheld_or_unknown_is_told_apart() {
        let other = |code: &str| ObjectError::Other { code: code.to_owned(), reason: String::new() };
        let of = |answer| disclosed(answer, "NoSuchBucketPolicy");
        assert_eq!(of(Ok("{}".to_owned())), Ok(Disclosed::Document("{}".to_owned())));
        assert_eq!(of(Err(other("NoSuchBucketPolicy"))), Ok(Disclosed::Nothing));
        assert_eq!(of(Err(ObjectError::AccessDenied)), Ok(Disclosed::Withheld("AccessDenied".to_owned())));
        assert_eq!(of(Err(other("NotImplemented"))), Ok(Disclosed::Withheld("NotImplemented".to_owned())));
        assert_eq!(of(Err(ObjectError::NoSuchBucket)), Err(ObjectError::NoSuchBucket));
        assert_eq!(of(Err(ObjectError::TimedOut)), Err(ObjectError::TimedOut));
    }
}
