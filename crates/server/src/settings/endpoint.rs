//! `[[endpoints]]`: where topics and log groups are.

use cairn_delivery::EndpointProtocol;
use cairn_model::Region;
use serde::Deserialize;

/// `[[endpoints]]`: an endpoint of SNS or CloudWatch Logs, for trails to deliver to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointTable {
    /// `sns` or `logs`
    pub(crate) service: ServiceName,
    /// Such as `https://sns.eu-west-1.amazonaws.com` or `http://127.0.0.1:4566`.
    pub(crate) endpoint_url: String,
    /// The one Region that it serves; every Region when it is left out.
    pub(crate) region: Option<String>,
    /// The key that signs.
    pub(crate) access_key_id: String,
    /// Its secret.
    pub(crate) secret_access_key: String,
    /// Whether its host may lead to this machine or this link although its name does not say so.
    #[serde(default)]
    pub(crate) allow_local: bool,
}

/// A service that has endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ServiceName {
    Sns,
    Logs,
}

impl From<ServiceName> for EndpointProtocol {
    fn from(name: ServiceName) -> Self {
        match name {
            ServiceName::Sns => Self::Sns,
            ServiceName::Logs => Self::Logs,
        }
    }
}

impl EndpointTable {
    /// What is wrong with it besides its form.
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(region) = &self.region {
            Region::parse(region).map_err(|_| format!("`{region}` is not a Region"))?;
        }
        let url = self.url();
        let uri: Result<http::Uri, _> = url.parse();
        let plain = uri.is_ok_and(|uri| {
            let scheme = uri.scheme_str().is_some_and(|scheme| matches!(scheme, "http" | "https"));
            let is_plain = uri.query().is_none() && uri.authority().is_some_and(|host| !host.as_str().contains('@'));
            scheme && is_plain
        });
        if plain { Ok(()) } else { Err(format!("`{}` is not the URL of an endpoint", self.endpoint_url)) }
    }

    /// The URL, with the slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("{}/", self.endpoint_url.trim_end_matches('/'))
    }

    /// What is shown of it: never its secret.
    pub(super) fn shown(&self) -> String {
        let service = EndpointProtocol::from(self.service).as_str();
        let region = self.region.as_deref().unwrap_or("every Region");
        format!("[[endpoints]]  # {service} of {region} at {}\n", self.endpoint_url)
    }
}

impl std::fmt::Debug for EndpointTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.shown().trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<EndpointTable, String> {
        let keys = "access_key_id = \"AKIALOOKS\"\nsecret_access_key = \"secret-value\"\n";
        let table: EndpointTable = toml::from_str(&format!("{keys}{text}")).map_err(|error| error.to_string())?;
        table.check().map(|()| table)
    }

    #[test]
    fn an_endpoint_needs_a_known_service_a_plain_url_and_a_region_if_any() {
        let good = table("service = \"sns\"\nendpoint_url = \"http://127.0.0.1:4566\"").unwrap();
        assert_eq!((good.url().as_str(), good.allow_local), ("http://127.0.0.1:4566/", false));
        assert!(!format!("{good:?}").contains("secret-value"));
        for (text, problem) in [
            ("service = \"sqs\"\nendpoint_url = \"http://a\"", "sqs"),
            ("service = \"logs\"\nendpoint_url = \"a.example\"", "not the URL"),
            ("service = \"logs\"\nendpoint_url = \"ftp://a.example\"", "not the URL"),
            ("service = \"logs\"\nendpoint_url = \"http://u:p@a.example\"", "not the URL"),
            ("service = \"logs\"\nendpoint_url = \"http://a.example/?x\"", "not the URL"),
            ("service = \"logs\"\nendpoint_url = \"http://a.example\"\nregion = \"x y\"", "not a Region"),
            ("service = \"logs\"\nendpoint_url = \"http://a.example\"\nallowlocal = true", "allowlocal"),
        ] {
            let got = table(text).unwrap_err();
            assert!(got.contains(problem), "{text}: {got}");
        }
    }
}
