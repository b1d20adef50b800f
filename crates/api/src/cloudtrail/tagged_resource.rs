//! What tags hang on: so far, trails (reference section 1.3, "Tags").

use cairn_catalog::Trail;
use cairn_model::{TrailArn, TrailReference};

use crate::{ApiError, Context, ErrorCode};

impl Context {
    /// The trail whose ARN is `resource_id`.
    ///
    /// # Errors
    /// `CloudTrailARNInvalidException` when it is no ARN of CloudTrail, `ResourceTypeNotSupportedException` when it is
    /// one of something that has no tags, `ResourceNotFoundException` when there is no such resource.
    pub(crate) fn tagged_trail(&self, resource_id: Option<&str>) -> Result<Trail, ApiError> {
        let text = resource_id.unwrap_or_default();
        let not_found = || ApiError::new(ErrorCode::ResourceNotFoundException, format!("Unknown resource: {text}"));
        match kind(text) {
            Some("eventdatastore" | "channel" | "dashboard") => Err(not_found()),
            None | Some("trail") => {
                let reference = TrailReference::Arn(TrailArn::parse(text)?);
                self.services.catalog.find_trail(self.caller.account, &self.region, &reference).ok_or_else(not_found)
            }
            Some(other) => Err(ApiError::new(
                ErrorCode::ResourceTypeNotSupportedException,
                format!("Resources of the type {other} have no tags."),
            )),
        }
    }

    /// The same, for a change: only in the trail's home Region. Tagging knows no `InvalidHomeRegionException`.
    pub(crate) fn tagged_trail_at_home(&self, resource_id: Option<&str>) -> Result<Trail, ApiError> {
        let trail = self.tagged_trail(resource_id)?;
        self.check_may_change(&trail)?;
        if trail.home_region == self.region {
            return Ok(trail);
        }
        let message =
            format!("The tags of {} can be changed in its home Region {} only.", trail.arn(), trail.home_region);
        Err(ApiError::new(ErrorCode::ResourceNotFoundException, message))
    }
}

/// What kind of CloudTrail resource an ARN names.
fn kind(arn: &str) -> Option<&str> {
    match arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "cloudtrail", _, _, resource] => resource.split_once('/').map(|(kind, _)| kind),
        _ => None,
    }
}
