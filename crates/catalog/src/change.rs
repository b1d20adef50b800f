//! What can change: each change looks at the trails as they are and says which one becomes what.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::selectors::{AggregationConfiguration, InsightSelector};
use cairn_model::{AccountId, EventSelectors, Region, Sequence, Timestamp, TrailName};

use crate::{CatalogError, CatalogSettings, LoggingSpan, PendingRequest, Stopped, Trail};

/// One change, with all that it needs.
#[derive(Debug)]
pub(crate) enum Change {
    Create(Box<Trail>),
    Update { before: Box<Trail>, after: Box<Trail> },
    StartLogging { id: String, from: Sequence, at: Timestamp },
    StopLogging { id: String, end: Stopped },
    PutEventSelectors { id: String, selectors: EventSelectors },
    PutInsightSelectors { id: String, selectors: Vec<InsightSelector> },
    PutAggregation { id: String, configurations: Vec<AggregationConfiguration> },
    AddTags { id: String, tags: BTreeMap<String, Option<String>> },
    RemoveTags { id: String, keys: BTreeSet<String> },
    Delete { id: String, end: Stopped },
    Forget { id: String },
}

/// What a change comes to.
#[derive(Debug)]
pub(crate) enum Effect {
    Put(Box<Trail>),
    Remove(String),
}

/// Why a change was refused. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A trail of that name is seen in one of the Regions already.
    #[error("the account {account} has a trail called {name} already")]
    NameTaken {
        /// Whose.
        account: AccountId,
        /// The name.
        name: TrailName,
    },
    /// The account sees as many trails in a Region as it may.
    #[error("the account {account} has {limit} trails in {region} already")]
    TooManyTrails {
        /// Whose.
        account: AccountId,
        /// The Region that is full.
        region: Region,
        /// How many it may see.
        limit: usize,
    },
    /// More tags than a trail may have.
    #[error("a trail has at most {limit} tags")]
    TooManyTags {
        /// How many it may have.
        limit: usize,
    },
    /// No such trail, or it was deleted.
    #[error("there is no such trail")]
    NotFound,
    /// Somebody else changed the trail since it was read.
    #[error("the trail was changed by another request at the same time")]
    Conflict,
    /// The trail is protected, and the change waits to be approved.
    #[error("the trail is protected; the request {} waits for {}", .0.id, .0.condition())]
    ApprovalPending(Box<PendingRequest>),
    /// The storage failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl Change {
    /// Decides on the change, given all `trails`.
    pub(crate) fn decide(self, trails: &[Trail], settings: &CatalogSettings) -> Result<Effect, ChangeError> {
        let live = |id: &str| {
            let found = trails.iter().find(|trail| trail.id == id && trail.deleted_at.is_none());
            found.cloned().map(Box::new).ok_or(ChangeError::NotFound)
        };
        Ok(match self {
            Self::Create(trail) => {
                check_place(&trail, trails, settings)?;
                check_tags(&trail, settings)?;
                Effect::Put(trail)
            }
            Self::Update { before, after } => {
                let current = live(&before.id)?;
                Effect::Put(update(&current, &before, after, trails, settings)?)
            }
            Self::StartLogging { id, from, at } => Effect::Put(start_logging(live(&id)?, from, at)),
            Self::StopLogging { id, end } => Effect::Put(stop_logging(live(&id)?, end)),
            Self::PutEventSelectors { id, selectors } => {
                let mut trail = live(&id)?;
                trail.event_selectors = selectors;
                Effect::Put(trail)
            }
            Self::PutInsightSelectors { id, selectors } => {
                let mut trail = live(&id)?;
                trail.insight_selectors = selectors;
                Effect::Put(trail)
            }
            Self::PutAggregation { id, configurations } => {
                let mut trail = live(&id)?;
                trail.aggregation_configurations = configurations;
                Effect::Put(trail)
            }
            Self::AddTags { id, tags } => {
                let mut trail = live(&id)?;
                trail.tags.extend(tags);
                check_tags(&trail, settings)?;
                Effect::Put(trail)
            }
            Self::RemoveTags { id, keys } => {
                let mut trail = live(&id)?;
                trail.tags.retain(|key, _| !keys.contains(key));
                Effect::Put(trail)
            }
            Self::Delete { id, end } => {
                let mut trail = stop_logging(live(&id)?, end);
                trail.deleted_at = Some(end.at);
                Effect::Put(trail)
            }
            Self::Forget { id } => {
                let deleted = trails.iter().any(|trail| trail.id == id && trail.deleted_at.is_some());
                if deleted { Effect::Remove(id) } else { return Err(ChangeError::NotFound) }
            }
        })
    }
}

fn update(
    current: &Trail,
    before: &Trail,
    after: Box<Trail>,
    trails: &[Trail],
    settings: &CatalogSettings,
) -> Result<Box<Trail>, ChangeError> {
    if current != before {
        return Err(ChangeError::Conflict);
    }
    if after.is_multi_region && !before.is_multi_region {
        let others: Vec<Trail> = trails.iter().filter(|trail| trail.id != after.id).cloned().collect();
        check_place(&after, &others, settings)?;
    }
    Ok(after)
}

fn start_logging(mut trail: Box<Trail>, from: Sequence, at: Timestamp) -> Box<Trail> {
    if !trail.is_logging() {
        trail.logging.push(LoggingSpan { from, started_at: at, stopped: None });
    }
    trail
}

fn stop_logging(mut trail: Box<Trail>, end: Stopped) -> Box<Trail> {
    if let Some(open) = trail.logging.last_mut().filter(|span| span.stopped.is_none()) {
        open.stopped = Some(end);
    }
    trail
}

/// Whether `new` has room beside `trails`: its name is free and no Region gets too many, wherever it would be seen.
fn check_place(new: &Trail, trails: &[Trail], settings: &CatalogSettings) -> Result<(), ChangeError> {
    let account = new.account;
    let own: Vec<&Trail> = trails.iter().filter(|t| t.account == account && t.deleted_at.is_none()).collect();
    let meet = |old: &Trail| new.is_multi_region || old.visible_in(&new.home_region);
    if own.iter().any(|old| old.name == new.name && meet(old)) {
        return Err(ChangeError::NameTaken { account, name: new.name.clone() });
    }
    let regions: BTreeSet<&Region> = own.iter().map(|old| &old.home_region).chain([&new.home_region]).collect();
    let limit = settings.trails_per_region_max;
    for region in regions.into_iter().filter(|region| new.visible_in(region)) {
        if own.iter().filter(|old| old.visible_in(region)).count() >= limit {
            return Err(ChangeError::TooManyTrails { account, region: region.clone(), limit });
        }
    }
    Ok(())
}

fn check_tags(trail: &Trail, settings: &CatalogSettings) -> Result<(), ChangeError> {
    let limit = settings.tags_per_trail_max;
    if trail.tags.len() > limit { Err(ChangeError::TooManyTags { limit }) } else { Ok(()) }
}
