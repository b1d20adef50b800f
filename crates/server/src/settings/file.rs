//! Reads `cairn.toml`: every value with the line on which it stands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_iam::Declaration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::{
    AccountTable, BucketTable, CaptureTable, EndpointTable, LIST, OidcProviderTable, ProtectedTable, Setting, declared,
};

/// What the file says.
#[derive(Default)]
pub(super) struct FileSettings {
    pub(super) values: Vec<(&'static Setting, String, usize)>,
    pub(super) accounts: Vec<AccountTable>,
    pub(super) declarations: Vec<Declaration>,
    pub(super) buckets: Vec<BucketTable>,
    pub(super) captures: Vec<CaptureTable>,
    pub(super) protected_trails: Vec<ProtectedTable>,
    pub(super) endpoints: Vec<EndpointTable>,
    pub(super) oidc_providers: Vec<OidcProviderTable>,
}

/// What is wrong with the file, and where.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("cannot read the settings file {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: std::io::Error },
    #[error("{}:{line}: {problem}", path.display())]
    Wrong { path: PathBuf, line: usize, problem: String },
}

/// Reads the settings file at `path`. Its secrets may be in variables of `environment`.
pub(super) fn read(path: &Path, environment: &BTreeMap<String, String>) -> Result<FileSettings, FileError> {
    let text =
        std::fs::read_to_string(path).map_err(|reason| FileError::Unreadable { path: path.to_owned(), reason })?;
    let place = Place { path, text: &text };
    let root = DeTable::parse(&text).map_err(|e| place.toml(&e))?;
    let mut read = FileSettings::default();
    for (name, value) in root.into_inner() {
        match name.get_ref().as_ref() {
            "accounts" => {
                read.accounts = place.tables(value)?;
                let declarations = declared::read(&read.accounts, environment);
                read.declarations = declarations.map_err(|(offset, problem)| place.wrong(offset, problem))?;
            }
            "buckets" => read.buckets = place.tables(value)?,
            "capture" => {
                let offset = name.span().start;
                read.captures = place.tables(value)?;
                let checked = read.captures.iter().try_for_each(CaptureTable::check);
                checked.map_err(|problem| place.wrong(offset, problem))?;
            }
            "protected_trails" => {
                let offset = name.span().start;
                read.protected_trails = place.tables(value)?;
                let checked = read.protected_trails.iter().try_for_each(ProtectedTable::check);
                checked.map_err(|problem| place.wrong(offset, problem))?;
            }
            "endpoints" => {
                let offset = name.span().start;
                read.endpoints = place.tables(value)?;
                let checked = read.endpoints.iter().try_for_each(EndpointTable::check);
                checked.map_err(|problem| place.wrong(offset, problem))?;
            }
            "oidc_providers" => {
                let offset = name.span().start;
                read.oidc_providers = place.tables(value)?;
                let checked = OidcProviderTable::check_all(&read.oidc_providers);
                checked.map_err(|problem| place.wrong(offset, problem))?;
            }
            key => place.setting(key, name.span().start, &value, &mut read)?,
        }
    }
    Ok(read)
}

struct Place<'t> {
    path: &'t Path,
    text: &'t str,
}

impl Place<'_> {
    fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|b| *b == b'\n').count()
    }

    fn wrong(&self, offset: usize, problem: String) -> FileError {
        FileError::Wrong { path: self.path.to_owned(), line: self.line(offset), problem }
    }

    fn toml(&self, error: &toml::de::Error) -> FileError {
        self.wrong(error.span().map_or(0, |span| span.start), error.message().to_owned())
    }

    fn tables<T: DeserializeOwned>(&self, value: Spanned<DeValue<'_>>) -> Result<Vec<T>, FileError> {
        Vec::deserialize(ValueDeserializer::from(value)).map_err(|e| self.toml(&e))
    }

    /// A value, or a table of values whose keys are joined by dots.
    fn setting(
        &self,
        key: &str,
        offset: usize,
        value: &Spanned<DeValue<'_>>,
        read: &mut FileSettings,
    ) -> Result<(), FileError> {
        let text = match value.get_ref() {
            DeValue::Table(table) => {
                for (name, value) in table {
                    self.setting(&format!("{key}.{}", name.get_ref()), name.span().start, value, read)?;
                }
                return Ok(());
            }
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().replace('_', ""),
            DeValue::Float(number) => number.as_str().replace('_', ""),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(_) | DeValue::Array(_) => {
                return Err(self.wrong(offset, format!("`{key}` must be a text or a number")));
            }
        };
        let Some(row) = LIST.iter().find(|row| row.key == key) else {
            return Err(self.wrong(offset, format!("`{key}` is not a setting")));
        };
        (row.check)(&text).map_err(|problem| self.wrong(offset, format!("`{key}`: {problem}")))?;
        read.values.push((row, text, self.line(offset)));
        Ok(())
    }
}
