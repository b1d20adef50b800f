//! The endpoints of SNS and CloudWatch Logs that the settings name, and what delivery asks of them.

use std::sync::Arc;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::{Region, Timestamp};
use cairn_outbound::{Credentials, Outbound};
use http::{Request, StatusCode};

use crate::logs_requests::{self, GroupArn};
use crate::simulated_endpoints::SimulatedEndpoints;
use crate::{TargetError, sns_requests};

/// An endpoint that the settings name.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Which service it speaks.
    pub service: EndpointProtocol,
    /// `https://host[:port]/`
    pub url: String,
    /// The one Region that it serves; every Region without.
    pub region: Option<Region>,
    /// Who signs.
    pub credentials: Credentials,
    /// The way there.
    pub outbound: Outbound,
}

/// A service that trails deliver to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointProtocol {
    /// Topics that are told of files.
    Sns,
    /// Log groups that receive events.
    Logs,
}

/// The endpoints of topics and log groups. Without any, trails that name a topic or a log group are refused.
#[derive(Debug, Clone)]
pub struct Endpoints(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Named(Arc<Vec<Endpoint>>),
    Simulated(SimulatedEndpoints),
}

impl EndpointProtocol {
    /// The name in signatures and in the settings: `sns`, `logs`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sns => "sns",
            Self::Logs => "logs",
        }
    }

    fn error_code(self, document: &[u8]) -> Option<String> {
        match self {
            Self::Sns => sns_requests::error_code(document),
            Self::Logs => logs_requests::error_code(document),
        }
    }
}

impl Endpoints {
    /// These endpoints. Where several serve a Region, the one that names it is taken, then the first.
    pub fn new(endpoints: Vec<Endpoint>) -> Self {
        Self(Kind::Named(Arc::new(endpoints)))
    }

    /// No endpoint.
    pub fn none() -> Self {
        Self::new(Vec::new())
    }

    /// Topics and log groups in memory, and the hands that make, break and read them.
    pub fn simulated(environment: &Environment) -> (Self, SimulatedEndpoints) {
        let simulated = SimulatedEndpoints::new(environment);
        (Self(Kind::Simulated(simulated.clone())), simulated)
    }

    /// Publishes `message` to a topic; `key` is the same on every attempt.
    pub(crate) async fn publish(&self, topic: &str, message: &str, key: Option<&str>) -> Result<(), TargetError> {
        match &self.0 {
            Kind::Simulated(simulated) => simulated.publish(topic, message, key).await,
            Kind::Named(endpoints) => {
                let region = topic.split(':').nth(3).unwrap_or_default();
                let way = find(endpoints, EndpointProtocol::Sns, region)?;
                let request = sns_requests::publish(&way.endpoint.url, topic, message, key);
                way.exchange(request).await.map(drop)
            }
        }
    }

    /// Makes a stream in a log group. One that is there already is as good.
    pub(crate) async fn create_stream(&self, group_arn: &str, stream: &str) -> Result<(), TargetError> {
        let answered = match &self.0 {
            Kind::Simulated(simulated) => simulated.create_stream(group_arn, stream).await,
            Kind::Named(endpoints) => {
                let group = group(group_arn)?;
                let way = find(endpoints, EndpointProtocol::Logs, group.region)?;
                let request = logs_requests::create_stream(&way.endpoint.url, group.name, stream);
                way.exchange(request).await.map(drop)
            }
        };
        match answered {
            Err(error) if error.is("ResourceAlreadyExistsException") => Ok(()),
            other => other,
        }
    }

    /// Puts lines into a stream, all with the same time. Gives how many of them the service did not keep.
    pub(crate) async fn put_events(
        &self,
        (group_arn, stream): (&str, &str),
        at: Timestamp,
        lines: &[String],
    ) -> Result<usize, TargetError> {
        let answered = match &self.0 {
            Kind::Simulated(simulated) => simulated.put_events((group_arn, stream), at, lines).await,
            Kind::Named(endpoints) => {
                let group = group(group_arn)?;
                let way = find(endpoints, EndpointProtocol::Logs, group.region)?;
                let request = logs_requests::put_events(&way.endpoint.url, (group.name, stream), at, lines);
                way.exchange(request).await.map(|answer| logs_requests::rejected(&answer, lines.len()))
            }
        };
        match answered {
            Err(error) if error.is("DataAlreadyAcceptedException") => Ok(0),
            other => other,
        }
    }
}

/// An endpoint, and the Region for which it is asked.
struct Way<'e> {
    endpoint: &'e Endpoint,
    region: Region,
}

impl Way<'_> {
    async fn exchange(&self, request: http::Result<Request<Bytes>>) -> Result<Bytes, TargetError> {
        let Endpoint { service, credentials, outbound, .. } = self.endpoint;
        let refused =
            |code: &str, status: StatusCode| TargetError::Refused { code: code.to_owned(), status: status.as_u16() };
        let request = request.map_err(|_| refused("InvalidParameter", StatusCode::BAD_REQUEST))?;
        let answer = outbound.send(request, credentials, service.as_str(), &self.region).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer.into_body());
        }
        Err(refused(service.error_code(answer.body()).as_deref().unwrap_or("InternalError"), status))
    }
}

fn find<'e>(endpoints: &'e [Endpoint], service: EndpointProtocol, region: &str) -> Result<Way<'e>, TargetError> {
    let missing = || TargetError::NoEndpoint { service: service.as_str(), region: region.to_owned() };
    let serves = |endpoint: &&Endpoint, exactly: bool| {
        endpoint.service == service && endpoint.region.as_ref().map_or(!exactly, |named| named.as_str() == region)
    };
    let exact = endpoints.iter().find(|endpoint| serves(endpoint, true));
    let endpoint = exact.or_else(|| endpoints.iter().find(|endpoint| serves(endpoint, false)));
    let region = Region::parse(region).map_err(|_| missing())?;
    Ok(Way { endpoint: endpoint.ok_or_else(missing)?, region })
}

fn group(arn: &str) -> Result<GroupArn<'_>, TargetError> {
    let malformed = || TargetError::Refused { code: "InvalidParameterException".to_owned(), status: 400 };
    GroupArn::parse(arn).ok_or_else(malformed)
}

#[cfg(test)]
mod tests {
    use cairn_outbound::AddressPolicy;
    use cairn_signing::SecretKey;

    use super::*;

    #[tokio::test]
    async fn the_endpoint_that_names_the_region_goes_before_one_for_all() {
        let environment = Environment::real();
        let endpoint = |service, url: &str, region: Option<&str>| Endpoint {
            service,
            url: url.to_owned(),
            region: region.map(|name| Region::parse(name).unwrap()),
            credentials: Credentials { access_key_id: "AKIA".to_owned(), secret_access_key: SecretKey::new("s") },
            outbound: Outbound::new(AddressPolicy::Guarded, &environment).unwrap(),
        };
        let endpoints = [
            endpoint(EndpointProtocol::Sns, "http://all/", None),
            endpoint(EndpointProtocol::Sns, "http://west/", Some("eu-west-1")),
            endpoint(EndpointProtocol::Logs, "http://logs/", Some("eu-west-1")),
        ];
        let url = |service, region| find(&endpoints, service, region).map(|way| way.endpoint.url.clone()).ok();
        assert_eq!(url(EndpointProtocol::Sns, "eu-west-1").as_deref(), Some("http://west/"));
        assert_eq!(url(EndpointProtocol::Sns, "us-east-1").as_deref(), Some("http://all/"));
        assert_eq!(url(EndpointProtocol::Logs, "eu-west-1").as_deref(), Some("http://logs/"));
        assert_eq!(url(EndpointProtocol::Logs, "us-east-1"), None);
        assert_eq!(url(EndpointProtocol::Sns, "not a region"), None);
    }
}
