//! `ListTrails` names the trails that the account sees, of every Region, each once. All fit in one answer.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListTrails;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    next_token: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    trails: Vec<ListedTrail>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `TrailInfo` of the service model.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedTrail {
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    name: String,
    home_region: String,
}

impl Operation for ListTrails {
    const NAME: &'static str = "ListTrails";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        let trails = cx.services.catalog.seen_trails(cx.caller.account).into_iter().map(|trail| ListedTrail {
            trail_arn: trail.arn(),
            name: trail.name.into(),
            home_region: trail.home_region.into(),
        });
        Ok(Response { trails: trails.collect(), next_token: None })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, arn};

    #[tokio::test]
    async fn trails_of_every_region_are_listed_once_each() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("global").await;
        let request = json!({"Name": "local", "S3BucketName": "logs"});
        let made = fixture.call_in("eu-west-1", "CreateTrail", request).await.unwrap();
        let expected = json!({"Trails": [
            {"TrailARN": arn("global"), "Name": "global", "HomeRegion": "us-east-1"},
            {"TrailARN": made["TrailARN"], "Name": "local", "HomeRegion": "eu-west-1"},
        ]});
        let by_name = |trails: &mut serde_json::Value| {
            trails["Trails"].as_array_mut().unwrap().sort_by_key(|trail| trail["Name"].to_string());
        };
        let mut listed = fixture.call_in("ap-south-1", "ListTrails", json!({})).await.unwrap();
        by_name(&mut listed);
        assert_eq!(listed, expected);
    }
}
