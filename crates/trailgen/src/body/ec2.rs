//! Requests and answers of EC2.

use crate::body::Body;
use crate::call::{Call, ENI, INSTANCE, SG, SUBNET, VOLUME, VPC};
use crate::rng::Rng;
use crate::text::{base32, hex, lower_first, put, uuid};

/// `RunInstances`.
pub(super) fn run_instances(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, .. } = *call;
    let (image, kind) =
        (call.pool(INSTANCE + 90, 20, rng), ["t3.medium", "m7i.large", "c7g.xlarge", "r7i.2xlarge"][rng.below(4)]);
    let (subnet, group, instance) = (call.pool(SUBNET, 18, rng), call.pool(SG, 120, rng), hex(rng, 16));
    put!(
        body.request,
        "{{\"instancesSet\":{{\"items\":[{{\"imageId\":\"ami-0{image}\",\"minCount\":1,\"maxCount\":1}}]}},\"instanceType\":\"{kind}\",\"blockDeviceMapping\":{{}},\"monitoring\":{{\"enabled\":false}},\"disableApiTermination\":false,\"networkInterfaceSet\":{{\"items\":[{{\"deviceIndex\":0,\"subnetId\":\"subnet-0{subnet}\",\"groupSet\":{{\"items\":[{{\"groupId\":\"sg-0{group}\"}}]}}}}]}},\"clientToken\":\"{}\",\"launchTemplate\":{{\"launchTemplateId\":\"lt-0{}\",\"version\":\"{}\"}},\"tagSpecificationSet\":{{\"items\":[{{\"resourceType\":\"instance\",\"tags\":[{{\"key\":\"Name\",\"value\":\"node-{}\"}}]}}]}}}}",
        uuid(rng),
        call.pool(INSTANCE + 91, 12, rng),
        1 + rng.below(40),
        rng.below(500)
    );
    put!(
        body.response,
        "{{\"requestId\":\"{}\",\"reservationId\":\"r-0{}\",\"ownerId\":\"{acc}\",\"groupSet\":{{}},\"instancesSet\":{{\"items\":[{{\"instanceId\":\"i-0{instance}\",\"imageId\":\"ami-0{image}\",\"currentState\":{{\"code\":0,\"name\":\"pending\"}},\"privateDnsName\":\"ip-10-{}-{}-{}.{region}.compute.internal\",\"amiLaunchIndex\":0,\"instanceType\":\"{kind}\",\"launchTime\":{}000,\"placement\":{{\"availabilityZone\":\"{region}a\",\"tenancy\":\"default\"}},\"monitoring\":{{\"state\":\"pending\"}},\"subnetId\":\"subnet-0{subnet}\",\"vpcId\":\"vpc-0{}\",\"stateReason\":{{\"code\":\"pending\",\"message\":\"pending\"}},\"architecture\":\"x86_64\",\"rootDeviceType\":\"ebs\",\"tagSet\":",
        uuid(rng),
        hex(rng, 16),
        rng.below(64),
        rng.below(256),
        rng.below(256),
        call.time,
        call.pool(VPC, 5, rng)
    );
    tags(rng, &mut body.response);
    put!(body.response, "}}]}},\"requesterId\":\"AIDA{}\"}}", base32(rng, 17));
}

/// A listing.
pub(super) fn describe(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { region, event: e, .. } = *call;
    let noun = lower_first(e.trim_start_matches("Describe").trim_start_matches("Get"));
    let (pool, prefix) = match e {
        "DescribeSecurityGroups" => (SG, "sg-0"),
        "DescribeVolumes" => (VOLUME, "vol-0"),
        "DescribeNetworkInterfaces" => (ENI, "eni-0"),
        "DescribeSubnets" => (SUBNET, "subnet-0"),
        _ => (INSTANCE, "i-0"),
    };
    match rng.below(3) {
        0 => {
            put!(body.request, "{{\"maxResults\":1000,\"{noun}Set\":{{}},\"filterSet\":{{}}}}");
        }
        1 => {
            put!(body.request, "{{\"{noun}Set\":{{\"items\":[");
            for i in 0..=rng.below(6) {
                put!(
                    body.request,
                    "{}{{\"{}Id\":\"{prefix}{}\"}}",
                    if i > 0 { "," } else { "" },
                    noun.trim_end_matches('s'),
                    call.pool(pool, 400, rng)
                );
            }
            body.request.push_str("]},\"filterSet\":{}}");
        }
        _ => {
            put!(
                body.request,
                "{{\"filterSet\":{{\"items\":[{{\"name\":\"vpc-id\",\"valueSet\":{{\"items\":[{{\"value\":\"vpc-0{}\"}}]}}}},{{\"name\":\"tag:kubernetes.io/cluster/prod-{region}\",\"valueSet\":{{\"items\":[{{\"value\":\"owned\"}}]}}}}]}},\"maxResults\":500}}",
                call.pool(VPC, 5, rng)
            );
        }
    }
}

/// Everything else.
pub(super) fn other(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, region, event: e, .. } = *call;
    let instance = format!("i-0{}", call.pool(INSTANCE, 400, rng));
    match e {
        "CreateTags" => {
            put!(body.request, "{{\"resourcesSet\":{{\"items\":[{{\"resourceId\":\"{instance}\"}}]}},\"tagSet\":");
            tags(rng, &mut body.request);
            body.request.push('}');
            put!(body.response, "{{\"requestId\":\"{}\",\"_return\":true}}", uuid(rng));
        }
        "CreateNetworkInterface" => {
            let (subnet, eni) = (call.pool(SUBNET, 18, rng), hex(rng, 16));
            put!(
                body.request,
                "{{\"subnetId\":\"subnet-0{subnet}\",\"description\":\"aws-K8S-{instance}\",\"groupSet\":{{\"items\":[{{\"groupId\":\"sg-0{}\"}}]}},\"privateIpAddressesSet\":{{}},\"clientToken\":\"{}\"}}",
                call.pool(SG, 120, rng),
                uuid(rng)
            );
            put!(
                body.response,
                "{{\"requestId\":\"{}\",\"networkInterface\":{{\"networkInterfaceId\":\"eni-0{eni}\",\"subnetId\":\"subnet-0{subnet}\",\"vpcId\":\"vpc-0{}\",\"availabilityZone\":\"{region}b\",\"ownerId\":\"{acc}\",\"requesterManaged\":false,\"status\":\"pending\",\"macAddress\":\"02:{}\",\"privateIpAddress\":\"10.{}.{}.{}\",\"sourceDestCheck\":true,\"groupSet\":{{\"items\":[]}},\"tagSet\":",
                uuid(rng),
                call.pool(VPC, 5, rng),
                hex(rng, 10),
                rng.below(64),
                rng.below(256),
                rng.below(256)
            );
            tags(rng, &mut body.response);
            body.response.push_str("}}");
        }
        "ModifySnapshotAttribute" => {
            put!(
                body.request,
                "{{\"snapshotId\":\"snap-0{}\",\"createVolumePermission\":{{\"add\":{{\"items\":[{{\"{}\"}}]}}}},\"attributeType\":\"CREATE_VOLUME_PERMISSION\"}}",
                hex(rng, 16),
                if rng.chance(0.2) {
                    "group\":\"all".into()
                } else {
                    format!("userId\":\"{}", 100_000_000_000 + rng.number() % 899_999_999_999)
                }
            );
            put!(body.response, "{{\"requestId\":\"{}\",\"_return\":true}}", uuid(rng));
        }
        _ => {
            put!(
                body.request,
                "{{\"instancesSet\":{{\"items\":[{{\"instanceId\":\"{instance}\"}}]}},\"force\":false}}"
            );
            put!(
                body.response,
                "{{\"requestId\":\"{}\",\"instancesSet\":{{\"items\":[{{\"instanceId\":\"{instance}\",\"currentState\":{{\"code\":32,\"name\":\"shutting-down\"}},\"previousState\":{{\"code\":16,\"name\":\"running\"}}}}]}}}}",
                uuid(rng)
            );
        }
    }
}

/// One of the lists that EC2 wraps as {"items":[...]}.
fn tags(rng: &mut Rng, out: &mut String) {
    let team = ["payments", "search", "platform", "data", "mobile"][rng.below(5)];
    put!(
        *out,
        "{{\"items\":[{{\"key\":\"Name\",\"value\":\"{team}-{}\"}},{{\"key\":\"env\",\"value\":\"{}\"}},{{\"key\":\"team\",\"value\":\"{team}\"}}]}}",
        rng.below(50),
        ["prod", "staging", "dev"][rng.below(3)]
    );
}
