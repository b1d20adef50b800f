//! What is asked of a store, and what it answers.

use bytes::Bytes;
use cairn_model::{AccountId, Category, Region, Sequence, Timestamp};

use crate::Filter;

/// By what events can be looked up (reference section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LookupAttribute {
    /// `eventID`
    EventId,
    /// `eventName`
    EventName,
    /// `readOnly`, as `true` or `false`.
    ReadOnly,
    /// The name of the caller as [`cairn_model::UserIdentity::username`] gives it.
    Username,
    /// The type of one of the event's resources.
    ResourceType,
    /// The name of one of the event's resources.
    ResourceName,
    /// `eventSource`
    EventSource,
    /// `userIdentity.accessKeyId`
    AccessKeyId,
    /// Who began the chain of sessions that the caller stands in, as what stands beside the event says: the ARN, or the
    /// access key of somebody who has none. Cairn's own.
    OriginPrincipal,
}

impl LookupAttribute {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::EventId,
        Self::EventName,
        Self::ReadOnly,
        Self::Username,
        Self::ResourceType,
        Self::ResourceName,
        Self::EventSource,
        Self::AccessKeyId,
        Self::OriginPrincipal,
    ];

    /// The word in an `AttributeKey`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventId => "EventId",
            Self::EventName => "EventName",
            Self::ReadOnly => "ReadOnly",
            Self::Username => "Username",
            Self::ResourceType => "ResourceType",
            Self::ResourceName => "ResourceName",
            Self::EventSource => "EventSource",
            Self::AccessKeyId => "AccessKeyId",
            Self::OriginPrincipal => "OriginPrincipal",
        }
    }

    /// Reads an `AttributeKey`; its case matters.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.as_str() == text)
    }
}

/// A place in the order of answers: newest first by event time, then by sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The time of the event.
    pub event_time: Timestamp,
    /// Its place in the journal.
    pub sequence: Sequence,
}

/// Which events are wanted.
#[derive(Debug, Clone)]
pub struct LookupQuery {
    /// Whose histories: those of all of them stand in one order.
    pub accounts: Vec<AccountId>,
    /// The Region of the events; none for every Region.
    pub region: Option<Region>,
    /// The categories; none for every category.
    pub categories: Vec<Category>,
    /// What an event must have, all of it at once.
    pub attributes: Vec<(LookupAttribute, String)>,
    /// What it must meet besides.
    pub filter: Option<Filter>,
    /// The earliest event time, inclusive, in whole seconds.
    pub start: Option<Timestamp>,
    /// The latest event time, inclusive, in whole seconds.
    pub end: Option<Timestamp>,
    /// At most this many.
    pub limit: usize,
    /// Only events that come after this place in the order.
    pub after: Option<Cursor>,
    /// Only events that were accepted before this place in the journal.
    pub before_sequence: Option<Sequence>,
}

/// An event that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose history has it.
    pub account: AccountId,
    /// Its place in the journal.
    pub sequence: Sequence,
    /// When Cairn accepted it.
    pub received_at: Timestamp,
    /// Its time.
    pub event_time: Timestamp,
    /// The event, byte for byte as accepted.
    pub event: Bytes,
    /// What stands beside it: a JSON object of Cairn's own.
    pub beside: Option<Bytes>,
}

impl Found {
    /// Its place in the order of answers.
    pub fn cursor(&self) -> Cursor {
        Cursor { event_time: self.event_time, sequence: self.sequence }
    }
}

/// Whether a store has an event already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It does not.
    No,
    /// It has the same bytes.
    Same,
    /// It has another event that claims to be the same one.
    Different,
}
