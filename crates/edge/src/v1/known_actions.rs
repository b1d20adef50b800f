//! The actions that policies of this server can be about.

use cairn_policy::KnownActions;

/// Actions that are no operations of their services.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const BESIDE_OPERATIONS: [(&str, &str); 23] = [
    ("cairn", "CheckPolicy"),
    ("cairn", "GetEvents"),
    ("cairn", "GetSettings"),
    ("cairn", "GetStatus"),
    ("cairn", "ListAccounts"),
    ("cairn", "ListGateways"),
    ("cairn", "PutEvents"),
    ("cairn", "SearchAccount"),
    ("cairn", "ValidateTrail"),
    ("cloudtrail", "CreateServiceLinkedChannel"),
    ("cloudtrail", "DeleteServiceLinkedChannel"),
    ("cloudtrail", "GenerateQueryResultsSummary"),
    ("cloudtrail", "GetEventDataStoreData"),
    ("cloudtrail", "GetServiceLinkedChannel"),
    ("cloudtrail", "ListServiceLinkedChannels"),
    ("cloudtrail", "UpdateServiceLinkedChannel"),
    ("iam", "PassRole"),
    ("kms", "ReEncryptFrom"),
    ("kms", "ReEncryptTo"),
    ("sts", "GetServiceBearerToken"),
    ("sts", "SetContext"),
    ("sts", "SetSourceIdentity"),
    ("sts", "TagSession"),
];

/// Every action of the services that this server has, whether it has the operation or not.
pub fn known_actions() -> KnownActions {
    let mut services: Vec<&str> = cairn_api::operations().iter().map(|entry| entry.service).collect();
    services.push("cloudtrail-data");
    services.sort_unstable();
    services.dedup();
    let of_operations =
        |service: &'static str| cairn_services::operation_names(service).map(move |name| (service, name));
    let s3 = cairn_buckets::s3_actions();
    let all = services.into_iter().flat_map(of_operations).chain(BESIDE_OPERATIONS);
    KnownActions::new(all.chain(s3.iter().map(|name| ("s3", name.as_str()))))
}

#[cfg(test)]
mod tests {
    use cairn_policy::{PolicyKind, Severity, check};

    use super::*;

    #[test]
    fn every_operation_of_this_server_is_an_action() {
        let known = known_actions();
        for entry in cairn_api::operations() {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Deny","Action":"{}:{}","Resource":"*"}}}}"#,
                entry.service, entry.name
            );
            assert_eq!(check(&text, Some(PolicyKind::Identity), &known), [], "{}", entry.name);
        }
    }

    #[test]
    fn what_only_aws_has_is_known_and_what_nobody_has_is_not() {
        let of = |action: &str| {
            let text = format!(r#"{{"Statement":{{"Effect":"Deny","Action":"{action}","Resource":"*"}}}}"#);
            check(&text, None, &known_actions()).first().map(|finding| finding.severity)
        };
        for action in [
            "cairn:PutEvents",
            "iam:PassRole",
            "s3:GetObjectVersion",
            "cloudtrail-data:PutAuditEvents",
            "kms:CreateGrant",
        ] {
            assert_eq!(of(action), None, "{action}");
        }
        assert_eq!(of("s3:HeadObject"), Some(Severity::Error));
        assert_eq!(of("ec2:RunInstances"), Some(Severity::Note));
    }
}
