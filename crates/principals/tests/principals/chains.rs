//! Chains of roles: every session is traced to the key that began them, whatever the session calls itself.

use serde_json::{Value, json};

use crate::scene::{ACCOUNT, Scene, credentials};

/// The members of each link that say who it is.
fn keys(chain: &[Value]) -> Vec<&str> {
    chain.iter().map(|link| link["accessKeyId"].as_str().unwrap_or("-")).collect()
}

#[tokio::test]
async fn chains_of_one_two_and_five_roles_lead_to_the_users_key() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let mut caller = "AKIANINA".to_owned();
    let mut events = Vec::new();
    for step in 1..=5 {
        let key = format!("ASIA{step}");
        events.push(scene.assume(&caller, &format!("R{step}"), "s", &key).await);
        caller = key;
        let known = scene.find(&caller);
        let origin = known.origin.unwrap();
        assert_eq!((&origin["type"], &origin["accessKeyId"]), (&json!("IAMUser"), &json!("AKIANINA")));
        assert_eq!(known.chain.len(), step + 1);
        assert_eq!(known.user_identity["arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/R{step}/s"));
    }
    scene.restart().await;
    let chain = scene.find("ASIA5").chain;
    assert_eq!(keys(&chain), ["AKIANINA", "ASIA1", "ASIA2", "ASIA3", "ASIA4", "ASIA5"]);
    let seen: Vec<_> = chain.iter().skip(1).map(|link| link["eventID"].as_str().unwrap().to_owned()).collect();
    assert_eq!(seen, events);
    assert!(chain.iter().skip(1).all(|link| link["assumedAt"] == "2026-10-01T08:00:00Z"));
}

#[tokio::test]
async fn a_forged_session_name_is_traced_to_the_key_that_signed() {
    let mut scene = Scene::new().await;
    scene.create_key("mallory", "AKIAMALLORY").await;
    scene.create_key("nina", "AKIANINA").await;
    scene.assume("AKIAMALLORY", "Deployer", "nina", "ASIAFORGED").await;
    let known = scene.find("ASIAFORGED");
    assert_eq!(known.user_identity["principalId"], "AROADEPLOYER:nina");
    assert_eq!(known.origin.unwrap()["userName"], "mallory");
    assert_eq!(keys(&known.chain), ["AKIAMALLORY", "ASIAFORGED"]);
}

#[tokio::test]
async fn a_key_that_is_given_out_again_does_not_take_over_the_sessions_of_its_first_holder() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIAREUSED").await;
    scene.assume("AKIAREUSED", "R", "before", "ASIABEFORE").await;
    scene.call("DeleteAccessKey", Some("AKIAADMIN"), json!({"accessKeyId": "AKIAREUSED"}), Value::Null).await;
    assert_eq!(scene.find("AKIAREUSED").user_identity["userName"], "nina");
    scene.create_key("omar", "AKIAREUSED").await;
    scene.assume("AKIAREUSED", "R", "after", "ASIAAFTER").await;
    for restarted in [false, true] {
        assert_eq!(scene.find("AKIAREUSED").user_identity["userName"], "omar", "{restarted}");
        assert_eq!(scene.find("ASIABEFORE").origin.unwrap()["userName"], "nina", "{restarted}");
        assert_eq!(scene.find("ASIAAFTER").origin.unwrap()["userName"], "omar", "{restarted}");
        scene.restart().await;
    }
}

#[tokio::test]
async fn an_unknown_key_that_began_a_chain_gets_its_name_when_it_tells_it() {
    let mut scene = Scene::new().await;
    scene.assume("AKIASTRANGER", "R", "s", "ASIAONE").await;
    scene.call("GetSessionToken", Some("AKIASTRANGER"), json!({}), credentials("ASIATOKEN")).await;
    let unknown = json!({"type": "Unknown", "accessKeyId": "AKIASTRANGER"});
    assert_eq!(scene.find("ASIAONE").origin.unwrap(), unknown);
    assert_eq!(scene.find("ASIATOKEN").user_identity["type"], "Unknown");
    assert_eq!(scene.principals.find("AKIASTRANGER"), None);
    scene.restart().await;
    assert_eq!(scene.find("ASIAONE").origin.unwrap(), unknown);
    let answer = json!({"userId": "AIDAZ", "account": ACCOUNT, "arn": "arn:aws:iam::111122223333:user/zoe"});
    scene.call("GetCallerIdentity", Some("AKIASTRANGER"), Value::Null, answer).await;
    for _ in 0..2 {
        assert_eq!(scene.find("ASIAONE").origin.unwrap()["userName"], "zoe");
        assert_eq!(scene.find("ASIATOKEN").user_identity["userName"], "zoe");
        scene.restart().await;
    }
}

#[tokio::test]
async fn a_session_token_that_tells_who_it_is_names_the_key_that_asked_for_it() {
    let mut scene = Scene::new().await;
    scene.call("GetSessionToken", Some("AKIASTRANGER"), json!({}), credentials("ASIATOKEN")).await;
    let answer = json!({"userId": "AIDAZ", "account": ACCOUNT, "arn": "arn:aws:iam::111122223333:user/zoe"});
    scene.call("GetCallerIdentity", Some("ASIATOKEN"), Value::Null, answer).await;
    assert_eq!(scene.find("AKIASTRANGER").user_identity["userName"], "zoe");
    let known = scene.find("ASIATOKEN");
    assert_eq!(known.user_identity["userName"], "zoe");
    assert_eq!(known.origin.unwrap()["accessKeyId"], "AKIASTRANGER");
}

#[tokio::test]
async fn what_a_session_says_of_itself_does_not_change_how_it_began() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    scene.assume("AKIANINA", "R", "s", "ASIAR").await;
    let answer = json!({"userId": "AIDAX", "account": ACCOUNT, "arn": "arn:aws:iam::111122223333:user/default"});
    scene.call("GetCallerIdentity", Some("ASIAR"), Value::Null, answer).await;
    let known = scene.find("ASIAR");
    assert_eq!(known.user_identity["type"], "AssumedRole");
    assert_eq!(known.origin.unwrap()["userName"], "nina");
}

#[tokio::test]
async fn an_unknown_key_that_is_made_later_for_someone_is_not_the_one_that_began_the_chain() {
    let mut scene = Scene::new().await;
    scene.assume("AKIASTRANGER", "R", "s", "ASIAONE").await;
    scene.create_key("zoe", "AKIASTRANGER").await;
    assert_eq!(scene.find("ASIAONE").origin.unwrap()["type"], "Unknown");
    assert_eq!(scene.find("AKIASTRANGER").user_identity["userName"], "zoe");
}

#[tokio::test]
async fn credentials_that_lead_back_to_themselves_are_refused() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    scene.assume("AKIANINA", "A", "s", "ASIAA").await;
    scene.assume("ASIAA", "B", "s", "ASIAB").await;
    scene.assume("ASIAB", "C", "s", "ASIAA").await;
    scene.assume("ASIAB", "C", "s", "AKIANINA").await;
    scene.assume("ASIAB", "C", "s", "ASIAB").await;
    assert_eq!(scene.find("AKIANINA").user_identity["type"], "IAMUser");
    assert_eq!(keys(&scene.find("ASIAA").chain), ["AKIANINA", "ASIAA"]);
    assert_eq!(keys(&scene.find("ASIAB").chain), ["AKIANINA", "ASIAA", "ASIAB"]);
}

#[tokio::test]
async fn of_an_endless_chain_the_first_key_and_the_newest_links_are_kept() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let mut caller = "AKIANINA".to_owned();
    for step in 1..=200 {
        let key = format!("ASIA{step}");
        scene.assume(&caller, "Self", "s", &key).await;
        caller = key;
    }
    for _ in 0..2 {
        let known = scene.find("ASIA200");
        assert_eq!(known.origin.unwrap()["userName"], "nina");
        assert_eq!(known.chain.len(), 65);
        assert_eq!(keys(&known.chain)[..2], ["AKIANINA", "ASIA137"]);
        assert_eq!(known.chain[1]["linksLeftOut"], 136);
        assert_eq!(keys(&known.chain)[64], "ASIA200");
        scene.restart().await;
    }
}

#[tokio::test]
async fn source_identity_and_transitive_tags_are_handed_on_and_other_tags_are_not() {
    let mut scene = Scene::new().await;
    scene.create_key("nina", "AKIANINA").await;
    let further = json!({"sourceIdentity": "nina", "tags": [{"key": "team", "value": "red"},
        {"key": "run", "value": "7"}], "transitiveTagKeys": ["team"]});
    scene.assume_with("AKIANINA", "A", ("s", "ASIAA"), further).await;
    scene.assume("ASIAA", "B", "s", "ASIAB").await;
    scene.restart().await;
    let known = scene.find("ASIAB");
    assert_eq!(known.user_identity["sessionContext"]["sourceIdentity"], "nina");
    let team = json!({"key": "team", "value": "red", "transitive": true});
    assert_eq!(known.chain[1]["sessionTags"], json!([team, {"key": "run", "value": "7"}]));
    assert_eq!(known.chain[2]["sessionTags"], json!([team]));
}
