//! The file with proposed selectors: the JSON that `put-event-selectors` takes, and what is wrong with it, by place.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use cairn_model::EventSelectors;
use cairn_model::selectors::{SelectorLimits, Step};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Problem;

/// What a file proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SelectorFile {
    /// `TrailName`
    pub(super) trail_name: Option<String>,
    /// The selectors, checked.
    pub(super) selectors: EventSelectors,
}

/// What is wrong, and where in the text: line and column from 1.
#[derive(Debug, PartialEq, Eq)]
struct Wrong {
    line: usize,
    column: usize,
    what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

const BASIC: [&str; 4] = ["ReadWriteType", "IncludeManagementEvents", "DataResources", "ExcludeManagementEventSources"];
const ADVANCED: [&str; 2] = ["Name", "FieldSelectors"];
const CONDITION: [&str; 7] = ["Field", "Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"];

impl SelectorFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// `FILE:LINE:COLUMN: …` when it is not JSON, has members that there are not, or breaks a rule of selectors.
    pub(super) fn read(path: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self::parse(&text).map_err(|wrong| format!("{}:{wrong}", path.display()))?)
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let source = Source(text);
        let root: &RawValue = serde_json::from_str(text).map_err(|error| source.syntax(0, &error))?;
        if root.get().starts_with('[') {
            return Ok(Self { trail_name: None, selectors: source.selectors(root)? });
        }
        let members = source.members(root, &["TrailName", "EventSelectors", "AdvancedEventSelectors"])?;
        let trail_name = members.get("TrailName").map(|value| source.typed(value)).transpose()?;
        let lists: Vec<_> = ["EventSelectors", "AdvancedEventSelectors"]
            .into_iter()
            .filter_map(|name| Some((name, *members.get(name)?)))
            .filter(|(_, list)| !matches!(list.get(), "null" | "[]"))
            .collect();
        let selectors = match lists[..] {
            [("EventSelectors", list)] => source.basic(list)?,
            [(_, list)] => source.advanced(list)?,
            [] => return Err(source.at(root, "expected EventSelectors or AdvancedEventSelectors")),
            _ => return Err(source.at(root, "expected EventSelectors or AdvancedEventSelectors, not both")),
        };
        Ok(Self { trail_name, selectors })
    }
}

/// The text, in which values know their places.
struct Source<'a>(&'a str);

impl<'a> Source<'a> {
    /// A bare list: advanced selectors are those with conditions.
    fn selectors(&self, list: &'a RawValue) -> Result<EventSelectors, Wrong> {
        let has_conditions = |value: &&'a RawValue| {
            serde_json::from_str::<BTreeMap<String, &RawValue>>(value.get())
                .is_ok_and(|members| members.contains_key("FieldSelectors"))
        };
        if self.items(list)?.iter().any(has_conditions) { self.advanced(list) } else { self.basic(list) }
    }

    fn basic(&self, list: &'a RawValue) -> Result<EventSelectors, Wrong> {
        for selector in self.items(list)? {
            let members = self.members(selector, &BASIC)?;
            for resource in self.items_of(&members, "DataResources")? {
                self.members(resource, &["Type", "Values"])?;
            }
        }
        let shapes: Vec<_> = self.typed(list)?;
        self.checked(list, EventSelectors::check(&shapes, &[], &SelectorLimits::default()))
    }

    fn advanced(&self, list: &'a RawValue) -> Result<EventSelectors, Wrong> {
        for selector in self.items(list)? {
            let members = self.members(selector, &ADVANCED)?;
            for condition in self.items_of(&members, "FieldSelectors")? {
                self.members(condition, &CONDITION)?;
            }
        }
        let selectors: Vec<_> = self.typed(list)?;
        self.checked(list, EventSelectors::check(&[], &selectors, &SelectorLimits::default()))
    }

    fn checked(
        &self,
        list: &'a RawValue,
        checked: Result<EventSelectors, cairn_model::selectors::InvalidSelectors>,
    ) -> Result<EventSelectors, Wrong> {
        checked.map_err(|invalid| {
            let place: String = invalid.place.iter().map(Step::to_string).collect();
            let said = if place.is_empty() { String::new() } else { format!("selectors{place}: ") };
            self.at(self.find(list, &invalid.place), &format!("{said}{}", invalid.problem))
        })
    }

    /// The value at the end of a way, or as far as the way goes.
    fn find(&self, from: &'a RawValue, place: &[Step]) -> &'a RawValue {
        let mut value = from;
        for step in place {
            let next = match step {
                Step::Item(number) => self.items(value).ok().and_then(|items| items.get(*number).copied()),
                Step::Member(name) => {
                    let members = serde_json::from_str::<BTreeMap<String, &'a RawValue>>(value.get());
                    members.ok().and_then(|members| members.get(*name).copied())
                }
            };
            match next {
                Some(next) => value = next,
                None => return value,
            }
        }
        value
    }

    fn items(&self, value: &'a RawValue) -> Result<Vec<&'a RawValue>, Wrong> {
        serde_json::from_str(value.get()).map_err(|_| self.at(value, "expected a list"))
    }

    fn items_of(&self, members: &BTreeMap<String, &'a RawValue>, name: &str) -> Result<Vec<&'a RawValue>, Wrong> {
        match members.get(name) {
            Some(list) if list.get() != "null" => self.items(list),
            _ => Ok(Vec::new()),
        }
    }

    /// The members of an object that has no others than those `allowed`.
    fn members(&self, value: &'a RawValue, allowed: &[&str]) -> Result<BTreeMap<String, &'a RawValue>, Wrong> {
        let members: BTreeMap<String, &'a RawValue> =
            serde_json::from_str(value.get()).map_err(|_| self.at(value, "expected an object"))?;
        match members.iter().find(|(name, _)| !allowed.contains(&name.as_str())) {
            Some((name, unknown)) => {
                let what = format!("`{name}` is not one of {}", allowed.join(", "));
                Err(self.at(unknown, &what))
            }
            None => Ok(members),
        }
    }

    fn typed<T: DeserializeOwned>(&self, value: &'a RawValue) -> Result<T, Wrong> {
        serde_json::from_str(value.get()).map_err(|error| self.syntax(self.offset(value), &error))
    }

    fn offset(&self, value: &RawValue) -> usize {
        value.get().as_ptr().addr().saturating_sub(self.0.as_ptr().addr())
    }

    fn at(&self, value: &RawValue, what: &str) -> Wrong {
        let (line, column) = self.line_and_column(self.offset(value));
        Wrong { line, column, what: what.to_owned() }
    }

    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let before = self.0.get(..offset).unwrap_or(self.0);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
    }

    /// An error of the JSON reader, whose text begins at `offset`.
    fn syntax(&self, offset: usize, error: &serde_json::Error) -> Wrong {
        let (first_line, first_column) = self.line_and_column(offset);
        let column = if error.line() <= 1 { first_column + error.column().saturating_sub(1) } else { error.column() };
        let text = error.to_string();
        let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
        Wrong { line: first_line + error.line().saturating_sub(1), column, what: what.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        SelectorFile::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_list_or_the_whole_request_is_read() {
        let basic = SelectorFile::parse(r#"[{"ReadWriteType":"WriteOnly"}]"#).unwrap();
        assert!(matches!(&basic.selectors, EventSelectors::Basic(list) if list.len() == 1));
        let field = r#"{"Field":"eventCategory","Equals":["Management"]}"#;
        let whole = format!(r#"{{"TrailName":"main","AdvancedEventSelectors":[{{"FieldSelectors":[{field}]}}]}}"#);
        let advanced = SelectorFile::parse(&whole).unwrap();
        assert_eq!(advanced.trail_name.as_deref(), Some("main"));
        assert!(matches!(&advanced.selectors, EventSelectors::Advanced(list) if list.len() == 1));
        let list = SelectorFile::parse(&format!(r#"[{{"FieldSelectors":[{field}]}}]"#)).unwrap();
        assert_eq!(list.selectors, advanced.selectors);
    }

    #[test]
    fn what_is_wrong_is_said_with_line_and_column() {
        assert!(wrong("[{]").starts_with("1:3: "), "{}", wrong("[{]"));
        assert!(wrong("").starts_with("1:"), "{}", wrong(""));
        assert_eq!(wrong("17"), "1:1: expected an object");
        assert_eq!(wrong("[]"), "1:1: A trail must have 1 to 5 event selectors.");
        assert_eq!(wrong("{\n \"EventSelectors\": 7}"), "2:20: expected a list");
        assert_eq!(wrong(r#"{"EventSelectors":[{}],"AdvancedEventSelectors":[{}]}"#).split(": ").next(), Some("1:1"));
        let unknown = "[\n  {\"ReadWriteTipe\": \"All\"}\n]";
        let said = wrong(unknown);
        assert!(said.starts_with("2:21: `ReadWriteTipe` is not one of ReadWriteType"), "{said}");
        let rule = "{\"EventSelectors\": [\n  {},\n  {\"ReadWriteType\": \"é\", \"DataResources\": []}\n]}";
        let said = wrong(rule);
        assert!(said.starts_with("3:21: selectors[1].ReadWriteType: The ReadWriteType must"), "{said}");
        let kind = "[{\"FieldSelectors\": [\n {\"Field\": \"eventCategory\", \"Equals\": [\"Data\"]},\n \
                    {\"Field\": \"resources.type\", \"Equals\": [\"AWS::IAM::Role\"]}]}]";
        let said = wrong(kind);
        let expected = "3:41: selectors[0].FieldSelectors[1].Equals[0]: The resources.type field value is not valid.";
        assert_eq!(said, expected);
        let typed = wrong("[\n{\"IncludeManagementEvents\": \"yes\"}]");
        assert!(typed.starts_with("2:") && typed.contains("invalid type"), "{typed}");
    }
}
