//! Virtual MFA devices: one-time passwords by time (RFC 6238), thirty seconds each, six digits.

use std::sync::Arc;

use aws_lc_rs::hmac;
use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::image::{Change, Image};
use crate::names::{check_name, check_path};
use crate::{Iam, IamError, Person, Tags, tags, users};

const SEED_BYTES: usize = 40;
const STEP_MS: i64 = 30_000;
const DEVICES_PER_USER: usize = 8;
/// How far a device's clock may be off when it is enabled or synchronised: five minutes.
const SEARCHED_STEPS: i64 = 10;

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// `arn:aws:iam::{account}:mfa{path}{name}`
    pub serial: String,
    /// Whose device it is.
    pub account: AccountId,
    /// The unique id of the user who has it; the account's number where the root does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Since when the user has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_at: Option<Timestamp>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// The seed, sealed.
    pub(crate) sealed: String,
    /// How many steps the device's clock is ahead.
    #[serde(default)]
    pub(crate) drift_steps: i64,
    /// The step of the last code that was taken: no code counts twice.
    #[serde(default)]
    pub(crate) last_step: i64,
}

impl MfaDevice {
    /// The same, when nobody has it.
    pub(crate) fn without_owner(self) -> Self {
        Self { user_id: None, enabled_at: None, ..self }
    }
}

impl Iam {
    /// The device of this serial number.
    pub fn mfa_device(&self, serial: &str) -> Option<Arc<MfaDevice>> {
        self.read().device(serial).cloned()
    }

    /// The devices of an account in the order of their serial numbers.
    pub fn list_mfa_devices(&self, account: AccountId) -> Vec<Arc<MfaDevice>> {
        self.read().devices().filter(|device| device.account == account).cloned().collect()
    }

    /// The devices that an account's root has.
    pub fn mfa_devices_of_root(&self, account: AccountId) -> Vec<Arc<MfaDevice>> {
        self.mfa_devices_of_user(account.as_str())
    }

    /// The devices that a user has.
    pub fn mfa_devices_of_user(&self, user_id: &str) -> Vec<Arc<MfaDevice>> {
        self.read().devices_of(user_id).cloned().collect()
    }

    /// Makes a device that nobody has yet, and gives its seed, which is shown this once.
    ///
    /// # Errors
    /// [`IamError::EntityAlreadyExists`], [`IamError::Validation`], [`IamError::InvalidInput`], [`IamError::LimitExceeded`].
    pub async fn create_virtual_mfa_device(
        &self,
        account: AccountId,
        (path, name): (&str, &str),
        new_tags: &[(String, String)],
    ) -> Result<(MfaDevice, Zeroizing<Vec<u8>>), IamError> {
        check_name("virtualMFADeviceName", name, 226)?;
        check_path(path)?;
        let mut tags = Tags::new();
        tags::add(&mut tags, new_tags)?;
        let serial = format!("arn:aws:iam::{account}:mfa{path}{name}");
        let random = &self.environment().random;
        let seed = Zeroizing::new(random.bytes::<SEED_BYTES>().to_vec());
        let sealed = self.sealer().seal(&bound(&serial), &seed, random)?;
        let device =
            MfaDevice { serial, account, user_id: None, enabled_at: None, tags, sealed, drift_steps: 0, last_step: 0 };
        self.change(|image, changes| {
            if image.device(&device.serial).is_some() {
                let message = "MFADevice entity at the same path and name already exists.";
                return Err(IamError::EntityAlreadyExists(message.to_owned()));
            }
            changes.push(Change::PutDevice(device.clone()));
            Ok((device, seed))
        })
        .await
    }

    /// Gives a device to a person, who shows two codes of it that follow each other.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::EntityAlreadyExists`], [`IamError::LimitExceeded`] and
    /// [`IamError::InvalidAuthenticationCode`].
    pub async fn enable_mfa_device(
        &self,
        account: AccountId,
        (person, serial): (Person<'_>, &str),
        codes: (&str, &str),
    ) -> Result<(), IamError> {
        let now = self.now();
        self.change(|image, changes| {
            let owner = owner_id(image, account, person)?;
            let device = existing(image, account, serial)?;
            if device.user_id.is_some() {
                let message = "The MFA device is already assigned to a user.";
                return Err(IamError::EntityAlreadyExists(message.to_owned()));
            }
            if image.devices_of(&owner).count() >= DEVICES_PER_USER {
                let message = format!("Cannot exceed quota for MFADevicesPerUser: {DEVICES_PER_USER}");
                return Err(IamError::LimitExceeded(message));
            }
            let synchronised = self.synchronised(&device, codes, now)?;
            let (user_id, enabled_at) = (Some(owner), Some(now));
            changes.push(Change::PutDevice(MfaDevice { user_id, enabled_at, ..synchronised }));
            Ok(())
        })
        .await
    }

    /// Finds out anew how far a device's clock is off.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::InvalidAuthenticationCode`].
    pub async fn resync_mfa_device(
        &self,
        account: AccountId,
        (person, serial): (Person<'_>, &str),
        codes: (&str, &str),
    ) -> Result<(), IamError> {
        let now = self.now();
        self.change(|image, changes| {
            let owner = owner_id(image, account, person)?;
            let device = existing(image, account, serial)?;
            if device.user_id.as_ref() != Some(&owner) {
                return Err(no_device(serial));
            }
            changes.push(Change::PutDevice(self.synchronised(&device, codes, now)?));
            Ok(())
        })
        .await
    }

    /// Takes a device from the person who has it.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn deactivate_mfa_device(
        &self,
        account: AccountId,
        person: Person<'_>,
        serial: &str,
    ) -> Result<(), IamError> {
        self.change(|image, changes| {
            let owner = owner_id(image, account, person)?;
            let device = existing(image, account, serial)?;
            if device.user_id.as_ref() != Some(&owner) {
                return Err(no_device(serial));
            }
            changes.push(Change::PutDevice(MfaDevice::clone(&device).without_owner()));
            Ok(())
        })
        .await
    }

    /// Deletes a device that nobody has.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::DeleteConflict`].
    pub async fn delete_virtual_mfa_device(&self, account: AccountId, serial: &str) -> Result<(), IamError> {
        self.change(|image, changes| {
            if existing(image, account, serial)?.user_id.is_some() {
                let message = "MFA VirtualDevice in use. Must deactivate first.";
                return Err(IamError::DeleteConflict(message.to_owned()));
            }
            changes.push(Change::RemoveDevice(serial.to_owned()));
            Ok(())
        })
        .await
    }

    pub(crate) async fn change_device(
        &self,
        account: AccountId,
        serial: &str,
        change: impl FnOnce(&mut MfaDevice) -> Result<(), IamError>,
    ) -> Result<(), IamError> {
        self.change(|image, changes| {
            let mut device = MfaDevice::clone(&*existing(image, account, serial)?);
            change(&mut device)?;
            changes.push(Change::PutDevice(device));
            Ok(())
        })
        .await
    }

    /// Whether a code is right now for a device that this user has. A code that was right counts no second time, also
    /// after a crash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_mfa_code(&self, user_id: &str, serial: &str, code: &str) -> Result<bool, IamError> {
        let now = step_of(self.now());
        self.change(|image, changes| {
            let device = image.device(serial).filter(|device| device.user_id.as_deref() == Some(user_id));
            let Some(device) = device else { return Ok(false) };
            let seed = self.seed(device)?;
            let expected = now.saturating_add(device.drift_steps);
            let fits =
                (expected - 1..=expected + 1).find(|step| *step > device.last_step && is_code(&seed, *step, code));
            if let Some(step) = fits {
                let (last_step, drift_steps) = (step, step - now);
                changes.push(Change::PutDevice(MfaDevice { drift_steps, last_step, ..MfaDevice::clone(device) }));
            }
            Ok(fits.is_some())
        })
        .await
    }

    /// The device as it is after these two codes that follow each other.
    fn synchronised(
        &self,
        device: &MfaDevice,
        (first, second): (&str, &str),
        now: Timestamp,
    ) -> Result<MfaDevice, IamError> {
        let seed = self.seed(device)?;
        let now = step_of(now);
        let fits =
            |step: &i64| *step > device.last_step && is_code(&seed, *step, first) && is_code(&seed, step + 1, second);
        let found = (now - SEARCHED_STEPS..now + SEARCHED_STEPS).find(fits);
        let wrong = || IamError::InvalidAuthenticationCode("Authentication code for device is not valid.".to_owned());
        let last_step = found.ok_or_else(wrong)? + 1;
        // The second code is the newer one: it is taken to be of now, unless it is ahead or behind by more than one.
        let drift_steps = last_step - now;
        let drift_steps = if drift_steps.abs() <= 1 { 0 } else { drift_steps };
        Ok(MfaDevice { drift_steps, last_step, ..device.clone() })
    }

    fn seed(&self, device: &MfaDevice) -> Result<Zeroizing<Vec<u8>>, IamError> {
        self.sealer().open(&bound(&device.serial), &device.sealed).map_err(|_| IamError::Sealing)
    }
}

/// The id under which a person has devices. An account's number is nobody else's.
fn owner_id(image: &Image, account: AccountId, person: Person<'_>) -> Result<String, IamError> {
    match person {
        Person::Root => Ok(account.to_string()),
        Person::User(name) => users::existing(image, account, name).map(|user| user.id.clone()),
    }
}

fn bound(serial: &str) -> String {
    format!("mfa:{serial}")
}

fn step_of(now: Timestamp) -> i64 {
    now.unix_ms().div_euclid(STEP_MS)
}

pub(crate) fn existing(image: &Image, account: AccountId, serial: &str) -> Result<Arc<MfaDevice>, IamError> {
    let found = image.device(serial).filter(|device| device.account == account);
    found.cloned().ok_or_else(|| no_device(serial))
}

fn no_device(serial: &str) -> IamError {
    let shown: String = serial.chars().take(256).collect();
    IamError::NoSuchEntity(format!("MFA Device with serial number {shown} does not exist."))
}

/// Whether `code` is the code of this step. It takes as long wherever they differ.
fn is_code(seed: &[u8], step: i64, code: &str) -> bool {
    let expected = code_at(seed, step);
    let mut difference = u8::from(expected.len() != code.len());
    for (one, other) in expected.bytes().zip(code.bytes()) {
        difference |= one ^ other;
    }
    difference == 0
}

/// The six digits of a step. Source: RFC 4226 section 5.3, RFC 6238 section 4.
fn code_at(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or(0) & 0x0f);
    let word = tag.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn codes_are_those_of_the_specification() {
        let seed = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_of(Timestamp::from_unix_seconds(seconds));
            assert_eq!(code_at(seed, step), code, "{seconds}");
            assert!(is_code(seed, step, code) && !is_code(seed, step + 1, code) && !is_code(seed, step, ""));
        }
    }

    #[tokio::test]
    async fn a_code_counts_once_within_a_step_either_way_and_two_in_a_row_enable_a_device() {
        const START: Timestamp = Timestamp::from_unix_seconds(1_790_000_000);
        let account = AccountId::DEFAULT;
        let (environment, clock) = Environment::simulated(7, START);
        let iam = Fixture::within(environment).open().await;
        let user = iam.create_user(account, ("/", "alice"), &[], None).await.unwrap();
        let (device, seed) = iam.create_virtual_mfa_device(account, ("/", "phone"), &[]).await.unwrap();
        assert_eq!(device.serial, "arn:aws:iam::123456789012:mfa/phone");
        let serial = device.serial.as_str();
        let code = |ahead: i64| code_at(&seed, step_of(iam.now()) + ahead);
        let (old, new) = (code(-1), code(0));
        let twice = iam.enable_mfa_device(account, (Person::User("alice"), serial), (&new, &new)).await;
        assert!(matches!(twice, Err(IamError::InvalidAuthenticationCode(_))));
        iam.enable_mfa_device(account, (Person::User("alice"), serial), (&old, &new)).await.unwrap();
        assert!(!iam.check_mfa_code(&user.id, serial, &new).await.unwrap());
        let ahead = code(1);
        assert!(iam.check_mfa_code(&user.id, serial, &ahead).await.unwrap());
        assert!(!iam.check_mfa_code(&user.id, serial, &ahead).await.unwrap());
        let conflict = iam.delete_virtual_mfa_device(account, serial).await;
        assert!(matches!(conflict, Err(IamError::DeleteConflict(_))));
        assert!(matches!(iam.delete_user(account, "alice").await, Err(IamError::DeleteConflict(_))));
        clock.step(600_000);
        let (far, near) = (code(4), code(2));
        assert!(!iam.check_mfa_code(&user.id, serial, &far).await.unwrap());
        assert!(iam.check_mfa_code(&user.id, serial, &near).await.unwrap());
        iam.deactivate_mfa_device(account, Person::User("alice"), serial).await.unwrap();
        assert!(!iam.check_mfa_code(&user.id, serial, &code(3)).await.unwrap());
        iam.delete_virtual_mfa_device(account, serial).await.unwrap();
        iam.delete_user(account, "alice").await.unwrap();
    }

    #[tokio::test]
    async fn a_root_has_a_device_of_its_own_until_it_is_reset() {
        let account = AccountId::DEFAULT;
        let iam = Fixture::new().open().await;
        let first = iam.bootstrap_root(account).await.unwrap().unwrap();
        let (device, seed) = iam.create_virtual_mfa_device(account, ("/", "phone"), &[]).await.unwrap();
        let code = |ahead: i64| code_at(&seed, step_of(iam.now()) + ahead);
        let (old, new) = (code(-1), code(0));
        iam.enable_mfa_device(account, (Person::Root, &device.serial), (&old, &new)).await.unwrap();
        assert_eq!(iam.mfa_devices_of_root(account).len(), 1);
        assert!(iam.mfa_devices_of_root(AccountId::parse("210987654321").unwrap()).is_empty());
        assert!(iam.check_mfa_code(account.as_str(), &device.serial, &code(1)).await.unwrap());
        let second = iam.reset_root(account).await.unwrap();
        assert!(iam.mfa_devices_of_root(account).is_empty());
        let login = iam.login(account, Person::Root).unwrap();
        assert!(iam.matches(Some(&login), &second).await && !iam.matches(Some(&login), &first).await);
        assert!(login.reset_required);
    }
}
