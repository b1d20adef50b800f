//! Sign-in through an identity provider: the browser goes there, comes back, and its page fetches credentials (docs/sign-in.md).

use cairn_api::{ApiError, ErrorCode, WebSession, WebSignIn, sign_in_with_web_identity};
use cairn_identity::Caller;
use cairn_model::Region;
use cairn_recorder::{Call, EventType};
use cairn_signin::{OidcAnswer, OidcArrival, OidcWish, Refused, SignInEvent, SignedIn, VouchedPerson};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Reply;
use crate::front::Visit;
use crate::outcome::{Outcome, Record};
use crate::people_route::{CALLBACK_PATH, OIDC_PATH};
use crate::role::role_resource;
use crate::sign_in::{no_store, of_all, read, reply, shown, words};
use crate::targets::argument;

/// What a browser keeps between the steps. Scripts cannot read it.
const COOKIE: &str = "cairn-sign-in";
/// The longest address of a page to come back to.
const RETURN_TO_LENGTH_MAX: usize = 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CredentialsRequest {
    code: String,
}

impl Visit<'_> {
    /// What people may sign in with. It is the same for everyone and leaves no event.
    pub(crate) fn offers(self) -> Outcome {
        let offers = self.front.services.sign_in.offers();
        let shown = |offer: &cairn_signin::OidcOffer| json!({"name": offer.name, "title": offer.title, "account": offer.account});
        let oidc: Vec<Value> = offers.iter().map(shown).collect();
        Outcome { reply: reply(StatusCode::OK, &json!({"password": true, "oidc": oidc})).into(), record: Record::Done }
    }

    /// Sends a browser to a provider. Who it is, is said only when it comes back, so that this leaves no event.
    pub(crate) async fn leave_for_provider(self) -> Outcome {
        let query = self.head.uri.query().unwrap_or_default();
        let invalid = |message| self.unreadable(&ApiError::new(ErrorCode::ValidationException, message));
        let return_to = argument(query, "returnTo").map_or_else(|| cairn_console::ROOT.to_owned(), Into::into);
        if !is_page(&return_to) {
            return invalid("returnTo is no page of the console.");
        }
        let Some(provider) = argument(query, "provider") else { return invalid("The request names no provider.") };
        let wish = OidcWish {
            provider: provider.into_owned(),
            return_to,
            redirect_uri: self.address_of(CALLBACK_PATH),
            at: self.arrival.received_at,
        };
        match self.front.services.sign_in.begin_with_provider(&wish).await {
            Ok(begun) => {
                let mut reply = redirect(&begun.location);
                self.set_cookie(&mut reply, &begun.sealed, begun.seconds.unsigned_abs());
                Outcome { reply: reply.into(), record: Record::Done }
            }
            Err(Refused::ProviderUnavailable) => {
                let call = self.call_of_person(&self.front.services.sign_in.unreadable());
                self.back_without(Some(&wish.return_to), &Refused::ProviderUnavailable, vec![call])
            }
            Err(_) => invalid("No identity provider of this name signs people in."),
        }
    }

    /// Takes a browser back from a provider. Whatever comes of it, the browser goes to a page of the console.
    pub(crate) async fn arrive_from_provider(self) -> Outcome {
        let query = self.head.uri.query().unwrap_or_default();
        let value = |name| argument(query, name).map(std::borrow::Cow::into_owned);
        let (code, state, issuer) = (value("code"), value("state"), value("iss"));
        let answer = OidcAnswer { code, state, issuer, sealed: self.cookie() };
        let (sign_in, login_to) = (&self.front.services.sign_in, self.address_of(cairn_console::ROOT));
        let from = (self.arrival.source, &*login_to);
        let OidcArrival { return_to, result } =
            sign_in.end_with_provider(&answer, from, self.arrival.received_at).await;
        match result {
            Ok(person) => self.assume_role(&person, return_to.as_deref(), &login_to).await,
            Err((refused, event)) => {
                let call = self.call_of_person(&event);
                self.back_without(return_to.as_deref(), &refused, vec![call])
            }
        }
    }

    /// Lets somebody assume the role that is meant for them, if its trust policy does.
    async fn assume_role(self, person: &VouchedPerson, return_to: Option<&str>, login_to: &str) -> Outcome {
        let sign_in = &self.front.services.sign_in;
        let Some(entry) = self.front.operations.find("sts", "AssumeRoleWithWebIdentity") else {
            return self.failed(None);
        };
        let caller = Caller::vouched(person.account, person.vouched.clone());
        let identity = caller.user_identity();
        let context = self.context_of(caller, Region::us_east_1());
        let role = (&*person.role_arn, &*person.session_name);
        let WebSignIn { result, request_parameters, response_elements } =
            sign_in_with_web_identity(&context, entry, role, (person.seconds, person.renewable_seconds)).await;
        let error = result.as_ref().err().map(|error| (error.code.to_string(), error.message.clone()));
        let assumed = Call {
            event_source: "sts.amazonaws.com".to_owned(),
            event_name: entry.name.to_owned(),
            event_type: EventType::ApiCall,
            read_only: true,
            error,
            request_parameters,
            response_elements,
            resources: vec![role_resource(person.account, person.role_arn.clone())],
            ..self.arrival.call_of(person.account, identity.clone(), Region::us_east_1())
        };
        let login = |identity, is_in| {
            self.call_of_person(&SignInEvent::through_provider(person.account, identity, login_to, is_in))
        };
        let WebSession { caller, credentials, renewable_until } = match result {
            Ok(given) => given,
            Err(error) => {
                sign_in.turn_away(person);
                let refused = if error.code.http_status() < 500 { Refused::NoRole } else { Refused::Unavailable };
                return self.back_without(return_to, &refused, vec![assumed, login(identity, false)]);
            }
        };
        let calls = vec![assumed, login(caller.user_identity(), true)];
        // That a role is used whose every use is a finding was told when it was assumed.
        let signed_in = SignedIn { caller, credentials, with_mfa: false, breaks_glass: false, renewable_until };
        match sign_in.hand_over(person, signed_in) {
            Some(over) => {
                let page = return_to.unwrap_or(cairn_console::ROOT);
                let mut reply = redirect(&format!("{page}#signed-in={}", over.code));
                self.set_cookie(&mut reply, &over.binding, over.wait.as_secs());
                Outcome { reply: reply.into(), record: of_all(calls) }
            }
            None => self.back_without(return_to, &Refused::Unavailable, calls),
        }
    }

    /// Gives a page the credentials that wait for it.
    pub(crate) fn credentials(self, body: &[u8]) -> Outcome {
        let request: CredentialsRequest = match read(body) {
            Ok(request) => request,
            Err(error) => return self.unreadable(&error),
        };
        let binding = self.cookie().unwrap_or_default();
        match self.front.services.sign_in.take_over(&request.code, &binding, self.arrival.source) {
            Ok(signed_in) => {
                let mut reply = reply(StatusCode::OK, &shown(&signed_in));
                self.set_cookie(&mut reply, "", 0);
                Outcome { reply: reply.into(), record: Record::Done }
            }
            Err(refused) => {
                let call = self.call_of_person(&self.front.services.sign_in.unreadable());
                self.refuse_person(&refused, vec![call])
            }
        }
    }

    /// Shows somebody the page who is not in, with the reason behind its address.
    fn back_without(self, return_to: Option<&str>, refused: &Refused, mut calls: Vec<Call>) -> Outcome {
        let (_, code, _) = words(refused);
        let mut reply = redirect(&format!("{}#sign-in-error={code}", return_to.unwrap_or(cairn_console::ROOT)));
        self.set_cookie(&mut reply, "", 0);
        let record = match calls.pop() {
            Some(call) if calls.is_empty() => Record::Stranger(Box::new(call), code),
            Some(call) => of_all(calls.into_iter().chain([call]).collect()),
            None => Record::Done,
        };
        Outcome { reply: reply.into(), record }
    }

    fn set_cookie(self, reply: &mut Reply, value: &str, seconds: u64) {
        let secure = if self.arrival.secure_transport { "; Secure" } else { "" };
        // Strict would keep it from the provider's redirect.
        let cookie = format!("{COOKIE}={value}; Path={OIDC_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            reply.headers_mut().insert(header::SET_COOKIE, cookie);
        }
    }

    fn cookie(self) -> Option<String> {
        let values = self.head.headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find_map(|(name, value)| (name == COOKIE).then(|| value.to_owned()))
    }
}

/// Whether an address is one of the console's pages and can be no other: what a browser would read otherwise is refused.
fn is_page(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#\"<>".contains(&byte));
    address.len() <= RETURN_TO_LENGTH_MAX
        && is_plain
        && path.starts_with(cairn_console::ROOT)
        && !["//", "..", "%2e", "%2f", "%5c"].iter().any(|trick| path.contains(trick))
}

fn redirect(location: &str) -> Reply {
    let Ok(value) = HeaderValue::try_from(location) else {
        return reply(
            StatusCode::BAD_GATEWAY,
            &json!({"code": "ProviderUnavailable", "message": "Its address is none."}),
        );
    };
    let mut reply = no_store(crate::console::reply(StatusCode::FOUND, bytes::Bytes::new()));
    reply.headers_mut().insert(header::LOCATION, value);
    // The provider need not know which page somebody came from.
    reply.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_console_are_come_back_to() {
        for good in ["/_console/", "/_console/events", "/_console/events?from=1&who=a%20b", "/_console/events/e-1"] {
            assert!(is_page(good), "{good}");
        }
        for bad in [
            "",
            "/",
            "//evil.example/_console/",
            "https://evil.example/_console/",
            "/_console",
            "/_consoles/",
            "/_console/../v1/sign-in",
            "/_console/%2e%2E/a",
            "/_console/%2fevil.example",
            "/_console//evil.example",
            "/_console/\\evil.example",
            "/_console/#signed-in=x",
            "/_console/a b",
            "/_console/a\r\nSet-Cookie: a=b",
            "javascript:alert(1)",
        ] {
            assert!(!is_page(bad), "{bad}");
        }
        assert!(!is_page(&format!("/_console/{}", "a".repeat(RETURN_TO_LENGTH_MAX))));
    }
}
