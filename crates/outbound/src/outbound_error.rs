//! Why a request to an endpoint has no answer.

use std::error::Error;

use crate::AddressRefused;

/// Why a request to an endpoint has no answer. Whether the endpoint did what was asked is known for the first three
/// alone: it did not.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The request's URL is none that is sent to.
    #[error("`{url}` cannot be sent to: {problem}")]
    BadUrl {
        /// Without its query, which may hold secrets.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The host leads to an address that may not be connected to.
    #[error(transparent)]
    Refused(#[from] AddressRefused),
    /// No connection could be made: no such host, nobody listens, no trust.
    #[error("the endpoint cannot be reached: {0}")]
    Unreachable(String),
    /// The time for the whole exchange was over.
    #[error("the endpoint did not answer in time")]
    TimedOut,
    /// The connection broke, or what came is no HTTP.
    #[error("the exchange broke off: {0}")]
    Broken(String),
    /// The answer's body is longer than the limit.
    #[error("the endpoint's answer is longer than {bytes_max} bytes")]
    AnswerTooLong {
        /// The limit.
        bytes_max: usize,
    },
    /// The HTTP client cannot be made, such as when the system has no trusted certificates.
    #[error("requests cannot be sent: {0}")]
    NoClient(String),
}

impl OutboundError {
    /// Finds in the client's error what was the matter.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let mut cause = error.source();
        while let Some(error) = cause {
            if let Some(refused) = error.downcast_ref::<AddressRefused>() {
                return Self::Refused(refused.clone());
            }
            cause = error.source();
        }
        let reason = chain(error);
        if error.is_connect() {
            Self::Unreachable(reason)
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Broken(reason)
        }
    }
}

/// An error and its causes, without the URL.
pub(crate) fn chain(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        cause = error.source();
    }
    if text.is_empty() { error.to_string() } else { text }
}
