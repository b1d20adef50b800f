//! A rule of the policy language that a text breaks, and the place where it does.

/// What is wrong with a policy, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (line {line}, column {column}{})", if path.is_empty() { String::new() } else { format!(", {path}") })]
pub struct PolicyFault {
    /// The broken rule.
    pub reason: String,
    /// The element, such as `Statement[0].Effect`; empty for the text as a whole.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
}

/// The same while the text is read: the place in bytes, the path grown from its inner end.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) reason: String,
    path: String,
}

impl Fault {
    pub(crate) fn new(at: usize, reason: impl Into<String>) -> Self {
        Self { at, reason: reason.into(), path: String::new() }
    }

    /// The same, found inside the element `name`.
    pub(crate) fn within(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// With the place as a reader counts it.
    pub(crate) fn placed(self, text: &str) -> PolicyFault {
        let before = text.get(..self.at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        let line = before.matches('\n').count() + 1;
        PolicyFault { reason: self.reason, path: self.path, line, column }
    }
}

/// A part of the input as it may be shown: cut, and on one line.
pub(crate) fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(80).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start.escape_debug().to_string()
}
