//! What an operation is given besides its request.

use std::net::IpAddr;
use std::sync::Arc;

use cairn_catalog::Catalog;
use cairn_delivery::Delivery;
use cairn_environment::Environment;
use cairn_history::History;
use cairn_iam::Iam;
use cairn_identity::{Caller, Circumstances, Directory};
use cairn_journal::Journal;
use cairn_kms::Kms;
use cairn_model::{Region, Timestamp};
use cairn_signin::SignIn;

/// What operations work with: one of each for the whole server.
#[derive(Debug, Clone)]
pub struct Services {
    /// Trails and what belongs to them.
    pub catalog: Catalog,
    /// Lookups in the event history.
    pub history: History,
    /// What trails deliver, and the keys that sign it.
    pub delivery: Delivery,
    /// Keys, and what is sealed under them.
    pub kms: Kms,
    /// Users, groups, roles, access keys and policies.
    pub iam: Iam,
    /// Who keys and sessions stand for; it gives temporary credentials.
    pub directory: Directory,
    /// People who sign in, and whose use is a finding.
    pub sign_in: SignIn,
    /// Where a span of logging begins and ends.
    pub journal: Journal,
    /// Time, randomness, tasks.
    pub environment: Environment,
}

/// One call: who, where, when, and what it works with.
#[derive(Debug, Clone)]
pub struct Context {
    /// What operations work with.
    pub services: Arc<Services>,
    /// Who signed the request.
    pub caller: Caller,
    /// The Region of the credential scope.
    pub region: Region,
    /// Where the request comes from.
    pub source: IpAddr,
    /// Whether it was encrypted on its way.
    pub secure_transport: bool,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// When the request came.
    pub received_at: Timestamp,
    /// The id that the answer and the event carry: a UUID.
    pub request_id: String,
}

impl Context {
    /// What policies are told about the request besides who makes it.
    pub(crate) fn circumstances(&self) -> Circumstances {
        let organizations = self.services.catalog.organizations();
        Circumstances {
            source: self.source,
            secure_transport: self.secure_transport,
            user_agent: self.user_agent.clone(),
            region: self.region.clone(),
            received_at: self.received_at,
            organization: organizations.of(self.caller.account).map(|organization| organization.id.clone()),
        }
    }
}
