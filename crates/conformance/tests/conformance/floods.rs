//! A flood of requests without a valid signature: refused, counted to the last one, and nobody else's records suffer.

use crate::aws::run_script;
use crate::server::Server;

#[test]
fn a_flood_is_refused_and_summed_up_and_signed_calls_are_each_recorded_once() {
    let mut server = Server::start();
    run_script(&server, "flood.py", &["6000"]);
    assert!(server.terminate().success(), "{}", server.log());
}

#[test]
fn what_was_counted_of_a_flood_is_recorded_before_a_server_stops() {
    let mut server = Server::start();
    let sent = server.folder().join("sent");
    let path = sent.to_str().unwrap();
    run_script(&server, "flood.py", &["400", "--only-send", path]);
    assert!(server.terminate().success(), "{}", server.log());
    server.start_again();
    run_script(&server, "flood.py", &["0", "--only-count", path]);
}
