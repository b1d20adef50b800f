//! People and tokens of an identity provider: what signs in, and what boto3 does with what they get.

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
