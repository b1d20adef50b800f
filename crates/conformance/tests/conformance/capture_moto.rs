//! A gateway in front of moto: many services over every protocol, each call one true event, each answer untouched.

use crate::aws::run_script;
use crate::moto::Moto;
use crate::server::{ACCESS_KEY_ID, Server, free_port};

#[test]
fn calls_of_many_services_are_answered_untouched_and_are_one_true_event_each() {
    let Some(moto) = Moto::start() else {
        println!("skipped: moto is not in .venv; `make test` installs it");
        return;
    };
    let gateway = format!("127.0.0.1:{}", free_port());
    let server = Server::start_with(&format!(
        "[[capture]]\nlisten = \"{gateway}\"\nupstream = \"{}\"\n[[capture.identities]]\n\
         access_key_id = \"{ACCESS_KEY_ID}\"\nuser_name = \"tests\"\n",
        moto.url()
    ));
    let addresses = [format!("http://{gateway}"), moto.url()];
    print!("{}", run_script(&server, "moto_calls.py", &[&addresses[0], &addresses[1]]));
}
