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
        let account = cx.caller.account;
        // What is another account's is a shadow trail even where it is at home.
        let at_home = |trail: &Trail| trail.account == account && trail.home_region == cx.region;
        let seen = |trail: &Trail| at_home(trail) || (with_shadows && trail.visible_in(&cx.region));
        let trails = cx.services.catalog.seen_trails(account);
        let asked_for = |trail: &Trail| {
            references.iter().any(|reference| match reference {
                TrailReference::Name(name) => trail.account == account && trail.name == *name && seen(trail),
                TrailReference::Arn(arn) => trail.arn() == arn.to_string(),
            })
        };
        let shown = trails.iter().filter(|trail| if references.is_empty() { seen(trail) } else { asked_for(trail) });
        Ok(Response { trail_list: shown.map(TrailShape::from).collect() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn};

    async fn names(fixture: &Fixture, region: &str, request: Value) -> Vec<String> {
        let response = fixture.call_in(region, "DescribeTrails", request).await.unwrap();
        let trails = response["trailList"].as_array().unwrap();
        let mut names: Vec<_> = trails.iter().map(|trail| trail["Name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn trails_are_listed_by_region_with_their_shadows_or_without() {
        let fixture = Fixture::new().await;
        fixture.create_trail("local").await;
        fixture.create_multi_region_trail("global").await;
        assert_eq!(names(&fixture, "us-east-1", json!({})).await, ["global", "local"]);
        assert_eq!(names(&fixture, "us-east-1", json!({"includeShadowTrails": false})).await, ["global", "local"]);
        assert_eq!(names(&fixture, "eu-west-1", json!({"trailNameList": []})).await, ["global"]);
        assert!(names(&fixture, "eu-west-1", json!({"includeShadowTrails": false})).await.is_empty());
        // The members of other operations begin with capitals; these do not.
        assert_eq!(names(&fixture, "eu-west-1", json!({"TrailNameList": ["nobody"]})).await, ["global"]);
    }

    #[tokio::test]
    async fn names_reach_what_is_seen_here_and_arns_reach_everything_and_the_unknown_is_absent() {
        let fixture = Fixture::new().await;
        fixture.create_trail("local").await;
        fixture.create_multi_region_trail("global").await;
        let list = |names: &[&str]| json!({"trailNameList": names});
        assert_eq!(names(&fixture, "us-east-1", list(&["global", "nobody"])).await, ["global"]);
        assert!(names(&fixture, "eu-west-1", list(&["local"])).await.is_empty());
        assert_eq!(names(&fixture, "eu-west-1", list(&[&arn("local")])).await, ["local"]);
        for (name, code) in [("a b", "InvalidTrailNameException"), ("arn:x", "CloudTrailARNInvalidException")] {
            assert_eq!(fixture.call("DescribeTrails", list(&[name])).await.unwrap_err().0, code);
        }
    }
}
