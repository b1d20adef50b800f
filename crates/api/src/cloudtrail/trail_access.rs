//! How operations come by the trail that a request means.

use cairn_catalog::{Catalog, Cause, Stopped, Trail};
use cairn_model::{Region, TrailReference};

use crate::{ApiError, Context, ErrorCode};

impl Context {
    /// The catalogue for changes that this call makes.
    pub(crate) fn catalog(&self) -> Catalog {
        let (principal, origin) = (self.caller.arn(), self.caller.origin_arn());
        let cause = Cause { request_id: self.request_id.clone(), principal, origin };
        self.services.catalog.caused_by(cause)
    }

    /// The trail that `text` means: a name of its own as seen in this Region, or an ARN. An absent text is a blank name.
    pub(crate) fn trail(&self, text: Option<&str>) -> Result<Trail, ApiError> {
        let text = text.unwrap_or_default();
        let reference = TrailReference::parse(text)?;
        let account = self.caller.account;
        self.services.catalog.find_trail(account, &self.region, &reference).ok_or_else(|| {
            ApiError::new(ErrorCode::TrailNotFoundException, format!("Unknown trail: {text} for the user: {account}"))
        })
    }

    /// The same, for a change: only in the trail's home Region, and of an organization trail only by who may.
    pub(crate) fn trail_at_home(&self, text: Option<&str>) -> Result<Trail, ApiError> {
        let trail = self.trail(text)?;
        self.check_may_change(&trail)?;
        self.check_home(&trail.home_region, &trail.arn())?;
        Ok(trail)
    }

    fn check_home(&self, home: &Region, arn: &str) -> Result<(), ApiError> {
        if *home == self.region {
            return Ok(());
        }
        let message = format!("The trail {arn} can be changed in its home Region {home} only, not in {}.", self.region);
        Err(ApiError::new(ErrorCode::InvalidHomeRegionException, message))
    }

    /// The end of a span of logging that this call closes. The call's own event still belongs to the span.
    pub(crate) fn stop_now(&self) -> Stopped {
        Stopped { until: self.services.journal.end(), at: self.received_at }
    }
}
