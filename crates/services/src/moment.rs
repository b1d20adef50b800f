//! Times as CloudTrail's records write them.

use serde_json::{Value, json};
use time::format_description::well_known::{Iso8601, Rfc2822, Rfc3339};
use time::{Month, OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// How a service's records write times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeStyle {
    /// `Jul 10, 2023 11:54:39 AM`
    Words,
    /// `Jul 10, 2023, 11:54:39 AM`
    WordsWithComma,
    /// `2023-07-10T11:54:39Z`
    Iso,
    /// `1688990079000`
    Milliseconds,
}

/// A time on the wire, a number of seconds or a text, as a record writes it. What is no time stays as it is.
pub(crate) fn rendered(value: &Value, style: TimeStyle) -> Value {
    let read = match value {
        Value::Number(seconds) => seconds.as_f64().and_then(from_seconds),
        Value::String(text) => from_text(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let Some(time) = read else { return value.clone() };
    match style {
        TimeStyle::Words => json!(words(time, "")),
        TimeStyle::WordsWithComma => json!(words(time, ",")),
        TimeStyle::Iso => json!(iso(time)),
        TimeStyle::Milliseconds => i64::try_from(time.unix_timestamp_nanos() / 1_000_000)
            .map_or_else(|_| value.clone(), |millis| json!(millis)),
    }
}

fn from_seconds(seconds: f64) -> Option<OffsetDateTime> {
    let duration = std::time::Duration::try_from_secs_f64(seconds.abs()).ok()?;
    let duration = time::Duration::try_from(duration).ok()?;
    let epoch = OffsetDateTime::UNIX_EPOCH;
    if seconds < 0.0 { epoch.checked_sub(duration) } else { epoch.checked_add(duration) }
}

fn from_text(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return from_seconds(seconds);
    }
    let time = OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822))
        .or_else(|_| OffsetDateTime::parse(text, &Iso8601::DEFAULT))
        .or_else(|_| PrimitiveDateTime::parse(text, &Iso8601::DEFAULT).map(PrimitiveDateTime::assume_utc))
        .ok()?;
    Some(time.to_offset(UtcOffset::UTC))
}

fn words(time: OffsetDateTime, comma: &str) -> String {
    let month = match time.month() {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    };
    let (hour, half) = match time.hour() {
        0 => (12, "AM"),
        hour @ 1..=11 => (hour, "AM"),
        12 => (12, "PM"),
        hour => (hour - 12, "PM"),
    };
    let (day, year, minute, second) = (time.day(), time.year(), time.minute(), time.second());
    format!("{month} {day}, {year}{comma} {hour}:{minute:02}:{second:02} {half}")
}

fn iso(time: OffsetDateTime) -> String {
    time.replace_nanosecond(0).ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_time_is_read_and_every_style_written() {
        let forms = [
            json!(1_688_990_079),
            json!(1_688_990_079.25),
            json!("2023-07-10T11:54:39Z"),
            json!("2023-07-10T13:54:39.250+02:00"),
            json!("Mon, 10 Jul 2023 11:54:39 GMT"),
            json!("1688990079"),
            json!("2023-07-10T11:54:39"),
        ];
        for form in forms {
            assert_eq!(rendered(&form, TimeStyle::Words), "Jul 10, 2023 11:54:39 AM", "{form}");
            assert_eq!(rendered(&form, TimeStyle::WordsWithComma), "Jul 10, 2023, 11:54:39 AM", "{form}");
            assert_eq!(rendered(&form, TimeStyle::Iso), "2023-07-10T11:54:39Z", "{form}");
        }
        assert_eq!(rendered(&json!(1_688_990_079.5), TimeStyle::Milliseconds), 1_688_990_079_500_i64);
        assert_eq!(rendered(&json!("2023-07-10T00:05:09Z"), TimeStyle::Words), "Jul 10, 2023 12:05:09 AM");
    }

    #[test]
    fn what_is_no_time_stays_as_it_is() {
        for value in [json!("soon"), json!(1e300), json!(null), json!({"a": 1})] {
            assert_eq!(rendered(&value, TimeStyle::Iso), value);
        }
    }
}
