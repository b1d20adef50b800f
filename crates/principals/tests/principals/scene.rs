//! A database in a folder of its own, and calls in one line each.

use std::path::PathBuf;
use std::time::Duration;

use cairn_environment::{Environment, SimulatedClock};
use cairn_model::{AccountId, Timestamp};
use cairn_principals::{KeyHolder, KnownKey, Lesson, Principal, Principals, PrincipalsSettings};
use serde_json::{Value, json};

/// The account that the gateway stands for.
pub(crate) const ACCOUNT: &str = "111122223333";
/// When every scene begins.
pub(crate) const START: &str = "2026-10-01T08:00:00Z";

/// What is known, the clock beside it, and where it lies.
pub(crate) struct Scene {
    pub(crate) principals: Principals,
    pub(crate) environment: Environment,
    pub(crate) clock: SimulatedClock,
    settings: PrincipalsSettings,
    folder: tempfile::TempDir,
    calls: usize,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(PrincipalsSettings::default()).await
    }

    pub(crate) async fn with(settings: PrincipalsSettings) -> Self {
        let (environment, clock) = Environment::simulated(1, Timestamp::parse(START).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("principals.sqlite");
        let principals = Principals::open(&path, settings.clone(), &environment).await.unwrap();
        Self { principals, environment, clock, settings, folder, calls: 0 }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("principals.sqlite")
    }

    /// Closes the database and opens it again.
    pub(crate) async fn restart(&mut self) {
        let settings = self.settings.clone();
        self.restart_with(settings).await;
    }

    /// The same with other settings.
    pub(crate) async fn restart_with(&mut self, settings: PrincipalsSettings) {
        self.principals.close().await.unwrap();
        self.principals = Principals::open(&self.path(), settings, &self.environment).await.unwrap();
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, span: Duration) {
        self.clock.step(i64::try_from(span.as_millis()).unwrap());
    }

    /// One answered call; returns its event's id.
    pub(crate) async fn call(&mut self, name: &str, caller: Option<&str>, request: Value, answer: Value) -> String {
        self.calls += 1;
        let event_id = format!("event-{}", self.calls);
        let event_source = if is_sts(name) { "sts.amazonaws.com" } else { "iam.amazonaws.com" };
        let lesson = Lesson {
            event_source,
            event_name: name,
            caller_key: caller,
            request: Some(&request),
            answer: &answer,
            event_id: &event_id,
            at: self.environment.clock.now(),
            account: AccountId::parse(ACCOUNT).unwrap(),
        };
        self.principals.learn(&lesson).await.unwrap();
        event_id
    }

    /// `CreateAccessKey` for a user.
    pub(crate) async fn create_key(&mut self, user: &str, key: &str) {
        let answer = json!({"accessKey": {"userName": user, "accessKeyId": key, "status": "Active",
            "secretAccessKey": SECRET}});
        self.call("CreateAccessKey", Some("AKIAADMIN"), json!({"userName": user}), answer).await;
    }

    /// `AssumeRole` of `role` by `caller`, which gives `key`.
    pub(crate) async fn assume(&mut self, caller: &str, role: &str, session: &str, key: &str) -> String {
        self.assume_with(caller, role, (session, key), json!({})).await
    }

    /// The same with further parameters.
    pub(crate) async fn assume_with(
        &mut self,
        caller: &str,
        role: &str,
        (session, key): (&str, &str),
        further: Value,
    ) -> String {
        let mut request = json!({"roleArn": role_arn(role), "roleSessionName": session});
        let members = request.as_object_mut().unwrap();
        members.extend(further.as_object().unwrap().clone());
        let mut answer = credentials(key);
        answer["assumedRoleUser"] = json!({
            "assumedRoleId": format!("AROA{}:{session}", role.to_uppercase()),
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
        });
        self.call("AssumeRole", Some(caller), request, answer).await
    }

    /// What is known of a key that must be known.
    pub(crate) fn find(&self, key: &str) -> Principal {
        self.principals.find(key).unwrap_or_else(|| panic!("{key} is not known"))
    }
}

/// A secret that must never be found on the disk.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI-a-secret-key-that-nobody-may-keep";
/// The same for session tokens.
pub(crate) const TOKEN: &str = "IQoJb3JpZ2luX2VjE-a-session-token-that-nobody-may-keep";

/// Credentials that last an hour from the start of the scene.
pub(crate) fn credentials(key: &str) -> Value {
    json!({"credentials": {"accessKeyId": key, "secretAccessKey": SECRET, "sessionToken": TOKEN,
        "expiration": "2026-10-01T09:00:00Z"}})
}

pub(crate) fn role_arn(role: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/team/{role}")
}

/// A key of a user, named by the settings or an inventory.
pub(crate) fn user_key(key: &str, user: &str) -> KnownKey {
    KnownKey {
        access_key_id: key.into(),
        account: AccountId::parse(ACCOUNT).unwrap(),
        holder: KeyHolder::IamUser { user_name: user.into(), arn: None, user_id: None },
    }
}

fn is_sts(name: &str) -> bool {
    let iam = ["CreateUser", "GetUser", "ListUsers", "AccessKey", "GetRole", "CreateRole", "ListRoles"];
    !iam.iter().any(|part| name.contains(part))
}
