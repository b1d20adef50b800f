//! Decisions over random policies, beside two published evaluators.

use crate::aws::run_script;
use crate::server::Server;

#[test]
fn two_published_evaluators_decide_the_same_but_for_their_known_mistakes() {
    run_script(&Server::start(), "policy_peers.py", &[]);
}
