//! How often somebody may try: after some failures for a name, or from an address, further attempts wait.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Names, and addresses, that are remembered at most.
const REMEMBERED_MAX: usize = 10_000;
/// How long after its last wait a failure is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(15);

/// Failures for a name: three are free. What is short of a quarter of an hour keeps strangers from shutting people out.
const NAME: Pace = Pace { free: 3, longest: Duration::from_mins(5) };
/// Failures from an address, behind which there may be many people.
const ADDRESS: Pace = Pace { free: 10, longest: Duration::from_mins(15) };

/// How waits grow.
#[derive(Debug, Clone, Copy)]
struct Pace {
    free: u32,
    longest: Duration,
}

impl Pace {
    /// How long to wait after so many failures: a second, and twice as long after each further one.
    fn wait(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free) {
            None | Some(0) => Duration::ZERO,
            Some(more) => Duration::from_secs(1 << (more - 1).min(20)).min(self.longest),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    /// Before then no attempt is looked at.
    until: Instant,
}

/// Who tries, and from where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    /// A hash of the account and the name.
    name: u64,
    address: IpAddr,
}

/// The failures of late. An attempt counts as one from its beginning, so that many at once gain nothing.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    hasher: RandomState,
    failures: Mutex<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    names: HashMap<u64, Failures>,
    addresses: HashMap<IpAddr, Failures>,
}

impl Attempts {
    /// Whoever tries for this account and name from this address. Addresses of IPv6 count by their network.
    pub(crate) fn who(&self, name: impl Hash, address: IpAddr) -> Who {
        let address = match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
            address @ IpAddr::V4(_) => address,
        };
        Who { name: self.hasher.hash_one(name), address }
    }

    /// Begins an attempt.
    ///
    /// # Errors
    /// How long to wait, where it is too early for another.
    pub(crate) fn begin(&self, who: Who, now: Instant) -> Result<(), Duration> {
        let mut failures = self.lock();
        let until = [failures.names.get(&who.name), failures.addresses.get(&who.address)];
        let wait = until.into_iter().flatten().map(|of| of.until.saturating_duration_since(now)).max();
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        charge(&mut failures.names, who.name, NAME, now);
        charge(&mut failures.addresses, who.address, ADDRESS, now);
        Ok(())
    }

    /// The attempt was no failure, and no success yet.
    pub(crate) fn take_back(&self, who: Who, now: Instant) {
        let mut failures = self.lock();
        discharge(&mut failures.names, &who.name, now);
        discharge(&mut failures.addresses, &who.address, now);
    }

    /// The attempt was a success: earlier failures for the name are forgotten.
    pub(crate) fn succeed(&self, who: Who, now: Instant) {
        let mut failures = self.lock();
        failures.names.remove(&who.name);
        discharge(&mut failures.addresses, &who.address, now);
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn charge<K: Hash + Eq + Copy>(failures: &mut HashMap<K, Failures>, key: K, pace: Pace, now: Instant) {
    if failures.len() >= REMEMBERED_MAX && !failures.contains_key(&key) {
        failures.retain(|_, of| of.until + FORGOTTEN_AFTER > now);
        let oldest = failures.iter().min_by_key(|(_, of)| of.until).map(|(key, _)| *key);
        if let Some(oldest) = oldest.filter(|_| failures.len() >= REMEMBERED_MAX) {
            failures.remove(&oldest);
        }
    }
    let of = failures.entry(key).or_insert(Failures { count: 0, until: now });
    if of.until + FORGOTTEN_AFTER <= now {
        of.count = 0;
    }
    of.count = of.count.saturating_add(1);
    of.until = now + pace.wait(of.count);
}

fn discharge<K: Hash + Eq>(failures: &mut HashMap<K, Failures>, key: &K, now: Instant) {
    if let Some(of) = failures.get_mut(key) {
        of.count = of.count.saturating_sub(1);
        of.until = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 23));

    #[test]
    fn waits_double_with_each_failure_up_to_a_bound_and_others_do_not_wait() {
        let (attempts, mut now) = (Attempts::default(), Instant::now());
        let (alice, bob) = (attempts.who("alice", HOME), attempts.who("bob", HOME));
        for _ in 0..3 {
            assert_eq!(attempts.begin(alice, now), Ok(()));
        }
        let mut waits = Vec::new();
        for _ in 0..7 {
            assert_eq!(attempts.begin(alice, now), Ok(()));
            let wait = attempts.begin(alice, now).unwrap_err();
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(attempts.begin(bob, now), Ok(()), "the address has had ten");
        assert_eq!(attempts.begin(bob, now), Err(Duration::from_secs(1)), "and now eleven");
        let elsewhere = attempts.who("bob", [203, 0, 113, 9].into());
        assert_eq!(attempts.begin(elsewhere, now), Ok(()));
        assert_eq!(NAME.wait(100), Duration::from_mins(5));
        assert_eq!(attempts.begin(alice, now + FORGOTTEN_AFTER * 2), Ok(()));
        assert_eq!(attempts.begin(alice, now + FORGOTTEN_AFTER * 2), Ok(()), "all is forgotten");
    }

    #[test]
    fn a_success_forgets_and_what_is_no_failure_does_not_count() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        let who = attempts.who(("1", "alice"), HOME);
        for _ in 0..50 {
            attempts.begin(who, now).unwrap();
            attempts.take_back(who, now);
        }
        for _ in 0..3 {
            attempts.begin(who, now).unwrap();
        }
        attempts.succeed(who, now);
        for _ in 0..3 {
            assert_eq!(attempts.begin(who, now), Ok(()));
        }
    }

    #[test]
    fn networks_of_ipv6_count_as_one_address_and_memory_has_a_bound() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        let of = |name: usize, address: &str| attempts.who(name, address.parse().unwrap());
        for number in 0..11 {
            attempts.begin(of(number, &format!("2001:db8::{number}")), now).unwrap();
        }
        assert!(attempts.begin(of(99, "2001:db8::ffff"), now).is_err());
        assert!(attempts.begin(of(99, "2001:db8:0:1::1"), now).is_ok());
        for number in 0..REMEMBERED_MAX + 10 {
            let address = std::net::Ipv4Addr::from(u32::try_from(number).unwrap());
            attempts.begin(attempts.who(number, address.into()), now).unwrap();
        }
        let kept = attempts.lock();
        assert_eq!((kept.names.len(), kept.addresses.len()), (REMEMBERED_MAX, REMEMBERED_MAX));
    }
}
