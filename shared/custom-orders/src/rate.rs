//! When Spectrum may be called next.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use spectrum::gap;
use tokio::time::{Instant, sleep_until};

/// So many functions look up orders: that endpoint's rate is shared.
const LOOKERS: u32 = 2;

/// What is called. Spectrum counts calls by endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// The one to which this function posts.
    Post,
    /// The look-up of an order by its number.
    Look,
}

/// The turns of one invocation to call Spectrum.
#[derive(Debug)]
pub struct Turns {
    post: Turn,
    look: Turn,
}

#[derive(Debug)]
struct Turn {
    gap: Duration,
    next: Mutex<Instant>,
}

impl Turns {
    /// For an invocation that begins now, where so many of one function run at once (`SPECTRUM_CONCURRENCY`) and so many
    /// calls of an endpoint in a minute are aimed at (`SPECTRUM_CALLS_A_MINUTE`).
    pub fn begin(concurrency: u32, calls_a_minute: u32) -> Self {
        Self::begin_at(Instant::now(), concurrency, calls_a_minute)
    }

    fn begin_at(now: Instant, concurrency: u32, calls_a_minute: u32) -> Self {
        let looking = concurrency.saturating_mul(LOOKERS);
        Self {
            post: Turn::begin(now, gap(concurrency, calls_a_minute)),
            look: Turn::begin(now, gap(looking, calls_a_minute)),
        }
    }

    /// The longest that a call waits for its turn, if no other call waits.
    pub fn longest(&self, endpoint: Endpoint) -> Duration {
        self.of(endpoint).gap
    }

    /// Waits for the next turn; to be asked right before each call.
    pub async fn wait(&self, endpoint: Endpoint) {
        sleep_until(self.of(endpoint).take(Instant::now())).await;
    }

    fn of(&self, endpoint: Endpoint) -> &Turn {
        match endpoint {
            Endpoint::Post => &self.post,
            Endpoint::Look => &self.look,
        }
    }
}

impl Turn {
    fn begin(now: Instant, gap: Duration) -> Self {
        Self {
            gap,
            next: Mutex::new(now + gap),
        }
    }

    /// When the next turn is. Whoever asks after us waits a gap longer.
    fn take(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = (*next).max(now);
        *next = at + self.gap;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the turns are of calls that ask at these milliseconds, in milliseconds since the invocation began.
    fn turns(concurrency: u32, endpoint: Endpoint, asked: &[u64]) -> Vec<u128> {
        let begun = Instant::now();
        let turns = Turns::begin_at(begun, concurrency, 85);
        let take = |ms: &u64| turns.of(endpoint).take(begun + Duration::from_millis(*ms));
        asked
            .iter()
            .map(|ms| take(ms).duration_since(begun).as_millis())
            .collect()
    }

    #[test]
    fn each_call_waits_for_the_gap_since_the_one_before_and_the_first_since_the_beginning() {
        assert_eq!(turns(4, Endpoint::Post, &[0, 0, 3_000]), [2824, 5648, 8472]);
    }

    #[test]
    fn look_ups_are_shared_by_two_functions() {
        assert_eq!(turns(2, Endpoint::Look, &[0, 0]), [2824, 5648]);
        assert_eq!(turns(2, Endpoint::Post, &[0, 0]), [1412, 2824]);
    }

    #[test]
    fn whoever_comes_late_does_not_wait_and_saves_nothing_up() {
        assert_eq!(turns(2, Endpoint::Post, &[60_000, 60_000]), [60_000, 61_412]);
    }
}
