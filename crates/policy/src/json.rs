//! JSON with the place of each value, so that a fault can be pointed at.

use crate::fault::{Fault, shown};

/// A policy needs six levels.
const DEPTH_MAX: usize = 16;

/// A value and where it begins, in bytes.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) value: Value,
}

#[derive(Debug)]
pub(crate) enum Value {
    Text(String),
    /// As it was written.
    Number(String),
    Bool(bool),
    Null,
    List(Vec<Node>),
    Object(Vec<Member>),
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) at: usize,
    pub(crate) name: String,
    pub(crate) node: Node,
}

impl Node {
    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a string",
            Value::Number(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::Null => "null",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

impl Node {
    pub(crate) fn text(&self) -> Result<&str, Fault> {
        if let Value::Text(text) = &self.value {
            Ok(text)
        } else {
            Err(Fault::new(self.at, format!("expected a string, not {}", self.kind())))
        }
    }

    pub(crate) fn object(&self) -> Result<&[Member], Fault> {
        if let Value::Object(members) = &self.value {
            Ok(members)
        } else {
            Err(Fault::new(self.at, format!("expected an object, not {}", self.kind())))
        }
    }

    /// What a list holds, or else the value alone.
    pub(crate) fn each(&self) -> &[Self] {
        if let Value::List(nodes) = &self.value { nodes } else { std::slice::from_ref(self) }
    }
}

/// Reads one value with nothing behind it. A name twice in one object is refused: readers would differ about it.
pub(crate) fn read(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let node = reader.node()?;
    reader.space();
    if reader.at < text.len() { Err(reader.fault("the JSON text goes on behind its end")) } else { Ok(node) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, reason: impl Into<String>) -> Fault {
        Fault::new(self.at, reason)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, mark: u8) -> bool {
        self.space();
        let is_there = self.peek() == Some(mark);
        self.at += usize::from(is_there);
        is_there
    }

    fn node(&mut self) -> Result<Node, Fault> {
        self.space();
        let at = self.at;
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Value::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => self.word()?,
            None => return Err(self.fault("the JSON text ends too early")),
        };
        Ok(Node { at, value })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        if self.depth == DEPTH_MAX {
            return Err(self.fault(format!("nested deeper than {DEPTH_MAX} levels")));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, Fault> {
        let mut nodes = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(nodes));
        }
        loop {
            nodes.push(self.node()?);
            if self.take(b']') {
                return Ok(Value::List(nodes));
            }
            if !self.take(b',') {
                return Err(self.fault("expected a comma or the end of the list"));
            }
        }
    }

    fn object(&mut self) -> Result<Value, Fault> {
        let mut members: Vec<Member> = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            members.push(self.member(&members)?);
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.take(b',') {
                return Err(self.fault("expected a comma or the end of the object"));
            }
        }
    }

    fn member(&mut self, others: &[Member]) -> Result<Member, Fault> {
        self.space();
        let at = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.fault("expected a name in quotes"));
        }
        let name = self.text()?;
        if others.iter().any(|other| other.name == name) {
            return Err(Fault::new(at, format!("\"{}\" stands there twice", shown(&name))));
        }
        if !self.take(b':') {
            return Err(self.fault("expected a colon"));
        }
        Ok(Member { at, name, node: self.node()? })
    }

    fn text(&mut self) -> Result<String, Fault> {
        let mut is_escaped = false;
        let end = self.rest().bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        });
        let end = end.ok_or_else(|| self.fault("the string has no end"))?;
        let quoted = self.rest().get(..end + 2).unwrap_or_default();
        let text = serde_json::from_str(quoted).map_err(|_| self.fault("the string is not JSON"))?;
        self.at += end + 2;
        Ok(text)
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        let end = self.rest().bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest().len());
        let written = self.rest().get(..end).unwrap_or_default().to_owned();
        if serde_json::from_str::<serde_json::Number>(&written).is_err() {
            return Err(self.fault("the number is not JSON"));
        }
        self.at += end;
        Ok(Value::Number(written))
    }

    fn word(&mut self) -> Result<Value, Fault> {
        let words = [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)];
        let found = words.into_iter().find(|(word, _)| self.rest().starts_with(word));
        let (word, value) = found.ok_or_else(|| self.fault("expected a JSON value"))?;
        self.at += word.len();
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, line, column, reason) in [
            ("", 1, 1, "the JSON text ends too early"),
            ("{\"a\":1,\n  \"a\":2}", 2, 3, "\"a\" stands there twice"),
            ("[1,\n2", 2, 2, "expected a comma or the end of the list"),
            ("[1] x", 1, 5, "the JSON text goes on behind its end"),
            ("{a:1}", 1, 2, "expected a name in quotes"),
            ("[\"é\", 01]", 1, 7, "the number is not JSON"),
            ("[\"a\\\"]", 1, 2, "the string has no end"),
            ("[\"\\x\"]", 1, 2, "the string is not JSON"),
            ("[nil]", 1, 2, "expected a JSON value"),
            ("{\"a\" 1}", 1, 6, "expected a colon"),
        ] {
            let fault = read(text).unwrap_err().placed(text);
            assert_eq!((fault.line, fault.column, fault.reason.as_str()), (line, column, reason), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(16)).is_ok());
        let fault = read(&nested(17)).unwrap_err();
        assert_eq!((fault.at, fault.reason.as_str()), (16, "nested deeper than 16 levels"));
        assert!(read(&"[".repeat(1_000_000)).is_err());
    }

    #[test]
    fn values_keep_what_was_written() {
        let node = read(r#" {"n": 1.50, "t": "a\u00e9\"", "b": [true, false, null]} "#).unwrap();
        let Value::Object(members) = node.value else { panic!("{node:?}") };
        assert_eq!(node.at, 1);
        let kinds: Vec<_> = members.iter().map(|member| (member.name.as_str(), member.node.kind())).collect();
        assert_eq!(kinds, [("n", "a number"), ("t", "a string"), ("b", "a list")]);
        assert!(matches!(&members[0].node.value, Value::Number(written) if written == "1.50"));
        assert!(matches!(&members[1].node.value, Value::Text(text) if text == "aé\""));
    }
}
