//! What the settings declare, through boto3: there at once, not to be changed by calls, gone when it is declared no more.

use std::fs;

use crate::aws::run_script;
use crate::server::Server;

const DECLARED: &str = r#"
[[accounts]]
id = "123456789012"

[[accounts.policies]]
name = "trails"
document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cloudtrail:Describe*","Resource":"*"}}'

[[accounts.groups]]
name = "auditors"
policies = ["trails"]

[[accounts.roles]]
name = "audit"
trust_policy = '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"123456789012"}}}'
policies = ["SecurityAudit"]

[[accounts.users]]
name = "alice"
path = "/ops/"
groups = ["auditors"]
tags = { team = "ops" }

[[accounts.users.keys]]
access_key_id = "AKIADECLAREDALICE001"
secret_access_key_file = "alice-secret"
"#;

#[test]
fn what_is_declared_is_there_refuses_changes_and_goes_when_it_is_declared_no_more() {
    let mut server = Server::prepare(DECLARED);
    fs::write(server.folder().join("alice-secret"), "declared/secret+of/forty+characters00000\n").unwrap();
    server.start_again();
    run_script(&server, "declared.py", &["there"]);
    server.kill();
    server.start_again();
    run_script(&server, "declared.py", &["there"]);
    server.kill();
    let settings = server.folder().join("cairn.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.split("[[accounts]]").next().unwrap()).unwrap();
    server.start_again();
    run_script(&server, "declared.py", &["gone"]);
}
