//! What moto's own tests ask for and AWS does not do. Only `cairn serve --test-hooks` has it.
//!
//! Nothing here reaches into an operation. A request runs as it is. Only when it is refused, and moto does not check what
//! it is refused for, it runs once more without those members, and the answer is given them back. They live in memory
//! until the reset.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cairn_catalog::Stopped;
use cairn_model::AccountId;
use cairn_objects::Buckets;
use serde_json::{Map, Value, json};

use crate::body::Body;
use crate::{Answer, ApiError, Context, Entry, ErrorCode, Services};

type Members = Map<String, Value>;

/// Members of a trail that AWS checks against other services. moto keeps any text in them.
const UNCHECKED: [&str; 5] =
    ["SnsTopicName", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KmsKeyId", "IsOrganizationTrail"];
/// Members that `UpdateTrail` of moto does not check either: the bucket, and global events of a multi-Region trail.
const UNCHECKED_BY_UPDATES: [&str; 2] = ["S3BucketName", "IncludeGlobalServiceEvents"];
const SELECTORS: [&str; 2] = ["EventSelectors", "AdvancedEventSelectors"];

/// The other server that moto's tests believe to talk to, as far as it is not Cairn.
#[derive(Debug)]
pub struct TestHooks {
    buckets: Buckets,
    /// What trails were asked to be and are not, by their ARNs.
    aside: Mutex<BTreeMap<String, Members>>,
}

impl TestHooks {
    /// Hooks of a server with these embedded buckets.
    pub fn new(buckets: Buckets) -> Self {
        Self { buckets, aside: Mutex::default() }
    }

    /// Deletes the trails and the embedded buckets of the default account. What was recorded stays.
    pub async fn reset(&self, services: &Services) {
        self.aside().clear();
        let end = Stopped { until: services.journal.end(), at: services.environment.clock.now() };
        for trail in services.catalog.list_trails(AccountId::DEFAULT) {
            if let Err(error) = services.catalog.delete_trail(&trail.id, end).await {
                tracing::warn!(%error, trail = trail.arn(), "a trail outlives the reset");
            }
        }
        for record in self.buckets.list_owned(AccountId::DEFAULT).await {
            let name = record.name.as_str();
            if let Err(reason) = self.remove(name).await {
                tracing::warn!(reason, bucket = name, "a bucket outlives the reset");
            }
        }
    }

    async fn remove(&self, name: &str) -> Result<(), String> {
        const PAGE: usize = 1000;
        let bucket = self.buckets.find(name).await.ok_or("it is gone")?;
        loop {
            let page = bucket.list("", None, PAGE).await.map_err(|error| error.to_string())?;
            for object in &page {
                bucket.delete(&object.key).await.map_err(|error| error.to_string())?;
            }
            if page.len() < PAGE {
                return self.buckets.remove(name).await.map_err(|error| error.to_string());
            }
        }
    }

    /// Runs an operation, and has its answer say what moto's tests expect.
    pub async fn call(&self, entry: &Entry, cx: &Context, body: &[u8]) -> Answer {
        let mut answer = entry.call(cx, body).await;
        let (true, Ok(mut request)) = (entry.service == "cloudtrail", serde_json::from_slice::<Members>(body)) else {
            return answer;
        };
        let mut aside = Members::new();
        if answer.result.is_err() {
            aside = put_aside(entry.name, &mut request);
            if !aside.is_empty() {
                let body = Value::from(request.clone()).to_string();
                answer = entry.call(cx, body.as_bytes()).await;
            }
        }
        answer.result = self.amend(entry.name, cx, (request, aside), answer.result);
        answer
    }

    /// The answer of the operation `name` to a request of which something was put aside.
    fn amend(
        &self,
        name: &str,
        cx: &Context,
        (request, aside): (Members, Members),
        result: Result<Body, ApiError>,
    ) -> Result<Body, ApiError> {
        let response = match result {
            Ok(body) => body.write().and_then(|bytes| read(&bytes)),
            Err(error) => excused(name, cx, &request, error),
        };
        let mut response = response?;
        match name {
            "CreateTrail" | "UpdateTrail" => {
                self.keep(&response, with_topic_arn(aside, cx));
                self.give_back(&mut response);
            }
            "GetTrail" => response.get_mut("Trail").and_then(Value::as_object_mut).map_or((), |of| self.give_back(of)),
            "DescribeTrails" => {
                let trails = response.get_mut("trailList").and_then(Value::as_array_mut).into_iter().flatten();
                trails.filter_map(Value::as_object_mut).for_each(|of| self.give_back(of));
            }
            "ListTrails" => only_seen_here(&mut response, cx),
            "PutEventSelectors" => {
                self.forget(&response, &SELECTORS);
                if aside.is_empty() {
                    only_given(&mut response);
                } else {
                    self.keep(&response, aside.clone());
                    response.retain(|member, _| !SELECTORS.contains(&member.as_str()));
                    response.extend(aside);
                }
            }
            "GetEventSelectors" => {
                let kept = self.kept(&response);
                let is_kept = SELECTORS.iter().any(|member| kept.contains_key(*member));
                if is_kept || !has_selectors(&response, cx) {
                    response.retain(|member, _| !SELECTORS.contains(&member.as_str()));
                    response.extend(kept.into_iter().filter(|(name, _)| SELECTORS.contains(&name.as_str())));
                }
                only_given(&mut response);
                for member in SELECTORS {
                    response.entry(member).or_insert_with(|| json!([]));
                }
            }
            "GetTrailStatus" => started_is_delivered(&mut response),
            _ => {}
        }
        let bytes = Bytes::from(Value::from(response).to_string());
        Ok(Body::later(move || Ok(bytes)))
    }

    fn aside(&self) -> MutexGuard<'_, BTreeMap<String, Members>> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, response: &Members, members: Members) {
        self.aside().entry(arn(response)).or_default().extend(members);
    }

    fn forget(&self, response: &Members, members: &[&str]) {
        self.aside().entry(arn(response)).or_default().retain(|name, _| !members.contains(&name.as_str()));
    }

    fn kept(&self, response: &Members) -> Members {
        self.aside().get(&arn(response)).cloned().unwrap_or_default()
    }

    fn give_back(&self, trail: &mut Members) {
        let kept = self.kept(trail);
        trail.extend(kept.into_iter().filter(|(name, _)| !SELECTORS.contains(&name.as_str())));
    }
}

/// Takes out of a request what AWS would refuse it for.
fn put_aside(name: &str, request: &mut Members) -> Members {
    // Tests that expect a refusal name no log group; those that name one call it `cwllga`, which is no ARN.
    let is_strange = |request: &Members| {
        request.get("CloudWatchLogsLogGroupArn").and_then(Value::as_str).is_some_and(|arn| !arn.starts_with("arn:"))
    };
    match name {
        "CreateTrail" if is_strange(request) => taken(request, &UNCHECKED),
        "UpdateTrail" if is_strange(request) => {
            let mut aside = taken(request, &UNCHECKED);
            aside.extend(taken(request, &UNCHECKED_BY_UPDATES));
            aside
        }
        "PutEventSelectors" => {
            // Both kinds at once, and a field `f`: the trail itself gets the basic ones, or those of a new trail.
            let aside = taken(request, &SELECTORS);
            let basic = aside.get("EventSelectors").cloned().unwrap_or_else(|| json!([{}]));
            request.insert("EventSelectors".to_owned(), basic);
            aside
        }
        _ => Members::new(),
    }
}

fn taken(request: &mut Members, names: &[&str]) -> Members {
    names.iter().filter_map(|name| request.remove_entry(*name)).collect()
}

fn with_topic_arn(mut aside: Members, cx: &Context) -> Members {
    if let Some(topic) = aside.get("SnsTopicName").and_then(Value::as_str) {
        let arn = format!("arn:aws:sns:{}:{}:{topic}", cx.region, cx.caller.account);
        aside.insert("SnsTopicARN".to_owned(), arn.into());
    }
    aside
}

/// Refusals that moto words otherwise or does not make: the status of an unknown trail names its ARN, and Insights that
/// are off have an empty answer.
fn excused(name: &str, cx: &Context, request: &Members, error: ApiError) -> Result<Members, ApiError> {
    let text = |member| request.get(member).and_then(Value::as_str).unwrap_or_default();
    match (name, error.code) {
        ("GetTrailStatus", ErrorCode::TrailNotFoundException) => {
            let (region, account) = (&cx.region, cx.caller.account);
            let arn = format!("arn:aws:cloudtrail:{region}:{account}:trail/{}", text("Name"));
            Err(ApiError::new(error.code, format!("Unknown trail: {arn} for the user: {account}")))
        }
        ("GetInsightSelectors", ErrorCode::InsightNotEnabledException) => {
            Ok(Members::from_iter([("TrailARN".to_owned(), text("TrailName").into())]))
        }
        _ => Err(error),
    }
}

/// moto shows of selectors what was given, and no empty lists.
fn only_given(response: &mut Members) {
    for member in SELECTORS {
        let selectors = response.get_mut(member).and_then(Value::as_array_mut).into_iter().flatten();
        selectors.filter_map(Value::as_object_mut).for_each(|of| of.retain(|_, value| *value != json!([])));
    }
}

/// Whether anyone gave the trail selectors. moto shows none of one that has those of a new trail.
fn has_selectors(response: &Members, cx: &Context) -> bool {
    let trails = cx.services.catalog.list_trails(cx.caller.account);
    let trail = trails.iter().find(|trail| trail.arn() == arn(response));
    trail.is_some_and(cairn_catalog::Trail::has_custom_event_selectors)
}

/// moto delivers in the moment in which a trail starts.
fn started_is_delivered(status: &mut Members) {
    if let (Some(started), None) = (status.get("StartLoggingTime").cloned(), status.get("LatestDeliveryTime")) {
        status.insert("LatestDeliveryTime".to_owned(), started);
    }
}

/// moto lists the trails that are seen in the Region, AWS those of every Region.
fn only_seen_here(response: &mut Members, cx: &Context) {
    let Some(trails) = response.get_mut("Trails").and_then(Value::as_array_mut) else { return };
    let all = cx.services.catalog.list_trails(cx.caller.account);
    let is_seen = |arn: &str| all.iter().any(|trail| trail.arn() == arn && trail.visible_in(&cx.region));
    trails.retain(|trail| trail.get("TrailARN").and_then(Value::as_str).is_some_and(is_seen));
}

fn arn(response: &Members) -> String {
    response.get("TrailARN").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn read(bytes: &[u8]) -> Result<Members, ApiError> {
    if bytes.is_empty() {
        return Ok(Members::new());
    }
    serde_json::from_slice(bytes).map_err(|_| ApiError::internal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, arn};
    use crate::operations;

    async fn call(hooks: &TestHooks, fixture: &Fixture, name: &str, request: Value) -> Result<Value, ApiError> {
        let entry = operations().iter().find(|entry| entry.name == name).unwrap();
        let answer = hooks.call(entry, &fixture.cx, request.to_string().as_bytes()).await;
        Ok(serde_json::from_slice(&answer.result?.write()?).unwrap())
    }

    #[tokio::test]
    async fn what_aws_would_refuse_is_answered_back_and_never_reaches_the_trail() {
        let fixture = Fixture::new().await;
        let hooks = TestHooks::new(fixture.buckets.clone());
        let request = json!({"Name": "main", "S3BucketName": "logs", "SnsTopicName": "t", "KmsKeyId": "k",
            "CloudWatchLogsLogGroupArn": "g", "CloudWatchLogsRoleArn": "r", "IsOrganizationTrail": true});
        let made = call(&hooks, &fixture, "CreateTrail", request).await.unwrap();
        assert_eq!((&made["KmsKeyId"], &made["IsOrganizationTrail"]), (&json!("k"), &json!(true)));
        assert_eq!(made["SnsTopicARN"], "arn:aws:sns:us-east-1:123456789012:t");
        let shown = call(&hooks, &fixture, "GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!(shown["Trail"]["CloudWatchLogsLogGroupArn"], "g");
        let kept = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!((kept["Trail"].get("KmsKeyId"), &kept["Trail"]["IsOrganizationTrail"]), (None, &json!(false)));
    }

    #[tokio::test]
    async fn a_reset_leaves_neither_trails_nor_buckets() {
        let fixture = Fixture::new().await;
        let hooks = TestHooks::new(fixture.buckets.clone());
        fixture.create_trail("main").await;
        let advanced = json!([{"Name": "a", "FieldSelectors": [{"Field": "f", "Equals": ["x"]}]}]);
        let request = json!({"TrailName": "main", "EventSelectors": [{}], "AdvancedEventSelectors": advanced});
        let put = call(&hooks, &fixture, "PutEventSelectors", request).await.unwrap();
        let expected = json!({"TrailARN": arn("main"), "EventSelectors": [{}], "AdvancedEventSelectors": advanced});
        assert_eq!(put, expected);
        hooks.reset(&fixture.cx.services).await;
        assert_eq!(call(&hooks, &fixture, "ListTrails", json!({})).await.unwrap(), json!({"Trails": []}));
        assert!(fixture.buckets.list_owned(AccountId::DEFAULT).await.is_empty());
        fixture.buckets.create("logs", AccountId::DEFAULT, &fixture.cx.region).await.unwrap();
        fixture.create_trail("main").await;
        let got = call(&hooks, &fixture, "GetEventSelectors", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!((&got["EventSelectors"], &got["AdvancedEventSelectors"]), (&json!([]), &json!([])));
    }
}
