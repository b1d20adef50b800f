//! Users, sessions and roles: what they may do, and who is behind them.

use cairn_edge::EdgeSettings;
use serde_json::json;

use crate::house::{EMERGENCY_ROLE, House, READER_KEY, Signed, WHO};

fn element(xml: &str, name: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}"));
    rest.split('<').next().unwrap().to_owned()
}

/// A key with which requests are signed: its id, its secret, and its session token.
type Key = (String, String, Option<String>);

/// Asks STS, signed with this key.
fn ask(key: &Key, form: &str) -> Signed {
    let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let headers = key.2.iter().map(|token| ("X-Amz-Security-Token", leak(token))).collect();
    let body = format!("{form}&Version=2011-06-15").into_bytes();
    Signed { key: leak(&key.0), secret: leak(&key.1), headers, body, ..Signed::post("sts") }
}

fn credentials(xml: &str) -> Key {
    (element(xml, "AccessKeyId"), element(xml, "SecretAccessKey"), Some(element(xml, "SessionToken")))
}

#[tokio::test]
async fn a_user_does_what_its_policies_allow_and_every_refusal_is_recorded() {
    let house = House::open(EdgeSettings::default()).await;
    let json = |operation: &'static str| {
        let target = match operation {
            "LookupEvents" => "CloudTrail_20131101.LookupEvents",
            _ => "CloudTrail_20131101.StopLogging",
        };
        Signed { key: READER_KEY, headers: vec![("X-Amz-Target", target)], ..Signed::post("cloudtrail") }
    };
    let answer = house.exchange(&json("LookupEvents").bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let expected = json!({
        "type": "IAMUser", "principalId": "AIDARITA", "arn": "arn:aws:iam::123456789012:user/rita",
        "accountId": "123456789012", "accessKeyId": READER_KEY, "userName": "rita",
    });
    assert_eq!(house.only_event().await["userIdentity"], expected);
    let refused = |action: &str| format!("rita is not authorized to perform: {action}");
    let stop = Signed { body: br#"{"Name":"main"}"#.to_vec(), ..json("StopLogging") };
    let who = Signed { key: READER_KEY, body: WHO.as_bytes().to_vec(), ..Signed::post("sts") };
    assert_eq!(house.exchange(&who.bytes()).await.status, 200);
    house.only_event().await;
    let put = Signed { key: READER_KEY, path: "/v1/events", body: b"x".to_vec(), ..Signed::post("cloudtrail-data") };
    let get = Signed { method: "GET", body: Vec::new(), ..put.clone() };
    let bucket = |method, path| Signed { key: READER_KEY, method, path, body: Vec::new(), ..Signed::post("s3") };
    for (request, code, action) in [
        (stop, "AccessDeniedException", "cloudtrail:StopLogging"),
        (put, "AccessDeniedException", "cairn:PutEvents"),
        (get, "AccessDeniedException", "cairn:GetEvents"),
        (bucket("PUT", "/logs"), "AccessDenied", "s3:CreateBucket"),
        (bucket("GET", "/"), "AccessDenied", "s3:ListAllMyBuckets"),
    ] {
        let answer = house.exchange(&request.bytes()).await;
        assert_eq!((answer.status, answer.code()), (403, code.to_owned()), "{action}");
        assert!(answer.body.contains(&refused(action)), "{}", answer.body);
        let event = house.only_event().await;
        assert_eq!((&event["errorCode"], &event["userIdentity"]), (&json!(code), &expected), "{action}");
        assert!(event["errorMessage"].as_str().unwrap().contains(&refused(action)), "{event}");
    }
    house.close().await;
}

/// A user `nina` who may do everything, with a key, and the roles `one`, `two` and `three`, each of which trusts the
/// one before it.
async fn chain_of_roles(house: &House) -> Key {
    let (iam, account) = (&house.iam, cairn_model::AccountId::DEFAULT);
    iam.create_user(account, ("/", "nina"), &[], None).await.unwrap();
    let key = iam.create_access_key(account, "nina").await.unwrap();
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    iam.attach_policy(account, &cairn_iam::Holder::User("nina".into()), administrator).await.unwrap();
    let mut trusted = "arn:aws:iam::123456789012:user/nina".to_owned();
    for (name, condition) in
        [("one", r#","Condition":{"StringEquals":{"sts:ExternalId":"shared"}}"#), ("two", ""), ("three", "")]
    {
        create_role(house, (name, condition), &trusted).await;
        trusted = format!("arn:aws:iam::123456789012:role/{name}");
        let name = name.to_owned();
        let read = "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess";
        iam.attach_policy(account, &cairn_iam::Holder::Role(name.clone()), read).await.unwrap();
        let assume = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}"#;
        iam.put_inline_policy(account, &cairn_iam::Holder::Role(name), "assume", assume).await.unwrap();
    }
    (key.id, key.secret.expose().to_owned(), None)
}

/// A role that trusts one principal, under a condition if there is one.
async fn create_role(house: &House, (name, condition): (&str, &str), trusted: &str) {
    let trust = format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{trusted}"}},"Action":"sts:AssumeRole"{condition}}}}}"#
    );
    let new = cairn_iam::NewRole {
        name: name.to_owned(),
        path: "/".to_owned(),
        description: None,
        trust,
        max_session_seconds: None,
        tags: Vec::new(),
        boundary: None,
    };
    house.iam.create_role(cairn_model::AccountId::DEFAULT, new).await.unwrap();
}

#[tokio::test]
async fn a_session_of_a_role_for_emergencies_is_a_finding_and_a_refused_one_is_not() {
    let house = House::open(EdgeSettings::default()).await;
    let nina = chain_of_roles(&house).await;
    let condition = r#","Condition":{"StringEquals":{"sts:ExternalId":"fire"}}"#;
    create_role(&house, ("emergency", condition), "arn:aws:iam::123456789012:user/nina").await;
    let form = format!("Action=AssumeRole&RoleArn={EMERGENCY_ROLE}&RoleSessionName=nina");
    assert_eq!(house.exchange(&ask(&nina, &form).bytes()).await.code(), "AccessDenied");
    assert_eq!(house.only_event().await["eventName"], "AssumeRole");
    let answer = house.exchange(&ask(&nina, &format!("{form}&ExternalId=fire")).bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let events = house.new_events().await;
    let found = |name: &str| events.iter().find(|event| event["eventName"] == name).unwrap();
    let (finding, assumed) = (found("BreakGlassUsed"), found("AssumeRole"));
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(finding["eventSource"], "guard.cairn");
    assert_eq!(finding["serviceEventDetails"]["requestID"], assumed["requestID"]);
    assert!(finding["serviceEventDetails"].to_string().contains("arn:aws:iam::123456789012:user/nina"), "{finding}");
    house.close().await;
}

#[tokio::test]
async fn a_chain_of_roles_with_a_forged_name_leads_back_to_the_person() {
    let house = House::open(EdgeSettings::default()).await;
    let mut key = chain_of_roles(&house).await;
    let assume = |role: &str, name: &str, more: &str| {
        format!("Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/{role}&RoleSessionName={name}{more}")
    };
    let refused = house.exchange(&ask(&key, &assume("one", "me", "")).bytes()).await;
    assert_eq!((refused.status, refused.code()), (403, "AccessDenied".to_owned()), "{}", refused.body);
    assert!(refused.body.contains("is not authorized to perform: sts:AssumeRole on resource: "), "{}", refused.body);
    assert_eq!(house.only_event().await["errorCode"], "AccessDenied");
    for (role, name, more) in
        [("one", "me", "&ExternalId=shared&DurationSeconds=900"), ("two", "omar", ""), ("three", "root", "")]
    {
        let answer = house.exchange(&ask(&key, &assume(role, name, more)).bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        key = credentials(&answer.body);
        let event = house.only_event().await;
        assert_eq!((&event["eventName"], &event["readOnly"]), (&json!("AssumeRole"), &json!(true)));
        let shown = &event["responseElements"]["credentials"];
        assert_eq!((&shown["accessKeyId"], shown.get("secretAccessKey")), (&json!(key.0), None));
        assert_eq!(shown.get("sessionToken"), None);
    }
    let answer = house.exchange(&ask(&key, "Action=GetCallerIdentity").bytes()).await;
    assert_eq!(element(&answer.body, "Arn"), "arn:aws:sts::123456789012:assumed-role/three/root");
    let event = house.only_event().await;
    assert_eq!(event["userIdentity"]["type"], "AssumedRole");
    assert_eq!(event["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"], "three");
    let beside = house.newest_beside().await;
    assert_eq!(beside["originPrincipal"]["arn"], "arn:aws:iam::123456789012:user/nina");
    assert_eq!(beside["chain"].as_array().unwrap().len(), 4);
    let stop = Signed { body: br#"{"Name":"main"}"#.to_vec(), ..ask(&key, "") };
    let target = ("X-Amz-Target", "CloudTrail_20131101.StopLogging");
    let headers = stop.headers.iter().copied().chain([target]).collect();
    let answer = house.exchange(&Signed { service: "cloudtrail", headers, ..stop }.bytes()).await;
    assert_eq!(answer.code(), "AccessDeniedException", "{}", answer.body);
    house.only_event().await;
    let mut forged = key.clone();
    forged.2 = forged.2.map(|token| format!("AAAA{token}"));
    let answer = house.exchange(&ask(&forged, "Action=GetCallerIdentity").bytes()).await;
    assert_eq!(answer.code(), "InvalidClientTokenId");
    house.close().await;
}

#[tokio::test]
async fn sessions_of_users_and_of_those_they_vouch_for_can_do_no_more_than_both() {
    let house = House::open(EdgeSettings::default()).await;
    let nina = chain_of_roles(&house).await;
    let answer = house.exchange(&ask(&nina, "Action=GetSessionToken&DurationSeconds=900").bytes()).await;
    let session = credentials(&answer.body);
    let who = house.exchange(&ask(&session, "Action=GetCallerIdentity").bytes()).await;
    assert_eq!(element(&who.body, "Arn"), "arn:aws:iam::123456789012:user/nina");
    let again = house.exchange(&ask(&session, "Action=GetSessionToken").bytes()).await;
    assert_eq!(again.code(), "AccessDenied", "{}", again.body);
    let policy = r#"{"Statement":{"Effect":"Allow","Action":"cloudtrail:ListTrails","Resource":"*"}}"#;
    let policy: String = policy.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    for (more, status) in [("", 403), (&*format!("&Policy={policy}"), 200)] {
        let asked = format!("Action=GetFederationToken&Name=guest{more}");
        let guest = credentials(&house.exchange(&ask(&nina, &asked).bytes()).await.body);
        let who = house.exchange(&ask(&guest, "Action=GetCallerIdentity").bytes()).await;
        assert_eq!(element(&who.body, "Arn"), "arn:aws:sts::123456789012:federated-user/guest");
        let list = Signed { body: b"{}".to_vec(), ..ask(&guest, "") };
        let target = ("X-Amz-Target", "CloudTrail_20131101.ListTrails");
        let headers = list.headers.iter().copied().chain([target]).collect();
        let answer = house.exchange(&Signed { service: "cloudtrail", headers, ..list }.bytes()).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let users = Signed { service: "iam", ..ask(&guest, "Action=ListUsers&Version=2010-05-08") };
        assert_eq!(house.exchange(&users.bytes()).await.code(), "InvalidClientTokenId");
    }
    let wrong = ask(&nina, "Action=GetSessionToken&SerialNumber=arn:aws:iam::123456789012:mfa/n&TokenCode=123456");
    assert_eq!(house.exchange(&wrong.bytes()).await.code(), "AccessDenied");
    let events = house.new_events().await;
    assert!(events.iter().all(|event| event["requestParameters"].get("tokenCode").is_none()), "{events:#?}");
    house.close().await;
}

#[tokio::test]
async fn a_role_of_another_account_has_the_call_in_both_accounts_allowed_or_refused() {
    let house = House::open(EdgeSettings::default()).await;
    let nina = chain_of_roles(&house).await;
    let other = cairn_model::AccountId::parse("222222222222").unwrap();
    let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/nina"},
        "Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"shared"}}}}"#;
    let new = cairn_iam::NewRole {
        name: "theirs".to_owned(),
        path: "/".to_owned(),
        description: None,
        trust: trust.to_owned(),
        max_session_seconds: None,
        tags: Vec::new(),
        boundary: None,
    };
    house.iam.create_role(other, new).await.unwrap();
    let arn = "arn:aws:iam::222222222222:role/theirs";
    for (external_id, status) in [("shared", 200), ("wrong", 403)] {
        let asked = format!("Action=AssumeRole&RoleArn={arn}&RoleSessionName=nina&ExternalId={external_id}");
        let answer = house.exchange(&ask(&nina, &asked).bytes()).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let events = house.new_events().await;
        let accounts: Vec<_> = events.iter().map(|event| event["recipientAccountId"].as_str().unwrap()).collect();
        assert_eq!(accounts, ["123456789012", "222222222222"]);
        assert!(events[0]["sharedEventID"].is_string() && events[0]["eventID"] != events[1]["eventID"]);
        let role = serde_json::json!([{"accountId": "222222222222", "type": "AWS::IAM::Role", "ARN": arn}]);
        for event in &events {
            assert_eq!((&event["sharedEventID"], &event["resources"]), (&events[0]["sharedEventID"], &role));
        }
    }
    let own = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/two&RoleSessionName=nina";
    house.exchange(&ask(&nina, own).bytes()).await;
    let event = house.only_event().await;
    assert_eq!(event["resources"][0]["ARN"], "arn:aws:iam::123456789012:role/two");
    assert!(event.get("sharedEventID").is_none());
    let none = "Action=AssumeRole&RoleArn=arn:aws:iam::333333333333:role/none&RoleSessionName=nina";
    house.exchange(&ask(&nina, none).bytes()).await;
    assert!(house.only_event().await.get("resources").is_none());
    house.close().await;
}
