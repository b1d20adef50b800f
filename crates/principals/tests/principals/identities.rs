//! What each kind of call teaches of keys, as `userIdentity` shows it.

use std::time::Duration;

use cairn_model::AccountId;
use cairn_principals::{KeyHolder, KnownKey, Lesson, Principal, PrincipalsSettings};
use serde_json::{Value, json};

use crate::scene::{ACCOUNT, Scene, credentials, role_arn, user_key};

fn account() -> AccountId {
    AccountId::parse(ACCOUNT).unwrap()
}

#[tokio::test]
async fn a_made_key_is_its_user_and_the_users_id_comes_when_a_call_shows_it() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let known = scene.find("AKIANINA");
    assert_eq!(
        known.user_identity,
        json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/nina", "accountId": ACCOUNT,
            "accessKeyId": "AKIANINA", "userName": "nina"})
    );
    assert_eq!((known.account, known.origin, known.chain), (account(), None, Vec::new()));
    let user = json!({"user": {"userName": "nina", "userId": "AIDANINA",
        "arn": "arn:aws:iam::111122223333:user/team/nina"}});
    scene.call("GetUser", Some("AKIAADMIN"), json!({"userName": "nina"}), user).await;
    assert_eq!(
        scene.find("AKIANINA").user_identity,
        json!({"type": "IAMUser", "principalId": "AIDANINA", "arn": "arn:aws:iam::111122223333:user/team/nina",
            "accountId": ACCOUNT, "accessKeyId": "AKIANINA", "userName": "nina"})
    );
}

#[tokio::test]
async fn lists_of_users_and_keys_are_read_and_a_user_made_anew_is_another_one() {
    let mut scene = Scene::new().await;
    let listed = json!({"accessKeyMetadata": [{"userName": "omar", "accessKeyId": "AKIAOMAR"}, {"userName": "omar"}]});
    scene.call("ListAccessKeys", Some("AKIAADMIN"), json!({"userName": "omar"}), listed).await;
    let users = json!({"users": [{"userName": "omar", "userId": "AIDAFIRST",
        "arn": "arn:aws:iam::111122223333:user/omar"}]});
    scene.call("ListUsers", Some("AKIAADMIN"), Value::Null, users).await;
    let anew = json!({"user": {"userName": "omar", "userId": "AIDASECOND",
        "arn": "arn:aws:iam::111122223333:user/omar"}});
    scene.call("CreateUser", Some("AKIAADMIN"), json!({"userName": "omar"}), anew).await;
    scene.create_key("omar", "AKIAOMAR2").await;
    assert_eq!(scene.find("AKIAOMAR").user_identity["principalId"], "AIDAFIRST");
    assert_eq!(scene.find("AKIAOMAR2").user_identity["principalId"], "AIDASECOND");
}

#[tokio::test]
async fn calls_about_keys_name_their_users_and_calls_about_roles_complete_sessions() {
    let mut scene = Scene::new().await;
    let update = json!({"userName": "nina", "accessKeyId": "AKIANINA", "status": "Inactive"});
    scene.call("UpdateAccessKey", Some("AKIAADMIN"), update, Value::Null).await;
    assert_eq!(scene.find("AKIANINA").user_identity["userName"], "nina");
    let used = json!({"userName": "omar", "accessKeyLastUsed": {"serviceName": "s3"}});
    scene.call("GetAccessKeyLastUsed", Some("AKIAADMIN"), json!({"accessKeyId": "AKIAOMAR"}), used).await;
    assert_eq!(scene.find("AKIAOMAR").user_identity["userName"], "omar");
    let request = json!({"roleArn": role_arn("Job"), "roleSessionName": "s"});
    scene.call("AssumeRole", Some("AKIANINA"), request, credentials("ASIAJOB")).await;
    assert_eq!(scene.find("ASIAJOB").user_identity.get("principalId"), None);
    let role = json!({"roles": [{"roleName": "Job", "roleId": "AROAJOB", "arn": role_arn("Job")}]});
    scene.call("ListRoles", Some("AKIAADMIN"), Value::Null, role).await;
    assert_eq!(scene.find("ASIAJOB").user_identity["principalId"], "AROAJOB:s");
    scene.restart().await;
    assert_eq!(scene.find("ASIAJOB").user_identity["principalId"], "AROAJOB:s");
}

#[tokio::test]
async fn a_session_of_a_role_has_every_member_that_its_call_shows() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let further = json!({"serialNumber": "arn:aws:iam::111122223333:mfa/nina", "tokenCode": "123456",
        "sourceIdentity": "nina@example.com"});
    scene.assume_with("AKIANINA", "Deployer", ("deploy-7", "ASIADEPLOY"), further).await;
    assert_eq!(
        scene.find("ASIADEPLOY").user_identity,
        json!({"type": "AssumedRole", "principalId": "AROADEPLOYER:deploy-7",
            "arn": "arn:aws:sts::111122223333:assumed-role/Deployer/deploy-7", "accountId": ACCOUNT,
            "accessKeyId": "ASIADEPLOY", "sessionContext": {
                "sessionIssuer": {"type": "Role", "principalId": "AROADEPLOYER", "arn": role_arn("Deployer"),
                    "accountId": ACCOUNT, "userName": "Deployer"},
                "attributes": {"creationDate": "2026-10-01T08:00:00Z", "mfaAuthenticated": "true"},
                "sourceIdentity": "nina@example.com"}})
    );
}

#[tokio::test]
async fn an_answer_without_the_session_is_completed_from_the_request_and_from_known_roles() {
    let mut scene = Scene::new().await;
    let role = json!({"role": {"roleName": "Collector", "roleId": "AROACOLLECTOR", "arn": role_arn("Collector")}});
    scene.call("CreateRole", Some("AKIAADMIN"), Value::Null, role).await;
    let request = json!({"roleArn": role_arn("Collector"), "roleSessionName": "i-0", "durationSeconds": 900});
    let answer = json!({"credentials": {"accessKeyId": "ASIABARE"}});
    scene.call("AssumeRole", Some("AKIAADMIN"), request, answer).await;
    let identity = scene.find("ASIABARE").user_identity;
    assert_eq!(identity["principalId"], "AROACOLLECTOR:i-0");
    assert_eq!(identity["arn"], "arn:aws:sts::111122223333:assumed-role/Collector/i-0");
}

#[tokio::test]
async fn a_role_of_another_account_belongs_to_that_account() {
    let mut scene = Scene::new().await;
    let answer = json!({"credentials": {"accessKeyId": "ASIAFAR"}, "assumedRoleUser": {"assumedRoleId": "AROAFAR:s",
        "arn": "arn:aws-cn:sts::444455556666:assumed-role/Far/s"}});
    let request = json!({"roleArn": "arn:aws-cn:iam::444455556666:role/Far", "roleSessionName": "s"});
    scene.call("AssumeRole", Some("AKIAADMIN"), request, answer).await;
    let known = scene.find("ASIAFAR");
    assert_eq!(known.account.as_str(), "444455556666");
    assert_eq!(known.user_identity["arn"], "arn:aws-cn:sts::444455556666:assumed-role/Far/s");
    let issuer = &known.user_identity["sessionContext"]["sessionIssuer"];
    assert_eq!(issuer["arn"], "arn:aws-cn:iam::444455556666:role/Far");
}

#[tokio::test]
async fn a_session_token_stands_for_the_user_that_asked_for_it() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let request = json!({"serialNumber": "arn:aws:iam::111122223333:mfa/nina"});
    let event_id = scene.call("GetSessionToken", Some("AKIANINA"), request, credentials("ASIANINA")).await;
    let known = scene.find("ASIANINA");
    assert_eq!(
        known.user_identity,
        json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/nina", "accountId": ACCOUNT,
            "accessKeyId": "ASIANINA", "userName": "nina", "sessionContext": {
                "attributes": {"creationDate": "2026-10-01T08:00:00Z", "mfaAuthenticated": "true"}}})
    );
    assert_eq!(known.origin.unwrap()["accessKeyId"], "AKIANINA");
    assert_eq!(known.chain.len(), 2);
    assert_eq!(known.chain[1]["eventID"], event_id);
    assert_eq!(known.chain[1]["assumedAt"], "2026-10-01T08:00:00Z");
}

#[tokio::test]
async fn a_federated_user_is_issued_by_the_caller() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let mut answer = credentials("ASIAFED");
    answer["federatedUser"] = json!({"federatedUserId": "111122223333:guest",
        "arn": "arn:aws:sts::111122223333:federated-user/guest"});
    scene.call("GetFederationToken", Some("AKIANINA"), json!({"name": "guest"}), answer).await;
    let known = scene.find("ASIAFED");
    assert_eq!(
        known.user_identity,
        json!({"type": "FederatedUser", "principalId": "111122223333:guest",
            "arn": "arn:aws:sts::111122223333:federated-user/guest", "accountId": ACCOUNT, "accessKeyId": "ASIAFED",
            "sessionContext": {
                "sessionIssuer": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/nina",
                    "accountId": ACCOUNT, "userName": "nina"},
                "attributes": {"creationDate": "2026-10-01T08:00:00Z", "mfaAuthenticated": "false"}}})
    );
    assert_eq!(known.origin.unwrap()["userName"], "nina");
}

#[tokio::test]
async fn a_web_identity_is_the_origin_of_its_session_and_of_the_call_itself() {
    let mut scene = Scene::new().await;
    let mut answer = credentials("ASIAWEB");
    answer["assumedRoleUser"] = json!({"assumedRoleId": "AROAPOD:pod-1",
        "arn": "arn:aws:sts::111122223333:assumed-role/Pod/pod-1"});
    answer["subjectFromWebIdentityToken"] = json!("system:serviceaccount:default:app");
    answer["provider"] = json!("arn:aws:iam::111122223333:oidc-provider/oidc.example.com");
    answer["audience"] = json!("sts.amazonaws.com");
    let request = json!({"roleArn": role_arn("Pod"), "roleSessionName": "pod-1"});
    scene.call("AssumeRoleWithWebIdentity", None, request.clone(), answer.clone()).await;
    let known = scene.find("ASIAWEB");
    let context = &known.user_identity["sessionContext"];
    let provider = "arn:aws:iam::111122223333:oidc-provider/oidc.example.com";
    assert_eq!(context["webIdFederationData"], json!({"federatedProvider": provider, "attributes": {}}));
    let subject = "system:serviceaccount:default:app";
    let caller = json!({"type": "WebIdentityUser", "principalId": format!("{provider}:sts.amazonaws.com:{subject}"),
        "userName": subject, "identityProvider": provider});
    assert_eq!(known.origin, Some(caller.clone()));
    assert_eq!(known.chain[0], caller);
    assert_eq!(known.chain[1]["federation"]["audience"], "sts.amazonaws.com");
    let lesson = Lesson {
        event_source: "sts.amazonaws.com",
        event_name: "AssumeRoleWithWebIdentity",
        caller_key: None,
        request: Some(&request),
        answer: &answer,
        event_id: "event",
        at: scene.environment.clock.now(),
        account: account(),
    };
    assert_eq!(Principal::federated(&lesson).unwrap().user_identity, caller);
}

#[tokio::test]
async fn a_saml_assertion_is_the_origin_of_its_session() {
    let mut scene = Scene::new().await;
    let mut answer = credentials("ASIASAML");
    answer["assumedRoleUser"] = json!({"assumedRoleId": "AROASSO:nina@example.com",
        "arn": "arn:aws:sts::111122223333:assumed-role/Sso/nina@example.com"});
    answer["subject"] = json!("nina");
    answer["subjectType"] = json!("persistent");
    answer["issuer"] = json!("https://idp.example.com");
    answer["nameQualifier"] = json!("SbdGOnUkh1i4+EXAMPLE=");
    let principal_arn = "arn:aws:iam::111122223333:saml-provider/idp";
    let request = json!({"roleArn": role_arn("Sso"), "principalArn": principal_arn});
    scene.call("AssumeRoleWithSAML", None, request, answer).await;
    let known = scene.find("ASIASAML");
    assert_eq!(known.user_identity["type"], "AssumedRole");
    assert_eq!(
        known.origin.unwrap(),
        json!({"type": "SAMLUser", "principalId": "SbdGOnUkh1i4+EXAMPLE=:nina", "userName": "nina",
            "identityProvider": "SbdGOnUkh1i4+EXAMPLE="})
    );
    let federation = &known.chain[1]["federation"];
    assert_eq!(
        (&federation["issuer"], &federation["principalArn"]),
        (&json!("https://idp.example.com"), &json!(principal_arn))
    );
}

#[tokio::test]
async fn an_assumed_root_says_so_and_is_traced_to_who_assumed_it() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let request = json!({"targetPrincipal": "444455556666", "taskPolicyArn": {"arn": "arn:aws:iam::aws:policy/t"}});
    scene.call("AssumeRoot", Some("AKIANINA"), request, credentials("ASIAROOT")).await;
    let known = scene.find("ASIAROOT");
    assert_eq!(
        known.user_identity,
        json!({"type": "Root", "principalId": "444455556666", "arn": "arn:aws:iam::444455556666:root",
            "accountId": "444455556666", "accessKeyId": "ASIAROOT", "sessionContext": {
                "attributes": {"creationDate": "2026-10-01T08:00:00Z", "mfaAuthenticated": "false"},
                "assumedRoot": "true"}})
    );
    assert_eq!(known.origin.unwrap()["userName"], "nina");
}

#[tokio::test]
async fn a_caller_that_asks_who_it_is_is_known_from_then_on() {
    let mut scene = Scene::new().await;
    let answers = [
        ("AKIAU", "AIDAU", "arn:aws:iam::111122223333:user/p/u", "IAMUser"),
        ("AKIAR", "111122223333", "arn:aws:iam::111122223333:root", "Root"),
        ("ASIAS", "AROAX:s", "arn:aws:sts::111122223333:assumed-role/X/s", "AssumedRole"),
        ("ASIAF", "111122223333:g", "arn:aws:sts::111122223333:federated-user/g", "FederatedUser"),
    ];
    for (key, user_id, arn, kind) in answers {
        let answer = json!({"userId": user_id, "account": ACCOUNT, "arn": arn});
        scene.call("GetCallerIdentity", Some(key), Value::Null, answer).await;
        let known = scene.find(key);
        assert_eq!(known.user_identity["type"], kind);
        assert_eq!(known.user_identity["arn"], arn);
        assert_eq!(known.user_identity["principalId"], user_id);
        let origin = known.origin.map(|origin| origin["type"].clone());
        assert_eq!(origin, key.starts_with("ASIA").then(|| json!("Unknown")));
    }
}

#[tokio::test]
async fn the_user_that_get_user_answers_without_a_name_is_the_caller() {
    let mut scene = Scene::new().await;
    let user = json!({"user": {"userName": "nina", "userId": "AIDANINA",
        "arn": "arn:aws:iam::111122223333:user/nina"}});
    scene.call("GetUser", Some("AKIANINA"), Value::Null, user).await;
    assert_eq!(scene.find("AKIANINA").user_identity["principalId"], "AIDANINA");
}

#[tokio::test]
async fn nobody_else_changes_what_the_settings_say() {
    let settings = PrincipalsSettings { keys: vec![user_key("AKIAGIVEN", "ops")], ..PrincipalsSettings::default() };
    let mut scene = Scene::with(settings).await;
    scene.create_key("mallory", "AKIAGIVEN").await;
    let answer = json!({"userId": "AIDAM", "account": ACCOUNT, "arn": "arn:aws:iam::111122223333:user/mallory"});
    scene.call("GetCallerIdentity", Some("AKIAGIVEN"), Value::Null, answer).await;
    scene.call("DeleteAccessKey", Some("AKIAADMIN"), json!({"accessKeyId": "AKIAGIVEN"}), Value::Null).await;
    scene.assume("AKIAGIVEN", "R", "s", "AKIAGIVEN").await;
    scene.principals.learn_inventory(vec![user_key("AKIAGIVEN", "mallory")]).await.unwrap();
    assert_eq!(scene.find("AKIAGIVEN").user_identity["userName"], "ops");
    scene.restart_with(PrincipalsSettings { keys: vec![user_key("AKIAGIVEN", "new")], ..Default::default() }).await;
    assert_eq!(scene.find("AKIAGIVEN").user_identity["userName"], "new");
}

#[tokio::test]
async fn keys_that_the_settings_name_no_more_end_and_can_be_learnt() {
    let settings = PrincipalsSettings { keys: vec![user_key("AKIAGIVEN", "ops")], ..PrincipalsSettings::default() };
    let mut scene = Scene::with(settings).await;
    scene.restart_with(PrincipalsSettings::default()).await;
    scene.create_key("nina", "AKIAGIVEN").await;
    assert_eq!(scene.find("AKIAGIVEN").user_identity["userName"], "nina");
    scene.pass(Duration::from_hours(24 * 365));
    scene.restart_with(PrincipalsSettings::default()).await;
    assert_eq!(scene.find("AKIAGIVEN").user_identity["userName"], "nina");
}

#[tokio::test]
async fn an_inventory_names_roots_users_and_fixed_sessions() {
    let scene = Scene::new().await;
    let key = |id: &str, holder| KnownKey { access_key_id: id.into(), account: account(), holder };
    let role = KeyHolder::AssumedRole {
        role_name: "Job".into(),
        role_arn: Some(role_arn("Job")),
        role_id: Some("AROAJOB".into()),
        session_name: "nightly".into(),
    };
    let user = KeyHolder::IamUser {
        user_name: "nina".into(),
        arn: Some("arn:weed:iam:::user/nina".into()),
        user_id: Some("7".into()),
    };
    let inventory =
        vec![key("root-key", KeyHolder::Root), key("u", user), key("r", role), key("no key", KeyHolder::Root)];
    assert_eq!(scene.principals.learn_inventory(inventory).await.unwrap(), 3);
    assert_eq!(scene.find("root-key").user_identity["type"], "Root");
    assert_eq!(scene.find("u").user_identity["arn"], "arn:weed:iam:::user/nina");
    assert_eq!(scene.find("u").user_identity["principalId"], "7");
    let session = scene.find("r");
    assert_eq!(session.user_identity["principalId"], "AROAJOB:nightly");
    assert_eq!(session.origin.unwrap(), json!({"type": "Unknown"}));
}

#[tokio::test]
async fn valid_keys_are_listed_with_how_they_were_learnt_and_who_began_their_chain() {
    let settings = PrincipalsSettings { keys: vec![user_key("AKIAGIVEN", "ops")], ..PrincipalsSettings::default() };
    let mut scene = Scene::with(settings).await;
    scene.principals.learn_inventory(vec![user_key("AKIALISTED", "nina")]).await.unwrap();
    scene.create_key("omar", "AKIAMADE").await;
    scene.create_key("gone", "AKIAGONE").await;
    scene.call("DeleteAccessKey", Some("AKIAADMIN"), json!({"accessKeyId": "AKIAGONE"}), Value::Null).await;
    scene.assume("AKIAMADE", "R", "s", "ASIASESSION").await;
    let later = scene.environment.clock.now().plus(Duration::from_secs(1));
    let listed = scene.principals.listed(later, 10);
    let shown: Vec<_> = listed
        .iter()
        .map(|key| (&*key.access_key_id, key.learnt_from.as_str(), key.origin_principal.as_deref()))
        .collect();
    let omar = "arn:aws:iam::111122223333:user/omar";
    assert_eq!(
        shown,
        [
            ("ASIASESSION", "call", Some(omar)),
            ("AKIAMADE", "call", None),
            ("AKIALISTED", "sighting", None),
            ("AKIAGIVEN", "settings", None)
        ]
    );
    assert_eq!(listed[0].principal, "arn:aws:sts::111122223333:assumed-role/R/s");
    assert_eq!((&*listed[1].principal, scene.principals.listed(later, 1).len()), (omar, 1));
}

#[tokio::test]
async fn callers_without_a_name_are_unknown_and_without_a_key_anonymous() {
    let scene = Scene::new().await;
    let unknown = scene.principals.caller(Some("AKIANOBODY"), account());
    assert_eq!(unknown.user_identity, json!({"type": "Unknown", "accessKeyId": "AKIANOBODY"}));
    let anonymous = scene.principals.caller(None, account());
    let identity = json!({"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"});
    assert_eq!((anonymous.account, anonymous.user_identity), (account(), identity));
    assert_eq!(scene.principals.find("AKIANOBODY"), None);
}

#[tokio::test]
async fn lessons_of_another_shape_teach_nothing() {
    let mut scene = Scene::new().await;
    let long = "A".repeat(4000);
    let shapes = [
        json!(null),
        json!([]),
        json!({"credentials": 7}),
        json!({"credentials": {"accessKeyId": ""}}),
        json!({"credentials": {"accessKeyId": long}}),
        json!({"credentials": {"accessKeyId": "a b"}}),
        json!({"accessKey": {"accessKeyId": null}}),
        json!({"credentials": {"accessKeyId": "ASIAX"}, "assumedRoleUser": {"arn": "arn:aws:s3:::x"}}),
        json!({"users": "none", "arn": "arn", "user": {"userName": ["x"]}, "role": 1}),
    ];
    let names = "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot GetFederationToken \
        GetCallerIdentity CreateAccessKey DeleteAccessKey UpdateAccessKey GetAccessKeyLastUsed ListAccessKeys \
        CreateUser GetUser ListUsers CreateRole GetRole ListRoles NoSuchCall";
    for answer in shapes {
        for name in names.split_whitespace() {
            scene.call(name, Some("AKIACALLER"), json!({"roleSessionName": 4, "userName": {}}), answer.clone()).await;
        }
    }
    for key in ["ASIAX", "AKIACALLER", &long, "a b", ""] {
        assert_eq!(scene.principals.find(key), None, "{key}");
    }
}
