//! Draws who calls what, where and in which session.

use crate::principal::Kind;
use crate::rng::{Rng, wide};
use crate::services::{REGIONS, SERVICES};
use crate::world::{Sessions, World};

/// A call that was drawn, by indices into the world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawn {
    pub(crate) who: usize,
    pub(crate) service: &'static str,
    pub(crate) event: &'static str,
    /// The slot of the caller's session.
    pub(crate) slot: u64,
    /// For an `AssumeRole`: the role, and the slot of the session that it gives.
    pub(crate) target: usize,
    pub(crate) given: u64,
}

/// Draws a call at `time`.
pub(crate) fn draw(world: &World, sessions: &mut Sessions, rng: &mut Rng, time: u64) -> Drawn {
    let mut drawn = draw_event(world, rng);
    let kind = world.principals[drawn.who].kind;
    // A session begins with the AssumeRole that gives its key: the first call in a session's window is that one.
    // Other AssumeRole calls begin sessions that make no logged call.
    drawn.slot = if rng.chance(0.3) { wide(rng.below(3)) } else { 0 };
    drawn.given = drawn.slot;
    let has_sessions = matches!(kind, Kind::Role | Kind::Chained | Kind::WebIdentity | Kind::SamlUser | Kind::Sso);
    if has_sessions && sessions.begins(drawn.who, drawn.slot, time) {
        drawn.service = "sts";
        drawn.event = match kind {
            Kind::WebIdentity => "AssumeRoleWithWebIdentity",
            Kind::SamlUser | Kind::Sso => "AssumeRoleWithSAML",
            Kind::User | Kind::Role | Kind::Chained | Kind::Service | Kind::Root | Kind::Foreign => "AssumeRole",
        };
    } else if drawn.event.starts_with("AssumeRole") {
        drawn.service = "sts";
        drawn.event = if drawn.event == "AssumeRole" { "AssumeRole" } else { "GetCallerIdentity" };
        drawn.given = 16 + wide(rng.below(1 << 20));
    }
    if drawn.event == "AssumeRole" {
        draw_asker(world, rng, kind, &mut drawn);
    }
    drawn
}

fn draw_event(world: &World, rng: &mut Rng) -> Drawn {
    let who = world.by_principal.draw(rng);
    let principal = &world.principals[who];
    let mut at =
        if rng.chance(0.75) { principal.services[world.by_favourite.draw(rng)] } else { world.by_service.draw(rng) };
    // Only people sign in; a machine that drew the console does something else.
    let is_human = matches!(principal.kind, Kind::User | Kind::Sso | Kind::Root | Kind::SamlUser);
    while SERVICES[at].0 == "signin" && !is_human {
        at = world.by_service.draw(rng);
    }
    let event = world.events[at][world.by_event[at].draw(rng)];
    Drawn { who, service: SERVICES[at].0, event, slot: 0, target: who, given: 0 }
}

/// The role that an `AssumeRole` gives, and who asks for it.
fn draw_asker(world: &World, rng: &mut Rng, kind: Kind, drawn: &mut Drawn) {
    match kind {
        // From the session of another role; half of the machine roles by AWS, for an instance or a function.
        Kind::Chained => (drawn.who, drawn.slot) = (world.principals[drawn.who].parent, 0),
        Kind::Role if rng.chance(0.5) => drawn.who = *rng.pick(&world.services),
        Kind::Role => {
            let other = *rng.pick(&world.roles);
            (drawn.who, drawn.slot) = (if other == drawn.target { world.services[0] } else { other }, 0);
        }
        Kind::User | Kind::Sso | Kind::SamlUser | Kind::WebIdentity | Kind::Service | Kind::Root | Kind::Foreign => {
            drawn.target = *rng.pick(&world.roles);
        }
    }
}

/// The account in which `drawn` is recorded.
pub(crate) fn draw_account(world: &World, rng: &mut Rng, drawn: &Drawn) -> usize {
    let caller = &world.principals[drawn.who];
    if drawn.event == "AssumeRole" {
        world.principals[drawn.target].account
    } else if matches!(caller.kind, Kind::Service | Kind::Foreign) {
        (drawn.who * 31 + rng.below(world.accounts.len())) % world.accounts.len()
    } else {
        caller.account
    }
}

/// The Region of a call of `service` in `account`, as an index.
pub(crate) fn draw_region(world: &World, rng: &mut Rng, service: &str, account: usize) -> usize {
    let is_global = matches!(service, "iam" | "organizations" | "route53" | "cloudfront" | "health" | "signin")
        || (service == "sts" && rng.chance(0.4));
    if is_global {
        0
    } else if rng.chance(0.02) {
        rng.below(REGIONS.len())
    } else {
        world.accounts[account].regions[world.by_region[account].draw(rng)]
    }
}
