//! Cairn's console as a client of a provider: how people log in there, and which role that makes them.

use cairn_model::AccountId;
use zeroize::Zeroizing;

use super::token::Claims;

/// The longest name of a session.
const SESSION_NAME_LENGTH_MAX: usize = 64;
/// The shortest.
const SESSION_NAME_LENGTH_MIN: usize = 2;

/// How people sign in to the console through a provider.
#[derive(Clone)]
pub struct ConsoleClient {
    /// What requests call it: `staff`.
    pub name: String,
    /// What people read: `Acme staff`.
    pub title: String,
    /// As what Cairn is registered there.
    pub client_id: String,
    /// What it proves that with, where it has something.
    pub client_secret: Option<Zeroizing<String>>,
    /// What is asked for: `openid` and what makes the claims come that `roles` needs.
    pub scopes: Vec<String>,
    /// Where the provider sends people back to; `None` for the host that they came by.
    pub redirect_uri: Option<String>,
    /// The claims of which the first that there is names the session.
    pub name_claims: Vec<String>,
    /// Which role somebody gets: the first one that fits.
    pub roles: Vec<RoleRule>,
}

/// Who gets a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRule {
    /// Those who have this claim with this value, or with a list in which it is; `None` for everyone.
    pub claim: Option<(String, String)>,
    /// The ARN of the role, whose trust policy has the last word.
    pub role_arn: String,
}

/// Somebody who signs in to the console, for the choice between offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcOffer {
    /// `provider` of the request.
    pub name: String,
    /// What stands on the button.
    pub title: String,
    /// Whose people.
    pub account: AccountId,
}

impl ConsoleClient {
    /// The role of whoever has these claims.
    pub(super) fn role(&self, claims: &Claims) -> Option<&str> {
        let fits =
            |rule: &&RoleRule| rule.claim.as_ref().is_none_or(|(name, value)| claims.texts_below(name).contains(value));
        self.roles.iter().find(fits).map(|rule| &*rule.role_arn)
    }

    /// What the session is called: of a claim what may stand there, the rest as `-`.
    pub(super) fn session_name(&self, claims: &Claims) -> Option<String> {
        let names = self.name_claims.iter().map(String::as_str).chain(["sub"]);
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let name_of = |text: &str| -> String {
            text.chars().map(|c| if allowed(c) { c } else { '-' }).take(SESSION_NAME_LENGTH_MAX).collect()
        };
        let mut found = names.filter_map(|name| claims.text(name)).map(name_of);
        found.find(|name| name.len() >= SESSION_NAME_LENGTH_MIN)
    }
}

impl std::fmt::Debug for ConsoleClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleClient").field("name", &self.name).field("roles", &self.roles).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn client(roles: &[(Option<(&str, &str)>, &str)]) -> ConsoleClient {
        let rule = |(claim, role): &(Option<(&str, &str)>, &str)| RoleRule {
            claim: claim.map(|(name, value)| (name.to_owned(), value.to_owned())),
            role_arn: (*role).to_owned(),
        };
        ConsoleClient {
            name: "staff".to_owned(),
            title: "Staff".to_owned(),
            client_id: "console".to_owned(),
            client_secret: None,
            scopes: vec!["openid".to_owned()],
            redirect_uri: None,
            name_claims: vec!["email".to_owned()],
            roles: roles.iter().map(rule).collect(),
        }
    }

    fn claims(value: serde_json::Value) -> Claims {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_first_role_that_fits_is_given_and_nobody_gets_one_by_half_a_name() {
        let client = client(&[
            (Some(("groups", "admins")), "admin"),
            (Some(("realm_access.roles", "audit")), "auditor"),
            (Some(("https://acme.example/team", "red")), "red"),
        ]);
        let role = |value| client.role(&claims(value)).map(str::to_owned);
        assert_eq!(role(json!({"groups": ["x", "admins"], "realm_access": {"roles": ["audit"]}})).unwrap(), "admin");
        assert_eq!(role(json!({"groups": "admins"})).unwrap(), "admin");
        assert_eq!(role(json!({"realm_access": {"roles": ["audit"]}})).unwrap(), "auditor");
        assert_eq!(role(json!({"https://acme.example/team": "red"})).unwrap(), "red");
        assert_eq!(role(json!({"groups": ["admins2"], "realm_access": "audit"})), None);
        assert_eq!(role(json!({"groups": {"admins": true}})), None);
    }

    #[test]
    fn without_a_claim_a_rule_is_for_everyone() {
        assert_eq!(client(&[(None, "reader")]).role(&claims(json!({}))), Some("reader"));
        assert_eq!(client(&[]).role(&claims(json!({}))), None);
    }

    #[test]
    fn a_session_has_a_name_that_sts_takes() {
        let name = |value| client(&[]).session_name(&claims(value));
        assert_eq!(name(json!({"email": "nina@acme.example", "sub": "7"})).unwrap(), "nina@acme.example");
        assert_eq!(name(json!({"email": "n", "sub": "auth0|12 ü"})).unwrap(), "auth0-12--");
        assert_eq!(name(json!({"sub": "x".repeat(100)})).unwrap().len(), 64);
        assert_eq!(name(json!({"sub": "x"})), None);
    }
}
