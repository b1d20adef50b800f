//! The fields of events that the store has in columns.

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

impl EventColumn {
    /// Whether an event has at most one text in it.
    pub fn is_single(self) -> bool {
        !matches!(self, Self::ResourceType | Self::ResourceName)
    }
}
