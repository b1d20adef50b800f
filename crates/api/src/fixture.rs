//! For tests of operations: real parts in a temporary folder, called the way the front door calls them.

use std::sync::Arc;

use cairn_catalog::{Catalog, CatalogSettings};
use cairn_delivery::{Delivery, DeliveryParts, DeliverySettings, Endpoints, KeySource, SimulatedEndpoints};
use cairn_environment::Environment;
use cairn_history::History;
use cairn_iam::{Iam, IamLimits};
use cairn_identity::{Caller, Directory};
use cairn_journal::{Disk, Journal, JournalSettings};
use cairn_kms::{Kms, MasterKey};
use cairn_model::{AccountId, NewEntry, Origin, Outline, Region, Timestamp};
use cairn_objects::{Bucket, Buckets};
use cairn_recorder::{Recorder, RecorderSettings};
use cairn_signin::{SignIn, SignInSettings};
use cairn_store::{Store, StoreSettings};
use serde_json::{Value, json};

use crate::{Answer, Context, Services, operations};

/// The code and text of an error.
pub(crate) type Refused = (String, String);

/// When every call of a fixture comes, unless it says otherwise: 2026-10-01T08:03:12.345Z.
pub(crate) const NOW: Timestamp = Timestamp::from_unix_ms(1_790_841_792_345);

/// A whole system with one bucket, `logs`, of the account 123456789012.
pub(crate) struct Fixture {
    pub(crate) cx: Context,
    pub(crate) buckets: Buckets,
    _folder: tempfile::TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::with(Endpoints::none(), Environment::real()).await
    }

    /// The same with topics and log groups, of which there are none yet.
    pub(crate) async fn with_endpoints() -> (Self, SimulatedEndpoints) {
        let environment = Environment::real();
        let (endpoints, simulated) = Endpoints::simulated(&environment);
        (Self::with(endpoints, environment).await, simulated)
    }

    async fn with(endpoints: Endpoints, environment: Environment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let bucket = |name: &str| Bucket::folder(name, at(name), &environment).unwrap();
        let journal =
            Journal::open(Disk::folder(at("journal")), JournalSettings::default(), &environment).await.unwrap();
        let store = Store::open(bucket("history"), &journal, StoreSettings::default(), &environment).await.unwrap();
        let settings = CatalogSettings::default();
        let catalog = Catalog::open(&at("catalog.sqlite"), settings, &environment).await.unwrap();
        let region = Region::us_east_1();
        let buckets = Buckets::open(at("buckets"), Vec::new(), &environment).await.unwrap();
        buckets.create("logs", AccountId::DEFAULT, &region).await.unwrap();
        let delivery = Delivery::open(DeliveryParts {
            journal: journal.clone(),
            trails: catalog.delivered_trails(),
            catalog: Some(catalog.clone()),
            buckets: buckets.clone().into(),
            endpoints,
            state: bucket("delivery"),
            keys: KeySource::generated(),
            settings: DeliverySettings::default(),
            environment: environment.clone(),
        });
        let delivery = delivery.await.unwrap();
        let master = MasterKey::generate(&environment.random);
        let kms = Kms::open(&at("kms.sqlite"), master, &environment).await.unwrap();
        let iam = Iam::open(&at("iam.sqlite"), kms.master_key(), IamLimits::default(), &environment).await.unwrap();
        let recorder = Recorder::new(journal.clone(), store.clone(), RecorderSettings::default(), &environment);
        let history = History::new(store, &environment);
        let directory = Directory::new(iam.clone(), kms.master_key().clone(), environment.random.clone());
        let sign_in = SignIn::new(iam.clone(), directory.clone(), recorder, SignInSettings::default(), &environment);
        let services = Services { catalog, history, delivery, kms, iam, directory, sign_in, journal, environment };
        let services = Arc::new(services);
        let caller = Caller::root(AccountId::DEFAULT, "AKIAIOSFODNN7EXAMPLE");
        let cx = Context {
            services,
            caller,
            region,
            source: [198, 51, 100, 23].into(),
            secure_transport: false,
            user_agent: Some("aws-cli/2".into()),
            received_at: NOW,
            request_id: "id-1".into(),
        };
        Self { cx, buckets, _folder: folder }
    }

    /// The context of a call in another Region.
    pub(crate) fn in_region(&self, name: &str) -> Context {
        Context { region: Region::parse(name).unwrap(), ..self.cx.clone() }
    }

    /// The context of a call by the root of another account.
    pub(crate) fn of_account(&self, account: &str) -> Context {
        let caller = Caller::root(AccountId::parse(account).unwrap(), "AKIAIOSFODNN8EXAMPLE");
        Context { caller, ..self.cx.clone() }
    }

    /// Calls an operation as the root of another account.
    pub(crate) async fn call_as(&self, account: &str, operation: &str, request: Value) -> Result<Value, Refused> {
        call(&self.of_account(account), operation, request).await
    }

    /// Makes an organization of the account 123456789012 and these others, which CloudTrail has trusted access to, and
    /// gives its id.
    pub(crate) async fn create_organization(&self, accounts: &[&str]) -> String {
        let made = self.call("CreateOrganization", json!({})).await.unwrap();
        for account in accounts {
            self.invite(account).await;
        }
        let principal = json!({"ServicePrincipal": "cloudtrail.amazonaws.com"});
        self.call("EnableAWSServiceAccess", principal).await.unwrap();
        made["Organization"]["Id"].as_str().unwrap().to_owned()
    }

    /// Makes an account a member of the organization of 123456789012.
    pub(crate) async fn invite(&self, account: &str) {
        let target = json!({"Target": {"Id": account, "Type": "ACCOUNT"}});
        let invited = self.call("InviteAccountToOrganization", target).await.unwrap();
        let handshake = json!({"HandshakeId": invited["Handshake"]["Id"]});
        self.call_as(account, "AcceptHandshake", handshake).await.unwrap();
    }

    /// Calls an operation of CloudTrail: its response, or the code and text of its error.
    pub(crate) async fn call(&self, operation: &str, request: Value) -> Result<Value, Refused> {
        call(&self.cx, operation, request).await
    }

    /// The same in another Region.
    pub(crate) async fn call_in(&self, region: &str, operation: &str, request: Value) -> Result<Value, Refused> {
        call(&self.in_region(region), operation, request).await
    }

    /// Creates a trail in us-east-1 that delivers to the bucket `logs`, and gives its ARN.
    pub(crate) async fn create_trail(&self, name: &str) -> String {
        self.call("CreateTrail", json!({"Name": name, "S3BucketName": "logs"})).await.unwrap();
        arn(name)
    }

    /// The same for a multi-Region trail.
    pub(crate) async fn create_multi_region_trail(&self, name: &str) -> String {
        let request = json!({"Name": name, "S3BucketName": "logs", "IsMultiRegionTrail": true});
        self.call("CreateTrail", request).await.unwrap();
        arn(name)
    }

    /// Appends an event to the journal.
    pub(crate) async fn append(&self, event: &Value) {
        let event = event.to_string().into();
        let entry = NewEntry {
            received_at: NOW,
            account: AccountId::DEFAULT,
            origin: Origin::Live,
            event,
            beside: None,
            outline: Outline::default(),
        };
        self.cx.services.journal.append(vec![entry]).await.unwrap();
    }
}

/// Calls an operation of CloudTrail and gives all that came of it.
pub(crate) async fn answer(cx: &Context, operation: &str, request: &Value) -> Answer {
    let entry = operations().iter().find(|entry| entry.name == operation).unwrap();
    entry.call(cx, request.to_string().as_bytes()).await
}

/// Calls an operation of CloudTrail.
pub(crate) async fn call(cx: &Context, operation: &str, request: Value) -> Result<Value, Refused> {
    match answer(cx, operation, &request).await.result {
        Ok(body) => Ok(serde_json::from_slice(&body.write().unwrap()).unwrap()),
        Err(error) => Err((error.code.to_string(), error.message)),
    }
}

/// An error as [`call`] gives it.
pub(crate) fn refused(code: &str, message: &str) -> Result<Value, Refused> {
    Err((code.to_owned(), message.to_owned()))
}

/// The ARN of a trail of us-east-1.
pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:cloudtrail:us-east-1:123456789012:trail/{name}")
}
