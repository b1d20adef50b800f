//! The operations of AWS IAM: identities, what they may do, and how they prove themselves.

pub(crate) mod add_client_id_to_open_id_connect_provider;
pub(crate) mod add_user_to_group;
mod asks;
pub(crate) mod attach_group_policy;
pub(crate) mod attach_role_policy;
pub(crate) mod attach_user_policy;
mod attaching;
mod authorization_details;
mod base32;
pub(crate) mod change_password;
pub(crate) mod create_access_key;
pub(crate) mod create_account_alias;
pub(crate) mod create_group;
pub(crate) mod create_login_profile;
pub(crate) mod create_open_id_connect_provider;
pub(crate) mod create_policy;
pub(crate) mod create_policy_version;
pub(crate) mod create_role;
pub(crate) mod create_user;
pub(crate) mod create_virtual_mfa_device;
mod credential_report;
pub(crate) mod deactivate_mfa_device;
pub(crate) mod delete_access_key;
pub(crate) mod delete_account_alias;
pub(crate) mod delete_account_password_policy;
pub(crate) mod delete_group;
pub(crate) mod delete_group_policy;
pub(crate) mod delete_login_profile;
pub(crate) mod delete_open_id_connect_provider;
pub(crate) mod delete_policy;
pub(crate) mod delete_policy_version;
pub(crate) mod delete_role;
pub(crate) mod delete_role_permissions_boundary;
pub(crate) mod delete_role_policy;
pub(crate) mod delete_user;
pub(crate) mod delete_user_permissions_boundary;
pub(crate) mod delete_user_policy;
pub(crate) mod delete_virtual_mfa_device;
pub(crate) mod detach_group_policy;
pub(crate) mod detach_role_policy;
pub(crate) mod detach_user_policy;
pub(crate) mod enable_mfa_device;
mod entity;
mod failure;
pub(crate) mod generate_credential_report;
pub(crate) mod get_access_key_last_used;
pub(crate) mod get_account_authorization_details;
pub(crate) mod get_account_password_policy;
pub(crate) mod get_account_summary;
pub(crate) mod get_credential_report;
pub(crate) mod get_group;
pub(crate) mod get_group_policy;
pub(crate) mod get_login_profile;
pub(crate) mod get_mfa_device;
pub(crate) mod get_open_id_connect_provider;
pub(crate) mod get_policy;
pub(crate) mod get_policy_version;
pub(crate) mod get_role;
pub(crate) mod get_role_policy;
pub(crate) mod get_user;
pub(crate) mod get_user_policy;
mod identity_providers;
mod inline_policies;
pub(crate) mod list_access_keys;
pub(crate) mod list_account_aliases;
pub(crate) mod list_attached_group_policies;
pub(crate) mod list_attached_role_policies;
pub(crate) mod list_attached_user_policies;
pub(crate) mod list_entities_for_policy;
pub(crate) mod list_group_policies;
pub(crate) mod list_groups;
pub(crate) mod list_groups_for_user;
pub(crate) mod list_instance_profiles;
pub(crate) mod list_instance_profiles_for_role;
pub(crate) mod list_mfa_device_tags;
pub(crate) mod list_mfa_devices;
pub(crate) mod list_open_id_connect_provider_tags;
pub(crate) mod list_open_id_connect_providers;
pub(crate) mod list_policies;
pub(crate) mod list_policies_granting_service_access;
pub(crate) mod list_policy_tags;
pub(crate) mod list_policy_versions;
pub(crate) mod list_role_policies;
pub(crate) mod list_role_tags;
pub(crate) mod list_roles;
pub(crate) mod list_saml_providers;
pub(crate) mod list_server_certificates;
pub(crate) mod list_service_specific_credentials;
pub(crate) mod list_signing_certificates;
pub(crate) mod list_ssh_public_keys;
pub(crate) mod list_user_policies;
pub(crate) mod list_user_tags;
pub(crate) mod list_users;
pub(crate) mod list_virtual_mfa_devices;
mod named;
mod people_shapes;
mod policy_detail;
pub(crate) mod put_group_policy;
pub(crate) mod put_role_permissions_boundary;
pub(crate) mod put_role_policy;
pub(crate) mod put_user_permissions_boundary;
pub(crate) mod put_user_policy;
mod qr_code;
pub(crate) mod remove_client_id_from_open_id_connect_provider;
pub(crate) mod remove_user_from_group;
mod requests;
pub(crate) mod resync_mfa_device;
pub(crate) mod set_default_policy_version;
mod shapes;
pub(crate) mod simulate_custom_policy;
pub(crate) mod simulate_principal_policy;
mod simulation;
mod summary;
pub(crate) mod tag_mfa_device;
pub(crate) mod tag_open_id_connect_provider;
pub(crate) mod tag_policy;
pub(crate) mod tag_role;
pub(crate) mod tag_user;
mod tagging;
pub(crate) mod untag_mfa_device;
pub(crate) mod untag_open_id_connect_provider;
pub(crate) mod untag_policy;
pub(crate) mod untag_role;
pub(crate) mod untag_user;
pub(crate) mod update_access_key;
pub(crate) mod update_account_password_policy;
pub(crate) mod update_assume_role_policy;
pub(crate) mod update_group;
pub(crate) mod update_login_profile;
pub(crate) mod update_open_id_connect_provider_thumbprint;
pub(crate) mod update_role;
pub(crate) mod update_role_description;
pub(crate) mod update_user;

use crate::Protocol;
use crate::protocol::Service;

/// AWS IAM.
pub(crate) const SERVICE: Service = Service {
    name: "iam",
    target_prefixes: &[],
    protocol: Protocol::AwsQuery,
    api_version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
};

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::qr_code::tests::read;
    use crate::fixture::{Fixture, Refused};
    use crate::{Answer, Context, operations};

    const POLICY: &str =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;

    /// An operation, the members of a request, and the code of what it is refused with.
    type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], &'c str);

    /// Calls an operation with members as a form has them.
    async fn answer(cx: &Context, operation: &str, members: &[(&str, &str)]) -> Answer {
        let entry = operations().iter().find(|entry| entry.service == "iam" && entry.name == operation).unwrap();
        let encoded = |(name, value): &(&str, &str)| format!("{name}={}", super::requests::encoded(value));
        let form: Vec<String> = members.iter().map(encoded).collect();
        entry.call(cx, form.join("&").as_bytes()).await
    }

    async fn call(fixture: &Fixture, operation: &str, members: &[(&str, &str)]) -> Result<String, Refused> {
        match answer(&fixture.cx, operation, members).await.result {
            Ok(body) => Ok(String::from_utf8(body.write().unwrap().to_vec()).unwrap()),
            Err(error) => Err((error.code.to_string(), error.message)),
        }
    }

    async fn code(fixture: &Fixture, operation: &str, members: &[(&str, &str)]) -> String {
        call(fixture, operation, members).await.unwrap_err().0
    }

    /// The text of the first element of that name.
    fn text<'x>(xml: &'x str, element: &str) -> &'x str {
        let (_, rest) = xml.split_once(&format!("<{element}>")).unwrap();
        rest.split_once('<').unwrap().0
    }

    #[tokio::test]
    async fn a_key_is_shown_once_and_its_secret_is_in_no_event() {
        let fixture = Fixture::new().await;
        let tags =
            [("UserName", "alice"), ("Path", "/ops/"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")];
        let made = answer(&fixture.cx, "CreateUser", &tags).await;
        let elements = made.response_elements.unwrap();
        assert_eq!(elements["user"]["arn"], "arn:aws:iam::123456789012:user/ops/alice");
        let made = answer(&fixture.cx, "CreateAccessKey", &[("UserName", "alice")]).await;
        let elements = made.response_elements.unwrap();
        let xml = String::from_utf8(made.result.unwrap().write().unwrap().to_vec()).unwrap();
        assert_eq!(elements["accessKey"]["accessKeyId"], text(&xml, "AccessKeyId"));
        assert!(!elements.to_string().contains(text(&xml, "SecretAccessKey")));
        let found = fixture.cx.services.iam.key(text(&xml, "AccessKeyId")).unwrap();
        assert_eq!(found.secret.expose(), text(&xml, "SecretAccessKey"));
        let user = call(&fixture, "GetUser", &[("UserName", "ALICE")]).await.unwrap();
        assert_eq!((text(&user, "UserName"), text(&user, "Key")), ("alice", "team"));
        let id = [("AccessKeyId", found.id.as_str())];
        assert_eq!(text(&call(&fixture, "GetAccessKeyLastUsed", &id).await.unwrap(), "ServiceName"), "N/A");
        call(&fixture, "CreateAccessKey", &[("UserName", "alice")]).await.unwrap();
        assert_eq!(code(&fixture, "CreateAccessKey", &[("UserName", "alice")]).await, "LimitExceeded");
        assert_eq!(code(&fixture, "DeleteUser", &[("UserName", "alice")]).await, "DeleteConflict");
        let keys = call(&fixture, "ListAccessKeys", &[("UserName", "alice"), ("MaxItems", "1")]).await.unwrap();
        assert_eq!(text(&keys, "IsTruncated"), "true");
    }

    #[tokio::test]
    async fn policies_are_kept_as_they_were_given_and_shown_encoded() {
        let fixture = Fixture::new().await;
        let made =
            call(&fixture, "CreatePolicy", &[("PolicyName", "reads"), ("PolicyDocument", POLICY)]).await.unwrap();
        let arn = text(&made, "Arn").to_owned();
        assert_eq!(arn, "arn:aws:iam::123456789012:policy/reads");
        let arn = ("PolicyArn", arn.as_str());
        let version = call(&fixture, "GetPolicyVersion", &[arn, ("VersionId", "v1")]).await.unwrap();
        assert_eq!(text(&version, "Document"), super::requests::encoded(POLICY));
        for _ in 0..4 {
            let new = [arn, ("PolicyDocument", POLICY), ("SetAsDefault", "true")];
            call(&fixture, "CreatePolicyVersion", &new).await.unwrap();
        }
        let versions = call(&fixture, "ListPolicyVersions", &[arn, ("MaxItems", "2")]).await.unwrap();
        assert_eq!(text(&versions, "VersionId"), "v5");
        assert!(versions.contains("<VersionId>v4<") && !versions.contains("<VersionId>v3<"), "{versions}");
        let next = [arn, ("Marker", text(&versions, "Marker"))];
        assert_eq!(text(&call(&fixture, "ListPolicyVersions", &next).await.unwrap(), "VersionId"), "v3");
        let sixth = [arn, ("PolicyDocument", POLICY)];
        assert_eq!(code(&fixture, "CreatePolicyVersion", &sixth).await, "LimitExceeded");
        call(&fixture, "CreateGroup", &[("GroupName", "readers")]).await.unwrap();
        call(&fixture, "AttachGroupPolicy", &[("GroupName", "readers"), arn]).await.unwrap();
        let entities = call(&fixture, "ListEntitiesForPolicy", &[arn]).await.unwrap();
        assert_eq!(text(&entities, "GroupName"), "readers");
        assert_eq!(text(&call(&fixture, "GetPolicy", &[arn]).await.unwrap(), "AttachmentCount"), "1");
        assert_eq!(code(&fixture, "DeletePolicy", &[arn]).await, "DeleteConflict");
        let attached = call(&fixture, "ListPolicies", &[("OnlyAttached", "true")]).await.unwrap();
        assert_eq!(text(&attached, "PolicyName"), "reads");
        let aws = call(&fixture, "ListPolicies", &[("Scope", "AWS")]).await.unwrap();
        assert!(aws.contains("<Arn>arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess</Arn>"), "{aws}");
    }

    #[tokio::test]
    async fn bad_requests_get_the_errors_of_aws() {
        let fixture = Fixture::new().await;
        call(&fixture, "CreateUser", &[("UserName", "alice")]).await.unwrap();
        let user = ("UserName", "alice");
        let long = "x".repeat(65);
        let large = POLICY.replace("s3:Get*", &format!("s3:Get{}", "x".repeat(2048)));
        let twice = [user, ("Tags.member.1.Key", "a"), ("Tags.member.2.Key", "A")];
        let cases: &[Case<'_>] = &[
            ("CreateUser", &[], "ValidationError"),
            ("CreateUser", &[("UserName", "../alice")], "ValidationError"),
            ("CreateUser", &[("UserName", &long)], "ValidationError"),
            ("CreateUser", &[("UserName", "bob"), ("Path", "ops")], "ValidationError"),
            ("CreateUser", &[("UserName", "ALICE")], "EntityAlreadyExists"),
            (
                "CreateUser",
                &[("UserName", "bob"), ("PermissionsBoundary", "arn:aws:iam::aws:policy/x")],
                "NoSuchEntity",
            ),
            ("GetUser", &[("UserName", "bob")], "NoSuchEntity"),
            ("ListUsers", &[("MaxItems", "0")], "ValidationError"),
            ("ListUsers", &[("MaxItems", "x")], "MalformedInput"),
            ("ListUsers", &[("Marker", "*")], "ValidationError"),
            ("ListUsers", &[("PathPrefix", "x")], "ValidationError"),
            ("CreateAccessKey", &[], "ValidationError"),
            ("UpdateAccessKey", &[user, ("AccessKeyId", "AKIAX"), ("Status", "On")], "ValidationError"),
            ("DeleteAccessKey", &[user, ("AccessKeyId", "AKIAX")], "NoSuchEntity"),
            ("GetAccessKeyLastUsed", &[("AccessKeyId", "AKIAX")], "AccessDenied"),
            ("PutUserPolicy", &[user, ("PolicyName", "p"), ("PolicyDocument", "{}")], "MalformedPolicyDocument"),
            ("PutUserPolicy", &[user, ("PolicyName", "p"), ("PolicyDocument", &large)], "LimitExceeded"),
            ("GetUserPolicy", &[user, ("PolicyName", "p")], "NoSuchEntity"),
            ("AttachUserPolicy", &[user, ("PolicyArn", "reads")], "InvalidInput"),
            ("DetachUserPolicy", &[user, ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")], "NoSuchEntity"),
            ("DeletePolicy", &[("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")], "AccessDenied"),
            ("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", POLICY)], "MalformedPolicyDocument"),
            ("TagUser", &twice, "InvalidInput"),
            ("DeleteUserPermissionsBoundary", &[user], "NoSuchEntity"),
            ("AddUserToGroup", &[user, ("GroupName", "none")], "NoSuchEntity"),
        ];
        for (operation, members, expected) in cases {
            assert_eq!(code(&fixture, operation, members).await, *expected, "{operation} {members:?}");
        }
    }

    #[tokio::test]
    async fn accounts_do_not_see_each_other() {
        let fixture = Fixture::new().await;
        call(&fixture, "CreateUser", &[("UserName", "alice")]).await.unwrap();
        let made =
            call(&fixture, "CreatePolicy", &[("PolicyName", "reads"), ("PolicyDocument", POLICY)]).await.unwrap();
        let other = fixture.of_account("111122223333");
        let refused = answer(&other, "GetUser", &[("UserName", "alice")]).await.result.err().unwrap();
        assert_eq!(refused.code.as_str(), "NoSuchEntity");
        let refused = answer(&other, "GetPolicy", &[("PolicyArn", text(&made, "Arn"))]).await.result.err().unwrap();
        assert_eq!(refused.code.as_str(), "NoSuchEntity");
    }

    #[tokio::test]
    async fn a_device_is_shown_under_its_name_and_the_accounts() {
        let fixture = Fixture::new().await;
        call(&fixture, "CreateAccountAlias", &[("AccountAlias", "acme")]).await.unwrap();
        let made = call(&fixture, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "a+b@c")]).await.unwrap();
        let address = read(&STANDARD.decode(text(&made, "QRCodePNG")).unwrap());
        assert!(address.starts_with("otpauth://totp/a%2Bb%40c@acme?secret="), "{address}");
        let listed = call(&fixture, "ListVirtualMFADevices", &[]).await.unwrap();
        assert!(listed.contains(":mfa/a+b@c<") && !listed.contains("QRCodePNG"), "{listed}");
    }

    #[tokio::test]
    async fn identity_providers_have_tags() {
        let fixture = Fixture::new().await;
        let tags = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "ops")];
        let made = [("Url", "https://login.example.com"), ("ClientIDList.member.1", "one"), tags[0], tags[1]];
        let made = call(&fixture, "CreateOpenIDConnectProvider", &made).await.unwrap();
        let arn = ("OpenIDConnectProviderArn", text(&made, "OpenIDConnectProviderArn"));
        let more = [arn, ("Tags.member.1.Key", "cost"), ("Tags.member.1.Value", "1")];
        call(&fixture, "TagOpenIDConnectProvider", &more).await.unwrap();
        call(&fixture, "UntagOpenIDConnectProvider", &[arn, ("TagKeys.member.1", "team")]).await.unwrap();
        let listed = call(&fixture, "ListOpenIDConnectProviderTags", &[arn]).await.unwrap();
        assert_eq!((text(&listed, "Key"), text(&listed, "Value")), ("cost", "1"));
        assert_eq!((listed.matches("<Key>").count(), text(&listed, "IsTruncated")), (1, "false"));
        let other = ("OpenIDConnectProviderArn", "arn:aws:iam::123456789012:oidc-provider/other.example.com");
        let foreign = ("OpenIDConnectProviderArn", "arn:aws:iam::210987654321:oidc-provider/login.example.com");
        for operation in ["TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", "ListOpenIDConnectProviderTags"] {
            assert_eq!(code(&fixture, operation, &[other]).await, "NoSuchEntity", "{operation}");
        }
        assert_eq!(code(&fixture, "TagOpenIDConnectProvider", &[foreign]).await, "InvalidInput");
        assert_eq!(code(&fixture, "ListOpenIDConnectProviderTags", &[foreign]).await, "NoSuchEntity");
        assert_eq!(code(&fixture, "TagOpenIDConnectProvider", &[]).await, "ValidationError");
    }

    #[tokio::test]
    async fn policies_that_give_access_to_a_service_are_named_with_who_has_them() {
        let fixture = Fixture::new().await;
        let (alice, people) = (("UserName", "alice"), ("GroupName", "people"));
        call(&fixture, "CreateUser", &[alice]).await.unwrap();
        call(&fixture, "CreateGroup", &[people]).await.unwrap();
        call(&fixture, "AddUserToGroup", &[alice, people]).await.unwrap();
        let reads = [("PolicyName", "reads"), ("PolicyDocument", POLICY)];
        call(&fixture, "PutGroupPolicy", &[people, reads[0], reads[1]]).await.unwrap();
        let audit = ("PolicyArn", "arn:aws:iam::aws:policy/SecurityAudit");
        call(&fixture, "AttachUserPolicy", &[alice, audit]).await.unwrap();
        call(&fixture, "AttachGroupPolicy", &[people, audit]).await.unwrap();
        let user = ("Arn", "arn:aws:iam::123456789012:user/alice");
        let services = [("ServiceNamespaces.member.1", "s3"), ("ServiceNamespaces.member.2", "CloudTrail")];
        let answer = call(&fixture, "ListPoliciesGrantingServiceAccess", &[user, services[0], services[1]]).await;
        let answer = answer.unwrap();
        let (cloudtrail, s3) = answer.split_once("<ServiceNamespace>s3<").unwrap();
        assert!(cloudtrail.contains("<ServiceNamespace>cloudtrail<"), "{answer}");
        assert_eq!((cloudtrail.matches("<PolicyName>").count(), text(cloudtrail, "PolicyArn")), (1, audit.1));
        let inline = "<PolicyName>reads</PolicyName>";
        let (_, inline) = s3.split_once(inline).unwrap();
        let shown = [text(inline, "PolicyType"), text(inline, "EntityType"), text(inline, "EntityName")];
        assert_eq!(shown, ["INLINE", "GROUP", "people"]);
        let none = [user, ("ServiceNamespaces.member.1", "dynamodb")];
        let none = call(&fixture, "ListPoliciesGrantingServiceAccess", &none).await.unwrap();
        assert!(!none.contains("<PolicyName>"), "{none}");
        let nobody = ("Arn", "arn:aws:iam::123456789012:user/bob");
        for (members, expected) in [
            (vec![nobody, services[0]], "NoSuchEntity"),
            (vec![user], "ValidationError"),
            (vec![user, ("ServiceNamespaces.member.1", "s3:*")], "ValidationError"),
        ] {
            assert_eq!(code(&fixture, "ListPoliciesGrantingServiceAccess", &members).await, expected, "{members:?}");
        }
    }

    #[tokio::test]
    async fn passwords_and_codes_are_in_no_event() {
        let fixture = Fixture::new().await;
        call(&fixture, "CreateUser", &[("UserName", "alice")]).await.unwrap();
        let user = ("UserName", "alice");
        let weak = code(&fixture, "CreateLoginProfile", &[user, ("Password", "alice")]).await;
        assert_eq!(weak, "PasswordPolicyViolation");
        let made = answer(&fixture.cx, "CreateLoginProfile", &[user, ("Password", "Correct-horse-1")]).await;
        assert!(made.result.is_ok());
        assert_eq!(made.request_parameters, Some(serde_json::json!({"userName": "alice"})));
        let (iam, account) = (&fixture.cx.services.iam, cairn_model::AccountId::DEFAULT);
        assert!(iam.verify_password(account, "alice", "Correct-horse-1").await);
        assert!(!iam.verify_password(account, "alice", "Correct-horse-2").await);
        assert!(!iam.verify_password(account, "nobody", "Correct-horse-1").await);
        assert_eq!(code(&fixture, "DeleteUser", &[user]).await, "DeleteConflict");
        let made = answer(&fixture.cx, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]).await;
        let xml = String::from_utf8(made.result.unwrap().write().unwrap().to_vec()).unwrap();
        let (serial, seed) = (text(&xml, "SerialNumber"), text(&xml, "Base32StringSeed"));
        assert_eq!(serial, "arn:aws:iam::123456789012:mfa/phone");
        // Neither the seed nor the code that shows it.
        let shown = serde_json::json!({"virtualMFADevice": {"serialNumber": serial}});
        assert_eq!(made.response_elements, Some(shown));
        assert_eq!(made.request_parameters, Some(serde_json::json!({"virtualMFADeviceName": "phone"})));
        let decoded = |text: &str| STANDARD.decode(text).unwrap();
        let seed = String::from_utf8(decoded(seed)).unwrap();
        let address = read(&decoded(text(&xml, "QRCodePNG")));
        assert_eq!(address, format!("otpauth://totp/phone@123456789012?secret={seed}"));
        let codes = [user, ("SerialNumber", serial), ("AuthenticationCode1", "1"), ("AuthenticationCode2", "2")];
        let refused = answer(&fixture.cx, "EnableMFADevice", &codes).await;
        assert_eq!(refused.result.err().unwrap().code.as_str(), "InvalidAuthenticationCode");
        let shown = serde_json::json!({"userName": "alice", "serialNumber": serial});
        assert_eq!(refused.request_parameters, Some(shown));
    }

    #[tokio::test]
    async fn the_account_has_a_rule_for_passwords_an_alias_and_a_summary() {
        let fixture = Fixture::new().await;
        assert_eq!(code(&fixture, "GetAccountPasswordPolicy", &[]).await, "NoSuchEntity");
        let rule = [("MinimumPasswordLength", "14"), ("RequireNumbers", "true"), ("MaxPasswordAge", "90")];
        call(&fixture, "UpdateAccountPasswordPolicy", &rule).await.unwrap();
        let shown = call(&fixture, "GetAccountPasswordPolicy", &[]).await.unwrap();
        assert_eq!((text(&shown, "MinimumPasswordLength"), text(&shown, "ExpirePasswords")), ("14", "true"));
        call(&fixture, "CreateUser", &[("UserName", "alice")]).await.unwrap();
        let short = [("UserName", "alice"), ("Password", "Correct-horse1")];
        call(&fixture, "CreateLoginProfile", &short).await.unwrap();
        assert_eq!(
            code(&fixture, "UpdateLoginProfile", &[short[0], ("Password", "Short1")]).await,
            "PasswordPolicyViolation"
        );
        assert_eq!(code(&fixture, "CreateAccountAlias", &[("AccountAlias", "-x-")]).await, "ValidationError");
        call(&fixture, "CreateAccountAlias", &[("AccountAlias", "audit-house")]).await.unwrap();
        assert!(call(&fixture, "ListAccountAliases", &[]).await.unwrap().contains("<member>audit-house</member>"));
        let summary = call(&fixture, "GetAccountSummary", &[]).await.unwrap();
        assert!(summary.contains("<key>Users</key>\n        <value>1</value>"), "{summary}");
    }

    #[tokio::test]
    async fn a_simulation_says_what_would_be_decided_and_by_which_policy() {
        let fixture = Fixture::new().await;
        call(&fixture, "CreateUser", &[("UserName", "alice")]).await.unwrap();
        let policy = [("UserName", "alice"), ("PolicyName", "reads"), ("PolicyDocument", POLICY)];
        call(&fixture, "PutUserPolicy", &policy).await.unwrap();
        let asked = [
            ("PolicySourceArn", "arn:aws:iam::123456789012:user/alice"),
            ("ActionNames.member.1", "s3:GetObject"),
            ("ActionNames.member.2", "s3:PutObject"),
        ];
        let results = call(&fixture, "SimulatePrincipalPolicy", &asked).await.unwrap();
        assert_eq!((text(&results, "EvalDecision"), text(&results, "SourcePolicyId")), ("allowed", "user/alice/reads"));
        assert!(results.contains("<EvalDecision>implicitDeny</EvalDecision>"), "{results}");
        let unknown = [("PolicySourceArn", "arn:aws:iam::123456789012:user/bob"), asked[1]];
        assert_eq!(code(&fixture, "SimulatePrincipalPolicy", &unknown).await, "NoSuchEntity");
        let denies = POLICY.replace("Allow", "Deny");
        let custom = [("PolicyInputList.member.1", denies.as_str()), asked[1]];
        let results = call(&fixture, "SimulateCustomPolicy", &custom).await.unwrap();
        assert_eq!(text(&results, "EvalDecision"), "explicitDeny");
    }

    #[tokio::test]
    async fn what_auditors_and_terraform_ask_of_an_account_is_answered() {
        let fixture = Fixture::new().await;
        let user = ("UserName", "alice");
        call(&fixture, "CreateUser", &[user, ("Path", "/ops/")]).await.unwrap();
        call(&fixture, "CreateAccessKey", &[user]).await.unwrap();
        call(&fixture, "PutUserPolicy", &[user, ("PolicyName", "own"), ("PolicyDocument", POLICY)]).await.unwrap();
        call(&fixture, "CreateGroup", &[("GroupName", "people")]).await.unwrap();
        call(&fixture, "AddUserToGroup", &[user, ("GroupName", "people")]).await.unwrap();
        let state = call(&fixture, "GenerateCredentialReport", &[]).await.unwrap();
        assert_eq!(text(&state, "State"), "COMPLETE");
        let report = call(&fixture, "GetCredentialReport", &[]).await.unwrap();
        let content = STANDARD.decode(text(&report, "Content")).unwrap();
        let lines: Vec<Vec<&str>> =
            std::str::from_utf8(&content).unwrap().lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [22, 22, 22]);
        assert_eq!((lines[0][8], lines[1][0]), ("access_key_1_active", "<root_account>"));
        assert_eq!(lines[2][..2], ["alice", "arn:aws:iam::123456789012:user/ops/alice"]);
        assert_eq!((lines[2][3], lines[2][7], lines[2][8], lines[2][13]), ("false", "false", "true", "false"));
        let details = call(&fixture, "GetAccountAuthorizationDetails", &[("MaxItems", "2")]).await.unwrap();
        assert_eq!((text(&details, "IsTruncated"), text(&details, "PolicyName")), ("true", "own"));
        assert!(details.contains("<member>people</member>") && details.contains("<GroupName>people<"), "{details}");
        let local = [("Filter.member.1", "AWSManagedPolicy"), ("Marker", text(&details, "Marker"))];
        let policies = call(&fixture, "GetAccountAuthorizationDetails", &local).await.unwrap();
        assert!(policies.contains("<Arn>arn:aws:iam::aws:policy/SecurityAudit<") && !policies.contains("alice"));
        assert_eq!(
            code(&fixture, "GetAccountAuthorizationDetails", &[("Filter.member.1", "All")]).await,
            "ValidationError"
        );
        call(&fixture, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]).await.unwrap();
        let serial = ("SerialNumber", "arn:aws:iam::123456789012:mfa/phone");
        assert_eq!(code(&fixture, "GetMFADevice", &[serial]).await, "NoSuchEntity");
        let tag = [serial, ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")];
        call(&fixture, "TagMFADevice", &tag).await.unwrap();
        assert_eq!(text(&call(&fixture, "ListMFADeviceTags", &[serial]).await.unwrap(), "Key"), "team");
        call(&fixture, "UntagMFADevice", &[serial, ("TagKeys.member.1", "Team")]).await.unwrap();
        assert!(!call(&fixture, "ListMFADeviceTags", &[serial]).await.unwrap().contains("<Key>"));
        for operation in ["ListSigningCertificates", "ListSSHPublicKeys", "ListServiceSpecificCredentials"] {
            call(&fixture, operation, &[user]).await.unwrap();
            assert_eq!(code(&fixture, operation, &[("UserName", "nobody")]).await, "NoSuchEntity", "{operation}");
        }
        for operation in ["ListInstanceProfiles", "ListServerCertificates", "ListSAMLProviders"] {
            call(&fixture, operation, &[]).await.unwrap();
        }
        assert_eq!(code(&fixture, "ListInstanceProfilesForRole", &[("RoleName", "none")]).await, "NoSuchEntity");
    }

    #[tokio::test]
    async fn a_simulation_asks_the_policy_of_the_resource_too_and_whose_it_is() {
        let fixture = Fixture::new().await;
        let alice = "arn:aws:iam::111122223333:user/alice";
        let resource = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},
            "Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*"}}"#;
        let mut asked = vec![
            ("PolicyInputList.member.1", POLICY),
            ("ActionNames.member.1", "s3:PutObject"),
            ("ResourceArns.member.1", "arn:aws:s3:::logs/a"),
            ("CallerArn", alice),
        ];
        let decision = async |asked: &[(&str, &str)]| {
            let answer = call(&fixture, "SimulateCustomPolicy", asked).await?;
            Ok::<_, Refused>(text(&answer, "EvalDecision").to_owned())
        };
        assert_eq!(decision(&asked).await.unwrap(), "implicitDeny");
        asked.push(("ResourcePolicy", resource));
        asked.push(("ResourceOwner", "arn:aws:iam::111122223333:root"));
        assert_eq!(decision(&asked).await.unwrap(), "allowed");
        asked.pop();
        // The resource is the caller's account's: alice is of another one, and her own account does not let her.
        assert_eq!(decision(&asked).await.unwrap(), "implicitDeny");
        asked.push(("PermissionsBoundaryPolicyInputList.member.1", POLICY));
        assert_eq!(decision(&asked).await.unwrap(), "implicitDeny");
        asked[3] = ("CallerArn", "alice");
        assert_eq!(decision(&asked).await.unwrap_err().0, "InvalidInput");
    }

    #[tokio::test]
    async fn a_new_name_or_path_is_asked_for_as_well_as_the_old_one() {
        let fixture = Fixture::new().await;
        call(&fixture, "CreateUser", &[("UserName", "alice"), ("Path", "/ops/")]).await.unwrap();
        let cx = &fixture.cx;
        let arns = |new| -> Vec<String> {
            let asks = cx.asks_to_rename(cx.ask_on_user(Some("alice")), new);
            asks.iter().map(|ask| ask.resource().to_owned()).collect()
        };
        let now = "arn:aws:iam::123456789012:user/ops/alice";
        assert_eq!(arns((None, None)), [now]);
        assert_eq!(arns((None, Some("eve"))), [now, "arn:aws:iam::123456789012:user/ops/eve"]);
        assert_eq!(arns((Some("/"), None)), [now, "arn:aws:iam::123456789012:user/alice"]);
    }
}
