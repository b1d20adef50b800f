//! A known key, and the chain of keys that led to it.

use std::sync::{Arc, OnceLock};

use cairn_model::Timestamp;

use crate::entity::Entity;
use crate::identity::{Identity, Session};

/// How many keys a chain keeps before the last one. In a longer one the first and the newest are kept: that a role
/// assumes itself again and again must not fill the memory.
pub(crate) const ANCESTORS_MAX: usize = 64;

/// The keys that led to a key, the one that began first.
pub(crate) type Ancestors = Arc<[Arc<Link>]>;

/// One key and what it stands for: a part of every chain that it belongs to. A key id that is given out again for
/// something else is another link.
#[derive(Debug)]
pub(crate) struct Link {
    /// Its row.
    pub(crate) row: i64,
    pub(crate) access_key_id: Arc<str>,
    identity: Identity<Arc<Entity>>,
    /// What an unknown key turned out to be.
    revealed: OnceLock<Box<Identity<Arc<Entity>>>>,
    /// Present for temporary credentials whose beginning was seen.
    pub(crate) session: Option<Box<Session>>,
    /// The event of the call that made the key.
    pub(crate) event_id: Option<Box<str>>,
}

/// A key as it is known now.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) link: Arc<Link>,
    /// Empty for keys that do not come from another key.
    pub(crate) ancestors: Ancestors,
    /// How many keys led to it, those that had no room in `ancestors` included.
    pub(crate) depth: usize,
    /// When it expires, or was deleted.
    pub(crate) ends_at: Option<Timestamp>,
    /// Whether the settings say who it is: then nothing else may.
    pub(crate) given: bool,
    /// Whether the key is temporary.
    pub(crate) is_session: bool,
    /// `ancestors` with the key itself at the end, made once for all sessions that it begins.
    descent: OnceLock<Ancestors>,
}

impl Link {
    pub(crate) fn new(row: i64, access_key_id: Arc<str>, identity: Identity<Arc<Entity>>) -> Self {
        Self { row, access_key_id, identity, revealed: OnceLock::new(), session: None, event_id: None }
    }

    /// The same, made by the call whose event that is.
    pub(crate) fn made_by(self, session: Option<Box<Session>>, event_id: Option<Box<str>>) -> Self {
        Self { session, event_id, ..self }
    }

    /// What the key stands for, as far as is known now.
    pub(crate) fn identity(&self) -> &Identity<Arc<Entity>> {
        self.revealed.get().map_or(&self.identity, AsRef::as_ref)
    }

    /// Says what an unknown key is; once only, and of no other key.
    pub(crate) fn reveal(&self, identity: Identity<Arc<Entity>>) -> bool {
        self.is_unknown() && self.revealed.set(Box::new(identity)).is_ok()
    }

    /// Whether nobody has said yet whose the key is.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.identity(), Identity::Unknown { .. })
    }

    /// Whether the key is temporary.
    pub(crate) fn is_session(&self) -> bool {
        self.session.is_some() || self.identity().is_temporary()
    }
}

impl Known {
    /// A key that does not come from another one.
    pub(crate) fn first(link: Link, ends_at: Option<Timestamp>) -> Self {
        Self::restored(Arc::new(link), Arc::new([]), 0, ends_at)
    }

    /// A key that `caller` asked for.
    pub(crate) fn from_caller(link: Link, caller: &Self, ends_at: Timestamp) -> Self {
        Self::restored(Arc::new(link), caller.descent(), caller.depth + 1, Some(ends_at))
    }

    /// A key with `depth` keys before it, of which these are kept.
    pub(crate) fn restored(link: Arc<Link>, ancestors: Ancestors, depth: usize, ends_at: Option<Timestamp>) -> Self {
        let is_session = link.is_session();
        Self { link, ancestors, depth, ends_at, given: false, is_session, descent: OnceLock::new() }
    }

    /// The same key, valid until then, given by the settings or not.
    pub(crate) fn with_end(&self, ends_at: Option<Timestamp>, given: bool) -> Self {
        Self {
            link: Arc::clone(&self.link),
            ancestors: Arc::clone(&self.ancestors),
            depth: self.depth,
            ends_at,
            given,
            is_session: self.link.is_session(),
            descent: self.descent.clone(),
        }
    }

    /// How many links are missing between the first key and the next one that is kept.
    pub(crate) fn links_left_out(&self) -> usize {
        self.depth.saturating_sub(self.ancestors.len())
    }

    /// Whether `access_key_id` is the key itself or one that led to it.
    pub(crate) fn descends_from(&self, access_key_id: &str) -> bool {
        self.ancestors.iter().chain([&self.link]).any(|link| &*link.access_key_id == access_key_id)
    }

    fn descent(&self) -> Ancestors {
        let make = || {
            let all = self.ancestors.iter().chain([&self.link]).cloned();
            let place_left_out = if self.ancestors.len() < ANCESTORS_MAX { usize::MAX } else { 1 };
            all.enumerate().filter(|(place, _)| *place != place_left_out).map(|(_, link)| link).collect()
        };
        Arc::clone(self.descent.get_or_init(make))
    }
}
