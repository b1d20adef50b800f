//! What a policy that keeps to the grammar may still get wrong: permissions that nobody asks for, resources that never
//! fit, grants that are wider than they look.

mod actions;
mod conditions;
mod grants;
mod resources;

pub use actions::KnownActions;

use crate::fault::Fault;
use crate::grammar;
use crate::json::{self, Member, Node, Value};
use crate::policy::PolicyKind;

/// How much a finding matters. The later matters less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy is refused, or a part of it cannot do what it says.
    Error,
    /// It grants more than is wise.
    Warning,
    /// It has no effect on this server.
    Note,
}

/// One thing that a check has found, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong and, where it can be said, what to write instead.
    pub reason: String,
    /// The element, such as `Statement[0].Action`; empty for the text as a whole.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
}

/// Reads a policy and lists what is wrong with it, in the order of the text. One that breaks the grammar has that one
/// finding. `kind` absent: it is taken from the elements that the policy has.
pub fn check(text: &str, kind: Option<PolicyKind<'_>>, known: &KnownActions) -> Vec<Finding> {
    let mut found = Found::default();
    let node = match json::read(text) {
        Ok(node) => node,
        Err(fault) => return vec![refused(fault, text)],
    };
    let kind = kind.unwrap_or_else(|| kind_of(&node));
    if let Err(fault) = grammar::policy(&node, kind) {
        return vec![refused(fault, text)];
    }
    conditions::version(&node, &mut found);
    let mut sids = Vec::new();
    for (path, statement) in statements(&node) {
        let statement = Statement { path, node: statement, kind };
        if let Some(sid) = statement.member("Sid") {
            if sids.contains(&text_of(&sid.node)) {
                found.error(&sid.node, statement.path_of("Sid"), "another statement has this Sid: they must differ");
            }
            sids.push(text_of(&sid.node));
        }
        actions::check(&statement, known, &mut found);
        resources::check(&statement, known, &mut found);
        conditions::check(&statement, &mut found);
        grants::check(&statement, &mut found);
    }
    found.placed(text)
}

fn refused(fault: Fault, text: &str) -> Finding {
    let fault = fault.placed(text);
    let (reason, path) = (fault.reason, fault.path);
    Finding { severity: Severity::Error, reason, path, line: fault.line, column: fault.column }
}

/// What a policy seems to be attached to: principals are named by resources' policies only, resources not by trust.
fn kind_of(node: &Node) -> PolicyKind<'_> {
    let has = |names: [&str; 2]| {
        statements(node).iter().any(|(_, statement)| names.iter().any(|name| member(statement, name).is_some()))
    };
    match (has(["Principal", "NotPrincipal"]), has(["Resource", "NotResource"])) {
        (false, _) => PolicyKind::Identity,
        (true, false) => PolicyKind::Trust,
        (true, true) => PolicyKind::Resource { service: first_service(node), arn: None },
    }
}

/// The service of the first action that names one.
fn first_service(node: &Node) -> &str {
    let elements = ["Action", "NotAction"];
    let members = |statement| elements.iter().filter_map(move |name| member(statement, name));
    let mut actions = statements(node).into_iter().flat_map(|(_, statement)| members(statement));
    let named = actions.find_map(|member| member.node.each().iter().find_map(|node| text_of(node).split_once(':')));
    named.map_or("", |(service, _)| service)
}

/// The statements and their paths.
fn statements(node: &Node) -> Vec<(String, &Node)> {
    let Some(statement) = member(node, "Statement") else { return Vec::new() };
    match &statement.node.value {
        Value::List(nodes) => {
            nodes.iter().enumerate().map(|(index, node)| (format!("Statement[{index}]"), node)).collect()
        }
        Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Null | Value::Object(_) => {
            vec![("Statement".to_owned(), &statement.node)]
        }
    }
}

fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Member> {
    node.object().ok()?.iter().find(|member| member.name == name)
}

fn text_of(node: &Node) -> &str {
    node.text().unwrap_or_default()
}

/// A statement that keeps to the grammar.
struct Statement<'n> {
    path: String,
    node: &'n Node,
    kind: PolicyKind<'n>,
}

impl<'n> Statement<'n> {
    fn member(&self, name: &str) -> Option<&'n Member> {
        member(self.node, name)
    }

    fn path_of(&self, element: &str) -> String {
        format!("{}.{element}", self.path)
    }

    /// The texts of an element, which may be one or a list.
    fn texts(&self, element: &str) -> Vec<(&'n Node, &'n str)> {
        let nodes = self.member(element).map_or(&[][..], |member| member.node.each());
        nodes.iter().map(|node| (node, text_of(node))).collect()
    }

    fn allows(&self) -> bool {
        self.member("Effect").is_some_and(|effect| text_of(&effect.node) == "Allow")
    }

    /// Whether a condition on one of these keys limits it; a name that ends in `/` stands for all keys that begin so.
    fn is_limited_by(&self, keys: &[&str]) -> bool {
        let blocks = self.member("Condition").and_then(|member| member.node.object().ok()).unwrap_or_default();
        let mut names = blocks.iter().filter_map(|block| block.node.object().ok()).flatten();
        names.any(|member| {
            let name = member.name.to_ascii_lowercase();
            keys.iter().any(|key| name == *key || (key.ends_with('/') && name.starts_with(key)))
        })
    }

    fn is_conditional(&self) -> bool {
        let blocks = self.member("Condition").and_then(|member| member.node.object().ok()).unwrap_or_default();
        blocks.iter().any(|block| block.node.object().is_ok_and(|keys| !keys.is_empty()))
    }
}

/// What was found so far, with places in bytes.
#[derive(Default)]
struct Found {
    findings: Vec<(usize, Severity, String, String)>,
}

impl Found {
    fn error(&mut self, node: &Node, path: String, reason: impl Into<String>) {
        self.findings.push((node.at, Severity::Error, path, reason.into()));
    }

    fn warning(&mut self, node: &Node, path: String, reason: impl Into<String>) {
        self.findings.push((node.at, Severity::Warning, path, reason.into()));
    }

    fn note(&mut self, node: &Node, path: String, reason: impl Into<String>) {
        self.findings.push((node.at, Severity::Note, path, reason.into()));
    }

    fn placed(mut self, text: &str) -> Vec<Finding> {
        self.findings.sort_by_key(|(at, severity, ..)| (*at, *severity));
        let place = |(at, severity, path, reason)| {
            let placed = Fault::new(at, reason).placed(text);
            Finding { severity, reason: placed.reason, path, line: placed.line, column: placed.column }
        };
        self.findings.into_iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> KnownActions {
        KnownActions::new([
            ("cloudtrail", "StopLogging"),
            ("cloudtrail", "LookupEvents"),
            ("iam", "PassRole"),
            ("iam", "CreatePolicyVersion"),
            ("iam", "GetUser"),
            ("sts", "AssumeRole"),
            ("s3", "GetObject"),
            ("s3", "ListBucket"),
            ("s3", "ListAllMyBuckets"),
            ("kms", "Decrypt"),
        ])
    }

    /// What is found, as `severity path: reason`.
    fn found(text: &str) -> Vec<String> {
        let shown = |finding: Finding| format!("{:?} {}: {}", finding.severity, finding.path, finding.reason);
        check(text, None, &known()).into_iter().map(shown).collect()
    }

    /// What is found in one statement of a policy of the current version.
    fn of(statement: &str) -> Vec<String> {
        found(&format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#))
    }

    #[test]
    fn a_narrow_policy_has_no_findings() {
        for statement in [
            r#""Effect":"Allow","Action":"cloudtrail:StopLogging","Resource":"arn:aws:cloudtrail:*:123456789012:trail/main""#,
            r#""Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]"#,
            r#""Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*""#,
            r#""Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/deliver""#,
            r#""Effect":"Deny","NotAction":"iam:GetUser","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
            r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole""#,
            r#""Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}}"#,
        ] {
            assert_eq!(of(statement), Vec::<String>::new(), "{statement}");
        }
    }

    #[test]
    fn what_breaks_the_grammar_is_the_one_finding() {
        let text = "{\"Statement\":[\n {\"Effect\":\"Maybe\"}]}";
        let [fault] = &check(text, None, &known())[..] else { panic!("one finding") };
        assert_eq!((fault.severity, fault.line, fault.column), (Severity::Error, 2, 12));
        assert_eq!(fault.path, "Statement[0].Effect");
        assert_eq!(check("{", None, &known()).len(), 1);
    }

    #[test]
    fn findings_stand_in_the_order_of_the_text_with_their_places() {
        let text = "{\"Version\":\"2012-10-17\",\"Statement\":[{\n\"Effect\":\"Allow\",\n\"Action\":[\"iam:GetUser\",\n  \"iam:GetUsr\"],\n\"Resource\":\"arn:aws:s3:::x\"}]}";
        let places: Vec<_> = check(text, None, &known()).iter().map(|found| (found.line, found.column)).collect();
        assert_eq!(places, [(4, 3), (5, 12)]);
    }

    #[test]
    fn two_statements_of_one_name_are_an_error() {
        let one = r#"{"Sid":"A","Effect":"Deny","Action":"iam:GetUser","Resource":"arn:aws:iam::*:user/x"}"#;
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{one},{one}]}}"#);
        assert_eq!(found(&text), ["Error Statement[1].Sid: another statement has this Sid: they must differ"]);
    }

    #[test]
    fn unknown_actions_are_told_from_those_of_services_that_are_not_here() {
        let one = |action: &str| of(&format!(r#""Effect":"Deny","Action":"{action}","Resource":"*""#));
        assert_eq!(
            one("cloudtrail:StopLoging"),
            [
                "Error Statement[0].Action: cloudtrail has no action that fits \"cloudtrail:StopLoging\": did you mean StopLogging?"
            ]
        );
        assert_eq!(
            one("cloudtrail:Fly*"),
            ["Error Statement[0].Action: cloudtrail has no action that fits \"cloudtrail:Fly*\""]
        );
        assert_eq!(
            one("ec2:RunInstances"),
            ["Note Statement[0].Action: ec2 is not a service of this server: \"ec2:RunInstances\" has no effect here"]
        );
        assert_eq!(one("CloudTrail:stop*"), Vec::<String>::new());
    }

    #[test]
    fn resources_that_never_fit_are_named() {
        for (action, resource, reason) in [
            ("cloudtrail:StopLogging", "arn:aws:s3:::logs", "belongs to s3"),
            ("cloudtrail:StopLogging", "arn:aws:cloudtrail:::trail/main", "names no Region"),
            ("cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1::trail/main", "names no account"),
            ("kms:Decrypt", "arn:aws:kms:us-east-1:12345:key/x", "\"12345\" is not an account"),
            (
                "s3:GetObject",
                "arn:aws:s3:us-east-1:123456789012:logs/x",
                "buckets' ARNs have neither Region nor account",
            ),
            ("s3:GetObject", "arn:aws:s3:::logs", "s3:GetObject asks for objects"),
            ("s3:ListBucket", "arn:aws:s3:::logs/*", "s3:ListBucket asks for a bucket"),
            ("iam:GetUser", "arn:aws:iam:us-east-1:123456789012:user/x", "ARNs of iam have no Region"),
        ] {
            let found = of(&format!(r#""Effect":"Allow","Action":"{action}","Resource":"{resource}""#));
            assert_eq!(found.len(), 1, "{resource}: {found:?}");
            assert!(found[0].starts_with("Error Statement[0].Resource: ") && found[0].contains(reason), "{found:?}");
        }
        let wild = r#""Effect":"Deny","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::logs*""#;
        assert_eq!(of(wild), Vec::<String>::new());
    }

    #[test]
    fn grants_that_are_wider_than_they_look_are_warned_of() {
        for (statement, reason) in [
            (r#""Action":"*","Resource":"*""#, "allows everything"),
            (r#""Action":"cloudtrail:*","Resource":"*""#, "every action of cloudtrail on everything"),
            (r#""NotAction":"iam:*","Resource":"*""#, "whatever it does not name"),
            (
                r#""Action":"cloudtrail:StopLogging","NotResource":"arn:aws:cloudtrail:*:*:trail/x""#,
                "whatever it does not name",
            ),
            (r#""Action":"iam:PassRole","Resource":"*""#, "any role to any service"),
            (r#""Action":"sts:AssumeRole","Resource":"*""#, "any role that trusts"),
            (r#""Action":"iam:CreatePolicyVersion","Resource":"*""#, "themselves more rights"),
        ] {
            let found = of(&format!(r#""Effect":"Allow",{statement}"#));
            assert!(found.iter().any(|found| found.starts_with("Warning") && found.contains(reason)), "{found:?}");
            assert_eq!(
                of(&format!(r#""Effect":"Deny","Sid":"No",{statement}"#))
                    .iter()
                    .filter(|found| found.contains(reason))
                    .count(),
                0
            );
        }
        let passed = r#""Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"cloudtrail.amazonaws.com"}}"#;
        assert_eq!(of(passed), Vec::<String>::new());
    }

    #[test]
    fn policies_of_resources_say_whom_they_let_in() {
        let to = |principal: &str, more: &str| {
            of(&format!(
                r#""Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*"{more}"#
            ))
        };
        assert!(to("\"*\"", "")[0].contains("everyone"));
        assert!(to(r#"{"AWS":"*"}"#, "")[0].contains("everyone"));
        let organization = r#","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}"#;
        assert_eq!(to("\"*\"", organization), Vec::<String>::new());
        assert!(to(r#"{"Service":"cloudtrail.amazonaws.com"}"#, "")[0].contains("aws:SourceArn"));
        let trust = of(r#""Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole""#);
        assert!(trust[0].contains("everyone"), "{trust:?}");
        let not = r#""Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*""#;
        assert!(of(not)[0].contains("everyone else"), "{:?}", of(not));
    }

    #[test]
    fn conditions_that_nobody_can_meet_are_named() {
        let with = |condition: &str| {
            of(&format!(
                r#""Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::123456789012:user/x","Condition":{condition}"#
            ))
        };
        assert_eq!(
            with(r#"{"StringEquals":{"aws:SourceIpp":"10.0.0.0/8"}}"#),
            ["Error Statement[0].Condition.StringEquals: no request has the key \"aws:SourceIpp\""]
        );
        assert_eq!(
            with(r#"{"StringEquals":{"aws:username":[]}}"#),
            ["Error Statement[0].Condition.StringEquals: \"aws:username\" has no values to be compared with"]
        );
        assert_eq!(
            with(r#"{"StringEquals":{"aws:SourceIp":"10.0.0.0/8"}}"#),
            ["Warning Statement[0].Condition.StringEquals: addresses are compared as texts: IpAddress compares ranges"]
        );
        assert_eq!(
            with(r#"{"StringEquals":{"aws:username":"a*"}}"#),
            ["Warning Statement[0].Condition.StringEquals: \"a*\" is compared as it stands: StringLike has wildcards"]
        );
        assert_eq!(
            with(r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#).len(),
            1,
            "long-term keys have no such key, and Bool without IfExists then does not hold"
        );
    }

    #[test]
    fn variables_need_the_newer_version() {
        let text = r#"{"Statement":{"Effect":"Deny","Action":"iam:GetUser","Resource":"arn:aws:iam::123456789012:user/${aws:username}"}}"#;
        assert_eq!(
            found(text),
            ["Warning : the policy has no Version \"2012-10-17\": what looks like variables is compared as it stands"]
        );
    }
}
