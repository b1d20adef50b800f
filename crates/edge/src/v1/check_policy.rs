//! `POST /v1/policies/check`: what is wrong with a policy that nobody has been given yet, as `cairn policy check` says it.

use cairn_api::{ApiError, ErrorCode};
use cairn_identity::Verified;
use cairn_policy::{Finding, PolicyKind, Severity, check};
use serde::Deserialize;
use serde_json::{Value, json};

use super::known_actions::known_actions;
use super::request::read;
use crate::front::Visit;
use crate::routes::Served;

/// More than any policy may have; the event of the call holds it.
const DOCUMENT_BYTES_MAX: usize = 32 << 10;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    document: String,
    /// What the document's elements say, when absent.
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Identity,
    Resource,
    Trust,
}

pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Served {
    let permitted = visit.context(verified).permit_action("cairn:CheckPolicy", &[]);
    let request = match permitted.and_then(|()| read::<Request>(body)) {
        Ok(request) => request,
        Err(error) => return error.into(),
    };
    if request.document.len() > DOCUMENT_BYTES_MAX {
        let message = format!("`document` must have at most {DOCUMENT_BYTES_MAX} bytes.");
        return ApiError::new(ErrorCode::ValidationException, message).into();
    }
    let parameters = serde_json::from_slice(body).ok();
    let result = Ok(visit.later(move || findings(&request).to_string()));
    Served { parameters, result }
}

fn findings(request: &Request) -> Value {
    let kind = request.kind.map(|kind| match kind {
        Kind::Identity => PolicyKind::Identity,
        Kind::Resource => PolicyKind::Resource { service: service_of(&request.document), arn: None },
        Kind::Trust => PolicyKind::Trust,
    });
    let found = check(&request.document, kind, &known_actions());
    json!({ "findings": found.iter().map(shown).collect::<Vec<_>>() })
}

/// The service whose resource the policy is for: besides buckets, keys, trails and event data stores have policies.
fn service_of(document: &str) -> &'static str {
    let names_actions_of = |service: &&str| document.contains(&format!("\"{service}:"));
    ["kms", "cloudtrail"].into_iter().find(names_actions_of).unwrap_or("s3")
}

fn shown(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "suggestion",
    };
    let Finding { reason, path, line, column, .. } = finding;
    json!({ "line": line, "column": column, "severity": severity, "path": path, "message": reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str, kind: Option<Kind>) -> Value {
        findings(&Request { document: document.to_owned(), kind })
    }

    #[test]
    fn findings_say_where_and_how_bad() {
        let unknown = "{\"Statement\":{\"Effect\":\"Allow\",\n\"Action\":\"s3:GetObjectt\",\"Resource\":\"*\"}}";
        let answer = found(unknown, Some(Kind::Identity));
        let finding = &answer["findings"][0];
        assert_eq!((&finding["line"], &finding["severity"]), (&json!(2), &json!("error")), "{finding}");
        assert!(finding["message"].as_str().is_some_and(|text| text.contains("GetObjectt")), "{finding}");
        assert_eq!(found("{", None)["findings"][0]["severity"], "error");
        let sound = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",
            "Resource":"arn:aws:s3:::logs/*"}}"#;
        assert_eq!(found(sound, None), json!({"findings": []}));
    }

    #[test]
    fn the_policy_of_a_key_is_judged_as_one_of_a_key() {
        let key = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},
            "Action":"kms:Decrypt","Resource":"*"}}"#;
        assert_eq!(found(key, Some(Kind::Resource)), json!({"findings": []}));
    }
}
