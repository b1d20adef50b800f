//! The built-in kms, and what lies under its keys, through boto3 and past a killed server.

use crate::aws::run_script;
use crate::server::Server;

#[test]
fn keys_and_what_lies_under_them_are_as_boto3_expects_and_outlive_a_killed_server() {
    let mut server = Server::start();
    let data = server.data();
    run_script(&server, "kms_keys.py", &[data.to_str().unwrap()]);
    server.kill();
    server.start_again();
    run_script(&server, "kms_keys.py", &[data.to_str().unwrap(), "again"]);
}
