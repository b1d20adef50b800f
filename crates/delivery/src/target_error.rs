//! Why a topic or a log group did not take what it was sent.

use cairn_outbound::OutboundError;

/// Why a topic or a log group did not take what it was sent.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The settings name no endpoint for the service and Region.
    #[error("the settings name no endpoint of {service} for {region}")]
    NoEndpoint {
        /// `sns` or `logs`
        service: &'static str,
        /// The Region of the target's ARN.
        region: String,
    },
    /// The endpoint answered with an error.
    #[error("{code} (HTTP {status})")]
    Refused {
        /// The service's error code.
        code: String,
        /// The HTTP status.
        status: u16,
    },
    /// There was no answer in time. Whether the work was done is not known.
    #[error("there was no answer in time")]
    TimedOut,
    /// There was no answer.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

impl TargetError {
    /// What `GetTrailStatus` shows: the service's code, or one for what has none. Timeouts are not shown.
    pub(crate) fn shown(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::NoEndpoint { .. } => Some("EndpointNotConfigured"),
            Self::TimedOut | Self::Outbound(OutboundError::TimedOut) => None,
            Self::Outbound(
                OutboundError::BadUrl { .. }
                | OutboundError::Refused(_)
                | OutboundError::Unreachable(_)
                | OutboundError::Broken(_)
                | OutboundError::AnswerTooLong { .. }
                | OutboundError::NoClient(_),
            ) => Some("EndpointConnectionError"),
        }
    }

    /// Whether the service refused with this code.
    pub(crate) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }
}
