//! A small deterministic random source (splitmix64) and samplers over it.

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// A stream of its own for each (seed, label): equal labels give equal draws, whatever came before.
    pub(crate) fn keyed(seed: u64, label: u64) -> Self {
        Self(mix(seed.wrapping_mul(GOLDEN) ^ mix(label.wrapping_add(0x632b_e59b_d9b4_e019))))
    }

    /// Any number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Uniform in 0..n.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        narrow(u64::try_from((u128::from(self.number()) * u128::from(wide(n))) >> 64).unwrap_or(0))
    }

    /// Uniform in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        real(self.number() >> 11) / real(1 << 53)
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of 0..n, low numbers more often: the square of a uniform draw.
    pub(crate) fn mostly_low(&mut self, n: f64) -> u64 {
        let u = self.unit();
        whole(u * u * n)
    }
}

/// Zipf over 0..n: rank r has weight 1 / (r + 1)^s. Sampled by binary search in the cumulative weights.
#[derive(Debug)]
pub(crate) struct Zipf(Vec<f64>);

impl Zipf {
    pub(crate) fn new(n: usize, s: f64) -> Self {
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (1..=n)
            .map(|rank| {
                sum += 1.0 / real(wide(rank)).powf(s);
                sum
            })
            .collect();
        for weight in &mut cumulative {
            *weight /= sum;
        }
        Self(cumulative)
    }

    pub(crate) fn draw(&self, rng: &mut Rng) -> usize {
        let u = rng.unit();
        self.0.partition_point(|&c| c < u).min(self.0.len().saturating_sub(1))
    }
}

/// A count as a 64-bit number; they are the same on every machine that Cairn runs on.
pub(crate) fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// The reverse of [`wide`].
pub(crate) fn narrow(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// `n` as a real number; exact below 2^53.
pub(crate) fn real(n: u64) -> f64 {
    let high = u32::try_from(n >> 32).unwrap_or(0);
    let low = u32::try_from(n & 0xffff_ffff).unwrap_or(0);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// `x` without its fraction; 0 when negative.
#[allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the language has no other conversion; it saturates"
)]
pub(crate) fn whole(x: f64) -> u64 {
    x as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_labels_give_equal_draws_within_their_bounds() {
        let (mut a, mut b) = (Rng::keyed(1, 2), Rng::keyed(1, 2));
        for _ in 0..1000 {
            assert_eq!(a.below(7), b.below(7));
            assert!(a.below(3) < 3);
            assert!((0.0..1.0).contains(&a.unit()));
            b = a.clone();
        }
        let zipf = Zipf::new(10, 1.0);
        let mut counts = [0; 10];
        for _ in 0..10_000 {
            counts[zipf.draw(&mut a)] += 1;
        }
        assert!(counts[0] > counts[4] && counts[4] > counts[9], "{counts:?}");
    }

    #[test]
    fn conversions_are_exact() {
        assert!((real((1 << 53) - 1) - 9_007_199_254_740_991.0).abs() < f64::EPSILON);
        assert_eq!(whole(3.99), 3);
        assert_eq!(whole(-1.0), 0);
    }
}
