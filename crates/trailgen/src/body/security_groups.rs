//! Requests and answers of the calls that change EC2 security groups.

use crate::body::Body;
use crate::call::{Call, SG, VPC};
use crate::rng::Rng;
use crate::text::{hex, put, uuid};

/// A change of a security group.
pub(super) fn change(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { account_id: acc, event: e, .. } = *call;
    let group = format!("sg-0{}", call.pool(SG, 120, rng));
    match e {
        "CreateSecurityGroup" => {
            put!(
                body.request,
                "{{\"groupName\":\"{}-sg-{}\",\"groupDescription\":\"managed by terraform\",\"vpcId\":\"vpc-0{}\",\"tagSpecificationSet\":{{\"items\":[{{\"resourceType\":\"security-group\",\"tags\":[{{\"key\":\"Name\",\"value\":\"app-{}\"}}]}}]}}}}",
                ["web", "db", "cache", "bastion"][rng.below(4)],
                rng.below(1000),
                call.pool(VPC, 5, rng),
                rng.below(99)
            );
            put!(body.response, "{{\"requestId\":\"{}\",\"_return\":true,\"groupId\":\"{group}\"}}", uuid(rng));
        }
        "DeleteSecurityGroup" => {
            put!(body.request, "{{\"groupId\":\"{group}\"}}");
            put!(body.response, "{{\"requestId\":\"{}\",\"_return\":true}}", uuid(rng));
        }
        "AssociateSecurityGroupVpc" | "DisassociateSecurityGroupVpc" => {
            put!(
                body.request,
                "{{\"{e}Request\":{{\"GroupId\":\"{group}\",\"VpcId\":\"vpc-0{}\"}}}}",
                call.pool(VPC, 5, rng)
            );
            put!(
                body.response,
                "{{\"{e}Response\":{{\"xmlns\":\"http://ec2.amazonaws.com/doc/2016-11-15/\",\"state\":\"associating\"}}}}"
            );
        }
        _ => {
            put!(body.request, "{{\"groupId\":\"{group}\",\"ipPermissions\":{{\"items\":[");
            let rules = 1 + rng.below(3);
            let mut answer = String::new();
            for i in 0..rules {
                let port = [22, 443, 80, 3389, 5432, 3306, 6379, 8080, 9200, 27017][rng.below(10)];
                let cidr = if rng.chance(0.08) {
                    "0.0.0.0/0".to_string()
                } else {
                    format!("10.{}.{}.0/24", rng.below(64), rng.below(256))
                };
                if i > 0 {
                    body.request.push(',');
                    answer.push(',');
                }
                put!(
                    body.request,
                    "{{\"ipProtocol\":\"tcp\",\"fromPort\":{port},\"toPort\":{port},\"groups\":{{}},\"ipRanges\":{{\"items\":[{{\"cidrIp\":\"{cidr}\",\"description\":\"{}\"}}]}},\"ipv6Ranges\":{{}},\"prefixListIds\":{{}}}}",
                    ["office", "vpn", "peering", "temporary access", "load balancer"][rng.below(5)]
                );
                put!(
                    answer,
                    "{{\"groupOwnerId\":\"{acc}\",\"groupId\":\"{group}\",\"securityGroupRuleId\":\"sgr-0{}\",\"isEgress\":{},\"ipProtocol\":\"tcp\",\"fromPort\":{port},\"toPort\":{port},\"cidrIpv4\":\"{cidr}\"}}",
                    hex(rng, 16),
                    e.contains("Egress")
                );
            }
            body.request.push_str("]}}");
            put!(
                body.response,
                "{{\"requestId\":\"{}\",\"_return\":true,\"securityGroupRuleSet\":{{\"items\":[{answer}]}}}}",
                uuid(rng)
            );
        }
    }
}
