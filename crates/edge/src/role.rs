//! Calls that are about a role: the event names it, and stands in its account too.

use cairn_api::Entry;
use cairn_model::AccountId;
use cairn_recorder::{Call, CallResource, ResourceArn};

use crate::front::Visit;
use crate::outcome::{Outcome, Record};

impl Visit<'_> {
    /// The outcome of a call as it is recorded: `AssumeRole` and its like name the role, and the role's account has an event of its own
    /// where it is not the caller's. A role that is not there is nobody's.
    pub(crate) fn about_role(self, entry: &Entry, outcome: Outcome) -> Outcome {
        if entry.service != "sts" || !["AssumeRole", "AssumeRoleWithWebIdentity"].contains(&entry.name) {
            return outcome;
        }
        let Outcome { reply, record } = outcome;
        let Record::Caller(call) = record else { return Outcome { reply, record } };
        let role = call.request_parameters.as_ref().and_then(|parameters| parameters["roleArn"].as_str());
        let Some((account, arn)) = role.and_then(|arn| Some((self.account_of_role(arn)?, arn.to_owned()))) else {
            return Outcome { reply, record: Record::Caller(call) };
        };
        let call = Call { resources: vec![role_resource(account, arn)], ..*call };
        self.also_for(Some(account), Outcome { reply, record: Record::Caller(Box::new(call)) })
    }

    /// The account of the role with this ARN, where there is one.
    fn account_of_role(self, arn: &str) -> Option<AccountId> {
        let (account, path) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
        let account = AccountId::parse(account).ok()?;
        let role = self.front.services.iam.role(account, path.rsplit('/').next()?)?;
        (role.arn() == arn).then_some(account)
    }
}

/// A role as events name what they are about.
pub(crate) fn role_resource(account: AccountId, arn: String) -> CallResource {
    CallResource { account_id: Some(account), resource_type: "AWS::IAM::Role".to_owned(), arn: ResourceArn::Whole(arn) }
}
