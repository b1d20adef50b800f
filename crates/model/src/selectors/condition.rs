//! A condition on one text, ready to be decided: sorted values instead of a list to go through.

use std::cmp::Ordering;

use super::advanced::AdvancedFieldSelector;

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
}

impl Patterns {
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
