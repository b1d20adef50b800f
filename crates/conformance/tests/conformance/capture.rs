//! A gateway in front of SeaweedFS, driven by the stock AWS CLI: each call is exactly one event.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output, Stdio};

use crate::aws::{Aws, said, set_variables, tool};
use crate::capture_scene::{Scene, row};

#[test]
fn everyday_calls_are_one_event_each() {
    let mut scene = Scene::start("");
    let file = scene.server.folder().join("file");
    fs::write(&file, "hello").unwrap();
    let file = file.to_str().unwrap().to_owned();

    scene.s3(&["mb", "s3://photos"]);
    scene.expect(&[row("CreateBucket", "", "photos", "Management")]);
    scene.s3(&["cp", &file, "s3://photos/2025/a b"]);
    scene.s3(&["cp", &file, "s3://photos/2025/ü"]);
    scene.expect(&[row("PutObject", "", "photos/2025/a b", "Data"), row("PutObject", "", "photos/2025/ü", "Data")]);
    let copy = format!("{file}.copy");
    scene.s3(&["cp", "s3://photos/2025/ü", &copy]);
    assert_eq!(fs::read_to_string(&copy).unwrap(), "hello");
    scene.expect(&[row("GetObject", "", "photos/2025/ü", "Data"), row("HeadObject", "", "photos/2025/ü", "Data")]);
    scene.s3(&["ls", "s3://photos/2025/"]);
    scene.expect(&[row("ListObjects", "", "photos/", "Data")]);
    scene.s3(&["rm", "--recursive", "s3://photos/2025/"]);
    scene.expect(&[
        row("DeleteObject", "", "photos/2025/a b", "Data"),
        row("DeleteObject", "", "photos/2025/ü", "Data"),
        row("ListObjects", "", "photos/", "Data"),
    ]);
    let refused = scene.gateway().refused(&["s3api", "get-object", "--bucket", "photos", "--key", "gone", &copy]);
    assert!(refused.contains("NoSuchKey"), "{refused}");
    scene.expect(&[row("GetObject", "NoSuchKey", "photos/gone", "Data")]);
    scene.s3(&["rb", "s3://photos"]);
    scene.expect(&[row("DeleteBucket", "", "photos", "Management")]);
    assert!(scene.seen().iter().all(|event| event["userIdentity"]["userName"] == "tests"));
    assert!(scene.seen().iter().all(|event| event["sourceIPAddress"] == "127.0.0.1"));
    assert!(scene.seen().iter().all(|event| event["userAgent"].as_str().unwrap().starts_with("[aws-cli/")));
}

#[test]
fn the_keys_of_one_deletion_are_an_event_each() {
    let mut scene = Scene::start("");
    scene.s3(&["mb", "s3://photos"]);
    scene.expect(&[row("CreateBucket", "", "photos", "Management")]);
    let delete = ["s3api", "delete-objects", "--bucket", "photos", "--delete", "Objects=[{Key=a},{Key=b}]"];
    scene.gateway().run(&delete);
    scene.expect(&[
        row("DeleteObject", "", "photos/a", "Data"),
        row("DeleteObject", "", "photos/b", "Data"),
        row("DeleteObjects", "", "photos/", "Data"),
    ]);
}

#[test]
fn the_parts_of_a_large_upload_are_an_event_each_and_arrive_whole() {
    let mut scene = Scene::start("");
    let (file, copy) = (scene.server.folder().join("large"), scene.server.folder().join("copy"));
    let content: Vec<u8> =
        (0..20_000_000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    fs::write(&file, &content).unwrap();
    scene.s3(&["mb", "s3://photos"]);
    scene.s3(&["cp", file.to_str().unwrap(), "s3://photos/large"]);
    let part = || row("UploadPart", "", "photos/large", "Data");
    scene.expect(&[
        row("CompleteMultipartUpload", "", "photos/large", "Data"),
        row("CreateBucket", "", "photos", "Management"),
        row("CreateMultipartUpload", "", "photos/large", "Data"),
        part(),
        part(),
        part(),
    ]);
    scene.s3(&["cp", "s3://photos/large", copy.to_str().unwrap()]);
    assert!(fs::read(&copy).unwrap() == content, "the copy differs");
    let range = || row("GetObject", "", "photos/large", "Data");
    scene.expect(&[range(), range(), range(), row("HeadObject", "", "photos/large", "Data")]);
    let of_parts = |name: &str| -> u64 {
        let parts = scene.seen().iter().filter(|event| event["eventName"] == "UploadPart");
        parts.map(|event| event["additionalEventData"][name].as_u64().unwrap()).sum()
    };
    assert_eq!(of_parts("bytesTransferredIn"), 20_000_000);
}

#[test]
fn a_presigned_url_names_its_signer() {
    let mut scene = Scene::start("");
    let file = scene.server.folder().join("file");
    fs::write(&file, "hello").unwrap();
    scene.s3(&["mb", "s3://photos"]);
    scene.s3(&["cp", file.to_str().unwrap(), "s3://photos/a"]);
    scene.forget(2);
    let presigned = scene.gateway().output(&["s3", "presign", "s3://photos/a"]);
    let url = String::from_utf8(presigned.stdout).unwrap();
    let fetched = Command::new("curl").args(["-sS", "--fail", url.trim()]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&fetched.stdout), "hello", "{}", said(&fetched));
    scene.expect(&[row("GetObject", "", "photos/a", "Data")]);
    let event = scene.seen().last().unwrap();
    assert_eq!(event["additionalEventData"]["AuthenticationMethod"], "QueryString");
    assert_eq!(event["userIdentity"]["userName"], "tests");
    assert!(!event.to_string().contains("Signature="), "{event}");
}

#[test]
fn a_wrong_key_is_refused_by_the_upstream_and_speaks_for_nobody() {
    let mut scene = Scene::start("");
    for (key, secret, code) in [
        (crate::server::ACCESS_KEY_ID, "wrong", "SignatureDoesNotMatch"),
        ("AKIANOBODY0000000001", "wrong", "InvalidAccessKeyId"),
    ] {
        let output = list_buckets(scene.gateway(), key, secret);
        assert!(!output.status.success() && said(&output).contains(code), "{}", said(&output));
        scene.expect(&[row("ListBuckets", code, "", "Management")]);
        let identity = scene.seen().last().unwrap()["userIdentity"].clone();
        assert_eq!(identity, serde_json::json!({"type": "Unknown", "accessKeyId": key}));
    }
}

/// `aws s3api list-buckets` with another key.
fn list_buckets(gateway: &Aws, key: &str, secret: &str) -> Output {
    let mut command = Command::new(tool("aws"));
    set_variables(&mut command, gateway.s3_endpoint_url());
    command.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", secret).env("AWS_MAX_ATTEMPTS", "1");
    command.args(["s3api", "list-buckets"]).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_killed_server_leaves_an_event_for_the_upload_under_way() {
    let mut scene = Scene::start("");
    scene.s3(&["mb", "s3://photos"]);
    scene.forget(1);
    let mut uploading = crate::aws::script(&scene.server, "upload_slowly.py", &[scene.address(), "photos", "half"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut begun = [0; 6];
    std::io::Read::read_exact(uploading.stdout.as_mut().unwrap(), &mut begun).unwrap();
    assert_eq!(&begun, b"begun\n");
    scene.wait_for_calls(1);
    scene.server.kill();
    drop(uploading.stdin.take());
    uploading.wait().unwrap();
    scene.server.start_again();
    scene.expect(&[row("PutObject", "CompletionUnknown", "photos/half", "Data")]);

    // The next start says nothing new, and calls go on as before.
    scene.server.terminate();
    scene.server.start_again();
    scene.expect(&[]);
    scene.s3(&["ls", "s3://photos"]);
    scene.expect(&[row("ListObjects", "", "photos/", "Data")]);
}

#[test]
fn a_gateway_shows_in_the_metrics_and_stops_in_order() {
    let mut scene = Scene::start("");
    scene.s3(&["mb", "s3://photos"]);
    let metrics = crate::http::get(scene.server.address(), "/metrics").unwrap();
    let line = metrics.lines().find(|line| line.starts_with("cairn_capture_calls_total")).unwrap();
    assert!(line.ends_with(" 1") && line.contains("status=\"200\""), "{line}");
    assert!(scene.server.terminate().success(), "{}", scene.server.log());
}

/// The README's second example, run as it stands there, apart from addresses.
#[test]
fn the_second_example_of_the_readme_is_true() {
    let scene = Scene::start("");
    let readme = fs::read_to_string(crate::server::repository().join("README.md")).unwrap();
    let block =
        readme.split("<!-- who deleted it -->\n```sh\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let block = block.replace("http://127.0.0.1:4581", &format!("http://{}", scene.address()));
    let path = format!("{}:/usr/bin:/bin", crate::server::repository().join(".venv/bin").display());
    let mut shell = Command::new("bash");
    set_variables(&mut shell, &scene.server.url());
    let output = shell.args(["-euc", &block]).env("PATH", &path).current_dir(scene.server.folder()).output().unwrap();
    assert!(output.status.success(), "{block}: {}", said(&output));
    let last = String::from_utf8(output.stdout).unwrap();
    let lines: BTreeSet<&str> = last.lines().filter(|line| line.contains("DeleteObject")).collect();
    assert_eq!(lines.len(), 2, "{last}");
    assert!(lines.iter().all(|line| line.contains("tests") && line.contains("photos/2025/")), "{last}");
}
