//! A condition on one text, ready to be decided: sorted values instead of a list to go through.

use std::cmp::Ordering;

use super::advanced::AdvancedFieldSelector;

/// How many values of a kind a description names.
const VALUES_SHOWN: usize = 3;

/// What a text must be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Condition {
    /// One of these; anything when absent.
    wanted: Option<Patterns>,
    /// None of these.
    excluded: Patterns,
}

/// Whole texts, beginnings and ends of texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Patterns {
    whole: Vec<Box<str>>,
    beginnings: Vec<Box<str>>,
    /// The bytes of each from its end.
    ends: Vec<Box<[u8]>>,
}

impl Condition {
    pub(super) fn of(selector: &AdvancedFieldSelector) -> Self {
        let AdvancedFieldSelector {
            equals, starts_with, ends_with, not_equals, not_starts_with, not_ends_with, ..
        } = selector;
        let is_wanted = equals.is_some() || starts_with.is_some() || ends_with.is_some();
        let patterns = |whole: &Option<Vec<String>>, beginnings: &Option<Vec<String>>, ends: &Option<Vec<String>>| {
            let of = |values: &Option<Vec<String>>| values.clone().unwrap_or_default();
            Patterns::new(&of(whole), &of(beginnings), &of(ends))
        };
        Self {
            wanted: is_wanted.then(|| patterns(equals, starts_with, ends_with)),
            excluded: patterns(not_equals, not_starts_with, not_ends_with),
        }
    }

    pub(super) fn is_one_of<T: AsRef<str>>(values: &[T]) -> Self {
        Self { wanted: Some(Patterns::new(values, &[], &[])), excluded: Patterns::default() }
    }

    pub(super) fn is_none_of<T: AsRef<str>>(values: &[T]) -> Self {
        Self { wanted: None, excluded: Patterns::new(values, &[], &[]) }
    }

    pub(super) fn begins_with_one_of<T: AsRef<str>>(values: &[T]) -> Self {
        Self { wanted: Some(Patterns::new(&[], values, &[])), excluded: Patterns::default() }
    }

    /// Whether a text meets the condition. One that is absent is none of anything.
    pub(super) fn holds(&self, text: Option<&str>) -> bool {
        match text {
            Some(text) => self.wanted.as_ref().is_none_or(|wanted| wanted.fit(text)) && !self.excluded.fit(text),
            None => self.wanted.is_none(),
        }
    }

    /// Whether every text that meets `other` meets this one too, as far as it can be shown.
    pub(super) fn includes(&self, other: &Self) -> bool {
        let wanted = match (&self.wanted, &other.wanted) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(others)) => own.include(others, &other.excluded),
        };
        let avoids = |text: &str| !other.holds(Some(text));
        wanted
            && self.excluded.whole.iter().all(|text| avoids(text))
            && self.excluded.beginnings.iter().all(|beginning| other.avoids_beginning(beginning))
            && self.excluded.ends.iter().all(|end| other.avoids_end(end))
    }

    /// Whether no text that begins so meets the condition, as far as it can be shown.
    fn avoids_beginning(&self, beginning: &str) -> bool {
        if self.excluded.beginnings.iter().any(|excluded| beginning.starts_with(&**excluded)) {
            return true;
        }
        let is_apart = |other: &str| !other.starts_with(beginning) && !beginning.starts_with(other);
        self.wanted.as_ref().is_some_and(|wanted| {
            let whole = wanted.whole.iter().all(|text| !text.starts_with(beginning) || self.excluded.fit(text));
            whole && wanted.ends.is_empty() && wanted.beginnings.iter().all(|other| is_apart(other))
        })
    }

    /// The same for an end.
    fn avoids_end(&self, end: &[u8]) -> bool {
        if self.excluded.ends.iter().any(|excluded| end.starts_with(excluded)) {
            return true;
        }
        let is_apart = |other: &[u8]| !other.starts_with(end) && !end.starts_with(other);
        let ends_so =
            |text: &str| end.len() <= text.len() && text.bytes().rev().take(end.len()).eq(end.iter().copied());
        self.wanted.as_ref().is_some_and(|wanted| {
            let whole = wanted.whole.iter().all(|text| !ends_so(text) || self.excluded.fit(text));
            whole && wanted.beginnings.is_empty() && wanted.ends.iter().all(|other| is_apart(other))
        })
    }

    /// Conditions that are met by the same texts together, each with one of the wanted patterns; none when there are
    /// not several.
    pub(super) fn alternatives(&self) -> Vec<Self> {
        let Some(wanted) = &self.wanted else { return Vec::new() };
        let with = |wanted: Patterns| Self { wanted: Some(wanted), excluded: self.excluded.clone() };
        let none = Patterns::default;
        let whole = wanted.whole.iter().map(|text| Patterns { whole: vec![text.clone()], ..none() });
        let beginnings = wanted.beginnings.iter().map(|text| Patterns { beginnings: vec![text.clone()], ..none() });
        let ends = wanted.ends.iter().map(|text| Patterns { ends: vec![text.clone()], ..none() });
        let all: Vec<Self> = whole.chain(beginnings).chain(ends).map(with).collect();
        if all.len() > 1 { all } else { Vec::new() }
    }

    /// Texts at which the condition's answer may change: those that it names, and longer ones.
    pub(super) fn telling_texts(&self) -> Vec<String> {
        let wanted = self.wanted.iter().flat_map(Patterns::telling_texts);
        self.excluded.telling_texts().chain(wanted).collect()
    }

    /// The condition in words, such as `is x or begins with y, and is not z`; nothing when there is none.
    pub(super) fn in_words(&self) -> Option<String> {
        let wanted = self.wanted.as_ref().map(|wanted| wanted.in_words(["is", "begins with", "ends with"], " or "));
        let excluded = self.excluded.in_words(["is not", "does not begin with", "does not end with"], " and ");
        match (wanted, excluded.is_empty()) {
            (None, true) => None,
            (None, false) => Some(excluded),
            (Some(wanted), true) => Some(wanted),
            (Some(wanted), false) => Some(format!("{wanted}, and {excluded}")),
        }
    }
}

impl Patterns {
    /// Whether each of `others` that is not in `excluded` fits a pattern here, as far as it can be shown.
    fn include(&self, others: &Self, excluded: &Self) -> bool {
        others.whole.iter().all(|text| excluded.fit(text) || self.fit(text))
            && others.beginnings.iter().all(|text| self.beginnings.iter().any(|own| text.starts_with(&**own)))
            && others.ends.iter().all(|end| self.ends.iter().any(|own| end.starts_with(own)))
    }

    fn telling_texts(&self) -> impl Iterator<Item = String> {
        let whole = self.whole.iter().map(ToString::to_string);
        let beginnings = self.beginnings.iter().flat_map(|text| [text.to_string(), format!("{text}~")]);
        let ends = self.ends.iter().filter_map(|end| forwards(end)).flat_map(|text| [format!("~{text}"), text]);
        whole.chain(beginnings).chain(ends)
    }

    fn in_words(&self, [is, begins, ends]: [&str; 3], between: &str) -> String {
        let listed = |verb: &str, texts: Vec<String>| {
            let mut words: Vec<String> = texts.iter().take(VALUES_SHOWN).map(|text| format!("{verb} {text}")).collect();
            let more = texts.len().saturating_sub(VALUES_SHOWN);
            words.extend((more > 0).then(|| format!("{verb} one of {more} more")));
            words
        };
        let plain = |texts: &[Box<str>]| texts.iter().map(ToString::to_string).collect();
        let ended = self.ends.iter().filter_map(|end| forwards(end)).collect();
        let (whole, beginnings) = (listed(is, plain(&self.whole)), listed(begins, plain(&self.beginnings)));
        [whole, beginnings, listed(ends, ended)].concat().join(between)
    }

    fn new<T: AsRef<str>>(whole: &[T], beginnings: &[T], ends: &[T]) -> Self {
        let mut whole: Vec<Box<str>> = whole.iter().map(|text| text.as_ref().into()).collect();
        whole.sort_unstable();
        let mut beginnings: Vec<Box<str>> = beginnings.iter().map(|text| text.as_ref().into()).collect();
        beginnings.sort_unstable();
        // Without those that begin with another one at most one can fit: the last that is not after the text.
        beginnings.dedup_by(|next, kept| next.starts_with(&**kept));
        let mut ends: Vec<Box<[u8]>> = ends.iter().map(|text| text.as_ref().bytes().rev().collect()).collect();
        ends.sort_unstable();
        ends.dedup_by(|next, kept| next.starts_with(kept));
        Self { whole, beginnings, ends }
    }

    fn fit(&self, text: &str) -> bool {
        is_in(&self.whole, text) || begins(&self.beginnings, text) || ends(&self.ends, text)
    }
}

/// An end as it is read.
fn forwards(end: &[u8]) -> Option<String> {
    String::from_utf8(end.iter().rev().copied().collect()).ok()
}

fn is_in(whole: &[Box<str>], text: &str) -> bool {
    match whole {
        [] => false,
        [only] => **only == *text,
        several => several.binary_search_by(|value| (**value).cmp(text)).is_ok(),
    }
}

fn begins(beginnings: &[Box<str>], text: &str) -> bool {
    let after = beginnings.partition_point(|beginning| **beginning <= *text);
    after.checked_sub(1).and_then(|last| beginnings.get(last)).is_some_and(|last| text.starts_with(&**last))
}

fn ends(ends: &[Box<[u8]>], text: &str) -> bool {
    let from_end = || text.bytes().rev();
    let after = ends.partition_point(|end| end.iter().copied().cmp(from_end()) != Ordering::Greater);
    let last = after.checked_sub(1).and_then(|last| ends.get(last));
    last.is_some_and(|end| end.len() <= text.len() && end.iter().copied().eq(from_end().take(end.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(json: &str) -> Condition {
        Condition::of(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn beginnings_and_ends_are_found_among_their_likes() {
        let beginnings = condition(r#"{"StartsWith":["ab","abc","b","ad",""]}"#);
        assert!(beginnings.holds(Some("")), "everything begins with nothing");
        let beginnings = condition(r#"{"StartsWith":["ab","abc","b","ad"]}"#);
        for (text, expected) in
            [("ab", true), ("abzz", true), ("ac", false), ("a", false), ("ad", true), ("é", false), ("", false)]
        {
            assert_eq!(beginnings.holds(Some(text)), expected, "{text}");
        }
        let ends = condition(r#"{"EndsWith":["/x","é","1/x","zz"]}"#);
        for (text, expected) in
            [("a/x", true), ("/x", true), ("x", false), ("café", true), ("z", false), ("zz", true), ("", false)]
        {
            assert_eq!(ends.holds(Some(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wanted_is_alternatives_and_what_is_excluded_is_all_excluded() {
        let both = condition(r#"{"Equals":["a"],"StartsWith":["b"],"NotEndsWith":["x"],"NotEquals":["bb"]}"#);
        for (text, expected) in [("a", true), ("b", true), ("bx", false), ("bb", false), ("c", false)] {
            assert_eq!(both.holds(Some(text)), expected, "{text}");
        }
        assert!(!both.holds(None));
        assert!(condition(r#"{"NotEquals":["a"]}"#).holds(None));
        assert!(!condition(r#"{"Equals":[]}"#).holds(Some("a")), "one of nothing is nothing");
        assert!(Condition::default().holds(None));
    }
}
