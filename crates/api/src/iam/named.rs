//! What requests name: each has its member, the permission that is asked on it, and what the store calls it.

use cairn_iam::{Holder, IamError, Tagged, Tags};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::requests::required;
use crate::ask::Ask;
use crate::{ApiError, Context};

/// The member of a request that names what it is about.
pub(crate) trait Named: Default + Serialize + DeserializeOwned + Send + 'static {
    /// The member, as messages write it.
    const MEMBER: &'static str;

    /// What the request has there.
    fn name(self) -> Option<String>;

    /// The permission that has the operation's name, on what is named.
    fn ask(&self, cx: &Context) -> Ask;

    /// The same as [`Named::name`], where a request cannot do without it.
    ///
    /// # Errors
    /// `ValidationError`
    fn required(self) -> Result<String, ApiError> {
        required(Self::MEMBER, self.name())
    }
}

/// Who holds policies: a user, group or role.
pub(crate) trait NamedHolder: Named {
    /// The member that names so.
    fn of(name: String) -> Self;

    /// The holder of this name.
    fn holder(name: String) -> Holder;
}

/// What has tags.
pub(crate) trait NamedTagged: Named {
    /// What has this name.
    fn tagged(name: String) -> Tagged;

    /// The same, whose tags are to be changed.
    ///
    /// # Errors
    /// Why calls do not change it.
    fn changeable(_: &Context, name: String) -> Result<Tagged, IamError> {
        Ok(Self::tagged(name))
    }

    /// The tags of what has this name.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], and [`IamError::InvalidInput`] for what is no name.
    fn tags(cx: &Context, name: String) -> Result<Tags, IamError> {
        cx.services.iam.tags(cx.caller.account, &Self::tagged(name))
    }
}

/// A user.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserName {
    user_name: Option<String>,
}

impl Named for UserName {
    const MEMBER: &'static str = "userName";

    fn name(self) -> Option<String> {
        self.user_name
    }

    fn ask(&self, cx: &Context) -> Ask {
        cx.ask_on_user(self.user_name.as_deref())
    }
}

impl NamedHolder for UserName {
    fn of(name: String) -> Self {
        Self { user_name: Some(name) }
    }

    fn holder(name: String) -> Holder {
        Holder::User(name)
    }
}

impl NamedTagged for UserName {
    fn tagged(name: String) -> Tagged {
        Tagged::User(name)
    }
}

/// A group.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct GroupName {
    group_name: Option<String>,
}

impl Named for GroupName {
    const MEMBER: &'static str = "groupName";

    fn name(self) -> Option<String> {
        self.group_name
    }

    fn ask(&self, cx: &Context) -> Ask {
        cx.ask_on_group(self.group_name.as_deref())
    }
}

impl NamedHolder for GroupName {
    fn of(name: String) -> Self {
        Self { group_name: Some(name) }
    }

    fn holder(name: String) -> Holder {
        Holder::Group(name)
    }
}

/// A role.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RoleName {
    role_name: Option<String>,
}

impl Named for RoleName {
    const MEMBER: &'static str = "roleName";

    fn name(self) -> Option<String> {
        self.role_name
    }

    fn ask(&self, cx: &Context) -> Ask {
        cx.ask_on_role(self.role_name.as_deref())
    }
}

impl NamedHolder for RoleName {
    fn of(name: String) -> Self {
        Self { role_name: Some(name) }
    }

    fn holder(name: String) -> Holder {
        Holder::Role(name)
    }
}

impl NamedTagged for RoleName {
    fn tagged(name: String) -> Tagged {
        Tagged::Role(name)
    }
}

/// A managed policy.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyArn {
    policy_arn: Option<String>,
}

impl Named for PolicyArn {
    const MEMBER: &'static str = "policyArn";

    fn name(self) -> Option<String> {
        self.policy_arn
    }

    fn ask(&self, cx: &Context) -> Ask {
        cx.ask_on_policy(self.policy_arn.as_deref())
    }
}

impl NamedTagged for PolicyArn {
    fn tagged(name: String) -> Tagged {
        Tagged::Policy(name)
    }
}

/// An MFA device.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SerialNumber {
    serial_number: Option<String>,
}

impl Named for SerialNumber {
    const MEMBER: &'static str = "serialNumber";

    fn name(self) -> Option<String> {
        self.serial_number
    }

    fn ask(&self, cx: &Context) -> Ask {
        cx.ask_on_device(self.serial_number.as_deref())
    }
}

impl NamedTagged for SerialNumber {
    fn tagged(name: String) -> Tagged {
        Tagged::MfaDevice(name)
    }
}

/// An identity provider.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ProviderArn {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: Option<String>,
}

impl Named for ProviderArn {
    const MEMBER: &'static str = "openIDConnectProviderArn";

    fn name(self) -> Option<String> {
        self.arn
    }

    fn ask(&self, cx: &Context) -> Ask {
        cx.ask_on_provider(self.arn.as_deref())
    }
}

impl NamedTagged for ProviderArn {
    fn tagged(name: String) -> Tagged {
        Tagged::IdentityProvider(name)
    }

    fn changeable(cx: &Context, name: String) -> Result<Tagged, IamError> {
        cx.check_changeable_provider(&name)?;
        Ok(Self::tagged(name))
    }

    /// One that stands in the settings has none.
    fn tags(cx: &Context, name: String) -> Result<Tags, IamError> {
        if cx.is_declared_provider(&name) {
            return Ok(Tags::new());
        }
        cx.services.iam.tags(cx.caller.account, &Self::tagged(name))
    }
}
