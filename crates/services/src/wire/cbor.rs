//! CBOR bodies, as the values that JSON would carry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::{Map, Number, Value};

use super::DEPTH_MAX;

/// The document, or of one that is cut off or broken what stands before the break. Blobs become Base64, timestamps
/// seconds.
pub(crate) fn read(bytes: &[u8]) -> Value {
    let mut reader = Reader { decoder: Decoder::new(bytes), is_broken: false };
    reader.value(0).unwrap_or_default()
}

struct Reader<'b> {
    decoder: Decoder<'b>,
    is_broken: bool,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        let value = if depth > DEPTH_MAX { None } else { self.kind(depth) };
        self.is_broken |= value.is_none();
        value
    }

    fn kind(&mut self, depth: usize) -> Option<Value> {
        let decoder = &mut self.decoder;
        Some(match decoder.datatype().ok()? {
            Type::Bool => Value::Bool(decoder.bool().ok()?),
            Type::Null | Type::Undefined => {
                decoder.skip().ok()?;
                Value::Null
            }
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => Value::from(decoder.u64().ok()?),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => Value::from(decoder.i64().ok()?),
            Type::F16 => float(f64::from(decoder.f16().ok()?)),
            Type::F32 => float(f64::from(decoder.f32().ok()?)),
            Type::F64 => float(decoder.f64().ok()?),
            Type::Bytes => Value::String(STANDARD.encode(decoder.bytes().ok()?)),
            Type::BytesIndef => {
                let pieces: Result<Vec<&[u8]>, _> = decoder.bytes_iter().ok()?.collect();
                Value::String(STANDARD.encode(pieces.ok()?.concat()))
            }
            Type::String | Type::StringIndef => Value::String(self.text()?),
            Type::Array | Type::ArrayIndef => self.array(depth)?,
            Type::Map | Type::MapIndef => self.map(depth)?,
            Type::Tag => {
                decoder.tag().ok()?;
                self.value(depth + 1)?
            }
            Type::Simple | Type::Break | Type::Unknown(_) => return None,
        })
    }

    fn text(&mut self) -> Option<String> {
        self.decoder.str_iter().ok()?.collect::<Result<String, _>>().ok()
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let length = self.decoder.array().ok()?;
        let mut elements = Vec::new();
        let mut read = 0;
        while !self.is_broken && self.has_more(length, &mut read) {
            elements.extend(self.value(depth + 1));
        }
        Some(Value::Array(elements))
    }

    fn map(&mut self, depth: usize) -> Option<Value> {
        let length = self.decoder.map().ok()?;
        let mut members = Map::new();
        let mut read = 0;
        while !self.is_broken && self.has_more(length, &mut read) {
            let name = self.text();
            self.is_broken |= name.is_none();
            if let Some((name, value)) = name.and_then(|name| Some((name, self.value(depth + 1)?))) {
                members.insert(name, value);
            }
        }
        Some(Value::Object(members))
    }

    /// Whether another element follows, by the length that was announced or the break that has not come yet.
    fn has_more(&mut self, length: Option<u64>, read: &mut u64) -> bool {
        *read += 1;
        match length {
            Some(length) => *read <= length,
            None => match self.decoder.datatype() {
                Ok(Type::Break) => {
                    self.is_broken |= self.decoder.skip().is_err();
                    false
                }
                Ok(_) => true,
                Err(_) => {
                    self.is_broken = true;
                    false
                }
            },
        }
    }
}

fn float(value: f64) -> Value {
    Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `{"Name": "a", "Age": 7, "When": 1(1.5), "Raw": h'0102', "List": [true, null]}`
    const BODY: &[u8] = b"\xa5\x64Name\x61a\x63Age\x07\x64When\xc1\xf9\x3e\x00\x63Raw\x42\x01\x02\x64List\x82\xf5\xf6";

    #[test]
    fn every_kind_becomes_what_json_would_carry() {
        let expected = json!({"Name": "a", "Age": 7, "When": 1.5, "Raw": "AQI=", "List": [true, null]});
        assert_eq!(read(BODY), expected);
        assert_eq!(read(b"\xbf\x61a\x9f\x01\x20\xff\x61b\x7f\x61x\x61y\xff\xff"), json!({"a": [1, -1], "b": "xy"}));
    }

    #[test]
    fn a_body_that_is_cut_off_gives_its_whole_members() {
        for end in 0..BODY.len() {
            let value = read(&BODY[..end]);
            assert!(end < 8 || value["Name"] == "a", "{end}: {value}");
        }
        assert_eq!(read(&b"\x81".repeat(10_000)).pointer("/0/0").map(Value::is_array), Some(true));
        assert_eq!(read(b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), json!({}));
    }
}
