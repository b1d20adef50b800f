//! `GET /v1/openapi.json`: the description of what is Cairn's own. It needs no signature and leaves no event.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, header};
use http_body_util::Full;

use crate::answer::{Reply, ReplyBody};

const PATH: &str = "/v1/openapi.json";
const DOCUMENT: &str = include_str!("v1/openapi.json");

/// Answers a request for the description; nothing when it is none.
pub(crate) fn answer(head: &Parts) -> Option<Reply> {
    if head.uri.path() != PATH || (head.method != Method::GET && head.method != Method::HEAD) {
        return None;
    }
    let mut reply = Response::new(ReplyBody::Left(Full::new(Bytes::from_static(DOCUMENT.as_bytes()))));
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(reply)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cairn_history::{CountEvents, SearchEvents};
    use cairn_model::{AccountId, Timestamp};
    use serde_json::{Value, json};

    use super::*;
    use crate::arrival::EVENTS_PATH;
    use crate::people_route::{CALLBACK_PATH, OIDC_PATH, PeopleRoute};
    use crate::routes::ROUTES;

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    /// Method, path and name of every call in the description.
    fn described() -> BTreeSet<(String, String, String)> {
        let document = document();
        let paths = document["paths"].as_object().unwrap().clone();
        let of_path = |(path, methods): (String, Value)| {
            let methods = methods.as_object().unwrap().clone();
            methods.into_iter().map(move |(method, call)| {
                (method.to_uppercase(), path.clone(), call["operationId"].as_str().unwrap().to_owned())
            })
        };
        paths.into_iter().flat_map(of_path).collect()
    }

    #[test]
    fn every_route_is_described_and_nothing_that_is_none() {
        let others =
            [("GET", EVENTS_PATH, "GetEvents"), ("POST", EVENTS_PATH, "PutEvents"), ("GET", PATH, "GetOpenApi")];
        let of_people = [
            ("GET", "/v1/sign-in", "ListSignInOffers"),
            ("POST", "/v1/sign-in", "ConsoleLogin"),
            ("GET", OIDC_PATH, "GoToIdentityProvider"),
            ("GET", CALLBACK_PATH, "ReturnFromIdentityProvider"),
            ("POST", "/v1/sign-in/oidc/credentials", "FetchCredentials"),
            ("POST", "/v1/sign-out", "Logout"),
        ];
        for (method, path, _) in of_people {
            let head = http::Request::builder().method(method).uri(path).body(()).unwrap().into_parts().0;
            assert!(PeopleRoute::of(&head).is_some(), "{method} {path}");
        }
        let routes = ROUTES.iter().map(|route| (route.method, route.path, route.name)).chain(others).chain(of_people);
        let routes: BTreeSet<_> =
            routes.map(|(method, path, name)| (method.to_owned(), path.to_owned(), name.to_owned())).collect();
        assert_eq!(described(), routes);
    }

    /// The names that an error of an unknown member lists.
    fn listed(error: &str) -> BTreeSet<String> {
        let (_, names) = error.split_once("expected one of ").unwrap();
        names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn members_of_requests_are_described_as_they_are_read() {
        let properties = |path: &str| -> BTreeSet<String> {
            let schema = &document()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
            assert_eq!(schema["additionalProperties"], false);
            schema["properties"].as_object().unwrap().keys().cloned().collect()
        };
        let unknown = json!({"noSuchMember": 1});
        let refused = SearchEvents::parse(&unknown, AccountId::DEFAULT).unwrap_err().to_string();
        assert_eq!(properties("/v1/search"), listed(&refused));
        let refused = CountEvents::parse(&unknown, AccountId::DEFAULT, Timestamp::default()).unwrap_err().to_string();
        assert_eq!(properties("/v1/counts"), listed(&refused));
    }

    #[test]
    fn what_is_referred_to_is_there() {
        let document = document();
        for reference in DOCUMENT.split("\"#/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(document.pointer(&format!("/{reference}")).is_some(), "{reference}");
        }
    }
}
