//! When keys and roles were last used: noted in memory by each request, written at intervals.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cairn_model::Timestamp;

use crate::image::Change;
use crate::{Iam, IamError, LastUse, Role, RoleUse, User};

/// How often what was noted is written. A crash loses what was noted since.
const INTERVAL: Duration = Duration::from_mins(1);

/// What is not written yet.
#[derive(Debug, Default)]
pub(crate) struct LastUsed(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    /// By access key id.
    keys: HashMap<String, LastUse>,
    /// By role id.
    roles: HashMap<String, RoleUse>,
}

impl LastUsed {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Iam {
    /// Notes that a key signed a request to `service` in `region`.
    pub fn note_key_used(&self, access_key_id: &str, service: &str, region: &str, at: Timestamp) {
        let mut noted = self.last_used().noted();
        if let Some(use_) = noted.keys.get_mut(access_key_id) {
            use_.at = at;
            if use_.service != service {
                service.clone_into(&mut use_.service);
            }
            if use_.region != region {
                region.clone_into(&mut use_.region);
            }
        } else {
            let use_ = LastUse { at, service: service.to_owned(), region: region.to_owned() };
            noted.keys.insert(access_key_id.to_owned(), use_);
        }
    }

    /// Notes that a session of a role signed a request in `region`.
    pub fn note_role_used(&self, role_id: &str, region: &str, at: Timestamp) {
        let mut noted = self.last_used().noted();
        noted.roles.insert(role_id.to_owned(), RoleUse { at, region: region.to_owned() });
    }

    /// The last use of a key, and the name of its user; `None` when there is no such key.
    pub fn key_last_used(&self, access_key_id: &str) -> Option<(String, Option<LastUse>)> {
        let image = self.read();
        let user = image.users.by_id(&image.key(access_key_id)?.user_id)?;
        let noted = self.last_used().noted().keys.get(access_key_id).cloned();
        let stored = || user.keys.iter().find(|key| key.id == access_key_id)?.last_use.clone();
        Some((user.name.clone(), noted.or_else(stored)))
    }

    /// The last use of a role.
    pub fn role_last_used(&self, role: &Role) -> Option<RoleUse> {
        let noted = self.last_used().noted().roles.get(&role.id).cloned();
        noted.or_else(|| role.last_use.clone())
    }

    /// Writes what was noted, at intervals and once more when the environment stops.
    pub async fn run(self) {
        let environment = self.environment().clone();
        loop {
            tokio::select! {
                () = environment.clock.sleep(INTERVAL) => {}
                () = environment.tasks.stopping() => {}
            }
            if let Err(error) = self.write_last_used().await {
                tracing::error!(%error, "when keys were last used could not be written");
            }
            if environment.tasks.is_stopping() {
                return;
            }
        }
    }

    /// Writes what was noted.
    ///
    /// # Errors
    /// When the database fails. What was noted is lost then.
    pub async fn write_last_used(&self) -> Result<(), IamError> {
        let Noted { keys, roles } = std::mem::take(&mut *self.last_used().noted());
        self.change(|image, changes| {
            let mut users: HashMap<String, User> = HashMap::new();
            for (key_id, use_) in keys {
                let user = image.key(&key_id).and_then(|key| image.users.by_id(&key.user_id));
                let Some(user) = user else { continue };
                let user = users.entry(user.id.clone()).or_insert_with(|| User::clone(user));
                if let Some(key) = user.keys.iter_mut().find(|key| key.id == key_id) {
                    key.last_use = Some(use_);
                }
            }
            changes.extend(users.into_values().map(Change::PutUser));
            for (role_id, use_) in roles {
                let role = image.roles.by_id(&role_id);
                changes.extend(role.map(|role| Change::PutRole(Role { last_use: Some(use_), ..Role::clone(role) })));
            }
            Ok(())
        })
        .await
    }
}
