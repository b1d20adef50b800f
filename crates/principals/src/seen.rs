//! What the members of requests and answers show, within limits: text of another shape counts as absent.

use cairn_model::{AccountId, Timestamp};
use serde_json::Value;

use crate::arn::{PrincipalArn, PrincipalResource};
use crate::entity::{EntityKind, SeenEntity};
use crate::identity::{Federation, Identity, SessionTag};

/// Longer than any key id, name or ARN that AWS gives.
const TEXT_BYTES_MAX: usize = 2048;
/// AWS's limit for access key ids.
const KEY_BYTES_MAX: usize = 128;
/// AWS's limit for session tags; its packed form of them is about as large as the bytes here.
const TAGS_MAX: usize = 50;
const TAG_BYTES_MAX: usize = 4096;

/// The text at a JSON pointer, when there is one that is neither empty nor too long.
pub(crate) fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str().filter(|text| !text.is_empty() && text.len() <= TEXT_BYTES_MAX)
}

/// The same, to be kept.
pub(crate) fn kept(value: &Value, pointer: &str) -> Option<Box<str>> {
    text(value, pointer).map(Into::into)
}

/// The access key id at a JSON pointer.
pub(crate) fn key<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    text(value, pointer).filter(|key| is_key(key))
}

/// Whether `text` can be an access key id: AWS's letters and digits, and what other makers use.
pub(crate) fn is_key(text: &str) -> bool {
    let length_fits = (1..=KEY_BYTES_MAX).contains(&text.len());
    length_fits && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'"' | b'\\'))
}

/// A user as IAM's answers show it: `userName`, `userId`, `arn`.
pub(crate) fn user(value: &Value, account: AccountId) -> Option<SeenEntity> {
    let arn = text(value, "/arn");
    let name = text(value, "/userName");
    entity(EntityKind::User, name, arn, text(value, "/userId"), account)
}

/// A role as IAM's answers show it: `roleName`, `roleId`, `arn`.
pub(crate) fn role(value: &Value, account: AccountId) -> Option<SeenEntity> {
    let arn = text(value, "/arn");
    let name = text(value, "/roleName");
    entity(EntityKind::Role, name, arn, text(value, "/roleId"), account)
}

/// A user or role; its account is the one in its ARN. Absent when neither name nor ARN names it.
pub(crate) fn entity(
    kind: EntityKind,
    name: Option<&str>,
    arn: Option<&str>,
    unique_id: Option<&str>,
    account: AccountId,
) -> Option<SeenEntity> {
    let parsed = arn.and_then(PrincipalArn::parse);
    let named = match parsed.map(|arn| arn.resource) {
        Some(PrincipalResource::User(name)) if kind == EntityKind::User => Some(name),
        Some(PrincipalResource::Role(name)) if kind == EntityKind::Role => Some(name),
        _ => None,
    };
    let arn = arn.filter(|_| named.is_some() && (name.is_none() || named == name));
    Some(SeenEntity {
        kind,
        account: parsed.and_then(|arn| arn.account).unwrap_or(account),
        name: name.or(named)?.into(),
        arn: arn.map(Into::into),
        unique_id: unique_id.map(Into::into),
    })
}

/// Who an ARN and the unique id beside it say that a key is: `GetCallerIdentity` shows both.
pub(crate) fn principal(arn: &str, user_id: Option<&str>, account: AccountId) -> Option<Identity<SeenEntity>> {
    let parsed = PrincipalArn::parse(arn)?;
    let account = parsed.account.unwrap_or(account);
    Some(match parsed.resource {
        PrincipalResource::Root => Identity::Root { account, assumed: false },
        PrincipalResource::User(_) => Identity::User(entity(EntityKind::User, None, Some(arn), user_id, account)?),
        PrincipalResource::AssumedRole { role, session } => {
            let role_id = user_id.and_then(|id| id.split_once(':')).map(|(role_id, _)| role_id);
            let role = entity(EntityKind::Role, Some(role), None, role_id, account)?;
            role_session(role, session, Some(arn))
        }
        PrincipalResource::FederatedUser(name) => {
            let principal_id = user_id.map_or_else(|| format!("{account}:{name}"), str::to_owned);
            Identity::Federated { account, principal_id: principal_id.into(), arn: arn.into() }
        }
        PrincipalResource::Role(_) => return None,
    })
}

/// A session of `role`; its ARN is kept only when it cannot be made from the role.
pub(crate) fn role_session(role: SeenEntity, session_name: &str, arn: Option<&str>) -> Identity<SeenEntity> {
    let made = format!("arn:aws:sts::{}:assumed-role/{}/{session_name}", role.account, role.name);
    let arn = arn.filter(|arn| *arn != made).map(Into::into);
    Identity::Role { role, session_name: session_name.into(), arn }
}

/// The session tags of a request, and how many had no room.
pub(crate) fn tags(request: &Value) -> (Vec<SessionTag>, usize) {
    let transitive = request.pointer("/transitiveTagKeys").and_then(Value::as_array);
    let is_transitive = |key: &str| transitive.is_some_and(|keys| keys.iter().any(|value| value.as_str() == Some(key)));
    let read = |tag: &Value| {
        let (key, value) = (text(tag, "/key")?, tag.pointer("/value").and_then(Value::as_str).unwrap_or_default());
        Some(SessionTag { key: key.into(), value: value.into(), transitive: is_transitive(key) })
    };
    let all = request.pointer("/tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    fitting(all.iter().filter_map(read))
}

/// As many tags as there is room for, the first of each key, and how many had none.
pub(crate) fn fitting(tags: impl Iterator<Item = SessionTag>) -> (Vec<SessionTag>, usize) {
    let (mut fitting, mut bytes, mut left_out): (Vec<SessionTag>, _, _) = (Vec::new(), 0, 0);
    for tag in tags {
        let size = tag.key.len().saturating_add(tag.value.len());
        if fitting.len() >= TAGS_MAX || size.saturating_add(bytes) > TAG_BYTES_MAX {
            left_out += 1;
        } else if fitting.iter().all(|known| known.key != tag.key) {
            bytes += size;
            fitting.push(tag);
        }
    }
    (fitting, left_out)
}

/// Whom a SAML assertion named.
pub(crate) fn saml(request: &Value, answer: &Value) -> Option<Federation> {
    Some(Federation::Saml {
        subject: kept(answer, "/subject")?,
        subject_type: kept(answer, "/subjectType"),
        name_qualifier: kept(answer, "/nameQualifier"),
        issuer: kept(answer, "/issuer"),
        audience: kept(answer, "/audience"),
        provider_arn: kept(request, "/principalArn"),
    })
}

/// Whom a web identity token named.
pub(crate) fn web_identity(request: &Value, answer: &Value) -> Option<Federation> {
    Some(Federation::WebIdentity {
        subject: kept(answer, "/subjectFromWebIdentityToken")?,
        provider: kept(answer, "/provider").or_else(|| kept(request, "/providerId")),
        audience: kept(answer, "/audience"),
    })
}

/// A moment as STS answers (`2026-10-01T08:03:12Z`, also with `+00:00`), as seconds since the epoch, or as CloudTrail
/// writes it (`Oct 1, 2026, 8:03:12 AM`).
pub(crate) fn moment(value: &Value) -> Option<Timestamp> {
    if let Value::Number(number) = value {
        let text = number.to_string();
        let whole = text.split('.').next()?;
        return whole.parse().ok().map(Timestamp::from_unix_seconds);
    }
    let text = value.as_str().filter(|text| text.len() <= 64)?;
    let utc = text.strip_suffix("+00:00").map(|moment| format!("{moment}Z"));
    Timestamp::parse(utc.as_deref().unwrap_or(text)).ok().or_else(|| written_out(text))
}

fn written_out(text: &str) -> Option<Timestamp> {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split([' ', ',', '\u{202f}']).filter(|word| !word.is_empty());
    let (month, day, year) = (words.next()?, words.next()?, words.next()?);
    let (time, half) = (words.next()?, words.next()?);
    let month = months.iter().zip(1_u32..).find(|(name, _)| **name == month)?.1;
    let mut parts = time.splitn(2, ':');
    let (hour, rest) = (parts.next()?.parse::<u32>().ok()?, parts.next()?);
    let hour = match half {
        "AM" if hour <= 12 => hour % 12,
        "PM" if hour <= 12 => hour % 12 + 12,
        _ => return None,
    };
    let day: u32 = day.parse().ok()?;
    Timestamp::parse(&format!("{year}-{month:02}-{day:02}T{hour:02}:{rest}Z")).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moments_are_read_in_every_form_that_is_seen() {
        let at = Some(Timestamp::parse("2023-07-10T12:09:47Z").unwrap());
        for form in [
            json!("2023-07-10T12:09:47Z"),
            json!("2023-07-10T12:09:47+00:00"),
            json!("Jul 10, 2023, 12:09:47 PM"),
            json!("Jul 10, 2023 12:09:47 PM"),
            json!(1_688_990_987),
            json!(1_688_990_987.5),
        ] {
            assert_eq!(moment(&form), at, "{form}");
        }
        let midnight = moment(&json!("Jan 01, 2019 12:00:00 AM"));
        assert_eq!(midnight.map(Timestamp::iso_seconds).as_deref(), Some("2019-01-01T00:00:00Z"));
        for form in [json!(null), json!("soon"), json!("Jul 40, 2023, 12:09:47 PM"), json!("Jul 1, 2023, 30:00:00 PM")]
        {
            assert_eq!(moment(&form), None, "{form}");
        }
    }

    #[test]
    fn tags_without_room_are_counted_and_the_rest_is_kept() {
        let tag = |key: usize| json!({"key": format!("k{key}"), "value": "v".repeat(1000)});
        let request = json!({"tags": (0..9).map(tag).collect::<Vec<_>>(), "transitiveTagKeys": ["k1"]});
        let (tags, left_out) = tags(&request);
        assert_eq!((tags.len(), left_out), (4, 5));
        assert_eq!(tags.iter().map(|tag| tag.transitive).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn key_ids_of_other_makers_pass_and_texts_that_are_none_do_not() {
        for key in ["AKIAIOSFODNN7EXAMPLE", "admin", "some_access-key1"] {
            assert!(is_key(key), "{key}");
        }
        let long = "A".repeat(129);
        for text in ["", "a b", "a/b", "a\"b", "schl\u{fc}ssel", &long] {
            assert!(!is_key(text), "{text}");
        }
    }

    #[test]
    fn an_arn_says_who_a_key_is() {
        let account = AccountId::DEFAULT;
        let nina = principal("arn:aws:iam::111122223333:user/team/nina", Some("AIDAN"), account).unwrap();
        let Identity::User(user) = nina else { panic!("{nina:?}") };
        assert_eq!((&*user.name, user.account.as_str()), ("nina", "111122223333"));
        assert_eq!(user.unique_id.as_deref(), Some("AIDAN"));
        assert_eq!(principal("arn:aws:iam::111122223333:role/R", None, account), None);
    }
}
