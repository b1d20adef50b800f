//! An XML answer as a tree: elements, their texts, no attributes.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// An element. One that is not there is empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

static NOTHING: Element = Element { name: String::new(), text: String::new(), children: Vec::new() };

impl Element {
    /// Reads a document; gives its root.
    pub(super) fn read(xml: &[u8]) -> Result<Self, String> {
        let mut reader = Reader::from_reader(xml);
        let mut open: Vec<Self> = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| format!("the answer is no XML: {error}"))?;
            let last = open.last_mut().ok_or("the answer's XML ends before it began")?;
            match event {
                Event::Start(start) => {
                    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Event::Empty(empty) => {
                    let name = String::from_utf8_lossy(empty.local_name().as_ref()).into_owned();
                    last.children.push(Self { name, ..Self::default() });
                }
                Event::Text(text) => last.text.push_str(&text.decode().map_err(|error| error.to_string())?),
                Event::GeneralRef(name) => last.text.push_str(&meant(&name)?),
                Event::CData(data) => last.text.push_str(&data.decode().map_err(|error| error.to_string())?),
                Event::End(_) => {
                    let ended = open.pop().unwrap_or_default();
                    open.last_mut().ok_or("the answer's XML closes what was not open")?.children.push(ended);
                }
                Event::Eof => {
                    let root = if open.len() == 1 {
                        open.pop().and_then(|document| document.children.into_iter().next())
                    } else {
                        None
                    };
                    return root.ok_or_else(|| "the answer's XML ends too early".to_owned());
                }
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
            }
        }
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> &Self {
        self.children.iter().find(|child| child.name == name).unwrap_or(&NOTHING)
    }

    /// The text of the first child of this name.
    pub(super) fn text(&self, name: &str) -> &str {
        self.child(name).text.trim()
    }

    /// The items of a list.
    pub(super) fn members(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(|child| child.name == "member")
    }
}

/// What a reference such as `&amp;` stands for.
fn meant(reference: &BytesRef<'_>) -> Result<String, String> {
    let name = reference.decode().map_err(|error| error.to_string())?;
    let text = quick_xml::escape::unescape(&format!("&{name};")).map(std::borrow::Cow::into_owned);
    text.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_trees() {
        let xml = br#"<?xml version="1.0"?><R xmlns="x"><L><member><N>a&amp;b&#33;</N></member><member/></L><E/></R>"#;
        let root = Element::read(xml).unwrap();
        assert_eq!(root.child("L").members().map(|member| member.text("N")).collect::<Vec<_>>(), ["a&b!", ""]);
        assert_eq!((root.text("E"), root.child("None").text("N")), ("", ""));
        for broken in [&b"<a>"[..], b"", b"<a>&what;</a>", b"<a></b>"] {
            assert!(Element::read(broken).is_err(), "{broken:?}");
        }
    }
}
