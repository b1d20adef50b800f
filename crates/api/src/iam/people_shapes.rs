//! Passwords' rules, login profiles and MFA devices as answers show them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_iam::{LoginProfile, MfaDevice, PasswordPolicy};
use serde::{Deserialize, Serialize};

use super::base32::base32;
use super::qr_code::qr_code_png;
use super::requests::encoded;
use super::shapes::{TagShape, UserShape};
use crate::Context;
use crate::wire_time::IsoTime;

/// `LoginProfile`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LoginProfileShape {
    user_name: Option<String>,
    create_date: Option<IsoTime>,
    password_reset_required: Option<bool>,
}

impl LoginProfileShape {
    pub(crate) fn of(user_name: &str, login: &LoginProfile) -> Self {
        Self {
            user_name: Some(user_name.to_owned()),
            create_date: Some(IsoTime(login.created_at)),
            password_reset_required: Some(login.reset_required),
        }
    }
}

/// `PasswordPolicy`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PasswordPolicyShape {
    minimum_password_length: Option<u32>,
    require_symbols: Option<bool>,
    require_numbers: Option<bool>,
    require_uppercase_characters: Option<bool>,
    require_lowercase_characters: Option<bool>,
    allow_users_to_change_password: Option<bool>,
    expire_passwords: Option<bool>,
    max_password_age: Option<u32>,
    password_reuse_prevention: Option<u32>,
    hard_expiry: Option<bool>,
}

impl PasswordPolicyShape {
    pub(crate) fn of(policy: &PasswordPolicy) -> Self {
        Self {
            minimum_password_length: Some(policy.minimum_length),
            require_symbols: Some(policy.require_symbols),
            require_numbers: Some(policy.require_numbers),
            require_uppercase_characters: Some(policy.letters.uppercase),
            require_lowercase_characters: Some(policy.letters.lowercase),
            allow_users_to_change_password: Some(policy.allow_users_to_change_password),
            expire_passwords: Some(policy.max_age_days.is_some()),
            max_password_age: policy.max_age_days,
            password_reuse_prevention: policy.reuse_prevention,
            hard_expiry: policy.hard_expiry,
        }
    }
}

/// `MFADevice`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DeviceShape {
    user_name: Option<String>,
    serial_number: Option<String>,
    enable_date: Option<IsoTime>,
}

impl DeviceShape {
    pub(crate) fn of(user_name: &str, device: &MfaDevice) -> Self {
        Self {
            user_name: Some(user_name.to_owned()),
            serial_number: Some(device.serial.clone()),
            enable_date: device.enabled_at.map(IsoTime),
        }
    }
}

/// `VirtualMFADevice`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct VirtualDeviceShape {
    serial_number: Option<String>,
    /// The base64 of the base32 of the seed: the member is a blob.
    base32_string_seed: Option<String>,
    /// The base64 of a PNG.
    #[serde(rename = "QRCodePNG")]
    qr_code_png: Option<String>,
    user: Option<UserShape>,
    enable_date: Option<IsoTime>,
    tags: Option<Vec<TagShape>>,
}

impl VirtualDeviceShape {
    /// A device of this moment with its seed, as text and as a code that authenticators read, which shows the device's name
    /// and what the account is called.
    pub(crate) fn of_new(device: &MfaDevice, (name, account): (&str, &str), seed: &[u8]) -> Self {
        let seed = base32(seed);
        let address = format!("otpauth://totp/{}@{account}?secret={seed}", encoded(name));
        Self {
            serial_number: Some(device.serial.clone()),
            base32_string_seed: Some(STANDARD.encode(seed)),
            qr_code_png: qr_code_png(&address).map(|png| STANDARD.encode(png)),
            tags: TagShape::some(&device.tags),
            ..Self::default()
        }
    }

    /// A device with the user who has it.
    pub(crate) fn of(cx: &Context, device: &MfaDevice) -> Self {
        let shown = |id: &String| match cx.services.iam.user_by_id(id) {
            Some(user) => Some(UserShape::of(&user)),
            None => (id == device.account.as_str()).then(|| UserShape::of_root(cx)),
        };
        Self {
            serial_number: Some(device.serial.clone()),
            user: device.user_id.as_ref().and_then(shown),
            enable_date: device.enabled_at.map(IsoTime),
            ..Self::default()
        }
    }

    pub(crate) fn key(&self) -> String {
        self.serial_number.clone().unwrap_or_default()
    }
}
