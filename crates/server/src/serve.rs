//! The server: opens each part, joins them, and takes them down again in order.

mod endpoints;
mod gateways;
mod gateways_view;
mod logging;
pub(crate) mod master_key;
mod overview;
mod people;
mod probes;
mod signals;
mod watching;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use cairn_api::{Services, TestHooks};
use cairn_buckets::{EmbeddedS3, Expiry, ExpirySettings};
use cairn_catalog::{Catalog, CatalogSettings};
use cairn_delivery::{BucketPolicyRule, Delivery, DeliveryParts, DeliverySettings, FileLock, KeySource};
use cairn_edge::{Edge, EdgeParts, EdgeSettings};
use cairn_environment::{Environment, Tasks};
use cairn_history::History;
use cairn_iam::{Iam, IamLimits};
use cairn_identity::{Credential, Directory, Identity, SecretKey};
use cairn_journal::{Disk, Journal, JournalSettings};
use cairn_kms::Kms;
use cairn_model::selectors::SelectorLimits;
use cairn_model::{AccountId, Category, Region};
use cairn_objects::{
    Bucket, BucketKeys, Buckets, DefaultRetention, LockMode, RemoteBucket, RemoteKeys, RetentionPeriod,
};
use cairn_recorder::{Recorder, RecorderSettings};
use cairn_store::{LookupQuery, Store, StoreSettings};
use zeroize::Zeroizing;

use self::gateways_view::GatewaysView;
use self::overview::Overview;
use self::signals::Signals;
use crate::commands::Problem;
use crate::data_folder::{DataFolder, RootCredentials};
use crate::object_keys::ObjectKeys;
use crate::settings::{ProtectedTable, Settings};
use crate::terminal;

/// Objects that one round of the lifecycle rules looks at: some seconds of work.
const EXPIRY_OBJECTS_MAX: usize = 100_000;

/// A server that listens.
pub(crate) struct Server {
    edge: Edge,
    gateways: gateways::Gateways,
    signals: Signals,
    edge_tasks: Tasks,
    journal: Journal,
    store: Store,
    environment: Environment,
    root: RootCredentials,
    /// The root's one-time password, where it was made at this start.
    root_password: Option<Zeroizing<String>>,
    url: String,
    _folder: DataFolder,
}

impl Server {
    /// Opens everything and begins to listen. Followers run; requests are answered once
    /// [`Server::run_until_told_to_stop`] runs.
    pub(crate) async fn start(settings: &Settings) -> Result<Self, Problem> {
        logging::start(settings.text("log"))?;
        let environment = Environment::real();
        let folder = DataFolder::open(Path::new(settings.text("data")))?;
        let given = (settings.text("root_access_key_id"), settings.text("root_secret_access_key"));
        let root = folder.root_credentials(given, &environment.random)?;
        let parts = Parts::open(settings, &folder, &environment).await?;
        let iam = parts.iam.clone();
        // Before anybody can connect: whoever is answered may also ask for a stop.
        let signals = Signals::watch()?;
        let edge_tasks = environment.tasks.child();
        let (journal, store) = (parts.journal.clone(), parts.store.clone());
        let front = Environment { tasks: edge_tasks.clone(), ..environment.clone() };
        let recording = (journal.clone(), parts.recorder.clone());
        let gateways =
            gateways::Gateways::bind(settings, &folder, recording, front.clone(), environment.clone()).await?;
        let overview = parts.overview(settings, gateways.view(), &folder);
        let edge = parts.listen(settings, &root, overview, front)?;
        let address = edge.local_addr();
        folder.write_listen_address(&address.to_string())?;
        let url = format!("http://{address}");
        // Only now: a password that is made in a start that fails would never be shown.
        let root_password = people::bootstrap(settings, &iam).await?;
        let server = Self {
            edge,
            gateways,
            signals,
            edge_tasks,
            journal,
            store,
            environment,
            root,
            root_password,
            url,
            _folder: folder,
        };
        server.introduce(settings);
        Ok(server)
    }

    fn introduce(&self, settings: &Settings) {
        terminal::say(&format!("Cairn {} listens on {}", env!("CARGO_PKG_VERSION"), self.url));
        self.gateways.introduce();
        if self.root.is_new {
            terminal::say(&format!(
                "The root key pair of account {} (shown once; kept in {}/root-credentials):",
                AccountId::DEFAULT,
                settings.text("data"),
            ));
            let exports = self.root.exports();
            terminal::say(&format!("{exports}export AWS_ENDPOINT_URL={} AWS_DEFAULT_REGION=us-east-1", self.url));
        }
        if let Some(password) = &self.root_password {
            terminal::say(&format!(
                "The root's password for its first sign-in (shown once; must be changed then): {}",
                &**password
            ));
        }
    }

    /// Where the server listens: `http://127.0.0.1:4580`.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// The root's key and its secret.
    pub(crate) fn root_key_pair(&self) -> (String, String) {
        (self.root.access_key_id.clone(), self.root.secret_access_key.clone())
    }

    /// Whether the default account has no event of the kind that the demo makes.
    pub(crate) async fn is_history_empty(&self) -> Result<bool, Problem> {
        let query = LookupQuery {
            limit: 1,
            categories: vec![Category::Management],
            attributes: Vec::new(),
            filter: None,
            accounts: vec![AccountId::DEFAULT],
            region: None,
            start: None,
            end: None,
            after: None,
            before_sequence: None,
        };
        Ok(self.store.lookup(&query).await?.is_empty())
    }

    /// Serves until SIGTERM or SIGINT, then stops: first the listener, then the followers, last the journal.
    pub(crate) async fn run_until_told_to_stop(self) -> Result<(), Problem> {
        let (edge_tasks, signals) = (self.edge_tasks.clone(), self.signals);
        self.environment.tasks.spawn(async move {
            signals.told_to_stop().await;
            edge_tasks.stop();
        });
        tokio::join!(self.edge.run(), self.gateways.run());
        tracing::info!("the listeners have drained; stopping the followers");
        self.environment.tasks.stop();
        self.journal.close().await;
        self.environment.tasks.drained().await;
        Ok(())
    }
}

/// What has been opened and does not listen yet.
struct Parts {
    journal: Journal,
    store: Store,
    catalog: Catalog,
    kms: Kms,
    iam: Iam,
    buckets: Buckets,
    delivery: Delivery,
    recorder: Recorder,
}

impl Parts {
    async fn open(settings: &Settings, folder: &DataFolder, environment: &Environment) -> Result<Self, Problem> {
        let journal_settings = JournalSettings {
            segment_bytes_max: settings.number("journal.segment_bytes_max"),
            memory_bytes_max: settings.size("journal.memory_bytes_max"),
            ..JournalSettings::default()
        };
        let journal = Journal::open(Disk::folder(folder.journal()), journal_settings, environment).await?;
        let files = Bucket::folder("history", folder.history(), environment)?;
        let store = Store::open(files, &journal, store_settings(settings), environment).await?;
        let catalog_settings = CatalogSettings {
            trails_per_region_max: settings.size("limits.trails_per_region_max"),
            organization_accounts_max: settings.size("limits.organization_accounts_max"),
            delegated_administrators_max: settings.size("limits.delegated_administrators_max"),
            tags_per_trail_max: settings.size("limits.tags_per_trail_max"),
            list_tags_resources_max: settings.size("limits.list_tags_resources_max"),
            selectors: selector_limits(settings),
            protected_trails: settings.protected_trails.iter().map(ProtectedTable::trails).collect(),
        };
        let catalog = Catalog::open(&folder.catalog(), catalog_settings, environment).await?;
        let kms = open_kms(settings, folder, environment).await?;
        let iam = open_iam(settings, folder, &kms, environment).await?;
        let keys = bucket_keys(settings, &kms, environment);
        let buckets = Buckets::open_with_keys(folder.buckets(), remotes(settings)?, keys, environment).await?;
        let delivery = Delivery::open(DeliveryParts {
            journal: journal.clone(),
            trails: catalog.delivered_trails(),
            catalog: Some(catalog.clone()),
            buckets: buckets.clone().into(),
            endpoints: endpoints::of(settings, environment)?,
            keys: KeySource::generated(),
            state: Bucket::folder("delivery", folder.delivery(), environment)?,
            settings: DeliverySettings {
                log_interval: settings.seconds("delivery.log_interval_seconds"),
                digest_interval: settings.seconds("delivery.digest_interval_seconds"),
                bucket_policy: match settings.text("delivery.require_bucket_policy") {
                    "always" => BucketPolicyRule::Always,
                    _ => BucketPolicyRule::WhenPresent,
                },
                file_lock: file_lock(settings),
                log_group_backlog_bytes_max: settings.number("delivery.log_group_backlog_bytes_max"),
                file_bytes_max: settings.size("delivery.file_bytes_max"),
                open_bytes_max: settings.size("delivery.memory_bytes_max"),
                retry_wait_max: settings.seconds("delivery.retry_wait_max_seconds"),
                give_up_after: days(settings.number("delivery.give_up_after_days")),
                ..DeliverySettings::default()
            },
            environment: environment.clone(),
        })
        .await?;
        environment.tasks.spawn(delivery.clone().run());
        let recorder_settings = RecorderSettings {
            inflated_bytes_max: settings.size("limits.inflated_bytes_max"),
            quarantine: Some(Bucket::folder("quarantine", folder.quarantine(), environment)?),
            ..RecorderSettings::default()
        };
        let recorder = Recorder::new(journal.clone(), store.clone(), recorder_settings, environment);
        let parts = Self { journal, store, catalog, kms, iam, buckets, delivery, recorder };
        watching::start(&parts, settings, environment).await?;
        environment.tasks.spawn(expiry(&parts.buckets, settings, environment).run());
        Ok(parts)
    }

    /// What the server tells of itself.
    fn overview(&self, settings: &Settings, gateways: GatewaysView, folder: &DataFolder) -> Overview {
        Overview {
            journal: self.journal.clone(),
            store: self.store.clone(),
            delivery: self.delivery.clone(),
            trails: self.catalog.delivered_trails(),
            started_at: gateways.clock.now().unix_seconds(),
            gateways,
            settings: settings.views(),
            retention_days: settings.number("history.retention_days"),
            journal_folder: folder.journal(),
        }
    }

    fn listen(
        self,
        settings: &Settings,
        root: &RootCredentials,
        overview: Overview,
        environment: Environment,
    ) -> Result<Edge, Problem> {
        let probes = probes::ServerProbes::start(overview, &environment)?;
        let test_hooks = test_hooks(settings, &self.buckets)?;
        let s3 = EmbeddedS3::new(self.buckets, &environment);
        let directory = Directory::new(self.iam.clone(), self.kms.master_key().clone(), environment.random.clone());
        let sign_in = people::sign_in(settings, (&self.iam, &directory, &self.recorder), &environment)?;
        let services = Services {
            sign_in,
            catalog: self.catalog,
            history: History::new(self.store, &environment),
            delivery: self.delivery,
            kms: self.kms,
            directory: directory.clone(),
            iam: self.iam,
            journal: self.journal,
            environment: environment.clone(),
        };
        let parts = EdgeParts {
            services: Arc::new(services),
            identity: Arc::new(Identity::new(credentials(settings, root)).with_directory(directory)),
            recorder: self.recorder,
            s3: Arc::new(s3),
            settings: edge_settings(settings),
            probes: Arc::new(probes),
            test_hooks,
            environment,
        };
        Ok(Edge::bind(parts, settings.text("listen").parse()?)?)
    }
}

/// Refused where others could reach them: whoever can connect could delete every trail with one unsigned request.
fn test_hooks(settings: &Settings, buckets: &Buckets) -> Result<Option<TestHooks>, Problem> {
    if !settings.test_hooks {
        return Ok(None);
    }
    let address: SocketAddr = settings.text("listen").parse()?;
    if !address.ip().is_loopback() {
        return Err(format!("--test-hooks needs a loopback address to listen on, not {address}").into());
    }
    tracing::warn!("TEST HOOKS ARE ON: anyone on this machine can delete all trails and buckets with one request");
    Ok(Some(TestHooks::new(buckets.clone())))
}

/// What carries out the lifecycle rules of embedded buckets.
fn expiry(buckets: &Buckets, settings: &Settings, environment: &Environment) -> Expiry {
    let interval = settings.seconds("embedded_s3.lifecycle_interval_seconds");
    let settings = ExpirySettings { interval, objects_max: EXPIRY_OBJECTS_MAX };
    Expiry::new(buckets.clone(), settings, environment)
}

/// The lock that trails' files ask for.
fn file_lock(settings: &Settings) -> FileLock {
    let mode = LockMode::parse(&settings.text("delivery.object_lock.mode").to_ascii_uppercase());
    let days = u32::try_from(settings.number("delivery.object_lock.days")).unwrap_or(u32::MAX);
    let retention = mode.map(|mode| DefaultRetention { mode, period: RetentionPeriod::Days(days) });
    FileLock { retention, legal_hold: settings.text("delivery.object_lock.legal_hold") == "true" }
}

async fn open_kms(settings: &Settings, folder: &DataFolder, environment: &Environment) -> Result<Kms, Problem> {
    let given = (settings.text("kms.master_key"), settings.text("kms.master_key_file"));
    let master = master_key::find(folder, given, &environment.random)?;
    let kms = Kms::open(&folder.kms(), master, environment).await?;
    environment.tasks.spawn(kms.clone().run());
    Ok(kms)
}

async fn open_iam(
    settings: &Settings,
    folder: &DataFolder,
    kms: &Kms,
    environment: &Environment,
) -> Result<Iam, Problem> {
    let limits = IamLimits {
        users_max: settings.size("limits.iam_users_max"),
        groups_max: settings.size("limits.iam_groups_max"),
        roles_max: settings.size("limits.iam_roles_max"),
        policies_max: settings.size("limits.iam_policies_max"),
        ..IamLimits::default()
    };
    let iam = Iam::open(&folder.iam(), kms.master_key(), limits, environment).await?;
    declare(&iam, settings).await?;
    environment.tasks.spawn(iam.clone().run());
    Ok(iam)
}

/// Lets users, groups, roles and policies be as the settings file says.
async fn declare(iam: &Iam, settings: &Settings) -> Result<(), Problem> {
    let (file, declarations) = &settings.declarations;
    let declared = iam.declare(file, declarations).await.map_err(|error| format!("{file}: {error}"))?;
    for arn in declared.put {
        tracing::info!(arn, "as the settings declare it");
    }
    for arn in declared.removed {
        tracing::info!(arn, "removed: the settings declare it no more");
    }
    for arn in declared.kept {
        tracing::warn!(arn, "declared no more, and kept: somebody who is not declared has this policy");
    }
    Ok(())
}

fn bucket_keys(settings: &Settings, kms: &Kms, environment: &Environment) -> BucketKeys {
    let (master, random) = (kms.master_key().clone(), environment.random.clone());
    let keys = ObjectKeys { master, kms: Some(kms.clone()), random };
    BucketKeys { keys: Some(Arc::new(keys)), plain_by_default: settings.text("embedded_s3.encryption") == "none" }
}

fn selector_limits(settings: &Settings) -> SelectorLimits {
    SelectorLimits {
        event_selectors_max: settings.size("limits.event_selectors_max"),
        data_resources_max: settings.size("limits.data_resources_max"),
        values_max: settings.size("limits.selector_values_max"),
        more_resource_types: settings.words("selectors.more_resource_types").into_iter().map(str::to_owned).collect(),
    }
}

fn store_settings(settings: &Settings) -> StoreSettings {
    let kept: Vec<_> = settings.words("history.categories").into_iter().filter_map(crate::settings::category).collect();
    StoreSettings {
        flush_rows: settings.size("history.tail_events_max"),
        cache_bytes_max: settings.size("history.cache_bytes_max"),
        retention: days(settings.number("history.retention_days")),
        dropped_categories: Category::ALL.into_iter().filter(|category| !kept.contains(category)).collect(),
        ..StoreSettings::default()
    }
}

fn days(count: u64) -> std::time::Duration {
    std::time::Duration::from_secs(count.saturating_mul(86_400))
}

fn edge_settings(settings: &Settings) -> EdgeSettings {
    EdgeSettings {
        body_bytes_max: settings.size("limits.body_bytes_max"),
        ingest_body_bytes_max: settings.size("limits.ingest_body_bytes_max"),
        object_bytes_max: settings.number("limits.object_bytes_max"),
        connections_max: settings.size("limits.connections_max"),
        throttles: settings.text("limits.throttle") == "aws",
        trusted_proxies: settings.words("trusted_proxies").into_iter().filter_map(|word| word.parse().ok()).collect(),
        ..EdgeSettings::default()
    }
}

fn remotes(settings: &Settings) -> Result<Vec<RemoteBucket>, Problem> {
    let remote = |table: &crate::settings::BucketTable| -> Result<RemoteBucket, Problem> {
        Ok(RemoteBucket {
            name: table.name.clone(),
            endpoint_url: Some(table.endpoint_url.clone()),
            region: Region::parse(&table.region)?,
            access_key_id: table.access_key_id.clone(),
            secret_access_key: table.secret_access_key.clone().into(),
            path_style: table.path_style,
            sets_acl: table.sets_acl,
            allow_local: table.allow_local,
            keys: match table.kms_keys {
                crate::settings::KeysOf::Cairn => RemoteKeys::Ours,
                crate::settings::KeysOf::Endpoint => RemoteKeys::Theirs,
            },
        })
    };
    settings.buckets.iter().map(remote).collect()
}

fn credentials(settings: &Settings, root: &RootCredentials) -> Vec<Credential> {
    let default =
        Credential::root(AccountId::DEFAULT, &root.access_key_id, SecretKey::new(root.secret_access_key.clone()));
    let others = settings.accounts.iter().flat_map(|account| {
        account
            .keys
            .iter()
            .map(|key| Credential::root(account.id, &key.access_key_id, SecretKey::new(key.secret_access_key.clone())))
    });
    std::iter::once(default).chain(others).collect()
}
