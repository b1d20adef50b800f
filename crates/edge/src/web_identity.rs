//! Calls that nobody signs: `AssumeRoleWithWebIdentity` carries a token of an identity provider instead.

use bytes::Bytes;
use cairn_api::authenticate_web_identity;
use cairn_identity::Refusal;
use cairn_model::Region;
use http_body::Body;

use crate::front::Visit;
use crate::outcome::{Outcome, Record};
use crate::targets::argument;

/// The operation, in the service `sts`.
const OPERATION: &str = "AssumeRoleWithWebIdentity";

impl Visit<'_> {
    /// Serves a request of the query protocol without a signature.
    pub(crate) async fn serve_web_identity<B>(self, body: B) -> Outcome
    where
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let refusal = Refusal::MissingAuthentication;
        // What cannot be let in is not read.
        if self.arrival.service != "sts" || ![OPERATION, crate::targets::UNKNOWN].contains(&&*self.arrival.operation) {
            return self.refuse(None, &refusal);
        }
        let body = match self.front.bodies.read(body, self.front.settings.body_bytes_max).await {
            Ok(body) => body,
            Err(fault) => return self.front.strange(self.arrival, None, (&self.of_fault(fault), "")),
        };
        let query = self.head.uri.query().unwrap_or_default();
        let form = match std::str::from_utf8(&body.bytes) {
            Ok("") => query,
            Ok(form) => form,
            Err(_) => return self.refuse(None, &refusal),
        };
        let version = argument(form, "Version").unwrap_or_default();
        let named = argument(form, "Action").filter(|action| action == OPERATION);
        let entry = named.and_then(|name| self.front.operations.find("sts", &name));
        let Some(entry) = entry.filter(|entry| entry.api_version == version) else {
            return self.refuse(None, &refusal);
        };
        let authenticated = authenticate_web_identity(&self.front.services, form.as_bytes(), self.arrival.received_at);
        let caller = match authenticated.await {
            Ok(caller) => caller,
            Err(error) => {
                let mut outcome = self.front.strange(self.arrival, None, (&error, ""));
                if let Record::Stranger(call, _) = &mut outcome.record {
                    OPERATION.clone_into(&mut call.event_name);
                    call.read_only = true;
                }
                return outcome;
            }
        };
        self.run_vouched((&caller, &Region::us_east_1()), entry, form.as_bytes()).await
    }
}
