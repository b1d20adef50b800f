//! moto's own tests of CloudTrail, run against Cairn, with moto for the services that Cairn does not have.

use std::collections::BTreeMap;
use std::fs;

use crate::aws::{said, script};
use crate::http;
use crate::moto::Moto;
use crate::server::{Server, repository};

/// With these keys moto's tests sign, wherever they run.
const KEYS_OF_MOTO: &str = "[[accounts]]\nid = \"123456789012\"\n[[accounts.keys]]\naccess_key_id = \"FOOBARKEY\"\n\
    secret_access_key = \"FOOBARSECRET\"\n";
/// How many there are in the version of moto that is fetched.
const TESTS: usize = 44;

#[test]
fn moto_s_own_tests_of_cloudtrail_all_pass() {
    let sources = repository().join("target/moto-tests");
    let (Some(moto), true) = (Moto::start(), sources.join("tests/test_cloudtrail").is_dir()) else {
        println!("skipped: moto or its tests are missing; `make test` fetches them");
        return;
    };
    let mut server = Server::prepare_with_test_hooks(KEYS_OF_MOTO);
    server.start_again();
    let written = server.folder().join("outcomes.json");
    let addresses = [server.url(), moto.url()];
    let arguments = [&addresses[0], &addresses[1], written.to_str().unwrap(), "tests/test_cloudtrail"];
    let run = script(&server, "moto_router.py", &arguments).current_dir(&sources).output().unwrap();
    let outcomes: BTreeMap<String, String> = serde_json::from_str(&fs::read_to_string(written).unwrap()).unwrap();
    let failed: Vec<_> = outcomes.iter().filter(|(_, outcome)| *outcome != "passed").collect();
    assert!(failed.is_empty(), "{failed:?}\n{}", said(&run));
    assert_eq!(outcomes.len(), TESTS);
}

#[test]
fn nobody_resets_a_server_that_was_not_started_for_it() {
    let server = Server::start();
    let head = format!("POST /moto-api/reset HTTP/1.1\r\nHost: {}", server.address());
    let answer = http::exchange(server.address(), format!("{head}\r\nContent-Length: 0\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(http::status(&answer), Some(403), "{answer}");
    let refused = server.cairn(&["serve", "--test-hooks", "--listen", "0.0.0.0:0", "--data", "elsewhere"]);
    assert!(!refused.status.success());
    assert!(said(&refused).contains("needs a loopback address"), "{}", said(&refused));
}
