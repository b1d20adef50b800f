//! People and tokens of an identity provider: what signs in, and what boto3 does with what they get.

use std::fs;

use crate::aws::run_script;
use crate::server::{Server, free_port};

#[test]
fn people_and_tokens_of_a_provider_get_credentials_and_each_attempt_is_recorded() {
    let port = free_port();
    let settings =
        format!("[[oidc_providers]]\nissuer = \"http://127.0.0.1:{port}\"\nclient_ids = [\"sts.amazonaws.com\"]\n");
    let server = Server::start_with(&settings);
    let folder = server.folder().display().to_string();
    run_script(&server, "signing_in.py", &[&port.to_string(), &folder]);
}

#[test]
fn tokens_of_a_provider_that_a_call_made_assume_roles_while_it_is_there_and_for_its_clients() {
    let mut server = Server::prepare("[sign_in]\nallow_local_providers = true\n");
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let [certificate, key] = ["issuer.pem", "issuer-key.pem"].map(|name| server.folder().join(name));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    server.trust(&certificate);
    server.start_again();
    let [certificate, key] = [certificate, key].map(|path| path.display().to_string());
    run_script(&server, "made_provider.py", &[&free_port().to_string(), &certificate, &key]);
}

#[test]
fn the_root_signs_in_with_its_device_and_comes_back_in_after_its_password_was_lost() {
    let mut server = Server::start();
    run_script(&server, "root_sign_in.py", &[&newest_root_password(&server), "with-a-device"]);
    assert!(server.terminate().success());
    server.start_again_with_reset_root();
    run_script(&server, "root_sign_in.py", &[&newest_root_password(&server), "after-a-loss"]);
}

/// The one-time password that the server printed last.
fn newest_root_password(server: &Server) -> String {
    let log = server.log();
    let line = log.lines().rfind(|line| line.starts_with("The root's password")).unwrap();
    line.rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn people_sign_in_through_a_provider_and_nobody_else_does() {
    let port = free_port();
    let role = |name: &str| format!("role_arn = \"arn:aws:iam::123456789012:role/{name}\"");
    let mapping = |group: &str, name: &str| format!("{{ claim = \"groups\", value = \"{group}\", {} }}", role(name));
    let rules = [mapping("auditors", "auditor"), mapping("guarded", "guarded"), mapping("staff", "reader")].join(", ");
    // A member of no table has to stand before them all.
    let settings = format!(
        "trusted_proxies = \"127.0.0.1\"\n[[oidc_providers]]\nissuer = \"http://127.0.0.1:{port}\"\nclient_ids = [\"sts.amazonaws.com\"]\n\
         [oidc_providers.sign_in]\nname = \"staff\"\ntitle = \"Acme staff\"\nclient_id = \"console\"\n\
         client_secret = \"a secret: +&%\"\nroles = [{rules}]\n"
    );
    let mut server = Server::prepare("");
    fs::write(server.folder().join("cairn.toml"), settings).unwrap();
    server.start_again();
    run_script(&server, "oidc_sign_in.py", &[&port.to_string()]);
}
