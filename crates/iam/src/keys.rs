//! Access keys: made, found, changed, deleted.

use std::sync::Arc;

use cairn_model::AccountId;
use cairn_signing::SecretKey;

use crate::limits::KEYS_PER_USER;
use crate::{AccessKey, Iam, IamError, IdKind, KeyStatus, NewAccessKey, StoredKey, User, unique_id};

impl Iam {
    /// The key of this id, whatever its status. It is looked up in memory and proves nothing.
    pub fn key(&self, access_key_id: &str) -> Option<Arc<AccessKey>> {
        self.read().key(access_key_id).cloned()
    }

    /// Gives a user a key. Its secret is shown this once.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::LimitExceeded`].
    pub async fn create_access_key(&self, account: AccountId, user_name: &str) -> Result<NewAccessKey, IamError> {
        let (random, created_at) = (&self.environment().random, self.now());
        let id = IdKind::AccessKey.generate(random);
        let secret = SecretKey::new(unique_id::secret(random));
        let sealed = self.sealer().seal(&StoredKey::bound(&id), secret.expose().as_bytes(), random)?;
        let stored = StoredKey {
            id: id.clone(),
            status: KeyStatus::Active,
            created_at,
            last_use: None,
            sealed,
            is_declared: false,
        };
        let user_name = self.change_user(account, user_name, |_, user| {
            if user.keys.len() >= KEYS_PER_USER {
                let message = format!("Cannot exceed quota for AccessKeysPerUser: {KEYS_PER_USER}");
                return Err(IamError::LimitExceeded(message));
            }
            user.keys.push(stored);
            Ok(user.name.clone())
        });
        Ok(NewAccessKey { user_name: user_name.await?, id, created_at, secret })
    }

    /// Lets a key sign, or no more.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn update_access_key(
        &self,
        account: AccountId,
        user_name: &str,
        id: &str,
        status: KeyStatus,
    ) -> Result<(), IamError> {
        self.change_user(account, user_name, |_, user| {
            let key = user.keys.iter_mut().find(|key| key.id == id);
            key.ok_or_else(|| no_key(id))?.status = status;
            Ok(())
        })
        .await
    }

    /// Takes a key away for good.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn delete_access_key(&self, account: AccountId, user_name: &str, id: &str) -> Result<(), IamError> {
        self.change_user(account, user_name, |_, user: &mut User| {
            let before = user.keys.len();
            user.keys.retain(|key| key.id != id);
            if user.keys.len() < before { Ok(()) } else { Err(no_key(id)) }
        })
        .await
    }
}

pub(crate) fn no_key(id: &str) -> IamError {
    let shown: String = id.chars().take(128).collect();
    IamError::NoSuchEntity(format!("The Access Key with id {shown} cannot be found."))
}
