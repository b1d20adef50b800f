//! Policies in the settings: their JSON as a text, or the file that has it.

use cairn_iam::Document;
use serde::Deserialize;
use toml::Spanned;

use super::{Mistake, at};

/// `[[accounts.users.inline_policies]]`, and of groups and roles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InlineTable {
    pub(super) name: Spanned<String>,
    document: Option<Spanned<String>>,
    document_file: Option<Spanned<String>>,
}

/// What a policy is for, and so what it must look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Identity,
    Trust,
}

impl InlineTable {
    pub(super) fn document(&self) -> Result<Document, Mistake> {
        document(&self.name, Form::Identity, (self.document.as_ref(), self.document_file.as_ref()))
    }
}

/// The policy of what is called `name`: its text stands here, or in the named file.
pub(super) fn document(
    name: &Spanned<String>,
    form: Form,
    (text, file): (Option<&Spanned<String>>, Option<&Spanned<String>>),
) -> Result<Document, Mistake> {
    let member = match form {
        Form::Identity => "document",
        Form::Trust => "trust_policy",
    };
    let (place, text) = match (text, file) {
        (Some(text), None) => (text, text.get_ref().clone()),
        (None, Some(file)) => {
            let read = std::fs::read_to_string(file.get_ref());
            (file, read.map_err(|error| at(file, format!("cannot read {}: {error}", file.get_ref())))?)
        }
        _ => {
            let problem = format!("{}: either {member} or {member}_file says the policy", name.get_ref());
            return Err(at(name, problem));
        }
    };
    let read = match form {
        Form::Identity => Document::identity(&text),
        Form::Trust => Document::trust(&text),
    };
    read.map_err(|error| at(place, format!("{}: {member}: {error}", name.get_ref())))
}
