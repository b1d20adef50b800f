//! What a request claims about its signer. Whether it is true is for the upstream to find out.

use std::borrow::Cow;

use http::HeaderMap;
use percent_encoding::percent_decode_str;

/// The signer and scope that a request claims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) access_key_id: Option<String>,
    /// Service and Region of the credential scope.
    pub(crate) scope: Option<(String, String)>,
    pub(crate) version: Option<&'static str>,
    pub(crate) method: Option<&'static str>,
}

/// Longer ones are not keys.
const KEY_BYTES_MAX: usize = 128;

impl Claim {
    /// Reads the `Authorization` header, else the query of a presigned URL.
    pub(crate) fn read(headers: &HeaderMap, query: Option<&str>) -> Self {
        let header = headers.get(http::header::AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
        match (header, query) {
            (Some(header), _) => Self::of_header(&header, headers),
            (None, Some(query)) => Self::of_query(query),
            (None, None) => Self::default(),
        }
    }

    fn of_header(header: &str, headers: &HeaderMap) -> Self {
        let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
        if scheme == "AWS" {
            let key = rest.split_once(':').map(|(key, _)| key.to_owned());
            return Self { version: Some("SigV2"), method: Some("AuthHeader"), ..Self::default() }.of_key(key);
        }
        let parts = rest.split(',').map(str::trim);
        let credential = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| *name == "Credential");
        let Some((_, credential)) = credential else { return Self::default() };
        let set = headers.get("x-amz-region-set").and_then(|value| value.to_str().ok());
        Self { version: version(scheme), method: Some("AuthHeader"), ..Self::default() }
            .with_credential(credential, set)
    }

    fn of_query(query: &str) -> Self {
        Self::of_arguments("QueryString", |name| {
            let found = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
            found.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy())
        })
    }

    /// Reads the fields of the form with which a browser uploads an object.
    pub(crate) fn of_form(fields: &[(String, String)]) -> Self {
        Self::of_arguments("HtmlForm", |name| {
            let found = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| Cow::Borrowed(value.as_str()))
        })
    }

    fn of_arguments<'a>(method: &'static str, argument: impl Fn(&str) -> Option<Cow<'a, str>>) -> Self {
        let method = Some(method);
        if let Some(credential) = argument("X-Amz-Credential") {
            let version = argument("X-Amz-Algorithm").and_then(|algorithm| version(&algorithm));
            let set = argument("X-Amz-Region-Set");
            return Self { version, method, ..Self::default() }.with_credential(&credential, set.as_deref());
        }
        match argument("AWSAccessKeyId").map(Cow::into_owned) {
            Some(key) => Self { version: Some("SigV2"), method, ..Self::default() }.of_key(Some(key)),
            None => Self::default(),
        }
    }

    /// `KEY/20261001/us-east-1/s3/aws4_request`, for asymmetric signatures without the Region.
    fn with_credential(self, credential: &str, region_set: Option<&str>) -> Self {
        let mut parts = credential.rsplitn(if self.version == Some("SigV4A") { 4 } else { 5 }, '/').skip(1);
        let service = parts.next().map(str::to_owned);
        let region = if self.version == Some("SigV4A") {
            region_set.and_then(|set| set.split(',').next()).map(str::to_owned)
        } else {
            parts.next().map(str::to_owned)
        };
        let key = parts.nth(1).map(str::to_owned);
        Self { scope: service.zip(region), ..self }.of_key(key)
    }

    fn of_key(self, key: Option<String>) -> Self {
        let key = key.filter(|key| !key.is_empty() && key.len() <= KEY_BYTES_MAX);
        Self { access_key_id: key, ..self }
    }
}

fn version(algorithm: &str) -> Option<&'static str> {
    match algorithm {
        "AWS4-HMAC-SHA256" => Some("SigV4"),
        "AWS4-ECDSA-P256-SHA256" => Some("SigV4A"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(header: Option<&str>, query: Option<&str>) -> (String, String, String) {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert("authorization", header.parse().unwrap());
        }
        headers.insert("x-amz-region-set", "eu-west-1,us-east-1".parse().unwrap());
        let claim = Claim::read(&headers, query);
        let scope = claim.scope.map(|(service, region)| format!("{service} {region}"));
        let how = [claim.version, claim.method].map(Option::unwrap_or_default).join(" ");
        (claim.access_key_id.unwrap_or_default(), scope.unwrap_or_default(), how)
    }

    fn expected(key: &str, scope: &str, how: &str) -> (String, String, String) {
        (key.to_owned(), scope.to_owned(), how.to_owned())
    }

    #[test]
    fn every_way_to_sign_names_its_key() {
        let v4 =
            "AWS4-HMAC-SHA256 Credential=AKIA1/20261001/eu-central-1/iam/aws4_request, SignedHeaders=host, Signature=0";
        assert_eq!(of(Some(v4), None), expected("AKIA1", "iam eu-central-1", "SigV4 AuthHeader"));
        let v4a = "AWS4-ECDSA-P256-SHA256 Credential=AKIA1/20261001/s3/aws4_request,SignedHeaders=host,Signature=0";
        assert_eq!(of(Some(v4a), None), expected("AKIA1", "s3 eu-west-1", "SigV4A AuthHeader"));
        assert_eq!(of(Some("AWS AKIA2:c2ln"), None), expected("AKIA2", "", "SigV2 AuthHeader"));
        let presigned =
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb%2F20261001%2Fus-east-1%2Fs3%2Faws4_request";
        assert_eq!(of(None, Some(presigned)), expected("a/b", "s3 us-east-1", "SigV4 QueryString"));
        assert_eq!(of(None, Some("AWSAccessKeyId=AKIA3&Signature=x")), expected("AKIA3", "", "SigV2 QueryString"));
    }

    #[test]
    fn a_form_names_its_signer_in_fields_of_whatever_case() {
        let fields = |all: &[(&str, &str)]| -> Claim {
            let owned: Vec<_> = all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Claim::of_form(&owned)
        };
        let newer = fields(&[
            ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
            ("x-amz-credential", "AKIA1/20261001/us-east-1/s3/aws4_request"),
        ]);
        let expected = Claim {
            access_key_id: Some("AKIA1".to_owned()),
            scope: Some(("s3".to_owned(), "us-east-1".to_owned())),
            version: Some("SigV4"),
            method: Some("HtmlForm"),
        };
        assert_eq!(newer, expected);
        let older = fields(&[("awsaccesskeyid", "AKIA2")]);
        assert_eq!((older.access_key_id.as_deref(), older.version), (Some("AKIA2"), Some("SigV2")));
        assert_eq!(fields(&[("key", "a")]), Claim::default());
    }

    #[test]
    fn nonsense_claims_nothing() {
        for header in ["", "Bearer x", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256", "AWS :x"] {
            assert_eq!(of(Some(header), None).0, "", "{header}");
        }
        assert_eq!(of(None, None), expected("", "", " "));
    }
}
