//! What can change: each change looks at the trails as they are and says which one becomes what.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::selectors::{AggregationConfiguration, InsightSelector};
use cairn_model::{AccountId, EventSelectors, Region, Sequence, Timestamp, TrailName};

use crate::{CatalogError, CatalogSettings, LoggingSpan, Organizations, PendingRequest, Stopped, Trail};

/// One change, with all that it needs.
#[derive(Debug)]
pub(crate) enum Change {
    Create(Box<Trail>),
    Update { before: Box<Trail>, after: Box<Trail> },
    Convert { before: Box<Trail>, after: Box<Trail>, now: Stopped },
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
    /// The same, and it became an organization trail then, or is none any more.
    Follow(Box<Trail>, Stopped),
    Remove(String),
}

/// All that a change looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) trails: &'a [Trail],
    pub(crate) organizations: &'a Organizations,
    pub(crate) settings: &'a CatalogSettings,
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
    /// Decides on the change, given what there is.
    pub(crate) fn decide(self, view: View<'_>) -> Result<Effect, ChangeError> {
        let View { trails, settings, .. } = view;
        let live = |id: &str| {
            let found = trails.iter().find(|trail| trail.id == id && trail.deleted_at.is_none());
            found.cloned().map(Box::new).ok_or(ChangeError::NotFound)
        };
        Ok(match self {
            Self::Create(trail) => {
                check_place(&trail, view)?;
                check_tags(&trail, settings)?;
                let start = Stopped { until: Sequence::default(), at: trail.created_at };
                if trail.organization.is_some() { Effect::Follow(trail, start) } else { Effect::Put(trail) }
            }
            Self::Update { before, after } => {
                let current = live(&before.id)?;
                Effect::Put(update(&current, &before, after, view)?)
            }
            Self::Convert { before, after, now } => {
                let current = live(&before.id)?;
                Effect::Follow(update(&current, &before, after, view)?, now)
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

fn update(current: &Trail, before: &Trail, after: Box<Trail>, view: View<'_>) -> Result<Box<Trail>, ChangeError> {
    if current != before {
        return Err(ChangeError::Conflict);
    }
    if after.is_multi_region && !before.is_multi_region {
        let others: Vec<Trail> = view.trails.iter().filter(|trail| trail.id != after.id).cloned().collect();
        check_place(&after, View { trails: &others, ..view })?;
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

/// Whether `new` has room: its name is free and no Region gets too many, wherever its account would see it. Trails of
/// the account's organization take room, as other shadow trails do, and no names: those are never asked for by name.
fn check_place(new: &Trail, view: View<'_>) -> Result<(), ChangeError> {
    let account = new.account;
    let live = view.trails.iter().filter(|trail| trail.deleted_at.is_none());
    let seen: Vec<&Trail> = live.filter(|trail| view.organizations.is_seen_by(trail, account)).collect();
    let meet = |old: &Trail| new.is_multi_region || old.visible_in(&new.home_region);
    if seen.iter().any(|old| old.account == account && old.name == new.name && meet(old)) {
        return Err(ChangeError::NameTaken { account, name: new.name.clone() });
    }
    let regions: BTreeSet<&Region> = seen.iter().map(|old| &old.home_region).chain([&new.home_region]).collect();
    let limit = view.settings.trails_per_region_max;
    for region in regions.into_iter().filter(|region| new.visible_in(region)) {
        if seen.iter().filter(|old| old.visible_in(region)).count() >= limit {
            return Err(ChangeError::TooManyTrails { account, region: region.clone(), limit });
        }
    }
    Ok(())
}

fn check_tags(trail: &Trail, settings: &CatalogSettings) -> Result<(), ChangeError> {
    let limit = settings.tags_per_trail_max;
    if trail.tags.len() > limit { Err(ChangeError::TooManyTags { limit }) } else { Ok(()) }
}
