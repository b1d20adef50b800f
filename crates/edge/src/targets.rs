//! Which operation a request names.

use std::borrow::Cow;
use std::collections::HashMap;

use cairn_api::{Entry, Service};
use http::Method;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::answer::Dialect;
use crate::arrival::{EVENTS_PATH, is_name};
use crate::people_route::PeopleRoute;
use crate::routes;

/// What stands in an event for an operation that cannot be made out.
pub(crate) const UNKNOWN: &str = "UnknownOperation";

/// The operations by service and name.
#[derive(Debug)]
pub(crate) struct Operations(HashMap<&'static str, HashMap<&'static str, &'static Entry>>);

impl Operations {
    /// Every operation there is.
    pub(crate) fn all() -> Self {
        let mut services: HashMap<_, HashMap<_, _>> = HashMap::new();
        for entry in cairn_api::operations() {
            services.entry(entry.service).or_default().insert(entry.name, entry);
        }
        Self(services)
    }

    /// The operation of that name in the service of that name in the credential scope.
    pub(crate) fn find(&self, service: &str, name: &str) -> Option<&'static Entry> {
        self.0.get(service)?.get(name).copied()
    }
}

/// The service with that name in the credential scope, if Cairn has operations of it.
pub(crate) fn service_named(name: &str) -> Option<&'static Service> {
    cairn_api::services().iter().find(|service| service.name == name).copied()
}

/// The service and the operation that a request's `X-Amz-Target` names; the whole of it must match.
pub(crate) fn target(head: &Parts) -> Option<(&'static str, &str)> {
    let mut values = head.headers.get_all("x-amz-target").iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    cairn_api::services().iter().find_map(|service| {
        let name = service.target_prefixes.iter().find_map(|prefix| value.strip_prefix(prefix))?;
        is_name(name).then_some((service.name, name))
    })
}

/// An argument of a form or query. Clients may write any of its characters encoded.
pub(crate) fn argument<'a>(form: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find_map(|(key, value)| (key == name).then_some(value))?;
    percent_decode_str(value).decode_utf8().ok()
}

/// The operation that a request names or means, for its event, whether or not there is one.
pub(crate) fn operation_named(dialect: Dialect, head: &Parts) -> String {
    let name = match dialect {
        Dialect::Json => target(head).map(|(_, name)| Cow::Borrowed(name)),
        Dialect::Query => head.uri.query().and_then(|query| argument(query, "Action")),
        Dialect::RestJson if head.uri.path() == EVENTS_PATH => {
            Some(if head.method == Method::GET { "GetEvents" } else { "PutEvents" }.into())
        }
        Dialect::RestJson => {
            let of_person = PeopleRoute::of(head).map(PeopleRoute::event_name);
            of_person.or_else(|| routes::at(head.uri.path()).map(|route| route.name)).map(Cow::Borrowed)
        }
        Dialect::S3 => object_operation(&head.method, head.uri.path()).map(Cow::Borrowed),
    };
    name.filter(|name| is_name(name)).map_or_else(|| UNKNOWN.to_owned(), Cow::into_owned)
}

fn object_operation(method: &Method, path: &str) -> Option<&'static str> {
    let (bucket, key) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    Some(match (method.as_str(), bucket.is_empty(), key.is_empty()) {
        ("GET", true, _) => "ListBuckets",
        ("GET", false, true) => "ListObjects",
        ("HEAD", false, true) => "HeadBucket",
        ("PUT", false, true) => "CreateBucket",
        ("DELETE", false, true) => "DeleteBucket",
        ("GET", false, false) => "GetObject",
        ("HEAD", false, false) => "HeadObject",
        ("PUT", false, false) => "PutObject",
        ("DELETE", false, false) => "DeleteObject",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn named(dialect: Dialect, method: &str, uri: &str, targets: &[&str]) -> String {
        let mut request = Request::builder().method(method).uri(uri);
        for target in targets {
            request = request.header("x-amz-target", *target);
        }
        operation_named(dialect, &request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn both_spellings_of_a_target_count_and_nothing_near_them_does() {
        let target = |value: &str| named(Dialect::Json, "POST", "/", &[value]);
        assert_eq!(target("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"), "LookupEvents");
        assert_eq!(target("CloudTrail_20131101.GetTrail"), "GetTrail");
        for bad in [
            "",
            "GetTrail",
            "example.CloudTrail_20131101.GetTrail",
            "com.amazonaws.cloudtrail.v20131102.CloudTrail_20131101.GetTrail",
            "CloudTrail_20131101.",
            "CloudTrail_20131101.Get Trail",
            " cloudtrail_20131101.GetTrail",
        ] {
            assert_eq!(target(bad), UNKNOWN, "{bad}");
        }
        let twice = ["CloudTrail_20131101.GetTrail", "CloudTrail_20131101.DeleteTrail"];
        assert_eq!(named(Dialect::Json, "POST", "/", &twice), UNKNOWN);
    }

    #[test]
    fn refused_requests_are_named_after_what_they_seem_to_mean() {
        assert_eq!(named(Dialect::Query, "GET", "/?Action=GetCallerIdentity&Version=1", &[]), "GetCallerIdentity");
        assert_eq!(named(Dialect::Query, "GET", "/?Action=%3Cscript%3E", &[]), UNKNOWN);
        assert_eq!(named(Dialect::S3, "PUT", "/bucket/a/b", &[]), "PutObject");
        assert_eq!(named(Dialect::S3, "GET", "/bucket", &[]), "ListObjects");
        assert_eq!(named(Dialect::S3, "PATCH", "/bucket", &[]), UNKNOWN);
        assert_eq!(named(Dialect::RestJson, "POST", "/v1/events", &[]), "PutEvents");
        assert_eq!(named(Dialect::RestJson, "GET", "/v1/events?start=1", &[]), "GetEvents");
        assert_eq!(named(Dialect::RestJson, "POST", "/v1/search", &[]), "SearchEvents");
        assert_eq!(named(Dialect::RestJson, "GET", "/v1/other", &[]), UNKNOWN);
    }
}
