//! What summaries count of an event.

use crate::EventFields;

/// A dimension of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
    EventName,
    ResourceArn,
    UserIdentity,
    UserAgent,
    SourceIpAddress,
}

impl Dimension {
    /// As it stands in records.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::EventName => "eventName",
            Self::ResourceArn => "resourceARN",
            Self::UserIdentity => "userIdentity",
            Self::UserAgent => "userAgent",
            Self::SourceIpAddress => "sourceIpAddress",
        }
    }
}

/// The members of one event that summaries count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observation {
    /// `eventSource`; an event without one is not counted.
    pub source: Option<String>,
    /// `eventName`
    pub event_name: Option<String>,
    /// The ARN of the first of its resources that has one: what the call was about, as AWS lists them.
    pub resource_arn: Option<String>,
    /// Who called: the type of identity, a colon, and its ARN, or the account or service of one without.
    pub user_identity: Option<String>,
    /// `userAgent`
    pub user_agent: Option<String>,
    /// `sourceIPAddress`
    pub source_ip_address: Option<String>,
}

impl Observation {
    /// What is counted of the event whose fields these are. Empty texts count as absent.
    pub fn of(fields: &EventFields<'_>) -> Self {
        let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let resources = fields.listed_resources();
        Self {
            source: filled(fields.event_source.as_deref()),
            event_name: filled(fields.event_name.as_deref()),
            resource_arn: resources.iter().find_map(|resource| filled(resource.arn.as_deref())),
            user_identity: user_identity(fields),
            user_agent: filled(fields.user_agent.as_deref()),
            source_ip_address: filled(fields.source_ip_address.as_deref()),
        }
    }

    pub(super) fn value(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::EventName => self.event_name.as_deref(),
            Dimension::ResourceArn => self.resource_arn.as_deref(),
            Dimension::UserIdentity => self.user_identity.as_deref(),
            Dimension::UserAgent => self.user_agent.as_deref(),
            Dimension::SourceIpAddress => self.source_ip_address.as_deref(),
        }
    }
}

fn user_identity(fields: &EventFields<'_>) -> Option<String> {
    let identity = &fields.user_identity;
    let kind = identity.kind()?;
    let name = match kind {
        "AWSAccount" | "Root" => identity.account_id(),
        "AWSService" => identity.invoked_by(),
        _ => None,
    };
    let name = name.or_else(|| identity.arn()).or_else(|| identity.principal_id()).or_else(|| identity.account_id());
    Some(name.map_or_else(|| kind.to_owned(), |name| format!("{kind}:{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_is_named_by_type_and_by_what_tells_it_apart() {
        let named = |identity: &str| {
            let event = format!(r#"{{"eventTime":"2026-10-01T08:00:00Z","userIdentity":{identity}}}"#);
            Observation::of(&EventFields::parse(event.as_bytes()).unwrap()).user_identity
        };
        let account = r#"{"type":"AWSAccount","principalId":"AIDA:x","accountId":"111122223333"}"#;
        assert_eq!(named(account).as_deref(), Some("AWSAccount:111122223333"));
        let service = r#"{"type":"AWSService","invokedBy":"AWS Internal"}"#;
        assert_eq!(named(service).as_deref(), Some("AWSService:AWS Internal"));
        let user = r#"{"type":"IAMUser","arn":"arn:aws:iam::1:user/a","accountId":"1"}"#;
        assert_eq!(named(user).as_deref(), Some("IAMUser:arn:aws:iam::1:user/a"));
        assert_eq!(named(r#"{"type":"Unknown"}"#).as_deref(), Some("Unknown"));
        assert_eq!(named("{}"), None);
    }

    #[test]
    fn the_resource_is_the_first_that_has_an_arn() {
        let event = br#"{"eventTime":"2026-10-01T08:00:00Z","eventSource":"","resources":[{"type":"AWS::S3::Object",
            "ARNPrefix":"arn:aws:s3:::b/"},{"ARN":"arn:aws:s3:::b","type":"AWS::S3::Bucket"},{"ARN":"arn:aws:s3:::c"}]}"#;
        let observation = Observation::of(&EventFields::parse(event).unwrap());
        assert_eq!((observation.resource_arn.as_deref(), observation.source), (Some("arn:aws:s3:::b"), None));
    }
}
