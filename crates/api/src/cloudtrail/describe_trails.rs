//! `DescribeTrails` shows the settings of the trails that are seen in the Region, or of those that are asked for.

use cairn_catalog::Trail;
use cairn_model::TrailReference;
use serde::{Deserialize, Serialize};

use super::trail_shape::TrailShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DescribeTrails;

// The only members of the service that begin with lower-case letters.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Request {
    trail_name_list: Option<Vec<String>>,
    include_shadow_trails: Option<bool>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    trail_list: Vec<TrailShape>,
}

impl Operation for DescribeTrails {
    const NAME: &'static str = "DescribeTrails";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::CloudTrailARNInvalidException, ErrorCode::InvalidTrailNameException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let references = request.trail_name_list.unwrap_or_default();
        let references = references.iter().map(|text| TrailReference::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let with_shadows = request.include_shadow_trails.unwrap_or(true);
        let seen = |trail: &Trail| trail.home_region == cx.region || (with_shadows && trail.is_multi_region);
        let trails = cx.services.catalog.list_trails(cx.caller.account);
        let asked_for = |trail: &Trail| {
            references.iter().any(|reference| match reference {
                TrailReference::Name(name) => trail.name == *name && seen(trail),
                TrailReference::Arn(arn) => trail.arn() == arn.to_string(),
            })
        };
        let shown = trails.iter().filter(|trail| if references.is_empty() { seen(trail) } else { asked_for(trail) });
        Ok(Response { trail_list: shown.map(TrailShape::from).collect() })
    }
}
