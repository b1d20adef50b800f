//! Starting and stopping: keys of the first start, one instance at a time, settings, an orderly end.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use crate::aws::{Aws, said, script};
use crate::server::Server;
use crate::{http, wait};

/// Starts a server that is expected to refuse, and returns what it said.
fn refusal(server: &Server, change: impl FnOnce(&mut Command)) -> Output {
    let mut command = server.command();
    change(&mut command);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap()
}

/// The server without given keys, so that it makes or finds its own.
fn own_keys(command: &mut Command) {
    command.env_remove("CAIRN_ROOT_ACCESS_KEY_ID").env_remove("CAIRN_ROOT_SECRET_ACCESS_KEY");
}

#[test]
fn the_first_start_prints_a_key_pair_once_and_keeps_it_to_itself() {
    let server = Server::prepare("");
    let path = server.data().join("root-credentials");
    let mut outputs = Vec::new();
    for _ in 0..2 {
        let mut command = server.command();
        own_keys(&mut command);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait::until("the server to become ready", || {
            http::get(server.address(), "/readyz").filter(|answer| http::status(answer) == Some(200)).map(drop)
        });
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &process.id().to_string()]).status().unwrap();
        assert!(sent.success());
        wait::until("the server to end", || process.try_wait().unwrap());
        outputs.push(said(&process.wait_with_output().unwrap()));
    }
    let kept = fs::read_to_string(&path).unwrap();
    let export = kept.lines().find(|line| line.contains("AWS_SECRET_ACCESS_KEY=")).unwrap();
    assert!(outputs[0].contains(export), "not printed at the first start:\n{}", outputs[0]);
    assert!(!outputs[1].contains(export), "printed again:\n{}", outputs[1]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn keys_that_others_can_read_are_refused() {
    let server = Server::prepare("");
    fs::create_dir(server.data()).unwrap();
    let path = server.data().join("root-credentials");
    fs::write(&path, "export AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nexport AWS_SECRET_ACCESS_KEY=secret\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let output = refusal(&server, own_keys);
    let text = said(&output);
    assert!(!output.status.success() && text.contains("root-credentials") && text.contains("chmod 600"), "{text}");
}

#[test]
fn a_second_instance_on_the_same_data_is_refused() {
    let server = Server::start();
    let output = refusal(&server, |_| {});
    let text = said(&output);
    assert!(!output.status.success() && text.contains("in use"), "{text}");
    assert_eq!(http::get(server.address(), "/healthz").and_then(|answer| http::status(&answer)), Some(200));
}

#[test]
fn an_unknown_setting_is_refused_with_its_line() {
    let server = Server::prepare("\nno_such_thing = 1\n");
    let text = said(&refusal(&server, |_| {}));
    assert!(text.contains("cairn.toml:5") && text.contains("no_such_thing"), "{text}");
}

#[test]
fn settings_are_printed_with_where_they_came_from() {
    let server = Server::prepare("");
    let output = refusal(&server, |command| {
        command.arg("--print-settings");
    });
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    let line_of =
        |key: &str| text.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("no {key}: {text}"));
    assert!(line_of("listen").contains("flag"));
    assert!(line_of("delivery.log_interval_seconds").contains("cairn.toml:2"));
    assert!(line_of("history.retention_days").contains("default"));
    assert!(line_of("root_secret_access_key").contains("CAIRN_ROOT_SECRET_ACCESS_KEY"));
    assert!(!text.contains(crate::server::SECRET_ACCESS_KEY), "{text}");
}

#[test]
fn a_server_that_is_asked_to_stop_finishes_what_it_has_begun() {
    let mut server = Server::start();
    let acknowledged = server.folder().join("acknowledged");
    fs::write(&acknowledged, "").unwrap();
    let mut load = script(&server, "load.py", &[acknowledged.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait::until("some load", || (fs::read_to_string(&acknowledged).unwrap().lines().count() > 30).then_some(()));
    let status = server.terminate();
    assert!(status.success(), "{status}:\n{}", server.log());
    server.start_again();
    drop(load.stdin.take());
    let output = load.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let history = script(&server, "check_history.py", &[acknowledged.to_str().unwrap()]).output().unwrap();
    assert!(history.status.success(), "{}", said(&history));
}

#[test]
fn a_server_that_is_asked_to_stop_before_it_is_ready_stops_in_order() {
    let mut server = Server::prepare("");
    server.start_without_waiting();
    wait::until("the server to take connections", || TcpStream::connect(server.address()).ok());
    server.ask_to_stop();
    let status = server.wait_ended();
    assert!(status.success(), "{status}:\n{}", server.log());
}

#[test]
fn accounts_of_the_settings_see_only_their_own_events() {
    let server = Server::start_with(
        "[[accounts]]\nid = \"210987654321\"\n[[accounts.keys]]\naccess_key_id = \"AKIAOTHERACCOUNT0001\"\n\
         secret_access_key = \"another/secret+of/forty+characters+000000\"\n",
    );
    let aws = Aws::of(&server);
    aws.run(&["sts", "get-caller-identity"]);
    let output =
        script(&server, "other_account.py", &["AKIAOTHERACCOUNT0001", "another/secret+of/forty+characters+000000"])
            .output()
            .unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn health_readiness_and_metrics_need_no_signature() {
    let server = Server::start();
    Aws::of(&server).run(&["sts", "get-caller-identity"]);
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = http::get(server.address(), path).unwrap();
        assert_eq!(http::status(&answer), Some(200), "{path}: {answer}");
    }
    let metrics = http::get(server.address(), "/metrics").unwrap();
    assert!(metrics.contains("# TYPE"), "{metrics}");
}
