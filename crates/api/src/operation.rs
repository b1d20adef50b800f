//! What an operation is: a name, an access kind, its errors, and how it runs.

use std::future::Future;

use cairn_model::AccountId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ask::Ask;
use crate::{ApiError, Context, ErrorCode};

/// Whether an operation changes anything: `readOnly` of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It only reads; its event carries no response.
    Read,
    /// It gives credentials and changes nothing else; its event carries a response all the same.
    Issue,
    /// It changes something, or may.
    Write,
}

impl Access {
    /// Whether nothing is changed.
    pub fn is_read_only(self) -> bool {
        matches!(self, Self::Read | Self::Issue)
    }
}

/// One API operation. It says what its caller must be allowed to do; whether they are, who they are, and the event that the
/// call leaves are not its business.
pub(crate) trait Operation: 'static {
    /// The name, as in the published service model.
    const NAME: &'static str;
    /// Whether it changes anything.
    const ACCESS: Access;
    /// The errors that it may return, of those that the service model lists for it.
    const ERRORS: &'static [ErrorCode];
    /// What comes in.
    type Request: DeserializeOwned + Serialize + Send;
    /// What goes out. Absent members are not written.
    type Response: DeserializeOwned + Serialize + Send;

    /// The permissions that a request needs: the one that has the operation's name, unless an operation is about
    /// resources or needs others. None means that everybody may.
    fn asks(_cx: &Context, _request: &Self::Request) -> Vec<Ask> {
        vec![Ask::itself()]
    }

    /// Whose the thing is that a request is about, where that may be another account: when the call succeeds, that
    /// account has an event of it too.
    fn owner(_cx: &Context, _request: &Self::Request) -> Option<AccountId> {
        None
    }

    /// Parses, does, answers: gives the response, or what it is made of where making it takes long. That is then done
    /// while the call is made durable.
    fn run(
        cx: &Context,
        request: Self::Request,
    ) -> impl Future<Output = Result<impl Into<Self::Response> + Send + 'static, ApiError>> + Send;

    /// `requestParameters` of the event, before member names take their lower-case first letter: the request as it
    /// was read, unless an operation keeps something out or writes it otherwise.
    fn parameters(request: &Self::Request) -> Value {
        serde_json::to_value(request).unwrap_or_default()
    }

    /// `responseElements` of the event, before member names take their lower-case first letter: the response, unless an
    /// operation keeps something out.
    fn elements(response: &Self::Response) -> Value {
        serde_json::to_value(response).unwrap_or_default()
    }
}
