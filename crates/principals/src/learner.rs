//! Takes up what was taught: users and roles, keys, and sessions with their chains.

use std::sync::Arc;
use std::time::Duration;

use cairn_model::Timestamp;

use crate::Lesson;
use crate::change::Changes;
use crate::entity::{Directory, Entity, SeenEntity};
use crate::identity::{Identity, Session};
use crate::key_table::KeyTable;
use crate::known::{Known, Link};
use crate::lesson::{Begun, Taught};
use crate::seen;

/// How long temporary credentials whose expiry is not known are taken to last: AWS's longest.
const TEMPORARY_LASTING: Duration = Duration::from_hours(36);

/// Everything that changes when something is learnt, beside the table of keys.
#[derive(Debug, Default)]
pub(crate) struct Learner {
    pub(crate) directory: Directory,
    pub(crate) changes: Changes,
    /// Links that are no key's any more but still belong to chains.
    pub(crate) retired: Vec<Arc<Link>>,
    /// When what ended long ago was last forgotten.
    pub(crate) swept_at: Option<Timestamp>,
}

/// What became of a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Something is known that was not.
    Learnt,
    /// It was known before.
    Unchanged,
    /// The settings say who the key is, or a session is known from its beginning.
    Contradicted,
    /// The credentials given are the caller's own, or those of a key that led to it.
    Circular,
}

/// Where a statement about a key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// From an answer or the upstream's own list.
    Seen,
    /// From the settings.
    Given,
}

impl Outcome {
    /// Its name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Learnt => "learnt",
            Self::Unchanged => "unchanged",
            Self::Contradicted => "contradicted",
            Self::Circular => "circular",
        }
    }
}

impl Learner {
    /// Takes up one lesson.
    pub(crate) fn take_up(&mut self, keys: &KeyTable, lesson: &Lesson<'_>, taught: Taught) -> Outcome {
        match taught {
            Taught::KeyMade { access_key_id, user } => self.key_made(keys, lesson, &access_key_id, user),
            Taught::KeyDeleted { access_key_id } => self.key_deleted(keys, &access_key_id, lesson.at),
            Taught::KeysSeen(seen) => {
                let state =
                    |(key, identity): (Box<str>, _)| self.key_seen(keys, &key, identity, (Word::Seen, lesson.at));
                seen.into_iter().map(state).fold(Outcome::Unchanged, Outcome::and)
            }
            Taught::EntitiesSeen(seen) => self.watching_changes(|learner| {
                for entity in seen {
                    learner.directory.meet(entity, &mut learner.changes);
                }
            }),
            Taught::EntityMade(seen) => self.watching_changes(|learner| {
                learner.directory.made(seen, &mut learner.changes);
            }),
            Taught::Nothing => Outcome::Unchanged,
            Taught::SessionBegun(begun) => self.session_begun(keys, lesson, *begun),
        }
    }

    fn watching_changes(&mut self, work: impl FnOnce(&mut Self)) -> Outcome {
        let before = self.changes.end();
        work(self);
        if self.changes.end() == before { Outcome::Unchanged } else { Outcome::Learnt }
    }

    fn key_made(&mut self, keys: &KeyTable, lesson: &Lesson<'_>, key: &str, user: Option<SeenEntity>) -> Outcome {
        if let Some(refused) = known_already(keys, key, lesson) {
            return refused;
        }
        let identity = match user {
            Some(user) => Identity::User(self.directory.meet(user, &mut self.changes)),
            None => callers_own(keys, lesson),
        };
        let link = self.new_link(key, identity).made_by(None, Some(lesson.event_id.into()));
        self.put(keys, Known::first(link, None))
    }

    fn key_deleted(&mut self, keys: &KeyTable, key: &str, at: Timestamp) -> Outcome {
        match keys.get(key) {
            Some(known) if known.given => Outcome::Contradicted,
            Some(known) if known.ends_at.is_none() => self.put(keys, known.with_end(Some(at), false)),
            _ => Outcome::Unchanged,
        }
    }

    /// A statement about a key that there was before: on whose word, and when.
    pub(crate) fn key_seen(
        &mut self,
        keys: &KeyTable,
        key: &str,
        seen: Identity<SeenEntity>,
        (word, at): (Word, Timestamp),
    ) -> Outcome {
        let before = keys.get(key);
        let given = word == Word::Given;
        if before.as_ref().is_some_and(|known| known.given && !given) {
            return Outcome::Contradicted;
        }
        if let Some(caller) = before.as_deref().and_then(|known| unnamed_caller(keys, known)) {
            return self.key_seen(keys, &caller, seen, (word, at));
        }
        let start = self.changes.end();
        let identity = self.refer(seen);
        let Some(known) = before else {
            return self.put_seen(keys, key, identity, (word, at));
        };
        if same(&known, &identity) {
            let revived = !known.is_session && known.ends_at.is_some_and(|end| end < at);
            if revived || given != known.given {
                let ends_at = if known.is_session { known.ends_at } else { None };
                return self.put(keys, known.with_end(ends_at, given));
            }
            return if self.changes.end() == start { Outcome::Unchanged } else { Outcome::Learnt };
        }
        if known.link.is_unknown() {
            let ends_at = end_unless_said(&known, &identity, at);
            known.link.reveal(identity);
            return self.put(keys, known.with_end(ends_at, given));
        }
        if known.link.session.is_some() && !given {
            return Outcome::Contradicted;
        }
        self.put_seen(keys, key, identity, (word, at))
    }

    /// Takes back the settings' word for a key.
    pub(crate) fn withdraw(&mut self, keys: &KeyTable, known: &Known, at: Timestamp) {
        self.put(keys, known.with_end(Some(at), false));
    }

    /// A key of which only the holder is known.
    fn put_seen(
        &mut self,
        keys: &KeyTable,
        key: &str,
        identity: Identity<Arc<Entity>>,
        (word, at): (Word, Timestamp),
    ) -> Outcome {
        let temporary = identity.is_temporary() || looks_temporary(key);
        let session = (temporary && word == Word::Seen).then(Box::<Session>::default);
        let ends_at = session.is_some().then(|| at.plus(TEMPORARY_LASTING));
        let link = self.new_link(key, identity).made_by(session, None);
        let known = Known::first(link, ends_at);
        let known = if word == Word::Given { known.with_end(None, true) } else { known };
        self.put(keys, known)
    }

    fn session_begun(&mut self, keys: &KeyTable, lesson: &Lesson<'_>, begun: Begun) -> Outcome {
        let Begun { access_key_id: key, identity, session, expires_at } = begun;
        if let Some(refused) = known_already(keys, &key, lesson) {
            return refused;
        }
        let caller = self.caller(keys, lesson);
        if caller.as_ref().is_some_and(|caller| caller.descends_from(&key)) {
            return Outcome::Circular;
        }
        let nobody = caller.is_none() && matches!(identity, Identity::Caller);
        let identity = if nobody { Identity::Unknown { account: lesson.account } } else { self.refer(identity) };
        let session = match caller.as_ref().and_then(|caller| caller.link.session.as_deref()) {
            Some(before) => inherited(session, before),
            None => session,
        };
        let (session, event_id) = (Some(Box::new(session)), Some(lesson.event_id.into()));
        let link = self.new_link(&key, identity).made_by(session, event_id);
        let known = match caller {
            Some(caller) => Known::from_caller(link, &caller, expires_at),
            None => Known::first(link, Some(expires_at)),
        };
        self.put(keys, known)
    }

    /// The key that signed, made known as unknown when nobody has named it; none when a token or nothing signed.
    fn caller(&mut self, keys: &KeyTable, lesson: &Lesson<'_>) -> Option<Arc<Known>> {
        let key = lesson.caller_key.filter(|key| !lesson.is_federated() && seen::is_key(key))?;
        if let Some(known) = keys.get(key) {
            return Some(known);
        }
        let link = self.new_link(key, Identity::Unknown { account: lesson.account });
        let ends_at = looks_temporary(key).then(|| lesson.at.plus(TEMPORARY_LASTING));
        self.put(keys, Known::first(link, ends_at));
        keys.get(key)
    }

    fn refer(&mut self, seen: Identity<SeenEntity>) -> Identity<Arc<Entity>> {
        let account = match &seen {
            Identity::User(entity) | Identity::Role { role: entity, .. } => entity.account,
            Identity::Root { account, .. } | Identity::Federated { account, .. } | Identity::Unknown { account } => {
                *account
            }
            Identity::Caller => return Identity::Caller,
        };
        let refer = |entity| Ok::<_, ()>(self.directory.meet(entity, &mut self.changes));
        seen.try_map(refer).unwrap_or(Identity::Unknown { account })
    }

    fn new_link(&mut self, key: &str, identity: Identity<Arc<Entity>>) -> Link {
        Link::new(self.changes.next_row(), key.into(), identity)
    }

    fn put(&mut self, keys: &KeyTable, known: Known) -> Outcome {
        let known = Arc::new(known);
        self.changes.put_key(&known);
        self.retired.extend(keys.put(&known));
        Outcome::Learnt
    }
}

impl Outcome {
    /// Of two statements in one lesson, the more telling outcome.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Learnt, _) | (_, Self::Learnt) => Self::Learnt,
            (Self::Unchanged, other) => other,
            (this, _) => this,
        }
    }
}

/// Why a new key cannot be taken up: the settings name it, or this very call was taken up before.
fn known_already(keys: &KeyTable, key: &str, lesson: &Lesson<'_>) -> Option<Outcome> {
    let known = keys.get(key)?;
    if known.given {
        return Some(Outcome::Contradicted);
    }
    (known.link.event_id.as_deref() == Some(lesson.event_id)).then_some(Outcome::Unchanged)
}

/// What a key stands for that a caller made for itself.
fn callers_own(keys: &KeyTable, lesson: &Lesson<'_>) -> Identity<Arc<Entity>> {
    let caller = lesson.caller_key.and_then(|key| keys.get(key));
    let own = caller.filter(|caller| !caller.is_session).map(|caller| caller.link.identity().clone());
    own.unwrap_or(Identity::Unknown { account: lesson.account })
}

/// AWS's temporary keys begin so; other makers' need not.
fn looks_temporary(key: &str) -> bool {
    key.starts_with("ASIA")
}

fn end_unless_said(known: &Known, identity: &Identity<Arc<Entity>>, at: Timestamp) -> Option<Timestamp> {
    known.ends_at.or_else(|| identity.is_temporary().then(|| at.plus(TEMPORARY_LASTING)))
}

/// The key that `known` stands for, when nobody has named it: who that one is, this one is.
fn unnamed_caller(keys: &KeyTable, known: &Known) -> Option<Arc<str>> {
    let stands_for_caller = matches!(known.link.identity(), Identity::Caller);
    let caller = known.ancestors.last().filter(|caller| stands_for_caller && caller.is_unknown())?;
    let current = keys.get(&caller.access_key_id)?;
    Arc::ptr_eq(&current.link, caller).then(|| Arc::clone(&caller.access_key_id))
}

/// Whether a key is already known as what `other` says.
fn same(known: &Known, other: &Identity<Arc<Entity>>) -> bool {
    let one = match (known.link.identity(), known.ancestors.last()) {
        (Identity::Caller, Some(caller)) => caller.identity(),
        (identity, _) => identity,
    };
    match (one, other) {
        (Identity::User(one), Identity::User(other)) => Arc::ptr_eq(one, other),
        (
            Identity::Role { role: one, session_name: one_name, .. },
            Identity::Role { role: other, session_name: other_name, .. },
        ) => Arc::ptr_eq(one, other) && one_name == other_name,
        (Identity::Root { account: one, .. }, Identity::Root { account: other, .. }) => one == other,
        (Identity::Federated { arn: one, .. }, Identity::Federated { arn: other, .. }) => one == other,
        _ => false,
    }
}

/// A session that begins from another one keeps its source identity and its transitive tags.
fn inherited(session: Session, before: &Session) -> Session {
    let transitive = before.tags.iter().filter(|tag| tag.transitive).cloned();
    let (tags, left_out) = seen::fitting(transitive.chain(session.tags));
    Session {
        source_identity: session.source_identity.or_else(|| before.source_identity.clone()),
        tags: tags.into(),
        tags_left_out: session.tags_left_out.saturating_add(left_out),
        ..session
    }
}
