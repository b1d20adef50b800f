//! Grants that are wider than they look.

use super::{Found, Statement};
use crate::json::{Node, Value};
use crate::pattern::Pattern;
use crate::policy::PolicyKind;

/// With one of these on everything, whoever has it can give itself any other right.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
const RAISING: [&str; 13] = [
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
];

/// Keys that say who asks, each of which makes `"*"` narrower.
const WHO: [&str; 12] = [
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag/",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
];

const OF_SOURCES: [&str; 4] = ["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"];

pub(super) fn check(statement: &Statement<'_>, found: &mut Found) {
    if !statement.allows() {
        return;
    }
    negations(statement, found);
    principals(statement, found);
    let is_on_everything = statement.texts("Resource").iter().any(|(_, text)| *text == "*");
    if statement.kind != PolicyKind::Identity || !is_on_everything {
        return;
    }
    for (node, text) in statement.texts("Action") {
        let reason = match text.to_ascii_lowercase().split_once(':') {
            None if !statement.is_conditional() => Some("it allows everything on everything".to_owned()),
            Some((service, "*")) if !statement.is_conditional() => {
                Some(format!("it allows every action of {service} on everything"))
            }
            None | Some(_) => dangerous(statement, text),
        };
        if let Some(reason) = reason {
            found.warning(node, statement.path_of("Action"), reason);
        }
    }
}

/// What one action on everything opens.
fn dangerous(statement: &Statement<'_>, text: &str) -> Option<String> {
    let pattern = Pattern::with_wildcards(&text.to_ascii_lowercase());
    let fits = |action: &str| pattern.fits(&action.to_ascii_lowercase());
    if fits("iam:PassRole") && !statement.is_limited_by(&["iam:passedtoservice"]) {
        return Some("it passes any role to any service: name the roles, or limit iam:PassedToService".to_owned());
    }
    if fits("sts:AssumeRole") && !statement.is_conditional() {
        return Some("it takes on any role that trusts the account: name the roles".to_owned());
    }
    let raising = RAISING.iter().find(|action| fits(action)).filter(|_| !statement.is_conditional())?;
    Some(format!("with {raising} on everything its holders can give themselves more rights"))
}

/// `Allow` with an element that says what is left out.
fn negations(statement: &Statement<'_>, found: &mut Found) {
    for (element, what) in [("NotAction", "every action"), ("NotResource", "every resource")] {
        if let Some(member) = statement.member(element) {
            let reason = format!("it allows {what} there is or will be, whatever it does not name");
            found.warning(&member.node, statement.path_of(element), reason);
        }
    }
    if let Some(member) = statement.member("NotPrincipal") {
        let reason = "it lets in everyone else in the world: use Deny with NotPrincipal, or name the principals";
        found.warning(&member.node, statement.path_of("NotPrincipal"), reason);
    }
}

fn principals(statement: &Statement<'_>, found: &mut Found) {
    let Some(member) = statement.member("Principal") else { return };
    let path = || statement.path_of("Principal");
    if let Some(node) = everyone(&member.node)
        && !statement.is_limited_by(&WHO)
    {
        found.warning(
            node,
            path(),
            "it lets in everyone, of any account: name principals, or limit aws:PrincipalArn or aws:PrincipalOrgID",
        );
    }
    let services = member.node.object().ok().and_then(|kinds| kinds.iter().find(|kind| kind.name == "Service"));
    if let Some(service) = services
        && statement.kind != PolicyKind::Trust
        && !statement.is_limited_by(&OF_SOURCES)
    {
        let reason = "the service may be acting for anyone: limit aws:SourceArn or aws:SourceAccount";
        found.warning(&service.node, path(), reason);
    }
}

/// Where a principal element names everyone.
fn everyone(node: &Node) -> Option<&Node> {
    match &node.value {
        Value::Text(_) => Some(node),
        Value::Object(kinds) => {
            let accounts = kinds.iter().filter(|kind| kind.name == "AWS").flat_map(|kind| kind.node.each());
            accounts.into_iter().find(|node| super::text_of(node) == "*")
        }
        Value::Number(_) | Value::Bool(_) | Value::Null | Value::List(_) => None,
    }
}
