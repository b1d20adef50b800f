//! The tables of all services, made by `xtask service-tables`: the index is read at once, a service when it is first seen.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use crate::model::Model;

/// One line for each service.
const INDEX: &str = include_str!("../tables/services.txt");
/// One zstd frame for each service, in the order of the index.
const FRAMES: &[u8] = include_bytes!("../tables/operations.zst");
/// More than any service unpacks to; the tables are ours, so this only bounds a mistake.
const UNPACKED_BYTES_MAX: usize = 64 << 20;

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);

/// One service's line of the index, and its operations once they are asked for.
#[derive(Debug)]
pub(crate) struct ServiceTable {
    /// Its name in the SDKs: `elbv2`.
    pub(crate) name: &'static str,
    /// The first label of its host names: `elasticloadbalancing`.
    pub(crate) endpoint_prefix: &'static str,
    /// What stands in credential scopes.
    pub(crate) signing_name: &'static str,
    /// What stands before the operation in `X-Amz-Target` and in CBOR paths; may be empty.
    pub(crate) target_prefix: &'static str,
    /// `query`, or several of them separated by commas.
    pub(crate) protocols: &'static str,
    /// `2015-12-01`
    pub(crate) api_version: &'static str,
    frame: &'static [u8],
    model: OnceLock<Model>,
}

#[derive(Debug, Default)]
struct Tables {
    services: Vec<ServiceTable>,
    by_signing_name: HashMap<&'static str, Vec<usize>>,
    by_target_prefix: HashMap<&'static str, Vec<usize>>,
}

/// Every service, in the order of their names.
pub(crate) fn all() -> impl Iterator<Item = &'static ServiceTable> {
    TABLES.services.iter()
}

/// The services that sign their requests with this name.
pub(crate) fn signed_as(signing_name: &str) -> Vec<&'static ServiceTable> {
    pick(TABLES.by_signing_name.get(signing_name))
}

/// The services whose targets begin so.
pub(crate) fn targeted_as(target_prefix: &str) -> Vec<&'static ServiceTable> {
    pick(TABLES.by_target_prefix.get(target_prefix))
}

/// One service by its name.
pub(crate) fn named(name: &str) -> Option<&'static ServiceTable> {
    TABLES.services.iter().find(|service| service.name == name)
}

/// The names of the operations of every service that signs its requests with this name.
pub fn operation_names(signing_name: &str) -> impl Iterator<Item = &'static str> {
    signed_as(signing_name).into_iter().flat_map(|service| service.model().operations()).map(|operation| operation.name)
}

fn pick(numbers: Option<&Vec<usize>>) -> Vec<&'static ServiceTable> {
    numbers.into_iter().flatten().filter_map(|number| TABLES.services.get(*number)).collect()
}

impl ServiceTable {
    /// The service's operations and shapes, unpacked when first asked for. They stay for the life of the process.
    pub(crate) fn model(&self) -> &Model {
        self.model.get_or_init(|| {
            let bytes = zstd::bulk::decompress(self.frame, UNPACKED_BYTES_MAX).unwrap_or_default();
            // Cut to its length first: unpacking asks for far more address space than it fills.
            Model::read(Box::leak(String::from_utf8(bytes).unwrap_or_default().into_boxed_str()))
        })
    }

    /// Whether the service speaks this protocol.
    pub(crate) fn speaks(&self, protocol: &str) -> bool {
        self.protocols.split(',').any(|spoken| spoken == protocol)
    }
}

impl Tables {
    fn read() -> Self {
        let mut tables = Self::default();
        let mut rest = FRAMES;
        for line in INDEX.lines().skip(1) {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap_or_default();
            let mut service = ServiceTable {
                name: next(),
                endpoint_prefix: next(),
                signing_name: next(),
                target_prefix: next(),
                protocols: next(),
                api_version: next(),
                frame: &[],
                model: OnceLock::new(),
            };
            let Some((frame, behind)) = next().parse().ok().and_then(|length| rest.split_at_checked(length)) else {
                break;
            };
            (service.frame, rest) = (frame, behind);
            tables.add(service);
        }
        tables
    }

    fn add(&mut self, service: ServiceTable) {
        let number = self.services.len();
        self.by_signing_name.entry(service.signing_name).or_default().push(number);
        if !service.target_prefix.is_empty() {
            self.by_target_prefix.entry(service.target_prefix).or_default().push(number);
        }
        self.services.push(service);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_of_the_index_has_operations() {
        assert!(all().count() > 400);
        for service in all() {
            assert!(service.model().operations().count() > 0, "{}", service.name);
        }
    }

    #[test]
    fn operations_are_listed_by_signing_name() {
        assert!(operation_names("cloudtrail").any(|name| name == "LookupEvents"));
        assert_eq!(operation_names("nothing").count(), 0);
    }

    #[test]
    fn services_are_found_by_signing_name_and_by_target() {
        let names = |found: Vec<&'static ServiceTable>| found.iter().map(|service| service.name).collect::<Vec<_>>();
        assert_eq!(names(signed_as("elasticloadbalancing")), ["elb", "elbv2"]);
        assert_eq!(names(targeted_as("DynamoDB_20120810")), ["dynamodb"]);
        assert!(signed_as("nobody").is_empty());
    }
}
