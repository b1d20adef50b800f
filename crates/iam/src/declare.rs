//! Brings what settings declare about: made, changed, and removed where it is declared no more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_model::{AccountId, Timestamp};

use crate::declaration::{Declaration, DeclaredGroup, DeclaredPolicy, DeclaredRole, DeclaredUser};
use crate::holder::HolderId;
use crate::image::{Change, Image, Kind, Named};
use crate::limits::KEYS_PER_USER;
use crate::{
    DECLARED_TAG, Grants, Group, Iam, IamError, IdKind, KeyStatus, ManagedPolicy, PolicyVersion, Role, StoredKey, Tags,
    User, tags,
};

/// What declarations came to, by ARNs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What was made or changed.
    pub put: Vec<String>,
    /// What was removed, being declared no more.
    pub removed: Vec<String>,
    /// Policies that are declared no more and stay, as ordinary ones: somebody who is not declared has them.
    pub kept: Vec<String>,
}

/// Characters of a tag's value at most.
const TAG_VALUE_LENGTH_MAX: usize = 256;

impl Iam {
    /// Lets everything be as the declarations of `file` say. What is there under a declared name becomes declared, with its
    /// id, its creation time, its password, its devices and its own keys. Calls change none of it from then on.
    ///
    /// # Errors
    /// [`IamError::EntityAlreadyExists`] for an access key that somebody else has, [`IamError::LimitExceeded`] where a user
    /// would have more keys than two, [`IamError::NoSuchEntity`] for policies and groups that are not declared, and
    /// [`IamError::InvalidInput`] for a managed policy that is there under another path.
    pub async fn declare(&self, file: &str, declarations: &[Declaration]) -> Result<Declared, IamError> {
        let now = self.now();
        self.change_unchecked(|image, changes| {
            let mut plan = Plan { iam: self, image, file, now, users: BTreeMap::new(), ids: BTreeSet::new(), changes };
            let mut declared = Declared::default();
            for declaration in declarations {
                plan.declare(declaration, &mut declared)?;
            }
            plan.remove_the_rest(&mut declared);
            let users = std::mem::take(&mut plan.users);
            changes.extend(users.into_values().map(Change::PutUser));
            Ok(declared)
        })
        .await
    }
}

struct Plan<'p> {
    iam: &'p Iam,
    image: &'p Image,
    file: &'p str,
    now: Timestamp,
    /// Users as they are to be, by their ids: several things may change one.
    users: BTreeMap<String, User>,
    /// The ids of everything that is declared.
    ids: BTreeSet<String>,
    changes: &'p mut Vec<Change>,
}

impl Plan<'_> {
    fn declare(&mut self, of: &Declaration, declared: &mut Declared) -> Result<(), IamError> {
        let account = of.account;
        let known = |grants: &Grants| self.check_policies(of, grants);
        of.users.iter().try_for_each(|user| known(&user.grants))?;
        of.groups.iter().try_for_each(|group| known(&group.grants))?;
        of.roles.iter().try_for_each(|role| known(&role.grants))?;
        for policy in &of.policies {
            let policy = self.policy(account, policy)?;
            if self.is_new(&self.image.policies, &policy) {
                declared.put.push(policy.arn());
                self.changes.push(Change::PutPolicy(policy));
            }
        }
        let mut groups = BTreeMap::new();
        for group in &of.groups {
            let group = self.group(account, group);
            groups.insert(group.name.to_ascii_lowercase(), group.id.clone());
            if self.is_new(&self.image.groups, &group) {
                declared.put.push(group.arn());
                self.changes.push(Change::PutGroup(group));
            }
        }
        for role in &of.roles {
            let role = self.role(account, role)?;
            if self.is_new(&self.image.roles, &role) {
                declared.put.push(role.arn());
                self.changes.push(Change::PutRole(role));
            }
        }
        for user in &of.users {
            let user = self.user(account, user, &groups)?;
            if self.is_new(&self.image.users, &user) {
                declared.put.push(user.arn());
                self.users.insert(user.id.clone(), user);
            }
        }
        Ok(())
    }

    /// Notes that it is declared. Whether there is something to write.
    fn is_new<T: Named + PartialEq>(&mut self, all: &Kind<T>, item: &T) -> bool {
        self.ids.insert(item.id().to_owned());
        all.by_id(item.id()).is_none_or(|before| **before != *item)
    }

    /// Each policy must be AWS's own, or declared beside it.
    fn check_policies(&self, of: &Declaration, grants: &Grants) -> Result<(), IamError> {
        let is_there = |arn: &String| {
            let own = of.policies.iter().any(|policy| policy.arn(of.account) == *arn);
            own || self.image.policy(arn).is_some_and(|policy| policy.account.is_none())
        };
        match grants.attached.iter().chain(&grants.boundary).find(|arn| !is_there(arn)) {
            None => Ok(()),
            Some(arn) => Err(IamError::NoSuchEntity(format!("Policy {arn} is not declared, nor one of AWS's."))),
        }
    }

    fn policy(&self, account: AccountId, new: &DeclaredPolicy) -> Result<ManagedPolicy, IamError> {
        let before = self.image.policies.by_name(Some(account), &new.name);
        if let Some(before) = before.filter(|before| before.path != new.path) {
            let message = format!("Policy {} is there already, and a policy's path cannot change.", before.arn());
            return Err(IamError::InvalidInput(message));
        }
        let random = &self.iam.environment().random;
        let first = || ManagedPolicy {
            account: Some(account),
            id: IdKind::ManagedPolicy.generate(random),
            name: new.name.clone(),
            path: new.path.clone(),
            description: None,
            created_at: self.now,
            updated_at: self.now,
            tags: Tags::new(),
            versions: Vec::new(),
            default_version: 0,
            last_number: 0,
            declared_in: None,
        };
        let mut policy = before.map_or_else(first, |before| ManagedPolicy::clone(before));
        if policy.default_document() != Some(&new.document) || policy.versions.len() != 1 {
            let number = policy.last_number().saturating_add(1);
            policy.versions = vec![PolicyVersion { number, document: new.document.clone(), created_at: self.now }];
            policy.updated_at = self.now;
            (policy.default_version, policy.last_number) = (number, number);
        }
        new.name.clone_into(&mut policy.name);
        policy.description.clone_from(&new.description);
        policy.tags = self.tags(&new.tags)?;
        policy.declared_in = Some(self.file.to_owned());
        Ok(policy)
    }

    fn group(&self, account: AccountId, new: &DeclaredGroup) -> Group {
        let before = self.image.groups.by_name(Some(account), &new.name);
        Group {
            account,
            id: self.id(before, IdKind::Group),
            name: new.name.clone(),
            path: new.path.clone(),
            created_at: before.map_or(self.now, |before| before.created_at),
            grants: new.grants.clone(),
            declared_in: Some(self.file.to_owned()),
        }
    }

    fn role(&self, account: AccountId, new: &DeclaredRole) -> Result<Role, IamError> {
        let before = self.image.roles.by_name(Some(account), &new.name);
        Ok(Role {
            account,
            id: self.id(before, IdKind::Role),
            name: new.name.clone(),
            path: new.path.clone(),
            created_at: before.map_or(self.now, |before| before.created_at),
            description: new.description.clone(),
            trust: new.trust.clone(),
            max_session_seconds: new.max_session_seconds,
            tags: self.tags(&new.tags)?,
            grants: new.grants.clone(),
            last_use: before.and_then(|before| before.last_use.clone()),
            declared_in: Some(self.file.to_owned()),
        })
    }

    fn user(
        &self,
        account: AccountId,
        new: &DeclaredUser,
        groups: &BTreeMap<String, String>,
    ) -> Result<User, IamError> {
        let before = self.image.users.by_name(Some(account), &new.name).map(Arc::as_ref);
        let group = |name: &String| {
            let absent = || IamError::NoSuchEntity(format!("The group {name} of user {} is not declared.", new.name));
            groups.get(&name.to_ascii_lowercase()).cloned().ok_or_else(absent)
        };
        let fresh = || User {
            account,
            id: IdKind::User.generate(&self.iam.environment().random),
            name: String::new(),
            path: String::new(),
            created_at: self.now,
            tags: Tags::new(),
            grants: Grants::default(),
            groups: BTreeSet::new(),
            keys: Vec::new(),
            login: None,
            password_last_used: None,
            declared_in: None,
        };
        let user = before.cloned().unwrap_or_else(fresh);
        Ok(User {
            keys: self.keys(&user, new)?,
            name: new.name.clone(),
            path: new.path.clone(),
            tags: self.tags(&new.tags)?,
            grants: new.grants.clone(),
            groups: new.groups.iter().map(group).collect::<Result<_, _>>()?,
            declared_in: Some(self.file.to_owned()),
            ..user
        })
    }

    /// The declared keys, behind those that the user has of its own.
    fn keys(&self, user: &User, new: &DeclaredUser) -> Result<Vec<StoredKey>, IamError> {
        let is_named = |id: &str| new.keys.iter().any(|key| key.id == id);
        let own = user.keys.iter().filter(|key| !key.is_declared && !is_named(&key.id));
        let mut keys: Vec<StoredKey> = own.cloned().collect();
        for key in &new.keys {
            let known = self.image.key(&key.id);
            if known.is_some_and(|known| known.user_id != user.id) {
                let message = format!("The access key {} of user {} is another user's.", key.id, new.name);
                return Err(IamError::EntityAlreadyExists(message));
            }
            let before = user.keys.iter().find(|before| before.id == key.id).cloned();
            let is_same = known.is_some_and(|known| known.secret.expose() == key.secret.expose());
            let sealed = match &before {
                Some(before) if is_same => before.sealed.clone(),
                Some(_) | None => {
                    let secret = key.secret.expose().as_bytes();
                    let random = &self.iam.environment().random;
                    self.iam.sealer().seal(&StoredKey::bound(&key.id), secret, random)?
                }
            };
            keys.push(StoredKey {
                id: key.id.clone(),
                status: KeyStatus::Active,
                created_at: before.as_ref().map_or(self.now, |before| before.created_at),
                last_use: before.and_then(|before| before.last_use),
                sealed,
                is_declared: true,
            });
        }
        if keys.len() <= KEYS_PER_USER {
            return Ok(keys);
        }
        let message = format!(
            "The user {} has access keys of its own: with the declared ones they are more than {KEYS_PER_USER}",
            new.name
        );
        Err(IamError::LimitExceeded(message))
    }

    /// The declared tags, and the one that says that they are declared.
    fn tags(&self, declared: &[(String, String)]) -> Result<Tags, IamError> {
        let mut tags = Tags::new();
        tags::add(&mut tags, declared)?;
        let plain = |c: char| if c.is_alphanumeric() || " _.:/=+-@".contains(c) { c } else { '_' };
        tags.insert(DECLARED_TAG.to_owned(), self.file.chars().map(plain).take(TAG_VALUE_LENGTH_MAX).collect());
        Ok(tags)
    }

    fn id<T: Named>(&self, before: Option<&Arc<T>>, kind: IdKind) -> String {
        before.map_or_else(|| kind.generate(&self.iam.environment().random), |before| before.id().to_owned())
    }

    /// Removes what was declared at an earlier start and is so no more.
    fn remove_the_rest(&mut self, declared: &mut Declared) {
        let image = self.image;
        let gone = |id: &str, file: Option<&String>| file.is_some() && !self.ids.contains(id);
        let users: Vec<_> = image.users.all().filter(|user| gone(&user.id, user.declared_in.as_ref())).collect();
        let groups: Vec<_> = image.groups.all().filter(|group| gone(&group.id, group.declared_in.as_ref())).collect();
        let roles: Vec<_> = image.roles.all().filter(|role| gone(&role.id, role.declared_in.as_ref())).collect();
        let policies: Vec<_> =
            image.policies.all().filter(|policy| gone(&policy.id, policy.declared_in.as_ref())).collect();
        for user in users {
            declared.removed.push(user.arn());
            self.ids.insert(user.id.clone());
            self.changes.extend(image.devices_of(&user.id).map(|device| Change::RemoveDevice(device.serial.clone())));
            self.changes.push(Change::RemoveUser(user.id.clone()));
        }
        for group in groups {
            declared.removed.push(group.arn());
            for member in image.members(&group.id).iter().filter(|member| !self.ids.contains(&member.id)) {
                let member = self.users.entry(member.id.clone()).or_insert_with(|| User::clone(member));
                member.groups.remove(&group.id);
            }
            self.ids.insert(group.id.clone());
            self.changes.push(Change::RemoveGroup(group.id.clone()));
        }
        for role in roles {
            declared.removed.push(role.arn());
            self.ids.insert(role.id.clone());
            self.changes.push(Change::RemoveRole(role.id.clone()));
        }
        for policy in policies {
            let arn = policy.arn();
            if image.attached(&arn).chain(image.bounded(&arn)).all(|holder| self.is_settled(holder)) {
                self.changes.push(Change::RemovePolicy(policy.id.clone()));
                declared.removed.push(arn);
            } else {
                let mut policy = ManagedPolicy { declared_in: None, ..ManagedPolicy::clone(policy) };
                policy.tags.remove(DECLARED_TAG);
                self.changes.push(Change::PutPolicy(policy));
                declared.kept.push(arn);
            }
        }
    }

    /// Whether a holder is declared, with other policies then, or removed.
    fn is_settled(&self, holder: &HolderId) -> bool {
        let (HolderId::User(id) | HolderId::Group(id) | HolderId::Role(id)) = holder;
        self.ids.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use cairn_signing::SecretKey;

    use super::*;
    use crate::fixture::{ACCOUNT, Fixture, READS, TRUST};
    use crate::{DeclaredKey, Document, Holder, Tagged};

    const ARN: &str = "arn:aws:iam::123456789012:policy/reads";

    fn everything(secret: &str) -> Declaration {
        let grants = Grants { attached: [ARN.to_owned()].into(), ..Grants::default() };
        Declaration {
            account: ACCOUNT,
            users: vec![DeclaredUser {
                name: "alice".into(),
                path: "/ops/".into(),
                tags: vec![("team".into(), "ops".into())],
                groups: vec!["Auditors".into()],
                grants: Grants { boundary: Some(ARN.to_owned()), ..grants.clone() },
                keys: vec![DeclaredKey { id: "AKIADECLAREDALICE001".into(), secret: SecretKey::new(secret) }],
            }],
            groups: vec![DeclaredGroup { name: "auditors".into(), path: "/".into(), grants: grants.clone() }],
            roles: vec![DeclaredRole {
                name: "audit".into(),
                path: "/".into(),
                description: Some("looks".into()),
                trust: Document::trust(TRUST).unwrap(),
                max_session_seconds: 7200,
                tags: Vec::new(),
                grants,
            }],
            policies: vec![DeclaredPolicy {
                name: "reads".into(),
                path: "/".into(),
                description: None,
                document: Document::identity(READS).unwrap(),
                tags: Vec::new(),
            }],
        }
    }

    fn user(name: &str) -> Tagged {
        Tagged::User(name.to_owned())
    }

    fn is_unmodifiable<T: std::fmt::Debug>(result: Result<T, IamError>) -> bool {
        matches!(result, Err(IamError::UnmodifiableEntity(message)) if message.contains("is declared in cairn.toml"))
    }

    #[tokio::test]
    async fn what_is_declared_is_there_keeps_its_ids_and_is_written_only_where_it_changed() {
        let fixture = Fixture::new();
        let iam = fixture.open().await;
        iam.create_user(ACCOUNT, ("/", "Alice"), &[], None).await.unwrap();
        let own = iam.create_access_key(ACCOUNT, "alice").await.unwrap();
        let before = iam.user(ACCOUNT, "alice").unwrap();
        let first = iam.declare("cairn.toml", &[everything("one")]).await.unwrap();
        assert_eq!((first.put.len(), first.removed.len(), first.kept.len()), (4, 0, 0));
        drop(iam);
        let iam = fixture.open().await;
        assert_eq!(iam.declare("cairn.toml", &[everything("one")]).await.unwrap(), Declared::default());
        let alice = iam.user(ACCOUNT, "alice").unwrap();
        assert_eq!((&alice.id, alice.created_at), (&before.id, before.created_at));
        assert_eq!((alice.name.as_str(), alice.path.as_str()), ("alice", "/ops/"));
        assert_eq!(alice.tags.get(DECLARED_TAG).map(String::as_str), Some("cairn.toml"));
        assert_eq!(iam.policies_of_user(&alice.id).unwrap().sources, [ARN, ARN]);
        assert!(iam.key(&own.id).is_some());
        assert_eq!(iam.key("AKIADECLAREDALICE001").unwrap().secret.expose(), "one");
        let again = iam.declare("cairn.toml", &[everything("two")]).await.unwrap();
        assert_eq!(again.put, ["arn:aws:iam::123456789012:user/ops/alice"]);
        assert_eq!(iam.key("AKIADECLAREDALICE001").unwrap().secret.expose(), "two");
        let mut wider = everything("two");
        wider.policies[0].document = Document::identity(&READS.replace("Get", "")).unwrap();
        iam.declare("cairn.toml", &[wider]).await.unwrap();
        let policy = iam.policy(ACCOUNT, ARN).unwrap();
        assert_eq!((policy.default_version, policy.versions.len()), (2, 1));
    }

    #[tokio::test]
    async fn calls_change_nothing_that_is_declared_but_passwords_devices_and_keys_of_the_users_own() {
        let iam = Fixture::new().open().await;
        iam.declare("cairn.toml", &[everything("one")]).await.unwrap();
        let (alice, key) = (Holder::User("alice".into()), "AKIADECLAREDALICE001");
        assert!(is_unmodifiable(iam.delete_user(ACCOUNT, "alice").await));
        assert!(is_unmodifiable(iam.delete_group(ACCOUNT, "auditors").await));
        assert!(is_unmodifiable(iam.delete_role(ACCOUNT, "audit").await));
        assert!(is_unmodifiable(iam.delete_policy(ACCOUNT, ARN).await));
        assert!(is_unmodifiable(iam.update_user(ACCOUNT, "alice", (None, Some("eve"))).await));
        assert!(is_unmodifiable(iam.tag(ACCOUNT, &user("alice"), &[("a".into(), "b".into())]).await));
        assert!(is_unmodifiable(iam.untag(ACCOUNT, &user("alice"), &[DECLARED_TAG.to_owned()]).await));
        assert!(is_unmodifiable(iam.put_inline_policy(ACCOUNT, &alice, "more", READS).await));
        assert!(is_unmodifiable(iam.detach_policy(ACCOUNT, &alice, ARN).await));
        assert!(is_unmodifiable(iam.set_boundary(ACCOUNT, &alice, None).await));
        assert!(is_unmodifiable(iam.remove_user_from_group(ACCOUNT, "auditors", "alice").await));
        assert!(is_unmodifiable(iam.update_access_key(ACCOUNT, "alice", key, KeyStatus::Inactive).await));
        assert!(is_unmodifiable(iam.delete_access_key(ACCOUNT, "alice", key).await));
        assert!(is_unmodifiable(iam.update_group(ACCOUNT, "auditors", (None, Some("x"))).await));
        assert!(is_unmodifiable(iam.detach_policy(ACCOUNT, &Holder::Group("auditors".into()), ARN).await));
        assert!(is_unmodifiable(
            iam.update_assume_role_policy(ACCOUNT, "audit", &TRUST.replace(":root", ":user/x")).await
        ));
        assert!(is_unmodifiable(iam.update_role(ACCOUNT, "audit", (None, Some(3600))).await));
        assert!(is_unmodifiable(iam.detach_policy(ACCOUNT, &Holder::Role("audit".into()), ARN).await));
        assert!(is_unmodifiable(iam.create_policy_version(ACCOUNT, ARN, READS, true).await));
        assert!(is_unmodifiable(iam.tag(ACCOUNT, &Tagged::Policy(ARN.into()), &[("a".into(), "b".into())]).await));
        iam.create_login_profile(ACCOUNT, "alice", ("Long-enough-1", false)).await.unwrap();
        let own = iam.create_access_key(ACCOUNT, "alice").await.unwrap();
        iam.update_access_key(ACCOUNT, "alice", &own.id, KeyStatus::Inactive).await.unwrap();
        iam.note_key_used(key, "s3", "us-east-1", Timestamp::from_unix_seconds(1_795_000_000));
        iam.write_last_used().await.unwrap();
        iam.delete_access_key(ACCOUNT, "alice", &own.id).await.unwrap();
        iam.create_user(ACCOUNT, ("/", "bob"), &[], None).await.unwrap();
        iam.add_user_to_group(ACCOUNT, "auditors", "bob").await.unwrap();
        let marked = iam.tag(ACCOUNT, &user("bob"), &[(DECLARED_TAG.to_owned(), "x".into())]).await;
        assert!(matches!(marked, Err(IamError::InvalidInput(_))));
        assert_eq!(iam.declare("cairn.toml", &[everything("one")]).await.unwrap(), Declared::default());
    }

    #[tokio::test]
    async fn what_is_declared_no_more_goes_and_a_policy_that_others_have_stays_as_theirs() {
        let iam = Fixture::new().open().await;
        iam.declare("cairn.toml", &[everything("one")]).await.unwrap();
        iam.create_user(ACCOUNT, ("/", "bob"), &[], None).await.unwrap();
        iam.add_user_to_group(ACCOUNT, "auditors", "bob").await.unwrap();
        iam.attach_policy(ACCOUNT, &Holder::User("bob".into()), ARN).await.unwrap();
        let gone = iam.declare("cairn.toml", &[]).await.unwrap();
        assert_eq!((gone.put.len(), gone.removed.len(), &gone.kept), (0, 3, &vec![ARN.to_owned()]));
        assert!(iam.user(ACCOUNT, "alice").is_none() && iam.role(ACCOUNT, "audit").is_none());
        assert!(iam.key("AKIADECLAREDALICE001").is_none());
        assert!(iam.user(ACCOUNT, "bob").unwrap().groups.is_empty());
        iam.detach_policy(ACCOUNT, &Holder::User("bob".into()), ARN).await.unwrap();
        iam.delete_policy(ACCOUNT, ARN).await.unwrap();
        assert_eq!(iam.declare("", &[]).await.unwrap(), Declared::default());
    }

    #[tokio::test]
    async fn keys_of_others_a_third_key_and_policies_that_are_not_declared_are_refused_and_nothing_is_done() {
        let iam = Fixture::new().open().await;
        let refused = async |change: fn(&mut Declaration)| {
            let mut wrong = everything("one");
            change(&mut wrong);
            iam.declare("cairn.toml", &[wrong]).await.unwrap_err()
        };
        let no_policy = refused(|of| of.policies.clear()).await;
        assert!(matches!(no_policy, IamError::NoSuchEntity(_)), "{no_policy}");
        let no_group = refused(|of| of.groups.clear()).await;
        assert!(matches!(no_group, IamError::NoSuchEntity(_)), "{no_group}");
        iam.create_user(ACCOUNT, ("/", "alice"), &[], None).await.unwrap();
        iam.create_access_key(ACCOUNT, "alice").await.unwrap();
        iam.create_access_key(ACCOUNT, "alice").await.unwrap();
        let third = refused(|_| {}).await;
        assert!(matches!(third, IamError::LimitExceeded(_)), "{third}");
        assert!(iam.role(ACCOUNT, "audit").is_none());
        let mut bob = everything("one");
        bob.users[0].name = "bob".into();
        iam.declare("cairn.toml", &[bob]).await.unwrap();
        let taken = refused(|of| of.users[0].name = "carol".into()).await;
        assert!(matches!(taken, IamError::EntityAlreadyExists(_)), "{taken}");
    }
}
