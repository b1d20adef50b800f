//! The calls that are Cairn's own, by those who may and by those who may not.

use crate::aws::run_script;
use crate::server::{SECRET_ACCESS_KEY, Server, free_port};

#[test]
fn the_server_tells_of_itself_and_its_trails_to_those_who_may_know() {
    // Nothing listens where the gateway's calls would go: they end with an error, which is counted.
    let (gateway, nowhere) = (free_port(), free_port());
    let server = Server::start_with(&format!(
        "[[capture]]\nname = \"archive\"\nlisten = \"127.0.0.1:{gateway}\"\nupstream = \"http://127.0.0.1:{nowhere}\"\n\
         inventory_access_key_id = \"AKIALOOKS\"\ninventory_secret_access_key = \"a-secret-of-the-inventory\"\n\
         [[capture.identities]]\naccess_key_id = \"AKIAALICE\"\nuser_name = \"alice\"\n"
    ));
    let said = run_script(&server, "own_routes.py", &[&gateway.to_string()]);
    for secret in [SECRET_ACCESS_KEY, "a-secret-of-the-inventory"] {
        assert!(!said.contains(secret), "a secret is in an answer");
    }
}
