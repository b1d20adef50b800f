//! What a condition may ask about: a member of the record, or something that Cairn knows of it.

use cairn_store::EventColumn;

/// What a condition asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    /// Something that the history has in columns.
    Column(EventColumn),
    /// `eventID`, or the one that is shown for an event without.
    EventId,
    /// A role: of the session that called, or that the call asked for; by its ARN or its name.
    Role,
    /// Every name and every value in the record.
    Anywhere,
    /// The member at a path of names with dots between them; each element of an array on the way.
    Path(String),
}

/// The names of what is no member of the record, or has more names than one.
const NAMES: [(&str, Field); 21] = [
    ("eventID", Field::EventId),
    ("role", Field::Role),
    ("*", Field::Anywhere),
    ("eventName", Field::Column(EventColumn::EventName)),
    ("eventSource", Field::Column(EventColumn::EventSource)),
    ("awsRegion", Field::Column(EventColumn::AwsRegion)),
    ("userName", Field::Column(EventColumn::Username)),
    ("accessKeyId", Field::Column(EventColumn::AccessKeyId)),
    ("userIdentity.accessKeyId", Field::Column(EventColumn::AccessKeyId)),
    ("userIdentity.arn", Field::Column(EventColumn::UserIdentityArn)),
    ("userIdentity.type", Field::Column(EventColumn::UserIdentityType)),
    ("sourceIPAddress", Field::Column(EventColumn::SourceIpAddress)),
    ("userAgent", Field::Column(EventColumn::UserAgent)),
    ("errorCode", Field::Column(EventColumn::ErrorCode)),
    ("eventType", Field::Column(EventColumn::EventType)),
    ("recipientAccountId", Field::Column(EventColumn::RecipientAccountId)),
    ("originPrincipal", Field::Column(EventColumn::OriginPrincipal)),
    ("readOnly", Field::Column(EventColumn::ReadOnly)),
    ("eventCategory", Field::Column(EventColumn::EventCategory)),
    ("resourceType", Field::Column(EventColumn::ResourceType)),
    ("resourceName", Field::Column(EventColumn::ResourceName)),
];

/// The most bytes of a path.
const PATH_BYTES_MAX: usize = 256;

impl Field {
    /// Where the names and ARNs of roles stand.
    pub(crate) const ROLE_PATHS: [&str; 3] = [
        "userIdentity.sessionContext.sessionIssuer.arn",
        "userIdentity.sessionContext.sessionIssuer.userName",
        "requestParameters.roleArn",
    ];

    /// The field of that name; none when it has no name, or is longer than 256 bytes.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if name.len() > PATH_BYTES_MAX || name.split('.').any(str::is_empty) {
            return None;
        }
        let known = NAMES.iter().find_map(|(known, field)| (*known == name).then(|| field.clone()));
        Some(known.unwrap_or_else(|| Self::Path(name.to_owned())))
    }
}
