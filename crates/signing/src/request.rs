//! The parts of an HTTP request that a signature covers.

/// A request as it came over the wire, or as it will go.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// The path of the request line, still percent-encoded, up to the `?`.
    pub path: &'a str,
    /// What follows the `?`; empty when nothing does.
    pub query: &'a str,
    /// Every header in the order of arrival. Names in any case, values without line breaks.
    pub headers: &'a [(&'a str, &'a [u8])],
}

impl<'a> Request<'a> {
    /// The values of a header, in order. `name` is in lower case.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The value of a header that occurs exactly once and is text.
    pub(crate) fn single(&self, name: &str) -> Header<'a> {
        let mut values = self.values(name);
        match (values.next(), values.next()) {
            (None, _) => Header::Absent,
            (Some(value), None) => {
                std::str::from_utf8(value).map_or(Header::Unusable, |text| Header::Text(text.trim()))
            }
            (Some(_), Some(_)) => Header::Unusable,
        }
    }
}

/// A header that may occur at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header<'a> {
    Absent,
    Text(&'a str),
    /// Repeated, or not text.
    Unusable,
}

/// The raw names and values of a query, in order, without the empty pieces between two `&`.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|piece| !piece.is_empty()).map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_in_any_case_and_refused_when_repeated() {
        let headers: [(&str, &[u8]); 3] = [("X-Amz-Date", b" a "), ("B", b"1"), ("b", b"2")];
        let request = Request { method: "GET", path: "/", query: "", headers: &headers };
        assert_eq!(request.single("x-amz-date"), Header::Text("a"));
        assert_eq!(request.single("b"), Header::Unusable);
        assert_eq!(request.single("c"), Header::Absent);
        assert_eq!(request.values("b").count(), 2);
    }

    #[test]
    fn a_query_is_split_into_names_and_values() {
        assert_eq!(pairs("a=1&b&&c==").collect::<Vec<_>>(), [("a", "1"), ("b", ""), ("c", "=")]);
    }
}
