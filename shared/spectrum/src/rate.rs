//! The rate at which Spectrum may be asked. Pure.

use std::time::Duration;

use order_model::Millis;

/// So many calls in a minute, all environments together, are aimed at. The vendor says that less than 100 for each
/// endpoint are safe; we promise less than 90.
const CALLS_A_MINUTE: u64 = 85;
const MINUTE_MS: u64 = 60_000;

/// What has to lie between two calls of one environment where so many run at once: 60 s × concurrency / 85, rounded up to
/// a millisecond.
///
/// In any 60 s an environment makes 85 / concurrency + 1 calls at most, so all together make no more than 85 +
/// concurrency: less than 90 for a concurrency of up to 4.
pub fn gap(concurrency: u32) -> Duration {
    let concurrency = u64::from(concurrency.max(1));
    Duration::from_millis((MINUTE_MS * concurrency).div_ceil(CALLS_A_MINUTE))
}

/// How long an environment waits before its next call. One that has not called yet waits as long as one that has just
/// called: it may stand in for one that has just died, and nobody knows when that called. A last call that lies ahead
/// counts as one of this moment.
pub fn wait_before(last_call: Option<Millis>, now: Millis, concurrency: u32) -> Duration {
    let gap = gap(concurrency);
    let passed = last_call.map_or(Duration::ZERO, |last| now.since(last));
    gap.saturating_sub(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_a_minute_times_the_concurrency_by_85() {
        for (concurrency, ms) in [(0, 706), (1, 706), (2, 1412), (4, 2824)] {
            assert_eq!(gap(concurrency), Duration::from_millis(ms), "{concurrency}");
        }
    }

    #[test]
    fn what_has_passed_since_the_last_call_is_not_waited_for_again() {
        let wait = |last, now| wait_before(last, Millis(now), 2).as_millis();
        assert_eq!(wait(Some(Millis(1_000)), 1_000), 1412);
        assert_eq!(wait(Some(Millis(1_000)), 2_000), 412);
        assert_eq!(wait(Some(Millis(1_000)), 2_412), 0);
        assert_eq!(wait(Some(Millis(1_000)), 90_000), 0);
        assert_eq!(wait(Some(Millis(5_000)), 1_000), 1412, "the clock went back");
        assert_eq!(wait(None, 1_000), 1412, "nobody knows when another one called");
    }

    #[test]
    fn environments_that_wait_stay_below_90_in_any_minute() {
        for concurrency in 1..=4 {
            let gap = gap(concurrency).as_millis();
            // All begin at once, which is the worst that they can do.
            let calls = (0..).take_while(|call| call * gap < 60_000).count();
            assert!(calls * (concurrency as usize) < 90, "{concurrency}: {calls}");
        }
    }
}
