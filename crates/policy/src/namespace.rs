//! Which services a policy gives access to, whatever it is that they are asked for.

use crate::pattern::{Pattern, Token};
use crate::policy::{Listed, Policy, Statement};
use crate::template::Template;

impl Policy {
    /// Whether it allows any action of a service on anything. `namespace` is the prefix of the service's actions, such as `s3`.
    /// Conditions are taken to hold; a denial counts where it leaves no action of the service.
    pub fn grants_access_to(&self, namespace: &str) -> bool {
        let start = format!("{}:", namespace.to_ascii_lowercase());
        let allows = |statement: &Statement| !statement.denies && reaches(&statement.actions, &start);
        self.statements.iter().any(allows) && !self.statements.iter().any(|statement| statement.bars(&start))
    }
}

impl Statement {
    /// Whether it denies every action that begins so, always.
    fn bars(&self, start: &str) -> bool {
        let is_everything = |resource: &Template| matches!(resource, Template::Fixed(Pattern::Anything));
        let is_always = self.conditions.is_empty()
            && self.resources.as_ref().is_some_and(|list| !list.negated && list.items.iter().any(is_everything));
        self.denies && is_always && covers(&self.actions, start)
    }
}

/// Whether any action that begins so is among these.
fn reaches(actions: &Listed<Pattern>, start: &str) -> bool {
    if actions.negated {
        return !actions.items.iter().any(|action| is_all_behind(action, start));
    }
    actions.items.iter().any(|action| is_behind(action, start))
}

/// Whether every action that begins so is among these.
fn covers(actions: &Listed<Pattern>, start: &str) -> bool {
    if actions.negated {
        return !actions.items.iter().any(|action| is_behind(action, start));
    }
    actions.items.iter().any(|action| is_all_behind(action, start))
}

/// Whether a pattern of actions is of this service. The service itself has no wildcards in it.
fn is_behind(action: &Pattern, start: &str) -> bool {
    match action {
        Pattern::Anything => true,
        Pattern::Exactly(text) | Pattern::Beginning(text) => text.starts_with(start),
        Pattern::Glob(tokens) => behind(tokens, start).is_some(),
    }
}

/// Whether a pattern of actions has all of this service.
fn is_all_behind(action: &Pattern, start: &str) -> bool {
    match action {
        Pattern::Anything => true,
        Pattern::Exactly(_) => false,
        Pattern::Beginning(text) => **text == *start,
        Pattern::Glob(tokens) => behind(tokens, start).is_some_and(|rest| rest.iter().all(|one| *one == Token::Run)),
    }
}

/// What follows the start.
fn behind<'t>(tokens: &'t [Token], start: &str) -> Option<&'t [Token]> {
    start.chars().try_fold(tokens, |rest, wanted| match rest.split_first() {
        Some((Token::Character(found), rest)) if *found == wanted => Some(rest),
        Some(_) | None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PolicyKind;

    fn grants(statements: &str, namespace: &str) -> bool {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        Policy::parse(&text, PolicyKind::Identity, 4096).unwrap().grants_access_to(namespace)
    }

    fn statement(effect: &str, actions: &str) -> String {
        format!(r#"{{"Effect":"{effect}",{actions},"Resource":"*"}}"#)
    }

    #[test]
    fn any_action_of_a_service_is_access_to_it() {
        for (actions, s3, kms) in [
            (r#""Action":"s3:GetObject""#, true, false),
            (r#""Action":"S3:Get*""#, true, false),
            (r#""Action":["kms:*","s3:*Object"]"#, true, true),
            (r#""Action":"s3:G?t**""#, true, false),
            (r#""Action":"s3-outposts:*""#, false, false),
            (r#""Action":"*""#, true, true),
            (r#""NotAction":"s3:*""#, false, true),
            (r#""NotAction":"s3:**""#, false, true),
            (r#""NotAction":"s3:Get*""#, true, true),
            (r#""NotAction":["s3:Get*","kms:*"]"#, true, false),
            (r#""NotAction":"*""#, false, false),
        ] {
            let statements = statement("Allow", actions);
            assert_eq!((grants(&statements, "s3"), grants(&statements, "KMS")), (s3, kms), "{actions}");
        }
    }

    #[test]
    fn a_denial_counts_where_it_leaves_nothing() {
        let allow = statement("Allow", r#""Action":"*""#);
        let with = |denial: &str| format!("{allow},{denial}");
        assert!(!grants(&with(&statement("Deny", r#""Action":"s3:*""#)), "s3"));
        assert!(grants(&with(&statement("Deny", r#""Action":"s3:*""#)), "kms"));
        assert!(grants(&with(&statement("Deny", r#""Action":"s3:Put*""#)), "s3"));
        assert!(!grants(&with(&statement("Deny", r#""NotAction":"kms:*""#)), "s3"));
        assert!(grants(&with(&statement("Deny", r#""NotAction":"s3:Get*""#)), "s3"));
        let some = r#"{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::logs/*"}"#;
        let sometimes =
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#;
        assert!(grants(&with(some), "s3") && grants(&with(sometimes), "s3"));
        assert!(!grants(&statement("Deny", r#""Action":"kms:*""#), "s3"));
    }
}
