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
        let looking = concurrency.saturating_mul(LOOKERS);
        Self {
            post: Turn::begin(gap(concurrency, calls_a_minute)),
            look: Turn::begin(gap(looking, calls_a_minute)),
        }
    }

    /// The longest that a call waits for its turn, if no other call waits.
    pub fn longest(&self, endpoint: Endpoint) -> Duration {
        self.of(endpoint).gap
    }

    /// Waits for the next turn; to be asked right before each call.
    pub async fn wait(&self, endpoint: Endpoint) {
        sleep_until(self.of(endpoint).take()).await;
    }

    fn of(&self, endpoint: Endpoint) -> &Turn {
        match endpoint {
            Endpoint::Post => &self.post,
            Endpoint::Look => &self.look,
        }
    }
}

impl Turn {
    fn begin(gap: Duration) -> Self {
        Self {
            gap,
            next: Mutex::new(Instant::now() + gap),
        }
    }

    /// When the next turn is. Whoever asks after us waits a gap longer.
    fn take(&self) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = (*next).max(Instant::now());
        *next = at + self.gap;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_call_waits_for_the_gap_since_the_one_before_and_the_first_since_the_beginning() {
        let begun = Instant::now();
        let turns = Turns::begin(4, 85);
        let mut at = Vec::new();
        for _ in 0..3 {
            turns.wait(Endpoint::Post).await;
            at.push(begun.elapsed().as_millis());
        }
        assert_eq!(at, [2824, 5648, 8472]);
    }

    #[tokio::test(start_paused = true)]
    async fn look_ups_are_shared_by_two_functions_and_wait_for_themselves_alone() {
        let begun = Instant::now();
        let turns = Turns::begin(2, 85);
        turns.wait(Endpoint::Look).await;
        assert_eq!(begun.elapsed().as_millis(), 2824);
        turns.wait(Endpoint::Post).await;
        assert_eq!(begun.elapsed().as_millis(), 2824, "its own gap has passed");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_late_does_not_wait() {
        let turns = Turns::begin(2, 85);
        tokio::time::sleep(Duration::from_secs(60)).await;
        let before = Instant::now();
        turns.wait(Endpoint::Post).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
}
