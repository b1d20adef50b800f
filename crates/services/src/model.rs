//! One service's operations and shapes, as the tables describe them.

use std::collections::HashMap;

use crate::route::UriPattern;

/// The operations and shapes of a service.
#[derive(Debug, Default)]
pub(crate) struct Model {
    operations: Vec<Operation>,
    by_name: HashMap<&'static str, usize>,
    shapes: Vec<Shape>,
    exception_of_code: HashMap<&'static str, &'static str>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// `ListObjectsV2`
    pub(crate) name: &'static str,
    /// `GET`
    pub(crate) method: &'static str,
    /// Where REST requests of it go.
    pub(crate) uri: UriPattern,
    /// The shape of its request.
    pub(crate) input: Option<usize>,
    /// The shape of its answer.
    pub(crate) output: Option<usize>,
    /// Whether the service model calls it read-only. Most models call no operation so.
    pub(crate) is_marked_read_only: bool,
}

/// A value in a request or an answer.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    /// Whether it is a secret as a whole.
    pub(crate) is_sensitive: bool,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Kind {
    Plain(Scalar),
    Structure(Structure),
    List(List),
    Map(Map),
}

/// A value without parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Text,
    Boolean,
    Integer,
    Float,
    Timestamp,
    Blob,
}

/// Named members.
#[derive(Debug)]
pub(crate) struct Structure {
    pub(crate) members: Vec<Member>,
    /// Whether its members stand for it in an answer of the query protocol.
    pub(crate) is_wrapper: bool,
    /// Whether it is any JSON value.
    pub(crate) is_document: bool,
    /// Whether it is a stream of events.
    pub(crate) is_event_stream: bool,
}

/// One member of a structure.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of the model that stands for itself")]
pub(crate) struct Member {
    /// Its name in the model: `VpcSecurityGroupIds`.
    pub(crate) name: &'static str,
    /// The number of its shape.
    pub(crate) shape: usize,
    /// Where it lies.
    pub(crate) place: Place,
    /// Its name there, where the model names one.
    pub(crate) place_name: Option<&'static str>,
    /// Its name in EC2 queries, where it is not derived.
    pub(crate) query_name: Option<&'static str>,
    /// Whether list elements lie beside each other, without an element around them.
    pub(crate) is_flattened: bool,
    /// Whether it is an XML attribute.
    pub(crate) is_attribute: bool,
    /// Whether it is the whole body.
    pub(crate) is_payload: bool,
    /// Whether every request has it; only known of members outside the body.
    pub(crate) is_required: bool,
}

/// Where a member lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Body,
    Header,
    /// Headers that begin with the name.
    Headers,
    Query,
    Path,
    StatusCode,
}

/// Elements of one shape.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) element: usize,
    pub(crate) element_name: Option<&'static str>,
    pub(crate) is_flattened: bool,
}

/// Values of one shape by name.
#[derive(Debug)]
pub(crate) struct Map {
    pub(crate) value: usize,
    pub(crate) key_name: Option<&'static str>,
    pub(crate) value_name: Option<&'static str>,
    pub(crate) is_flattened: bool,
}

static NO_SHAPE: Shape = Shape { kind: Kind::Plain(Scalar::Text), is_sensitive: false };

impl Model {
    /// Reads the lines that `xtask service-tables` writes. A line that cannot be read counts as text.
    pub(crate) fn read(text: &'static str) -> Self {
        let mut model = Self::default();
        for line in text.lines() {
            let (head, rest) = line.split_once('\t').unwrap_or((line, ""));
            match head {
                "o" => {
                    let operation = read_operation(rest);
                    model.by_name.insert(operation.name, model.operations.len());
                    model.operations.push(operation);
                }
                "e" => {
                    let (exception, code) = rest.split_once('\t').unwrap_or_default();
                    model.exception_of_code.entry(code).or_insert(exception);
                }
                _ => model.shapes.push(read_shape(head, rest)),
            }
        }
        model
    }

    /// Every operation, in the order of their names.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// One operation by its name.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(*self.by_name.get(name)?)
    }

    /// A shape by its number.
    pub(crate) fn shape(&self, number: usize) -> &Shape {
        self.shapes.get(number).unwrap_or(&NO_SHAPE)
    }

    /// The members of a structure, none of anything else.
    pub(crate) fn members(&self, shape: Option<usize>) -> &[Member] {
        shape.and_then(|number| self.structure(number)).map_or(&[], |structure| &structure.members)
    }

    /// A shape that is a structure.
    pub(crate) fn structure(&self, shape: usize) -> Option<&Structure> {
        if let Kind::Structure(structure) = &self.shape(shape).kind { Some(structure) } else { None }
    }

    /// A shape that is a list.
    pub(crate) fn list(&self, shape: usize) -> Option<&List> {
        if let Kind::List(list) = &self.shape(shape).kind { Some(list) } else { None }
    }

    /// What a shape without parts is; anything else counts as text.
    pub(crate) fn scalar(&self, shape: usize) -> Scalar {
        if let Kind::Plain(scalar) = self.shape(shape).kind { scalar } else { Scalar::Text }
    }

    /// Whether a body of this shape is content as a whole: an object or a stream of events.
    pub(crate) fn is_content(&self, shape: usize) -> bool {
        match &self.shape(shape).kind {
            Kind::Plain(scalar) => *scalar == Scalar::Blob,
            Kind::Structure(structure) => structure.is_event_stream,
            Kind::List(_) | Kind::Map(_) => false,
        }
    }

    /// The exception whose code on the wire is this one, where the two differ.
    pub(crate) fn exception_of_code(&self, code: &str) -> Option<&'static str> {
        self.exception_of_code.get(code).copied()
    }
}

impl Member {
    /// What it is called in JSON and XML bodies.
    pub(crate) fn body_name(&self) -> &'static str {
        self.place_name.unwrap_or(self.name)
    }
}

fn read_operation(rest: &'static str) -> Operation {
    let mut fields = rest.split('\t');
    let mut next = || fields.next().unwrap_or_default();
    Operation {
        name: next(),
        method: next(),
        uri: UriPattern::parse(next()),
        input: next().parse().ok(),
        output: next().parse().ok(),
        is_marked_read_only: next().contains('r'),
    }
}

fn read_shape(head: &str, rest: &'static str) -> Shape {
    let is_sensitive = head.contains('!');
    let kind = match head.chars().next() {
        Some('b') => Kind::Plain(Scalar::Boolean),
        Some('i') => Kind::Plain(Scalar::Integer),
        Some('f') => Kind::Plain(Scalar::Float),
        Some('t') => Kind::Plain(Scalar::Timestamp),
        Some('x') => Kind::Plain(Scalar::Blob),
        Some('{') => Kind::Structure(Structure {
            members: rest.split('\t').filter(|member| !member.is_empty()).map(read_member).collect(),
            is_wrapper: head.contains('w'),
            is_document: head.contains('d'),
            is_event_stream: head.contains('e'),
        }),
        Some('[') => Kind::List(read_list(rest)),
        Some('<') => Kind::Map(read_map(rest)),
        _ => Kind::Plain(Scalar::Text),
    };
    Shape { kind, is_sensitive }
}

fn read_list(rest: &'static str) -> List {
    let mut fields = rest.split('\t');
    let mut next = || fields.next().unwrap_or_default();
    List { element: number(next()), element_name: named(next()), is_flattened: next() == "f" }
}

fn read_map(rest: &'static str) -> Map {
    let mut fields = rest.split('\t').skip(1);
    let mut next = || fields.next().unwrap_or_default();
    Map { value: number(next()), key_name: named(next()), value_name: named(next()), is_flattened: next() == "f" }
}

fn read_member(text: &'static str) -> Member {
    let mut fields = text.split(',');
    let mut member = Member {
        name: fields.next().unwrap_or_default(),
        shape: number(fields.next().unwrap_or_default()),
        place: Place::Body,
        place_name: None,
        query_name: None,
        is_flattened: false,
        is_attribute: false,
        is_payload: false,
        is_required: false,
    };
    for field in fields {
        let mut letters = field.chars();
        let letter = letters.next();
        let name = named(letters.as_str());
        let place = match letter {
            Some('h') => Place::Header,
            Some('p') => Place::Headers,
            Some('q') => Place::Query,
            Some('u') => Place::Path,
            Some('c') => Place::StatusCode,
            _ => Place::Body,
        };
        match letter {
            Some('h' | 'p' | 'q' | 'u' | 'c') => (member.place, member.place_name) = (place, name),
            Some('n') => member.place_name = name,
            Some('Q') => member.query_name = name,
            Some('f') => member.is_flattened = true,
            Some('a') => member.is_attribute = true,
            Some('P') => member.is_payload = true,
            Some('R') => member.is_required = true,
            _ => {}
        }
    }
    member
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(usize::MAX)
}

fn named(text: &'static str) -> Option<&'static str> {
    Some(text).filter(|text| !text.is_empty())
}
