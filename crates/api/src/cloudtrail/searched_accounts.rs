//! Whose events a caller may search: their own account's, and who oversees CloudTrail for an organization also those of
//! its other accounts.

use cairn_catalog::{CLOUDTRAIL_PRINCIPAL, Member, Organization};
use cairn_history::AskedAccounts;
use cairn_model::AccountId;

use super::organization_trail::check_trusted;
use crate::ask::Ask;
use crate::organizations::account_arn;
use crate::{ApiError, Context, ErrorCode};

/// An account whose events somebody may search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchableAccount {
    /// Its id.
    pub id: AccountId,
    /// What its organization calls it; none outside of one.
    pub name: Option<String>,
}

/// The permission to search the events of another account, on the account as Organizations names it.
const SEARCH_ACCOUNT: &str = "cairn:SearchAccount";

impl Context {
    /// The accounts that a search is about: for one's own there is nothing to decide here; for others the caller's account
    /// must oversee them, and the caller's policies must allow `cairn:SearchAccount` on each.
    ///
    /// # Errors
    /// `AccessDeniedException`, and those of an organization that does not trust CloudTrail.
    pub fn permitted_accounts(&self, asked: &AskedAccounts) -> Result<Vec<AccountId>, ApiError> {
        let own = self.caller.account;
        let is_own_alone = match asked {
            AskedAccounts::Own => true,
            AskedAccounts::All => false,
            AskedAccounts::These(accounts) => accounts.iter().all(|account| *account == own),
        };
        if is_own_alone {
            return Ok(vec![own]);
        }
        let organization = self.overseen_by_caller().ok_or_else(alone)?;
        check_trusted(&organization)?;
        let accounts: Vec<AccountId> = match asked {
            AskedAccounts::These(accounts) => accounts.clone(),
            AskedAccounts::Own | AskedAccounts::All => organization.current().map(|member| member.account).collect(),
        };
        for account in accounts.iter().filter(|account| **account != own) {
            if organization.member(*account).is_none() {
                let message = format!("The account {account} is not a member of the caller's organization.");
                return Err(ApiError::new(ErrorCode::AccessDeniedException, message));
            }
            self.permit_ask(SEARCH_ACCOUNT, &ask(&organization, *account))?;
        }
        Ok(accounts)
    }

    /// The accounts that the caller may name in a search, their own first.
    pub fn searchable_accounts(&self) -> Vec<SearchableAccount> {
        let own = self.caller.account;
        let organization = self.services.catalog.organizations().of(own).cloned();
        let own_name = organization.as_ref().and_then(|of| of.member(own)).map(|member| member.name.clone());
        let mut accounts = vec![SearchableAccount { id: own, name: own_name }];
        if let Some(organization) = self.overseen_by_caller().filter(|of| check_trusted(of).is_ok()) {
            let may_search = |member: &&Member| {
                member.account != own && self.permit_ask(SEARCH_ACCOUNT, &ask(&organization, member.account)).is_ok()
            };
            let shown = |member: &Member| SearchableAccount { id: member.account, name: Some(member.name.clone()) };
            accounts.extend(organization.current().filter(may_search).map(shown));
        }
        accounts
    }

    /// The organization whose management account, or whose delegated administrator of CloudTrail, the caller's account is.
    fn overseen_by_caller(&self) -> Option<Organization> {
        let account = self.caller.account;
        let organization = self.services.catalog.organizations().of(account).cloned()?;
        let oversees =
            organization.management_account == account || organization.is_delegated(account, CLOUDTRAIL_PRINCIPAL);
        oversees.then_some(organization)
    }
}

fn ask(organization: &Organization, account: AccountId) -> Ask {
    Ask::to(SEARCH_ACCOUNT).on(account_arn(organization, account)).with("aws:ResourceAccount", account.as_str())
}

fn alone() -> ApiError {
    let message = "Events are searched in the caller's own account alone: `accounts` may have no other.";
    ApiError::new(ErrorCode::AccessDeniedException, message)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use cairn_identity::{Caller, Entity, Permissions};
    use cairn_policy::{Policy, PolicyKind};
    use serde_json::{Value, json};

    use super::*;
    use crate::fixture::Fixture;

    const MEMBER: &str = "111122223333";
    const ADMIN: &str = "444455556666";
    const STRANGER: &str = "999988887777";

    fn id(text: &str) -> AccountId {
        AccountId::parse(text).unwrap()
    }

    fn these(accounts: &[&str]) -> AskedAccounts {
        AskedAccounts::These(accounts.iter().map(|account| id(account)).collect())
    }

    fn refused(cx: &Context, asked: &AskedAccounts) -> String {
        let error = cx.permitted_accounts(asked).unwrap_err();
        assert_eq!(error.code, ErrorCode::AccessDeniedException, "{}", error.message);
        error.message
    }

    /// A user of the default account with these statements.
    fn user(fixture: &Fixture, statements: &Value) -> Context {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let identity = vec![Arc::new(Policy::parse(&text, PolicyKind::Identity, 10_000).unwrap())];
        let permissions = Permissions { identity: Arc::new(identity), ..Permissions::default() };
        let user = Entity { name: "omar".into(), path: "/".into(), id: "AIDA1".into(), tags: BTreeMap::new() };
        Context { caller: Caller::user(AccountId::DEFAULT, "AKIAOMAR", user, permissions), ..fixture.cx.clone() }
    }

    #[tokio::test]
    async fn the_management_account_and_delegated_administrators_may_search_every_account_and_others_their_own() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[MEMBER, ADMIN]).await;
        fixture.call("RegisterOrganizationDelegatedAdmin", json!({"MemberAccountId": ADMIN})).await.unwrap();
        let all = [AccountId::DEFAULT, id(MEMBER), id(ADMIN)];
        for overseer in [&fixture.cx, &fixture.of_account(ADMIN)] {
            assert_eq!(overseer.permitted_accounts(&AskedAccounts::All).unwrap(), all);
            assert_eq!(overseer.permitted_accounts(&these(&[MEMBER])).unwrap(), [id(MEMBER)]);
            assert!(refused(overseer, &these(&[MEMBER, STRANGER])).contains("999988887777 is not a member"));
            assert_eq!(overseer.searchable_accounts().len(), 3);
        }
        for other in [MEMBER, STRANGER] {
            let cx = fixture.of_account(other);
            assert_eq!(cx.permitted_accounts(&AskedAccounts::Own).unwrap(), [id(other)]);
            assert_eq!(cx.permitted_accounts(&these(&[other])).unwrap(), [id(other)]);
            for asked in [AskedAccounts::All, these(&[ADMIN]), these(&[other, ADMIN])] {
                assert!(refused(&cx, &asked).contains("own account alone"));
            }
            assert_eq!(cx.searchable_accounts().iter().map(|one| one.id).collect::<Vec<_>>(), [id(other)]);
        }
    }

    #[tokio::test]
    async fn policies_decide_about_each_account() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[MEMBER, ADMIN]).await;
        let allow = |condition: Value| {
            json!([{"Effect": "Allow", "Action": "cairn:SearchAccount", "Condition": condition,
                "Resource": "arn:aws:organizations::123456789012:account/o-*/*"}])
        };
        let cx = user(&fixture, &allow(json!({"StringEquals": {"aws:ResourceAccount": MEMBER}})));
        assert_eq!(cx.permitted_accounts(&these(&[MEMBER])).unwrap(), [id(MEMBER)]);
        let message = refused(&cx, &AskedAccounts::All);
        let start = "User: arn:aws:iam::123456789012:user/omar is not authorized to perform: cairn:SearchAccount on resource: \
                     arn:aws:organizations::123456789012:account/o-";
        assert!(message.starts_with(start) && message.contains("/444455556666 because no identity-based"), "{message}");
        let searchable = cx.searchable_accounts();
        assert_eq!(searchable.iter().map(|one| one.id).collect::<Vec<_>>(), [AccountId::DEFAULT, id(MEMBER)]);
        assert!(searchable.iter().all(|one| one.name.is_some()));
        let lookups = json!([{"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"}]);
        assert!(refused(&user(&fixture, &lookups), &these(&[MEMBER])).contains("cairn:SearchAccount"));
    }

    #[tokio::test]
    async fn an_organization_that_does_not_trust_cloudtrail_is_not_searched() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[MEMBER]).await;
        let service = json!({"ServicePrincipal": "cloudtrail.amazonaws.com"});
        fixture.call("DisableAWSServiceAccess", service).await.unwrap();
        let error = fixture.cx.permitted_accounts(&AskedAccounts::All).unwrap_err();
        assert_eq!(error.code, ErrorCode::CloudTrailAccessNotEnabledException);
        assert_eq!(fixture.cx.searchable_accounts().len(), 1);
    }
}
