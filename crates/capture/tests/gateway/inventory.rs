//! What the upstream's IAM says about users and keys, asked for by the gateway itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cairn_capture::InventorySettings;
use cairn_signing::SecretKey;
use serde_json::{Value, json};

use crate::house::{House, settings};
use crate::played::{AUTHORIZATION, EMPTY, Upstream, answering, client, exchange};

/// What an IAM answers and was asked.
#[derive(Default)]
struct Iam {
    /// Keys by user. A user whose key is `refused` is one whose keys it does not list.
    users: Vec<(&'static str, &'static str)>,
    has_sts: bool,
    has_roles: bool,
    asked: Vec<BTreeMap<String, String>>,
    heads: Vec<String>,
}

type Shared = Arc<Mutex<Iam>>;

impl Iam {
    /// Starts an upstream whose IAM answers so, and whose every other answer is empty.
    async fn start(self) -> (std::net::SocketAddr, Shared) {
        let iam = Arc::new(Mutex::new(self));
        let shared = Arc::clone(&iam);
        let address = answering(move |head, body| shared.lock().unwrap().answer(head, body)).await;
        (address, iam)
    }

    fn answer(&mut self, head: &str, body: &str) -> String {
        if !head.starts_with("POST / ") {
            return EMPTY.to_owned();
        }
        let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        let arguments: BTreeMap<_, _> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (action, user) = (arguments["Action"].clone(), arguments.get("UserName").cloned());
        let page = arguments.get("Marker").cloned();
        self.asked.push(arguments);
        self.heads.push(head.to_owned());
        match action.as_str() {
            "GetCallerIdentity" if self.has_sts => xml(
                &action,
                "<Arn>arn:aws:iam::123456789012:user/looker</Arn><UserId>AIDALOOKER</UserId><Account>123456789012</Account>",
            ),
            "GetUser" => xml(&action, &format!("<User>{}</User>", member("looker"))),
            "ListUsers" => {
                let place: usize = page.map_or(0, |page| page.parse().unwrap());
                let user = self.users.get(place).map(|(name, _)| format!("<member>{}</member>", member(name)));
                let (is_cut, next) = (place + 1 < self.users.len(), place + 1);
                let users = user.unwrap_or_default();
                xml(
                    &action,
                    &format!("<Users>{users}</Users><IsTruncated>{is_cut}</IsTruncated><Marker>{next}</Marker>"),
                )
            }
            "ListAccessKeys" => {
                let user = user.unwrap();
                let key = self.users.iter().find(|(name, _)| *name == user).unwrap().1;
                if key == "refused" {
                    return refused("AccessDenied", "403 Forbidden");
                }
                let key = format!("<UserName>{user}</UserName><AccessKeyId>{key}</AccessKeyId><Status>Active</Status>");
                let keys = format!("<AccessKeyMetadata><member>{key}</member></AccessKeyMetadata>");
                xml(&action, &format!("{keys}<IsTruncated>false</IsTruncated>"))
            }
            "ListRoles" if self.has_roles => {
                let role = "<RoleName>Reader</RoleName><RoleId>AROAREADER</RoleId><Path>/</Path>\
                            <Arn>arn:aws:iam::123456789012:role/team/Reader</Arn>";
                xml(&action, &format!("<Roles><member>{role}</member></Roles><IsTruncated>false</IsTruncated>"))
            }
            _ => refused("NotImplemented", "501 Not Implemented"),
        }
    }

    fn actions(&self) -> Vec<&str> {
        self.asked.iter().map(|asked| asked["Action"].as_str()).collect()
    }
}

fn member(name: &str) -> String {
    format!(
        "<UserName>{name}</UserName><UserId>AIDA{}</UserId><Path>/team/</Path>\
         <Arn>arn:aws:iam::000000000000:user/team/{name}</Arn>",
        name.to_ascii_uppercase()
    )
}

fn xml(action: &str, result: &str) -> String {
    let namespace = "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"";
    whole(
        "200 OK",
        &format!("<{action}Response {namespace}><{action}Result>{result}</{action}Result></{action}Response>"),
    )
}

fn refused(code: &str, status: &str) -> String {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>");
    whole(status, &format!("<ErrorResponse>{error}</ErrorResponse>"))
}

fn whole(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn looking() -> InventorySettings {
    let settings = InventorySettings::new("AKIALOOKS".to_owned(), SecretKey::new("hidden-secret"));
    InventorySettings { interval: Duration::from_hours(1), pause: Duration::ZERO, ..settings }
}

async fn house(upstream: std::net::SocketAddr) -> House {
    let mut settings = settings(upstream);
    settings.inventory = Some(looking());
    House::open(settings).await
}

fn get(key: &str) -> String {
    let authorization = AUTHORIZATION.replace("AKIAEXAMPLE", key);
    format!("GET /b/k HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: {authorization}\r\n\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_were_there_before_are_named_from_their_first_call_on() {
    let users = vec![("alice", "AKIAALICE00000000001"), ("bob", "bobs-key")];
    let iam = Iam { users, has_sts: true, has_roles: true, ..Iam::default() };
    let (upstream, iam) = iam.start().await;
    let house = house(upstream).await;
    for key in ["AKIAALICE00000000001", "bobs-key", "AKIALOOKS"] {
        let answer = exchange(house.address, &get(key)).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    // Its own calls have no events.
    let events = house.wait_for_events(3).await;
    assert_eq!(
        events[0]["userIdentity"],
        json!({
            "type": "IAMUser",
            "principalId": "AIDAALICE",
            "arn": "arn:aws:iam::000000000000:user/team/alice",
            "accountId": "123456789012",
            "accessKeyId": "AKIAALICE00000000001",
            "userName": "alice",
        })
    );
    let names: Vec<_> = events.iter().map(|event| event["userIdentity"]["userName"].as_str()).collect();
    assert_eq!(names, [Some("alice"), Some("bob"), Some("looker")]);
    assert!(events.iter().all(|event| event.get("sharedEventID").is_none()), "{events:#?}");

    let iam = iam.lock().unwrap();
    let expected = ["GetCallerIdentity", "ListUsers", "ListAccessKeys", "ListUsers", "ListAccessKeys", "ListRoles"];
    assert_eq!(iam.actions(), expected);
    assert_eq!(iam.asked[3]["Marker"], "1");
    for (place, head) in iam.heads.iter().enumerate() {
        let service = if place == 0 { "sts" } else { "iam" };
        let head = head.to_ascii_lowercase();
        assert!(head.contains(&format!("\r\nhost: {upstream}\r\n")), "{head}");
        assert!(head.contains("credential=akialooks/") && head.contains(&format!("/{service}/aws4_request")), "{head}");
        assert!(!head.contains("hidden-secret"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_says_only_a_part_is_believed_for_that_part() {
    let users = vec![("mallory", "refused"), ("bob", "bobs-key")];
    let (upstream, iam) = Iam { users, ..Iam::default() }.start().await;
    let house = house(upstream).await;
    for key in ["AKIALOOKS", "bobs-key"] {
        exchange(house.address, &get(key)).await;
    }
    let events = house.wait_for_events(2).await;
    let names: Vec<_> = events.iter().map(|event| event["userIdentity"]["userName"].as_str()).collect();
    assert_eq!(names, [Some("looker"), Some("bob")]);
    assert_eq!(iam.lock().unwrap().actions()[..2], ["GetCallerIdentity", "GetUser"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sight_of_an_unknown_key_makes_the_gateway_ask_again() {
    let (upstream, iam) = Iam { has_sts: true, has_roles: true, ..Iam::default() }.start().await;
    let house = house(upstream).await;
    let is_named = |event: &Value| event["userIdentity"]["userName"] == "carol";
    exchange(house.address, &get("AKIALOOKS")).await;
    assert_eq!(iam.lock().unwrap().actions(), ["GetCallerIdentity", "ListUsers", "ListRoles"]);
    iam.lock().unwrap().users = vec![("carol", "carols-key")];
    let asked = async {
        // The first of these calls asks for the inventory that names the later ones.
        while !house.events().await.iter().any(is_named) {
            exchange(house.address, &get("carols-key")).await;
        }
    };
    crate::played::patiently("the name of a new key", asked).await;
    // One that stays unknown asks once.
    for _ in 0..20 {
        exchange(house.address, &get("nobodys-key")).await;
    }
    let rounds = iam.lock().unwrap().actions().iter().filter(|action| **action == "GetCallerIdentity").count();
    assert!((2..=4).contains(&rounds), "{rounds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_does_not_answer_its_iam_is_not_in_the_way() {
    let upstream = Upstream::start().await;
    let house = house(upstream.address()).await;
    let mut client = client(house.address).await;
    client.send(get("AKIAALICE00000000001")).await;
    let mut asked = upstream.accept().await;
    assert!(asked.head().await.starts_with("POST / "));
    let mut line = upstream.accept().await;
    assert!(line.head().await.starts_with("GET /b/k "));
    line.send(EMPTY).await;
    assert!(client.head().await.starts_with("HTTP/1.1 200 "));
    let event = house.wait_for_events(1).await.remove(0);
    assert_eq!(event["userIdentity"], json!({"type": "Unknown", "accessKeyId": "AKIAALICE00000000001"}));
}
