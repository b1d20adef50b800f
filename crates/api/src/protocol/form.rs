//! A form as values: `Tags.member.1.Key=a` is a list of structures, and every leaf is text until it is read as its type.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// How deep members may lie in each other, and how far the items of a list are counted.
const DEPTH_MAX: usize = 16;

/// The members of a form by their names. A name that lies too deep, or contradicts one before it, is passed over.
pub(super) fn members(pairs: impl Iterator<Item = (String, String)>) -> Value {
    let mut root = Map::new();
    for (name, value) in pairs {
        let steps: Vec<&str> = name.split('.').collect();
        if steps.len() <= DEPTH_MAX {
            put(&mut root, &steps, value);
        }
    }
    Value::Object(root.into_iter().map(|(name, member)| (name, with_lists(member))).collect())
}

fn put(members: &mut Map<String, Value>, steps: &[&str], value: String) {
    match steps {
        [] => {}
        [last] => {
            members.entry(*last).or_insert(Value::String(value));
        }
        [first, rest @ ..] => {
            let member = members.entry(*first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = member {
                put(inner, rest, value);
            }
        }
    }
}

/// `{"member": {"1": …, "2": …}}` is the list of what stands under the numbers, in their order.
fn with_lists(value: Value) -> Value {
    let Value::Object(mut members) = value else { return value };
    if members.len() == 1
        && let Some(Value::Object(items)) = members.get_mut("member")
        && items.keys().all(|name| name.parse::<u32>().is_ok())
    {
        let items = std::mem::take(items);
        let mut numbered: Vec<(u32, Value)> =
            items.into_iter().filter_map(|(name, item)| Some((name.parse().ok()?, with_lists(item)))).collect();
        numbered.sort_by_key(|(number, _)| *number);
        return Value::Array(numbered.into_iter().map(|(_, item)| item).collect());
    }
    Value::Object(members.into_iter().map(|(name, member)| (name, with_lists(member))).collect())
}

/// Reads a value of a form as its type.
#[derive(Debug)]
pub(super) struct FormValue(pub(super) Value);

impl IntoDeserializer<'_, serde_json::Error> for FormValue {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident: $visit:ident as $expected:literal;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self.0 {
                Value::String(text) => match text.parse() {
                    Ok(number) => visitor.$visit(number),
                    Err(_) => Err(Self::Error::invalid_type(Unexpected::Str(&text), &$expected)),
                },
                other => other.$method(visitor),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for FormValue {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(FormValue))),
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, member)| (name, FormValue(member)));
                visitor.visit_map(MapDeserializer::new(members))
            }
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                plain.deserialize_any(visitor)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    /// An empty list is written as an empty text.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.0 == "" {
            Self(Value::Array(Vec::new())).deserialize_any(visitor)
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    numbers! {
        deserialize_bool: visit_bool as "a boolean";
        deserialize_i32: visit_i32 as "an integer";
        deserialize_i64: visit_i64 as "an integer";
        deserialize_u32: visit_u32 as "an integer";
        deserialize_u64: visit_u64 as "an integer";
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Value {
        members(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Request {
        name: Option<String>,
        flag: Option<bool>,
        count: Option<u32>,
        tags: Option<Vec<Tag>>,
        keys: Option<Vec<String>>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Tag {
        key: String,
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Request, serde_json::Error> {
        Request::deserialize(FormValue(form(pairs)))
    }

    #[test]
    fn members_and_items_stand_where_their_names_say() {
        let got = form(&[
            ("Tags.member.2.Key", "b"),
            ("Tags.member.10.Key", "c"),
            ("Tags.member.1.Key", "a"),
            ("Tags.member.1.Value", "1"),
            ("Name", "n"),
            ("Name.member.1", "lost"),
        ]);
        let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "b"}, {"Key": "c"}]);
        assert_eq!(got, json!({"Tags": tags, "Name": "n"}));
        assert_eq!(form(&[(&["a"; 17].join("."), "deep")]), json!({}));
    }

    #[test]
    fn leaves_are_read_as_their_types() {
        let got = read(&[("Name", "7"), ("Flag", "true"), ("Count", "7"), ("Tags.member.1.Key", "k"), ("Keys", "")]);
        let expected = Request {
            name: Some("7".into()),
            flag: Some(true),
            count: Some(7),
            tags: Some(vec![Tag { key: "k".into() }]),
            keys: Some(Vec::new()),
        };
        assert_eq!(got.unwrap(), expected);
        for (name, value) in [("Flag", "yes"), ("Count", "-1"), ("Count", "x"), ("Tags", "x"), ("Name.a", "x")] {
            assert!(read(&[(name, value)]).is_err(), "{name}={value}");
        }
    }
}
