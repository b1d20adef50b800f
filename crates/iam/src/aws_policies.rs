//! The managed policies that every account finds under `arn:aws:iam::aws:policy/`: AWS's names, for what is here.

use cairn_model::Timestamp;
use serde_json::{Value, json};

use crate::{Document, ManagedPolicy, PolicyVersion, Tags};

/// When they are said to have been made: 2026-01-01.
const CREATED_AT: Timestamp = Timestamp::from_unix_seconds(1_767_225_600);

/// Reading what services say about themselves and their resources, and no contents.
const LOOKING: &[&str] = &[
    "cairn:CheckPolicy",
    "cairn:GetSettings",
    "cairn:GetStatus",
    "cairn:ListAccounts",
    "cairn:ListGateways",
    "cairn:SearchAccount",
    "cairn:ValidateTrail",
    "cloudtrail:DescribeTrails",
    "cloudtrail:Get*",
    "cloudtrail:List*",
    "cloudtrail:LookupEvents",
    "iam:GenerateCredentialReport",
    "iam:Get*",
    "iam:List*",
    "iam:SimulateCustomPolicy",
    "iam:SimulatePrincipalPolicy",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:List*",
    "organizations:Describe*",
    "organizations:List*",
    "s3:GetBucket*",
    "s3:GetEncryptionConfiguration",
    "s3:ListAllMyBuckets",
    "sts:GetAccessKeyInfo",
    "sts:GetCallerIdentity",
];

/// Every one of them.
pub(crate) fn all() -> Vec<ManagedPolicy> {
    let everything = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]);
    let with_contents = [LOOKING, &["s3:GetObject*", "s3:List*"]].concat();
    [
        ("AdministratorAccess", "everything", everything),
        ("ReadOnlyAccess", "all that reads", allow(&with_contents)),
        ("SecurityAudit", "how everything is set up, without contents", allow(LOOKING)),
        ("AWSCloudTrail_FullAccess", "everything about trails, and what creating one needs", full_access()),
        ("AWSCloudTrail_ReadOnlyAccess", "all about trails and events that reads", read_only()),
        (
            "CairnIngestOnly",
            "handing events in, and nothing else",
            allow(&["cairn:PutEvents", "cloudtrail-data:PutAuditEvents"]),
        ),
        ("CairnVerifyOnly", "what checking delivered files needs", verify_only()),
    ]
    .into_iter()
    .filter_map(|(name, description, statements)| policy(name, description, &statements))
    .collect()
}

/// Whether this is the ARN of one of them.
pub fn is_aws_policy(arn: &str) -> bool {
    all().iter().any(|policy| policy.arn() == arn)
}

fn allow(actions: &[&str]) -> Value {
    json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}])
}

/// The statements of AWS's own, as far as anything here could be asked for.
fn full_access() -> Value {
    let trails_topics = "arn:aws:sns:*:*:aws-cloudtrail-logs*";
    json!([
        {
            "Effect": "Allow",
            "Action": ["sns:AddPermission", "sns:CreateTopic", "sns:GetTopicAttributes", "sns:SetTopicAttributes"],
            "Resource": trails_topics,
        },
        {"Effect": "Allow", "Action": "sns:ListTopics", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock"],
            "Resource": "arn:aws:s3:::aws-cloudtrail-logs*",
        },
        {
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:ListAllMyBuckets"],
            "Resource": "*",
        },
        {"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "logs:CreateLogGroup",
            "Resource": "arn:aws:logs:*:*:log-group:aws-cloudtrail-logs*",
        },
        {"Effect": "Allow", "Action": ["iam:GetRolePolicy", "iam:GetUser", "iam:ListRoles"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:PassedToService": "cloudtrail.amazonaws.com"}},
        },
        {
            "Effect": "Allow",
            "Action": ["kms:CreateAlias", "kms:CreateKey", "kms:ListAliases", "kms:ListKeys"],
            "Resource": "*",
        },
    ])
}

fn read_only() -> Value {
    allow(&["cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:List*", "cloudtrail:LookupEvents"])
}

fn verify_only() -> Value {
    allow(&[
        "cloudtrail:DescribeTrails",
        "cloudtrail:GetTrail",
        "cloudtrail:GetTrailStatus",
        "cloudtrail:ListPublicKeys",
        "cloudtrail:ListTrails",
        "kms:Decrypt",
        "organizations:DescribeOrganization",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:ListBucket",
    ])
}

fn policy(name: &str, description: &str, statements: &Value) -> Option<ManagedPolicy> {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let document = Document::identity(&text).ok()?;
    Some(ManagedPolicy {
        account: None,
        id: id_of(name),
        name: name.to_owned(),
        path: "/".to_owned(),
        description: Some(format!("Allows {description}.")),
        created_at: CREATED_AT,
        updated_at: CREATED_AT,
        tags: Tags::new(),
        versions: vec![PolicyVersion { number: 1, document, created_at: CREATED_AT }],
        default_version: 1,
        last_number: 1,
        declared_in: None,
    })
}

/// An id that is the same in every installation: the name, in the alphabet of ids.
fn id_of(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase());
    // The names' ends tell them apart.
    let letters: Vec<char> = letters.rev().chain(std::iter::repeat('A')).take(17).collect();
    format!("ANPA{}", letters.into_iter().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_is_a_policy_with_an_id_of_its_own() {
        let all = all();
        let names: Vec<&str> = all.iter().map(|policy| &*policy.name).collect();
        assert_eq!(
            names,
            [
                "AdministratorAccess",
                "ReadOnlyAccess",
                "SecurityAudit",
                "AWSCloudTrail_FullAccess",
                "AWSCloudTrail_ReadOnlyAccess",
                "CairnIngestOnly",
                "CairnVerifyOnly"
            ]
        );
        assert_eq!(all[3].arn(), "arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess");
        let ids: BTreeSet<&str> = all.iter().map(|policy| &*policy.id).collect();
        assert_eq!(ids.len(), all.len());
        assert!(ids.iter().all(|id| id.len() == 21), "{ids:?}");
    }
}
