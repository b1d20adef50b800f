//! What selectors ask for and others do not: whether a trail that gets new ones goes blind somewhere.
//!
//! Silence is a proof: nothing is said only where every event that was asked for is shown to be asked for still. Where
//! that cannot be shown, an event is looked for that is lost; when none is found, the loss is one that may be.

use super::condition::Condition;
use super::field::SelectorField;
use super::matcher::{Matcher, ResourceRule, Rule};
use crate::Category;

/// Parts into which the rules of one comparison are taken apart; beyond them it is said that events may be lost.
const PARTS_MAX: usize = 2_000;
/// Events that are tried for one part.
const TRIALS_MAX: usize = 20_000;
/// Texts that are tried for one field.
const TEXTS_MAX: usize = 40;
/// A text that no selector names.
const UNNAMED: &str = "~";

/// Events that were asked for and are not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostEvents {
    /// Of which category.
    pub category: Category,
    /// Whether some of them write.
    pub write: bool,
    /// Which they are, in words.
    pub description: String,
    /// Whether one was found that is lost; else they may be.
    pub is_certain: bool,
}

/// Part of what a rule asks for in one category, of reads or of writes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    texts: Vec<(SelectorField, Condition)>,
    resource: Option<ResourceRule>,
}

/// A part that is not asked for any more: of reads, of writes or of both, with what a lost event looks like.
#[derive(Debug)]
struct Lost {
    category: Category,
    reads: bool,
    writes: bool,
    part: Part,
    example: Option<Vec<(SelectorField, String)>>,
}

impl Matcher {
    /// What this one asks for and `after` does not, or may not. Empty only if everything is still asked for.
    pub fn lost_in(&self, after: &Self) -> Vec<LostEvents> {
        let (mut found, mut budget): (Vec<Lost>, usize) = (Vec::new(), PARTS_MAX);
        for (category, only_reads) in Category::ALL.into_iter().flat_map(|of| [(of, false), (of, true)]) {
            let are = |rule: &&Rule| rule.kinds.are(category, only_reads);
            let rules: Vec<&Rule> = after.rules.iter().filter(are).collect();
            for rule in self.rules.iter().filter(are) {
                let part = Part { texts: rule.texts.clone(), resource: rule.resource.clone() };
                for part in part.outside(&rules, &mut budget) {
                    let example = part.example(&rules);
                    let same =
                        |lost: &&mut Lost| lost.category == category && lost.part == part && lost.example == example;
                    match found.iter_mut().find(same) {
                        Some(lost) if only_reads => lost.reads = true,
                        Some(lost) => lost.writes = true,
                        None => found.push(Lost { category, reads: only_reads, writes: !only_reads, part, example }),
                    }
                }
            }
        }
        found.iter().map(Lost::shown).collect()
    }
}

impl Part {
    /// What of it no rule is shown to ask for: itself, or smaller parts.
    fn outside(self, rules: &[&Rule], budget: &mut usize) -> Vec<Self> {
        if rules.iter().any(|rule| self.is_within(rule)) {
            return Vec::new();
        }
        let smaller = self.smaller();
        if rules.is_empty() || smaller.is_empty() || smaller.len() > *budget {
            return vec![self];
        }
        *budget -= smaller.len();
        let count = smaller.len();
        let left: Vec<(bool, Vec<Self>)> = smaller
            .into_iter()
            .map(|part| {
                let left = part.clone().outside(rules, budget);
                (left == [part], left)
            })
            .collect();
        let untouched = left.iter().filter(|(whole, _)| *whole).count();
        if untouched == count { vec![self] } else { left.into_iter().flat_map(|(_, parts)| parts).collect() }
    }

    /// Whether the rule, of the same category, is shown to ask for all of it.
    fn is_within(&self, rule: &Rule) -> bool {
        let texts = rule.texts.iter().all(|(field, condition)| {
            let own = self.texts.iter().filter(|(other, _)| other == field);
            condition.includes(&Condition::default()) || own.into_iter().any(|(_, own)| condition.includes(own))
        });
        let resource = match (&rule.resource, &self.resource) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(rule), Some(own)) => rule.kind.includes(&own.kind) && rule.arn.includes(&own.arn),
        };
        texts && resource
    }

    /// Parts that make it up together, each with one value where it has several; none when it has none.
    fn smaller(&self) -> Vec<Self> {
        for (at, (_, condition)) in self.texts.iter().enumerate() {
            let alternatives = condition.alternatives();
            if !alternatives.is_empty() {
                let with = |condition: Condition| {
                    let mut part = self.clone();
                    part.texts.iter_mut().skip(at).take(1).for_each(|(_, place)| *place = condition.clone());
                    part
                };
                return alternatives.into_iter().map(with).collect();
            }
        }
        let Some(ResourceRule { kind, arn }) = &self.resource else { return Vec::new() };
        let with =
            |kind: Condition, arn: Condition| Self { resource: Some(ResourceRule { kind, arn }), ..self.clone() };
        let kinds = kind.alternatives();
        if kinds.is_empty() {
            arn.alternatives().into_iter().map(|one| with(kind.clone(), one)).collect()
        } else {
            kinds.into_iter().map(|one| with(one, arn.clone())).collect()
        }
    }

    /// An event of the part that none of the rules asks for, by its fields, if one is found.
    fn example(&self, rules: &[&Rule]) -> Option<Vec<(SelectorField, String)>> {
        let choices: Vec<(SelectorField, Vec<Option<String>>)> =
            FIELDS.into_iter().map(|field| (field, self.choices(field, rules))).collect();
        let total = choices.iter().fold(1_usize, |all, (_, texts)| all.saturating_mul(texts.len()));
        (0..total.min(TRIALS_MAX)).find_map(|number| {
            let event = Trial::number(number, &choices);
            let is_lost = !rules.iter().any(|rule| event.meets(rule));
            is_lost.then(|| event.named())
        })
    }

    /// Texts of a field with which an event belongs to the part, the telling ones first.
    fn choices(&self, field: SelectorField, rules: &[&Rule]) -> Vec<Option<String>> {
        let own: Vec<&Condition> = conditions(field, &self.texts, self.resource.as_ref()).collect();
        let of_rules = rules.iter().flat_map(|rule| conditions(field, &rule.texts, rule.resource.as_ref()));
        let named = of_rules.chain(own.iter().copied()).flat_map(Condition::telling_texts).map(Some);
        let rest = if field == SelectorField::SessionCredentialFromConsole {
            vec![Some("false".to_owned()), Some("true".to_owned())]
        } else {
            vec![None, Some(UNNAMED.to_owned())]
        };
        let mut texts: Vec<Option<String>> = Vec::new();
        for text in named.chain(rest) {
            let is_own = own.iter().all(|condition| condition.holds(text.as_deref()));
            let is_possible = text.is_none() || !(self.resource.is_none() && is_of_resource(field));
            if is_own && is_possible && !texts.contains(&text) && texts.len() < TEXTS_MAX {
                texts.push(text);
            }
        }
        texts
    }
}

/// The fields of an event besides category and `readOnly`.
const FIELDS: [SelectorField; 9] = [
    SelectorField::EventSource,
    SelectorField::EventName,
    SelectorField::ResourcesArn,
    SelectorField::ResourcesType,
    SelectorField::UserIdentityArn,
    SelectorField::EventType,
    SelectorField::ErrorCode,
    SelectorField::VpcEndpointId,
    SelectorField::SessionCredentialFromConsole,
];

fn is_of_resource(field: SelectorField) -> bool {
    matches!(field, SelectorField::ResourcesArn | SelectorField::ResourcesType)
}

/// The conditions on a field.
fn conditions<'a>(
    field: SelectorField,
    texts: &'a [(SelectorField, Condition)],
    resource: Option<&'a ResourceRule>,
) -> impl Iterator<Item = &'a Condition> {
    let on_texts = texts.iter().filter(move |(of, _)| *of == field).map(|(_, condition)| condition);
    let of_type = resource.filter(|_| field == SelectorField::ResourcesType).map(|rule| &rule.kind);
    let on_resource =
        of_type.or_else(|| resource.filter(|_| field == SelectorField::ResourcesArn).map(|rule| &rule.arn));
    on_texts.chain(on_resource)
}

/// An event that is tried: its fields' texts, and one resource when it has a type or an ARN.
struct Trial<'a>(Vec<(SelectorField, Option<&'a str>)>);

impl<'a> Trial<'a> {
    fn number(mut number: usize, choices: &'a [(SelectorField, Vec<Option<String>>)]) -> Self {
        let pick = |(field, texts): &'a (SelectorField, Vec<Option<String>>)| {
            let count = texts.len().max(1);
            let text = texts.get(number % count).and_then(Option::as_deref);
            number /= count;
            (*field, text)
        };
        Self(choices.iter().map(pick).collect())
    }

    fn text(&self, field: SelectorField) -> Option<&str> {
        self.0.iter().find(|(of, _)| *of == field).and_then(|(_, text)| *text)
    }

    fn meets(&self, rule: &Rule) -> bool {
        let (kind, arn) = (self.text(SelectorField::ResourcesType), self.text(SelectorField::ResourcesArn));
        let has_resource = kind.is_some() || arn.is_some();
        let resource = |wanted: &ResourceRule| has_resource && wanted.kind.holds(kind) && wanted.arn.holds(arn);
        rule.texts.iter().all(|(field, condition)| condition.holds(self.text(*field)))
            && rule.resource.as_ref().is_none_or(resource)
    }

    /// The texts that say something.
    fn named(&self) -> Vec<(SelectorField, String)> {
        let says = |text: &&str| !text.contains(UNNAMED);
        let told = |(field, text): &(SelectorField, Option<&str>)| Some((*field, text.filter(says)?.to_owned()));
        let is_plain = |(field, _): &(SelectorField, String)| *field != SelectorField::SessionCredentialFromConsole;
        self.0.iter().filter_map(told).filter(is_plain).collect()
    }
}

impl Lost {
    fn shown(&self) -> LostEvents {
        let mut text = format!("{} events", self.category.as_str());
        if self.reads != self.writes {
            text.push_str(if self.reads { " that only read" } else { " that write" });
        }
        let fields = FIELDS.into_iter();
        let told = fields.flat_map(|field| {
            let own = conditions(field, &self.part.texts, self.part.resource.as_ref());
            own.filter_map(move |condition| Some(format!("{} {}", field.as_str(), condition.in_words()?)))
        });
        let told: Vec<String> = told.collect();
        if !told.is_empty() {
            text.push_str(" whose ");
            text.push_str(&told.join(" and "));
        }
        let example: Vec<String> =
            self.example.iter().flatten().map(|(field, text)| format!("{} {text}", field.as_str())).collect();
        if !example.is_empty() {
            text.push_str(", such as ");
            text.push_str(&example.join(", "));
        }
        LostEvents {
            category: self.category,
            write: self.writes,
            description: text,
            is_certain: self.example.is_some(),
        }
    }
}
