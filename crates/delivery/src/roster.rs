//! The trails as delivery sees them: each with its selectors compiled, renewed only when the catalogue changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_catalog::Trail;
use cairn_model::selectors::{EventPlace, Matcher, Subject};
use cairn_model::{AccountId, Category, Entry, EventError, EventFields, Observation, Region, Timestamp};

use crate::file_kind::FileKind;

/// All trails.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    image: Arc<Vec<Trail>>,
    trails: Vec<Arc<Trail>>,
    by_account: BTreeMap<AccountId, Vec<Listed>>,
}

#[derive(Debug, Clone)]
struct Listed {
    trail: Arc<Trail>,
    matcher: Arc<Matcher>,
}

/// Where an event goes.
#[derive(Debug)]
pub(crate) struct Sorted {
    /// Each trail that asks for it.
    pub(crate) trails: Vec<Arc<Trail>>,
    /// In whose files it belongs.
    pub(crate) region: Region,
    /// When it happened.
    pub(crate) event_time: Timestamp,
    /// In which kind of files it stands.
    pub(crate) kind: FileKind,
    /// What summaries count of it, when one of the trails asks for that.
    pub(crate) counted: Option<Observation>,
}

impl Roster {
    /// Takes up the catalogue's trails as they are now. What has not changed stays the same.
    pub(crate) fn renew(&mut self, image: &Arc<Vec<Trail>>) {
        if Arc::ptr_eq(&self.image, image) {
            return;
        }
        let known: BTreeMap<String, Listed> =
            self.by_account.values().flatten().map(|listed| (listed.trail.id.clone(), listed.clone())).collect();
        self.by_account.clear();
        self.trails.clear();
        for trail in image.iter() {
            let listed = match known.get(&trail.id) {
                Some(known) if *known.trail == *trail => known.clone(),
                Some(known) if known.trail.event_selectors == trail.event_selectors => {
                    Listed { trail: Arc::new(trail.clone()), matcher: Arc::clone(&known.matcher) }
                }
                _ => Listed { trail: Arc::new(trail.clone()), matcher: Arc::new(trail.event_selectors.matcher()) },
            };
            self.trails.push(Arc::clone(&listed.trail));
            self.by_account.entry(trail.recorded_account()).or_default().push(listed);
        }
        self.image = Arc::clone(image);
    }

    /// Every trail in the order of creation.
    pub(crate) fn trails(&self) -> &[Arc<Trail>] {
        &self.trails
    }

    /// Which trails ask for an event. Its fields are read at most once, and not at all when no trail logged then.
    ///
    /// # Errors
    /// When the event cannot be read.
    pub(crate) fn sort(&self, entry: &Entry) -> Result<Option<Sorted>, EventError> {
        let of_account = self.by_account.get(&entry.account).map(Vec::as_slice).unwrap_or_default();
        let covers = |listed: &&Listed| listed.trail.covers(entry.sequence, entry.received_at);
        let mut covering = of_account.iter().filter(covers).peekable();
        if covering.peek().is_none() {
            return Ok(None);
        }
        let event = entry.fields()?;
        let (subject, place) = (Subject::of(&event), EventPlace::of(&event, &entry.event));
        let asks = |listed: &&Listed| {
            listed.matcher.matches(&subject)
                && place.is_covered_by(listed.trail.region_scope())
                && (listed.trail.recursive_logging || !is_own_delivery(&event))
        };
        let trails: Vec<_> = covering.filter(asks).map(|listed| Arc::clone(&listed.trail)).collect();
        if trails.is_empty() {
            return Ok(None);
        }
        let is_summed = |trail: &Arc<Trail>| !trail.aggregation_configurations.is_empty();
        let counted =
            (event.category == Category::Data && trails.iter().any(is_summed)).then(|| Observation::of(&event));
        let (event_time, kind) = (event.event_time, event.category.into());
        Ok(Some(Sorted { trails, region: place.into_region(), event_time, kind, counted }))
    }

    /// Whether a trail asks for an event.
    pub(crate) fn asks_for(&self, entry: &Entry) -> bool {
        matches!(self.sort(entry), Ok(Some(_)))
    }
}

/// Whether CloudTrail delivered something there: what `RecursiveLogging` is about (reference section 4.2).
fn is_own_delivery(event: &EventFields<'_>) -> bool {
    let call = (event.event_source.as_deref(), event.event_name.as_deref());
    event.user_identity.invoked_by() == Some("cloudtrail.amazonaws.com")
        && matches!(
            call,
            (Some("s3.amazonaws.com"), Some("PutObject")) | (Some("logs.amazonaws.com"), Some("PutLogEvents"))
        )
}
