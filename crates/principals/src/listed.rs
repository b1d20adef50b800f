//! Known keys one by one, for people who want to see them.

use std::sync::Arc;

use cairn_model::Timestamp;
use serde_json::Value;

use crate::known::Known;
use crate::principals::Principals;
use crate::user_identity;

/// How it became known who a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearntFrom {
    /// The settings name it.
    Settings,
    /// The call that made it was seen.
    Call,
    /// An inventory or an answer named it.
    Sighting,
}

/// A key and who it is. Neither its secret nor a session's token is ever known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// `AKIA…` or `ASIA…`
    pub access_key_id: String,
    /// The ARN of its holder; the type of its `userIdentity` where that has none.
    pub principal: String,
    /// How that became known.
    pub learnt_from: LearntFrom,
    /// Of a session: the ARN of who began its chain, or the type where there is no ARN.
    pub origin_principal: Option<String>,
}

impl LearntFrom {
    /// The word for it: `settings`, `call` or `sighting`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Call => "call",
            Self::Sighting => "sighting",
        }
    }
}

impl Principals {
    /// The keys that are valid at `now` and whose holder is known, those that were learnt last first, at most `max`.
    pub fn listed(&self, now: Timestamp, max: usize) -> Vec<ListedKey> {
        let mut valid = self.select_keys(|known| {
            let is_valid = known.ends_at.is_none_or(|end| end > now) && !known.link.is_unknown();
            is_valid.then(|| Arc::clone(known))
        });
        valid.sort_unstable_by_key(|known| std::cmp::Reverse(known.link.row));
        valid.truncate(max);
        valid.iter().map(|known| listed(known)).collect()
    }
}

fn listed(known: &Known) -> ListedKey {
    let principal = user_identity::principal(known);
    let learnt_from = if known.given {
        LearntFrom::Settings
    } else if known.link.event_id.is_some() {
        LearntFrom::Call
    } else {
        LearntFrom::Sighting
    };
    ListedKey {
        access_key_id: known.link.access_key_id.to_string(),
        principal: shown(&principal.user_identity),
        learnt_from,
        origin_principal: principal.origin.as_ref().map(shown),
    }
}

fn shown(identity: &Value) -> String {
    let text = |member: &str| identity.get(member).and_then(Value::as_str).map(str::to_owned);
    text("arn").or_else(|| text("principalId")).or_else(|| text("type")).unwrap_or_default()
}
