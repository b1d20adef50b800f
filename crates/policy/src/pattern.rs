//! Texts with wildcards: `*` stands for any text, `?` for one character.

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Character(char),
    /// `?`
    One,
    /// `*`
    Run,
}

/// A pattern, ready to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    Anything,
    Exactly(Box<str>),
    Beginning(Box<str>),
    Glob(Box<[Token]>),
}

impl Pattern {
    pub(crate) fn new(tokens: &[Token]) -> Self {
        let literal = |tokens: &[Token]| {
            let characters = tokens.iter().map(|token| match token {
                Token::Character(character) => Some(*character),
                Token::One | Token::Run => None,
            });
            characters.collect::<Option<String>>().map(String::into_boxed_str)
        };
        match tokens {
            [Token::Run] => Self::Anything,
            [start @ .., Token::Run] if let Some(start) = literal(start) => Self::Beginning(start),
            _ => literal(tokens).map_or_else(|| Self::Glob(tokens.into()), Self::Exactly),
        }
    }

    /// With `*` and `?` as wildcards.
    pub(crate) fn with_wildcards(text: &str) -> Self {
        Self::new(&text.chars().map(Token::wild).collect::<Vec<_>>())
    }

    pub(crate) fn fits(&self, text: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Exactly(wanted) => **wanted == *text,
            Self::Beginning(start) => text.starts_with(&**start),
            Self::Glob(tokens) => glob(tokens, text),
        }
    }
}

impl Token {
    pub(crate) fn wild(character: char) -> Self {
        match character {
            '*' => Self::Run,
            '?' => Self::One,
            other => Self::Character(other),
        }
    }
}

/// Goes forward and, where it gets stuck, lets the last run take one character more: what earlier runs took need never
/// be looked at again.
pub(crate) fn glob(tokens: &[Token], text: &str) -> bool {
    let (mut at, mut rest) = (0, text.chars());
    let mut last_run = None;
    loop {
        let mut ahead = rest.clone();
        match (tokens.get(at), ahead.next()) {
            (Some(Token::Run), _) => {
                at += 1;
                last_run = Some((at, rest.clone()));
                continue;
            }
            (None, None) => return true,
            (Some(Token::One), Some(_)) => {
                (at, rest) = (at + 1, ahead);
                continue;
            }
            (Some(Token::Character(wanted)), Some(found)) if *wanted == found => {
                (at, rest) = (at + 1, ahead);
                continue;
            }
            (Some(Token::One | Token::Character(_)) | None, _) => {}
        }
        let Some((behind_run, mut longer)) = last_run.take() else { return false };
        if longer.next().is_none() {
            return false;
        }
        (at, rest) = (behind_run, longer.clone());
        last_run = Some((behind_run, longer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_any_text_and_for_one_character() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*a", "bababa", true),
            ("*a", "bab", false),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "acb", false),
            ("?", "é", true),
            ("?", "", false),
            ("??", "é", false),
            ("a?c*", "abc/d", true),
            ("**a**", "xay", true),
            ("", "", true),
            ("", "a", false),
            ("arn:aws:s3:::b/*/CloudTrail/*", "arn:aws:s3:::b/AWSLogs/1/CloudTrail/", true),
            ("arn:aws:s3:::b/*/CloudTrail/*", "arn:aws:s3:::b/AWSLogs/1/CloudTrail-Digest/", false),
        ] {
            assert_eq!(Pattern::with_wildcards(pattern).fits(text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_of_many_runs_takes_no_time() {
        let pattern = Pattern::with_wildcards(&"*a".repeat(500));
        assert!(!pattern.fits(&format!("{}b", "a".repeat(2000))));
    }
}
