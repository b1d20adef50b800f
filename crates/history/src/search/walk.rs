//! Visits the values at a path of a JSON text without reading the rest of it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

/// Which values are visited.
#[derive(Debug, Clone, Copy)]
enum Place<'w> {
    /// Those at this path from here on. Its first name may itself have dots.
    Below(&'w str),
    /// This one; of an array also each element.
    Here,
    /// All of them, and all names of members.
    Everywhere,
}

/// Calls `visit` with each value at `path`: with its text, or none when it is an object or an array. Null is no value.
/// What cannot be read ends the visits.
pub(crate) fn visit_path(json: &[u8], path: &str, visit: &mut dyn FnMut(Option<&str>)) {
    run(json, Place::Below(path), visit);
}

/// Calls `visit` with each name of a member and the text of each value.
pub(crate) fn visit_all(json: &[u8], visit: &mut dyn FnMut(Option<&str>)) {
    run(json, Place::Everywhere, visit);
}

fn run(json: &[u8], place: Place<'_>, visit: &mut dyn FnMut(Option<&str>)) {
    let mut reader = serde_json::Deserializer::from_slice(json);
    // Records were read when they were taken in; one that could not be has fewer values.
    let _whole = Walk { place, visit }.deserialize(&mut reader).is_ok();
}

struct Walk<'w> {
    place: Place<'w>,
    visit: &'w mut dyn FnMut(Option<&str>),
}

/// The name of a member, borrowed where it needs no unescaping.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl Walk<'_> {
    fn scalar(self, text: &str) {
        if !matches!(self.place, Place::Below(_)) {
            (self.visit)(Some(text));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.scalar(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.scalar(&value.to_string());
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.scalar(&value.to_string());
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        if let Some(number) = serde_json::Number::from_f64(value) {
            self.scalar(&number.to_string());
        }
        Ok(())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.scalar(value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        if matches!(self.place, Place::Here) {
            (self.visit)(None);
        }
        while elements.next_element_seed(Walk { place: self.place, visit: &mut *self.visit })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        if matches!(self.place, Place::Here) {
            (self.visit)(None);
        }
        while let Some(Name(name)) = members.next_key()? {
            let place = match self.place {
                Place::Below(path) if path == name => Some(Place::Here),
                Place::Below(path) => {
                    path.strip_prefix(&*name).and_then(|rest| rest.strip_prefix('.')).map(Place::Below)
                }
                Place::Here => None,
                Place::Everywhere => {
                    (self.visit)(Some(&name));
                    Some(Place::Everywhere)
                }
            };
            match place {
                Some(place) => members.next_value_seed(Walk { place, visit: &mut *self.visit })?,
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &[u8] = br#"{"a":{"b":[1,{"c":"x"},[null,{"c":true}]],"b.c":"dotted"},"n":null,"e":[],"f":1.5}"#;

    fn at(path: &str) -> Vec<Option<String>> {
        let mut seen = Vec::new();
        visit_path(JSON, path, &mut |text| seen.push(text.map(str::to_owned)));
        seen
    }

    #[test]
    fn paths_go_through_arrays_and_names_with_dots() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(at("a.b.c"), [some("x"), some("true"), some("dotted")]);
        assert_eq!(at("a.b"), [None, some("1"), None, None, None]);
        assert_eq!(at("a"), [None]);
        assert_eq!(at("n"), []);
        assert_eq!(at("e"), [None]);
        assert_eq!(at("f"), [some("1.5")]);
        assert_eq!(at("b"), []);
        let mut all = Vec::new();
        visit_all(JSON, &mut |text| all.extend(text.map(str::to_owned)));
        assert_eq!(all, ["a", "b", "1", "c", "x", "c", "true", "b.c", "dotted", "n", "e", "f", "1.5"]);
    }
}
