//! What users, roles and chains of roles may do, through boto3 and the AWS CLI.

use crate::aws::run_script;
use crate::server::Server;

#[test]
fn users_and_roles_do_what_their_policies_allow_and_refusals_are_recorded() {
    let server = Server::start();
    run_script(&server, "permissions.py", &[]);
}
