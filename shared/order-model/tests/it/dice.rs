//! Chance that is the same in each run and on every machine.

/// xorshift64*: small, and the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) % sides
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let last = all.len() - 1;
        all[usize::try_from(self.roll(u64::try_from(last).unwrap_or(0) + 1)).unwrap_or(0)]
    }

    /// Whether it happens, once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    pub(crate) fn seconds(&mut self, most: u64) -> i64 {
        i64::try_from(self.roll(most + 1)).unwrap_or(0)
    }

    /// The same things in any order.
    pub(crate) fn shuffled<T: Clone>(&mut self, all: &[T]) -> Vec<T> {
        let mut all = all.to_vec();
        for last in (1..all.len()).rev() {
            let place = usize::try_from(self.roll(u64::try_from(last + 1).unwrap_or(1))).unwrap_or(0);
            all.swap(last, place);
        }
        all
    }
}
