//! The rate at which Spectrum may be asked. Pure.

use std::time::Duration;

/// So many calls of an endpoint in a minute, all environments together, are aimed at, unless the brand sets another
/// number. The vendor says that less than 100 are safe, and that it depends on the plan; we promise less than 90.
pub const CALLS_A_MINUTE: u32 = 85;
/// So many calls more than are aimed at may come in a minute: environments don't begin at the same moment.
const MORE: u64 = 4;
const MINUTE_MS: u64 = 60_000;

/// What lies between two calls of one environment where so many at once share an endpoint: 60 s × environments / calls a
/// minute, rounded up to a millisecond. It is a little more where that would not keep all of them together, in any 60 s,
/// within four calls of what is aimed at.
pub fn gap(environments: u32, calls_a_minute: u32) -> Duration {
    let (environments, calls) = (u64::from(environments.max(1)), u64::from(calls_a_minute.max(1)));
    let even = (MINUTE_MS * environments).div_ceil(calls);
    // Each makes so many calls in a minute at most, whenever that minute begins.
    let each = ((calls + MORE) / environments).max(1);
    Duration::from_millis(even.max(MINUTE_MS.div_ceil(each)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_a_minute_times_the_environments_by_85() {
        for (environments, ms) in [(0, 706), (1, 706), (2, 1412), (4, 2824)] {
            assert_eq!(
                gap(environments, CALLS_A_MINUTE),
                Duration::from_millis(ms),
                "{environments}"
            );
        }
    }

    #[test]
    fn six_would_make_90_calls_in_a_minute_and_wait_a_little_longer() {
        assert_eq!(gap(6, CALLS_A_MINUTE), Duration::from_millis(4286));
    }

    #[test]
    fn environments_that_wait_stay_below_90_in_any_minute() {
        for environments in 1..=8 {
            let gap = gap(environments, CALLS_A_MINUTE).as_millis();
            // All begin at once, which is the worst that they can do.
            let calls = (0..).take_while(|call| call * gap < 60_000).count();
            assert!(calls * (environments as usize) < 90, "{environments}: {calls}");
        }
    }

    #[test]
    fn another_plan_has_another_gap() {
        assert_eq!(gap(2, 30), Duration::from_millis(4000));
    }
}
