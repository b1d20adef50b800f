//! Which operations only read (reference section 4.3).

use crate::model::Operation;
use crate::tables::ServiceTable;

/// Names that begin so are reads, unless they are listed below.
const READING_VERBS: &[&str] = &[
    "BatchCheck",
    "BatchDescribe",
    "BatchGet",
    "BatchList",
    "Check",
    "Describe",
    "Detect",
    "Discover",
    "Download",
    "Estimate",
    "Filter",
    "Find",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Poll",
    "Preview",
    "Query",
    "Read",
    "Retrieve",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Test",
    "TransactGet",
    "Validate",
    "Verify",
    "View",
];

/// Reads whose names do not say so.
const READS: &[(&str, &[&str])] = &[
    (
        "bedrock-runtime",
        &["ApplyGuardrail", "Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"],
    ),
    ("cloudtrail", &["GenerateQuery", "StartQuery"]),
    ("iam", &["GenerateCredentialReport", "GenerateOrganizationsAccessReport", "GenerateServiceLastAccessedDetails"]),
    (
        "kms",
        &[
            "Decrypt",
            "DeriveSharedSecret",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext",
            "GenerateDataKeyWithoutPlaintext",
            "GenerateMac",
            "GenerateRandom",
            "ReEncrypt",
            "Sign",
        ],
    ),
    ("sqs", &["ReceiveMessage"]),
    ("sts", &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "DecodeAuthorizationMessage"]),
];

/// Writes whose names do not say so.
const WRITES: &[(&str, &[&str])] = &[
    ("cognito-idp", &["VerifySoftwareToken", "VerifyUserAttribute"]),
    ("codepipeline", &["PollForJobs", "PollForThirdPartyJobs"]),
    ("license-manager", &["CheckInLicense"]),
    ("ses", &["VerifyDomainDkim", "VerifyDomainIdentity", "VerifyEmailAddress", "VerifyEmailIdentity"]),
    ("sts", &["GetDelegatedAccessToken", "GetFederationToken", "GetSessionToken", "GetWebIdentityToken"]),
    ("swf", &["PollForActivityTask", "PollForDecisionTask"]),
];

/// Whether an operation only reads.
pub(crate) fn is_read_only(service: &ServiceTable, operation: &Operation) -> bool {
    if lists(WRITES, service, operation.name) {
        return false;
    }
    operation.is_marked_read_only || lists(READS, service, operation.name) || reads_by_name(operation.name)
}

/// Whether a name begins with a verb of reading, as a whole word.
pub(crate) fn reads_by_name(name: &str) -> bool {
    READING_VERBS.iter().any(|verb| {
        name.strip_prefix(verb).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
    })
}

fn lists(table: &[(&str, &[&str])], service: &ServiceTable, operation: &str) -> bool {
    table.iter().any(|(name, operations)| *name == service.name && operations.contains(&operation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn every_operation_in_the_lists_is_in_the_tables() {
        for (service, operations) in READS.iter().chain(WRITES) {
            for operation in *operations {
                let model = tables::named(service).unwrap().model();
                assert!(model.operation(operation).is_some(), "{service} {operation}");
            }
        }
    }

    #[test]
    fn a_verb_counts_as_a_whole_word_only() {
        assert!(reads_by_name("ListTables"));
        assert!(reads_by_name("Query"));
        assert!(!reads_by_name("CheckoutLicense"));
        assert!(!reads_by_name("GettingStarted"));
        assert!(!reads_by_name("PutObject"));
    }
}
