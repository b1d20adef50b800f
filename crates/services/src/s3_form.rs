//! The form with which a browser uploads an object: the fields that stand before the content.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::query_string::Pairs;

/// No boundary is longer (RFC 2046, section 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;

/// Fields that give whoever has them the right to upload. Their values are forgotten at once.
const GRANTS: [&str; 4] = ["policy", "signature", "x-amz-security-token", "x-amz-signature"];

/// Those of them that sign the policy.
const SIGNATURES: [&str; 2] = ["signature", "x-amz-signature"];

/// The field behind which the content begins; what follows it counts for nothing.
const CONTENT: &str = "file";

/// The variable in keys that stands for the name of the uploaded file.
const FILE_NAME: &str = "${filename}";

/// What a form says, as far as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form {
    /// Its fields in their order, without those that are as good as a signature.
    pub(crate) fields: Pairs,
    /// The name of the uploaded file, without the folders that some browsers put before it.
    file_name: String,
    has_policy: bool,
    has_signature: bool,
}

impl Form {
    /// Whether a request brings such a form.
    pub(crate) fn is_in(headers: &HeaderMap) -> bool {
        let content_type = headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes).unwrap_or_default();
        content_type.get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case(b"multipart/form-data"))
    }

    /// Reads the beginning of a body. A field that is not there to its end is left out.
    pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut form = Self::default();
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = content_type.and_then(|text| parameter(text, "boundary"));
        let Some(boundary) = boundary.filter(|text| (1..=BOUNDARY_BYTES_MAX).contains(&text.len())) else {
            return form;
        };
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        let opening = delimiter.get(2..).unwrap_or_default();
        let mut rest = split_at(body, opening).map(|(_, behind)| behind);
        while let Some((head, behind)) = rest.and_then(|section| split_at(section, b"\r\n\r\n")) {
            let Some((name, file_name)) = disposition(head) else { break };
            if name.eq_ignore_ascii_case(CONTENT) {
                form.file_name = file_name.unwrap_or_default();
                break;
            }
            let Some((value, next)) = split_at(behind, &delimiter) else { break };
            form.take(name, value);
            rest = Some(next);
        }
        form
    }

    fn take(&mut self, name: String, value: &[u8]) {
        let is_one_of = |names: &[&str]| names.iter().any(|other| name.eq_ignore_ascii_case(other));
        self.has_policy |= is_one_of(&["policy"]);
        self.has_signature |= is_one_of(&SIGNATURES);
        if !is_one_of(&GRANTS) {
            self.fields.push((name, String::from_utf8_lossy(value).into_owned()));
        }
    }

    /// Whether somebody signed it. Without a policy and its signature S3 takes the upload for nobody's, whatever key it
    /// names.
    pub(crate) fn is_signed(&self) -> bool {
        self.has_policy && self.has_signature
    }

    /// The key under which the object is stored.
    pub(crate) fn key(&self) -> Option<String> {
        let (_, key) = self.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("key"))?;
        Some(key.replace(FILE_NAME, &self.file_name)).filter(|key| !key.is_empty())
    }
}

/// What is before the first occurrence of `mark`, and what is behind it.
fn split_at<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

/// The name of a field, and of the file in it.
fn disposition(head: &[u8]) -> Option<(String, Option<String>)> {
    let head = String::from_utf8_lossy(head);
    let line = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let file_name = parameter(line, "filename");
    let without_folders = file_name.map(|name| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned());
    Some((parameter(line, "name")?, without_folders))
}

/// A parameter of a header: `form-data; name="a; b"`.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (name, behind) = rest.split_once('=')?;
        let (value, next) = if let Some(quoted) = behind.strip_prefix('"') {
            let is_closing = |at: usize| quoted.get(..at).is_some_and(|before| !before.ends_with('\\'));
            let (end, _) = quoted.match_indices('"').find(|(at, _)| is_closing(*at))?;
            let (value, next) = quoted.split_at_checked(end)?;
            (value.replace("\\\"", "\""), next)
        } else {
            let (value, next) = behind.split_once(';').unwrap_or((behind, ""));
            (value.trim().to_owned(), next)
        };
        if name.rsplit([';', '"']).next().unwrap_or(name).trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &'static str, body: &str) -> Form {
        let headers: HeaderMap = [(CONTENT_TYPE, http::HeaderValue::from_static(content_type))].into_iter().collect();
        Form::read(&headers, body.as_bytes())
    }

    fn field(name: &str, value: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    }

    fn file(disposition: &str) -> String {
        format!(
            "--x\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; {disposition}\r\n\r\ncontent\r\n--x--\r\n"
        )
    }

    const FORM: &str = "multipart/form-data; boundary=x";

    #[test]
    fn fields_are_read_up_to_the_content_and_no_further() {
        let body = [
            field("key", "a/${filename}"),
            field("acl", "private"),
            field("Policy", "cG9saWN5"),
            field("X-Amz-Signature", "abc"),
            file("name=\"file\"; filename=\"C:\\photos\\sun; \\\"rise\\\".jpg\""),
            field("key", "forged"),
        ];
        let form = read(FORM, &body.concat());
        let fields: Vec<_> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(fields, [("key", "a/${filename}"), ("acl", "private")]);
        assert!(form.is_signed());
        assert_eq!(form.key().as_deref(), Some("a/sun; \"rise\".jpg"));
    }

    #[test]
    fn a_file_without_a_name_leaves_nothing_in_the_place_of_the_variable() {
        let body = [field("key", "a-${filename}"), file("name=file")].concat();
        assert!(!read(FORM, &(field("policy", "a") + &body)).is_signed());
        assert_eq!(read("multipart/form-data; charset=utf-8; boundary=\"x\"", &body).key().as_deref(), Some("a-"));
        let body = [field("key", "${filename}"), file("filename=\"/home/me/b.txt\"; name=\"file\"")].concat();
        assert_eq!(read(FORM, &body).key().as_deref(), Some("b.txt"));
    }

    #[test]
    fn a_form_that_goes_on_or_is_none_says_what_it_can() {
        let body = field("key", "a") + &field("acl", "private");
        let cut = body.get(..body.len() - 12).unwrap_or_default();
        assert_eq!(read(FORM, cut).fields, [("key".to_owned(), "a".to_owned())]);
        for (content_type, body) in [
            (FORM, ""),
            (FORM, "--x--\r\n"),
            (FORM, "--x\r\n\r\nvalue\r\n--x"),
            (FORM, "--x\r\nContent-Disposition: form-data; name=\"key\r\n\r\nvalue\r\n--x"),
            ("multipart/form-data", &body),
            ("multipart/form-data; boundary=", &body),
            ("multipart/form-data; boundary=\"", &body),
        ] {
            assert_eq!(read(content_type, body), Form::default(), "{content_type}: {body}");
        }
    }
}
