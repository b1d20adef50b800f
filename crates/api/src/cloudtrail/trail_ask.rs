//! The permissions that operations on trails and event data stores ask for (reference sections 11.1 and 11.2).

use cairn_catalog::Trail;
use cairn_model::{TrailReference, partition};

use super::TagShape;
use crate::ask::Ask;
use crate::{ApiError, Context};

/// The tags of a request as policies are told of them.
pub(super) fn pairs(tags: Option<&Vec<TagShape>>) -> impl Iterator<Item = (&str, &str)> {
    tags.into_iter().flatten().map(TagShape::pair)
}

/// What a trail needs besides: to pass on the role that writes its log group, and to see that its organization trusts
/// CloudTrail.
pub(super) fn targets_asks(role_arn: Option<&str>, is_organization_trail: Option<bool>) -> Vec<Ask> {
    let role = role_arn.filter(|arn| !arn.is_empty()).map(Ask::to_pass_role);
    let trusted = is_organization_trail.filter(|is| *is).map(|_| Ask::to(TRUSTED_ACCESS));
    role.into_iter().chain(trusted).collect()
}

/// The permission to see which services an organization trusts.
pub(super) const TRUSTED_ACCESS: &str = "organizations:ListAWSServiceAccessForOrganization";

impl Context {
    /// Asks for the operation itself on the trail that `text` means, by whichever of its names. One that is not there
    /// has the ARN that it would have.
    pub(super) fn ask_on_trail(&self, text: Option<&str>) -> Ask {
        let text = text.unwrap_or_default();
        let reference = TrailReference::parse(text).ok();
        let (account, region) = (self.caller.account, &self.region);
        let found = reference.and_then(|reference| self.services.catalog.find_trail(account, region, &reference));
        let Some(trail) = found else { return Ask::itself().on(self.cloudtrail_arn("trail", text)) };
        let tags = trail.tags.iter().map(|(key, value)| (key.as_str(), value.as_deref().unwrap_or_default()));
        Ask::itself().on(trail.arn()).tagged(tags)
    }

    /// The trail that `text` means, by a name of its own or its ARN, where the caller's policies allow `action` on it: for
    /// what is no operation of a service's model.
    ///
    /// # Errors
    /// `AccessDeniedException` first, then those of a name that is none or nobody's.
    pub fn permitted_trail(&self, action: &'static str, text: &str) -> Result<Trail, ApiError> {
        self.permit_ask(action, &self.ask_on_trail(Some(text)).for_action(action))?;
        self.trail(Some(text))
    }

    /// The ARN of a trail that is about to be made.
    pub(super) fn new_trail_arn(&self, name: Option<&str>) -> String {
        self.cloudtrail_arn("trail", name.unwrap_or_default())
    }

    /// The same for what tags or resource policies hang on, which requests name by its ARN.
    pub(super) fn ask_on_resource(&self, arn: Option<&str>) -> Ask {
        let arn = arn.unwrap_or_default();
        if arn.contains(":trail/") { self.ask_on_trail(Some(arn)) } else { Ask::itself().on(arn) }
    }

    /// The same for a trail or an event data store, whichever is named.
    pub(super) fn ask_on_either(&self, trail: Option<&str>, store: Option<&str>) -> Ask {
        match store.filter(|store| !store.is_empty()) {
            Some(store) => Ask::itself().on(self.cloudtrail_arn("eventdatastore", store)),
            None => self.ask_on_trail(trail),
        }
    }

    fn cloudtrail_arn(&self, kind: &str, text: &str) -> String {
        if text.starts_with("arn:") {
            return text.to_owned();
        }
        let (region, account) = (&self.region, self.caller.account);
        format!("arn:{}:cloudtrail:{region}:{account}:{kind}/{text}", partition(region))
    }
}
