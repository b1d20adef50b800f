//! Random histories: whatever is taught in whatever order, chains are those that the signing keys make.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::scene::{ACCOUNT, Scene, credentials};

/// One step of a history. Numbers choose among few keys, users and roles, so that they meet.
#[derive(Debug, Clone)]
enum Step {
    CreateKey { key: u8, user: u8 },
    DeleteKey { key: u8 },
    ShowUser { user: u8, id: u8 },
    WhoAmI { key: u8, user: u8 },
    Assume { caller: Caller, role: u8, session: u8 },
    SessionToken { caller: Caller, session: u8 },
    Federation { caller: Caller, session: u8 },
    Root { caller: Caller, session: u8 },
    WebIdentity { session: u8 },
    Restart,
}

/// Who signs: a long-lived key or a session.
#[derive(Debug, Clone, Copy)]
enum Caller {
    Key(u8),
    Session(u8),
}

impl Caller {
    fn key(self) -> String {
        match self {
            Self::Key(number) => format!("AKIA{number}"),
            Self::Session(number) => format!("ASIA{number}"),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let caller = || prop_oneof![(0..4_u8).prop_map(Caller::Key), (0..8_u8).prop_map(Caller::Session)];
    prop_oneof![
        2 => (0..4_u8, 0..3_u8).prop_map(|(key, user)| Step::CreateKey { key, user }),
        1 => (0..4_u8).prop_map(|key| Step::DeleteKey { key }),
        1 => (0..3_u8, 0..2_u8).prop_map(|(user, id)| Step::ShowUser { user, id }),
        1 => (0..4_u8, 0..3_u8).prop_map(|(key, user)| Step::WhoAmI { key, user }),
        6 => (caller(), 0..3_u8, 0..8_u8).prop_map(|(caller, role, session)| Step::Assume { caller, role, session }),
        1 => (caller(), 0..8_u8).prop_map(|(caller, session)| Step::SessionToken { caller, session }),
        1 => (caller(), 0..8_u8).prop_map(|(caller, session)| Step::Federation { caller, session }),
        1 => (caller(), 0..8_u8).prop_map(|(caller, session)| Step::Root { caller, session }),
        1 => (0..8_u8).prop_map(|session| Step::WebIdentity { session }),
        1 => Just(Step::Restart),
    ]
}

/// The chains as they must be: for each session the keys from its origin to itself, `-` for who has none.
#[derive(Default)]
struct Expected {
    chains: HashMap<String, Vec<String>>,
}

impl Expected {
    fn begun(&mut self, caller: &str, session: &str) {
        let mut chain = self.chains.get(caller).cloned().unwrap_or_else(|| vec![caller.to_owned()]);
        if !chain.iter().any(|key| key == session) {
            chain.push(session.to_owned());
            self.chains.insert(session.to_owned(), chain);
        }
    }
}

async fn take(scene: &mut Scene, expected: &mut Expected, step: Step) {
    let session_key = |session: u8| format!("ASIA{session}");
    match step {
        Step::CreateKey { key, user } => scene.create_key(&format!("user{user}"), &format!("AKIA{key}")).await,
        Step::DeleteKey { key } => {
            let request = json!({"accessKeyId": format!("AKIA{key}")});
            scene.call("DeleteAccessKey", Some("AKIAADMIN"), request, Value::Null).await;
        }
        Step::ShowUser { user, id } => {
            let shown = json!({"user": {"userName": format!("user{user}"), "userId": format!("AIDA{user}{id}"),
                "arn": format!("arn:aws:iam::{ACCOUNT}:user/user{user}")}});
            scene.call("GetUser", Some("AKIAADMIN"), json!({"userName": "named"}), shown).await;
        }
        Step::WhoAmI { key, user } => {
            let answer = json!({"userId": format!("AIDA{user}0"), "account": ACCOUNT,
                "arn": format!("arn:aws:iam::{ACCOUNT}:user/user{user}")});
            scene.call("GetCallerIdentity", Some(&format!("AKIA{key}")), Value::Null, answer).await;
        }
        Step::Assume { caller, role, session } => {
            scene.assume(&caller.key(), &format!("Role{role}"), "forged", &session_key(session)).await;
            expected.begun(&caller.key(), &session_key(session));
        }
        Step::SessionToken { caller, session } => {
            scene.call("GetSessionToken", Some(&caller.key()), json!({}), credentials(&session_key(session))).await;
            expected.begun(&caller.key(), &session_key(session));
        }
        Step::Federation { caller, session } => {
            let answer = credentials(&session_key(session));
            scene.call("GetFederationToken", Some(&caller.key()), json!({"name": "guest"}), answer).await;
            expected.begun(&caller.key(), &session_key(session));
        }
        Step::Root { caller, session } => {
            let request = json!({"targetPrincipal": "444455556666"});
            scene.call("AssumeRoot", Some(&caller.key()), request, credentials(&session_key(session))).await;
            expected.begun(&caller.key(), &session_key(session));
        }
        Step::WebIdentity { session } => {
            let mut answer = credentials(&session_key(session));
            answer["subjectFromWebIdentityToken"] = json!("subject");
            answer["provider"] = json!("idp.example.com");
            let request = json!({"roleArn": format!("arn:aws:iam::{ACCOUNT}:role/Web"), "roleSessionName": "web"});
            scene.call("AssumeRoleWithWebIdentity", None, request, answer).await;
            expected.chains.insert(session_key(session), vec!["-".to_owned(), session_key(session)]);
        }
        Step::Restart => scene.restart().await,
    }
}

/// Which members each type has: those that must be there, and those that may.
fn members_of(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "Root" => (&["type", "principalId", "arn", "accountId"], &["accessKeyId", "sessionContext"]),
        "IAMUser" => (&["type", "arn", "accountId", "userName"], &["principalId", "accessKeyId", "sessionContext"]),
        "AssumedRole" => (&["type", "arn", "accountId", "accessKeyId", "sessionContext"], &["principalId"]),
        "FederatedUser" => (&["type", "principalId", "arn", "accountId", "accessKeyId", "sessionContext"], &[]),
        "WebIdentityUser" => (&["type", "principalId", "userName", "identityProvider"], &[]),
        "Unknown" => (&["type"], &["accessKeyId", "sessionContext"]),
        other => panic!("no type of the reference: {other}"),
    }
}

fn check_members(identity: &Value) {
    let members: &Map<String, Value> = identity.as_object().unwrap();
    let kind = members["type"].as_str().unwrap();
    let (required, allowed) = members_of(kind);
    for name in required {
        assert!(members.contains_key(*name), "{kind} without {name}: {identity}");
    }
    for (name, value) in members {
        assert!(required.contains(&&**name) || allowed.contains(&&**name), "{kind} with {name}: {identity}");
        assert!(*name == "sessionContext" || value.is_string(), "{identity}");
    }
    let context = &identity["sessionContext"];
    match kind {
        "Root" => {
            assert_eq!(members["principalId"], members["accountId"]);
            assert!(members["arn"].as_str().unwrap().ends_with(":root"));
            assert_ne!(context["assumedRoot"], "false");
        }
        "AssumedRole" => {
            let issuer = &context["sessionIssuer"];
            assert_eq!(issuer["type"], "Role");
            let role = issuer["userName"].as_str().unwrap();
            assert!(members["arn"].as_str().unwrap().contains(&format!(":assumed-role/{role}/")), "{identity}");
        }
        "IAMUser" => assert!(context.get("sessionIssuer").is_none()),
        _ => {}
    }
    if let Some(attributes) = context.get("attributes") {
        assert!(attributes["mfaAuthenticated"].is_string() && attributes["creationDate"].is_string());
    }
}

fn check(scene: &Scene, expected: &Expected) {
    for number in 0..8 {
        let key = format!("ASIA{number}");
        let Some(chain) = expected.chains.get(&key) else {
            assert_eq!(scene.principals.find(&key), None);
            continue;
        };
        let known = scene.find(&key);
        check_members(&known.user_identity);
        assert_eq!(known.user_identity["accessKeyId"], key);
        let origin = known.origin.unwrap();
        check_members(&origin);
        let kind = origin["type"].as_str().unwrap();
        assert!(["IAMUser", "WebIdentityUser", "Unknown"].contains(&kind), "{origin}");
        assert!(origin.get("sessionContext").is_none());
        assert_eq!(known.chain[0], origin);
        let keys: Vec<_> = known.chain.iter().map(|link| link["accessKeyId"].as_str().unwrap_or("-")).collect();
        assert_eq!(keys, *chain);
    }
    for number in 0..4 {
        if let Some(known) = scene.principals.find(&format!("AKIA{number}")) {
            check_members(&known.user_identity);
            assert_eq!((known.origin, known.chain), (None, Vec::new()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_session_is_traced_along_the_keys_that_signed(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (mut scene, mut expected) = (Scene::new().await, Expected::default());
            for step in steps {
                take(&mut scene, &mut expected, step).await;
                check(&scene, &expected);
            }
            scene.restart().await;
            check(&scene, &expected);
        });
    }
}
