//! What is known about a request beside who asks for what: the values of its condition keys.

use std::collections::BTreeMap;

/// The values of condition keys. The case of keys does not matter.
///
/// A key of AWS as a whole (`aws:…`) or of the service that is asked, which has neither a value here nor is said to be
/// [`absent`](Self::absent), cannot be known. Keys of other services are absent from every request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<Box<str>, Vec<String>>,
    /// Beginnings of keys that are absent, each up to its slash.
    absent_below: Vec<Box<str>>,
}

impl Context {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key has this one value.
    pub fn set(&mut self, key: &str, value: impl Into<String>) -> &mut Self {
        self.values.insert(lower(key), vec![value.into()]);
        self
    }

    /// The key has these values; none means that it is absent.
    pub fn set_all<V: Into<String>>(&mut self, key: &str, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.values.insert(lower(key), values.into_iter().map(Into::into).collect());
        self
    }

    /// The request does not have the key; a name that ends in `/` stands for all keys that begin so and have no value.
    pub fn absent(&mut self, key: &str) -> &mut Self {
        if key.ends_with('/') {
            self.absent_below.push(lower(key));
        } else {
            self.values.insert(lower(key), Vec::new());
        }
        self
    }

    /// The values of a key in lower case, none where it is absent; `None` where that cannot be known.
    pub(crate) fn values(&self, key: &str, service: &str) -> Option<&[String]> {
        if let Some(values) = self.values.get(key) {
            return Some(values);
        }
        let prefix = key.split_once(':').map_or("", |(prefix, _)| prefix);
        let could_have_it = prefix == "aws" || prefix == service;
        let is_absent = !could_have_it || self.absent_below.iter().any(|start| key.starts_with(&**start));
        is_absent.then_some(&[])
    }
}

fn lower(key: &str) -> Box<str> {
    key.to_lowercase().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_values_or_are_absent_or_cannot_be_known() {
        let mut context = Context::new();
        context.set("aws:SourceIp", "10.0.0.1").absent("aws:SourceArn").absent("aws:RequestTag/");
        context.set("aws:RequestTag/Team", "ops");
        let values = |key: &str| context.values(key, "s3");
        assert_eq!(values("aws:sourceip"), Some(&["10.0.0.1".to_owned()][..]));
        assert_eq!(values("aws:sourcearn"), Some(&[][..]));
        assert_eq!(values("aws:requesttag/team"), Some(&["ops".to_owned()][..]));
        assert_eq!(values("aws:requesttag/other"), Some(&[][..]));
        assert_eq!(values("aws:sourcevpc"), None);
        assert_eq!(values("s3:prefix"), None);
        assert_eq!(values("kms:viaservice"), Some(&[][..]));
    }
}
