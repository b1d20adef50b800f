//! Targets of a trail besides its bucket: topics, log groups and keys. What a request says of them is
//! checked as AWS checks it; topics and log groups then are tried where the settings name endpoints for them, and are
//! not found where they do not (reference sections 1.3 and 1.8).

use cairn_catalog::{LogGroup, SnsTopic, Trail};
use cairn_delivery::TargetError;
use cairn_model::AccountId;

use crate::{ApiError, Context, ErrorCode};

/// The members of `CreateTrail` and `UpdateTrail` that name such targets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Targets<'r> {
    pub(crate) sns_topic_name: Option<&'r str>,
    pub(crate) log_group_arn: Option<&'r str>,
    pub(crate) role_arn: Option<&'r str>,
    pub(crate) kms_key_id: Option<&'r str>,
}

const TOPIC_LENGTH_MAX: usize = 256;

impl<'r> Targets<'r> {
    /// The same without empty texts, which clear what was set.
    fn named(self) -> Self {
        let named = |text: Option<&'r str>| text.filter(|text| !text.is_empty());
        Self {
            sns_topic_name: named(self.sns_topic_name),
            log_group_arn: named(self.log_group_arn),
            role_arn: named(self.role_arn),
            kms_key_id: named(self.kms_key_id),
        }
    }

    /// The rules that need nothing but the request.
    pub(crate) fn check_syntax(self, cx: &Context) -> Result<(), ApiError> {
        let named = self.named();
        if let Some(topic) = named.sns_topic_name {
            check_topic(topic)?;
        }
        if let Some(key) = named.kms_key_id {
            check_key(key)?;
        }
        named.check_log_group(cx)?;
        Ok(())
    }

    /// Gives `trail` the topic and the log group that are named; an empty text takes them away, and what is not given
    /// stays. Comes after the syntax was checked.
    pub(crate) fn set(self, trail: &mut Trail) {
        match self.sns_topic_name {
            None => {}
            Some("") => trail.targets.sns_topic = None,
            Some(name) => {
                let arn = topic_arn(name, trail);
                trail.targets.sns_topic = Some(SnsTopic { name: name.to_owned(), arn });
            }
        }
        match (self.log_group_arn, self.role_arn) {
            (None, None) => {}
            (Some(group), Some(role)) if !group.is_empty() => {
                trail.targets.log_group = Some(LogGroup { arn: group.to_owned(), role_arn: role.to_owned() });
            }
            (Some(_), _) | (_, Some(_)) => trail.targets.log_group = None,
        }
    }

    fn check_log_group(self, cx: &Context) -> Result<(), ApiError> {
        let group_error = |text: &str| ApiError::new(ErrorCode::InvalidCloudWatchLogsLogGroupArnException, text);
        let role_error = |text: &str| ApiError::new(ErrorCode::InvalidCloudWatchLogsRoleArnException, text);
        let both = "You must specify a log group and a role ARN.";
        let (group, role) = match (self.log_group_arn, self.role_arn) {
            (None, None) => return Ok(()),
            (Some(_), None) => return Err(role_error(both)),
            (None, Some(_)) => return Err(group_error(both)),
            (Some(group), Some(role)) => (group, role),
        };
        let group = GroupArn::parse(group).filter(|group| group.account == cx.caller.account);
        let group = group.ok_or_else(|| group_error("CloudTrail cannot validate the specified log group ARN."))?;
        if group.region != cx.region.as_str() {
            return Err(group_error("You must specify a log group that is in the current region."));
        }
        if !is_role(role) {
            return Err(role_error("CloudTrail cannot validate the specified role ARN."));
        }
        Ok(())
    }
}

/// Tries the topic and the log group that `trail` will have, those that it keeps too: first a message to the topic,
/// then a stream in the group. What was tried before a failure stays.
pub(crate) async fn try_targets(cx: &Context, trail: &Trail) -> Result<(), ApiError> {
    if let Err(error) = cx.services.delivery.check_topic(trail).await {
        tracing::info!(trail = trail.arn(), %error, "a topic did not take the validation message");
        let message = "SNS Topic does not exist or the topic policy is incorrect!";
        return Err(ApiError::new(ErrorCode::InsufficientSnsTopicPolicyException, message));
    }
    let Some(group) = &trail.targets.log_group else { return Ok(()) };
    let untrusted = "Access denied. Verify in IAM that the role has adequate trust relationships.";
    let untrusted = || ApiError::new(ErrorCode::InvalidCloudWatchLogsRoleArnException, untrusted);
    // Roles are not assumed: one of another account could not be either.
    if group.role_arn.split(':').nth(4) != Some(trail.account.as_str()) {
        return Err(untrusted());
    }
    let Err(error) = cx.services.delivery.check_log_group(trail).await else { return Ok(()) };
    tracing::info!(trail = trail.arn(), %error, "a log group did not take a stream");
    match error {
        TargetError::NoEndpoint { .. } => Err(untrusted()),
        TargetError::Refused { .. } | TargetError::TimedOut | TargetError::Outbound(_) => {
            let message = "Access denied. Verify in IAM that the role has adequate permissions.";
            Err(ApiError::new(ErrorCode::InvalidCloudWatchLogsLogGroupArnException, message))
        }
    }
}

/// The ARN of a topic that is named by its ARN, or by its name in the trail's account and home Region.
fn topic_arn(name: &str, trail: &Trail) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    format!("arn:aws:sns:{}:{}:{name}", trail.home_region, trail.account)
}

/// What a log group's ARN says.
struct GroupArn<'t> {
    region: &'t str,
    account: AccountId,
}

impl<'t> GroupArn<'t> {
    /// `arn:aws:logs:{region}:{account}:log-group:{name}:*`
    fn parse(arn: &'t str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts.as_slice() {
            ["arn", partition, "logs", region, account, "log-group", name, "*"]
                if partition.starts_with("aws") && !region.is_empty() && !name.is_empty() =>
            {
                Some(Self { region, account: AccountId::parse(account).ok()? })
            }
            _ => None,
        }
    }
}

/// `arn:aws:iam::{account}:role/{name}`
fn is_role(arn: &str) -> bool {
    match arn.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "iam", "", account, role] => {
            let name = role.strip_prefix("role/").unwrap_or_default();
            partition.starts_with("aws") && AccountId::parse(account).is_ok() && !name.is_empty()
        }
        _ => false,
    }
}

/// A topic's name or ARN: at most 256 letters, digits, hyphens and underscores; no FIFO topic.
fn check_topic(topic: &str) -> Result<(), ApiError> {
    let refused = |text: &str| Err(ApiError::new(ErrorCode::InvalidSnsTopicNameException, text));
    let parts: Vec<&str> = topic.split(':').collect();
    let name = match parts.as_slice() {
        ["arn", _, "sns", region, account, name] if !region.is_empty() && AccountId::parse(account).is_ok() => *name,
        ["arn", ..] => return refused("SNS Topic ARN is malformed."),
        _ => topic,
    };
    if name.chars().count() > TOPIC_LENGTH_MAX {
        return refused("SNS Topic name too long. Maximum allowed length: 256 characters.");
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if name.is_empty() || !name.bytes().all(allowed) {
        return refused("SNS Topic name can only contain letters, numbers, hyphens (-), and underscores (_).");
    }
    Ok(())
}

/// `alias/…`, the ARN of an alias or key, or a key's id.
fn check_key(key: &str) -> Result<(), ApiError> {
    let resource = match key.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "kms", region, account, resource] if !region.is_empty() && AccountId::parse(account).is_ok() => {
            Some(*resource)
        }
        [alias] if alias.starts_with("alias/") => Some(*alias),
        [id] if is_key_id(id) => return Ok(()),
        _ => None,
    };
    let well_formed = resource.is_some_and(|resource| match resource.split_once('/') {
        Some(("alias", name)) => {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_-".contains(&b))
        }
        Some(("key", id)) => is_key_id(id),
        _ => false,
    });
    if well_formed {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::InvalidKmsKeyIdException, "The KMS key ID or ARN is malformed."))
}

/// A UUID, or `mrk-` and 32 hexadecimal digits.
fn is_key_id(id: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let is_uuid = id.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && id.split('-').all(digits);
    is_uuid || id.strip_prefix("mrk-").is_some_and(|rest| rest.len() == 32 && digits(rest))
}
