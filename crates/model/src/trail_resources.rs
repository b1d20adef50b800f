//! The resources of CloudTrail's own calls, whose records name them only among the request's parameters.

use std::borrow::Cow;

use serde::Deserialize;

use crate::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    trail_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    s3_bucket_name: Option<Cow<'a, str>>,
}

/// The trail, as the request names it, and the bucket. None when the parameters are absent or have another shape.
pub(crate) fn trail_resources(parameters: Option<&str>) -> Vec<Resource<'_>> {
    let read = parameters.and_then(|raw| serde_json::from_str::<Parameters<'_>>(raw).ok());
    let Some(parameters) = read else { return Vec::new() };
    let resource = |kind: &'static str, name: Cow<'_, str>| Resource {
        resource_type: Some(kind.into()),
        // Borrowing is lost with an escape in the text; then it is a copy either way.
        resource_name: name.into_owned().into(),
    };
    let trail = parameters.name.or(parameters.trail_name).map(|name| resource("AWS::CloudTrail::Trail", name));
    let bucket = parameters.s3_bucket_name.map(|name| resource("AWS::S3::Bucket", name));
    trail.into_iter().chain(bucket).collect()
}
