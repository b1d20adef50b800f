//! Documents of other S3 endpoints, read as far as they say how long objects stay.

use cairn_environment::Random;
use cairn_objects::{LifecycleRule, Versioning};
use s3s::dto::{self, BucketLifecycleConfiguration, BucketVersioningStatus, GetBucketVersioningOutput};
use s3s::xml::{Deserialize, Deserializer};

use crate::lifecycle::read_rules;

/// The rules of a lifecycle configuration in XML that let objects expire. What rules say of storage classes, other
/// versions and uploads takes no object away, and is passed over. A rule without a name gets one of `random`.
///
/// # Errors
/// What is wrong with the document, in words.
pub fn read_lifecycle(xml: &str, random: &Random) -> Result<Vec<LifecycleRule>, String> {
    let configuration: BucketLifecycleConfiguration = read(xml)?;
    let expiring = configuration.rules.into_iter().filter(|rule| rule.expiration.is_some());
    let expiring: Vec<dto::LifecycleRule> = expiring
        .map(|rule| dto::LifecycleRule {
            abort_incomplete_multipart_upload: None,
            noncurrent_version_expiration: None,
            noncurrent_version_transitions: None,
            transitions: None,
            ..rule
        })
        .collect();
    if expiring.is_empty() {
        return Ok(Vec::new());
    }
    read_rules(expiring, random).map_err(|error| error.to_string())
}

/// The state of a versioning configuration in XML.
///
/// # Errors
/// What is wrong with the document, in words.
pub fn read_versioning(xml: &str) -> Result<Versioning, String> {
    let configuration: GetBucketVersioningOutput = read(xml)?;
    match configuration.status.as_ref().map(BucketVersioningStatus::as_str) {
        None | Some("") => Ok(Versioning::NeverSet),
        Some(BucketVersioningStatus::ENABLED) => Ok(Versioning::Enabled),
        Some(BucketVersioningStatus::SUSPENDED) => Ok(Versioning::Suspended),
        Some(other) => Err(format!("the status of versioning is {other}")),
    }
}

fn read<T: for<'xml> Deserialize<'xml>>(xml: &str) -> Result<T, String> {
    let mut reader = Deserializer::new(xml.as_bytes());
    T::deserialize(&mut reader).and_then(|read| reader.expect_eof().map(|()| read)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;
    use cairn_objects::Expiration;

    use super::*;

    fn rules(xml: &str) -> Result<Vec<LifecycleRule>, String> {
        read_lifecycle(xml, &Environment::real().random)
    }

    #[test]
    fn rules_that_let_objects_expire_are_read_and_other_actions_passed_over() {
        let found = rules(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <Rule><ID>cold</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>\
             <Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition></Rule>\
             <Rule><ID>short</ID><Filter><Prefix>AWSLogs/</Prefix></Filter><Status>Enabled</Status>\
             <Transition><Days>3</Days><StorageClass>GLACIER</StorageClass></Transition>\
             <Expiration><Days>7</Days></Expiration>\
             <NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>\
             <Rule><Prefix>old/</Prefix><Status>Disabled</Status>\
             <Expiration><Date>2026-12-01T00:00:00Z</Date></Expiration></Rule></LifecycleConfiguration>",
        );
        let found = found.unwrap();
        let [short, old] = &found[..] else { panic!("{found:?}") };
        assert_eq!(
            (&*short.id, short.expiration, short.reach()),
            ("short", Some(Expiration::Days(7)), Some("AWSLogs/"))
        );
        assert!(!old.enabled && matches!(old.expiration, Some(Expiration::Date(_))), "{old:?}");
    }

    #[test]
    fn what_is_no_such_document_is_said_to_be_none() {
        let bad = "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter/><Expiration><Days>0</Days></Expiration>\
                   </Rule></LifecycleConfiguration>";
        for xml in ["", "{}", "<LifecycleConfiguration>", "<LifecycleConfiguration/>", "<Other/>", bad] {
            assert!(rules(xml).is_err(), "{xml}");
        }
    }

    #[test]
    fn versioning_was_never_set_is_enabled_or_suspended() {
        let of = |inner: &str| {
            read_versioning(&format!(
                "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{inner}</VersioningConfiguration>"
            ))
        };
        assert_eq!(of(""), Ok(Versioning::NeverSet));
        assert_eq!(of("<Status>Enabled</Status>"), Ok(Versioning::Enabled));
        assert_eq!(of("<Status>Suspended</Status><MfaDelete>Disabled</MfaDelete>"), Ok(Versioning::Suspended));
        assert!(of("<Status>Perhaps</Status>").is_err());
        assert!(read_versioning("no").is_err());
    }
}
