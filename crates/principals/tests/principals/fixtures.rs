//! Real events of the shared fixtures: sessions that they begin get the `userIdentity` that later events show.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use cairn_model::{AccountId, Timestamp};
use cairn_principals::Lesson;
use serde_json::Value;

use crate::scene::Scene;

/// Key ids that were put into records in place of many different ones.
const PLACEHOLDERS: [&str; 2] = ["1111", "REDACTED"];

/// Members that must be as the record shows them.
const COMPARED: [&str; 5] = ["/type", "/arn", "/accountId", "/principalId", "/sessionContext/sessionIssuer"];

#[derive(Debug, Default)]
struct Counts {
    lessons: usize,
    sessions: usize,
    compared: usize,
    equal: usize,
    /// Of those the ones of which no recorded answer shows the role's id.
    without_role_id: usize,
    creation_dates: usize,
    placeholders: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.to_string_lossy().ends_with(".json.gz") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn records(set: &Path) -> Vec<Value> {
    let mut records = Vec::new();
    for path in files(set) {
        let mut text = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        records.extend(document["Records"].as_array().cloned().unwrap_or_default());
    }
    records.sort_by_key(|record| record["eventTime"].as_str().unwrap_or_default().to_owned());
    records
}

fn text<'v>(record: &'v Value, pointer: &str) -> Option<&'v str> {
    record.pointer(pointer).and_then(Value::as_str)
}

async fn learn(scene: &Scene, record: &Value) -> bool {
    let source = text(record, "/eventSource").unwrap_or_default();
    let teaches = ["sts.amazonaws.com", "iam.amazonaws.com"].contains(&source);
    if !teaches || record.get("errorCode").is_some_and(|code| !code.is_null()) {
        return false;
    }
    let account = text(record, "/recipientAccountId").or(text(record, "/userIdentity/accountId"));
    let lesson = Lesson {
        event_source: source,
        event_name: text(record, "/eventName").unwrap_or_default(),
        caller_key: text(record, "/userIdentity/accessKeyId"),
        request: record.get("requestParameters"),
        answer: record.get("responseElements").unwrap_or(&Value::Null),
        event_id: text(record, "/eventID").unwrap_or_default(),
        at: text(record, "/eventTime").and_then(|at| Timestamp::parse(at).ok()).unwrap_or_default(),
        account: account.and_then(|id| AccountId::parse(id).ok()).unwrap_or(AccountId::DEFAULT),
    };
    scene.principals.learn(&lesson).await.unwrap();
    true
}

/// Members of an event's identity that are not as they were learnt. Where no answer showed the role's id, it is not
/// expected.
fn differences(record: &Value, learnt: &Value, knows_role_id: bool) -> Vec<String> {
    let mut identity = record["userIdentity"].clone();
    if !knows_role_id {
        identity.as_object_mut().unwrap().remove("principalId");
        identity["sessionContext"]["sessionIssuer"].as_object_mut().unwrap().remove("principalId");
    }
    let differs = |pointer: &&&str| identity.pointer(pointer) != learnt.pointer(pointer);
    COMPARED.iter().filter(differs).map(|pointer| (*pointer).to_owned()).collect()
}

async fn run(set: &Path, counts: &mut Counts, unexplained: &mut BTreeMap<String, usize>) {
    let scene = Scene::new().await;
    let records = records(set);
    let mut begun: BTreeMap<String, (Option<String>, bool)> = BTreeMap::new();
    for record in &records {
        counts.lessons += usize::from(learn(&scene, record).await);
        if let Some(key) = text(record, "/responseElements/credentials/accessKeyId")
            && record.get("errorCode").is_none()
        {
            let caller = text(record, "/userIdentity/accessKeyId").map(str::to_owned);
            let shows_role_id = record.pointer("/responseElements/assumedRoleUser").is_some();
            begun.insert(key.to_owned(), (caller, shows_role_id));
        }
    }
    let placeholders: BTreeSet<&str> = PLACEHOLDERS.into();
    counts.sessions += begun.len();
    for record in &records {
        let Some((key, (caller, shows_role_id))) =
            text(record, "/userIdentity/accessKeyId").and_then(|key| begun.get_key_value(key))
        else {
            continue;
        };
        if placeholders.contains(&**key) {
            counts.placeholders += 1;
            continue;
        }
        counts.compared += 1;
        let known = scene.find(key);
        let knows_role_id = *shows_role_id || known.user_identity.get("principalId").is_some();
        let different = differences(record, &known.user_identity, knows_role_id);
        counts.without_role_id += usize::from(!knows_role_id);
        counts.equal += usize::from(different.is_empty());
        for member in different {
            *unexplained.entry(format!("{} {member}", set.display())).or_default() += 1;
        }
        let date = "/sessionContext/attributes/creationDate";
        let same_date = text(&record["userIdentity"], date) == text(&known.user_identity, date);
        counts.creation_dates += usize::from(same_date);
        let origin = known.origin.unwrap();
        assert_eq!(text(&origin, "/accessKeyId"), caller.as_deref(), "the origin of {key}");
    }
}

#[tokio::test]
async fn sessions_of_real_events_get_the_identity_that_later_events_show() {
    let Ok(sets) = std::fs::read_dir(folder()) else {
        println!("skipped: {} is absent", folder().display());
        return;
    };
    let (mut counts, mut unexplained) = (Counts::default(), BTreeMap::new());
    for set in sets.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        run(&set, &mut counts, &mut unexplained).await;
    }
    println!("{counts:?}");
    assert_eq!(unexplained, BTreeMap::new());
    assert!(counts.compared > 50 && counts.equal == counts.compared, "{counts:?}");
}
