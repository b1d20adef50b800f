//! The fields that conditions can be put on, their operators, and what is allowed where (reference section 6.2).

use crate::Category;

/// A field of an event that an advanced selector can look at. The order is that in which a matcher looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SelectorField {
    /// `eventCategory`
    EventCategory,
    /// `readOnly`
    ReadOnly,
    /// `eventSource`
    EventSource,
    /// `eventName`
    EventName,
    /// `eventType`
    EventType,
    /// `errorCode`
    ErrorCode,
    /// `sessionCredentialFromConsole`
    SessionCredentialFromConsole,
    /// `vpcEndpointId`
    VpcEndpointId,
    /// `userIdentity.arn`
    UserIdentityArn,
    /// `resources.type`
    ResourcesType,
    /// `resources.ARN`
    ResourcesArn,
}

impl SelectorField {
    /// Every field.
    pub const ALL: [Self; 11] = [
        Self::EventCategory,
        Self::ReadOnly,
        Self::EventSource,
        Self::EventName,
        Self::EventType,
        Self::ErrorCode,
        Self::SessionCredentialFromConsole,
        Self::VpcEndpointId,
        Self::UserIdentityArn,
        Self::ResourcesType,
        Self::ResourcesArn,
    ];

    /// The field's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventCategory => "eventCategory",
            Self::ReadOnly => "readOnly",
            Self::EventSource => "eventSource",
            Self::EventName => "eventName",
            Self::EventType => "eventType",
            Self::ErrorCode => "errorCode",
            Self::SessionCredentialFromConsole => "sessionCredentialFromConsole",
            Self::VpcEndpointId => "vpcEndpointId",
            Self::UserIdentityArn => "userIdentity.arn",
            Self::ResourcesType => "resources.type",
            Self::ResourcesArn => "resources.ARN",
        }
    }

    /// Reads a field's name, exactly as written.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == text)
    }

    /// The fields that a trail's selector of a category may have. None are allowed on what no selector of a trail asks
    /// for.
    pub(super) const fn allowed(category: Category) -> &'static [Self] {
        match category {
            Category::Management => &[Self::EventCategory, Self::ReadOnly, Self::EventSource],
            Category::Data => &[
                Self::EventCategory,
                Self::ReadOnly,
                Self::EventSource,
                Self::EventName,
                Self::EventType,
                Self::SessionCredentialFromConsole,
                Self::UserIdentityArn,
                Self::ResourcesType,
                Self::ResourcesArn,
            ],
            Category::NetworkActivity => &[
                Self::EventCategory,
                Self::EventSource,
                Self::EventName,
                Self::ErrorCode,
                Self::VpcEndpointId,
                Self::UserIdentityArn,
            ],
            Category::Insight | Category::Aggregated => &[],
        }
    }

    /// The fields that a trail's selector of a category must have.
    pub(super) const fn required(category: Category) -> &'static [Self] {
        match category {
            Category::Management | Category::Insight | Category::Aggregated => &[Self::EventCategory],
            Category::Data => &[Self::EventCategory, Self::ResourcesType],
            Category::NetworkActivity => &[Self::EventCategory, Self::EventSource],
        }
    }

    /// The operators that the field takes in a selector of a category.
    pub(super) const fn operators(self, category: Category) -> &'static [Operator] {
        match (self, category) {
            (Self::EventCategory | Self::ReadOnly | Self::ResourcesType | Self::ErrorCode, _)
            | (Self::EventSource, Category::NetworkActivity) => &[Operator::Equals],
            (Self::EventSource, Category::Management) => &[Operator::NotEquals],
            (Self::SessionCredentialFromConsole, _) => &[Operator::Equals, Operator::NotEquals],
            (
                Self::EventSource
                | Self::EventName
                | Self::EventType
                | Self::VpcEndpointId
                | Self::UserIdentityArn
                | Self::ResourcesArn,
                _,
            ) => &Operator::ALL,
        }
    }
}

/// How a condition compares. Case matters, and there are no wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// `Equals`
    Equals,
    /// `StartsWith`
    StartsWith,
    /// `EndsWith`
    EndsWith,
    /// `NotEquals`
    NotEquals,
    /// `NotStartsWith`
    NotStartsWith,
    /// `NotEndsWith`
    NotEndsWith,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 6] =
        [Self::Equals, Self::StartsWith, Self::EndsWith, Self::NotEquals, Self::NotStartsWith, Self::NotEndsWith];

    /// The operator's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equals => "Equals",
            Self::StartsWith => "StartsWith",
            Self::EndsWith => "EndsWith",
            Self::NotEquals => "NotEquals",
            Self::NotStartsWith => "NotStartsWith",
            Self::NotEndsWith => "NotEndsWith",
        }
    }
}
