//! The fields of events that the store has in columns.

use crate::index_format::Indexed;
use crate::part::column;

/// A field of events that the store has beside their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventColumn {
    /// `eventName`
    EventName,
    /// `eventSource`
    EventSource,
    /// `awsRegion`
    AwsRegion,
    /// The name of the caller as [`cairn_model::UserIdentity::username`] gives it.
    Username,
    /// `userIdentity.accessKeyId`
    AccessKeyId,
    /// `userIdentity.arn`
    UserIdentityArn,
    /// `userIdentity.type`
    UserIdentityType,
    /// `sourceIPAddress`
    SourceIpAddress,
    /// `userAgent`
    UserAgent,
    /// `errorCode`
    ErrorCode,
    /// `eventType`
    EventType,
    /// `recipientAccountId`
    RecipientAccountId,
    /// Who began the chain of sessions that the caller stands in.
    OriginPrincipal,
    /// `readOnly`, as `true` or `false`.
    ReadOnly,
    /// `eventCategory`, or what older events imply.
    EventCategory,
    /// The types of the event's resources: an event may have several.
    ResourceType,
    /// The names of the event's resources: an event may have several.
    ResourceName,
}

/// Where the texts of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    /// In a dictionary of a part, and in a column of the file.
    Values(usize),
    ReadOnly,
    Category,
    ResourceTypes,
    ResourceNames,
}

impl EventColumn {
    pub(crate) fn texts(self) -> Texts {
        match self {
            Self::EventName => Texts::Values(column::EVENT_NAME),
            Self::EventSource => Texts::Values(column::EVENT_SOURCE),
            Self::AwsRegion => Texts::Values(column::AWS_REGION),
            Self::Username => Texts::Values(column::USERNAME),
            Self::AccessKeyId => Texts::Values(column::ACCESS_KEY_ID),
            Self::UserIdentityArn => Texts::Values(column::USER_IDENTITY_ARN),
            Self::UserIdentityType => Texts::Values(column::USER_IDENTITY_TYPE),
            Self::SourceIpAddress => Texts::Values(column::SOURCE_IP_ADDRESS),
            Self::UserAgent => Texts::Values(column::USER_AGENT),
            Self::ErrorCode => Texts::Values(column::ERROR_CODE),
            Self::EventType => Texts::Values(column::EVENT_TYPE),
            Self::RecipientAccountId => Texts::Values(column::RECIPIENT_ACCOUNT_ID),
            Self::OriginPrincipal => Texts::Values(column::ORIGIN_PRINCIPAL),
            Self::ReadOnly => Texts::ReadOnly,
            Self::EventCategory => Texts::Category,
            Self::ResourceType => Texts::ResourceTypes,
            Self::ResourceName => Texts::ResourceNames,
        }
    }

    /// The map in files by which its values are found, if there is one.
    pub(crate) fn indexed(self) -> Option<Indexed> {
        Some(match self {
            Self::EventName => Indexed::EventName,
            Self::EventSource => Indexed::EventSource,
            Self::AwsRegion => Indexed::AwsRegion,
            Self::Username => Indexed::Username,
            Self::AccessKeyId => Indexed::AccessKeyId,
            Self::OriginPrincipal => Indexed::OriginPrincipal,
            Self::ReadOnly => Indexed::ReadOnly,
            Self::EventCategory => Indexed::Category,
            Self::ResourceType => Indexed::ResourceType,
            Self::ResourceName => Indexed::ResourceName,
            Self::UserIdentityArn
            | Self::UserIdentityType
            | Self::SourceIpAddress
            | Self::UserAgent
            | Self::ErrorCode
            | Self::EventType
            | Self::RecipientAccountId => return None,
        })
    }

    /// Whether an event has at most one text in it.
    pub fn is_single(self) -> bool {
        !matches!(self, Self::ResourceType | Self::ResourceName)
    }
}
