//! XML bodies as trees.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};

use super::DEPTH_MAX;

/// An element. Names are without their prefix.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    /// The text directly in it.
    pub(crate) text: String,
}

/// The root element, or of a document that is cut off or broken what stands before the break.
pub(crate) fn read(bytes: &[u8]) -> Option<Element> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<Element> = Vec::new();
    let mut too_deep = 0_usize;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(_) if open.len() >= DEPTH_MAX => too_deep += 1,
            Event::Start(start) => open.push(Element::begun(&start)),
            Event::Empty(start) => {
                let element = Element::begun(&start);
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => return Some(element),
                }
            }
            Event::End(_) if too_deep > 0 => too_deep -= 1,
            Event::End(_) => {
                let element = open.pop()?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => return Some(element),
                }
            }
            Event::Text(text) => append(&mut open, &text.decode().unwrap_or_default()),
            Event::CData(text) => append(&mut open, &text.decode().unwrap_or_default()),
            Event::GeneralRef(name) => {
                let name = name.decode().unwrap_or_default();
                let text = quick_xml::escape::unescape(&format!("&{name};")).map(std::borrow::Cow::into_owned);
                append(&mut open, &text.unwrap_or_default());
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    close(open)
}

/// Puts the elements that were never closed into each other. The innermost may be cut in the middle of its text, and
/// half a key is another key: without children it is left out.
fn close(mut open: Vec<Element>) -> Option<Element> {
    if open.len() > 1 && open.last().is_some_and(|last| last.children.is_empty()) {
        open.pop();
    }
    let mut inner = open.pop()?;
    while let Some(mut outer) = open.pop() {
        outer.children.push(inner);
        inner = outer;
    }
    Some(inner)
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

impl Element {
    fn begun(start: &BytesStart<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let attributes = start.attributes().filter_map(Result::ok).map(|attribute| {
            let value = text(&attribute.value);
            let plain = quick_xml::escape::unescape(&value).map(std::borrow::Cow::into_owned);
            (text(attribute.key.local_name().as_ref()), plain.unwrap_or(value))
        });
        Self {
            name: text(start.local_name().as_ref()),
            attributes: attributes.collect(),
            children: Vec::new(),
            text: String::new(),
        }
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name.
    pub(crate) fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim())
    }

    /// An attribute by its name without prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The first element of a name in the whole tree.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// The tree as CloudTrail shows XML that it takes over as it is: attributes and children side by side, what occurs
    /// more than once as a list, numbers and truth values by their looks.
    pub(crate) fn plain(&self) -> Value {
        if self.children.is_empty() && self.attributes.is_empty() {
            return guessed(self.text.trim());
        }
        let mut members = Map::new();
        for (name, value) in &self.attributes {
            members.insert(name.clone(), json!(value));
        }
        for child in &self.children {
            let value = child.plain();
            match members.get_mut(&child.name) {
                None => drop(members.insert(child.name.clone(), value)),
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = json!([first.take(), value]),
            }
        }
        if self.children.is_empty() && !self.text.trim().is_empty() {
            members.insert("content".to_owned(), guessed(self.text.trim()));
        }
        Value::Object(members)
    }
}

/// A number or a truth value if it looks like one, else the text.
pub(crate) fn guessed(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => json!(number),
            _ => json!(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_what_records_show() {
        let body = br#"<?xml version="1.0"?><Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>
            <Tag><Key>a&amp;b</Key><Value>true</Value></Tag><Tag><Key>n</Key><Value>7</Value></Tag></TagSet></Tagging>"#;
        let root = read(body).unwrap();
        assert_eq!(root.name, "Tagging");
        let tags = json!([{"Key": "a&b", "Value": true}, {"Key": "n", "Value": 7}]);
        assert_eq!(root.plain(), json!({"xmlns": "http://s3.amazonaws.com/doc/2006-03-01/", "TagSet": {"Tag": tags}}));
    }

    #[test]
    fn a_document_that_is_cut_off_gives_what_stands_before() {
        let root = read(b"<a><b>1</b><c><d>2</d><e>3").unwrap();
        assert_eq!(root.plain(), json!({"b": 1, "c": {"d": 2}}));
        assert_eq!(read(b"no document"), None);
        assert_eq!(read(b"</a>"), None);
        assert!(read(&b"<a>".repeat(100_000)).is_some());
    }
}
