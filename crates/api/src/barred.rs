//! What sessions of some kinds may not call, whatever their policies say.
//!
//! Sources: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>,
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>

use cairn_identity::{Principal, Session};
use serde_json::Value;

use crate::{ApiError, Context, Entry, ErrorCode};

impl Context {
    /// Passes unless sessions of the caller's kind are barred from the operation. Sessions of roles are barred from nothing,
    /// nor are those of people who signed in.
    ///
    /// # Errors
    /// `InvalidClientTokenId` in iam, `AccessDenied` in sts.
    pub(crate) fn check_barred(&self, entry: &Entry) -> Result<(), ApiError> {
        let Some(session) = &self.caller.session else { return Ok(()) };
        let (knows_iam, open) = match &self.caller.principal {
            Principal::FederatedUser { .. } => (false, &["GetCallerIdentity"][..]),
            Principal::Root | Principal::User(_) if is_of_key(session) => {
                (session.authenticated_with_mfa.is_some(), &["AssumeRole", "GetCallerIdentity"][..])
            }
            Principal::Root | Principal::User(_) | Principal::AssumedRole { .. } | Principal::WebIdentity(_) => {
                return Ok(());
            }
        };
        match entry.service {
            "iam" if !knows_iam => {
                let message = "The security token included in the request is invalid";
                Err(ApiError::new(ErrorCode::InvalidClientTokenId, message))
            }
            "sts" if !open.contains(&entry.name) => {
                let message = format!("Cannot call {} with session credentials", entry.name);
                Err(ApiError::new(ErrorCode::AccessDenied, message))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a key asked for the session: who signs in has none.
fn is_of_key(session: &Session) -> bool {
    let key = session.chain.last().and_then(|link| link.get("accessKeyId"));
    key.and_then(Value::as_str).is_some_and(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use cairn_identity::{Caller, Entity, Permissions};
    use cairn_model::AccountId;

    use super::*;
    use crate::fixture::Fixture;
    use crate::operations;

    fn user() -> Caller {
        let entity = Entity { name: "nina".into(), path: "/".into(), id: "AIDA1".into(), tags: BTreeMap::new() };
        Caller::user(AccountId::DEFAULT, "AKIANINA", entity, Permissions::default())
    }

    /// The code with which an operation is barred.
    fn code(cx: &Context, service: &str, name: &str) -> Option<ErrorCode> {
        let entry = operations().iter().find(|entry| (entry.service, entry.name) == (service, name)).unwrap();
        cx.check_barred(entry).err().map(|error| error.code)
    }

    #[tokio::test]
    async fn sessions_of_keys_are_kept_from_iam_without_mfa_and_from_most_of_sts() {
        let fixture = Fixture::new().await;
        let now = fixture.cx.received_at;
        let with = |caller: Caller, mfa, chain| {
            let session = Session { authenticated_with_mfa: mfa, chain, ..Session::new(now, now) };
            Context { caller: Caller { session: Some(Arc::new(session)), ..caller }, ..fixture.cx.clone() }
        };
        let of_key = user().chain_of_next();
        let plain = with(user(), None, of_key.clone());
        assert_eq!(code(&plain, "iam", "ListUsers"), Some(ErrorCode::InvalidClientTokenId));
        assert_eq!(code(&plain, "sts", "GetAccessKeyInfo"), Some(ErrorCode::AccessDenied));
        assert_eq!(code(&plain, "sts", "AssumeRole"), None);
        assert_eq!(code(&plain, "cloudtrail", "ListTrails"), None);
        let with_mfa = with(user(), Some(now), of_key.clone());
        assert_eq!(code(&with_mfa, "iam", "ListUsers"), None);
        assert_eq!(code(&with_mfa, "sts", "GetFederationToken"), Some(ErrorCode::AccessDenied));
        let signed_in = with(user(), None, Caller { access_key_id: "".into(), ..user() }.chain_of_next());
        assert_eq!(code(&signed_in, "iam", "ListUsers"), None);
        let guest = Principal::FederatedUser { name: "guest".into(), issuer: None };
        let federated = with(Caller { principal: guest, ..user() }, Some(now), of_key);
        assert_eq!(code(&federated, "iam", "ListUsers"), Some(ErrorCode::InvalidClientTokenId));
        assert_eq!(code(&federated, "sts", "AssumeRole"), Some(ErrorCode::AccessDenied));
        assert_eq!(code(&federated, "sts", "GetCallerIdentity"), None);
        let long_term = Context { caller: user(), ..fixture.cx.clone() };
        assert_eq!(code(&long_term, "iam", "ListUsers"), None);
    }
}
