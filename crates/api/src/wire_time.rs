//! Times on the wire: JSON numbers of seconds since 1970, with up to three decimals.

use std::fmt;
use std::time::Duration;

use cairn_model::Timestamp;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// A moment as AWS JSON writes it: `1441139757.497`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WireTime(pub(crate) Timestamp);

impl Serialize for WireTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ms = self.0.unix_ms();
        if ms % 1000 == 0 {
            return serializer.serialize_i64(ms / 1000);
        }
        let seconds = Duration::from_millis(ms.unsigned_abs()).as_secs_f64();
        serializer.serialize_f64(if ms < 0 { -seconds } else { seconds })
    }
}

impl<'de> Deserialize<'de> for WireTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WireTimeVisitor)
    }
}

/// A moment as answers in XML have it: `2026-10-01T08:03:12Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct IsoTime(pub(crate) Timestamp);

impl Serialize for IsoTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.iso_seconds())
    }
}

impl<'de> Deserialize<'de> for IsoTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse(&text).map(Self).map_err(de::Error::custom)
    }
}

/// A request as the event has it: its times as text, cut to whole seconds.
pub(crate) fn with_iso_times(request: &impl Serialize, times: &[(&str, Option<WireTime>)]) -> Value {
    let mut parameters = serde_json::to_value(request).unwrap_or_default();
    for (member, time) in times {
        if let (Some(value), Some(time)) = (parameters.get_mut(*member), time) {
            *value = Value::String(time.0.iso_seconds());
        }
    }
    parameters
}

struct WireTimeVisitor;

impl Visitor<'_> for WireTimeVisitor {
    type Value = WireTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timestamp")
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<WireTime, E> {
        Ok(WireTime(Timestamp::from_unix_seconds(seconds)))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<WireTime, E> {
        self.visit_i64(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<WireTime, E> {
        // The largest spans saturate rather than fail: no event is that far away.
        let span = Duration::try_from_secs_f64(seconds.abs()).unwrap_or(Duration::MAX);
        // Rounded, because the binary fraction may lie just below its millisecond.
        let ms = i64::try_from(span.as_micros().saturating_add(500) / 1000).unwrap_or(i64::MAX);
        Ok(WireTime(Timestamp::from_unix_ms(if seconds < 0.0 { -ms } else { ms })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_numbers_of_seconds_with_their_milliseconds() {
        let json = |ms| serde_json::to_string(&WireTime(Timestamp::from_unix_ms(ms))).unwrap();
        assert_eq!(json(1_441_139_757_497), "1441139757.497");
        assert_eq!(json(1_441_139_757_000), "1441139757");
        assert_eq!(json(-1_500), "-1.5");
        for ms in [1_441_139_757_497, 1_790_000_000_001, 0, 999, -1_500, 1_790_000_000_999] {
            assert_eq!(serde_json::from_str::<WireTime>(&json(ms)).unwrap().0.unix_ms(), ms);
        }
    }

    #[test]
    fn absurd_times_saturate_and_texts_are_refused() {
        for absurd in ["1e300", "-1e300", "18446744073709551615"] {
            assert!(serde_json::from_str::<WireTime>(absurd).is_ok(), "{absurd}");
        }
        for bad in ["\"2026-10-01T00:00:00Z\"", "true", "[]"] {
            assert!(serde_json::from_str::<WireTime>(bad).is_err(), "{bad}");
        }
    }
}
