//! Conditions that hold for nobody, or for others than they seem to.

use super::{Found, Statement};
use crate::fault::shown;
use crate::json::{Member, Node, Value};
use crate::operator::{Comparison, Operator};

/// The keys that requests may have whatever is asked for; those that end in `/` go on with a tag's key.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const GLOBAL: [&str; 47] = [
    "aws:assumedroot",
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:chatbotsourcearn",
    "aws:currenttime",
    "aws:ec2instancesourceprivateipv4",
    "aws:ec2instancesourcevpc",
    "aws:epochtime",
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:principaltag/",
    "aws:principaltype",
    "aws:referer",
    "aws:requestedregion",
    "aws:requesttag/",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "aws:resourcetag/",
    "aws:securetransport",
    "aws:signinsessionarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceidentity",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:tagkeys",
    "aws:tokenissuetime",
    "aws:useragent",
    "aws:userid",
    "aws:username",
    "aws:viaawsservice",
    "aws:vpceaccount",
    "aws:vpcsourceip",
];

/// A policy of the older version that seems to have variables.
pub(super) fn version(node: &Node, found: &mut Found) {
    let is_new = super::member(node, "Version").is_some_and(|version| super::text_of(&version.node) == "2012-10-17");
    if !is_new && has_variables(node) {
        let reason = "the policy has no Version \"2012-10-17\": what looks like variables is compared as it stands";
        found.warning(node, String::new(), reason);
    }
}

fn has_variables(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => text.contains("${"),
        Value::List(nodes) => nodes.iter().any(has_variables),
        Value::Object(members) => members.iter().any(|member| has_variables(&member.node)),
        Value::Number(_) | Value::Bool(_) | Value::Null => false,
    }
}

pub(super) fn check(statement: &Statement<'_>, found: &mut Found) {
    let Some(condition) = statement.member("Condition") else { return };
    for block in condition.node.object().unwrap_or_default() {
        let Some(operator) = Operator::parse(&block.name) else { continue };
        let path = || statement.path_of(&format!("Condition.{}", block.name));
        for key in block.node.object().unwrap_or_default() {
            if !is_key(&key.name) {
                found.error(&key.node, path(), format!("no request has the key \"{}\"", shown(&key.name)));
            } else if matches!(&key.node.value, Value::List(values) if values.is_empty()) {
                let reason = format!("\"{}\" has no values to be compared with", shown(&key.name));
                found.error(&key.node, path(), reason);
            } else if let Some(reason) = doubt(statement, operator, key) {
                found.warning(&key.node, path(), reason);
            }
        }
    }
}

fn is_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.starts_with("aws:")
        || GLOBAL
            .iter()
            .any(|key| name == *key || (key.ends_with('/') && name.len() > key.len() && name.starts_with(key)))
}

/// What an operator does otherwise than its values look.
fn doubt(statement: &Statement<'_>, operator: Operator, key: &Member) -> Option<String> {
    let name = key.name.to_ascii_lowercase();
    let is_text = matches!(operator.comparison, Comparison::Text | Comparison::TextIgnoringCase);
    if name == "aws:sourceip" && (is_text || operator.comparison == Comparison::TextLike) {
        return Some("addresses are compared as texts: IpAddress compares ranges".to_owned());
    }
    let values = key.node.each().iter().map(super::text_of);
    let wild = values.into_iter().find(|value| value.contains(['*', '?']) && !value.contains("${"));
    if let Some(value) = wild.filter(|_| is_text) {
        return Some(format!("\"{}\" is compared as it stands: StringLike has wildcards", shown(value)));
    }
    let is_mfa = name == "aws:multifactorauthpresent" && operator.comparison == Comparison::Bool;
    let asks_for_none = key.node.each().iter().any(|node| match &node.value {
        Value::Bool(is) => !is,
        Value::Text(text) => text == "false",
        Value::Number(_) | Value::Null | Value::List(_) | Value::Object(_) => false,
    });
    if is_mfa && asks_for_none && !operator.if_exists {
        let verb = if statement.allows() { "is not allowed" } else { "is not denied" };
        return Some(format!(
            "a request with a long-term key has no such key, and so {verb}: BoolIfExists asks those too"
        ));
    }
    None
}
