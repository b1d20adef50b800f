//! Requests and answers of KMS.

use crate::body::Body;
use crate::call::{Call, KEY, VOLUME};
use crate::principal::SERVICE_PRINCIPALS;
use crate::rng::{Rng, wide};
use crate::text::{hex, moment, put, uuid};

/// Any call of KMS.
pub(super) fn kms(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { world, account, account_id: acc, region, event, .. } = *call;
    let key = uuid(&mut Rng::keyed(world.seed ^ KEY, (wide(account)) << 8 | wide(rng.below(8))));
    let arn = format!("arn:aws:kms:{region}:{acc}:key/{key}");
    match event {
        "Decrypt" | "GenerateDataKey" | "Encrypt" | "GenerateDataKeyWithoutPlaintext" | "ReEncrypt" => {
            put!(
                body.request,
                "{{\"encryptionContext\":{{{}}},\"keyId\":\"{arn}\",\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"{}}}",
                match rng.below(3) {
                    0 => format!("\"aws:s3:arn\":\"arn:aws:s3:::example-data-lake-{region}-{acc}\""),
                    1 => format!("\"aws:ebs:id\":\"vol-0{}\"", call.pool(VOLUME, 300, rng)),
                    _ => format!(
                        "\"PARAMETER_ARN\":\"arn:aws:ssm:{region}:{acc}:parameter/app/{}/config\"",
                        rng.below(60)
                    ),
                },
                if event.starts_with("Generate") { ",\"keySpec\":\"AES_256\"" } else { "" }
            );
        }
        "ListAliases" | "ListKeys" => {
            put!(body.request, "{{\"limit\":{}}}", 100);
        }
        "ScheduleKeyDeletion" => {
            put!(body.request, "{{\"keyId\":\"{arn}\",\"pendingWindowInDays\":{}}}", 7 + rng.below(24));
            put!(
                body.response,
                "{{\"keyId\":\"{arn}\",\"deletionDate\":\"{}\",\"keyState\":\"PendingDeletion\",\"pendingWindowInDays\":7}}",
                moment(call.time + 7 * 86_400)
            );
        }
        "CreateGrant" => {
            put!(
                body.request,
                "{{\"granteePrincipal\":\"{}.amazonaws.com\",\"keyId\":\"{arn}\",\"operations\":[\"Decrypt\",\"GenerateDataKeyWithoutPlaintext\",\"CreateGrant\"],\"constraints\":{{\"encryptionContextSubset\":{{\"aws:ebs:id\":\"vol-0{}\"}}}}}}",
                SERVICE_PRINCIPALS[rng.below(6)],
                call.pool(VOLUME, 300, rng)
            );
            put!(body.response, "{{\"grantId\":\"{}\",\"keyId\":\"{arn}\"}}", hex(rng, 64));
        }
        _ => {
            put!(body.request, "{{\"keyId\":\"{arn}\"}}");
        }
    }
    put!(body.resources, "{{\"accountId\":\"{acc}\",\"type\":\"AWS::KMS::Key\",\"ARN\":\"{arn}\"}}");
}
