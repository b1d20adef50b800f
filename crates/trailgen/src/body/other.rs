//! Requests and answers of services with few shapes of their own, and the general shape of all others.

use crate::body::Body;
use crate::call::{Call, INSTANCE, KEY, SG, SUBNET};
use crate::rng::Rng;
use crate::services::{is_data_event, is_read_only};
use crate::text::{first, hex, lower_first, moment, put, token, uuid};

/// The security groups of a load balancer.
pub(super) fn load_balancer_groups(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, .. } = *call;
    put!(
        body.request,
        "{{\"loadBalancerArn\":\"arn:aws:elasticloadbalancing:{region}:{acc}:loadbalancer/app/web-{}/{}\",\"securityGroups\":[\"sg-0{}\",\"sg-0{}\"]}}",
        rng.below(20),
        hex(rng, 16),
        call.pool(SG, 120, rng),
        call.pool(SG, 120, rng)
    );
    put!(body.response, "{{\"securityGroupIds\":[\"sg-0{}\"]}}", call.pool(SG, 120, rng));
}

/// The security groups of databases outside a VPC.
pub(super) fn legacy_groups(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { service, .. } = *call;
    put!(
        body.request,
        "{{\"{}\":\"legacy-{}\",\"cIDRIP\":\"{}\"}}",
        if service == "rds" { "dBSecurityGroupName" } else { "clusterSecurityGroupName" },
        rng.below(9),
        if rng.chance(0.1) { "0.0.0.0/0" } else { "10.20.0.0/16" }
    );
}

/// `Invoke` of Lambda.
pub(super) fn invoke(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, .. } = *call;
    let arn = format!(
        "arn:aws:lambda:{region}:{acc}:function:{}-{}",
        ["ingest", "resize", "notify", "sync", "authorizer"][rng.below(5)],
        rng.below(30)
    );
    put!(
        body.request,
        "{{\"functionName\":\"{arn}\",\"invocationType\":\"{}\",\"clientContext\":null}}",
        ["RequestResponse", "Event"][rng.below(2)]
    );
    put!(body.additional, "\"functionVersion\":\"{arn}:$LATEST\"");
    put!(body.resources, "{{\"accountId\":\"{acc}\",\"type\":\"AWS::Lambda::Function\",\"ARN\":\"{arn}\"}}");
}

/// Any call of `DynamoDB`.
pub(super) fn dynamodb(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, event: e, .. } = *call;
    let table = format!(
        "{}-{}",
        ["orders", "sessions", "carts", "locks", "devices"][rng.below(5)],
        ["prod", "staging"][rng.below(2)]
    );
    put!(body.request, "{{\"tableName\":\"{table}\"");
    if is_data_event("dynamodb", e) {
        put!(
            body.request,
            ",\"key\":{{\"pk\":\"{}\"}},\"consistentRead\":{},\"returnConsumedCapacity\":\"TOTAL\"",
            hex(rng, 24),
            rng.chance(0.3)
        );
    }
    body.request.push('}');
    put!(
        body.resources,
        "{{\"accountId\":\"{acc}\",\"type\":\"AWS::DynamoDB::Table\",\"ARN\":\"arn:aws:dynamodb:{region}:{acc}:table/{table}\"}}"
    );
}

/// Secrets and parameters.
pub(super) fn secrets(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, service, .. } = *call;
    let name = format!(
        "{}/{}/{}",
        ["prod", "staging"][rng.below(2)],
        ["payments", "search", "web", "etl"][rng.below(4)],
        ["db-password", "api-key", "config", "signing-key"][rng.below(4)]
    );
    if service == "ssm" {
        put!(body.request, "{{\"name\":\"/{name}\",\"withDecryption\":true}}");
    } else {
        put!(
            body.request,
            "{{\"secretId\":\"arn:aws:secretsmanager:{region}:{acc}:secret:{name}-{}\"}}",
            first(&call.pool(KEY + 9, 40, rng), 6)
        );
    }
}

/// What an instance reports of itself.
pub(super) fn inventory(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { region, .. } = *call;
    put!(
        body.request,
        "{{\"instanceId\":\"i-0{}\",\"agentVersion\":\"3.3.2299.0\",\"agentStatus\":\"Active\",\"platformType\":\"Linux\",\"platformName\":\"Amazon Linux\",\"platformVersion\":\"2023\",\"iPAddress\":\"10.{}.{}.{}\",\"computerName\":\"ip-10-0-0-{}.{region}.compute.internal\",\"agentName\":\"amazon-ssm-agent\",\"availabilityZone\":\"{region}a\",\"availabilityZoneId\":\"use1-az1\",\"sSMConnectionChannel\":\"ssmmessages\"}}",
        call.pool(INSTANCE, 400, rng),
        rng.below(64),
        rng.below(256),
        rng.below(256),
        rng.below(256)
    );
}

/// A call about a trail.
pub(super) fn trails(call: &Call<'_>, _: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, .. } = *call;
    put!(body.request, "{{\"name\":\"arn:aws:cloudtrail:{region}:{acc}:trail/organization-trail\"}}");
}

/// `LookupEvents`.
pub(super) fn lookup(call: &Call<'_>, _: &mut Rng, body: &mut Body) {
    put!(
        body.request,
        "{{\"lookupAttributes\":[{{\"attributeKey\":\"EventName\",\"attributeValue\":\"ConsoleLogin\"}}],\"maxResults\":50,\"startTime\":\"{}\"}}",
        moment(call.time - 86_400)
    );
}

/// Any call of CloudWatch Logs.
pub(super) fn logs(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    put!(
        body.request,
        "{{\"logGroupName\":\"/aws/{}/{}-{}\",\"logStreamName\":\"{}/[$LATEST]{}\"}}",
        ["lambda", "eks", "codebuild", "ecs"][rng.below(4)],
        ["ingest", "resize", "notify"][rng.below(3)],
        rng.below(40),
        first(&moment(call.time).to_string(), 10),
        hex(rng, 32)
    );
}

/// A call of a model.
pub(super) fn bedrock(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { region, .. } = *call;
    put!(body.request, "{{\"modelId\":\"anthropic.claude-model-v{}:0\"}}", 1 + rng.below(4));
    put!(body.additional, "\"inferenceRegion\":\"{region}\"");
}

/// Listings ask for a page; other calls name a resource, and those that change it get it back.
pub(super) fn general(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, service, event: e, .. } = *call;
    let read = is_read_only(e);
    let noun = lower_first(
        e.trim_start_matches("Describe")
            .trim_start_matches("List")
            .trim_start_matches("Get")
            .trim_start_matches("Create")
            .trim_start_matches("Update")
            .trim_start_matches("Delete")
            .trim_start_matches("Put"),
    );
    let name = format!(
        "{}-{}-{}",
        ["payments", "search", "web", "etl", "platform", "ml"][rng.below(6)],
        noun.to_lowercase(),
        rng.below(40)
    );
    let arn = format!("arn:aws:{service}:{region}:{acc}:{}/{name}", noun.to_lowercase());
    if read {
        match rng.below(4) {
            0 => body.request.push_str("null"),
            1 => {
                put!(body.request, "{{\"maxResults\":100,\"nextToken\":\"{}\"}}", token(rng, 120));
            }
            _ => {
                put!(
                    body.request,
                    "{{\"{noun}Names\":[\"{name}\"],\"includes\":[\"TAGS\"],\"maxResults\":{}}}",
                    50 + rng.below(50)
                );
            }
        }
    } else {
        put!(
            body.request,
            "{{\"{noun}Name\":\"{name}\",\"{noun}Arn\":\"{arn}\",\"description\":\"managed by terraform\",\"clientRequestToken\":\"{}\",\"tags\":[{{\"key\":\"env\",\"value\":\"{}\"}},{{\"key\":\"owner\",\"value\":\"{}\"}}],\"configuration\":{{\"desiredCount\":{},\"minimumHealthyPercent\":100,\"enabled\":true,\"timeoutSeconds\":{}}}}}",
            uuid(rng),
            ["prod", "staging", "dev"][rng.below(3)],
            ["payments", "platform"][rng.below(2)],
            rng.below(12),
            30 * (1 + rng.below(10))
        );
        put!(
            body.response,
            "{{\"{noun}\":{{\"arn\":\"{arn}\",\"name\":\"{name}\",\"status\":\"ACTIVE\",\"createdAt\":\"{}\",\"createdBy\":\"arn:aws:iam::{acc}:root\",\"revision\":{},\"networkConfiguration\":{{\"subnets\":[\"subnet-0{}\",\"subnet-0{}\"],\"securityGroups\":[\"sg-0{}\"],\"assignPublicIp\":\"DISABLED\"}}}}}}",
            moment(call.time),
            1 + rng.below(300),
            call.pool(SUBNET, 18, rng),
            call.pool(SUBNET, 18, rng),
            call.pool(SG, 120, rng)
        );
    }
}
