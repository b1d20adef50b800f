//! `cairn user` and `cairn key`: from nothing to a user with a key, to another key, to a user who may do nothing.

use std::process::{Command, Output};

use crate::server::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, binary};

/// An access key and its secret.
type Key = (String, String);

fn root() -> Key {
    (ACCESS_KEY_ID.to_owned(), SECRET_ACCESS_KEY.to_owned())
}

fn run(server: &Server, (id, secret): &Key, words: &[&str]) -> Output {
    let mut command = Command::new(binary());
    command.args(words).env("AWS_ENDPOINT_URL", server.url()).env_remove("AWS_SESSION_TOKEN");
    command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What a command that must succeed prints for a shell.
fn done(server: &Server, key: &Key, words: &[&str]) -> String {
    let output = run(server, key, words);
    assert!(output.status.success(), "cairn {words:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The key that a command printed.
fn key_of(printed: &str) -> Key {
    let value = |name: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(&format!("export {name}=")));
        line.unwrap_or_else(|| panic!("no {name} in {printed}")).to_owned()
    };
    (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"))
}

/// Whether a key may list its server's trails, by `cairn selectors try`, which asks for them first.
fn may_read(server: &Server, key: &Key) -> Result<(), String> {
    let file = server.folder().join("selectors.json");
    std::fs::write(&file, r#"[{"ReadWriteType":"All","IncludeManagementEvents":true}]"#).unwrap();
    let output = run(server, key, &["selectors", "try", file.to_str().unwrap(), "--since", "1h"]);
    if output.status.code() == Some(3) { Err(said(&output)) } else { Ok(()) }
}

#[test]
fn users_are_made_listed_and_disabled_and_their_keys_rotated() {
    let server = Server::start();
    let policies = ["--policy", "AdministratorAccess"];
    let first = key_of(&done(&server, &root(), &[&["user", "add", "nina"][..], &policies].concat()));
    may_read(&server, &first).unwrap();
    let listed = done(&server, &root(), &["user", "list"]);
    assert!(listed.starts_with("nina  since 20") && listed.contains(&format!("{}  active", first.0)), "{listed}");

    // Of whoever signs: the old key's last deed is to end its own use.
    let second = key_of(&done(&server, &first, &["key", "rotate"]));
    assert_ne!(first.0, second.0);
    let refused = may_read(&server, &first).unwrap_err();
    assert!(refused.contains("UnrecognizedClientException") || refused.contains("InvalidClientTokenId"), "{refused}");
    may_read(&server, &second).unwrap();

    let crowded = run(&server, &second, &["key", "rotate"]);
    assert_eq!(crowded.status.code(), Some(3));
    assert!(said(&crowded).contains("--delete-inactive"), "{}", said(&crowded));
    let third = key_of(&done(&server, &root(), &["key", "rotate", "--user", "nina", "--delete-inactive"]));
    may_read(&server, &third).unwrap();
    let of_root = run(&server, &root(), &["key", "rotate"]);
    assert!(of_root.status.code() == Some(3) && said(&of_root).contains(":root is no user"), "{}", said(&of_root));

    done(&server, &root(), &["user", "disable", "nina"]);
    may_read(&server, &third).unwrap_err();
    let listed = done(&server, &root(), &["user", "list"]);
    assert!(!listed.contains("  active"), "{listed}");

    let again = run(&server, &root(), &["user", "add", "nina"]);
    assert!(again.status.code() == Some(3) && said(&again).contains("EntityAlreadyExists"), "{}", said(&again));
    let partly = run(&server, &root(), &["user", "add", "omar", "--policy", "NoSuchPolicy"]);
    assert!(partly.status.code() == Some(3) && said(&partly).contains("user/omar is there now"), "{}", said(&partly));
}
