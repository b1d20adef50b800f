//! `cairn policy check`: findings with line and reason, no server needed.

use std::process::Command;

use crate::server::binary;

/// The exit code of a check of these files, and what it said.
fn check(files: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary());
    command.args(["policy", "check"]).current_dir(folder.path());
    for (number, text) in files.iter().enumerate() {
        let name = format!("{number}.json");
        std::fs::write(folder.path().join(&name), text).unwrap();
        command.arg(name);
    }
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn policies_are_checked_with_line_and_reason() {
    let sound =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cloudtrail:LookupEvents","Resource":"*"}}"#;
    assert_eq!(check(&[sound]), (0, String::new()));
    let elsewhere = r#"{"Statement":{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}}"#;
    let (code, said) = check(&[elsewhere]);
    assert!(code == 0 && said.starts_with("0.json:1:40: note: ec2 is not a service"), "{code} {said}");
    let typo = "{\"Version\":\"2012-10-17\",\"Statement\":[\n{\"Effect\":\"Allow\",\n\"Action\":\"cloudtrail:LookupEvent\",\"Resource\":\"*\"}]}";
    let (code, said) = check(&[sound, typo]);
    let expected = "1.json:3:10: error: cloudtrail has no action that fits \"cloudtrail:LookupEvent\": did you mean LookupEvents? (Statement[0].Action)\n";
    assert_eq!((code, said.as_str()), (1, expected));
    let (code, said) = check(&["{"]);
    assert!(code == 1 && said.starts_with("0.json:1:2: error:"), "{code} {said}");
    let missing = Command::new(binary()).args(["policy", "check", "/nowhere.json"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nowhere.json: "), "{missing:?}");
}
