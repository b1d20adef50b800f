//! `--since`: how far back, as a span or a time.

use std::time::Duration;

use cairn_model::Timestamp;

use super::Problem;

/// Reads `90m`, `12h`, `7d`, `2026-10-01` or a full time.
///
/// # Errors
/// When it is none of these, or lies in the future.
pub(super) fn parse(text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let wrong = || format!("--since: expected a span such as 90m, 12h or 7d, or a time, and not `{text}`");
    let since = if let Some(span) = span(text) {
        now.minus(span)
    } else {
        let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
        Timestamp::parse(&whole).map_err(|_| wrong())?
    };
    if since > now { Err(format!("--since: {text} lies in the future").into()) } else { Ok(since) }
}

fn span(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_times_are_read_and_the_rest_is_refused() {
        let now = Timestamp::parse("2026-10-08T12:00:00Z").unwrap();
        let read = |text: &str| parse(text, now).ok().map(Timestamp::iso_seconds);
        assert_eq!(read("7d").as_deref(), Some("2026-10-01T12:00:00Z"));
        assert_eq!(read("12h").as_deref(), Some("2026-10-08T00:00:00Z"));
        assert_eq!(read("90m").as_deref(), Some("2026-10-08T10:30:00Z"));
        assert_eq!(read("2026-10-01").as_deref(), Some("2026-10-01T00:00:00Z"));
        assert_eq!(read("2026-10-01T01:02:03Z").as_deref(), Some("2026-10-01T01:02:03Z"));
        for wrong in ["", "d", "7", "7w", "-7d", "7é", "yesterday", "2026-10-09", "99999999999999999999d"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
