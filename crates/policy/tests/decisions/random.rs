//! Random policies and requests, from few names so that they meet.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub(crate) const OWN: &str = "111111111111";
pub(crate) const OTHER: &str = "222222222222";
pub(crate) const ALICE: &str = "arn:aws:iam::111111111111:user/alice";
pub(crate) const ROLE: &str = "arn:aws:iam::111111111111:role/ops";
pub(crate) const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/ops/alice";
pub(crate) const SERVICE: &str = "cloudtrail.amazonaws.com";

pub(crate) const ACTIONS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "s3:GetBucketAcl", "s3:ListBucket"];
pub(crate) const RESOURCES: [&str; 4] =
    ["arn:aws:s3:::b", "arn:aws:s3:::b/alice/1", "arn:aws:s3:::b/ops/a:b", "arn:aws:s3:::b/AWSLogs/"];
pub(crate) const KEYS: [&str; 6] =
    ["aws:username", "aws:SourceIp", "s3:max-keys", "aws:TagKeys", "aws:SourceArn", "ec2:Vpc"];

/// The values of each key; `None` where nobody told.
pub(crate) type Known = BTreeMap<&'static str, Option<Vec<&'static str>>>;

#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) principal: &'static str,
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) known: Known,
}

#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) session: Vec<Value>,
    pub(crate) resource: Option<Value>,
    pub(crate) owner: &'static str,
    pub(crate) required: bool,
}

fn values_of(key: &str) -> Vec<&'static str> {
    match key {
        "aws:username" => vec!["alice", "Bob", "al*"],
        "aws:SourceIp" => vec!["10.1.2.3", "192.168.0.1"],
        "s3:max-keys" => vec!["5", "50"],
        "aws:TagKeys" => vec!["team", "cost"],
        "aws:SourceArn" => vec!["arn:aws:cloudtrail:us-east-1:111111111111:trail/main", "no-arn"],
        _ => vec!["vpc-1"],
    }
}

fn condition() -> impl Strategy<Value = (String, &'static str, Vec<&'static str>)> {
    let text = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"];
    let wanted_texts =
        ["alice", "ALICE", "al*", "a?ice", "${aws:username}", "${aws:username, 'bob'}", "team", "t*", "${*}"];
    let text = (select(text.to_vec()), select(KEYS.to_vec()), vec(select(wanted_texts.to_vec()), 0..3));
    let number = ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"];
    let number = (select(number.to_vec()), Just("s3:max-keys"), vec(select(vec!["5", "10", "50.0"]), 1..3));
    let network = vec(select(vec!["10.0.0.0/8", "192.168.0.1", "0.0.0.0/0"]), 1..3);
    let network = (select(vec!["IpAddress", "NotIpAddress"]), Just("aws:SourceIp"), network);
    let arn = vec(select(vec!["arn:aws:cloudtrail:*:111111111111:trail/*", "arn:aws:cloudtrail:*:*:*:trail/x"]), 1..3);
    let arn = (select(vec!["ArnLike", "ArnNotEquals"]), Just("aws:SourceArn"), arn);
    let null = (Just("Null"), select(KEYS.to_vec()), vec(select(vec!["true", "false"]), 1..2));
    let with_affixes = prop_oneof![4 => text, 1 => number, 1 => network, 1 => arn]
        .prop_flat_map(|condition| {
            (Just(condition), select(vec!["", "", "ForAnyValue:", "ForAllValues:"]), any::<bool>())
        })
        .prop_map(|((name, key, values), prefix, if_exists)| {
            (format!("{prefix}{name}{}", if if_exists { "IfExists" } else { "" }), key, values)
        });
    prop_oneof![5 => with_affixes, 1 => null.prop_map(|(name, key, values)| (name.to_owned(), key, values))]
}

fn statement(with_principal: bool) -> impl Strategy<Value = Value> {
    let action = vec(select(vec!["*", "s3:*", "s3:get*", "s3:PutObject", "S3:?etObject", "s3:ListBucket"]), 1..3);
    let resource = vec(
        select(vec![
            "*",
            "arn:aws:s3:::b",
            "arn:aws:s3:::b/*",
            "arn:aws:s3:::b/${aws:username}/*",
            "arn:aws:s3:::*/?ps/*",
        ]),
        1..3,
    );
    let aws = ["*", OWN, OTHER, ALICE, ROLE, SESSION, "arn:aws:iam::111111111111:root"];
    let names = (vec(select(aws.to_vec()), 0..4), any::<bool>());
    let names = names.prop_map(
        |(aws, service)| {
            if service { json!({"AWS": aws, "Service": SERVICE}) } else { json!({"AWS": aws}) }
        },
    );
    let principal = prop_oneof![2 => Just(json!("*")), 5 => names];
    let nots = (prop::bool::weighted(0.15), prop::bool::weighted(0.15), prop::bool::weighted(0.15));
    let effect = prop::bool::weighted(0.7);
    (effect, action, resource, principal, nots, vec(condition(), 0..3)).prop_map(move |made| {
        let (allows, action, resource, principal, (not_action, not_resource, not_principal), conditions) = made;
        let mut statement = json!({"Effect": if allows { "Allow" } else { "Deny" }});
        statement[if not_action { "NotAction" } else { "Action" }] = json!(action);
        statement[if not_resource { "NotResource" } else { "Resource" }] = json!(resource);
        if with_principal {
            statement[if not_principal { "NotPrincipal" } else { "Principal" }] = principal;
        }
        for (operator, key, values) in conditions {
            statement["Condition"][operator][key] = json!(values);
        }
        statement
    })
}

fn policy(with_principal: bool) -> impl Strategy<Value = Value> {
    (vec(statement(with_principal), 1..4), prop::bool::weighted(0.9)).prop_map(
        |(statements, new)| json!({"Version": if new { "2012-10-17" } else { "2008-10-17" }, "Statement": statements}),
    )
}

pub(crate) fn given() -> impl Strategy<Value = Given> {
    let sides = (
        vec(policy(false), 0..3),
        prop::option::weighted(0.3, policy(false)),
        vec(policy(false), 0..2),
        prop::option::weighted(0.7, policy(true)),
    );
    (sides, select(vec![OWN, OTHER]), prop::bool::weighted(0.2)).prop_map(|(sides, owner, required)| {
        let (identity, boundary, session, resource) = sides;
        Given { identity, boundary, session, resource, owner, required }
    })
}

pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    let known = KEYS.map(|key| (Just(key), prop::option::weighted(0.85, vec(select(values_of(key)), 0..3))));
    let principal = select(vec!["root", "user", "session", "service", "nobody"]);
    (principal, select(ACTIONS.to_vec()), select(RESOURCES.to_vec()), known.to_vec()).prop_map(
        |(principal, action, resource, known)| Asked {
            principal,
            action,
            resource,
            known: known.into_iter().collect(),
        },
    )
}
