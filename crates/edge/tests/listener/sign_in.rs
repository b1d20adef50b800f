//! People who sign in and out, through the listener.

use std::time::Duration;

use cairn_edge::EdgeSettings;
use cairn_identity::TemporaryCredentials;
use cairn_model::{AccountId, Timestamp};
use cairn_signin::{Attempt, NotRenewed, SignInSettings};
use serde_json::{Value, json};

use crate::house::{Answer, House};

const PASSWORD: &str = "Correct-horse-1";

async fn post(house: &House, path: &str, body: &Value) -> Answer {
    send(house, path, &body.to_string(), "Content-Type: application/json\r\n").await
}

async fn send(house: &House, path: &str, body: &str, headers: &str) -> Answer {
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: cairn.example\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    house.exchange(request.as_bytes()).await
}

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

async fn house_with_alice() -> House {
    let house = House::open(EdgeSettings::default()).await;
    house.iam.create_user(AccountId::DEFAULT, ("/", "alice"), &[], None).await.unwrap();
    house.iam.create_login_profile(AccountId::DEFAULT, "alice", (PASSWORD, false)).await.unwrap();
    house
}

#[tokio::test]
async fn a_person_gets_credentials_until_signing_out_and_each_attempt_is_recorded() {
    let house = house_with_alice().await;
    let request = json!({"account": "123456789012", "userName": "Alice", "password": PASSWORD});
    let answer = post(&house, "/v1/sign-in", &request).await;
    assert_eq!(answer.status, 200, "{}", answer.whole);
    assert!(answer.head.to_ascii_lowercase().contains("cache-control: no-store"));
    let answer = body(&answer);
    assert_eq!(answer["principal"]["arn"], "arn:aws:iam::123456789012:user/alice");
    assert_eq!(answer["principal"]["mfaAuthenticated"], false);
    let event = house.only_event().await;
    assert_eq!(event["eventSource"], "signin.amazonaws.com");
    assert_eq!(event["eventName"], "ConsoleLogin");
    assert_eq!(event["eventType"], "AwsConsoleSignIn");
    assert_eq!(event["awsRegion"], "us-east-1");
    assert_eq!(event["responseElements"], json!({"ConsoleLogin": "Success"}));
    assert_eq!(
        event["additionalEventData"],
        json!({"LoginTo": "http://cairn.example/_console/", "MobileVersion": "No", "MFAUsed": "No"})
    );
    assert_eq!(event["requestParameters"], Value::Null);
    assert_eq!(event["userIdentity"]["type"], "IAMUser");
    assert_eq!(event["userIdentity"]["userName"], "alice");
    assert_eq!(event["readOnly"], false);
    assert!(event.get("errorMessage").is_none());
    let text = event.to_string();
    for secret in [PASSWORD, answer["credentials"]["secretAccessKey"].as_str().unwrap()] {
        assert!(!text.contains(secret));
    }
    let user = house.iam.user(AccountId::DEFAULT, "alice").unwrap();
    assert!(user.password_last_used.is_some());
    let key = answer["credentials"]["accessKeyId"].as_str().unwrap();
    let out = json!({"accessKeyId": key, "sessionToken": answer["credentials"]["sessionToken"]});
    assert!(!house.iam.is_session_ended(key));
    assert_eq!(post(&house, "/v1/sign-out", &out).await.status, 200);
    assert!(house.iam.is_session_ended(key));
    let event = house.only_event().await;
    assert_eq!((&event["eventName"], &event["responseElements"]), (&json!("Logout"), &json!({"Logout": "Success"})));
    assert_eq!(event["userIdentity"]["accessKeyId"], key);
    let bad = json!({"accessKeyId": key, "sessionToken": "none"});
    assert_eq!(post(&house, "/v1/sign-out", &bad).await.status, 401);
    house.close().await;
}

#[tokio::test]
async fn a_failure_says_nothing_of_its_reason_and_hides_names_that_are_nobodys() {
    let house = house_with_alice().await;
    let wrong = json!({"userName": "alice", "password": "wrong"});
    let unknown = json!({"userName": "hunter2", "password": "wrong"});
    let elsewhere = json!({"account": "no-such-alias", "userName": "alice", "password": PASSWORD});
    let root = json!({"password": "wrong"});
    let mut answers = Vec::new();
    for request in [&wrong, &unknown, &elsewhere, &root] {
        let before = house.iam.password_comparisons();
        let answer = post(&house, "/v1/sign-in", request).await;
        assert_eq!(answer.status, 401, "{}", answer.whole);
        assert_eq!(house.iam.password_comparisons() - before, 1, "{request}");
        answers.push(answer.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let events = house.new_events().await;
    assert_eq!(events.len(), 4);
    for event in &events {
        assert_eq!(event["responseElements"], json!({"ConsoleLogin": "Failure"}));
        assert_eq!(event["errorMessage"], "Failed authentication");
        assert!(event.get("errorCode").is_none());
        assert_eq!(event["userIdentity"]["accessKeyId"], "");
        assert!(event["userIdentity"].get("arn").is_none());
        assert!(!event.to_string().contains("hunter2"));
    }
    let names: Vec<_> = events.iter().map(|event| event["userIdentity"]["userName"].clone()).collect();
    let hidden = json!("HIDDEN_DUE_TO_SECURITY_REASONS");
    assert_eq!(names, [json!("alice"), hidden.clone(), hidden, Value::Null]);
    assert_eq!(events[3]["userIdentity"]["type"], "Root");
    house.close().await;
}

#[tokio::test]
async fn failures_are_slowed_for_a_name_and_for_nobody_else() {
    let house = house_with_alice().await;
    house.iam.create_user(AccountId::DEFAULT, ("/", "bob"), &[], None).await.unwrap();
    house.iam.create_login_profile(AccountId::DEFAULT, "bob", (PASSWORD, false)).await.unwrap();
    let wrong = json!({"userName": "alice", "password": "wrong"});
    for _ in 0..4 {
        assert_eq!(post(&house, "/v1/sign-in", &wrong).await.status, 401);
    }
    let right = json!({"userName": "alice", "password": PASSWORD});
    let before = house.iam.password_comparisons();
    let mut answer = post(&house, "/v1/sign-in", &right).await;
    // Where the machine is slow, the wait of a second is over by now.
    if answer.status == 200 {
        for _ in 0..6 {
            post(&house, "/v1/sign-in", &wrong).await;
        }
        answer = post(&house, "/v1/sign-in", &right).await;
    } else {
        assert_eq!(house.iam.password_comparisons(), before);
    }
    assert_eq!(answer.status, 429, "{}", answer.whole);
    assert_eq!(body(&answer)["code"], "TooManyAttempts");
    assert!(body(&answer)["retryAfterSeconds"].as_u64().unwrap() >= 1);
    assert!(answer.head.to_ascii_lowercase().contains("retry-after: "));
    let bob = json!({"userName": "bob", "password": PASSWORD});
    assert_eq!(post(&house, "/v1/sign-in", &bob).await.status, 200);
    house.close().await;
}

#[tokio::test]
async fn a_password_that_must_be_changed_is_changed_on_the_way_in_and_root_is_told_of() {
    let house = house_with_alice().await;
    let given = house.iam.bootstrap_root(AccountId::DEFAULT).await.unwrap().unwrap();
    let request = json!({"password": &*given});
    let answer = post(&house, "/v1/sign-in", &request).await;
    assert_eq!((answer.status, &*answer.code()), (403, "PasswordChangeRequired"));
    let weak = json!({"password": &*given, "newPassword": "short"});
    let answer = post(&house, "/v1/sign-in", &weak).await;
    assert_eq!((answer.status, &*answer.code()), (400, "PasswordPolicyViolation"));
    assert_eq!(house.new_events().await.len(), 2);
    let strong = json!({"password": &*given, "newPassword": "Another-password-1"});
    let answer = post(&house, "/v1/sign-in", &strong).await;
    assert_eq!(answer.status, 200, "{}", answer.whole);
    assert_eq!(body(&answer)["principal"]["arn"], "arn:aws:iam::123456789012:root");
    let mut events = house.new_events().await;
    events.sort_by_key(|event| event["eventName"].to_string());
    let names: Vec<_> = events.iter().map(|event| event["eventName"].as_str().unwrap()).collect();
    assert_eq!(names, ["BreakGlassUsed", "ConsoleLogin", "PasswordUpdated"]);
    assert_eq!(events[0]["eventSource"], "guard.cairn");
    assert_eq!(events[0]["serviceEventDetails"]["requestID"], events[1]["requestID"]);
    assert_eq!(events[1]["userIdentity"]["type"], "Root");
    assert_eq!(post(&house, "/v1/sign-in", &request).await.status, 401, "the first one counts no more");
    house.close().await;
}

/// Signs somebody in, past the listener: the credentials, and when they were made.
async fn admitted(house: &House, user_name: Option<&str>, password: &str) -> (TemporaryCredentials, Timestamp) {
    let at = house.environment.clock.now().whole_seconds();
    let attempt = Attempt {
        account: None,
        user_name: user_name.map(str::to_owned),
        password: password.to_owned().into(),
        mfa_code: None,
        new_password: None,
        source: [127, 0, 0, 1].into(),
        login_to: String::new(),
        at,
    };
    (house.people.0.attempt(&attempt).await.result.unwrap().credentials, at)
}

#[tokio::test]
async fn credentials_are_renewed_until_the_end_of_the_sign_in_and_no_longer_than_the_password_counts() {
    let house = house_with_alice().await;
    let (given, begun) = admitted(&house, Some("alice"), PASSWORD).await;
    let minutes = |minutes| begun.plus(Duration::from_mins(minutes));
    let renew = |given: &TemporaryCredentials, at| {
        let (caller, _) = house.people.1.session_of(&given.access_key_id, &given.session_token).unwrap();
        house.people.0.renew(&caller, &given.session_token, at).map(|signed_in| signed_in.credentials)
    };
    assert_eq!(given.expires, minutes(60));
    let later = renew(&given, minutes(30)).unwrap();
    assert_eq!((&later.access_key_id, later.expires), (&given.access_key_id, minutes(90)));
    assert_eq!(renew(&later, minutes(20)).unwrap().expires, minutes(90), "nothing is taken away");
    let last = renew(&later, minutes(11 * 60 + 30)).unwrap();
    assert_eq!(last.expires, minutes(12 * 60));
    assert_eq!(renew(&last, minutes(11 * 60 + 45)).unwrap_err(), NotRenewed::Over);
    let shorter = SignInSettings { renewable: Duration::from_hours(2), ..SignInSettings::default() };
    let shorter = house.sign_in(shorter);
    let (caller, _) = house.people.1.session_of(&later.access_key_id, &later.session_token).unwrap();
    let renewed = shorter.renew(&caller, &later.session_token, minutes(80)).unwrap();
    assert_eq!(renewed.credentials.expires, minutes(120), "the settings of now count for earlier sign-ins too");
    house
        .iam
        .choose_password(AccountId::DEFAULT, cairn_iam::Person::User("alice"), "Another-password-1")
        .await
        .unwrap();
    assert_eq!(renew(&later, minutes(31)).unwrap_err(), NotRenewed::Over);

    let first = house.iam.bootstrap_root(AccountId::DEFAULT).await.unwrap().unwrap();
    house.iam.choose_password(AccountId::DEFAULT, cairn_iam::Person::Root, "Another-password-2").await.unwrap();
    assert_ne!(*first, "Another-password-2");
    let (of_root, _) = admitted(&house, None, "Another-password-2").await;
    assert_eq!(renew(&of_root, minutes(30)).unwrap_err(), NotRenewed::OfNoSignIn);
    house.close().await;
}

#[tokio::test]
async fn requests_that_are_none_are_refused_and_recorded() {
    let house = house_with_alice().await;
    let good = json!({"userName": "alice", "password": PASSWORD}).to_string();
    let json_type = "Content-Type: application/json\r\n";
    for (body, headers, status) in [
        ("{", json_type, 400),
        (r#"{"userName":"alice"}"#, json_type, 400),
        (r#"{"password":"x","more":1}"#, json_type, 400),
        (&*good, "Content-Type: text/plain\r\n", 400),
        (&*good, "Content-Type: application/json\r\nOrigin: https://evil.example\r\n", 403),
        (&*good, "Content-Type: application/json\r\nOrigin: null\r\n", 403),
        (&*format!("{good:20000}"), json_type, 413),
    ] {
        let answer = send(&house, "/v1/sign-in", body, headers).await;
        assert_eq!(answer.status, status, "{}", answer.whole);
        let event = house.only_event().await;
        assert_eq!(event["responseElements"], json!({"ConsoleLogin": "Failure"}));
        assert!(!event.to_string().contains(PASSWORD));
    }
    let own = "Content-Type: application/json; charset=utf-8\r\nOrigin: http://cairn.example\r\n";
    assert_eq!(send(&house, "/v1/sign-in", &good, own).await.status, 200);
    house.close().await;
}

#[tokio::test]
async fn an_unknown_user_takes_as_long_as_a_wrong_password() {
    let house = house_with_alice().await;
    let known = house.iam.login(AccountId::DEFAULT, cairn_iam::Person::User("alice")).unwrap();
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..11 {
        for (login, times) in [(Some(&known), &mut wrong), (None, &mut unknown)] {
            let began = house.environment.clock.instant();
            assert!(!house.iam.matches(login, "wrong").await);
            times.push(began.elapsed().as_secs_f64());
        }
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let ratio = median(&mut wrong) / median(&mut unknown);
    assert!((0.4..2.5).contains(&ratio), "{ratio}");
    house.close().await;
}
