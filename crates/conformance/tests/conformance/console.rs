//! The console in a real browser: Debian's Chromium, driven by `console/tests/judge.mjs`, page by page.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::http;
use crate::server::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, free_port, repository};

const CHROMIUM: &str = "/usr/bin/chromium";

/// Who may do what stands in the settings file here.
const DECLARED: &str = r#"
[[accounts]]
id = "123456789012"

[[accounts.groups]]
name = "declared"

[[accounts.roles]]
name = "declared"
trust_policy = '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"123456789012"}}}'

[[accounts.users]]
name = "declared"
"#;

/// An identity provider that the judge itself is, and people who are in the settings file.
fn settings(provider_port: u16) -> String {
    format!(
        "[[oidc_providers]]\nissuer = \"http://127.0.0.1:{provider_port}\"\nclient_ids = [\"sts.amazonaws.com\"]\n\
         [oidc_providers.sign_in]\nname = \"staff\"\ntitle = \"Acme staff\"\nclient_id = \"console\"\n\
         client_secret = \"a secret: +&%\"\nroles = [{{ claim = \"groups\", value = \"staff\", \
         role_arn = \"arn:aws:iam::123456789012:role/console-reader\" }}]\n{DECLARED}"
    )
}

#[test]
fn people_sign_in_filter_follow_and_save_and_events_that_attack_them_are_text() {
    let provider_port = free_port();
    let mut server = Server::start_with(&settings(provider_port));
    let page = http::get(server.address(), "/_console/").unwrap();
    assert_eq!(http::status(&page), Some(200), "{page}");
    assert!(page.contains("require-trusted-types-for 'script'"), "{page}");

    let console = repository().join("console");
    let is_built = page.contains("<div id=\"root\">");
    if !is_built || !console.join("node_modules/playwright-core").exists() || !Path::new(CHROMIUM).exists() {
        println!("skipped: the console in a browser; `make test` builds it and installs Chromium");
        return;
    }
    let errors = server.folder().join("judge-errors");
    let mut judge = Command::new("node")
        .current_dir(&console)
        .arg("tests/judge.mjs")
        .env("CAIRN_URL", server.url())
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("CAIRN_MAY_RESTART", "yes")
        .env("CAIRN_OIDC_PORT", provider_port.to_string())
        .env("CHROMIUM", CHROMIUM)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let mut answers = judge.stdin.take().unwrap();
    for line in BufReader::new(judge.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        println!("{line}");
        match line.as_str() {
            "server: kill" => server.kill(),
            "server: start" => server.start_again(),
            _ => continue,
        }
        writeln!(answers, "done").unwrap();
    }
    let status = judge.wait().unwrap();
    assert!(status.success(), "{}", fs::read_to_string(&errors).unwrap());
}
