//! A person for whom an identity provider vouches assumes a role, on the way that `AssumeRoleWithWebIdentity` takes: the role's
//! trust policy decides, and the call is recorded.

use std::time::Duration;

use cairn_identity::{Caller, Renewable, SecretKey, TemporaryCredentials};
use cairn_model::Timestamp;
use serde_json::Value;

use super::assume_role_with_web_identity::{AssumeRoleWithWebIdentity, Request};
use crate::operation::Operation;
use crate::record::event_member;
use crate::{ApiError, Context, Entry};

/// The shortest session of a role, in seconds.
const SECONDS_MIN: u32 = 900;

/// What came of it.
#[derive(Debug)]
pub struct WebSignIn {
    /// Who the person is now, and what it signs calls with.
    pub result: Result<WebSession, ApiError>,
    /// `requestParameters` of the event.
    pub request_parameters: Option<Value>,
    /// `responseElements` of the event.
    pub response_elements: Option<Value>,
}

/// The session of somebody who signed in.
#[derive(Debug)]
pub struct WebSession {
    /// Who.
    pub caller: Caller,
    /// With what.
    pub credentials: TemporaryCredentials,
    /// Until when the credentials can be renewed, where they can.
    pub renewable_until: Option<Timestamp>,
}

/// Lets the caller, who is vouched for, assume a role for so many seconds, or as many as the role allows, with credentials
/// that can be renewed for so many seconds, or as many.
pub async fn sign_in_with_web_identity(
    cx: &Context,
    entry: &Entry,
    (role_arn, session_name): (&str, &str),
    (seconds, renewable_seconds): (u64, u64),
) -> WebSignIn {
    let longest = cx.role(role_arn).map_or(SECONDS_MIN, |role| role.max_session_seconds);
    let seconds = u32::try_from(seconds).unwrap_or(longest).min(longest).max(SECONDS_MIN);
    let request = Request::of_vouched((role_arn, session_name), seconds);
    let request_parameters = event_member(AssumeRoleWithWebIdentity::parameters(&request));
    if let Err(error) = entry.permitted::<AssumeRoleWithWebIdentity>(cx, &request) {
        return WebSignIn { result: Err(error), request_parameters, response_elements: None };
    }
    let response = match AssumeRoleWithWebIdentity::run(cx, request).await {
        Ok(response) => response,
        Err(error) => return WebSignIn { result: Err(error), request_parameters, response_elements: None },
    };
    let response_elements = event_member(AssumeRoleWithWebIdentity::elements(&response));
    let [access_key_id, secret, session_token] = response.credentials.parts();
    let session = cx.services.directory.session_of(access_key_id, session_token);
    let given = session.map(|(caller, expires)| {
        let begun = caller.session.as_ref().map_or(expires, |session| session.created);
        let limit = begun.plus(Duration::from_secs(renewable_seconds.min(longest.into())));
        let own = (access_key_id, session_token);
        let renewable = (limit > expires)
            .then(|| cx.services.directory.prolong(own, expires, Renewable { until: limit, password_chosen_at: None }))
            .flatten();
        let renewable_until = renewable.is_some().then_some(limit);
        let credentials = renewable.unwrap_or_else(|| {
            let (access_key_id, session_token) = (access_key_id.to_owned(), session_token.to_owned());
            TemporaryCredentials { access_key_id, secret_access_key: SecretKey::new(secret), session_token, expires }
        });
        WebSession { caller, credentials, renewable_until }
    });
    WebSignIn { result: given.ok_or_else(ApiError::internal), request_parameters, response_elements }
}
