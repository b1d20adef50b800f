//! Users who were there before Cairn started: the gateway asks its upstream's IAM who they are.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::aws::{Aws, said, set_variables, tool};
use crate::moto::Moto;
use crate::seaweed::SeaweedFs;
use crate::server::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, free_port};
use crate::{http, wait};

/// An endpoint, and a key pair of it, for the CLI.
struct Caller {
    url: String,
    key: (String, String),
}

impl Caller {
    fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(tool("aws"));
        set_variables(&mut command, &self.url);
        command.env("AWS_ACCESS_KEY_ID", &self.key.0).env("AWS_SECRET_ACCESS_KEY", &self.key.1);
        command.env("AWS_MAX_ATTEMPTS", "1").env("AWS_PAGER", "").args(arguments).stdin(Stdio::null());
        command.output().unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Value {
        let output = self.output(arguments);
        assert!(output.status.success(), "aws {arguments:?}: {}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// Makes an IAM user and gives a caller with a key of its own.
    fn with_user(&self, name: &str) -> Self {
        self.run(&["iam", "create-user", "--user-name", name]);
        let made = self.run(&["iam", "create-access-key", "--user-name", name]);
        let part = |name: &str| made["AccessKey"][name].as_str().unwrap().to_owned();
        Self { url: self.url.clone(), key: (part("AccessKeyId"), part("SecretAccessKey")) }
    }

    /// The same caller elsewhere.
    fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), key: self.key.clone() }
    }
}

fn owner(url: &str) -> Caller {
    Caller { url: url.to_owned(), key: (ACCESS_KEY_ID.to_owned(), SECRET_ACCESS_KEY.to_owned()) }
}

/// A server with a gateway that takes inventories, and where the gateway is.
fn gateway(upstream: &str, further: &str) -> (Server, String) {
    let address = format!("127.0.0.1:{}", free_port());
    let server = Server::start_with(&format!(
        "[[capture]]\nlisten = \"{address}\"\nupstream = \"{upstream}\"\ninventory_access_key_id = \"{ACCESS_KEY_ID}\"\n\
         inventory_secret_access_key = \"{SECRET_ACCESS_KEY}\"\n{further}"
    ));
    (server, format!("http://{address}"))
}

/// As [`events`], once there are so many: an event is there a moment after the answer of its call.
fn wait_for_events(server: &Server, source: &str, count: usize) -> Vec<Value> {
    wait::until("events of calls", || Some(events(server, source)).filter(|events| events.len() >= count))
}

/// The events of a service that came through the gateway, oldest first.
fn events(server: &Server, source: &str) -> Vec<Value> {
    let attribute = format!("AttributeKey=EventSource,AttributeValue={source}");
    let all = ["lookup-events", "--event-category", "all", "--lookup-attributes", &attribute];
    let answer = Aws::of(server).in_region("all").cloudtrail(&all);
    let events = answer["Events"].as_array().unwrap().iter().rev();
    events.map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()).collect()
}

/// What was called, and by whom.
fn callers(events: &[Value]) -> Vec<(&str, &str)> {
    let caller = |event| {
        let event: &Value = event;
        (event["eventName"].as_str().unwrap(), event["userIdentity"]["userName"].as_str().unwrap_or("nobody"))
    };
    events.iter().map(caller).collect()
}

/// How often the gateways have taken an inventory, by how much of it they got.
fn inventories(server: &Server) -> BTreeMap<String, u64> {
    let metrics = http::get(server.address(), "/metrics").unwrap();
    let lines = metrics.lines().filter(|line| line.starts_with("cairn_capture_inventories_total{"));
    lines
        .map(|line| {
            let extent = line.split("extent=\"").nth(1).unwrap().split('"').next().unwrap();
            (extent.to_owned(), line.rsplit(' ').next().unwrap().parse().unwrap())
        })
        .collect()
}

#[test]
fn a_user_of_seaweedfs_who_was_there_before_is_named_from_the_first_call_on() {
    let seaweed = SeaweedFs::start_with(&["-s3.iam.readOnly=false", "-iam", "-iam.port", &free_port().to_string()]);
    let owner = owner(seaweed.url());
    owner.run(&["s3api", "create-bucket", "--bucket", "photos"]);
    let bob = owner.with_user("bob");
    let (mut server, url) = gateway(seaweed.url(), "");
    // What he may do is not the question: refused or not, it was he.
    bob.at(&url).output(&["s3api", "list-objects-v2", "--bucket", "photos"]);
    owner.at(&url).run(&["s3api", "list-buckets"]);
    let recorded = wait_for_events(&server, "s3.amazonaws.com", 2);
    assert_eq!(callers(&recorded), [("ListObjects", "bob"), ("ListBuckets", "tests")], "{recorded:#?}");
    let identity = &recorded[0]["userIdentity"];
    assert_eq!((&identity["type"], &identity["accessKeyId"]), (&"IAMUser".into(), &bob.key.0.as_str().into()));
    assert!(events(&server, "iam.amazonaws.com").is_empty(), "the gateway's own calls are no calls of clients");

    // One who comes later, behind the gateway's back, is asked for when the key is first seen.
    let carol = owner.with_user("carol").at(&url);
    wait::until("the name of a user who came later", || {
        carol.output(&["s3api", "list-buckets"]);
        callers(&events(&server, "s3.amazonaws.com")).iter().any(|(_, name)| *name == "carol").then_some(())
    });
    // It has neither roles nor, as it was started, STS: the rest of what it says counts.
    let taken = inventories(&server);
    assert!(taken["partial"] >= 2 && taken.len() == 1, "{taken:?}");

    // What was learnt is kept, each gateway's in a file of its own.
    assert!(server.terminate().success(), "{}", server.log());
    let file = format!("{}.sqlite", url.trim_start_matches("http://").replace(':', "%3A"));
    let files: Vec<_> = std::fs::read_dir(server.data().join("principals")).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.iter().map(|file| file.file_name().into_string().unwrap()).collect::<Vec<_>>(), [file]);
    drop(seaweed);
    server.start_again();
    let before = events(&server, "s3.amazonaws.com").len();
    bob.at(&url).output(&["s3api", "list-objects-v2", "--bucket", "photos"]);
    let recorded = wait_for_events(&server, "s3.amazonaws.com", before + 1);
    let last = recorded.last().unwrap();
    assert_eq!((&last["errorCode"], &last["userIdentity"]["userName"]), (&"BadGateway".into(), &"bob".into()));
    assert!(!server.log().contains(SECRET_ACCESS_KEY));
}

#[test]
fn a_user_of_moto_who_was_there_before_is_named_from_the_first_call_on() {
    let Some(moto) = Moto::start() else {
        println!("skipped: moto is not in .venv; `make test` installs it");
        return;
    };
    let owner = owner(&moto.url());
    let dora = owner.with_user("dora");
    let user = owner.run(&["iam", "get-user", "--user-name", "dora"]);
    let (server, url) = gateway(&moto.url(), "inventory_interval_seconds = 1\n");
    dora.at(&url).run(&["sns", "create-topic", "--name", "orders"]);
    let recorded = wait_for_events(&server, "sns.amazonaws.com", 1);
    assert_eq!(callers(&recorded), [("CreateTopic", "dora")], "{recorded:#?}");
    let identity = &recorded[0]["userIdentity"];
    assert_eq!((&identity["arn"], &identity["principalId"]), (&user["User"]["Arn"], &user["User"]["UserId"]));
    assert_eq!(identity["accountId"], "123456789012");

    // The next inventory that is due brings who came in between, before the first call.
    let emil = owner.with_user("emil");
    let before = inventories(&server)["complete"];
    wait::until("two more inventories", || (inventories(&server)["complete"] > before + 1).then_some(()));
    emil.at(&url).run(&["sns", "list-topics"]);
    assert_eq!(
        callers(&wait_for_events(&server, "sns.amazonaws.com", 2)),
        [("CreateTopic", "dora"), ("ListTopics", "emil")]
    );
    assert!(events(&server, "iam.amazonaws.com").is_empty());
}

#[test]
fn two_upstreams_with_keys_of_one_name_are_told_apart() {
    let addresses = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
    let table = |(address, name): (&String, &str)| {
        format!(
            "[[capture]]\nlisten = \"{address}\"\nupstream = \"http://127.0.0.1:9\"\nname = \"{name}\"\n\
             [[capture.identities]]\naccess_key_id = \"admin\"\nuser_name = \"{name}-admin\"\n"
        )
    };
    let tables: Vec<String> = addresses.iter().zip(["north", "south"]).map(table).collect();
    let server = Server::start_with(&tables.concat());
    for address in &addresses {
        let caller = Caller { url: format!("http://{address}"), key: ("admin".to_owned(), "secret".to_owned()) };
        assert!(!caller.output(&["s3api", "list-buckets"]).status.success());
    }
    let recorded = wait_for_events(&server, "s3.amazonaws.com", 2);
    assert_eq!(callers(&recorded), [("ListBuckets", "north-admin"), ("ListBuckets", "south-admin")]);
    for name in ["north", "south"] {
        assert!(server.data().join(format!("principals/{name}.sqlite")).exists());
    }
}
