//! What tags hang on: so far, trails (reference section 1.3, "Tags").

use cairn_catalog::Trail;
use cairn_model::{TrailArn, TrailReference};

use super::trail_or_store::no_such_store;
use crate::{ApiError, Context, ErrorCode};

impl Context {
    /// The trail whose ARN is `resource_id`, for an operation that has no error for a channel which is not there: that is a
    /// resource like any other.
    ///
    /// # Errors
    /// `CloudTrailARNInvalidException` when it is no ARN of CloudTrail, `ResourceTypeNotSupportedException` when it is
    /// one of something that has no tags, `ResourceNotFoundException` when there is no such resource. Event data stores
    /// have errors of their own for both.
    pub(crate) fn listed_trail(&self, resource_id: &str) -> Result<Trail, ApiError> {
        self.tagged_trail(resource_id, ErrorCode::ResourceNotFoundException)
    }

    /// The same, for a change: only in the trail's home Region. Tagging knows no `InvalidHomeRegionException`.
    ///
    /// # Errors
    /// Those of [`Context::listed_trail`], and `ChannelNotFoundException`.
    pub(crate) fn tagged_trail_at_home(&self, resource_id: Option<&str>) -> Result<Trail, ApiError> {
        let trail = self.tagged_trail(resource_id.unwrap_or_default(), ErrorCode::ChannelNotFoundException)?;
        self.check_may_change(&trail)?;
        if trail.home_region == self.region {
            return Ok(trail);
        }
        let message =
            format!("The tags of {} can be changed in its home Region {} only.", trail.arn(), trail.home_region);
        Err(ApiError::new(ErrorCode::ResourceNotFoundException, message))
    }

    /// `absent_channel` is the error for a channel that is not there.
    fn tagged_trail(&self, text: &str, absent_channel: ErrorCode) -> Result<Trail, ApiError> {
        let not_found = || ApiError::new(ErrorCode::ResourceNotFoundException, format!("Unknown resource: {text}"));
        match kind(text) {
            Some("eventdatastore") => Err(no_such_store(text)),
            Some("channel") => Err(no_such_channel(text, absent_channel)),
            Some("dashboard") => Err(not_found()),
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
}

/// There are no channels, so whichever an ARN means is not found.
fn no_such_channel(arn: &str, absent: ErrorCode) -> ApiError {
    if arn.ends_with(":channel/") {
        return ApiError::new(ErrorCode::ChannelARNInvalidException, format!("The channel ARN {arn} is not valid."));
    }
    ApiError::new(absent, format!("The channel {arn} was not found."))
}

/// What kind of CloudTrail resource an ARN names.
fn kind(arn: &str) -> Option<&str> {
    match arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "cloudtrail", _, _, resource] => resource.split_once('/').map(|(kind, _)| kind),
        _ => None,
    }
}
