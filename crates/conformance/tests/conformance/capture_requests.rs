//! Requests through a gateway that no CLI makes: uploads by form, ranges, broken chunk signatures, callers of another
//! account, and bodies far larger than the memory that they may take.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use crate::aws::{run_script, said};
use crate::capture_scene::{Scene, row};
use crate::moto::Moto;
use crate::server::{ACCESS_KEY_ID, Server, free_port};

#[test]
fn what_browsers_and_sdks_send_to_seaweedfs_passes_and_is_recorded() {
    let mut scene = Scene::start("");
    let gateway = format!("http://{}", scene.address());
    run_script(&scene.server, "gateway_requests.py", &[&gateway]);
    scene.expect(&[
        row("CreateBucket", "", "photos", "Management"),
        row("GetObject", "", "photos/2026/sunrise.jpg", "Data"),
        row("GetObject", "InvalidRange", "photos/2026/sunrise.jpg", "Data"),
        row("PostObject", "", "photos/2026/sunrise.jpg", "Data"),
        row("PostObject", "AccessDenied", "photos/private/sunset.jpg", "Data"),
        row("PutObject", "", "photos/chunks", "Data"),
        row("PutObject", "InternalError", "photos/chunks", "Data"),
    ]);
    let of = |name: &str, error: &str| {
        let is_it = |event: &&serde_json::Value| {
            event["eventName"] == name && event["errorCode"].as_str().unwrap_or_default() == error
        };
        scene.seen().iter().find(is_it).unwrap()
    };
    let upload = of("PostObject", "");
    assert_eq!(upload["userIdentity"]["userName"], "tests");
    assert_eq!(upload["additionalEventData"]["AuthenticationMethod"], "HtmlForm");
    assert_eq!(upload["requestParameters"]["success_action_status"], "201");
    for event in scene.seen() {
        let text = event.to_string().to_ascii_lowercase();
        assert!(!text.contains("\"policy\"") && !text.contains("signature\":\""), "{event}");
    }
    assert_eq!(of("GetObject", "")["additionalEventData"]["bytesTransferredOut"], 4);
}

#[test]
fn calls_from_another_account_are_seen_by_both_and_stand_in_the_files_of_both_with_one_shared_id() {
    let Some(moto) = Moto::start() else {
        println!("skipped: moto is not in .venv; `make test` installs it");
        return;
    };
    let gateway = format!("127.0.0.1:{}", free_port());
    let (key, secret) = ("AKIACONFORMANCE00002", "conformance/secret/of/the/other/account0");
    let server = Server::start_with(&format!(
        "[[accounts]]\nid = \"210987654321\"\n[[accounts.keys]]\naccess_key_id = \"{key}\"\n\
         secret_access_key = \"{secret}\"\n[[capture]]\nlisten = \"{gateway}\"\nupstream = \"{}\"\n\
         [[capture.identities]]\naccess_key_id = \"{ACCESS_KEY_ID}\"\nuser_name = \"tests\"\n",
        moto.url()
    ));
    run_script(&server, "shared_events.py", &[&format!("http://{gateway}"), key, secret]);
    run_script(&server, "two_accounts.py", &[key, secret, &format!("http://{gateway}")]);
}

/// Bytes of a body that no memory should hold.
const LARGE: u64 = 1 << 30;

#[test]
fn a_gigabyte_up_and_down_takes_no_more_memory_than_a_megabyte() {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let gateway = format!("127.0.0.1:{}", free_port());
    let server = Server::start_with(&format!(
        "[[capture]]\nlisten = \"{gateway}\"\nupstream = \"http://{}\"\n",
        upstream.local_addr().unwrap()
    ));
    let answering = std::thread::spawn(move || {
        for _ in 0..4 {
            answer(upstream.accept().unwrap().0);
        }
    });
    let file = server.folder().join("sparse");
    let url = format!("http://{gateway}/photos/large");
    let up_and_down = |bytes: u64| {
        fs::File::create(&file).unwrap().set_len(bytes).unwrap();
        let length = format!("X-Length: {bytes}");
        curl(&["--upload-file", file.to_str().unwrap(), "--header", "Expect: 100-continue", &url]);
        curl(&["--output", "/dev/null", "--header", &length, &url]);
    };
    up_and_down(1 << 20);
    let before = server.memory_peak_bytes();
    up_and_down(LARGE);
    let peak = server.memory_peak_bytes();
    assert!(peak < before + (64 << 20), "from {before} to {peak} bytes");
    answering.join().unwrap();
    let metrics = crate::http::get(server.address(), "/metrics").unwrap();
    for direction in ["in", "out"] {
        let line = metrics
            .lines()
            .find(|line| line.starts_with("cairn_capture_bytes_total") && line.contains(&format!("\"{direction}\"")));
        let expected = LARGE + (1 << 20);
        assert!(line.is_some_and(|line| line.ends_with(&format!(" {expected}"))), "{line:?}");
    }
}

/// Runs curl, which must succeed, over a connection of its own.
fn curl(arguments: &[&str]) {
    let mut command = Command::new("curl");
    let output = command.args(["-sS", "--fail"]).args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

/// Answers one request: takes the body of an upload, and gives as many zeros as `X-Length` says.
fn answer(mut socket: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let number = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    if head.contains("expect: 100-continue") {
        socket.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    }
    let sent = number("content-length:").unwrap_or(0);
    let taken = std::io::copy(&mut (&socket).take(sent), &mut std::io::sink()).unwrap();
    assert_eq!(taken, sent);
    let length = number("x-length:").unwrap_or(0);
    write!(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n").unwrap();
    std::io::copy(&mut std::io::repeat(0).take(length), &mut socket).unwrap();
}
