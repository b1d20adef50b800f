//! Users and roles as keys refer to them: shared, and completed when more of them becomes known.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use cairn_model::AccountId;

use crate::change::Changes;

/// A user or a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EntityKind {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
}

/// One user or role from its creation to its deletion. One that is made again under an old name is another.
#[derive(Debug)]
pub(crate) struct Entity {
    /// Its row.
    pub(crate) row: i64,
    pub(crate) kind: EntityKind,
    pub(crate) account: AccountId,
    pub(crate) name: Box<str>,
    arn: OnceLock<Box<str>>,
    unique_id: OnceLock<Box<str>>,
}

/// A user or role as a call shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenEntity {
    pub(crate) kind: EntityKind,
    pub(crate) account: AccountId,
    pub(crate) name: Box<str>,
    /// With its path; absent where the call does not show it.
    pub(crate) arn: Option<Box<str>>,
    /// `AIDA…` or `AROA…`; absent where the call does not show it.
    pub(crate) unique_id: Option<Box<str>>,
}

/// Users and roles by their names, the newest of each.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    named: HashMap<(EntityKind, AccountId, Box<str>), Arc<Entity>>,
}

impl EntityKind {
    /// The word for it in ARNs and rows.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
        }
    }

    /// The kind that `word` means.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        [Self::User, Self::Role].into_iter().find(|kind| kind.word() == word)
    }
}

impl Entity {
    pub(crate) fn new(row: i64, seen: SeenEntity) -> Self {
        let SeenEntity { kind, account, name, arn, unique_id } = seen;
        let cell = |text: Option<Box<str>>| text.map_or_else(OnceLock::new, OnceLock::from);
        Self { row, kind, account, name, arn: cell(arn), unique_id: cell(unique_id) }
    }

    /// The ARN that was seen.
    pub(crate) fn seen_arn(&self) -> Option<&str> {
        self.arn.get().map(AsRef::as_ref)
    }

    /// `AIDA…` or `AROA…`, once a call has shown it.
    pub(crate) fn unique_id(&self) -> Option<&str> {
        self.unique_id.get().map(AsRef::as_ref)
    }

    /// The ARN that was seen, or the one without a path.
    pub(crate) fn arn(&self) -> String {
        match self.seen_arn() {
            Some(arn) => arn.to_owned(),
            None => format!("arn:aws:iam::{}:{}/{}", self.account, self.kind.word(), self.name),
        }
    }

    /// `aws`, or what stands in its place in the ARN that was seen.
    pub(crate) fn partition(&self) -> &str {
        self.seen_arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws")
    }

    fn may_be(&self, seen: &SeenEntity) -> bool {
        let agree = |known: Option<&str>, seen: Option<&str>| known.is_none() || seen.is_none() || known == seen;
        agree(self.seen_arn(), seen.arn.as_deref()) && agree(self.unique_id(), seen.unique_id.as_deref())
    }

    /// Takes what was not known before, and says whether that was anything.
    fn complete(&self, seen: SeenEntity) -> bool {
        let fill = |cell: &OnceLock<Box<str>>, text: Option<Box<str>>| text.is_some_and(|text| cell.set(text).is_ok());
        let arn = fill(&self.arn, seen.arn);
        fill(&self.unique_id, seen.unique_id) || arn
    }
}

impl Directory {
    /// The entity that `seen` is: the one of that name unless its ARN or id is another, then a new one.
    pub(crate) fn meet(&mut self, seen: SeenEntity, changes: &mut Changes) -> Arc<Entity> {
        let name = (seen.kind, seen.account, seen.name.clone());
        match self.named.get(&name) {
            Some(entity) if entity.may_be(&seen) => {
                if entity.complete(seen) {
                    changes.put_entity(entity);
                }
                Arc::clone(entity)
            }
            _ => self.create(seen, changes),
        }
    }

    /// The entity that a call made: a new one, unless the call was seen before.
    pub(crate) fn made(&mut self, seen: SeenEntity, changes: &mut Changes) -> Arc<Entity> {
        let named = self.named.get(&(seen.kind, seen.account, seen.name.clone()));
        let id = named.and_then(|entity| entity.unique_id());
        if id.is_some() && id == seen.unique_id.as_deref() {
            return self.meet(seen, changes);
        }
        self.create(seen, changes)
    }

    /// A new entity, which takes its name from any earlier one.
    fn create(&mut self, seen: SeenEntity, changes: &mut Changes) -> Arc<Entity> {
        let entity = Arc::new(Entity::new(changes.next_row(), seen));
        changes.put_entity(&entity);
        self.insert(&entity);
        entity
    }

    /// Puts an entity under its name.
    pub(crate) fn insert(&mut self, entity: &Arc<Entity>) {
        self.named.insert((entity.kind, entity.account, entity.name.clone()), Arc::clone(entity));
    }

    /// Whether `entity` is the newest of its name.
    pub(crate) fn holds(&self, entity: &Arc<Entity>) -> bool {
        let name = (entity.kind, entity.account, entity.name.clone());
        self.named.get(&name).is_some_and(|named| Arc::ptr_eq(named, entity))
    }

    /// When there are more than `max`: forgets those that no key refers to.
    pub(crate) fn shrink(&mut self, max: usize, changes: &mut Changes) {
        if self.named.len() <= max {
            return;
        }
        self.named.retain(|_, entity| {
            let used = Arc::strong_count(entity) > 1;
            if !used {
                changes.forget_entity(entity.row);
            }
            used
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(arn: Option<&str>, unique_id: Option<&str>) -> SeenEntity {
        SeenEntity {
            kind: EntityKind::User,
            account: AccountId::DEFAULT,
            name: "nina".into(),
            arn: arn.map(Into::into),
            unique_id: unique_id.map(Into::into),
        }
    }

    #[test]
    fn what_is_seen_of_a_user_completes_it_and_another_id_is_another_user() {
        let (mut directory, mut changes) = (Directory::default(), Changes::default());
        let first = directory.meet(seen(None, None), &mut changes);
        assert_eq!(first.arn(), "arn:aws:iam::123456789012:user/nina");
        let arn = "arn:aws:iam::123456789012:user/team/nina";
        let same = directory.meet(seen(Some(arn), Some("AIDAONE")), &mut changes);
        assert!(Arc::ptr_eq(&first, &same));
        assert_eq!((first.arn().as_str(), first.unique_id()), (arn, Some("AIDAONE")));
        let other = directory.meet(seen(None, Some("AIDATWO")), &mut changes);
        assert!(!Arc::ptr_eq(&first, &other));
        assert!(directory.holds(&other) && !directory.holds(&first));
    }

    #[test]
    fn a_user_that_is_made_under_an_old_name_is_another_unless_its_id_is_the_same() {
        let (mut directory, mut changes) = (Directory::default(), Changes::default());
        let first = directory.made(seen(None, Some("AIDAONE")), &mut changes);
        assert!(Arc::ptr_eq(&first, &directory.made(seen(None, Some("AIDAONE")), &mut changes)));
        assert!(!Arc::ptr_eq(&first, &directory.made(seen(None, Some("AIDATWO")), &mut changes)));
        let unnumbered = directory.made(seen(None, None), &mut changes);
        assert!(!Arc::ptr_eq(&unnumbered, &directory.made(seen(None, None), &mut changes)));
    }

    #[test]
    fn a_full_directory_forgets_only_what_no_key_uses() {
        let (mut directory, mut changes) = (Directory::default(), Changes::default());
        let used = directory.meet(seen(None, None), &mut changes);
        directory.meet(SeenEntity { name: "omar".into(), ..seen(None, None) }, &mut changes);
        drop(changes.take());
        directory.shrink(1, &mut changes);
        assert_eq!(directory.named.len(), 1);
        assert!(directory.holds(&used));
    }
}
