//! How often AWS lets an account call each operation in a Region (reference section 10).

/// Calls a second of an operation by its service and name; none where AWS documents no rate.
pub fn requests_per_second(service: &str, operation: &str) -> Option<u32> {
    if service != "cloudtrail" {
        return None;
    }
    match operation {
        "AddTags"
        | "CreateTrail"
        | "DeleteResourcePolicy"
        | "DeleteTrail"
        | "PutEventSelectors"
        | "PutInsightSelectors"
        | "PutResourcePolicy"
        | "RemoveTags"
        | "StartLogging"
        | "StopLogging"
        | "UpdateTrail" => Some(1),
        "LookupEvents" => Some(2),
        "DeregisterOrganizationDelegatedAdmin"
        | "DescribeTrails"
        | "GetEventSelectors"
        | "GetInsightSelectors"
        | "GetResourcePolicy"
        | "GetTrail"
        | "GetTrailStatus"
        | "ListPublicKeys"
        | "ListTags"
        | "ListTrails"
        | "RegisterOrganizationDelegatedAdmin" => Some(10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    #[test]
    fn each_operation_of_trails_has_its_rate_except_those_that_aws_lists_none_for() {
        let without: Vec<&str> = operations()
            .iter()
            .filter(|entry| entry.service == "cloudtrail" && requests_per_second(entry.service, entry.name).is_none())
            .map(|entry| entry.name)
            .collect();
        assert_eq!(without, ["GetEventConfiguration", "PutEventConfiguration"]);
        assert_eq!(requests_per_second("sts", "GetTrail"), None);
    }
}
