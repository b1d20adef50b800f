//! The console in a real browser: Debian's Chromium, driven by `console/tests/judge.mjs`, page by page.

use std::path::Path;
use std::process::Command;

use crate::http;
use crate::server::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, repository};

const CHROMIUM: &str = "/usr/bin/chromium";

#[test]
fn people_sign_in_filter_follow_and_save_and_events_that_attack_them_are_text() {
    let server = Server::start();
    let page = http::get(server.address(), "/_console/").unwrap();
    assert_eq!(http::status(&page), Some(200), "{page}");
    assert!(page.contains("require-trusted-types-for 'script'"), "{page}");

    let console = repository().join("console");
    let is_built = page.contains("<div id=\"root\">");
    if !is_built || !console.join("node_modules/playwright-core").exists() || !Path::new(CHROMIUM).exists() {
        println!("skipped: the console in a browser; `make test` builds it and installs Chromium");
        return;
    }
    let judged = Command::new("node")
        .current_dir(&console)
        .arg("tests/judge.mjs")
        .env("CAIRN_URL", server.url())
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("CHROMIUM", CHROMIUM)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&judged.stdout);
    println!("{said}");
    assert!(judged.status.success(), "{said}\n{}", String::from_utf8_lossy(&judged.stderr));
}
