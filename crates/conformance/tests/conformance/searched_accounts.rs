//! Searches over the accounts of an organization, by those who oversee it and by the others.

use serde_json::{Value, json};

use crate::aws::run_script;
use crate::server::Server;

/// Accounts that the server knows besides the default one, with the key pairs of their roots.
const ACCOUNTS: [(&str, &str, &str); 3] = [
    ("111122223333", "AKIACONFORMANCE00002", "conformance/secret+of/forty+characters02"),
    ("444455556666", "AKIACONFORMANCE00003", "conformance/secret+of/forty+characters03"),
    ("777788889999", "AKIACONFORMANCE00004", "conformance/secret+of/forty+characters04"),
];

#[test]
fn accounts_of_an_organization_are_searched_by_those_who_oversee_it() {
    let settings = ACCOUNTS.map(|(account, key, secret)| {
        format!(
            "[[accounts]]\nid = \"{account}\"\n[[accounts.keys]]\naccess_key_id = \"{key}\"\nsecret_access_key = \"{secret}\"\n"
        )
    });
    let server = Server::start_with(&settings.concat());
    let keys = ACCOUNTS.map(|(account, key, secret)| (account.to_owned(), json!([key, secret])));
    run_script(&server, "searched_accounts.py", &[&Value::Object(keys.into_iter().collect()).to_string()]);
}
