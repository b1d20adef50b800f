//! An organization as the catalogue keeps it: its accounts, whom it trusts, and how accounts come to it.

use std::collections::BTreeMap;

use cairn_model::{AccountId, Sequence, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{LoggingSpan, Stopped};

/// The service whose trusted access organization trails need.
pub const CLOUDTRAIL_PRINCIPAL: &str = "cloudtrail.amazonaws.com";

/// Accounts under one management account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// `o-` and ten letters or digits.
    pub id: String,
    /// The id of its one root: `r-` and four letters or digits.
    pub root_id: String,
    /// What it may do.
    pub feature_set: FeatureSet,
    /// The account that made it and that owns its trails.
    pub management_account: AccountId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted. It stays for the last digests of accounts that left it.
    pub deleted_at: Option<Timestamp>,
    /// Its accounts in the order in which they first joined, the management account first. Those that left stay.
    pub members: Vec<Member>,
    /// Services with trusted access, by principal, and since when.
    pub service_access: BTreeMap<String, Timestamp>,
    /// Delegated administrators, in the order of their registration.
    pub delegations: Vec<Delegation>,
    /// What became of each account that it created, oldest first.
    pub account_requests: Vec<AccountRequest>,
    /// Invitations, oldest first.
    pub handshakes: Vec<Handshake>,
    /// The ids of trails, and when each was an organization trail.
    pub trails: BTreeMap<String, Vec<LoggingSpan>>,
}

/// What an organization may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeatureSet {
    /// `ALL`
    All,
    /// `CONSOLIDATED_BILLING`: no trusted access, and so no organization trails.
    ConsolidatedBilling,
}

/// An account of an organization, now or earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The address of its owner.
    pub email: String,
    /// How it came.
    pub joined: Joined,
    /// When it belonged to the organization, oldest first; the last span is open while it does.
    pub memberships: Vec<LoggingSpan>,
    /// The trails that have delivered their last for it, and the spans of logging of which nothing is left: those that
    /// begin before the event.
    pub done: BTreeMap<String, Sequence>,
}

/// How an account came into its organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Joined {
    /// `INVITED`, also the management account.
    Invited,
    /// `CREATED`
    Created,
}

/// An account that administers a service for the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// The account.
    pub account: AccountId,
    /// The service's principal.
    pub service_principal: String,
    /// Since when.
    pub enabled_at: Timestamp,
}

/// An account that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRequest {
    /// `car-` and 32 letters or digits.
    pub id: String,
    /// The account's name.
    pub name: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// The new account, or `CreateAccountFailureReason`.
    pub result: Result<AccountId, String>,
}

/// An invitation to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handshake {
    /// `h-` and 32 letters or digits.
    pub id: String,
    /// Who is invited.
    pub account: AccountId,
    /// Words of who invites.
    pub notes: Option<String>,
    /// When it was sent.
    pub requested_at: Timestamp,
    /// When it stops to be valid.
    pub expires_at: Timestamp,
    /// What became of it, apart from growing old.
    pub state: HandshakeState,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HandshakeState {
    /// It can be answered.
    Open,
    /// Its sender took it back.
    Canceled,
    /// The account joined.
    Accepted,
    /// The account refused.
    Declined,
    /// Nobody answered in time.
    Expired,
}

impl Organization {
    /// Its accounts now.
    pub fn current(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.is_current())
    }

    /// The account, if it belongs to the organization now.
    pub fn member(&self, account: AccountId) -> Option<&Member> {
        self.current().find(|member| member.account == account)
    }

    /// Whether `account` administers the service for it.
    pub fn is_delegated(&self, account: AccountId, service_principal: &str) -> bool {
        let is_it = |delegation: &Delegation| {
            delegation.account == account && delegation.service_principal == service_principal
        };
        self.delegations.iter().any(is_it)
    }

    /// Whether a trail is an organization trail of it now.
    pub fn has_trail(&self, id: &str) -> bool {
        self.trails.get(id).and_then(|spans| spans.last()).is_some_and(LoggingSpan::is_open)
    }

    /// From `now` on none of its trails is an organization trail.
    pub(crate) fn end_trails(&mut self, now: Stopped) {
        self.trails.values_mut().for_each(|spans| end(spans, now));
    }
}

impl Member {
    /// Whether it belongs to the organization now.
    pub fn is_current(&self) -> bool {
        self.memberships.last().is_some_and(LoggingSpan::is_open)
    }

    /// When it joined, the last time.
    pub fn joined_at(&self) -> Timestamp {
        self.memberships.last().map(|span| span.started_at).unwrap_or_default()
    }
}

impl Handshake {
    /// Its state at a moment: an open one grows old.
    pub fn state_at(&self, now: Timestamp) -> HandshakeState {
        let is_old = self.state == HandshakeState::Open && now >= self.expires_at;
        if is_old { HandshakeState::Expired } else { self.state }
    }
}

/// Closes the last span, if it is open.
pub(crate) fn end(spans: &mut [LoggingSpan], now: Stopped) {
    if let Some(open) = spans.last_mut().filter(|span| span.is_open()) {
        open.stopped = Some(now);
    }
}

/// Opens a span at `now`, unless the last one is open.
pub(crate) fn begin(spans: &mut Vec<LoggingSpan>, now: Stopped) {
    if !spans.last().is_some_and(LoggingSpan::is_open) {
        spans.push(LoggingSpan { from: now.until, started_at: now.at, stopped: None });
    }
}
