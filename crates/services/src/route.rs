//! Which REST operation a method, a path, a query and headers mean.

use http::HeaderMap;

use crate::model::{Model, Operation, Place};
use crate::query_string::Pairs;

/// The URI of an operation: `/{Bucket}/{Key+}?uploads`.
#[derive(Debug)]
pub(crate) struct UriPattern {
    #[cfg(test)]
    text: &'static str,
    segments: Vec<Segment>,
    ends_with_slash: bool,
    /// Members that the query must have, with the value where one is fixed.
    query: Vec<(&'static str, Option<&'static str>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    Label(&'static str),
    /// One or more segments.
    Greedy(&'static str),
}

/// What the labels of a path stand for, still percent-encoded.
pub(crate) type Captures = Vec<(&'static str, String)>;

impl UriPattern {
    pub(crate) fn parse(uri: &'static str) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let segments = path.split('/').filter(|segment| !segment.is_empty()).map(|segment| {
            let label = segment.strip_prefix('{').and_then(|label| label.strip_suffix('}'));
            match label {
                Some(label) => label.strip_suffix('+').map_or(Segment::Label(label), Segment::Greedy),
                None => Segment::Literal(segment),
            }
        });
        let query = query.split('&').filter(|member| !member.is_empty()).map(|member| {
            member.split_once('=').map_or((member, None), |(name, value)| (name, Some(value).filter(|v| !v.is_empty())))
        });
        Self {
            #[cfg(test)]
            text: uri,
            segments: segments.collect(),
            ends_with_slash: path.ends_with('/'),
            query: query.collect(),
        }
    }

    /// What the labels stand for, if the path fits.
    pub(crate) fn captures(&self, path: &[&str]) -> Option<Captures> {
        let mut captures = Vec::new();
        let mut rest = path;
        for (index, segment) in self.segments.iter().enumerate() {
            let (first, behind) = rest.split_first()?;
            match segment {
                Segment::Literal(literal) => (literal == first).then_some(())?,
                Segment::Label(label) => {
                    (!first.is_empty()).then_some(())?;
                    captures.push((*label, (*first).to_owned()));
                }
                Segment::Greedy(label) => {
                    let after = self.segments.len() - index - 1;
                    let (taken, left) = rest.split_at_checked(rest.len().checked_sub(after)?)?;
                    (!taken.is_empty()).then_some(())?;
                    captures.push((*label, taken.join("/")));
                    rest = left;
                    continue;
                }
            }
            rest = behind;
        }
        rest.is_empty().then_some(captures)
    }

    fn query_fits(&self, query: &Pairs) -> bool {
        self.query.iter().all(|(name, value)| {
            query.iter().any(|(other, given)| other == name && value.is_none_or(|value| value == given))
        })
    }

    /// The pattern as the model has it.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &'static str {
        self.text
    }

    /// The names of the members that the query must have.
    #[cfg(test)]
    pub(crate) fn fixed_query(&self) -> impl Iterator<Item = &'static str> {
        self.query.iter().map(|(name, _)| *name)
    }

    /// How many segments are spelled out.
    fn literals(&self) -> usize {
        self.segments.iter().filter(|segment| matches!(segment, Segment::Literal(_))).count()
    }

    fn has_greedy(&self) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Greedy(_)))
    }
}

/// How well an operation fits; the greatest is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    literals: usize,
    has_no_greedy: bool,
    fixed_query: usize,
    /// Whether every required header and query member is there.
    is_complete: bool,
    required: usize,
    /// Whether the path ends with a slash where the pattern does, and only there.
    ends_alike: bool,
}

/// A request as far as routes look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// Split at the slashes, without empty segments at either end.
    pub(crate) path: &'a [&'a str],
    pub(crate) ends_with_slash: bool,
    pub(crate) query: &'a Pairs,
    pub(crate) headers: &'a HeaderMap,
}

/// The operation of `model` that fits best, what its labels stand for, and how well it fits.
pub(crate) fn find<'a>(model: &'a Model, asked: &Asked<'_>) -> Option<(&'a Operation, Captures, Fit)> {
    let mut best: Option<(&Operation, Captures, Fit)> = None;
    for operation in model.operations().filter(|operation| operation.method == asked.method) {
        if !operation.uri.query_fits(asked.query) {
            continue;
        }
        let Some(captures) = operation.uri.captures(asked.path) else { continue };
        let fit = fit(model, operation, asked);
        if best.as_ref().is_none_or(|(_, _, other)| fit > *other) {
            best = Some((operation, captures, fit));
        }
    }
    best
}

fn fit(model: &Model, operation: &Operation, asked: &Asked<'_>) -> Fit {
    let (mut required, mut met) = (0, 0);
    for member in model.members(operation.input).iter().filter(|member| member.is_required) {
        let name = member.body_name();
        let is_met = match member.place {
            Place::Header => asked.headers.contains_key(name),
            Place::Query => asked.query.iter().any(|(other, _)| other == name),
            Place::Body | Place::Headers | Place::Path | Place::StatusCode => continue,
        };
        required += 1;
        met += usize::from(is_met);
    }
    Fit {
        is_complete: required == met,
        literals: operation.uri.literals(),
        has_no_greedy: !operation.uri.has_greedy(),
        fixed_query: operation.uri.query.len(),
        required,
        ends_alike: operation.uri.ends_with_slash == asked.ends_with_slash,
    }
}

/// A path split at its slashes, as `find` wants it.
pub(crate) fn split(path: &str) -> Vec<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() { Vec::new() } else { path.split('/').collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(uri: &'static str, path: &str) -> Option<Captures> {
        UriPattern::parse(uri).captures(&split(path))
    }

    #[test]
    fn labels_take_one_segment_and_greedy_labels_take_all_that_is_left() {
        let one = captured("/v1/{Name}/tags", "/v1/a%2Fb/tags/").unwrap();
        assert_eq!(one, [("Name", "a%2Fb".to_owned())]);
        let greedy = captured("/{Bucket}/{Key+}", "/photos/2026/may//1.jpg").unwrap();
        assert_eq!(greedy, [("Bucket", "photos".to_owned()), ("Key", "2026/may//1.jpg".to_owned())]);
        let inside = captured("/a/{Path+}/end", "/a/b/c/end").unwrap();
        assert_eq!(inside, [("Path", "b/c".to_owned())]);
    }

    #[test]
    fn other_paths_do_not_fit() {
        for path in ["/", "/v1", "/v1//tags", "/v1/a/tags/more", "/v2/a/tags"] {
            assert_eq!(captured("/v1/{Name}/tags", path), None, "{path}");
        }
        assert_eq!(captured("/a/{Path+}/end", "/a/end"), None);
    }

    #[test]
    fn a_fixed_query_member_must_be_there_with_its_value() {
        let pattern = UriPattern::parse("/{Bucket}?list-type=2");
        let pairs = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert!(pattern.query_fits(&pairs("list-type", "2")));
        assert!(!pattern.query_fits(&pairs("list-type", "1")));
        assert!(!pattern.query_fits(&Vec::new()));
    }
}
