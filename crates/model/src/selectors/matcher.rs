//! The matcher: whether a trail asks for an event.

use super::advanced::AdvancedEventSelector;
use super::basic::EventSelector;
use super::compile;
use super::condition::Condition;
use super::field::SelectorField;
use super::subject::Subject;
use crate::Category;

/// Compiled selectors. An event is asked for when any of them asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    pub(super) rules: Vec<Rule>,
}

/// One selector: every condition must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) kinds: Kinds,
    pub(super) texts: Vec<(SelectorField, Condition)>,
    pub(super) resource: Option<ResourceRule>,
}

/// Which categories are asked for, and whether reads and writes are: conditions on fields with few values, decided for
/// each value beforehand, because most selectors are about other kinds of events.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each value of two fields, not a state")]
pub(super) struct Kinds {
    management: bool,
    data: bool,
    network_activity: bool,
    insight: bool,
    aggregated: bool,
    reads: bool,
    writes: bool,
}

/// What one of the event's resources must be. Both conditions must hold for the same resource, so that an event about
/// several is asked for as long as one of them is not left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ResourceRule {
    pub(super) kind: Condition,
    pub(super) arn: Condition,
}

impl Matcher {
    pub(super) fn of_basic(selectors: &[EventSelector]) -> Self {
        Self { rules: selectors.iter().flat_map(compile::of_basic).collect() }
    }

    pub(super) fn of_advanced(selectors: &[AdvancedEventSelector]) -> Self {
        Self { rules: selectors.iter().filter_map(compile::of_advanced).collect() }
    }

    /// Whether any selector asks for the event.
    pub fn matches(&self, event: &Subject<'_, '_>) -> bool {
        self.rules.iter().any(|rule| rule.matches(event))
    }
}

impl Kinds {
    /// Those whose category and whose `readOnly` meet all conditions on them.
    pub(super) fn of(conditions: &[(SelectorField, Condition)]) -> Self {
        let holds = |on: SelectorField, text: &str| {
            conditions.iter().filter(|(field, _)| *field == on).all(|(_, condition)| condition.holds(Some(text)))
        };
        let category = |category: Category| holds(SelectorField::EventCategory, category.as_str());
        Self {
            management: category(Category::Management),
            data: category(Category::Data),
            network_activity: category(Category::NetworkActivity),
            insight: category(Category::Insight),
            aggregated: category(Category::Aggregated),
            reads: holds(SelectorField::ReadOnly, "true"),
            writes: holds(SelectorField::ReadOnly, "false"),
        }
    }

    fn cover(&self, event: &Subject<'_, '_>) -> bool {
        self.are(event.category(), event.only_reads())
    }

    /// Whether events of a category that only read, or the others, are among them.
    pub(super) fn are(&self, category: Category, only_reads: bool) -> bool {
        let category = match category {
            Category::Management => self.management,
            Category::Data => self.data,
            Category::NetworkActivity => self.network_activity,
            Category::Insight => self.insight,
            Category::Aggregated => self.aggregated,
        };
        category && if only_reads { self.reads } else { self.writes }
    }
}

impl Rule {
    /// The rule that these conditions make.
    pub(super) fn of(mut texts: Vec<(SelectorField, Condition)>, resource: Option<ResourceRule>) -> Self {
        let kinds = Kinds::of(&texts);
        texts.retain(|(field, _)| !matches!(field, SelectorField::EventCategory | SelectorField::ReadOnly));
        // Those that rule out most are looked at first.
        texts.sort_by_key(|(field, _)| *field);
        Self { kinds, texts, resource }
    }

    fn matches(&self, event: &Subject<'_, '_>) -> bool {
        self.kinds.cover(event)
            && self.texts.iter().all(|(field, condition)| condition.holds(event.text(*field)))
            && self
                .resource
                .as_ref()
                .is_none_or(|rule| event.resources().any(|(kind, arn)| rule.kind.holds(kind) && rule.arn.holds(arn)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EventSelectors, SelectorLimits};
    use crate::EventFields;
    use crate::selectors::Subject;

    fn asks(selectors: &EventSelectors, members: &str) -> bool {
        let json = format!(r#"{{"eventTime":"2026-10-01T08:03:12Z",{members}}}"#);
        let fields = EventFields::parse(json.as_bytes()).unwrap();
        selectors.matcher().matches(&Subject::of(&fields))
    }

    fn basic(json: &str) -> EventSelectors {
        EventSelectors::check(&serde_json::from_str::<Vec<_>>(json).unwrap(), &[], &SelectorLimits::default()).unwrap()
    }

    fn advanced(fields: &str) -> EventSelectors {
        let json = format!(r#"[{{"FieldSelectors":[{fields}]}}]"#);
        EventSelectors::check(&[], &serde_json::from_str::<Vec<_>>(&json).unwrap(), &SelectorLimits::default()).unwrap()
    }

    fn object(arn: &str) -> String {
        format!(r#""eventCategory":"Data","resources":[{{"type":"AWS::S3::Object","ARN":"{arn}"}}]"#)
    }

    #[test]
    fn a_new_trail_asks_for_every_management_event_and_for_no_other() {
        let new = EventSelectors::default();
        assert!(asks(&new, r#""eventName":"x""#));
        assert!(asks(&new, r#""readOnly":true,"eventSource":"kms.amazonaws.com""#));
        for category in ["Data", "NetworkActivity", "Insight", "Aggregated"] {
            assert!(!asks(&new, &format!(r#""eventCategory":"{category}""#)), "{category}");
        }
    }

    #[test]
    fn reads_and_writes_are_told_apart_and_what_says_neither_is_a_write() {
        let of = |word: &str| basic(&format!(r#"[{{"ReadWriteType":"{word}"}}]"#));
        for (members, read, write) in
            [(r#""readOnly":true"#, true, false), (r#""readOnly":false"#, false, true), (r#""x":1"#, false, true)]
        {
            assert_eq!(asks(&of("ReadOnly"), members), read, "{members}");
            assert_eq!(asks(&of("WriteOnly"), members), write, "{members}");
        }
    }

    #[test]
    fn one_selector_that_asks_is_enough() {
        let excluding = r#"{"ExcludeManagementEventSources":["kms.amazonaws.com"]}"#;
        let kms = r#""eventSource":"kms.amazonaws.com","readOnly":true"#;
        assert!(!asks(&basic(&format!("[{excluding}]")), kms));
        assert!(asks(&basic(&format!(r#"[{excluding},{{"ReadWriteType":"ReadOnly"}}]"#)), kms));
        let none = basic(r#"[{"IncludeManagementEvents":false}]"#);
        assert!(!asks(&none, r#""eventSource":"iam.amazonaws.com""#));
    }

    #[test]
    fn objects_are_chosen_by_the_beginning_of_their_arn_and_others_by_the_whole() {
        let of = |kind: &str, value: &str| {
            basic(&format!(r#"[{{"DataResources":[{{"Type":"{kind}","Values":["{value}"]}}]}}]"#))
        };
        let photos = of("AWS::S3::Object", "arn:aws:s3:::photos/2025");
        assert!(asks(&photos, &object("arn:aws:s3:::photos/2025/a.jpg")));
        assert!(!asks(&photos, &object("arn:aws:s3:::photos/2024/a.jpg")));
        assert!(asks(&of("AWS::S3::Object", "arn:aws:s3"), &object("arn:aws:s3:::any/key")));
        let listing = r#""eventCategory":"Data","readOnly":true,
            "resources":[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::photos/"}]"#;
        assert!(asks(&of("AWS::S3::Object", "arn:aws:s3:::photos/"), listing));
        let function = "arn:aws:lambda:us-east-1:111122223333:function:f";
        let call = |arn: &str| {
            format!(r#""eventCategory":"Data","resources":[{{"type":"AWS::Lambda::Function","ARN":"{arn}"}}]"#)
        };
        assert!(asks(&of("AWS::Lambda::Function", function), &call(function)));
        assert!(!asks(&of("AWS::Lambda::Function", function), &call(&format!("{function}2"))));
        assert!(asks(&of("AWS::Lambda::Function", "arn:aws:lambda"), &call("arn:aws:lambda:x:1:function:g")));
        assert!(!asks(&of("AWS::Lambda::Function", "arn:aws:lambda"), &object("arn:aws:s3:::any/key")));
    }

    #[test]
    fn an_event_about_several_resources_is_asked_for_while_one_of_them_is_not_left_out() {
        let but_secrets = advanced(
            r#"{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},
               {"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::secrets/"]}"#,
        );
        let both = r#""eventCategory":"Data","resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::secrets/a"},
            {"type":"AWS::S3::Object","ARN":"arn:aws:s3:::open/a"}]"#;
        assert!(asks(&but_secrets, both));
        assert!(!asks(&but_secrets, &object("arn:aws:s3:::secrets/a")));
        assert!(!asks(&but_secrets, r#""eventCategory":"Data","resources":[]"#));
        assert!(!asks(&but_secrets, r#""eventCategory":"Data""#));
    }

    #[test]
    fn only_sessions_that_say_so_come_from_a_console() {
        let condition = |operator: &str, value: &str| {
            advanced(&format!(
                r#"{{"Field":"eventCategory","Equals":["Data"]}},{{"Field":"resources.type","Equals":["AWS::S3::Object"]}},
                   {{"Field":"sessionCredentialFromConsole","{operator}":["{value}"]}}"#
            ))
        };
        let plain = object("arn:aws:s3:::b/k");
        let console = format!(r#"{plain},"sessionCredentialFromConsole":"true""#);
        assert!(asks(&condition("NotEquals", "true"), &plain) && !asks(&condition("NotEquals", "true"), &console));
        assert!(asks(&condition("Equals", "true"), &console) && !asks(&condition("Equals", "true"), &plain));
        assert!(asks(&condition("Equals", "false"), &plain));
    }

    #[test]
    fn network_activity_is_chosen_by_source_endpoint_error_and_caller() {
        let of = advanced(
            r#"{"Field":"eventCategory","Equals":["NetworkActivity"]},{"Field":"eventSource","Equals":["s3.amazonaws.com"]},
               {"Field":"errorCode","Equals":["VpceAccessDenied"]},{"Field":"vpcEndpointId","StartsWith":["vpce-1"]},
               {"Field":"userIdentity.arn","NotEndsWith":["/robot"]}"#,
        );
        let event = |endpoint: &str, who: &str| {
            format!(
                r#""eventCategory":"NetworkActivity","eventSource":"s3.amazonaws.com","errorCode":"VpceAccessDenied",
                   "vpcEndpointId":"{endpoint}","userIdentity":{{"arn":"arn:aws:iam::1:user/{who}"}}"#
            )
        };
        assert!(asks(&of, &event("vpce-123", "nina")));
        assert!(!asks(&of, &event("vpce-234", "nina")));
        assert!(!asks(&of, &event("vpce-123", "robot")));
    }
}
