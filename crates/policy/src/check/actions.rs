//! Actions that nobody asks for.

use std::collections::BTreeMap;

use super::{Found, Statement};
use crate::fault::shown;
use crate::pattern::Pattern;

/// The actions that a server asks policies about, by service.
#[derive(Debug, Clone, Default)]
pub struct KnownActions {
    /// By the service's prefix: each action's name as it is written, and in lower case with its prefix.
    services: BTreeMap<String, Vec<(String, String)>>,
}

impl KnownActions {
    /// Takes pairs of a prefix and a name, such as `("cloudtrail", "StopLogging")`.
    pub fn new<'a>(actions: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut services: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (service, name) in actions {
            let service = service.to_ascii_lowercase();
            let whole = format!("{service}:{}", name.to_ascii_lowercase());
            services.entry(service).or_default().push((name.to_owned(), whole));
        }
        Self { services }
    }

    /// Whether an action of the service fits a pattern; `None` where the service is not known.
    fn has(&self, service: &str, pattern: &Pattern) -> Option<bool> {
        Some(self.services.get(service)?.iter().any(|(_, whole)| pattern.fits(whole)))
    }

    /// Whether the service is known.
    pub(super) fn knows(&self, service: &str) -> bool {
        self.services.contains_key(service)
    }

    /// The name that differs least from a mistyped one, if it is close.
    fn nearest(&self, service: &str, name: &str) -> Option<&str> {
        const CLOSE: usize = 3;
        let name = name.to_ascii_lowercase();
        let distance = |known: &str| distance(&known.to_ascii_lowercase(), &name);
        let all = self.services.get(service)?.iter().map(|(known, _)| (distance(known), known));
        all.min().filter(|(distance, _)| *distance < CLOSE).map(|(_, known)| known.as_str())
    }
}

/// How many characters must be put in, taken out or replaced to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, character) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((theirs, above), above_left) in other.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            let replaced = above_left + usize::from(character != *theirs);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

pub(super) fn check(statement: &Statement<'_>, known: &KnownActions, found: &mut Found) {
    for element in ["Action", "NotAction"] {
        for (node, text) in statement.texts(element) {
            let lower = text.to_ascii_lowercase();
            let Some((service, _)) = lower.split_once(':') else { continue };
            let name = text.split_once(':').map_or("", |(_, name)| name);
            match known.has(service, &Pattern::with_wildcards(&lower)) {
                Some(true) => {}
                Some(false) => {
                    let meant = known.nearest(service, name).map(|name| format!(": did you mean {name}?"));
                    let reason =
                        format!("{service} has no action that fits \"{}\"{}", shown(text), meant.unwrap_or_default());
                    found.error(node, statement.path_of(element), reason);
                }
                None => {
                    let reason =
                        format!("{service} is not a service of this server: \"{}\" has no effect here", shown(text));
                    found.note(node, statement.path_of(element), reason);
                }
            }
        }
    }
}
