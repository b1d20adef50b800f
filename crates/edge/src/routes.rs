//! The calls that are Cairn's own: where each is, and what it is called in its events.
//!
//! They are signed for `cloudtrail`, take and give JSON, and change nothing; one gives credentials. Each has a file in `v1`.

use std::panic::AssertUnwindSafe;

use cairn_api::{ApiError, ErrorCode};
use cairn_identity::Verified;
use cairn_recorder::Call;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::front::Visit;
use crate::outcome::{Outcome, Pending, Record};
use crate::v1::{accounts, check_policy, counts, deliveries, renew, search, server, try_selectors, validate};

/// A call of Cairn's own.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// `eventName`
    pub(crate) name: &'static str,
    serve: Serve,
}

/// Does what a route is for; the last argument is the body.
type Serve = for<'a> fn(Visit<'a>, &'a Verified, &'a [u8]) -> BoxFuture<'a, Served>;

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Served {
    /// What is recorded of what was asked.
    pub(crate) parameters: Option<Value>,
    pub(crate) result: Result<Pending, ApiError>,
}

macro_rules! routes {
    ($($method:literal $path:literal $name:literal => $serve:path,)*) => {
        &[$(Route {
            method: $method,
            path: $path,
            name: $name,
            serve: |visit, verified, body| Box::pin($serve(visit, verified, body)),
        }),*]
    };
}

/// All of them: method, path, `eventName`, and what serves it.
pub(crate) const ROUTES: &[Route] = routes! {
    "POST" "/v1/search" "SearchEvents" => search::serve,
    "POST" "/v1/counts" "CountEvents" => counts::serve,
    "GET" "/v1/accounts" "ListAccounts" => accounts::serve,
    "GET" "/v1/status" "GetStatus" => server::status,
    "GET" "/v1/settings" "GetSettings" => server::settings,
    "GET" "/v1/gateways" "ListGateways" => server::gateways,
    "GET" "/v1/trails/deliveries" "ListDeliveries" => deliveries::serve,
    "POST" "/v1/trails/validate" "ValidateTrail" => validate::serve,
    "POST" "/v1/selectors/try" "TrySelectors" => try_selectors::serve,
    "POST" "/v1/policies/check" "CheckPolicy" => check_policy::serve,
    "POST" "/v1/sign-in/renew" "RenewSession" => renew::serve,
};

impl Route {
    /// Whether its event may wait for space while the disk is full. Credentials do not go out before theirs is durable.
    fn only_reads(&self) -> bool {
        self.path != renew::PATH
    }
}

/// The route at a path.
pub(crate) fn at(path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.path == path)
}

impl From<ApiError> for Served {
    fn from(error: ApiError) -> Self {
        Self { parameters: None, result: Err(error) }
    }
}

impl Visit<'_> {
    /// Answers a call of Cairn's own.
    pub(crate) async fn serve_route(self, verified: &Verified, body: &[u8]) -> Outcome {
        let call = Call { read_only: true, ..self.arrival.call(verified) };
        let Some(route) = at(self.head.uri.path()) else {
            let error = ApiError::new(ErrorCode::UnknownOperationException, "There is nothing at this path.");
            return self.arrival.refuse_caller(call, &error);
        };
        if self.head.method != route.method {
            let message = format!("{} is called with {}.", route.path, route.method);
            return self.arrival.refuse_caller(call, &ApiError::new(ErrorCode::MethodNotAllowed, message));
        }
        let call = Call { read_only: route.only_reads(), ..call };
        let serve = async { (route.serve)(self, verified, body).await };
        let Ok(Served { parameters, result }) = AssertUnwindSafe(serve).catch_unwind().await else {
            return self.failed(Some(self.arrival.call(verified)));
        };
        let call = Call { request_parameters: parameters, ..call };
        match result {
            Ok(reply) => Outcome { reply, record: Record::Caller(Box::new(call)) },
            Err(error) => self.arrival.refuse_caller(call, &error),
        }
    }

    /// What comes of `work`, which ends where it is when nobody waits for the answer any more.
    ///
    /// # Errors
    /// `RequestTimeoutException` to who is gone.
    pub(crate) async fn while_asked<T>(self, work: impl Future<Output = T>) -> Result<T, ApiError> {
        self.asker.while_waiting(work).await.ok_or_else(|| {
            let message = "The client closed its connection before there was an answer.";
            ApiError::new(ErrorCode::RequestTimeoutException, message)
        })
    }

    /// An answer that is made while its event becomes durable.
    pub(crate) fn later(self, make: impl FnOnce() -> String + Send + 'static) -> Pending {
        let (dialect, request_id) = (self.arrival.dialect, self.arrival.request_id.clone());
        Pending::Unmade(Box::new(move || dialect.success(make().into(), &request_id)))
    }
}

/// Reads the body of a call; an empty one is an empty object.
pub(crate) fn json(body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body)
        .map_err(|error| ApiError::new(ErrorCode::SerializationException, format!("The body is not JSON: {error}.")))
}
