//! Everything as it is in memory, with what is looked up by other ways than by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cairn_model::{AccountId, Timestamp};
use cairn_signing::SecretKey;

use crate::ended_sessions::EndedSession;
use crate::holder::HolderId;
use crate::names::folded;
use crate::sealing::{Sealer, Tampered};
use crate::{
    AccessKey, Account, Grants, Group, IdentityProvider, ManagedPolicy, MfaDevice, Role, StoredKey, User, aws_policies,
};

/// What has a name in an account and a unique id.
pub(crate) trait Named {
    /// The account; `None` for AWS's own.
    fn account(&self) -> Option<AccountId>;
    fn id(&self) -> &str;
    fn name(&self) -> &str;
}

macro_rules! named {
    ($($kind:ty => $account:expr;)+) => {$(
        impl Named for $kind {
            fn account(&self) -> Option<AccountId> {
                let account: fn(&$kind) -> Option<AccountId> = $account;
                account(self)
            }

            fn id(&self) -> &str {
                &self.id
            }

            fn name(&self) -> &str {
                &self.name
            }
        }
    )+};
}

named! {
    User => |user| Some(user.account);
    Group => |group| Some(group.account);
    Role => |role| Some(role.account);
    ManagedPolicy => |policy| policy.account;
}

/// All of one kind.
#[derive(Debug)]
pub(crate) struct Kind<T> {
    by_id: HashMap<String, Arc<T>>,
    /// By account, and by names in lower case.
    by_name: BTreeMap<Option<AccountId>, BTreeMap<String, Arc<T>>>,
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Self { by_id: HashMap::new(), by_name: BTreeMap::new() }
    }
}

impl<T: Named> Kind<T> {
    pub(crate) fn by_id(&self, id: &str) -> Option<&Arc<T>> {
        self.by_id.get(id)
    }

    pub(crate) fn by_name(&self, account: Option<AccountId>, name: &str) -> Option<&Arc<T>> {
        self.by_name.get(&account)?.get(&folded(name))
    }

    /// Those of an account in the order of their names.
    pub(crate) fn of(&self, account: Option<AccountId>) -> impl Iterator<Item = &Arc<T>> {
        self.by_name.get(&account).into_iter().flat_map(BTreeMap::values)
    }

    /// Those of every account.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<T>> {
        self.by_name.values().flat_map(BTreeMap::values)
    }

    pub(crate) fn count(&self, account: AccountId) -> usize {
        self.by_name.get(&Some(account)).map_or(0, BTreeMap::len)
    }

    fn put(&mut self, item: Arc<T>) -> Option<Arc<T>> {
        let old = self.take(item.id());
        self.by_name.entry(item.account()).or_default().insert(folded(item.name()), Arc::clone(&item));
        self.by_id.insert(item.id().to_owned(), item);
        old
    }

    fn take(&mut self, id: &str) -> Option<Arc<T>> {
        let old = self.by_id.remove(id)?;
        if let Some(names) = self.by_name.get_mut(&old.account()) {
            names.remove(&folded(old.name()));
        }
        Some(old)
    }
}

/// What a change does to a record.
#[derive(Debug)]
pub(crate) enum Change {
    PutUser(User),
    PutGroup(Group),
    PutRole(Role),
    PutPolicy(ManagedPolicy),
    PutDevice(MfaDevice),
    PutAccount(Account),
    PutIdentityProvider(IdentityProvider),
    PutEndedSession(EndedSession),
    RemoveUser(String),
    RemoveGroup(String),
    RemoveRole(String),
    RemovePolicy(String),
    RemoveDevice(String),
    RemoveIdentityProvider(String),
    RemoveEndedSession(String),
}

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct Image {
    pub(crate) users: Kind<User>,
    pub(crate) groups: Kind<Group>,
    pub(crate) roles: Kind<Role>,
    pub(crate) policies: Kind<ManagedPolicy>,
    keys: HashMap<String, Arc<AccessKey>>,
    /// By serial number.
    devices: BTreeMap<String, Arc<MfaDevice>>,
    accounts: BTreeMap<AccountId, Account>,
    /// By ARN.
    identity_providers: BTreeMap<String, Arc<IdentityProvider>>,
    /// By access key id: when it would have ended by itself.
    pub(crate) ended_sessions: HashMap<String, Timestamp>,
    /// The ids of the users of each group.
    members: HashMap<String, BTreeSet<String>>,
    /// Who has each managed policy, by its ARN.
    attached: HashMap<String, BTreeSet<HolderId>>,
    /// Whose boundary each managed policy is.
    bounded: HashMap<String, BTreeSet<HolderId>>,
}

impl Image {
    /// Nothing but AWS's own policies.
    pub(crate) fn new() -> Self {
        let mut image = Self::default();
        for policy in aws_policies::all() {
            image.policies.put(Arc::new(policy));
        }
        image
    }

    pub(crate) fn key(&self, id: &str) -> Option<&Arc<AccessKey>> {
        self.keys.get(id)
    }

    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    pub(crate) fn device(&self, serial: &str) -> Option<&Arc<MfaDevice>> {
        self.devices.get(serial)
    }

    pub(crate) fn identity_provider(&self, arn: &str) -> Option<&Arc<IdentityProvider>> {
        self.identity_providers.get(arn)
    }

    /// In the order of their ARNs.
    pub(crate) fn identity_providers(&self) -> impl Iterator<Item = &Arc<IdentityProvider>> {
        self.identity_providers.values()
    }

    /// In the order of their serial numbers.
    pub(crate) fn devices(&self) -> impl Iterator<Item = &Arc<MfaDevice>> {
        self.devices.values()
    }

    pub(crate) fn devices_of(&self, user_id: &str) -> impl Iterator<Item = &Arc<MfaDevice>> {
        self.devices().filter(move |device| device.user_id.as_deref() == Some(user_id))
    }

    /// The users of a group in the order of their names.
    pub(crate) fn members(&self, group_id: &str) -> Vec<Arc<User>> {
        let ids = self.members.get(group_id).into_iter().flatten();
        let mut users: Vec<_> = ids.filter_map(|id| self.users.by_id(id)).cloned().collect();
        users.sort_by_key(|user| folded(&user.name));
        users
    }

    pub(crate) fn has_members(&self, group_id: &str) -> bool {
        self.members.get(group_id).is_some_and(|members| !members.is_empty())
    }

    /// Who has the managed policy.
    pub(crate) fn attached(&self, policy_arn: &str) -> impl Iterator<Item = &HolderId> {
        self.attached.get(policy_arn).into_iter().flatten()
    }

    /// Whose boundary the managed policy is.
    pub(crate) fn bounded(&self, policy_arn: &str) -> impl Iterator<Item = &HolderId> {
        self.bounded.get(policy_arn).into_iter().flatten()
    }

    /// The managed policy of this ARN, AWS's or an account's.
    pub(crate) fn policy(&self, arn: &str) -> Option<&Arc<ManagedPolicy>> {
        let (account, rest) = arn.strip_prefix("arn:aws:iam::")?.split_once(':')?;
        let account = if account == "aws" { None } else { Some(AccountId::parse(account).ok()?) };
        let name = rest.rsplit('/').next()?;
        self.policies.by_name(account, name).filter(|policy| policy.arn() == arn)
    }

    /// Carries a change out.
    ///
    /// # Errors
    /// When a key's secret cannot be opened. Everything else is carried out.
    pub(crate) fn apply(&mut self, change: Change, sealer: &Sealer) -> Result<(), Tampered> {
        match change {
            Change::PutUser(user) => return self.put_user(user, sealer),
            Change::PutGroup(group) => {
                let group = Arc::new(group);
                let old = self.groups.put(Arc::clone(&group));
                self.index(&HolderId::Group(group.id.clone()), old.map(|old| old.grants.clone()), Some(&group.grants));
            }
            Change::PutRole(role) => {
                let role = Arc::new(role);
                let old = self.roles.put(Arc::clone(&role));
                self.index(&HolderId::Role(role.id.clone()), old.map(|old| old.grants.clone()), Some(&role.grants));
            }
            Change::PutPolicy(policy) => {
                self.policies.put(Arc::new(policy));
            }
            Change::RemoveUser(id) => self.remove_user(&id),
            Change::RemoveGroup(id) => {
                let old = self.groups.take(&id);
                self.members.remove(&id);
                self.index(&HolderId::Group(id), old.map(|old| old.grants.clone()), None);
            }
            Change::RemoveRole(id) => {
                let old = self.roles.take(&id);
                self.index(&HolderId::Role(id), old.map(|old| old.grants.clone()), None);
            }
            Change::RemovePolicy(id) => {
                self.policies.take(&id);
            }
            Change::PutDevice(device) => {
                self.devices.insert(device.serial.clone(), Arc::new(device));
            }
            Change::RemoveDevice(serial) => {
                self.devices.remove(&serial);
            }
            Change::PutAccount(account) => {
                self.accounts.insert(account.id, account);
            }
            Change::PutIdentityProvider(provider) => {
                self.identity_providers.insert(provider.arn(), Arc::new(provider));
            }
            Change::RemoveIdentityProvider(arn) => {
                self.identity_providers.remove(&arn);
            }
            Change::PutEndedSession(EndedSession { access_key_id, expires }) => {
                self.ended_sessions.insert(access_key_id, expires);
            }
            Change::RemoveEndedSession(access_key_id) => {
                self.ended_sessions.remove(&access_key_id);
            }
        }
        Ok(())
    }

    fn put_user(&mut self, user: User, sealer: &Sealer) -> Result<(), Tampered> {
        let mut opened = Ok(());
        let mut keys = Vec::new();
        for stored in &user.keys {
            match self.open_key(&user, stored, sealer) {
                Ok(key) => keys.push(key),
                Err(tampered) => opened = Err(tampered),
            }
        }
        self.remove_user(&user.id);
        for key in keys {
            self.keys.insert(key.id.clone(), Arc::new(key));
        }
        for group in &user.groups {
            self.members.entry(group.clone()).or_default().insert(user.id.clone());
        }
        self.index(&HolderId::User(user.id.clone()), None, Some(&user.grants));
        self.users.put(Arc::new(user));
        opened
    }

    fn open_key(&self, user: &User, stored: &StoredKey, sealer: &Sealer) -> Result<AccessKey, Tampered> {
        let before = self.users.by_id(&user.id).and_then(|user| user.keys.iter().find(|key| key.id == stored.id));
        let is_same = before.is_some_and(|before| before.sealed == stored.sealed);
        let secret = if let Some(known) = self.keys.get(&stored.id).filter(|_| is_same) {
            known.secret.clone()
        } else {
            let bytes = sealer.open(&StoredKey::bound(&stored.id), &stored.sealed)?;
            SecretKey::new(std::str::from_utf8(&bytes).map_err(|_| Tampered)?)
        };
        let StoredKey { id, status, created_at, .. } = stored.clone();
        Ok(AccessKey { id, account: user.account, user_id: user.id.clone(), status, created_at, secret })
    }

    fn remove_user(&mut self, id: &str) {
        let Some(old) = self.users.take(id) else { return };
        for key in &old.keys {
            self.keys.remove(&key.id);
        }
        for group in &old.groups {
            if let Some(members) = self.members.get_mut(group) {
                members.remove(id);
            }
        }
        self.index(&HolderId::User(id.to_owned()), Some(old.grants.clone()), None);
    }

    fn index(&mut self, who: &HolderId, old: Option<Grants>, new: Option<&Grants>) {
        let old = old.unwrap_or_default();
        for arn in &old.attached {
            forget(&mut self.attached, arn, who);
        }
        if let Some(arn) = &old.boundary {
            forget(&mut self.bounded, arn, who);
        }
        let Some(new) = new else { return };
        for arn in &new.attached {
            self.attached.entry(arn.clone()).or_default().insert(who.clone());
        }
        if let Some(arn) = &new.boundary {
            self.bounded.entry(arn.clone()).or_default().insert(who.clone());
        }
    }
}

fn forget(index: &mut HashMap<String, BTreeSet<HolderId>>, arn: &str, who: &HolderId) {
    if let Some(holders) = index.get_mut(arn) {
        holders.remove(who);
        if holders.is_empty() {
            index.remove(arn);
        }
    }
}
