//! A service model as botocore ships it, read as far as the tables need it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::{Map, Value};

const FILES: [&str; 2] = ["service-2.json", "service-2.json.gz"];

/// One service model, with the shapes numbered in the order in which its operations reach them.
pub(crate) struct Model {
    document: Value,
    numbers: HashMap<String, usize>,
    order: Vec<String>,
}

/// The newest model of each service, by the name of its folder.
pub(crate) fn newest(data: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for service in fs::read_dir(data)? {
        let service = service?;
        if !service.file_type()?.is_dir() {
            continue;
        }
        let mut versions: Vec<PathBuf> = fs::read_dir(service.path())?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter_map(|folder| FILES.iter().map(|file| folder.join(file)).find(|path| path.is_file()))
            .collect();
        versions.sort();
        if let Some(path) = versions.pop() {
            found.insert(service.file_name().to_string_lossy().into_owned(), path);
        }
    }
    Ok(found)
}

impl Model {
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut bytes = fs::read(path)?;
        if path.extension().is_some_and(|extension| extension == "gz") {
            let mut plain = Vec::new();
            GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
            bytes = plain;
        }
        let mut model = Self { document: serde_json::from_slice(&bytes)?, numbers: HashMap::new(), order: Vec::new() };
        model.number_shapes();
        Ok(model)
    }

    pub(crate) fn metadata(&self, member: &str) -> &str {
        text(self.document.get("metadata"), member)
    }

    /// `protocols`, or the one `protocol` of older models.
    pub(crate) fn protocols(&self) -> Vec<&str> {
        let all = self.document.pointer("/metadata/protocols").and_then(Value::as_array);
        match all {
            Some(all) => all.iter().filter_map(Value::as_str).collect(),
            None => vec![self.metadata("protocol")],
        }
    }

    /// Every operation, sorted by name.
    pub(crate) fn operations(&self) -> Vec<(&str, &Value)> {
        sorted(self.document.get("operations"))
    }

    /// Every shape that an operation's input or output reaches, in the order of the numbers.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.order.iter().map(|name| (name.as_str(), self.shape(name)))
    }

    /// Shapes that are exceptions, sorted by name.
    pub(crate) fn exceptions(&self) -> impl Iterator<Item = (&str, &Value)> {
        let all = sorted(self.document.get("shapes"));
        all.into_iter().filter(|(_, shape)| shape.get("exception").is_some() || shape.get("error").is_some())
    }

    /// The number of the shape that a reference names.
    pub(crate) fn number(&self, reference: Option<&Value>) -> Option<usize> {
        self.numbers.get(text(reference, "shape")).copied()
    }

    fn shape(&self, name: &str) -> &Value {
        self.document.get("shapes").and_then(|shapes| shapes.get(name)).unwrap_or(&Value::Null)
    }

    fn number_shapes(&mut self) {
        let mut order: Vec<String> = Vec::new();
        for (_, operation) in self.operations() {
            for side in ["input", "output"] {
                order.extend(operation.get(side).map(|reference| text(Some(reference), "shape").to_owned()));
            }
        }
        let mut next = 0;
        let mut numbers = HashMap::new();
        let mut reached: Vec<String> = Vec::new();
        while let Some(name) = order.get(next).cloned() {
            next += 1;
            if numbers.contains_key(&name) {
                continue;
            }
            numbers.insert(name.clone(), reached.len());
            order.extend(references(self.shape(&name)).map(|reference| text(Some(reference), "shape").to_owned()));
            reached.push(name);
        }
        (self.numbers, self.order) = (numbers, reached);
    }
}

fn references(shape: &Value) -> impl Iterator<Item = &Value> {
    let members = shape.get("members").and_then(Value::as_object).into_iter().flat_map(Map::values);
    members.chain(["member", "key", "value"].iter().filter_map(|part| shape.get(*part)))
}

/// Members of an object, sorted by name.
pub(crate) fn sorted(object: Option<&Value>) -> Vec<(&str, &Value)> {
    let mut members: Vec<(&str, &Value)> =
        object.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect();
    members.sort_by_key(|(name, _)| *name);
    members
}

/// A text member, empty when there is none.
pub(crate) fn text<'a>(object: Option<&'a Value>, member: &str) -> &'a str {
    object.and_then(|object| object.get(member)).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a member is `true`.
pub(crate) fn flag(object: &Value, member: &str) -> bool {
    object.get(member).and_then(Value::as_bool).unwrap_or_default()
}
