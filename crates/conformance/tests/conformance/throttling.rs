//! AWS's call rates, where the settings ask for them.

use crate::aws::run_script;
use crate::server::Server;

#[test]
fn with_aws_rates_a_burst_is_refused_as_in_aws_and_retries_get_through() {
    let server = Server::start_with("[limits]\nthrottle = \"aws\"\n");
    run_script(&server, "throttling.py", &[]);
}
