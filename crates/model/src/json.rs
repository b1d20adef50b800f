//! Finds the events in a text of JSON documents without building them.
//!
//! A text holds documents one after the other, on one line or many. Each is a `{"Records":[…]}` file, an array of
//! events, a single event, or a digest file. What is found are byte ranges: whether each is valid JSON inside is
//! for [`crate::EventFields::parse`] to say.

use std::ops::Range;

use memchr::{memchr, memchr2};

/// How deep and how long a document may be.
#[derive(Debug, Clone, Copy)]
pub struct JsonLimits {
    /// Nested arrays and objects.
    pub depth_max: usize,
    /// Commas and colons in one event, which bounds its values.
    pub marks_max: usize,
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self { depth_max: 64, marks_max: 200_000 }
    }
}

/// What is wrong with a document, and where in the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {offset}")]
pub struct JsonError {
    /// The rule that was broken.
    pub problem: &'static str,
    /// Bytes before the place.
    pub offset: usize,
}

/// One document of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// Events, each as a range of bytes in the text.
    Events(Vec<Range<usize>>),
    /// A digest file, told by its members and not by its name.
    Digest,
}

/// Iterates over the documents of a text. After an error it goes on at the next line that
/// begins with a bracket.
#[derive(Debug)]
pub struct Documents<'a> {
    text: &'a [u8],
    at: usize,
    limits: JsonLimits,
}

/// The documents of `text`, in order.
pub fn split_documents(text: &[u8], limits: JsonLimits) -> Documents<'_> {
    Documents { text, at: 0, limits }
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut scan = Scan { text: self.text, at: self.at, limits: self.limits };
        if scan.at == 0 && self.text.starts_with(b"\xef\xbb\xbf") {
            scan.at = 3;
        }
        scan.space();
        scan.peek()?;
        let start = scan.at;
        let found = scan.document();
        self.at = if found.is_ok() { scan.at } else { self.next_line_that_opens(start) };
        Some(found)
    }
}

impl Documents<'_> {
    /// The next line after `from` that begins a document; the lines of a document that is spread over several do not.
    fn next_line_that_opens(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(newline) = memchr(b'\n', self.text.get(at..).unwrap_or_default()) {
            at += newline + 1;
            if let Some(b'{' | b'[') = self.text.get(at) {
                return at;
            }
        }
        self.text.len()
    }
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    limits: JsonLimits,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn fail<T>(&self, problem: &'static str) -> Result<T, JsonError> {
        Err(JsonError { problem, offset: self.at })
    }

    fn document(&mut self) -> Result<Document, JsonError> {
        match self.peek() {
            Some(b'[') => self.events().map(Document::Events),
            Some(b'{') => self.object(),
            _ => self.fail("expected a JSON object or array"),
        }
    }

    /// An object: a file of `Records`, a digest, or an event itself.
    fn object(&mut self) -> Result<Document, JsonError> {
        let start = self.at;
        let (mut records, mut digest_marks, mut event_mark) = (None, 0, false);
        self.at += 1;
        self.space();
        while self.peek() != Some(b'}') {
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return self.fail("expected `:`");
            }
            self.at += 1;
            self.space();
            match self.text.get(key).unwrap_or_default() {
                br#""Records""# if self.peek() == Some(b'[') && records.is_none() => records = Some(self.events()?),
                name => {
                    digest_marks += usize::from(matches!(name, br#""digestS3Object""# | br#""digestEndTime""#));
                    event_mark |= name == br#""eventTime""#;
                    self.value(1)?;
                }
            }
            self.comma(b'}')?;
        }
        self.at += 1;
        match records {
            Some(events) if !event_mark => Ok(Document::Events(events)),
            None if digest_marks == 2 && !event_mark => Ok(Document::Digest),
            _ => Ok(Document::Events(std::iter::once(start..self.at).collect())),
        }
    }

    /// An array of events.
    fn events(&mut self) -> Result<Vec<Range<usize>>, JsonError> {
        let mut events = Vec::new();
        self.at += 1;
        self.space();
        while self.peek() != Some(b']') {
            let start = self.at;
            self.value(0)?;
            events.push(start..self.at);
            self.comma(b']')?;
        }
        self.at += 1;
        Ok(events)
    }

    /// After a member: a comma and another member, or the end.
    fn comma(&mut self, end: u8) -> Result<(), JsonError> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space();
                if self.peek() == Some(end) { self.fail("expected a value after `,`") } else { Ok(()) }
            }
            Some(mark) if mark == end => Ok(()),
            Some(_) => self.fail("expected `,` or the end of the object or array"),
            None => self.fail("the document ends too early"),
        }
    }

    /// Moves past one value, counting brackets; strings are skipped whole.
    fn value(&mut self, depth_before: usize) -> Result<(), JsonError> {
        let (mut depth, mut marks) = (depth_before, 0);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'{' | b'[') => {
                    depth += 1;
                    if depth > self.limits.depth_max {
                        return self.fail("nested too deeply");
                    }
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    if depth == depth_before {
                        return self.fail("expected a value");
                    }
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b':') if depth > depth_before => {
                    marks += 1;
                    if marks > self.limits.marks_max {
                        return self.fail("too many values");
                    }
                    self.at += 1;
                    continue;
                }
                Some(b' ' | b'\t' | b'\n' | b'\r') => {
                    self.space();
                    continue;
                }
                Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => self.scalar(),
                Some(_) => return self.fail("unexpected character"),
                None => return self.fail("the document ends too early"),
            }
            if depth == depth_before {
                return Ok(());
            }
        }
    }

    fn scalar(&mut self) {
        while let Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') = self.peek() {
            self.at += 1;
        }
    }

    /// Moves past a string and gives its range, quotes included.
    fn string(&mut self) -> Result<Range<usize>, JsonError> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.fail("expected a string");
        }
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                Some(n) if rest.get(n) == Some(&b'"') => {
                    self.at += n + 1;
                    return Ok(start..self.at);
                }
                Some(n) => self.at += n + 2,
                None => {
                    self.at = self.text.len();
                    return self.fail("a string does not end");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Result<Vec<String>, JsonError>> {
        let cut = |ranges: Vec<Range<usize>>| ranges.into_iter().map(|r| text.get(r).unwrap().to_owned()).collect();
        split_documents(text.as_bytes(), JsonLimits::default())
            .map(|document| {
                document.map(|document| match document {
                    Document::Events(ranges) => cut(ranges),
                    Document::Digest => vec!["digest".to_owned()],
                })
            })
            .collect()
    }

    fn all(text: &str) -> Vec<Vec<String>> {
        found(text).into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn records_files_lines_arrays_and_single_events_are_told_apart() {
        assert_eq!(all(r#"{"Records":[{"a":"}]"}, {"b":[1,2]}]}"#), [[r#"{"a":"}]"}"#, r#"{"b":[1,2]}"#]]);
        assert_eq!(all("{\"a\":1}\n{\"a\":2}\n"), [[r#"{"a":1}"#], [r#"{"a":2}"#]]);
        assert_eq!(all(r#"[{"a":1},{"a":2}]"#), [[r#"{"a":1}"#, r#"{"a":2}"#]]);
        assert_eq!(all("{\"Records\":[]}{\"Records\":[{}]}"), [vec![], vec!["{}".to_owned()]]);
        assert_eq!(all("  \n"), Vec::<Vec<String>>::new());
        assert_eq!(all("\u{feff}{}"), [["{}"]]);
    }

    #[test]
    fn a_digest_is_told_by_its_members() {
        assert_eq!(all(r#"{"digestS3Object":"k","digestEndTime":"t","logFiles":[]}"#), [["digest"]]);
        let event = r#"{"eventTime":"t","digestS3Object":"k","digestEndTime":"t"}"#;
        assert_eq!(all(event), [[event]]);
    }

    #[test]
    fn escaped_quotes_do_not_end_a_string() {
        let event = r#"{"a\"b":"c\\","d":"\\\"]"}"#;
        assert_eq!(all(event), [[event]]);
    }

    #[test]
    fn a_bad_line_is_reported_and_the_next_is_read() {
        let lines = found("{\"a\":1}\n{\"a\":\n{\"a\":3}\nnonsense\n{\"a\":4}");
        let good: Vec<_> = lines.iter().flatten().flatten().collect();
        assert_eq!(good, [r#"{"a":1}"#, r#"{"a":3}"#, r#"{"a":4}"#]);
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(found(&deep)[0].as_ref().unwrap_err().problem, "nested too deeply");
        let wide = format!(r#"{{"Records":[[{}0]]}}"#, "0,".repeat(200_001));
        assert_eq!(found(&wide)[0].as_ref().unwrap_err().problem, "too many values");
        assert!(found(r#"{"a":"#)[0].is_err());
        assert!(found(r#"{"a"}"#)[0].is_err());
        assert!(found(r#"{"Records":[{},]}"#)[0].is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic_and_to_the_end(text in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _count = split_documents(&text, JsonLimits::default()).count();
        }

        #[test]
        fn json_like_text_is_read_without_panic(text in r#"[\[\]{}",:\\a1 \n]{0,80}"#) {
            let _count = split_documents(text.as_bytes(), JsonLimits::default()).count();
        }
    }
}
