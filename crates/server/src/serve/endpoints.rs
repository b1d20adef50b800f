//! The endpoints of topics and log groups, from the settings.

use cairn_delivery::{Endpoint, Endpoints};
use cairn_environment::Environment;
use cairn_identity::SecretKey;
use cairn_model::Region;
use cairn_outbound::{AddressPolicy, Credentials, Outbound};

use crate::commands::Problem;
use crate::settings::{EndpointTable, Settings};

/// Every endpoint that the settings name.
pub(super) fn of(settings: &Settings, environment: &Environment) -> Result<Endpoints, Problem> {
    let endpoints: Result<Vec<Endpoint>, Problem> =
        settings.endpoints.iter().map(|table| endpoint(table, environment)).collect();
    Ok(Endpoints::new(endpoints?))
}

fn endpoint(table: &EndpointTable, environment: &Environment) -> Result<Endpoint, Problem> {
    let policy = AddressPolicy::of_setting(&table.endpoint_url, table.allow_local);
    let secret_access_key = SecretKey::new(table.secret_access_key.clone());
    Ok(Endpoint {
        service: table.service.into(),
        url: table.url(),
        region: table.region.as_deref().map(Region::parse).transpose()?,
        credentials: Credentials { access_key_id: table.access_key_id.clone(), secret_access_key },
        outbound: Outbound::new(policy, environment)?,
    })
}
