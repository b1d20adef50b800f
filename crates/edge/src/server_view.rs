//! What the server tells of itself to callers who may know: its health, its settings, its gateways.

use cairn_model::AccountId;
use futures_util::future::BoxFuture;
use serde::Serialize;

/// Where the server is asked about itself. No answer holds a secret.
pub trait ServerView: Send + Sync {
    /// How the server is, as far as that concerns `account`.
    fn status(&self, account: AccountId) -> BoxFuture<'_, StatusView>;

    /// Every setting with its value and where that came from.
    fn settings(&self) -> Vec<SettingView>;

    /// The gateways of `account`.
    fn gateways(&self, account: AccountId) -> Vec<GatewayView>;
}

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusView {
    /// Cairn's version.
    pub version: &'static str,
    /// Seconds since 1970.
    pub started_at: i64,
    /// Whether no check fails.
    pub is_healthy: bool,
    /// What was looked at.
    pub checks: Vec<CheckView>,
    /// Who follows the journal, and how far behind they are.
    pub followers: Vec<FollowerView>,
    /// How much is kept.
    pub storage: StorageView,
    /// Days for which the history keeps an event.
    pub retention_days: u64,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    /// `journal`, `history`, `followers` or `delivery`.
    pub name: &'static str,
    /// How it is.
    pub status: CheckStatus,
    /// In words.
    pub message: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckStatus {
    /// As it should be.
    Ok,
    /// Behind, and coming.
    Late,
    /// Not working.
    Failing,
}

/// Who follows the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowerView {
    /// Its name in the journal.
    pub name: String,
    /// Entries that it has not seen.
    pub behind_entries: u64,
}

/// How much is kept. Times are seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StorageView {
    /// Bytes of the journal's segments.
    pub journal_bytes: u64,
    /// Bytes of the history's files and indexes.
    pub history_bytes: u64,
    /// Events of all accounts in the history.
    pub history_events: u64,
    /// When the newest event of the account happened; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_event: Option<i64>,
    /// When the oldest event of the account happened that is kept; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_event: Option<i64>,
    /// Bytes that the data folder's disk has left; absent where the system does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingView {
    /// Its name in the settings file, tables joined by dots.
    pub name: &'static str,
    /// The value that counts; a secret's is hidden.
    pub value: String,
    /// Its value when nobody sets it.
    pub default: &'static str,
    /// `default`, `file`, `environment` or `argument`.
    pub origin: &'static str,
    /// Whether its value is never shown.
    pub is_secret: bool,
    /// What it does, with its unit.
    pub about: &'static str,
}

/// A gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayView {
    /// What tells it from others.
    pub name: String,
    /// Where clients reach it.
    pub listen: String,
    /// Where the endpoint is.
    pub upstream: String,
    /// The account that the endpoint is.
    pub account: String,
    /// The Region of calls that name none.
    pub region: String,
    /// `closed` or `open`.
    pub policy: &'static str,
    /// `intent` or `end`: what is durable before a whole answer goes out; absent with `open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_after: Option<&'static str>,
    /// Calls that went on and have ended, since the start.
    pub calls: u64,
    /// Those among them that ended with an error.
    pub errors: u64,
    /// Calls of which only the number is recorded.
    pub gaps: u64,
    /// Calls that have begun in the journal and not ended there.
    pub open_intents: u64,
    /// What the gateway itself took of each call.
    pub added_micros: AddedMicros,
    /// Whose keys it knows, the last learnt first.
    pub identities: Vec<IdentityView>,
}

/// Microseconds that a call takes longer through a gateway, within an eighth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AddedMicros {
    /// At most so many for half of the calls.
    pub p50: u64,
    /// At most so many for 99 of 100.
    pub p99: u64,
}

/// A key and who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityView {
    /// `AKIA…` or `ASIA…`
    pub access_key_id: String,
    /// An ARN, or the type of who has none.
    pub principal: String,
    /// `settings`, `call` or `sighting`.
    pub learnt_from: &'static str,
    /// Who began a session's chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_principal: Option<String>,
}
