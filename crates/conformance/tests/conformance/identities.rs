//! Users, groups, roles and policies through boto3 and the AWS CLI, and past a killed server.

use crate::aws::run_script;
use crate::server::Server;

#[test]
fn identities_live_as_boto3_and_the_aws_cli_expect_and_outlive_a_killed_server() {
    let mut server = Server::start();
    run_script(&server, "identities.py", &[]);
    server.kill();
    server.start_again();
    run_script(&server, "identities.py", &["again"]);
}
