//! The `Date` header in HTTP's preferred form, which old clients sign instead of `x-amz-date`.

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Turns `Sun, 22 Nov 2026 03:08:10 GMT` into `20261122T030810Z`. Whether that day exists is not checked.
pub(crate) fn parse_http_date(text: &str) -> Option<String> {
    let mut words = text.split_once(", ")?.1.split(' ');
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let (time, zone) = (words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let clock = time.replace(':', "");
    let fits = digits(day, 2) && digits(year, 4) && digits(&clock, 6) && time.len() == 8 && zone == "GMT";
    (fits && words.next().is_none()).then(|| format!("{year}{month:02}{day}T{clock}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_form_is_read_and_others_are_not() {
        assert_eq!(parse_http_date("Sun, 22 Nov 2026 03:08:10 GMT").as_deref(), Some("20261122T030810Z"));
        for bad in ["", "22 Nov 2026", "Sunday, 22-Nov-26 03:08:10 GMT", "Sun, 22 Nov 2026 03:08:10 CET"] {
            assert_eq!(parse_http_date(bad), None, "{bad}");
        }
    }
}
