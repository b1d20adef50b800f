//! Tags: keys with values, within their limits.

use std::collections::BTreeMap;

use crate::{DECLARED_TAG, IamError};

/// Tags by their keys. Two keys that differ in case only are the same.
pub type Tags = BTreeMap<String, String>;

const TAGS_MAX: usize = 50;
const KEY_LENGTH_MAX: usize = 128;
const VALUE_LENGTH_MAX: usize = 256;

/// Adds tags to those that are there; a key that is there already takes the new value.
///
/// # Errors
/// [`IamError::InvalidInput`] for a key twice or one that AWS keeps for itself, [`IamError::Validation`] for one that is
/// too long or of other characters, [`IamError::LimitExceeded`].
pub(crate) fn add(tags: &mut Tags, added: &[(String, String)]) -> Result<(), IamError> {
    for (at, (key, value)) in added.iter().enumerate() {
        check(key, value)?;
        if added.iter().take(at).any(|(other, _)| other.eq_ignore_ascii_case(key)) {
            let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(IamError::InvalidInput(message.to_owned()));
        }
    }
    for (key, value) in added {
        tags.retain(|other, _| !other.eq_ignore_ascii_case(key));
        tags.insert(key.clone(), value.clone());
    }
    if tags.len() > TAGS_MAX {
        return Err(IamError::LimitExceeded("The number of tags has reached the maximum limit.".to_owned()));
    }
    Ok(())
}

/// Takes tags away; keys that are not there do not matter.
pub(crate) fn remove(tags: &mut Tags, keys: &[String]) {
    tags.retain(|key, _| !keys.iter().any(|removed| removed.eq_ignore_ascii_case(key)));
}

fn check(key: &str, value: &str) -> Result<(), IamError> {
    let invalid = |member: &str, rule: &str| {
        Err(IamError::Validation(format!(
            "1 validation error detected: Value at 'tags.member.{member}' failed to satisfy constraint: {rule}"
        )))
    };
    if key.is_empty() || key.chars().count() > KEY_LENGTH_MAX {
        return invalid("key", "Member must have length between 1 and 128");
    }
    if value.chars().count() > VALUE_LENGTH_MAX {
        return invalid("value", "Member must have length less than or equal to 256");
    }
    let allowed = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
    if !allowed(key) {
        return invalid("key", r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+");
    }
    if !allowed(value) {
        return invalid("value", r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*");
    }
    if key.eq_ignore_ascii_case(DECLARED_TAG) {
        let message = format!("System tags cannot be added/updated/deleted: {DECLARED_TAG} says what is declared.");
        return Err(IamError::InvalidInput(message));
    }
    if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
        let message = "System tags cannot be added/updated/deleted: a tag key may not begin with aws:.";
        return Err(IamError::InvalidInput(message.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn keys_that_differ_in_case_only_are_the_same() {
        let mut tags = Tags::new();
        add(&mut tags, &[tag("Team", "ops"), tag("ü", "")]).unwrap();
        add(&mut tags, &[tag("team", "dev")]).unwrap();
        assert_eq!(tags, Tags::from([tag("team", "dev"), tag("ü", "")]));
        assert!(matches!(add(&mut tags, &[tag("a", ""), tag("A", "")]), Err(IamError::InvalidInput(_))));
        remove(&mut tags, &["TEAM".to_owned(), "none".to_owned()]);
        assert_eq!(tags, Tags::from([tag("ü", "")]));
    }

    #[test]
    fn bad_tags_and_too_many_are_refused() {
        let mut tags = Tags::new();
        let (long_key, long_value) = ("k".repeat(129), "v".repeat(257));
        for (key, value) in [("", ""), (&*long_key, ""), ("a", &*long_value), ("a\0", ""), ("a", "<")] {
            assert!(matches!(add(&mut tags, &[tag(key, value)]), Err(IamError::Validation(_))), "{key}");
        }
        assert!(matches!(add(&mut tags, &[tag("AWS:x", "")]), Err(IamError::InvalidInput(_))));
        let many: Vec<_> = (0..51).map(|number| tag(&format!("k{number}"), "")).collect();
        assert!(matches!(add(&mut Tags::new(), &many), Err(IamError::LimitExceeded(_))));
        add(&mut Tags::new(), &many[..50]).unwrap();
    }
}
