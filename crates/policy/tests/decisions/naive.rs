//! The naive model: it walks the JSON itself, with the plainest way to say each rule, and shares no code with the
//! evaluator.

use serde_json::Value;

use crate::random::{ALICE, Asked, Given, Known, OTHER, ROLE, SERVICE, SESSION};

/// What is true, false, or nobody can say.
type Maybe = Option<bool>;

fn not(maybe: Maybe) -> Maybe {
    maybe.map(|is| !is)
}

fn or(all: &[Maybe]) -> Maybe {
    if all.contains(&Some(true)) {
        Some(true)
    } else if all.contains(&None) {
        None
    } else {
        Some(false)
    }
}

fn and(all: &[Maybe]) -> Maybe {
    not(or(&all.iter().map(|maybe| not(*maybe)).collect::<Vec<_>>()))
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            vec![value.as_str().unwrap().to_owned()]
        }
    }
}

/// Each letter of the pattern with whether it is a wildcard.
fn like(pattern: &[(char, bool)], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((('*', true), rest)), None) => like(rest, text),
        (Some((('*', true), rest)), Some((_, behind))) => like(rest, text) || like(pattern, behind),
        (Some((('?', true), rest)), Some((_, behind))) => like(rest, behind),
        (Some(((wanted, _), rest)), Some((found, behind))) => wanted == found && like(rest, behind),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The pattern with its variables filled in: `Err(None)` where nobody can say, `Err(Some(false))` where it fits nothing.
fn filled(pattern: &str, wild: bool, new: bool, known: &Known) -> Result<Vec<(char, bool)>, Maybe> {
    let mut letters = Vec::new();
    let mut rest = pattern.to_owned();
    while !rest.is_empty() {
        let variable = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'));
        if let Some((name, behind)) = variable.filter(|_| new) {
            let (name, default) = name.split_once(", ").map_or((name, None), |(name, default)| (name, Some(default)));
            let text = if name == "*" {
                "*".to_owned()
            } else {
                match (known.get(name).unwrap(), default) {
                    (Some(values), _) if values.len() == 1 => values[0].to_owned(),
                    (Some(values), Some(default)) if values.is_empty() => default.trim_matches('\'').to_owned(),
                    (Some(values), None) if values.is_empty() => return Err(Some(false)),
                    (None | Some(_), _) => return Err(None),
                }
            };
            letters.extend(text.chars().map(|letter| (letter, false)));
            rest = behind.to_owned();
        } else {
            let letter = rest.remove(0);
            letters.push((letter, wild && "*?".contains(letter)));
        }
    }
    Ok(letters)
}

fn fits(pattern: &str, text: &str, wild: bool, new: bool, known: &Known) -> Maybe {
    match filled(pattern, wild, new, known) {
        Ok(letters) => Some(like(&letters, &text.chars().collect::<Vec<_>>())),
        Err(maybe) => maybe,
    }
}

fn compare(name: &str, wanted: &str, found: &str, new: bool, known: &Known) -> Maybe {
    match name {
        "StringEquals" => fits(wanted, found, false, new, known),
        "StringLike" => fits(wanted, found, true, new, known),
        "StringEqualsIgnoreCase" => match filled(wanted, false, new, known) {
            Ok(letters) => Some(
                letters.iter().map(|(letter, _)| letter).collect::<String>().to_lowercase() == found.to_lowercase(),
            ),
            Err(maybe) => maybe,
        },
        "NumericEquals" => Some(wanted.trim_end_matches(".0") == found),
        "NumericLessThan" => Some(found.parse::<i64>().unwrap() < wanted.trim_end_matches(".0").parse().unwrap()),
        "NumericGreaterThanEquals" => {
            Some(found.parse::<i64>().unwrap() >= wanted.trim_end_matches(".0").parse().unwrap())
        }
        "IpAddress" => Some(match wanted {
            "10.0.0.0/8" => found.starts_with("10."),
            "0.0.0.0/0" => true,
            address => found == address,
        }),
        "ArnLike" if found == "no-arn" => None,
        // Of the two patterns that are generated the second one has a resource that begins otherwise.
        "ArnLike" => Some(wanted.ends_with(":trail/*")),
        other => panic!("{other}"),
    }
}

fn condition_holds(operator: &str, key: &str, wanted: &[String], new: bool, known: &Known) -> Maybe {
    let values = match known.get(key).unwrap() {
        None if key == "ec2:Vpc" => vec![],
        None => return None,
        Some(values) => values.clone(),
    };
    if operator == "Null" {
        return Some(wanted.iter().any(|wanted| (wanted == "true") == values.is_empty()));
    }
    let (any, all) = (operator.starts_with("ForAnyValue:"), operator.starts_with("ForAllValues:"));
    let name = operator.trim_start_matches("ForAnyValue:").trim_start_matches("ForAllValues:");
    let if_exists = name.ends_with("IfExists");
    let name = name.trim_end_matches("IfExists");
    let negated = name.contains("Not");
    let positive = if name == "ArnNotEquals" { "ArnLike".to_owned() } else { name.replace("Not", "") };
    if values.is_empty() {
        return Some(if_exists || all || (negated && !any));
    }
    let one = |found: &&str| {
        let matches: Vec<Maybe> = wanted.iter().map(|wanted| compare(&positive, wanted, found, new, known)).collect();
        let unreadable = positive == "ArnLike" && *found == "no-arn";
        let found = if unreadable { None } else { or(&matches) };
        if negated { not(found) } else { found }
    };
    let each: Vec<Maybe> = values.iter().map(one).collect();
    if all || (negated && !any) { and(&each) } else { or(&each) }
}

/// What the principal is: itself, its role, its account.
fn names(principal: &str) -> Vec<&'static str> {
    match principal {
        "root" => vec!["arn:aws:iam::111111111111:root"],
        "user" => vec![ALICE, "arn:aws:iam::111111111111:root"],
        "session" => vec![SESSION, ROLE, "arn:aws:iam::111111111111:root"],
        "service" => vec![SERVICE],
        _ => vec![],
    }
}

/// 0: not named, 1: by the account, 2: in a group, 3: itself.
fn named(statement: &Value, principal: &str) -> u8 {
    let listed = |element: &Value| -> Vec<String> {
        if element.is_string() {
            return vec!["*".to_owned()];
        }
        let mut all = list(&element["AWS"]);
        all.extend(element["Service"].as_str().map(str::to_owned));
        let root = |name: String| if name.len() == 12 { format!("arn:aws:iam::{name}:root") } else { name };
        all.into_iter().map(root).collect()
    };
    let own = names(principal);
    let has = |all: &[String], name: &str| all.iter().any(|listed| listed == name);
    if let Some(element) = statement.get("NotPrincipal") {
        let all = listed(element);
        let everyone = has(&all, "*");
        let spared = if statement["Effect"] == "Deny" {
            everyone || (!own.is_empty() && own.iter().all(|name| has(&all, name)))
        } else {
            everyone || own.iter().any(|name| has(&all, name))
        };
        return if spared { 0 } else { 2 };
    }
    let Some(element) = statement.get("Principal") else { return 3 };
    let all = listed(element);
    let mut closest = 0;
    for (index, name) in own.iter().enumerate() {
        let closeness = if index == 0 {
            3
        } else if *name == ROLE {
            2
        } else {
            1
        };
        if has(&all, name) {
            closest = closest.max(closeness);
        }
    }
    if has(&all, "*") { closest.max(2) } else { closest }
}

/// Whether the policy denies, and how closely it allows.
fn says(policy: &Value, asked: &Asked) -> (bool, u8) {
    let new = policy["Version"] == "2012-10-17";
    let (mut denies, mut allows) = (false, 0);
    for statement in policy["Statement"].as_array().unwrap() {
        let action = |patterns: &Value| {
            list(patterns).iter().any(|pattern| {
                let lower = |text: &str| text.to_lowercase();
                fits(&lower(pattern), &lower(asked.action), true, false, &asked.known) == Some(true)
            })
        };
        let resource = |patterns: &Value| {
            let each: Vec<_> =
                list(patterns).iter().map(|pattern| fits(pattern, asked.resource, true, new, &asked.known)).collect();
            or(&each)
        };
        let acts = statement.get("Action").map_or_else(|| !action(&statement["NotAction"]), action);
        let lies = statement.get("Resource").map_or_else(|| not(resource(&statement["NotResource"])), resource);
        let mut all = vec![Some(acts), lies];
        for (operator, keys) in statement.get("Condition").and_then(Value::as_object).into_iter().flatten() {
            for (key, wanted) in keys.as_object().unwrap() {
                all.push(condition_holds(operator, key, &list(wanted), new, &asked.known));
            }
        }
        let closeness = named(statement, asked.principal);
        if statement["Effect"] == "Deny" {
            denies |= closeness > 0 && and(&all) != Some(false);
        } else if and(&all) == Some(true) {
            allows = allows.max(closeness);
        }
    }
    (denies, allows)
}

/// Whether the request is allowed, and whether something denies it explicitly.
pub(crate) fn naive(asked: &Asked, given: &Given) -> (bool, bool) {
    let of = |policies: &[Value]| {
        let each: Vec<_> = policies.iter().map(|policy| says(policy, asked)).collect();
        (each.iter().any(|(denies, _)| *denies), each.iter().map(|(_, allows)| *allows).max().unwrap_or(0))
    };
    let identity = of(&given.identity);
    let boundary = of(given.boundary.as_slice());
    let session = of(&given.session);
    let resource = of(given.resource.as_slice());
    if identity.0 || boundary.0 || session.0 || resource.0 {
        return (false, true);
    }
    let within = (given.boundary.is_none() || boundary.1 > 0) && (given.session.is_empty() || session.1 > 0);
    let by_identity = within && (asked.principal == "root" || identity.1 > 0);
    let allowed = match asked.principal {
        "service" | "nobody" => resource.1 > 0,
        _ if given.owner == OTHER => resource.1 > 0 && by_identity,
        _ => {
            let granted = resource.1 == 3 || (resource.1 == 2 && within);
            granted || (by_identity && (resource.1 > 0 || !given.required))
        }
    };
    (allowed, false)
}
