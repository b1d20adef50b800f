//! Moments in UTC, in whole milliseconds.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The text is not a moment of the form `2026-10-01T08:03:12Z`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time of the form YYYY-MM-DDTHH:MM:SSZ")]
pub struct InvalidTimestamp(String);

const MS_PER_DAY: i64 = 86_400_000;

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_unix_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// From whole seconds since the epoch.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, cut downwards.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The same moment without its milliseconds.
    #[must_use]
    pub const fn whole_seconds(self) -> Self {
        Self(self.unix_seconds() * 1000)
    }

    /// Reads `2026-10-01T08:03:12Z`; a fraction of a second after a point is taken and cut to milliseconds.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] when the form is wrong or the day does not exist.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        parse_bytes(text.as_bytes()).ok_or_else(|| InvalidTimestamp(text.chars().take(64).collect()))
    }

    /// `2026-10-01T08:03:12Z`
    pub fn iso_seconds(self) -> String {
        let (year, month, day, hour, minute, second) = self.parts();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// `2026/10/01`, as in object keys.
    pub fn date_path(self) -> String {
        let (year, month, day, ..) = self.parts();
        format!("{year:04}/{month:02}/{day:02}")
    }

    /// `20261001`, as in credential scopes.
    pub fn basic_date(self) -> String {
        let (year, month, day, ..) = self.parts();
        format!("{year:04}{month:02}{day:02}")
    }

    /// `20261001T0803Z`, as in the names of log files.
    pub fn basic_minutes(self) -> String {
        let (year, month, day, hour, minute, _) = self.parts();
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}Z")
    }

    /// `20261001T080312Z`, as in `x-amz-date` and the names of digest files.
    pub fn basic_seconds(self) -> String {
        let (year, month, day, hour, minute, second) = self.parts();
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// Reads `20261001T080312Z`.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] when the form is wrong or the day does not exist.
    pub fn parse_basic(text: &str) -> Result<Self, InvalidTimestamp> {
        let b = text.as_bytes();
        let read = || -> Option<Self> {
            if b.len() != 16 || b.get(8) != Some(&b'T') || b.get(15) != Some(&b'Z') {
                return None;
            }
            from_parts(
                [digits(b, 0, 4)?, digits(b, 4, 2)?, digits(b, 6, 2)?],
                [digits(b, 9, 2)?, digits(b, 11, 2)?, digits(b, 13, 2)?],
                0,
            )
        };
        read().ok_or_else(|| InvalidTimestamp(text.chars().take(64).collect()))
    }

    /// Later by `span`, at most the largest moment.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Earlier by `span`, at least the smallest moment.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier`; zero when it was not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    fn parts(self) -> (i64, i64, i64, i64, i64, i64) {
        let days = self.0.div_euclid(MS_PER_DAY);
        let second = self.0.rem_euclid(MS_PER_DAY) / 1000;
        let (year, month, day) = civil_from_days(days);
        (year, month, day, second / 3600, second / 60 % 60, second % 60)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso_seconds())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}ms", self.iso_seconds(), self.0.rem_euclid(1000))
    }
}

fn digits(text: &[u8], from: usize, count: usize) -> Option<i64> {
    text.get(from..from + count)?.iter().try_fold(0, |number, b| match b {
        b'0'..=b'9' => Some(number * 10 + i64::from(b - b'0')),
        _ => None,
    })
}

fn parse_bytes(b: &[u8]) -> Option<Timestamp> {
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if b.last() != Some(&b'Z') || separators.iter().any(|(at, mark)| b.get(*at) != Some(mark)) {
        return None;
    }
    let fraction = b.get(19..b.len() - 1)?;
    let ms = match fraction.split_first() {
        None => 0,
        Some((b'.', rest)) if (1..=9).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit) => {
            (0..3).fold(0, |ms, at| ms * 10 + rest.get(at).map_or(0, |b| i64::from(b - b'0')))
        }
        Some(_) => return None,
    };
    from_parts(
        [digits(b, 0, 4)?, digits(b, 5, 2)?, digits(b, 8, 2)?],
        [digits(b, 11, 2)?, digits(b, 14, 2)?, digits(b, 17, 2)?],
        ms,
    )
}

fn from_parts([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3], ms: i64) -> Option<Timestamp> {
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_from_civil(year, month, day);
    if civil_from_days(days) != (year, month, day) {
        return None;
    }
    Some(Timestamp(days * MS_PER_DAY + (hour * 3600 + minute * 60 + second) * 1000 + ms))
}

/// Days since 1970-01-01 of a day of the proleptic Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The reverse of [`days_from_civil`]: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_are_written_in_each_form() {
        let t = Timestamp::from_unix_ms(1_790_841_792_345);
        assert_eq!(t.iso_seconds(), "2026-10-01T08:03:12Z");
        assert_eq!(t.date_path(), "2026/10/01");
        assert_eq!(t.basic_minutes(), "20261001T0803Z");
        assert_eq!(t.basic_seconds(), "20261001T080312Z");
        assert_eq!(Timestamp::parse("1970-01-01T00:00:00Z"), Ok(Timestamp::default()));
        assert_eq!(Timestamp::parse("2024-02-29T00:00:00.1239Z").unwrap().unix_ms() % 1000, 123);
    }

    #[test]
    fn impossible_times_are_refused() {
        for bad in [
            "",
            "2026-10-01",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-10-01T24:00:00Z",
            "2026-10-01T00:00:00",
            "2026-10-01T00:00:00.Z",
            "2026-10-01 00:00:00Z",
            "2026-10-01T00:00:00+Z",
        ] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn writing_and_reading_come_back_to_the_same_second(seconds in -60_000_000_000_i64..250_000_000_000) {
            let t = Timestamp::from_unix_seconds(seconds);
            if (0..=9999).contains(&t.parts().0) {
                proptest::prop_assert_eq!(Timestamp::parse(&t.iso_seconds()), Ok(t));
                proptest::prop_assert_eq!(Timestamp::parse_basic(&t.basic_seconds()), Ok(t));
            }
        }
    }
}
