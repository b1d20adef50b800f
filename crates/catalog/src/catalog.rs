//! The catalogue as its callers see it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_environment::Environment;
use cairn_model::selectors::{AggregationConfiguration, InsightSelector, SelectorLimits};
use cairn_model::{AccountId, EventSelectors, Region, Sequence, Timestamp, TrailReference};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, watch};

use crate::change::{Change, View};
use crate::commit::{Committed, Image, Occasion};
use crate::{
    CatalogSettings, Cause, ChangeError, Notice, OrganizationError, Organizations, PendingRequest, Stopped, Trail,
    notice, schema,
};

/// Trails and what belongs to them. Clones are the same catalogue.
#[derive(Clone)]
pub struct Catalog {
    pub(crate) shared: Arc<Shared>,
    pub(crate) environment: Environment,
    cause: Option<Cause>,
}

pub(crate) struct Shared {
    /// Held through a whole change, so that the image is renewed in the order of the changes.
    pub(crate) connection: Mutex<Option<SqliteConnection>>,
    trails: watch::Sender<Arc<Vec<Trail>>>,
    pub(crate) notices: watch::Sender<Arc<Vec<Notice>>>,
    organizations: watch::Sender<Arc<Organizations>>,
    delivered: watch::Sender<Arc<Vec<Trail>>>,
    pub(crate) settings: CatalogSettings,
}

/// The catalogue's storage failed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file cannot be created or made private.
    #[error("{}: {error}", path.display())]
    File {
        /// The catalogue's file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// SQLite refused.
    #[error("the catalogue's database: {0}")]
    Database(#[from] sqlx::Error),
    /// A newer Cairn wrote the file.
    #[error("the catalogue has version {found}; this Cairn knows versions up to {known}")]
    TooNew {
        /// Its version.
        found: usize,
        /// The newest known one.
        known: usize,
    },
    /// A row cannot be read.
    #[error("the catalogue's trail {trail}: {reason}")]
    Damaged {
        /// Its id.
        trail: String,
        /// What is wrong.
        reason: String,
    },
    /// An organization's row cannot be read.
    #[error("the catalogue's organization {organization}: {reason}")]
    DamagedOrganization {
        /// Its id.
        organization: String,
        /// What is wrong.
        reason: String,
    },
    /// The catalogue was closed.
    #[error("the catalogue is closed")]
    Closed,
}

impl Catalog {
    /// Opens the catalogue at `path`, a file that is created when absent and readable by its owner only.
    ///
    /// # Errors
    /// [`CatalogError`] when the file cannot be used or was written by a newer Cairn.
    pub async fn open(path: &Path, settings: CatalogSettings, environment: &Environment) -> Result<Self, CatalogError> {
        let mut connection = schema::open(path).await?;
        let Image { trails, organizations } = Image::load(&mut connection).await?;
        let shared = Shared {
            notices: watch::Sender::new(Arc::new(notice::load(&mut connection).await?)),
            connection: Mutex::new(Some(connection)),
            delivered: watch::Sender::new(Arc::new(organizations.delivered(&trails))),
            trails: watch::Sender::new(Arc::new(trails)),
            organizations: watch::Sender::new(Arc::new(organizations)),
            settings,
        };
        Ok(Self { shared: Arc::new(shared), environment: environment.clone(), cause: None })
    }

    /// The same catalogue for the changes of one call: what they take away is noted with it. A protected trail is
    /// changed by nobody else.
    #[must_use]
    pub fn caused_by(&self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self.clone() }
    }

    /// What an operator set about it.
    pub fn settings(&self) -> &CatalogSettings {
        &self.shared.settings
    }

    /// How many selectors and values a trail may have.
    pub fn selector_limits(&self) -> &SelectorLimits {
        &self.shared.settings.selectors
    }

    /// Every trail in the order of creation, renewed after each change. Deleted ones stay until they are forgotten.
    pub fn trails(&self) -> watch::Receiver<Arc<Vec<Trail>>> {
        self.shared.trails.subscribe()
    }

    /// What delivery works on, renewed after each change: every trail, and the parts of organization trails that are
    /// other accounts', as trails of their own.
    pub fn delivered_trails(&self) -> watch::Receiver<Arc<Vec<Trail>>> {
        self.shared.delivered.subscribe()
    }

    /// Every organization as it is now.
    pub fn organizations(&self) -> Arc<Organizations> {
        Arc::clone(&self.shared.organizations.borrow())
    }

    /// The trails that `account` sees, in every Region, without the deleted ones: its own, and those of its
    /// organization.
    pub fn seen_trails(&self, account: AccountId) -> Vec<Trail> {
        let (image, organizations) = (Arc::clone(&self.shared.trails.borrow()), self.organizations());
        let seen = |trail: &&Trail| trail.deleted_at.is_none() && organizations.is_seen_by(trail, account);
        image.iter().filter(seen).cloned().collect()
    }

    /// The trails of `account`, in every Region, without the deleted ones.
    pub fn list_trails(&self, account: AccountId) -> Vec<Trail> {
        let image = Arc::clone(&self.shared.trails.borrow());
        image.iter().filter(|trail| trail.account == account && trail.deleted_at.is_none()).cloned().collect()
    }

    /// The trail that `reference` means to `account` in `region`: by name one of its own that is seen there, by ARN any
    /// one, also of its organization.
    pub fn find_trail(&self, account: AccountId, region: &Region, reference: &TrailReference) -> Option<Trail> {
        self.seen_trails(account).into_iter().find(|trail| match reference {
            TrailReference::Name(name) => trail.account == account && trail.name == *name && trail.visible_in(region),
            TrailReference::Arn(arn) => {
                trail.name == arn.name && trail.home_region == arn.home_region && trail.account == arn.account
            }
        })
    }

    /// Whether there is room for `trail` now; [`Catalog::create_trail`] decides.
    ///
    /// # Errors
    /// Those of [`Catalog::create_trail`].
    pub fn check_new_trail(&self, trail: &Trail) -> Result<(), ChangeError> {
        let image = Arc::clone(&self.shared.trails.borrow());
        let view = View { trails: &image, organizations: &self.organizations(), settings: &self.shared.settings };
        Change::Create(Box::new(trail.clone())).decide(view).map(drop)
    }

    /// Keeps a new trail, whose id must be new.
    ///
    /// # Errors
    /// [`ChangeError`] when its name is taken, a Region has too many trails, or it has too many tags.
    pub async fn create_trail(&self, trail: Trail) -> Result<(), ChangeError> {
        self.change(Change::Create(Box::new(trail))).await
    }

    /// Replaces `before` by `after`, the same trail with other settings.
    ///
    /// # Errors
    /// [`ChangeError::Conflict`] when the trail is not as in `before` any more; when it becomes multi-Region also
    /// what [`Catalog::create_trail`] refuses.
    pub async fn update_trail(&self, before: Trail, after: Trail) -> Result<(), ChangeError> {
        self.change(Change::Update { before: Box::new(before), after: Box::new(after) }).await
    }

    /// Replaces `before` by `after`, which became an organization trail `now` or is none any more.
    ///
    /// # Errors
    /// As [`Catalog::update_trail`]; [`ChangeError::Conflict`] also when the organization has no such trails.
    pub async fn convert_trail(&self, before: Trail, after: Trail, now: Stopped) -> Result<(), ChangeError> {
        self.change(Change::Convert { before: Box::new(before), after: Box::new(after), now }).await
    }

    /// Changes organizations. Trails of one that is gone, or trusts CloudTrail no longer, become ordinary ones.
    ///
    /// # Errors
    /// What `change` returns, after which nothing has changed, or that the storage failed.
    pub async fn change_organizations<C>(&self, change: C) -> Result<(), OrganizationError>
    where
        C: FnOnce(&mut Organizations) -> Result<(), OrganizationError> + Send + 'static,
    {
        let (shared, environment, cause) = (Arc::clone(&self.shared), self.environment.clone(), self.cause.clone());
        let run = async move { shared.apply_to_organizations(change, cause, &environment).await };
        let run = self.environment.tasks.spawn(run);
        run.await.unwrap_or(Err(OrganizationError::Catalog(CatalogError::Closed)))
    }

    /// Opens a span of logging that begins at the event `from`. A trail that logs already stays as it is.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail.
    pub async fn start_logging(&self, id: &str, from: Sequence, at: Timestamp) -> Result<(), ChangeError> {
        self.change(Change::StartLogging { id: id.to_owned(), from, at }).await
    }

    /// Closes the open span of logging. A trail that does not log stays as it is.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail.
    pub async fn stop_logging(&self, id: &str, end: Stopped) -> Result<(), ChangeError> {
        self.change(Change::StopLogging { id: id.to_owned(), end }).await
    }

    /// Replaces all selectors of a trail.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail.
    pub async fn put_event_selectors(&self, id: &str, selectors: EventSelectors) -> Result<(), ChangeError> {
        self.change(Change::PutEventSelectors { id: id.to_owned(), selectors }).await
    }

    /// Replaces all Insights selectors of a trail; without any, Insights are off.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail.
    pub async fn put_insight_selectors(&self, id: &str, selectors: Vec<InsightSelector>) -> Result<(), ChangeError> {
        self.change(Change::PutInsightSelectors { id: id.to_owned(), selectors }).await
    }

    /// Replaces the summaries of data events that a trail asks for.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail.
    pub async fn put_aggregation(
        &self,
        id: &str,
        configurations: Vec<AggregationConfiguration>,
    ) -> Result<(), ChangeError> {
        self.change(Change::PutAggregation { id: id.to_owned(), configurations }).await
    }

    /// Adds tags, or gives those that are there new values.
    ///
    /// # Errors
    /// [`ChangeError::TooManyTags`], and [`ChangeError::NotFound`] when there is no such trail.
    pub async fn add_tags(&self, id: &str, tags: BTreeMap<String, Option<String>>) -> Result<(), ChangeError> {
        self.change(Change::AddTags { id: id.to_owned(), tags }).await
    }

    /// Removes the tags with these keys; absent ones are fine.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail.
    pub async fn remove_tags(&self, id: &str, keys: BTreeSet<String>) -> Result<(), ChangeError> {
        self.change(Change::RemoveTags { id: id.to_owned(), keys }).await
    }

    /// Marks a trail as deleted and closes its open span of logging. Its name is free again at once; it stays in the
    /// image until [`Catalog::forget`].
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail.
    pub async fn delete_trail(&self, id: &str, end: Stopped) -> Result<(), ChangeError> {
        self.change(Change::Delete { id: id.to_owned(), end }).await
    }

    /// Removes a deleted trail for good, once nothing of it is left to deliver.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such trail, or it was not deleted.
    pub async fn forget(&self, id: &str) -> Result<(), ChangeError> {
        self.change(Change::Forget { id: id.to_owned() }).await
    }

    /// Nothing is left to deliver of a part of an organization trail, as [`Catalog::delivered_trails`] gave it.
    ///
    /// # Errors
    /// [`ChangeError::Catalog`]
    pub async fn forget_part(&self, part: &Trail) -> Result<(), ChangeError> {
        let trail = part.id.split('/').next().unwrap_or_default().to_owned();
        let from = part.logging.last().map(|span| span.from).unwrap_or_default();
        let account = part.recorded_account();
        let forgotten = self.change_organizations(move |organizations| {
            organizations.forget_part(&trail, account, from);
            Ok(())
        });
        match forgotten.await {
            Err(OrganizationError::Catalog(error)) => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Finishes the change that is going on and closes the file. Reading from the image goes on to work.
    ///
    /// # Errors
    /// [`CatalogError::Database`] when the file cannot be closed in order; what was changed is durable anyway.
    pub async fn close(&self) -> Result<(), CatalogError> {
        let connection = self.shared.connection.lock().await.take();
        match connection {
            Some(connection) => Ok(connection.close().await?),
            None => Ok(()),
        }
    }

    /// Runs `change` to its end even if the caller goes away: a committed change must reach the image.
    async fn change(&self, change: Change) -> Result<(), ChangeError> {
        let (shared, environment, cause) = (Arc::clone(&self.shared), self.environment.clone(), self.cause.clone());
        let run = self.environment.tasks.spawn(async move { shared.apply(change, cause, &environment).await });
        run.await.unwrap_or(Err(ChangeError::Catalog(CatalogError::Closed)))
    }
}

impl Shared {
    async fn apply(&self, change: Change, cause: Option<Cause>, environment: &Environment) -> Result<(), ChangeError> {
        let mut guard = self.connection.lock().await;
        let connection = guard.as_mut().ok_or(CatalogError::Closed)?;
        let occasion = Occasion { cause, settings: &self.settings, environment, now: environment.clock.now() };
        let committed = occasion.commit(connection, change).await?;
        self.renew(committed).map_or(Ok(()), |request| Err(ChangeError::ApprovalPending(Box::new(request))))
    }

    async fn apply_to_organizations<C>(
        &self,
        change: C,
        cause: Option<Cause>,
        environment: &Environment,
    ) -> Result<(), OrganizationError>
    where
        C: FnOnce(&mut Organizations) -> Result<(), OrganizationError>,
    {
        let mut guard = self.connection.lock().await;
        let connection = guard.as_mut().ok_or(CatalogError::Closed)?;
        let occasion = Occasion { cause, settings: &self.settings, environment, now: environment.clock.now() };
        let committed = occasion.commit_organizations(connection, change).await?;
        self.renew(committed).map_or(Ok(()), |request| Err(OrganizationError::ApprovalPending(Box::new(request))))
    }

    /// Takes up what was committed, and gives the request that waits in place of the change.
    fn renew(&self, committed: Committed) -> Option<PendingRequest> {
        let Committed { image: Image { trails, organizations }, notices, waiting } = committed;
        // The notice first: whoever sees the change can see what there is to tell about it.
        self.notices.send_replace(Arc::new(notices));
        self.delivered.send_replace(Arc::new(organizations.delivered(&trails)));
        self.organizations.send_replace(Arc::new(organizations));
        self.trails.send_replace(Arc::new(trails));
        waiting
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").field("trails", &self.shared.trails.borrow().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::selectors::{
        AdvancedEventSelector, AdvancedFieldSelector, AggregationTemplate, InsightType, SourceEventCategory,
    };
    use cairn_model::{TrailArn, TrailName};

    use super::*;

    struct Fixture {
        folder: tempfile::TempDir,
        catalog: Catalog,
    }

    async fn open(folder: &Path) -> Catalog {
        Catalog::open(&folder.join("catalog.sqlite"), CatalogSettings::default(), &Environment::real()).await.unwrap()
    }

    async fn fixture() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        Fixture { catalog: open(folder.path()).await, folder }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    fn region(name: &str) -> Region {
        Region::parse(name).unwrap()
    }

    fn trail(name: &str, home_region: &str) -> Trail {
        Trail::example(name, home_region)
    }

    fn multi(name: &str, home_region: &str) -> Trail {
        Trail { is_multi_region: true, ..trail(name, home_region) }
    }

    #[tokio::test]
    async fn all_of_a_trail_is_there_again_after_opening_anew() {
        let Fixture { folder, catalog } = fixture().await;
        let mut made = multi("one", "eu-west-1");
        catalog.create_trail(made.clone()).await.unwrap();
        catalog.start_logging(&made.id, Sequence(3), at(10)).await.unwrap();
        catalog.stop_logging(&made.id, Stopped { until: Sequence(9), at: at(20) }).await.unwrap();
        catalog.start_logging(&made.id, Sequence(9), at(30)).await.unwrap();
        let image = catalog.list_trails(AccountId::DEFAULT);
        catalog.close().await.unwrap();
        let again = open(folder.path()).await;
        assert_eq!(again.list_trails(AccountId::DEFAULT), image);
        made.logging.clone_from(&image[0].logging);
        assert_eq!(image, [made]);
        assert_eq!(image[0].logging.len(), 2);
        assert!(image[0].is_logging());
    }

    #[tokio::test]
    async fn selectors_of_every_kind_are_there_again_after_opening_anew() {
        let Fixture { folder, catalog } = fixture().await;
        let made = trail("one", "us-east-1");
        catalog.create_trail(made.clone()).await.unwrap();
        let condition = AdvancedFieldSelector {
            field: Some("eventCategory".into()),
            equals: Some(vec!["Management".into()]),
            ..AdvancedFieldSelector::default()
        };
        let selector = AdvancedEventSelector { name: Some("é".into()), field_selectors: Some(vec![condition]) };
        let selectors = EventSelectors::Advanced(vec![selector]);
        let insights = vec![
            InsightSelector { insight_type: InsightType::ApiCallRateInsight, event_categories: None },
            InsightSelector {
                insight_type: InsightType::ApiErrorRateInsight,
                event_categories: Some(vec![SourceEventCategory::Data]),
            },
        ];
        let summaries = vec![AggregationConfiguration { templates: vec![AggregationTemplate::UserActions] }];
        catalog.put_event_selectors(&made.id, selectors.clone()).await.unwrap();
        catalog.put_insight_selectors(&made.id, insights.clone()).await.unwrap();
        catalog.put_aggregation(&made.id, summaries.clone()).await.unwrap();
        catalog.close().await.unwrap();
        let again = open(folder.path()).await;
        let found = &again.list_trails(AccountId::DEFAULT)[0];
        assert_eq!((&found.event_selectors, &found.insight_selectors), (&selectors, &insights));
        assert_eq!(found.aggregation_configurations, summaries);
        again.put_event_selectors(&made.id, EventSelectors::default()).await.unwrap();
        assert_eq!(again.list_trails(AccountId::DEFAULT)[0].event_selectors, EventSelectors::default());
    }

    #[tokio::test]
    async fn a_catalogue_of_the_first_version_is_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        schema::make_first_version(&path).await;
        let catalog = open(folder.path()).await;
        let trails = catalog.list_trails(AccountId::DEFAULT);
        assert_eq!(trails.len(), 1);
        assert_eq!(trails[0].event_selectors, EventSelectors::default());
        assert_eq!((trails[0].insight_selectors.len(), trails[0].aggregation_configurations.len()), (0, 0));
    }

    #[tokio::test]
    async fn starting_and_stopping_twice_changes_nothing() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        let made = trail("one", "us-east-1");
        catalog.create_trail(made.clone()).await.unwrap();
        let end = Stopped { until: Sequence(4), at: at(4) };
        catalog.stop_logging(&made.id, end).await.unwrap();
        catalog.start_logging(&made.id, Sequence(1), at(1)).await.unwrap();
        catalog.start_logging(&made.id, Sequence(2), at(2)).await.unwrap();
        catalog.stop_logging(&made.id, end).await.unwrap();
        catalog.stop_logging(&made.id, Stopped { until: Sequence(8), at: at(8) }).await.unwrap();
        let logging = &catalog.list_trails(made.account)[0].logging;
        assert_eq!(logging.len(), 1);
        assert_eq!((logging[0].from, logging[0].stopped), (Sequence(1), Some(end)));
    }

    #[tokio::test]
    async fn names_are_taken_wherever_two_trails_would_meet() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        catalog.create_trail(trail("one", "us-east-1")).await.unwrap();
        catalog.create_trail(trail("one", "us-west-2")).await.unwrap();
        catalog.create_trail(multi("two", "us-east-1")).await.unwrap();
        for taken in [trail("one", "us-east-1"), multi("one", "eu-west-1"), trail("two", "eu-west-1")] {
            let refused = catalog.create_trail(Trail { id: "new".into(), ..taken }).await;
            assert!(matches!(refused, Err(ChangeError::NameTaken { .. })));
        }
        let elsewhere = Trail { account: AccountId::parse("111122223333").unwrap(), ..multi("one", "us-east-1") };
        catalog.create_trail(Trail { id: "other".into(), ..elsewhere }).await.unwrap();
    }

    #[tokio::test]
    async fn shadow_trails_count_in_every_region_where_they_are_seen() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        for name in ["t-1", "t-2", "t-3"] {
            catalog.create_trail(trail(name, "us-east-1")).await.unwrap();
        }
        catalog.create_trail(multi("m-1", "eu-west-1")).await.unwrap();
        catalog.create_trail(multi("m-2", "eu-west-1")).await.unwrap();
        let full = |result| match result {
            Err(ChangeError::TooManyTrails { region, limit: 5, .. }) => region.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(full(catalog.create_trail(trail("t-4", "us-east-1")).await), "us-east-1");
        assert_eq!(full(catalog.create_trail(multi("m-3", "eu-west-1")).await), "us-east-1");
        let local = trail("t-5", "eu-west-1");
        catalog.create_trail(local.clone()).await.unwrap();
        let widened = Trail { is_multi_region: true, ..local.clone() };
        assert_eq!(full(catalog.update_trail(local, widened).await), "us-east-1");
    }

    #[tokio::test]
    async fn an_update_of_what_changed_meanwhile_is_refused() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        let first = trail("one", "us-east-1");
        catalog.create_trail(first.clone()).await.unwrap();
        let second = Trail { s3_bucket_name: "other".into(), ..first.clone() };
        catalog.update_trail(first.clone(), second.clone()).await.unwrap();
        let refused = catalog.update_trail(first.clone(), second.clone()).await;
        assert!(matches!(refused, Err(ChangeError::Conflict)));
        assert_eq!(catalog.list_trails(first.account), [second]);
    }

    #[tokio::test]
    async fn tags_are_added_replaced_removed_and_limited() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        let made = trail("one", "us-east-1");
        catalog.create_trail(made.clone()).await.unwrap();
        let numbered = |count: usize| (0..count).map(|n| (format!("k{n}"), None)).collect::<BTreeMap<_, _>>();
        let refused = catalog.add_tags(&made.id, numbered(49)).await;
        assert!(matches!(refused, Err(ChangeError::TooManyTags { limit: 50 })));
        catalog.add_tags(&made.id, numbered(48)).await.unwrap();
        catalog.add_tags(&made.id, [("a".to_owned(), Some("2".to_owned()))].into()).await.unwrap();
        catalog.remove_tags(&made.id, ["b".to_owned(), "never".to_owned()].into()).await.unwrap();
        let tags = &catalog.list_trails(made.account)[0].tags;
        assert_eq!(tags.len(), 49);
        assert_eq!(tags["a"].as_deref(), Some("2"));
    }

    #[tokio::test]
    async fn a_deleted_trail_frees_its_name_and_stays_until_it_is_forgotten() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        let made = trail("one", "us-east-1");
        catalog.create_trail(made.clone()).await.unwrap();
        catalog.start_logging(&made.id, Sequence(1), at(1)).await.unwrap();
        assert!(matches!(catalog.forget(&made.id).await, Err(ChangeError::NotFound)));
        let mut image = catalog.trails();
        image.mark_unchanged();
        catalog.delete_trail(&made.id, Stopped { until: Sequence(5), at: at(9) }).await.unwrap();
        assert!(image.has_changed().unwrap());
        assert_eq!(image.borrow_and_update()[0].deleted_at, Some(at(9)));
        assert!(!image.borrow()[0].is_logging());
        assert!(catalog.list_trails(made.account).is_empty());
        assert!(matches!(
            catalog.delete_trail(&made.id, Stopped { until: Sequence(5), at: at(9) }).await,
            Err(ChangeError::NotFound)
        ));
        catalog.create_trail(Trail { id: "again".into(), ..made.clone() }).await.unwrap();
        catalog.forget(&made.id).await.unwrap();
        assert_eq!(catalog.trails().borrow().len(), 1);
    }

    #[tokio::test]
    async fn a_trail_is_found_by_name_where_it_is_seen_and_by_arn_everywhere() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        catalog.create_trail(trail("local", "us-east-1")).await.unwrap();
        catalog.create_trail(multi("global", "us-east-1")).await.unwrap();
        let account = AccountId::DEFAULT;
        let name = |name: &str| TrailReference::Name(TrailName::parse(name).unwrap());
        let arn = |name: &str, home: &str| {
            let name = TrailName::parse(name).unwrap();
            TrailReference::Arn(TrailArn { home_region: region(home), account, name })
        };
        let found = |at: &str, reference| catalog.find_trail(account, &region(at), &reference).is_some();
        assert!(found("us-east-1", name("local")));
        assert!(!found("eu-west-1", name("local")));
        assert!(found("eu-west-1", name("global")));
        assert!(found("eu-west-1", arn("local", "us-east-1")));
        assert!(!found("us-east-1", arn("local", "eu-west-1")));
        let stranger = AccountId::parse("111122223333").unwrap();
        assert!(catalog.find_trail(stranger, &region("us-east-1"), &arn("local", "us-east-1")).is_none());
    }

    #[tokio::test]
    async fn a_closed_catalogue_refuses_changes_and_still_reads() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        catalog.create_trail(trail("one", "us-east-1")).await.unwrap();
        catalog.close().await.unwrap();
        catalog.close().await.unwrap();
        let refused = catalog.create_trail(trail("two", "us-east-1")).await;
        assert!(matches!(refused, Err(ChangeError::Catalog(CatalogError::Closed))));
        assert_eq!(catalog.list_trails(AccountId::DEFAULT).len(), 1);
    }

    #[tokio::test]
    async fn an_organization_its_trail_and_the_parts_are_there_again_after_opening_anew() {
        let Fixture { folder, catalog } = fixture().await;
        let other = AccountId::parse("111122223333").unwrap();
        let member = |account| crate::NewMember { account, name: "n".into(), email: format!("{account}@e.example") };
        let now = Stopped { until: Sequence(1), at: at(1) };
        let set_up = move |all: &mut Organizations| {
            all.create(("o-1".into(), "r-1".into()), crate::FeatureSet::All, member(AccountId::DEFAULT), now)?;
            all.invite(AccountId::DEFAULT, ("h-1".into(), other), None, at(1))?;
            all.accept(member(other), "h-1", 10, now)?;
            all.enable_service(AccountId::DEFAULT, crate::CLOUDTRAIL_PRINCIPAL.to_owned(), at(1))
        };
        catalog.change_organizations(set_up).await.unwrap();
        let made = Trail { organization: Some("o-1".into()), ..multi("one", "us-east-1") };
        catalog.create_trail(made.clone()).await.unwrap();
        catalog.start_logging(&made.id, Sequence(3), at(10)).await.unwrap();
        let delivered = Arc::clone(&catalog.delivered_trails().borrow());
        let accounts: Vec<_> = delivered.iter().map(Trail::recorded_account).collect();
        assert_eq!(accounts, [AccountId::DEFAULT, other]);
        assert_eq!(catalog.seen_trails(other).len(), 1);
        catalog.close().await.unwrap();
        let again = open(folder.path()).await;
        assert_eq!(*again.delivered_trails().borrow(), delivered);
        again.delete_trail(&made.id, Stopped { until: Sequence(9), at: at(20) }).await.unwrap();
        again.forget(&made.id).await.unwrap();
        assert!(again.delivered_trails().borrow().is_empty());
    }

    #[tokio::test]
    async fn no_trail_is_kept_for_an_organization_that_does_not_trust_cloudtrail() {
        let Fixture { catalog, folder: _folder } = fixture().await;
        let made = Trail { organization: Some("o-1".into()), ..trail("one", "us-east-1") };
        assert!(matches!(catalog.create_trail(made).await, Err(ChangeError::Conflict)));
        assert!(catalog.trails().borrow().is_empty());
    }
}
