//! Whether a text is an ARN of a resource type, as far as selectors check it (reference section 1.3).

/// Whether `arn` could be the whole ARN of a resource of type `kind`: its service is that of the type, and for the
/// types whose ARNs are well known so is its form. A function's version or alias is not part of a function's ARN.
pub(super) fn is_arn_of(kind: &str, arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = parts[..] else { return false };
    if partition.is_empty() || service.is_empty() || resource.is_empty() {
        return false;
    }
    let is_placed = !region.is_empty() && account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let named = |prefix: &str| resource.strip_prefix(prefix).filter(|name| !name.is_empty());
    match kind {
        "AWS::S3::Object" => {
            let bucket_and_key = resource.split_once('/');
            service == "s3"
                && region.is_empty()
                && account.is_empty()
                && bucket_and_key.is_some_and(|(b, _)| !b.is_empty())
        }
        "AWS::Lambda::Function" => {
            service == "lambda" && is_placed && named("function:").is_some_and(|name| !name.contains([':', '/', '*']))
        }
        "AWS::DynamoDB::Table" => {
            service == "dynamodb" && is_placed && named("table/").is_some_and(|name| !name.contains(['/', ':']))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arns_of_well_known_types_are_checked_in_full() {
        let function = "arn:aws:lambda:us-east-1:111122223333:function:f";
        assert!(is_arn_of("AWS::Lambda::Function", function));
        for more in [":1", ":alias", ":$LATEST", "/x"] {
            assert!(!is_arn_of("AWS::Lambda::Function", &format!("{function}{more}")), "{more}");
        }
        assert!(!is_arn_of("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:1:function:f"));
        assert!(is_arn_of("AWS::S3::Object", "arn:aws:s3:::bucket/key:with:colons"));
        assert!(is_arn_of("AWS::S3::Object", "arn:aws:s3:::bucket/"));
        for wrong in ["arn:aws:s3:::bucket", "arn:aws:s3:::/key", "arn:aws:ec2:::b/k", "arn:aws:s3", "bucket/key", ""] {
            assert!(!is_arn_of("AWS::S3::Object", wrong), "{wrong}");
        }
        assert!(is_arn_of("AWS::DynamoDB::Table", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"));
        assert!(!is_arn_of("AWS::DynamoDB::Table", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x"));
    }

    #[test]
    fn of_other_types_the_form_of_an_arn_is_enough() {
        assert!(is_arn_of("AWS::SQS::Queue", "arn:aws:sqs:eu-west-1:111122223333:queue"));
        assert!(!is_arn_of("AWS::SQS::Queue", "arn:aws:sqs:eu-west-1:111122223333:"));
        assert!(!is_arn_of("AWS::SQS::Queue", "queue"));
    }
}
