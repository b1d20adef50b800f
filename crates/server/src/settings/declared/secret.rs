//! Access keys of declared users: their secrets stand in the file, in a file of their own or in a variable.

use std::collections::BTreeMap;
use std::fmt;

use cairn_iam::DeclaredKey;
use cairn_signing::SecretKey;
use serde::Deserialize;
use toml::Spanned;

use super::{Mistake, at};

/// `[[accounts.users.keys]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclaredKeyTable {
    pub(super) access_key_id: Spanned<String>,
    secret_access_key: Option<String>,
    secret_access_key_file: Option<Spanned<String>>,
    secret_access_key_variable: Option<Spanned<String>>,
}

impl DeclaredKeyTable {
    pub(super) fn declared(&self, environment: &BTreeMap<String, String>) -> Result<DeclaredKey, Mistake> {
        let id = self.access_key_id.get_ref().clone();
        let secret = match (&self.secret_access_key, &self.secret_access_key_file, &self.secret_access_key_variable) {
            (Some(secret), None, None) => SecretKey::new(secret.clone()),
            (None, Some(file), None) => {
                let read = std::fs::read_to_string(file.get_ref());
                let text = read.map_err(|error| at(file, format!("cannot read {}: {error}", file.get_ref())))?;
                SecretKey::new(text.trim())
            }
            (None, None, Some(variable)) => {
                let found = environment.get(variable.get_ref());
                let unset = || at(variable, format!("the variable {} is not set", variable.get_ref()));
                SecretKey::new(found.ok_or_else(unset)?.clone())
            }
            _ => {
                let problem =
                    "its secret is one of secret_access_key, secret_access_key_file, secret_access_key_variable";
                return Err(at(&self.access_key_id, format!("{id}: {problem}")));
            }
        };
        Ok(DeclaredKey { id, secret })
    }

    pub(super) fn variable(&self) -> Option<&str> {
        self.secret_access_key_variable.as_ref().map(|name| name.get_ref().as_str())
    }

    /// Its id and where its secret is.
    pub(super) fn shown(&self) -> String {
        let id = self.access_key_id.get_ref();
        match (&self.secret_access_key_file, &self.secret_access_key_variable) {
            (Some(file), _) => format!("{id}, its secret in {}", file.get_ref()),
            (None, Some(variable)) => format!("{id}, its secret in the variable {}", variable.get_ref()),
            (None, None) => format!("{id}, its secret hidden"),
        }
    }
}

impl fmt::Debug for DeclaredKeyTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeclaredKeyTable({})", self.shown())
    }
}
