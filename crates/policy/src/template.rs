//! Patterns with policy variables: `${aws:username}`, with a default as in `${aws:username, 'nobody'}`, and the
//! characters `${*}`, `${?}` and `${$}`, which stand for themselves.

use crate::fault::{Fault, shown};
use crate::pattern::{Pattern, Token};
use crate::request::Request;
use crate::truth::Truth;

/// How the characters of a text are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// `${…}` is a variable: since version 2012-10-17 of the language.
    pub(crate) variables: bool,
    /// Upper and lower case are the same.
    pub(crate) ignores_case: bool,
}

/// A text to compare with. What has no variables is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Template {
    Fixed(Pattern),
    Varying(Box<[Part]>, Reading),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Token(Token),
    Variable { key: Box<str>, default: Option<Box<str>> },
}

impl Template {
    /// # Errors
    /// A variable that is not well formed; `at` is where the text stands.
    pub(crate) fn parse(text: &str, reading: Reading, at: usize) -> Result<Self, Fault> {
        Ok(Self::of(parts(text, reading, at)?, reading))
    }

    pub(crate) fn of(parts: Vec<Part>, reading: Reading) -> Self {
        let tokens = parts.iter().map(|part| match part {
            Part::Token(token) => Some(*token),
            Part::Variable { .. } => None,
        });
        match tokens.collect::<Option<Vec<_>>>() {
            Some(tokens) => Self::Fixed(Pattern::new(&tokens)),
            None => Self::Varying(parts.into(), reading),
        }
    }

    /// Whether `text` fits, which is in lower case where case does not matter. A variable that the request does not
    /// have, and that has no default, fits nothing.
    pub(crate) fn fits(&self, text: &str, request: &Request<'_>) -> Truth {
        let (parts, reading) = match self {
            Self::Fixed(pattern) => return pattern.fits(text).into(),
            Self::Varying(parts, reading) => (parts, reading),
        };
        let mut tokens = Vec::with_capacity(parts.len() + 32);
        for part in parts {
            match part {
                Part::Token(token) => tokens.push(*token),
                Part::Variable { key, default } => {
                    let value = match (request.values(key), default) {
                        (Some([]), None) => return Truth::No,
                        (Some([]), Some(default)) => default,
                        (Some([value]), _) => value.as_str(),
                        // Nobody told, or nobody can say which of several is meant.
                        (None | Some(_), _) => return Truth::Unknown,
                    };
                    extend(&mut tokens, value, reading.ignores_case);
                }
            }
        }
        Pattern::new(&tokens).fits(text).into()
    }
}

fn extend(tokens: &mut Vec<Token>, text: &str, ignores_case: bool) {
    if ignores_case {
        tokens.extend(text.chars().flat_map(char::to_lowercase).map(Token::Character));
    } else {
        tokens.extend(text.chars().map(Token::Character));
    }
}

/// The parts of a text.
pub(crate) fn parts(text: &str, reading: Reading, at: usize) -> Result<Vec<Part>, Fault> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if reading.variables
            && let Some(behind) = rest.strip_prefix("${")
        {
            let refused = |reason: &str| Err(Fault::new(at, format!("{reason} in \"{}\"", shown(text))));
            let Some((inner, behind)) = split_variable(behind) else { return refused("a variable has no end") };
            let Some(part) = variable(inner) else { return refused("a variable is not well formed") };
            parts.push(part);
            rest = behind;
            continue;
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        if reading.wildcards {
            parts.push(Part::Token(Token::wild(character)));
        } else if reading.ignores_case {
            parts.extend(character.to_lowercase().map(|lower| Part::Token(Token::Character(lower))));
        } else {
            parts.push(Part::Token(Token::Character(character)));
        }
    }
    Ok(parts)
}

/// What stands before the closing brace, and what behind it. A default in quotes may have braces of its own.
fn split_variable(text: &str) -> Option<(&str, &str)> {
    let mut in_quotes = false;
    let end = text.find(|character| {
        in_quotes ^= character == '\'';
        character == '}' && !in_quotes
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

fn variable(inner: &str) -> Option<Part> {
    if let "*" | "?" | "$" = inner {
        return inner.chars().next().map(|character| Part::Token(Token::Character(character)));
    }
    let (key, default) = match inner.split_once(',') {
        None => (inner.trim(), None),
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            (key.trim(), Some(default).filter(|default| !default.contains('\'')).map(Box::from))
        }
    };
    let has_default = inner.contains(',');
    let is_key =
        key.contains(':') && key.chars().all(|character| !character.is_control() && !"${}'".contains(character));
    (is_key && has_default == default.is_some()).then(|| Part::Variable { key: key.to_lowercase().into(), default })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, Principal};

    const READING: Reading = Reading { wildcards: true, variables: true, ignores_case: false };

    fn fits(template: &str, text: &str) -> Truth {
        let mut context = Context::new();
        context.set("aws:username", "al*ce").absent("aws:userid").set_all("aws:TagKeys", ["a", "b"]);
        let principal = Principal::Anonymous;
        let request = Request::new(&principal, "s3:GetObject", "arn:aws:s3:::b/k", &context);
        Template::parse(template, READING, 0).unwrap().fits(text, &request)
    }

    #[test]
    fn variables_are_filled_in_and_what_they_hold_is_no_wildcard() {
        assert_eq!(fits("home/${aws:UserName}/*", "home/al*ce/x"), Truth::Yes);
        assert_eq!(fits("home/${aws:username}/*", "home/alice/x"), Truth::No);
        assert_eq!(fits("${*}${?}${$}{aws:username}", "*?${aws:username}"), Truth::Yes);
        assert_eq!(fits("${*}", "x"), Truth::No);
    }

    #[test]
    fn absent_variables_fit_nothing_but_their_defaults() {
        assert_eq!(fits("${aws:userid}", ""), Truth::No);
        assert_eq!(fits("${aws:userid, 'no}body'}", "no}body"), Truth::Yes);
        assert_eq!(fits("${aws:username, 'nobody'}", "nobody"), Truth::No);
        assert_eq!(fits("${aws:SourceVpc}", "vpc-1"), Truth::Unknown, "nobody told");
        assert_eq!(fits("${aws:SourceVpc, 'x'}", "x"), Truth::Unknown);
        assert_eq!(fits("${aws:TagKeys}", "a"), Truth::Unknown);
    }

    #[test]
    fn what_is_no_variable_is_refused_or_plain_in_the_old_version() {
        for bad in ["${aws:username", "${}", "${username}", "${aws:username, nobody}", "${aws:a'b}", "${aws:x,'a'b'}"] {
            assert!(Template::parse(bad, READING, 0).is_err(), "{bad}");
        }
        let old = Reading { variables: false, ..READING };
        assert_eq!(
            Template::parse("${aws:username}", old, 0).unwrap(),
            Template::Fixed(Pattern::Exactly("${aws:username}".into()))
        );
    }
}
