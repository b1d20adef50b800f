//! Names and values of a URL's query or of a form.

use percent_encoding::percent_decode_str;

/// Names and values, decoded, in their order.
pub(crate) type Pairs = Vec<(String, String)>;

/// More members than this are not read.
const MEMBERS_MAX: usize = 20_000;

/// Reads `a=1&b&c=%20`. A plus sign means a space in forms, and in the queries that SDKs write as `%20` never occurs.
pub(crate) fn pairs(text: &str) -> Pairs {
    let members = text.split('&').filter(|member| !member.is_empty()).take(MEMBERS_MAX);
    members
        .map(|member| {
            let (name, value) = member.split_once('=').unwrap_or((member, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

/// Decodes percent signs. What is no UTF-8 is replaced.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn decode_form(text: &str) -> String {
    if text.contains('+') { decode(&text.replace('+', " ")) } else { decode(text) }
}
