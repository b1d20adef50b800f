//! The rules of requests about trails, each broken through boto3, and every error that the published model lists.

use std::fs;

use crate::aws::run_script;
use crate::moto::Moto;
use crate::server::{Server, repository};
use crate::topics_and_log_groups::endpoints;

/// Settings that know four more accounts, and a trail that waits for a second principal.
fn settings() -> String {
    let accounts = ["111122223333", "444455556666", "555566667777", "777788889999"];
    let accounts = accounts.iter().zip(2..).map(|(account, number)| {
        format!(
            "[[accounts]]\nid = \"{account}\"\n[[accounts.keys]]\naccess_key_id = \"AKIACONFORMANCE0000{number}\"\n\
             secret_access_key = \"conformance/secret+of/forty+characters0{number}\"\n"
        )
    });
    let protected = "[[protected_trails]]\ntrail = \"vault\"\napproval = \"second-principal\"\n";
    accounts.collect::<String>() + protected
}

#[test]
fn every_rule_has_its_error_and_the_nearest_request_that_keeps_it_passes() {
    let moto = Moto::start();
    if moto.is_none() {
        println!("moto is not installed: topics and log groups that are there are left out");
    }
    let topics = moto.as_ref().map(Moto::url);
    let more = topics.as_deref().map(endpoints).unwrap_or_default();
    let server = Server::start_with(&(settings() + &more));
    let arguments: Vec<&str> = topics.as_deref().into_iter().collect();
    let said = run_script(&server, "walk_trail_rules.py", &arguments);
    println!("{said}");
}

#[test]
fn the_walk_counts_the_rules_as_the_reference_lists_them() {
    let Ok(reference) = fs::read_to_string(repository().join("../shared/reference/cloudtrail.md")) else {
        return println!("the reference is not there: nothing to count");
    };
    let (_, rules) = reference.split_once("\n## 1.3 ").unwrap();
    let (rules, _) = rules.split_once("\n## 1.4 ").unwrap();
    let counted = rules.split("\n### ").skip(1).filter_map(|part| {
        let rows = part.lines().filter(|line| line.starts_with("| ")).count();
        // A table has a head; the rules of tags are a paragraph.
        rows.checked_sub(1).map(|rows| (part.chars().next().unwrap(), rows))
    });
    let counted: Vec<(char, usize)> = counted.collect();
    assert_eq!(counted, [('T', 20), ('S', 10), ('L', 17), ('P', 6)]);
    let table = fs::read_to_string(repository().join("crates/conformance/tests/scripts/trail_rules.py")).unwrap();
    for (kind, count) in counted {
        assert!(table.contains(&format!("\"{kind}\": {count}")), "{kind}");
    }
}
