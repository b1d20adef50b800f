//! AWS's published Signature Version 4 vectors, read from the `aws-sigv4` package in cargo's registry.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cairn_model::Timestamp;
use serde_json::Value;

use crate::canonical::{PathForm, canonical_request, payload_hash, string_to_sign};
use crate::{Authorization, Payload, Placement, Refusal, Request, SecretKey, SigningKey};

/// Where cargo keeps the package. It is a dependency of no target, so that it is fetched and never built.
fn suite() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata answers JSON");
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "aws-sigv4").expect("aws-sigv4 is in the registry");
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("aws-signing-test-suite").join("v4")
}

struct Case {
    name: String,
    secret: SecretKey,
    signed_at: Timestamp,
    form: PathForm,
    has_token: bool,
    folder: PathBuf,
}

impl Case {
    fn read(folder: PathBuf) -> Option<Self> {
        let context = std::fs::read_to_string(folder.join("context.json")).ok()?;
        let context: Value = serde_json::from_str(&context).unwrap();
        let normalize = context["normalize"].as_bool().unwrap();
        Some(Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            secret: SecretKey::new(context["credentials"]["secret_access_key"].as_str().unwrap()),
            signed_at: Timestamp::parse(context["timestamp"].as_str().unwrap()).unwrap(),
            form: if normalize { PathForm::Normalized } else { PathForm::AsSent },
            has_token: context["credentials"]["token"].is_string(),
            folder,
        })
    }

    fn text(&self, file: &str) -> String {
        let text =
            std::fs::read_to_string(self.folder.join(file)).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        text.strip_suffix('\n').unwrap_or(&text).to_owned()
    }

    fn check(&self, kind: &str) {
        let text = std::fs::read_to_string(self.folder.join(format!("{kind}-signed-request.txt"))).unwrap();
        let message = Message::parse(&text);
        let headers: Vec<(&str, &[u8])> = message.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
        let (method, query) = (message.method.as_str(), message.query.as_str());
        let request = Request { method, path: &message.path, query, headers: &headers };
        let authorization = Authorization::read(&request).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        assert_eq!(authorization.signed_at, self.signed_at, "{}", self.name);
        assert_eq!(authorization.placement == Placement::Header, kind == "header");

        let hash = payload_hash(message.body.as_bytes());
        let canonical = canonical_request(&request, self.form, &authorization.signed_headers, &hash);
        let canonical_text = String::from_utf8(canonical.clone()).unwrap();
        assert_eq!(canonical_text, self.text(&format!("{kind}-canonical-request.txt")), "{}", self.name);
        let to_sign = string_to_sign(&canonical, &authorization.signed_at_text, &authorization.scope);
        assert_eq!(to_sign, self.text(&format!("{kind}-string-to-sign.txt")), "{}", self.name);
        let key = SigningKey::derive(&self.secret, &authorization.scope);
        assert_eq!(hex::encode(key.signature(&to_sign)), self.text(&format!("{kind}-signature.txt")), "{}", self.name);

        if self.form == PathForm::Normalized {
            let at = self.signed_at.plus(Duration::from_mins(1));
            let verified = authorization.verify(&request, Payload::Body(message.body.as_bytes()), &key, at).map(drop);
            // Services that take a session token outside the signature are not among ours.
            let token = "x-amz-security-token";
            let loose = authorization.session_token.is_some() && kind == "header" && !authorization.signs(token);
            let expected = if loose { Err(Refusal::UnsignedHeader(token.to_owned())) } else { Ok(()) };
            assert_eq!(verified, expected, "{}", self.name);
        }
    }
}

struct Message {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Message {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let line = lines.next().unwrap();
        let (method, rest) = line.split_once(' ').unwrap();
        let target = rest.rsplit_once(' ').unwrap().0;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines {
            match line.split_once(':').filter(|_| !line.starts_with(' ')) {
                Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
                None => headers.last_mut().unwrap().1.extend([" ", line]),
            }
        }
        let body = body.trim_end_matches('\n').to_owned();
        Self { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), headers, body }
    }
}

#[test]
fn every_published_vector_is_met_in_its_header_and_its_query_form() {
    let folders = std::fs::read_dir(suite()).unwrap();
    let cases: Vec<Case> = folders.filter_map(|folder| Case::read(folder.unwrap().path())).collect();
    assert!(cases.len() >= 35, "{} cases", cases.len());
    assert!(cases.iter().any(|case| case.has_token));
    for case in &cases {
        case.check("header");
        // Of a token that is added to the query after signing: no service of ours takes one.
        if case.name != "post-sts-header-after" {
            case.check("query");
        }
    }
}
