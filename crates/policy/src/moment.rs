//! Moments as conditions write them: W3C's profile of ISO 8601, or seconds since 1970.

use cairn_model::Timestamp;

/// `2026`, `2026-10`, `2026-10-01`, `2026-10-01T08:03Z`, `2026-10-01T08:03:12.5+02:00`, or seconds since 1970, which
/// have more digits than a year. In milliseconds since 1970.
///
/// Source: <https://www.w3.org/TR/NOTE-datetime>
pub(crate) fn parse(text: &str) -> Option<i64> {
    if text.len() > 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<i64>().ok()?.checked_mul(1000);
    }
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let date = match (date.len(), time) {
        (4, None) => format!("{date}-01-01"),
        (7, None) => format!("{date}-01"),
        (10, _) => date.to_owned(),
        _ => return None,
    };
    let (time, offset_minutes) = time.map_or(Some(("00:00", 0)), zone)?;
    let seconds = if time.len() == 5 { ":00" } else { "" };
    let moment = Timestamp::parse(&format!("{date}T{time}{seconds}Z")).ok()?;
    moment.unix_ms().checked_sub(offset_minutes * 60_000)
}

/// A time of day and how many minutes its zone is ahead of UTC.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let (time, offset) = time.split_at_checked(time.len().checked_sub(6)?)?;
    let (sign, offset) = match offset.split_at_checked(1)? {
        ("+", offset) => (1, offset),
        ("-", offset) => (-1, offset),
        _ => return None,
    };
    let (hours, minutes) = offset.split_once(':')?;
    let number = |digits: &str, max: i64| {
        let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|number| is_number && *number <= max)
    };
    Some((time, sign * (number(hours, 23)? * 60 + number(minutes, 59)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_moment_is_read() {
        // 2026-10-01T00:00:00Z, counted elsewhere.
        let day = 1_790_812_800_000;
        for (text, ms) in [
            ("2026-10-01", Some(day)),
            ("2026-10", Some(day)),
            ("1970", Some(0)),
            ("2026-10-01T00:00Z", Some(day)),
            ("2026-10-01T02:00:00+02:00", Some(day)),
            ("2026-09-30T18:30:00.5-05:30", Some(day + 500)),
            ("1790812800", Some(day)),
            ("2026-13-01", None),
            ("2026-10-01T00:00", None),
            ("2026-10-01T00:00:00+2:00", None),
            ("yesterday", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse(text), ms, "{text}");
        }
    }
}
