//! The invented organisation: its accounts, its principals and their sessions.

use crate::principal::{Kind, Principal, deal_kinds, draw_principals};
use crate::rng::{Rng, Zipf, mix, narrow, wide};
use crate::services::{REGIONS, SERVICES};
use crate::text::{base32, hex};

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) regions: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) accounts: Vec<Account>,
    pub(crate) principals: Vec<Principal>,
    /// Which of the principals are machine roles, and which are AWS services.
    pub(crate) roles: Vec<usize>,
    pub(crate) services: Vec<usize>,
    pub(crate) events: Vec<Vec<&'static str>>,
    pub(crate) by_service: Zipf,
    pub(crate) by_event: Vec<Zipf>,
    pub(crate) by_principal: Zipf,
    pub(crate) by_region: Vec<Zipf>,
    pub(crate) by_favourite: Zipf,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::keyed(seed, u64::MAX);
        let accounts: Vec<Account> = (0..20).map(|_| draw_account(&mut rng)).collect();
        let kinds = deal_kinds(&mut rng);
        let of = |wanted: Kind| (0..kinds.len()).filter(|&i| kinds[i] == wanted).collect::<Vec<_>>();
        let (roles, services) = (of(Kind::Role), of(Kind::Service));
        let principals = draw_principals(&mut rng, &kinds, &roles, &Zipf::new(accounts.len(), 0.8));
        let events: Vec<Vec<&'static str>> = SERVICES.iter().map(|s| s.2.split_whitespace().collect()).collect();
        Self {
            seed,
            by_principal: Zipf::new(principals.len(), 0.95),
            by_service: Zipf::new(SERVICES.len(), 0.9),
            by_event: events.iter().map(|e| Zipf::new(e.len(), 1.25)).collect(),
            by_region: accounts.iter().map(|a| Zipf::new(a.regions.len(), 1.2)).collect(),
            by_favourite: Zipf::new(8, 0.8),
            accounts,
            services,
            roles,
            principals,
            events,
        }
    }

    /// The temporary key and the name of a principal's session at `time`; sessions in other slots run beside it.
    pub(crate) fn session(&self, principal: usize, time: u64, slot: u64) -> Session {
        let begun = time / SESSION * SESSION;
        let mut rng = Rng::keyed(self.seed ^ 0x5e55_1011, mix(wide(principal) << 40 | slot) ^ begun);
        let p = &self.principals[principal];
        let key = format!("ASIA{}", base32(&mut rng, 16));
        let name = match p.kind {
            Kind::Sso | Kind::SamlUser => p.name.clone(),
            Kind::WebIdentity => "GitHubActions".into(),
            Kind::User | Kind::Role | Kind::Chained | Kind::Service | Kind::Root | Kind::Foreign => match principal % 4
            {
                0 => format!("i-0{}", hex(&mut rng, 16)),
                1 => format!("botocore-session-{}", begun + wide(rng.below(60))),
                2 => format!("{}-session", p.name),
                _ => format!("aws-go-sdk-{}{:09}", begun, rng.below(1_000_000_000)),
            },
        };
        Session { key, name, begun }
    }
}

/// How long a role session lasts, in seconds.
const SESSION: u64 = 6 * 3600;

/// Which sessions have begun: the newest window of each principal's slots.
#[derive(Debug)]
pub(crate) struct Sessions(Vec<[u64; 3]>);

impl Sessions {
    pub(crate) fn new(world: &World) -> Self {
        Sessions(vec![[0; 3]; world.principals.len()])
    }

    /// Whether a call at `time` is the first of its session.
    pub(crate) fn begins(&mut self, principal: usize, slot: u64, time: u64) -> bool {
        let (window, newest) = (time / SESSION, &mut self.0[principal][narrow(slot)]);
        let begins = window > *newest;
        *newest = window.max(*newest);
        begins
    }
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) begun: u64,
}

fn draw_account(rng: &mut Rng) -> Account {
    let mut regions = Vec::new();
    for _ in 0..2 + rng.below(4) {
        let region = Zipf::new(REGIONS.len(), 1.0).draw(rng);
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    Account { id: format!("{:012}", 100_000_000_000 + rng.number() % 899_999_999_999), regions }
}
