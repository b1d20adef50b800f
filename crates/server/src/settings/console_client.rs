//! `[oidc_providers.sign_in]`: how people sign in to the console through an identity provider.

use cairn_model::AccountId;
use cairn_signin::{ConsoleClient, RoleRule};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsoleClientTable {
    /// What requests call it: letters, digits and `-`.
    name: String,
    /// What stands on the button; the name by default.
    title: Option<String>,
    /// As what Cairn is registered at the provider.
    client_id: String,
    /// What it proves that with.
    #[serde(default, deserialize_with = "secret")]
    client_secret: Option<Zeroizing<String>>,
    /// A file that holds it.
    client_secret_file: Option<String>,
    /// What is asked for.
    #[serde(default = "default_scopes")]
    scopes: Vec<String>,
    /// `https://cairn.example.com/v1/sign-in/oidc/callback`, where the host that browsers come by does not say so.
    redirect_uri: Option<String>,
    /// The claims of which the first that there is names the session.
    #[serde(default = "default_name_claims")]
    name_claims: Vec<String>,
    /// Who gets which role, the first one that fits.
    roles: Vec<RoleRuleTable>,
}

/// `[[oidc_providers.sign_in.roles]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleRuleTable {
    claim: Option<String>,
    value: Option<String>,
    role_arn: String,
}

/// The end of every redirect URI.
const CALLBACK: &str = "/v1/sign-in/oidc/callback";

impl ConsoleClientTable {
    /// What is wrong with it, for a provider of this account.
    pub(super) fn check(&self, account: AccountId) -> Result<(), String> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if self.name.is_empty() || self.name.len() > 64 || !self.name.chars().all(is_name) {
            return Err("sign_in.name is 1 to 64 letters, digits and -".to_owned());
        }
        if self.client_id.is_empty() {
            return Err("sign_in.client_id is empty".to_owned());
        }
        if self.client_secret.is_some() && self.client_secret_file.is_some() {
            return Err("sign_in has one of client_secret and client_secret_file".to_owned());
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err("sign_in.scopes must have openid".to_owned());
        }
        let is_uri = |uri: &String| uri.starts_with("http") && uri.contains("://") && uri.ends_with(CALLBACK);
        if self.redirect_uri.as_ref().is_some_and(|uri| !is_uri(uri)) {
            return Err(format!("sign_in.redirect_uri is a URL that ends in {CALLBACK}"));
        }
        if self.roles.is_empty() {
            return Err("sign_in.roles gives no role".to_owned());
        }
        let of_account = format!("arn:aws:iam::{account}:role/");
        for RoleRuleTable { claim, value, role_arn } in &self.roles {
            if claim.is_some() != value.is_some() {
                return Err("sign_in.roles: claim and value go together".to_owned());
            }
            if role_arn.strip_prefix(&of_account).is_none_or(str::is_empty) {
                return Err(format!("sign_in.roles: {role_arn} is no ARN of a role of the account {account}"));
            }
        }
        Ok(())
    }

    /// Its name, which no other provider may have.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// As it is used.
    ///
    /// # Errors
    /// When the file with the secret cannot be read.
    pub(crate) fn client(&self) -> Result<ConsoleClient, String> {
        let read = |path: &String| {
            let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
            Ok::<_, String>(Zeroizing::new(text.trim().to_owned()))
        };
        let from_file = self.client_secret_file.as_ref().map(read).transpose()?;
        let rule = |table: &RoleRuleTable| RoleRule {
            claim: table.claim.clone().zip(table.value.clone()),
            role_arn: table.role_arn.clone(),
        };
        Ok(ConsoleClient {
            name: self.name.clone(),
            title: self.title.clone().unwrap_or_else(|| self.name.clone()),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone().or(from_file),
            scopes: self.scopes.clone(),
            redirect_uri: self.redirect_uri.clone(),
            name_claims: self.name_claims.clone(),
            roles: self.roles.iter().map(rule).collect(),
        })
    }
}

impl std::fmt::Debug for ConsoleClientTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleClientTable").field("name", &self.name).finish_non_exhaustive()
    }
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Zeroizing<String>>, D::Error> {
    Ok(Some(Zeroizing::new(String::deserialize(from)?)))
}

fn default_scopes() -> Vec<String> {
    ["openid", "email", "profile"].map(str::to_owned).to_vec()
}

fn default_name_claims() -> Vec<String> {
    ["email", "preferred_username"].map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name = 'staff'\nclient_id = 'console'\nclient_secret = 'hidden'\n\
                        roles = [{ role_arn = 'arn:aws:iam::123456789012:role/Reader' }]\n";

    fn table(text: &str) -> Result<ConsoleClientTable, String> {
        let table: ConsoleClientTable = toml::from_str(text).map_err(|error| error.to_string())?;
        table.check(AccountId::DEFAULT).map(|()| table)
    }

    #[test]
    fn a_client_has_a_name_and_roles_of_its_account() {
        let client = table(GOOD).unwrap().client().unwrap();
        assert_eq!((&*client.name, &*client.title), ("staff", "staff"));
        assert_eq!(client.client_secret.unwrap().as_str(), "hidden");
        assert_eq!(client.scopes, ["openid", "email", "profile"]);
        for (from, to) in [
            ("'staff'", "'a b'"),
            ("'staff'", "''"),
            ("'console'", "''"),
            ("123456789012", "210987654321"),
            ("role/Reader", "user/nina"),
            ("{ role_arn", "{ claim = 'groups', role_arn"),
            ("[{ role_arn = 'arn:aws:iam::123456789012:role/Reader' }]", "[]"),
            ("name =", "scopes = ['email']\nname ="),
            ("name =", "redirect_uri = 'https://cairn.example/'\nname ="),
            ("name =", "client_secret_file = '/x'\nname ="),
            ("name =", "colour = 'red'\nname ="),
        ] {
            assert!(table(&GOOD.replace(from, to)).is_err(), "{from} {to}");
        }
    }

    #[test]
    fn the_secret_never_shows_and_may_be_in_a_file() {
        assert!(!format!("{:?}", table(GOOD).unwrap()).contains("hidden"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "by-file\n").unwrap();
        let text = GOOD.replace("client_secret = 'hidden'", &format!("client_secret_file = {path:?}"));
        assert_eq!(table(&text).unwrap().client().unwrap().client_secret.unwrap().as_str(), "by-file");
        let text = GOOD.replace("client_secret = 'hidden'", "client_secret_file = '/no/such/file'");
        assert!(table(&text).unwrap().client().unwrap_err().contains("/no/such/file"));
    }
}
