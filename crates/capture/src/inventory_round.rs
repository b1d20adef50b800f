//! One inventory: the upstream's own word about its users, their keys, and its roles.

use cairn_model::AccountId;
use cairn_principals::{KeyHolder, KnownKey, Lesson};
use serde_json::Value;

use crate::call::Front;
use crate::own_call::{OwnAnswer, OwnFault, Respondent, ask};
use crate::settings::InventorySettings;

/// Items of a page that are asked for, which is the most that IAM gives.
const PAGE_ITEMS: &str = "1000";

/// Pages of one list that are read.
const PAGES_MAX: usize = 1000;

/// An inventory that is being taken.
#[derive(Debug)]
pub(crate) struct Round<'a> {
    front: &'a Front,
    settings: &'a InventorySettings,
    /// The account of what names none.
    account: AccountId,
    taken: Taken,
}

/// What was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) extent: Extent,
    pub(crate) users: usize,
    pub(crate) keys: usize,
    pub(crate) roles: usize,
    /// What went wrong, by operation.
    pub(crate) faults: Vec<(&'static str, String)>,
}

/// How much of an inventory there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every list that there is.
    Complete,
    /// What the upstream would say.
    Partial,
    /// It ended early, because nothing more could be asked or learnt.
    Cut,
}

impl Extent {
    /// Its name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Cut => "cut",
        }
    }
}

impl<'a> Round<'a> {
    pub(crate) fn new(front: &'a Front, settings: &'a InventorySettings) -> Self {
        let taken = Taken { extent: Extent::Complete, users: 0, keys: 0, roles: 0, faults: Vec::new() };
        Self { front, settings, account: front.settings.account, taken }
    }

    /// Asks for everything, one call after the other.
    pub(crate) async fn take(mut self) -> Taken {
        if let Err((operation, fault)) = self.take_all().await {
            self.taken.extent = Extent::Cut;
            self.taken.faults.push((operation, fault.to_string()));
        }
        self.taken
    }

    async fn take_all(&mut self) -> Result<(), (&'static str, OwnFault)> {
        self.take_own_identity().await?;
        let mut marker = None;
        for _ in 0..PAGES_MAX {
            let Some(page) = self.page("ListUsers", None, marker.as_deref()).await? else { break };
            self.take_users(&page.answer).await?;
            marker = next_marker(&page.answer, marker.as_deref());
            if marker.is_none() {
                break;
            }
        }
        for _ in 0..PAGES_MAX {
            let Some(page) = self.page("ListRoles", None, marker.as_deref()).await? else { break };
            self.taken.roles += items(&page.answer, "/roles").len();
            marker = next_marker(&page.answer, marker.as_deref());
            if marker.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Who the inventory's own key is, and the account with it.
    async fn take_own_identity(&mut self) -> Result<(), (&'static str, OwnFault)> {
        let said = self.ask((Respondent::Sts, "GetCallerIdentity"), &[]).await?;
        if said.is_none() {
            self.ask((Respondent::Iam, "GetUser"), &[]).await?;
        }
        let own = self.front.principals.find(&self.settings.access_key_id);
        self.account = own.map_or(self.account, |own| own.account);
        Ok(())
    }

    /// Learns the keys of one page of users.
    async fn take_users(&mut self, page: &Value) -> Result<(), (&'static str, OwnFault)> {
        let mut keys = Vec::new();
        for user in items(page, "/users") {
            let Some(name) = text(user, "/userName") else { continue };
            self.taken.users += 1;
            let holder = KeyHolder::IamUser {
                user_name: name.to_owned(),
                arn: text(user, "/arn").map(str::to_owned),
                user_id: text(user, "/userId").map(str::to_owned),
            };
            let mut marker = None;
            for _ in 0..PAGES_MAX {
                let Some(page) = self.page("ListAccessKeys", Some(name), marker.as_deref()).await? else { break };
                let ids = items(&page.answer, "/accessKeyMetadata").iter().filter_map(|key| text(key, "/accessKeyId"));
                let known =
                    |id: &str| KnownKey { access_key_id: id.to_owned(), account: self.account, holder: holder.clone() };
                keys.extend(ids.map(known));
                marker = next_marker(&page.answer, marker.as_deref());
                if marker.is_none() {
                    break;
                }
            }
        }
        let learnt = self.front.principals.learn_inventory(keys).await;
        self.taken.keys += learnt.map_err(|error| ("ListAccessKeys", error.into()))?;
        Ok(())
    }

    /// A page of a list; none where the upstream does not give one.
    async fn page(
        &mut self,
        action: &'static str,
        user_name: Option<&str>,
        marker: Option<&str>,
    ) -> Result<Option<OwnAnswer>, (&'static str, OwnFault)> {
        let mut arguments = vec![("MaxItems", PAGE_ITEMS)];
        arguments.extend(user_name.map(|name| ("UserName", name)));
        arguments.extend(marker.map(|marker| ("Marker", marker)));
        self.ask((Respondent::Iam, action), &arguments).await
    }

    /// Asks and learns what is answered; none where the upstream refuses to say.
    async fn ask(
        &mut self,
        (service, action): (Respondent, &'static str),
        arguments: &[(&str, &str)],
    ) -> Result<Option<OwnAnswer>, (&'static str, OwnFault)> {
        let said = match ask(self.front, self.settings, (service, action), arguments).await {
            Ok(said) => said,
            Err(fault) if fault.is_of_this_call() => {
                self.taken.extent = Extent::Partial;
                if self.taken.faults.iter().all(|(operation, _)| *operation != action) {
                    self.taken.faults.push((action, fault.to_string()));
                }
                return Ok(None);
            }
            Err(fault) => return Err((action, fault)),
        };
        // The keys of a user are learnt with the others of the page: one commit instead of one each.
        if action != "ListAccessKeys" {
            let lesson = Lesson {
                event_source: service.event_source(),
                event_name: action,
                caller_key: Some(&self.settings.access_key_id),
                request: said.parameters.as_ref(),
                answer: &said.answer,
                event_id: "",
                at: self.front.environment.clock.now(),
                account: self.account,
            };
            self.front.principals.learn(&lesson).await.map_err(|error| (action, error.into()))?;
        }
        Ok(Some(said))
    }
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
}

fn items<'v>(answer: &'v Value, pointer: &str) -> &'v [Value] {
    answer.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Where the list goes on; none at its end, and where an upstream would begin the same page again.
fn next_marker(answer: &Value, before: Option<&str>) -> Option<String> {
    let is_cut = answer.get("isTruncated").is_some_and(|cut| cut.as_bool() == Some(true) || cut == "true");
    let marker = text(answer, "/marker").filter(|_| is_cut).map(str::to_owned);
    marker.filter(|marker| before != Some(marker.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_goes_on_at_a_new_marker_only() {
        let answer = json!({"isTruncated": true, "marker": "next"});
        assert_eq!(next_marker(&answer, None).as_deref(), Some("next"));
        assert_eq!(next_marker(&answer, Some("first")).as_deref(), Some("next"));
        assert_eq!(next_marker(&answer, Some("next")), None);
        assert_eq!(next_marker(&json!({"isTruncated": false, "marker": "next"}), None), None);
        assert_eq!(next_marker(&json!({"isTruncated": true}), None), None);
        assert_eq!(next_marker(&Value::Null, None), None);
    }
}
