//! `[[oidc_providers]]`: identity providers that an account believes.

use cairn_model::AccountId;
use serde::Deserialize;

use super::console_client::ConsoleClientTable;

/// One entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcProviderTable {
    /// Whose.
    #[serde(default = "default_account")]
    pub(crate) account: AccountId,
    /// `https://login.example.com/realms/staff`, exactly as tokens have it.
    pub(crate) issuer: String,
    /// For whom its tokens must be made.
    pub(crate) client_ids: Vec<String>,
    /// Whether its name may lead to this machine or its link.
    #[serde(default)]
    pub(crate) allow_local: bool,
    /// How people sign in to the console through it, where they may.
    pub(crate) sign_in: Option<ConsoleClientTable>,
}

impl OidcProviderTable {
    /// What is wrong with it.
    fn check(&self) -> Result<(), String> {
        let wrong = |problem: &str| Err(format!("[[oidc_providers]] {}: {problem}", self.issuer));
        let host = |rest: &str| rest.split(['/', ':']).next().unwrap_or_default().to_owned();
        let is_here = |host: String| matches!(&*host, "127.0.0.1" | "localhost");
        let is_safe = match self.issuer.split_once("://") {
            Some(("https", rest)) => !host(rest).is_empty(),
            Some(("http", rest)) => is_here(host(rest)),
            Some(_) | None => false,
        };
        if !is_safe {
            return wrong("issuer must begin with https://, or with http:// on this machine");
        }
        if self.issuer.contains(['?', '#', '@', ' ']) {
            return wrong("issuer is a URL without query, fragment or user");
        }
        if self.client_ids.is_empty() || self.client_ids.iter().any(String::is_empty) {
            return wrong("client_ids names at least one client, none of them empty");
        }
        self.sign_in.as_ref().map_or(Ok(()), |client| client.check(self.account).or_else(|problem| wrong(&problem)))
    }

    /// What is wrong with all of them together: two that people would sign in to by the same name.
    pub(crate) fn check_all(tables: &[Self]) -> Result<(), String> {
        let mut names = std::collections::BTreeSet::new();
        let mut clients = tables.iter().filter_map(|table| table.sign_in.as_ref()).map(ConsoleClientTable::name);
        match clients.find(|name| !names.insert(*name)) {
            Some(twice) => Err(format!("[[oidc_providers]]: two providers have the sign_in.name {twice}")),
            None => tables.iter().try_for_each(Self::check),
        }
    }

    /// What `--print-settings` shows of it.
    pub(crate) fn shown(&self) -> String {
        let sign_in = self.sign_in.as_ref().map(|client| format!(", signs people in as {}", client.name()));
        format!("[[oidc_providers]]  # {} for {}{}\n", self.issuer, self.account, sign_in.unwrap_or_default())
    }
}

fn default_account() -> AccountId {
    AccountId::DEFAULT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), String> {
        toml::from_str::<OidcProviderTable>(text).map_err(|error| error.to_string())?.check()
    }

    #[test]
    fn an_issuer_is_behind_https_or_on_this_machine_and_names_clients() {
        for good in ["https://login.example.com/realms/staff", "http://127.0.0.1:8080", "http://localhost/a"] {
            assert_eq!(check(&format!("issuer = '{good}'\nclient_ids = ['cairn']")), Ok(()), "{good}");
        }
        for bad in
            ["http://login.example.com", "login.example.com", "https://", "ftp://x", "https://a?b", "https://u@a"]
        {
            assert!(check(&format!("issuer = '{bad}'\nclient_ids = ['cairn']")).is_err(), "{bad}");
        }
        assert!(check("issuer = 'https://a.example'\nclient_ids = []").is_err());
        assert!(check("issuer = 'https://a.example'\nclient_ids = ['a']\nmore = 1").is_err());
    }

    #[test]
    fn two_providers_cannot_share_the_name_that_people_sign_in_by() {
        let table = |name: &str| {
            let role = "roles = [{ role_arn = 'arn:aws:iam::123456789012:role/Reader' }]";
            let sign_in = format!("[sign_in]\nname = '{name}'\nclient_id = 'c'\n{role}");
            let text = format!("issuer = 'https://a.example'\nclient_ids = ['a']\n{sign_in}");
            toml::from_str::<OidcProviderTable>(&text).unwrap()
        };
        assert_eq!(OidcProviderTable::check_all(&[table("one"), table("two")]), Ok(()));
        assert!(OidcProviderTable::check_all(&[table("one"), table("one")]).unwrap_err().contains("one"));
        assert!(OidcProviderTable::check_all(&[table("a b")]).is_err());
    }
}
