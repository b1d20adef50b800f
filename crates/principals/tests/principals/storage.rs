//! What lies on the disk: it outlives a crash, holds no secrets, and is bounded.

use std::path::Path;
use std::time::Duration;

use cairn_environment::Environment;
use cairn_model::{AccountId, Timestamp};
use cairn_principals::{Lesson, Principals, PrincipalsError, PrincipalsSettings};
use serde_json::{Value, json};
use sqlx::{Connection, Row, SqliteConnection};

use crate::scene::{ACCOUNT, SECRET, Scene, TOKEN, credentials, role_arn, user_key};

const DAY: Duration = Duration::from_hours(24);

/// The bytes of every file beside the database.
fn files(scene: &Scene) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let folder = scene.path().parent().unwrap().to_owned();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

async fn sql(path: &Path, statement: &'static str) -> i64 {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let rows = sqlx::raw_sql(statement).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    rows.first().map_or(0, |row| row.get(0))
}

/// `CreateAccessKey` for user `u`, learnt beside a scene's own calls.
async fn create(principals: &Principals, at: Timestamp, key: &str) -> Result<(), PrincipalsError> {
    let answer = json!({"accessKey": {"userName": "u", "accessKeyId": key}});
    let lesson = Lesson {
        event_source: "iam.amazonaws.com",
        event_name: "CreateAccessKey",
        caller_key: None,
        request: None,
        answer: &answer,
        event_id: &format!("event of {key}"),
        at,
        account: AccountId::parse(ACCOUNT).unwrap(),
    };
    principals.learn(&lesson).await
}

#[tokio::test]
async fn what_was_learnt_is_there_after_a_crash_right_behind_it() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    scene.assume("AKIANINA", "R", "s", "ASIAR").await;
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in files(&scene) {
        if !path.to_string_lossy().ends_with("-shm") {
            std::fs::write(copy.path().join(path.file_name().unwrap()), bytes).unwrap();
        }
    }
    let path = copy.path().join("principals.sqlite");
    let after = Principals::open(&path, PrincipalsSettings::default(), &scene.environment).await.unwrap();
    for key in ["AKIANINA", "ASIAR"] {
        assert_eq!(after.find(key), Some(scene.find(key)));
    }
}

#[tokio::test]
async fn secrets_never_reach_the_disk() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    scene.assume("AKIANINA", "R", "s", "ASIAR").await;
    scene.call("GetSessionToken", Some("AKIANINA"), json!({}), credentials("ASIAT")).await;
    let mut found = 0;
    for (path, bytes) in files(&scene) {
        for secret in [SECRET, TOKEN] {
            let holds = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!holds, "{} holds a secret", path.display());
        }
        found += usize::from(bytes.windows(5).any(|window| window == b"ASIAT"));
    }
    assert!(found > 0, "the key ids themselves are there");
}

#[tokio::test]
async fn the_same_call_learnt_twice_is_learnt_once() {
    let scene = Scene::new().await;
    let request = json!({"roleArn": role_arn("R"), "roleSessionName": "s"});
    let answer = credentials("ASIAR");
    let lesson = Lesson {
        event_source: "sts.amazonaws.com",
        event_name: "AssumeRole",
        caller_key: Some("AKIANINA"),
        request: Some(&request),
        answer: &answer,
        event_id: "one",
        at: scene.environment.clock.now(),
        account: AccountId::parse(ACCOUNT).unwrap(),
    };
    scene.principals.learn(&lesson).await.unwrap();
    let rows = sql(&scene.path(), "SELECT COUNT(*) FROM access_keys").await;
    scene.principals.learn(&lesson).await.unwrap();
    assert_eq!(sql(&scene.path(), "SELECT COUNT(*) FROM access_keys").await, rows);
    assert_eq!(scene.find("ASIAR").chain.len(), 2);
}

#[tokio::test]
async fn many_lessons_at_once_are_all_durable() {
    let scene = Scene::new().await;
    let mut running = Vec::new();
    for number in 0..300 {
        let principals = scene.principals.clone();
        let at = scene.environment.clock.now();
        let key = format!("AKIA{number}");
        running.push(scene.environment.tasks.spawn(async move { create(&principals, at, &key).await }));
    }
    for task in running {
        task.await.unwrap().unwrap();
    }
    assert_eq!(sql(&scene.path(), "SELECT COUNT(DISTINCT access_key_id) FROM access_keys").await, 300);
    assert_eq!(sql(&scene.path(), "SELECT COUNT(*) FROM entities").await, 1);
}

#[tokio::test]
async fn ended_keys_are_kept_for_ninety_days_and_chains_longer_than_their_links() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    scene.assume("AKIANINA", "Old", "s", "ASIAOLD").await;
    scene.call("DeleteAccessKey", Some("AKIAADMIN"), json!({"accessKeyId": "AKIANINA"}), Value::Null).await;
    scene.pass(80 * DAY);
    let mut late = credentials("ASIALATE");
    late["credentials"]["expiration"] = json!("2026-12-20T12:00:00Z");
    let request = json!({"roleArn": role_arn("Late"), "roleSessionName": "s"});
    scene.call("AssumeRole", Some("ASIAOLD"), request, late).await;
    scene.pass(20 * DAY);
    scene.create_key("omar", "AKIAOMAR").await;
    for _ in 0..2 {
        assert_eq!(scene.principals.find("ASIAOLD"), None);
        assert_eq!(scene.principals.find("AKIANINA"), None);
        let chain = scene.find("ASIALATE").chain;
        assert_eq!(chain.len(), 3);
        assert_eq!(chain[0]["userName"], "nina");
        scene.restart().await;
    }
    scene.pass(100 * DAY);
    scene.create_key("omar", "AKIAOMAR2").await;
    scene.pass(DAY);
    scene.create_key("omar", "AKIAOMAR3").await;
    assert_eq!(scene.principals.find("ASIALATE"), None);
    assert_eq!(sql(&scene.path(), "SELECT COUNT(*) FROM access_keys").await, 3);
    assert_eq!(scene.find("AKIAOMAR").user_identity["userName"], "omar");
}

#[tokio::test]
async fn without_room_the_sessions_that_end_first_go_and_given_keys_stay() {
    let settings = PrincipalsSettings { keys: vec![user_key("AKIAOPS", "ops")], keys_max: 64, ..Default::default() };
    let mut scene = Scene::with(settings).await;
    for number in 0..300 {
        let mut answer = credentials(&format!("ASIA{number}"));
        let minute = number / 60;
        answer["credentials"]["expiration"] = json!(format!("2026-10-01T09:{minute:02}:{:02}Z", number % 60));
        let request = json!({"roleArn": role_arn("R"), "roleSessionName": "s"});
        scene.call("AssumeRole", Some("AKIAOPS"), request, answer).await;
    }
    let known = |number: &usize| scene.principals.find(&format!("ASIA{number}")).is_some();
    let kept: Vec<usize> = (0..300).filter(known).collect();
    assert!((60..=64).contains(&kept.len()), "{kept:?}");
    assert_eq!((kept.last(), kept.first()), (Some(&299), Some(&(300 - kept.len()))));
    assert_eq!(scene.find("AKIAOPS").user_identity["userName"], "ops");
    assert!(sql(&scene.path(), "SELECT COUNT(*) FROM access_keys").await <= 70);
    scene.restart().await;
    assert_eq!(scene.find("ASIA299").origin.unwrap()["userName"], "ops");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_refused_with_the_files_name() {
    let statements = [
        "UPDATE access_keys SET identity = '{\"User\":7000}'",
        "UPDATE access_keys SET identity = 'nonsense'",
        "UPDATE entities SET kind = 'group'",
        "UPDATE entities SET account = '12'",
        "UPDATE access_keys SET access_key_id = x'ff'",
        "ALTER TABLE access_keys RENAME COLUMN session TO sessions",
    ];
    for statement in statements {
        let mut scene = Scene::new().await;
        scene.create_key("nina", "AKIANINA").await;
        scene.principals.close().await.unwrap();
        sql(&scene.path(), statement).await;
        let opened = Principals::open(&scene.path(), PrincipalsSettings::default(), &Environment::real()).await;
        let error = opened.expect_err(statement);
        assert!(matches!(error, PrincipalsError::Damaged { .. }), "{statement}: {error:?}");
        assert!(error.to_string().contains("principals.sqlite"), "{error}");
    }
}

#[tokio::test]
async fn a_file_whose_pages_are_overwritten_is_refused() {
    let mut scene = Scene::new().await;
    for number in 0..200 {
        scene.create_key("nina", &format!("AKIA{number}")).await;
    }
    scene.principals.close().await.unwrap();
    let mut bytes = std::fs::read(scene.path()).unwrap();
    let from = 4096;
    bytes[from..].fill(0xA5);
    std::fs::write(scene.path(), bytes).unwrap();
    let opened = Principals::open(&scene.path(), PrincipalsSettings::default(), &scene.environment).await;
    assert!(matches!(opened.unwrap_err(), PrincipalsError::Damaged { .. }));
}

#[tokio::test]
async fn after_closing_nothing_is_kept_but_everything_is_found() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    scene.principals.close().await.unwrap();
    scene.principals.close().await.unwrap();
    let late = create(&scene.principals, scene.environment.clock.now(), "AKIALATE").await;
    assert!(matches!(late, Err(PrincipalsError::Closed)));
    assert_eq!(scene.find("AKIALATE").user_identity["userName"], "u");
    assert_eq!(scene.find("AKIANINA").user_identity["userName"], "nina");
}

#[tokio::test]
async fn what_could_not_be_written_is_known_and_written_with_the_next_lesson() {
    let mut scene = Scene::new().await;
    let at = scene.environment.clock.now();
    sql(&scene.path(), "ALTER TABLE access_keys RENAME TO elsewhere").await;
    let error = create(&scene.principals, at, "AKIAONE").await.unwrap_err();
    assert!(matches!(error, PrincipalsError::Database { .. }), "{error:?}");
    assert!(error.to_string().contains("principals.sqlite"), "{error}");
    assert_eq!(scene.find("AKIAONE").user_identity["userName"], "u");
    sql(&scene.path(), "ALTER TABLE elsewhere RENAME TO access_keys").await;
    create(&scene.principals, at, "AKIATWO").await.unwrap();
    scene.restart().await;
    for key in ["AKIAONE", "AKIATWO"] {
        assert_eq!(scene.find(key).user_identity["userName"], "u");
    }
}
