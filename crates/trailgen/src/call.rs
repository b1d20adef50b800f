//! One call before it is written: who does what, where, when, and whether it succeeds.

use crate::principal::Principal;
use crate::rng::{Rng, wide};
use crate::text::hex;
use crate::world::World;

/// Pools of identifiers, so that resources recur.
pub(crate) const SG: u64 = 1;
pub(crate) const INSTANCE: u64 = 2;
pub(crate) const VPC: u64 = 3;
pub(crate) const SUBNET: u64 = 4;
pub(crate) const VOLUME: u64 = 5;
pub(crate) const KEY: u64 = 6;
pub(crate) const ENI: u64 = 7;

pub(crate) struct Call<'a> {
    pub(crate) world: &'a World,
    pub(crate) account: usize,
    pub(crate) account_id: &'a str,
    pub(crate) region: &'static str,
    pub(crate) service: &'static str,
    pub(crate) event: &'static str,
    pub(crate) caller: &'a Principal,
    pub(crate) time: u64,
    pub(crate) ok: bool,
    /// For an `AssumeRole`: the role, and the slot of the session that it gives.
    pub(crate) target: usize,
    pub(crate) given: u64,
}

impl Call<'_> {
    /// An identifier from a pool of `n` such ones in this account. Low numbers, the account's main resources, are
    /// more frequent.
    pub(crate) fn pool(&self, what: u64, n: u32, rng: &mut Rng) -> String {
        let which = rng.mostly_low(f64::from(n));
        let seed = self.world.seed ^ what.wrapping_mul(0x1234_5678_9abc_def1);
        hex(&mut Rng::keyed(seed, wide(self.account) << 32 | which), 16)
    }
}
