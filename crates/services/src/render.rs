//! Values of the wire, with the names, kinds and markers of CloudTrail's records.

use serde_json::{Map, Value, json};

use crate::model::{Kind, List, Member, Model, Scalar, Structure};
use crate::moment::{TimeStyle, rendered};
use crate::secrets;
use crate::tables::ServiceTable;
use crate::wire::form::Node;
use crate::wire::xml::Element;

/// How one service's values are rendered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rendering<'a> {
    pub(crate) service: &'a ServiceTable,
    pub(crate) model: &'a Model,
    pub(crate) times: TimeStyle,
    /// Whether members begin with the letter that the API has.
    pub(crate) keeps_casing: bool,
    /// Whether secrets are shown; for learning only.
    pub(crate) shows_secrets: bool,
}

/// A name with its first letter in lower case.
pub(crate) fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase().to_string() + letters.as_str()).unwrap_or_default()
}

impl Rendering<'_> {
    /// A member's name in a record.
    pub(crate) fn name(&self, name: &str) -> String {
        if self.keeps_casing { name.to_owned() } else { lower_first(name) }
    }

    /// Whether the marker stands in the place of a member.
    pub(crate) fn hides(&self, member: &Member) -> bool {
        let is_sensitive = self.model.shape(member.shape).is_sensitive && !secrets::is_shown(member.name);
        !self.shows_secrets && (is_sensitive || secrets::is_secret(Some(self.service), member.name))
    }

    fn hides_beside(&self, member: &Member, structure: &Structure, sent: &Map<String, Value>) -> bool {
        !self.shows_secrets && secrets::is_secret_beside(self.service, member.name, structure, sent)
    }

    fn hides_name(&self, name: &str) -> bool {
        !self.shows_secrets && secrets::is_secret(Some(self.service), name)
    }

    /// A plain value, or the marker where its shape is sensitive.
    pub(crate) fn element(&self, shape: usize, text: &str) -> Value {
        if self.hides_shape(shape) { secrets::hidden() } else { self.scalar(self.model.scalar(shape), text) }
    }

    fn hides_shape(&self, shape: usize) -> bool {
        !self.shows_secrets && self.model.shape(shape).is_sensitive
    }

    /// A value of a JSON or CBOR body.
    pub(crate) fn json(&self, shape: usize, value: &Value) -> Value {
        match (&self.model.shape(shape).kind, value) {
            (Kind::Structure(structure), Value::Object(members)) if !structure.is_document => {
                Value::Object(self.json_members(structure, members))
            }
            (Kind::List(list), Value::Array(elements)) => {
                elements.iter().map(|element| self.json_element(list.element, element)).collect()
            }
            (Kind::Map(map), Value::Object(members)) => {
                members.iter().map(|(name, value)| (name.clone(), self.json_element(map.value, value))).collect()
            }
            (Kind::Plain(Scalar::Timestamp), value) => rendered(value, self.times),
            (_, value) => value.clone(),
        }
    }

    fn json_element(&self, shape: usize, value: &Value) -> Value {
        if self.hides_shape(shape) { secrets::hidden() } else { self.json(shape, value) }
    }

    fn json_members(&self, structure: &Structure, members: &Map<String, Value>) -> Map<String, Value> {
        let mut out = Map::new();
        for (name, value) in members.iter().filter(|(name, value)| *name != "__type" && !value.is_null()) {
            let known = structure.members.iter().find(|member| member.body_name() == name.as_str());
            let rendered = match known {
                Some(member) if self.hides(member) || self.hides_beside(member, structure, members) => {
                    secrets::hidden()
                }
                Some(member) => self.json(member.shape, value),
                None if self.hides_name(name) => secrets::hidden(),
                None => self.unknown(value),
            };
            out.insert(self.name(name), rendered);
        }
        out
    }

    /// A value that the model does not know.
    fn unknown(&self, value: &Value) -> Value {
        if self.shows_secrets { value.clone() } else { without_secrets(value) }
    }

    /// A value of an XML body.
    pub(crate) fn xml(&self, shape: usize, element: &Element) -> Value {
        match &self.model.shape(shape).kind {
            Kind::Structure(structure) => Value::Object(self.xml_members(structure, element)),
            Kind::List(list) => element.children.iter().map(|child| self.xml_element(list.element, child)).collect(),
            Kind::Map(map) => {
                let entries = element.children.iter();
                let (key, value) = (map.key_name.unwrap_or("key"), map.value_name.unwrap_or("value"));
                Value::Object(entries.filter_map(|entry| self.xml_entry(entry, key, value, map.value)).collect())
            }
            Kind::Plain(scalar) => self.scalar(*scalar, element.text.trim()),
        }
    }

    fn xml_element(&self, shape: usize, element: &Element) -> Value {
        if self.hides_shape(shape) { secrets::hidden() } else { self.xml(shape, element) }
    }

    fn xml_entry(&self, entry: &Element, key: &str, value: &str, shape: usize) -> Option<(String, Value)> {
        let key = entry.child_text(key)?.to_owned();
        Some((key, entry.child(value).map_or(Value::Null, |value| self.xml_element(shape, value))))
    }

    /// The members of a structure that are in the body.
    pub(crate) fn xml_members(&self, structure: &Structure, element: &Element) -> Map<String, Value> {
        let mut out = Map::new();
        for member in &structure.members {
            let value = if self.hides(member) && self.xml_member(member, element).is_some() {
                Some(secrets::hidden())
            } else {
                self.xml_member(member, element)
            };
            out.extend(value.map(|value| (self.name(member.name), value)));
        }
        out
    }

    fn xml_member(&self, member: &Member, element: &Element) -> Option<Value> {
        let name = member.body_name();
        if member.is_attribute {
            let name = name.rsplit(':').next().unwrap_or(name);
            return Some(json!(element.attribute(name)?));
        }
        match &self.model.shape(member.shape).kind {
            Kind::List(list) if list.is_flattened || member.is_flattened => {
                let name = list.element_name.filter(|_| member.place_name.is_none()).unwrap_or(name);
                let found: Vec<&Element> = element.all(name).collect();
                (!found.is_empty()).then(|| found.iter().map(|child| self.xml_element(list.element, child)).collect())
            }
            Kind::Map(map) if map.is_flattened || member.is_flattened => {
                let (key, value) = (map.key_name.unwrap_or("key"), map.value_name.unwrap_or("value"));
                let found: Map<String, Value> =
                    element.all(name).filter_map(|entry| self.xml_entry(entry, key, value, map.value)).collect();
                (!found.is_empty()).then_some(Value::Object(found))
            }
            Kind::Plain(_) | Kind::Structure(_) | Kind::List(_) | Kind::Map(_) => {
                element.child(name).map(|child| self.xml(member.shape, child))
            }
        }
    }

    /// A value of a query's parameters.
    pub(crate) fn form(&self, shape: usize, node: &Node) -> Value {
        match &self.model.shape(shape).kind {
            Kind::Structure(structure) => Value::Object(self.form_members(structure, node)),
            Kind::List(list) => self.form_list(list, node),
            Kind::Map(map) => {
                let mut out = Map::new();
                let (key, value) = (map.key_name.unwrap_or("key"), map.value_name.unwrap_or("value"));
                for (_, entry) in node.elements() {
                    let name = entry.get(key).and_then(|key| key.value.clone()).unwrap_or_default();
                    let value = entry.get(value).map_or(Value::Null, |value| self.form_element(map.value, value));
                    out.insert(name, value);
                }
                Value::Object(out)
            }
            Kind::Plain(scalar) => self.scalar(*scalar, node.value.as_deref().unwrap_or_default()),
        }
    }

    fn form_element(&self, shape: usize, node: &Node) -> Value {
        if self.hides_shape(shape) { secrets::hidden() } else { self.form(shape, node) }
    }

    fn form_list(&self, list: &List, node: &Node) -> Value {
        node.elements().into_iter().map(|(_, element)| self.form_element(list.element, element)).collect()
    }

    /// The members of a structure, and below it the parameters that the model does not know.
    pub(crate) fn form_members(&self, structure: &Structure, node: &Node) -> Map<String, Value> {
        let mut out = Map::new();
        for (name, child) in &node.children {
            let known = structure.members.iter().find(|member| self.form_names(member).any(|known| known == name));
            let (name, value) = match known {
                Some(member) if self.hides(member) => (member.name, secrets::hidden()),
                Some(member) => (member.name, self.form(member.shape, child)),
                None if self.hides_name(name) => (name.as_str(), secrets::hidden()),
                None => (name.as_str(), self.unknown(&child.plain())),
            };
            out.insert(self.name(name), value);
        }
        out
    }

    /// The names that a member may have in a query: its own, and that of the elements of a flattened list.
    fn form_names(&self, member: &Member) -> impl Iterator<Item = &'static str> {
        let list = self.model.list(member.shape).filter(|list| list.is_flattened || member.is_flattened);
        let elements = list.and_then(|list| list.element_name);
        [Some(member.body_name()), Some(member.name), elements].into_iter().flatten()
    }

    /// A text of the wire as the kind that the model says.
    pub(crate) fn scalar(&self, scalar: Scalar, text: &str) -> Value {
        match scalar {
            Scalar::Boolean => match text {
                "true" | "True" => json!(true),
                "false" | "False" => json!(false),
                _ => json!(text),
            },
            Scalar::Integer => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
            Scalar::Float => text.parse::<f64>().map_or_else(|_| json!(text), |number| json!(number)),
            Scalar::Timestamp => rendered(&json!(text), self.times),
            Scalar::Text | Scalar::Blob => json!(text),
        }
    }
}

/// A value of an unknown call, with the marker in the place of what looks like a secret.
pub(crate) fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let shown = members.iter().map(|(name, value)| {
                let is_secret = secrets::is_secret_anywhere(name);
                (name.clone(), if is_secret { secrets::hidden() } else { without_secrets(value) })
            });
            Value::Object(shown.collect())
        }
        Value::Array(elements) => elements.iter().map(without_secrets).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
