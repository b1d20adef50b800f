//! The grammar: from JSON to statements.

use crate::condition::Condition;
use crate::fault::{Fault, shown};
use crate::json::{Member, Node, Value};
use crate::operator::Operator;
use crate::pattern::Pattern;
use crate::policy::{Listed, Policy, PolicyKind, Statement};
use crate::principal_element::PrincipalElement;
use crate::template::{Reading, Template};
use crate::wanted::Wanted;

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// What holds for all statements of a policy.
#[derive(Debug, Clone, Copy)]
struct Rules<'k> {
    kind: PolicyKind<'k>,
    /// Since version 2012-10-17.
    variables: bool,
}

/// The elements of an object by their names.
struct Elements<'n> {
    node: &'n Node,
    members: &'n [Member],
}

/// Reads a policy.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
pub(crate) fn policy(node: &Node, kind: PolicyKind<'_>) -> Result<Policy, Fault> {
    let elements = Elements::of(node, &["Version", "Id", "Statement"])?;
    let version = elements.find("Version").map(|member| member.node.text().map_err(|fault| fault.within("Version")));
    let version = version.transpose()?;
    if let (Some(version), Some(member)) = (version, elements.find("Version"))
        && !VERSIONS.contains(&version)
    {
        let reason = format!("\"{}\" is not a version: expected \"{}\"", shown(version), VERSIONS.join("\" or \""));
        return Err(Fault::new(member.node.at, reason).within("Version"));
    }
    if let Some(id) = elements.find("Id") {
        id.node.text().map_err(|fault| fault.within("Id"))?;
    }
    let rules = Rules { kind, variables: version == Some("2012-10-17") };
    let statements = &elements.required("Statement")?.node;
    let statements = if let Value::List(nodes) = &statements.value {
        if nodes.is_empty() {
            return Err(Fault::new(statements.at, "there is no statement").within("Statement"));
        }
        let read = |(index, node)| rules.statement(node).map_err(|fault| fault.within(&format!("Statement[{index}]")));
        nodes.iter().enumerate().map(read).collect()
    } else {
        rules.statement(statements).map(|statement| vec![statement]).map_err(|fault| fault.within("Statement"))
    };
    Ok(Policy { statements: statements? })
}

impl Rules<'_> {
    fn statement(self, node: &Node) -> Result<Statement, Fault> {
        let elements = Elements::of(node, &self.elements())?;
        let sid = elements.find("Sid").map(|sid| sid.node.text().map_err(|fault| fault.within("Sid"))).transpose()?;
        let effect = elements.required("Effect")?;
        let denies = match effect.node.text() {
            Ok("Allow") => false,
            Ok("Deny") => true,
            Ok(_) | Err(_) => {
                return Err(Fault::new(effect.node.at, "expected \"Allow\" or \"Deny\"").within("Effect"));
            }
        };
        let (actions, negated) = elements.either("Action", "NotAction")?;
        let items = listed(actions, |text, at| self.action(text, at))?;
        let actions = Listed { items, negated };
        Ok(Statement {
            sid: sid.map(Box::from),
            denies,
            principal: self.principal(&elements)?,
            actions,
            resources: self.resources(&elements)?,
            conditions: self.conditions(&elements)?,
        })
    }

    fn elements(self) -> Vec<&'static str> {
        let mut names = vec!["Sid", "Effect", "Action", "NotAction", "Condition"];
        if self.kind != PolicyKind::Identity {
            names.extend(["Principal", "NotPrincipal"]);
        }
        if self.kind != PolicyKind::Trust {
            names.extend(["Resource", "NotResource"]);
        }
        names
    }

    fn principal(self, elements: &Elements<'_>) -> Result<Option<PrincipalElement>, Fault> {
        if self.kind == PolicyKind::Identity {
            return Ok(None);
        }
        let (member, negated) = elements.either("Principal", "NotPrincipal")?;
        PrincipalElement::read(&member.node, negated).map(Some).map_err(|fault| fault.within(&member.name))
    }

    fn resources(self, elements: &Elements<'_>) -> Result<Option<Listed<Template>>, Fault> {
        if self.kind == PolicyKind::Trust {
            return Ok(None);
        }
        let (member, negated) = elements.either("Resource", "NotResource")?;
        let items = listed(member, |text, at| self.resource(text, at))?;
        Ok(Some(Listed { items, negated }))
    }

    /// `*`, or a service's prefix and the name of an action with wildcards.
    fn action(self, text: &str, at: usize) -> Result<Pattern, Fault> {
        if text == "*" {
            return Ok(Pattern::Anything);
        }
        let refused = |reason: &str| Err(Fault::new(at, format!("\"{}\" {reason}", shown(text))));
        let Some((service, name)) = text.split_once(':') else {
            return refused("is not an action: it names no service");
        };
        let is_service = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"*?-_".contains(&byte);
        if service.is_empty() || !service.bytes().all(is_service) || name.is_empty() || !name.bytes().all(is_name) {
            return refused("is not an action");
        }
        if let PolicyKind::Resource { service: own, .. } = self.kind
            && !service.eq_ignore_ascii_case(own)
        {
            return refused(&format!("is not an action of {own}"));
        }
        Ok(Pattern::with_wildcards(&text.to_ascii_lowercase()))
    }

    /// `*`, or an ARN with wildcards and variables.
    fn resource(self, text: &str, at: usize) -> Result<Template, Fault> {
        let reading = Reading { wildcards: true, variables: self.variables, ignores_case: false };
        let refused = |reason: &str| Err(Fault::new(at, format!("\"{}\" {reason}", shown(text))));
        let has_parts = text.splitn(6, ':').count() == 6 || text.ends_with('*');
        if text != "*" && !(text.starts_with("arn:") && has_parts) {
            return refused("is neither \"*\" nor an ARN");
        }
        if let PolicyKind::Resource { arn: Some(arn), .. } = self.kind {
            let below = text.split('/').next().unwrap_or_default();
            if text == "*" || !Pattern::with_wildcards(below).fits(arn) {
                return refused(&format!("is not {arn} or below it"));
            }
        }
        Template::parse(text, reading, at)
    }

    fn conditions(self, elements: &Elements<'_>) -> Result<Vec<Condition>, Fault> {
        let Some(member) = elements.find("Condition") else { return Ok(Vec::new()) };
        let mut conditions = Vec::new();
        for block in member.node.object().map_err(|fault| fault.within("Condition"))? {
            let read = self.block(block, &mut conditions);
            read.map_err(|fault| fault.within(&block.name).within("Condition"))?;
        }
        Ok(conditions)
    }

    /// The keys and values of one operator.
    fn block(self, block: &Member, conditions: &mut Vec<Condition>) -> Result<(), Fault> {
        let operator = Operator::parse(&block.name);
        let operator = operator.ok_or_else(|| Fault::new(block.at, "there is no such condition operator"))?;
        for member in block.node.object()? {
            let read = || {
                if !member.name.contains(':') || member.name.chars().any(|c| c.is_control() || c.is_whitespace()) {
                    return Err(Fault::new(member.at, "a condition key has a prefix and a colon"));
                }
                let values = values(&member.node)?;
                let wanted = Wanted::read(operator.comparison, &values, self.variables)?;
                Ok(Condition { operator, key: member.name.to_lowercase().into(), wanted })
            };
            conditions.push(read().map_err(|fault| fault.within(&member.name))?);
        }
        Ok(())
    }
}

impl<'n> Elements<'n> {
    /// The members of an object that has no others than `known`.
    fn of(node: &'n Node, known: &[&str]) -> Result<Self, Fault> {
        let members = node.object()?;
        match members.iter().find(|member| !known.contains(&member.name.as_str())) {
            None => Ok(Self { node, members }),
            Some(unknown) => {
                Err(Fault::new(unknown.at, format!("\"{}\" is not an element of it", shown(&unknown.name))))
            }
        }
    }

    fn find(&self, name: &str) -> Option<&'n Member> {
        self.members.iter().find(|member| member.name == name)
    }

    fn required(&self, name: &str) -> Result<&'n Member, Fault> {
        self.find(name).ok_or_else(|| Fault::new(self.node.at, format!("{name} is missing")))
    }

    /// Exactly one of the two, and whether it is the second.
    fn either(&self, name: &str, negation: &str) -> Result<(&'n Member, bool), Fault> {
        match (self.find(name), self.find(negation)) {
            (Some(member), None) => Ok((member, false)),
            (None, Some(member)) => Ok((member, true)),
            (None, None) => Err(Fault::new(self.node.at, format!("{name} is missing"))),
            (Some(_), Some(member)) => Err(Fault::new(member.at, format!("{name} and {negation} exclude each other"))),
        }
    }
}

/// One string or a list of them.
fn listed<T>(member: &Member, read: impl Fn(&str, usize) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let one = |node: &Node| node.text().and_then(|text| read(text, node.at));
    let items: Result<_, _> = member.node.each().iter().map(one).collect();
    items.map_err(|fault| fault.within(&member.name))
}

/// The values of a condition with their places: numbers and booleans count as what was written.
fn values(node: &Node) -> Result<Vec<(usize, String)>, Fault> {
    let one = |node: &Node| match &node.value {
        Value::Text(text) | Value::Number(text) => Ok((node.at, text.clone())),
        Value::Bool(is) => Ok((node.at, is.to_string())),
        Value::Null | Value::List(_) | Value::Object(_) => {
            Err(Fault::new(node.at, format!("expected a string, a number, true or false, not {}", node.kind())))
        }
    };
    node.each().iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Policy, PolicyFault, PolicyKind};

    const BUCKET: PolicyKind<'_> = PolicyKind::Resource { service: "s3", arn: Some("arn:aws:s3:::logs") };

    fn fault(text: &str, kind: PolicyKind<'_>) -> (String, String) {
        let PolicyFault { reason, path, .. } = Policy::parse(text, kind, 10_000).unwrap_err();
        (path, reason)
    }

    /// A statement of a bucket policy with one member put in the place of another.
    fn bucket(replaced: &str, by: &str) -> String {
        let whole = r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"a b","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::logs/*","Condition":{"Bool":{"aws:SecureTransport":true}}}]}"#;
        assert!(whole.contains(replaced), "{replaced}");
        whole.replace(replaced, by)
    }

    #[test]
    fn every_form_of_each_element_is_read() {
        for (replaced, by) in [
            ("x", "x"),
            (
                r#""*""#,
                r#"{"AWS":["123456789012","*","arn:aws:iam::123456789012:user/a/b"],"Service":"cloudtrail.amazonaws.com","Federated":["accounts.google.com"],"CanonicalUser":"0000000000000000000000000000000000000000000000000000123456789012"}"#,
            ),
            (r#""Principal""#, r#""NotPrincipal""#),
            (r#""Action":"s3:*""#, r#""NotAction":["s3:Get*","*"]"#),
            (r#""Resource":"#, r#""NotResource":"#),
            (
                r#""arn:aws:s3:::logs/*""#,
                r#"["arn:aws:s3:::logs","arn:aws:s3:::lo*/AWSLogs/${aws:PrincipalAccount}/*"]"#,
            ),
            (r#""Id":"x","#, ""),
            (r#""Version":"2012-10-17","#, ""),
            (r#"{"Bool":{"aws:SecureTransport":true}}"#, "{}"),
            (r#"{"aws:SecureTransport":true}"#, r#"{"aws:SecureTransport":["true","false"],"s3:x":[]}"#),
        ] {
            Policy::parse(&bucket(replaced, by), BUCKET, 10_000).unwrap();
        }
        let one = r#"{"Statement":{"Effect":"Deny","NotAction":"iam:*","Resource":["*","arn:aws:s3:*"]}}"#;
        Policy::parse(one, PolicyKind::Identity, 1000).unwrap();
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}}"#;
        Policy::parse(trust, PolicyKind::Trust, 1000).unwrap();
    }

    #[test]
    fn each_broken_rule_is_named_with_its_place() {
        for (replaced, by, path, reason) in [
            (
                "2012-10-17",
                "2012-10-18",
                "Version",
                r#""2012-10-18" is not a version: expected "2012-10-17" or "2008-10-17""#,
            ),
            (r#""Id":"x""#, r#""Id":1"#, "Id", "expected a string, not a number"),
            (r#""Id""#, r#""id""#, "", r#""id" is not an element of it"#),
            (r#""Sid""#, r#""Name""#, "Statement[0]", r#""Name" is not an element of it"#),
            (r#""Effect":"Allow","#, "", "Statement[0]", "Effect is missing"),
            ("Allow", "allow", "Statement[0].Effect", r#"expected "Allow" or "Deny""#),
            (r#""Principal":"*","#, "", "Statement[0]", "Principal is missing"),
            (
                r#""Principal":"*""#,
                r#""Principal":"me""#,
                "Statement[0].Principal",
                r#""me" is neither "*" nor an object such as {"AWS": …}"#,
            ),
            (r#"{"Bool""#, r#"{"Boole""#, "Statement[0].Condition.Boole", "there is no such condition operator"),
            (
                "aws:SecureTransport",
                "SecureTransport",
                "Statement[0].Condition.Bool.SecureTransport",
                "a condition key has a prefix and a colon",
            ),
            ("true}", "\"yes\"}", "Statement[0].Condition.Bool.aws:SecureTransport", r#""yes" is not true or false"#),
            (
                "true}",
                "null}",
                "Statement[0].Condition.Bool.aws:SecureTransport",
                "expected a string, a number, true or false, not null",
            ),
            ("s3:*", "s3", "Statement[0].Action", r#""s3" is not an action: it names no service"#),
            ("s3:*", "s3:Get Object", "Statement[0].Action", r#""s3:Get Object" is not an action"#),
            ("s3:*", "ec2:*", "Statement[0].Action", r#""ec2:*" is not an action of s3"#),
            (
                r#""Action":"#,
                r#""NotAction":"s3:Get*","Action":"#,
                "Statement[0]",
                "Action and NotAction exclude each other",
            ),
            (
                r#""arn:aws:s3:::logs/*""#,
                r#"["arn:aws:s3:::logs","arn:aws:s3:::other/*"]"#,
                "Statement[0].Resource",
                r#""arn:aws:s3:::other/*" is not arn:aws:s3:::logs or below it"#,
            ),
            ("arn:aws:s3:::logs/*", "logs", "Statement[0].Resource", r#""logs" is neither "*" nor an ARN"#),
            (
                "arn:aws:s3:::logs/*",
                "arn:aws:s3:::logs/${aws:x",
                "Statement[0].Resource",
                r#"a variable has no end in "arn:aws:s3:::logs/${aws:x""#,
            ),
        ] {
            assert_eq!(fault(&bucket(replaced, by), BUCKET), (path.to_owned(), reason.to_owned()), "{by}");
        }
    }

    #[test]
    fn principals_are_whole_names() {
        for (by, path) in [
            (r#"{"AWS":"arn:aws:iam::123456789012:user/*"}"#, "Statement[0].Principal.AWS"),
            (r#"{"AWS":"arn:aws:iam::1234:root"}"#, "Statement[0].Principal.AWS"),
            (r#"{"AWS":["*",1]}"#, "Statement[0].Principal.AWS"),
            (r#"{"Service":"cloudtrail"}"#, "Statement[0].Principal.Service"),
            (r#"{"CanonicalUser":"abc"}"#, "Statement[0].Principal.CanonicalUser"),
            (r#"{"User":"alice"}"#, "Statement[0].Principal.User"),
            ("[]", "Statement[0].Principal"),
        ] {
            assert_eq!(fault(&bucket(r#""*""#, by), BUCKET).0, path, "{by}");
        }
    }

    #[test]
    fn what_a_policy_is_attached_to_says_which_elements_it_has() {
        let identity =
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Allow","Principal":"*"}]}"#;
        let expected = ("Statement[1]".to_owned(), "\"Principal\" is not an element of it".to_owned());
        assert_eq!(fault(identity, PolicyKind::Identity), expected);
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
        assert_eq!(fault(trust, PolicyKind::Trust).0, "Statement");
        assert_eq!(fault("{}", PolicyKind::Identity).1, "Statement is missing");
        assert_eq!(fault(r#"{"Statement":[]}"#, PolicyKind::Identity).1, "there is no statement");
        assert_eq!(fault("[]", PolicyKind::Identity).1, "expected an object, not a list");
        assert_eq!(fault(&" ".repeat(10_001), PolicyKind::Identity).1, "the policy is longer than 10000 bytes");
    }

    #[test]
    fn a_fault_says_line_and_column() {
        let text = "{\n  \"Statement\": [\n    {\"Effect\": \"Maybe\"}\n  ]\n}";
        let fault = Policy::parse(text, PolicyKind::Identity, 1000).unwrap_err();
        let expected = "expected \"Allow\" or \"Deny\" (line 3, column 16, Statement[0].Effect)";
        assert_eq!(fault.to_string(), expected);
    }
}
