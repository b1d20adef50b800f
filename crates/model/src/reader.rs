//! Reads one JSON value strictly and without building it (RFC 8259): what is wanted is borrowed, the rest is checked
//! and passed over. Two members of one name are refused, at any depth: parsers differ in which of them counts.

use std::borrow::Cow;
use std::collections::HashSet;

/// Arrays and objects in each other, at most.
const DEPTH_MAX: usize = 128;

/// Objects with more members look their names up in a set.
const NAMES_COMPARED_MAX: usize = 64;

/// A place in a text from which values are read one by one.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The names of the members of all objects that are open, outermost first, each with its fingerprint.
    names: Vec<&'a str>,
    fingerprints: Vec<u64>,
}

/// What is wrong where the reader stands. One byte, so that a result fits into a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("trailing characters")]
    Trailing,
    #[error("expected an object")]
    NoObject,
    #[error("expected an array")]
    NoArray,
    #[error("expected a string")]
    NoString,
    #[error("expected a value")]
    NoValue,
    #[error("expected a member's name")]
    NoName,
    #[error("expected `:`")]
    NoColon,
    #[error("expected `,` or the end of the object or array")]
    NoComma,
    #[error("the text ends too early")]
    Ends,
    #[error("nested too deeply")]
    TooDeep,
    #[error("duplicate field")]
    Duplicate,
    #[error("neither a number nor true, false or null")]
    NoScalar,
    #[error("half of a surrogate pair")]
    HalfPair,
    #[error("a control character in a string")]
    Control,
    #[error("a string does not end")]
    EndlessString,
    #[error("an unknown escape")]
    UnknownEscape,
}

/// An array or object that is open while its values are passed over.
struct Open {
    is_object: bool,
    names: Names,
}

/// The names of an object so far.
struct Names {
    /// Where they begin in the reader's list.
    first: usize,
    /// All of them, once they are many or one has an escape.
    set: Option<HashSet<String>>,
}

/// What stands between the quotes of a string.
#[derive(Clone, Copy)]
struct Contents<'a> {
    text: &'a str,
    is_escaped: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self::with_room(text, 64)
    }

    /// The same for a text whose open objects have about so many members together.
    pub(crate) fn with_room(text: &'a str, names: usize) -> Self {
        Self { text, at: 0, names: Vec::with_capacity(names), fingerprints: Vec::with_capacity(names) }
    }

    /// Bytes before the place where the reader stands.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// The next byte that is not white space.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.space();
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    fn take(&mut self, mark: u8) -> bool {
        let is_next = self.peek() == Some(mark);
        self.at += usize::from(is_next);
        is_next
    }

    /// Nothing may follow.
    pub(crate) fn end(&mut self) -> Result<(), Problem> {
        if self.peek().is_none() { Ok(()) } else { Err(Problem::Trailing) }
    }

    /// Reads an object; `member` reads the value of each name.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        if !self.take(b'{') {
            return Err(Problem::NoObject);
        }
        let mut names = self.names_of_new_object();
        if !self.take(b'}') {
            loop {
                let name = self.name(&mut names)?;
                member(self, &unescaped(name)?)?;
                if self.take(b'}') {
                    break;
                }
                self.comma()?;
            }
        }
        self.forget(&names);
        Ok(())
    }

    /// Reads an array; `value` reads each of its values.
    pub(crate) fn array(&mut self, mut value: impl FnMut(&mut Self) -> Result<(), Problem>) -> Result<(), Problem> {
        if !self.take(b'[') {
            return Err(Problem::NoArray);
        }
        if self.take(b']') {
            return Ok(());
        }
        loop {
            value(self)?;
            if self.take(b']') {
                return Ok(());
            }
            self.comma()?;
        }
    }

    /// A string, or a number or boolean by its text; none for null.
    pub(crate) fn scalar_text(&mut self) -> Result<Option<Cow<'a, str>>, Problem> {
        match self.peek() {
            Some(b'"') => {
                let contents = self.string_contents()?;
                unescaped(contents).map(Some)
            }
            Some(b'{' | b'[') => Err(Problem::NoString),
            _ => {
                let raw = self.scalar()?;
                Ok((raw != "null").then_some(Cow::Borrowed(raw)))
            }
        }
    }

    /// Whether the next value is null, which is then passed.
    pub(crate) fn null(&mut self) -> Result<bool, Problem> {
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        self.scalar().map(|_| true)
    }

    /// Checks the next value, passes it and gives its text.
    pub(crate) fn raw(&mut self) -> Result<&'a str, Problem> {
        self.space();
        let start = self.at;
        self.skip()?;
        Ok(self.since(start))
    }

    /// Checks the next value and passes it.
    pub(crate) fn skip(&mut self) -> Result<(), Problem> {
        match self.peek() {
            Some(b'{' | b'[') => self.skip_nested(),
            Some(b'"') => self.pass_string().map(drop),
            _ => self.scalar().map(drop),
        }
    }

    fn skip_nested(&mut self) -> Result<(), Problem> {
        let mut opened: Vec<Open> = Vec::with_capacity(8);
        loop {
            match self.peek() {
                Some(mark @ (b'{' | b'[')) => {
                    if opened.len() == DEPTH_MAX {
                        return Err(Problem::TooDeep);
                    }
                    self.at += 1;
                    opened.push(Open { is_object: mark == b'{', names: self.names_of_new_object() });
                    if !self.take(mark + 2) {
                        self.name_if_object(&mut opened)?;
                        continue;
                    }
                    self.close(&mut opened);
                }
                Some(b'"') => drop(self.pass_string()?),
                _ => drop(self.scalar()?),
            }
            while let Some(open) = opened.last() {
                if !self.take(if open.is_object { b'}' } else { b']' }) {
                    break;
                }
                self.close(&mut opened);
            }
            if opened.is_empty() {
                return Ok(());
            }
            self.comma()?;
            self.name_if_object(&mut opened)?;
        }
    }

    fn close(&mut self, opened: &mut Vec<Open>) {
        if let Some(open) = opened.pop() {
            self.forget(&open.names);
        }
    }

    fn name_if_object(&mut self, opened: &mut [Open]) -> Result<(), Problem> {
        match opened.last_mut() {
            Some(open) if open.is_object => self.name(&mut open.names).map(drop),
            _ => Ok(()),
        }
    }

    fn comma(&mut self) -> Result<(), Problem> {
        if self.take(b',') {
            return Ok(());
        }
        match self.peek() {
            Some(_) => Err(Problem::NoComma),
            None => Err(Problem::Ends),
        }
    }

    fn names_of_new_object(&self) -> Names {
        Names { first: self.names.len(), set: None }
    }

    fn forget(&mut self, names: &Names) {
        self.names.truncate(names.first);
        self.fingerprints.truncate(names.first);
    }

    /// Reads a member's name and the colon after it.
    fn name(&mut self, names: &mut Names) -> Result<Contents<'a>, Problem> {
        if self.peek() != Some(b'"') {
            return Err(Problem::NoName);
        }
        let name = self.string_contents()?;
        if !self.take(b':') {
            return Err(Problem::NoColon);
        }
        if self.is_known(names, name)? {
            return Err(Problem::Duplicate);
        }
        Ok(name)
    }

    /// Whether the object has a member of this name already; from now on it has.
    fn is_known(&mut self, names: &mut Names, name: Contents<'a>) -> Result<bool, Problem> {
        let before = self.names.get(names.first..).unwrap_or_default();
        if before.len() >= NAMES_COMPARED_MAX || name.is_escaped || names.set.is_some() {
            let plain = unescaped(name)?.into_owned();
            let set = names.set.get_or_insert_with(|| before.iter().map(|name| (*name).to_owned()).collect());
            return Ok(!set.insert(plain));
        }
        let fingerprint = fingerprint(name.text);
        let may_be_known = self.fingerprints.get(names.first..).unwrap_or_default().contains(&fingerprint);
        let is_known = may_be_known && before.contains(&name.text);
        self.names.push(name.text);
        self.fingerprints.push(fingerprint);
        Ok(is_known)
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A number or literal.
    fn scalar(&mut self) -> Result<&'a str, Problem> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        self.at += length.count();
        match self.since(start) {
            "" if rest.is_empty() => Err(Problem::Ends),
            "" => Err(Problem::NoValue),
            known @ ("null" | "true" | "false") => Ok(known),
            number if is_number(number.as_bytes()) => Ok(number),
            _ => {
                self.at = start;
                Err(Problem::NoScalar)
            }
        }
    }

    /// Checks a string, passes it and gives what stands between its quotes.
    fn string_contents(&mut self) -> Result<Contents<'a>, Problem> {
        let start = self.at + 1;
        let is_escaped = self.pass_string()?;
        let text = self.text.get(start..self.at - 1).unwrap_or_default();
        Ok(Contents { text, is_escaped })
    }

    /// Checks a string and passes it: whether it has escapes.
    fn pass_string(&mut self) -> Result<bool, Problem> {
        self.at += 1;
        let (bytes, mut is_escaped) = (self.text.as_bytes(), false);
        loop {
            self.at += plain_run(bytes.get(self.at..).unwrap_or_default());
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(is_escaped);
                }
                Some(b'\\') => {
                    is_escaped = true;
                    self.escape()?;
                }
                Some(_) => return Err(Problem::Control),
                None => return Err(Problem::EndlessString),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Problem> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        self.at += match rest {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => 6,
            _ => return Err(Problem::UnknownEscape),
        };
        Ok(())
    }
}

/// A string's text without its escapes.
fn unescaped(contents: Contents<'_>) -> Result<Cow<'_, str>, Problem> {
    if !contents.is_escaped {
        return Ok(Cow::Borrowed(contents.text));
    }
    match serde_json::from_str(&format!("\"{}\"", contents.text)) {
        Ok(text) => Ok(Cow::Owned(text)),
        Err(_) => Err(Problem::HalfPair),
    }
}

/// Equal for equal names, and seldom for others.
fn fingerprint(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let half = |part: &[u8; 4]| u64::from(u32::from_le_bytes(*part));
    let ends = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => half(first) << 32 | half(last),
            _ => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        },
    };
    ends.wrapping_add(bytes.len().rotate_left(48).try_into().unwrap_or_default())
}

/// How many bytes stand before the next quote, backslash or control character; all of them without one.
fn plain_run(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + usize::try_from(found.trailing_zeros() / 8).unwrap_or_default();
        }
    }
    let plain = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20)).count();
    words.len() * 8 + plain
}

/// The lowest bit that is set stands in the first byte that is a quote, a backslash or below 0x20 (Lamport's subtraction
/// over the eight bytes of a word: a borrow only disturbs bytes above one that was found).
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let (quotes, slashes) = (word ^ u64::from_ne_bytes([b'"'; 8]), word ^ u64::from_ne_bytes([b'\\'; 8]));
    let below = |word: u64, limit: u64| word.wrapping_sub(limit) & !word;
    (below(quotes, ONES) | below(slashes, ONES) | below(word, u64::from_ne_bytes([0x20; 8]))) & HIGHS
}

/// Whether a text is a number: `-`, digits without a leading zero, a fraction, an exponent.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    let (Some(_), true) = (text.first(), whole == 1 || (whole > 1 && text.first() != Some(&b'0'))) else {
        return false;
    };
    let mut rest = text.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or_default();
    }
    match rest.split_first() {
        None => true,
        Some((b'e' | b'E', exponent)) => {
            let exponent = exponent.strip_prefix(b"-").or(exponent.strip_prefix(b"+")).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Result<(), String> {
        let mut reader = Reader::new(text);
        let passed = reader.skip().and_then(|()| reader.end());
        passed.map_err(|problem| format!("{problem} at byte {}", reader.offset()))
    }

    #[test]
    fn what_is_json_passes() {
        for text in [
            r#"{"a":{"b":[1,-0.5,1e+9,{"b":[]},[{}],"x"]},"b":null,"":true}"#,
            " [ ] ",
            r#""\"\\\/\b\f\n\r\t\u00e9 é 漢字漢字漢字""#,
            "-0",
            "1234567890123456789012345678901234567890.5E-400",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, problem) in [
            ("", "the text ends too early at byte 0"),
            ("01", "neither a number nor true, false or null at byte 0"),
            ("[1,]", "expected a value at byte 3"),
            ("[1 2]", "expected `,` or the end of the object or array at byte 3"),
            ("{\"a\" 1}", "expected `:` at byte 5"),
            ("{\"a\":1,}", "expected a member's name at byte 7"),
            ("{1:1}", "expected a member's name at byte 1"),
            ("\"a\nb\"", "a control character in a string at byte 2"),
            ("\"abcdefghijkl\u{0}\"", "a control character in a string at byte 13"),
            (r#""\x""#, "an unknown escape at byte 1"),
            (r#""\u12g4""#, "an unknown escape at byte 1"),
            (r#""abc"#, "a string does not end at byte 4"),
            ("[[]", "the text ends too early at byte 3"),
            ("[}", "expected a value at byte 1"),
            ("{} x", "trailing characters at byte 3"),
            ("nul", "neither a number nor true, false or null at byte 0"),
        ] {
            assert_eq!(check(text), Err(problem.to_owned()), "{text}");
        }
    }

    #[test]
    fn two_members_of_one_name_are_refused_at_any_depth_and_in_any_spelling() {
        let many: Vec<String> = (0..1000).map(|n| format!(r#""name-{n}":{{"name-1":{n}}}"#)).collect();
        assert_eq!(check(&format!("{{{}}}", many.join(","))), Ok(()));
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"[{"x":[{"aaaaaaaaaaaa":1,"b":{"aaaaaaaaaaaa":1},"aaaaaaaaaaaa":2}]}]"#,
            r#"{"abc":1,"a\u0062c":2}"#,
            &format!(r#"{{{},"name-3":0}}"#, many.join(",")),
            &format!(r#"{{{},"name-999":0}}"#, many.join(",")),
        ] {
            assert!(check(text).unwrap_err().starts_with("duplicate field"), "{text}");
        }
        assert_eq!(check(r#"[{"a":1},{"a":2,"b":{"a":3}},{"a":{"a":{"a":4}}}]"#), Ok(()));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(check(&nested(DEPTH_MAX)), Ok(()));
        assert!(check(&nested(DEPTH_MAX + 1)).unwrap_err().starts_with("nested too deeply"));
    }

    #[test]
    fn every_byte_ends_a_plain_run_or_does_not_at_every_place() {
        for byte in 0..=255_u8 {
            for place in 0..20 {
                let mut bytes = [b'x'; 20];
                bytes[place] = byte;
                let is_special = byte == b'"' || byte == b'\\' || byte < 0x20;
                assert_eq!(plain_run(&bytes), if is_special { place } else { 20 }, "{byte} at {place}");
            }
        }
    }

    fn values() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            ".{0,20}".prop_map(Into::into),
        ];
        leaf.prop_recursive(6, 60, 10, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..10).prop_map(Into::into),
                prop::collection::btree_map(".{0,12}", inner, 0..10)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_that_serde_json_writes_passes(value in values(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            prop_assert_eq!(check(&text.unwrap()), Ok(()));
        }

        #[test]
        fn what_serde_json_refuses_is_refused_and_the_other_way_round_but_for_names(
            text in r#"[\[\]{}",:\\ua1e0.\-+ \ntrfalsn]{0,24}"#,
        ) {
            let ours = check(&text);
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text);
            if !ours.as_ref().is_err_and(|error| error.starts_with("duplicate field")) {
                prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours, theirs.err());
            }
        }
    }
}
