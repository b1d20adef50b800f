//! Who calls: users, roles, services and the rest, and what they are like.

use crate::rng::{Rng, Zipf};
use crate::services::SERVICES;
use crate::text::base32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Role,
    /// A person's single-sign-on role: an assumed role named `AWSReservedSSO_…`, the session named after the person.
    Sso,
    /// A role assumed from another role's session.
    Chained,
    SamlUser,
    WebIdentity,
    Service,
    Root,
    Foreign,
}

#[derive(Debug)]
pub(crate) struct Principal {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) account: usize,
    pub(crate) id: String,
    pub(crate) access_key: String,
    pub(crate) addresses: Vec<String>,
    pub(crate) agents: Vec<usize>,
    pub(crate) services: Vec<usize>,
    /// How many times as many errors as the average principal.
    pub(crate) clumsiness: f64,
    /// For a chained role: the principal (a role) whose session assumes it.
    pub(crate) parent: usize,
    pub(crate) mfa: bool,
}

const TEAMS: &[&str] = &[
    "payments", "search", "platform", "data", "mobile", "billing", "ml", "security", "web", "ops", "identity", "growth",
];
const JOBS: &[&str] = &[
    "deployer",
    "reader",
    "etl",
    "runner",
    "scanner",
    "backup",
    "ci",
    "node",
    "worker",
    "exporter",
    "controller",
    "api",
];
const FIRST: &[&str] = &[
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "niaj", "olivia",
    "peggy", "quinn", "rupert", "sybil", "trent", "uma", "victor", "wendy", "xavier", "yara", "zoe",
];
const LAST: &[&str] = &[
    "ahmed", "brown", "chen", "diaz", "evans", "fischer", "garcia", "haddad", "ito", "jones", "kim", "lopez", "mori",
    "nguyen", "okafor", "patel", "rossi", "silva", "tanaka", "weber",
];
pub(crate) const SERVICE_PRINCIPALS: &[&str] = &[
    "autoscaling",
    "config",
    "cloudtrail",
    "ec2",
    "lambda",
    "ecs-tasks",
    "elasticloadbalancing",
    "ssm",
    "backup",
    "rds",
    "eks",
    "guardduty",
];

/// How many there are of each kind.
const KINDS: &[(Kind, usize)] = &[
    (Kind::Role, 64),
    (Kind::User, 56),
    (Kind::Sso, 34),
    (Kind::Chained, 14),
    (Kind::Service, 12),
    (Kind::WebIdentity, 8),
    (Kind::SamlUser, 5),
    (Kind::Root, 4),
    (Kind::Foreign, 3),
];

/// The kinds by rank of popularity: dealt out so that machine roles and services are not all ahead of people.
pub(crate) fn deal_kinds(rng: &mut Rng) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = KINDS.iter().flat_map(|(kind, count)| std::iter::repeat_n(*kind, *count)).collect();
    for i in (1..kinds.len()).rev() {
        kinds.swap(i, rng.below(i + 1));
    }
    // The busiest are machines, as they are everywhere.
    let busiest = [Kind::Role, Kind::Service, Kind::Role, Kind::Role, Kind::User, Kind::Service];
    for (rank, kind) in busiest.into_iter().enumerate() {
        if let Some(at) = (rank..kinds.len()).find(|&i| kinds[i] == kind) {
            kinds.swap(rank, at);
        }
    }
    kinds
}

/// Everyone, in the order of `kinds`; accounts are drawn from `by_account`.
pub(crate) fn draw_principals(rng: &mut Rng, kinds: &[Kind], roles: &[usize], by_account: &Zipf) -> Vec<Principal> {
    let favourite = Zipf::new(SERVICES.len(), 0.7);
    let mut services_seen = 0;
    let draw = |(rank, &kind): (usize, &Kind)| {
        let name = draw_name(rng, kind, rank, &mut services_seen);
        let id_prefix = match kind {
            Kind::User => "AIDA",
            Kind::Root => "",
            Kind::Role
            | Kind::Sso
            | Kind::Chained
            | Kind::SamlUser
            | Kind::WebIdentity
            | Kind::Service
            | Kind::Foreign => "AROA",
        };
        let addresses = (0..=rng.below(4)).map(|_| address(rng)).collect();
        let agents = (0..=rng.below(3)).map(|_| Zipf::new(24, 0.8).draw(rng)).collect();
        let services = (0..8).map(|_| favourite.draw(rng)).collect();
        Principal {
            kind,
            name,
            account: by_account.draw(rng),
            id: format!("{id_prefix}{}", base32(rng, 17)),
            access_key: format!("AKIA{}", base32(rng, 16)),
            addresses,
            agents,
            services,
            clumsiness: [0.2, 0.4, 0.6, 1.0, 1.0, 4.0][rng.below(6)],
            parent: *rng.pick(roles),
            mfa: matches!(kind, Kind::Sso | Kind::SamlUser) || rng.chance(0.3),
        }
    };
    kinds.iter().enumerate().map(draw).collect()
}

fn draw_name(rng: &mut Rng, kind: Kind, rank: usize, services_seen: &mut usize) -> String {
    let (team, job) = (*rng.pick(TEAMS), *rng.pick(JOBS));
    let (first, last) = (*rng.pick(FIRST), *rng.pick(LAST));
    match kind {
        Kind::User if rank.is_multiple_of(3) => format!("svc-{team}-{job}-{rank}"),
        Kind::User | Kind::SamlUser => format!("{first}.{last}{rank}"),
        Kind::Role | Kind::Chained => format!("{team}-{job}-role-{rank}"),
        Kind::Sso => format!("{first}.{last}{rank}@example.com"),
        Kind::WebIdentity => format!("github-{team}-{job}-{rank}"),
        Kind::Root => "root".into(),
        Kind::Foreign => format!("partner-{rank}"),
        Kind::Service => {
            *services_seen += 1;
            SERVICE_PRINCIPALS[(*services_seen - 1) % SERVICE_PRINCIPALS.len()].into()
        }
    }
}

/// An invented address: documentation, benchmarking and private ranges only, widened by host bits.
fn address(rng: &mut Rng) -> String {
    match rng.below(10) {
        0 => format!("2001:db8:{:x}:{:x}::{:x}", rng.below(65536), rng.below(65536), 1 + rng.below(65535)),
        1..=3 => format!("10.{}.{}.{}", rng.below(256), rng.below(256), 1 + rng.below(254)),
        4..=6 => format!("198.{}.{}.{}", 18 + rng.below(2), rng.below(256), 1 + rng.below(254)),
        7 => format!("203.0.113.{}", 1 + rng.below(254)),
        8 => format!("198.51.100.{}", 1 + rng.below(254)),
        _ => format!("192.0.2.{}", 1 + rng.below(254)),
    }
}
