//! Time, as an argument: this crate never reads a clock.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// Milliseconds since 1970-01-01 UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// How long since `earlier`; zero if that lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl Add<Duration> for Millis {
    type Output = Self;

    fn add(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl Sub<Duration> for Millis {
    type Output = Self;

    fn sub(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(time) => write!(f, "{time}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

/// How the retry clock runs: durations that a deployment (or a test) may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a step is left to the hint that is on its way before the sweep gives it another.
    pub grace: Duration,
    /// How far clocks may differ: a lease ends for others this much later than for its holder.
    pub skew: Duration,
}

/// How long a step waits after its n-th try: the n-th wait, and the last one for ever after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff(Vec<Duration>);

impl Backoff {
    /// Waits in order; an empty list waits an hour.
    pub fn new(waits: Vec<Duration>) -> Self {
        if waits.is_empty() {
            Self(vec![Duration::from_secs(3600)])
        } else {
            Self(waits)
        }
    }

    /// The wait after `tries` tries (1 for the first).
    pub fn after(&self, tries: u32) -> Duration {
        let place = usize::try_from(tries.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(self.0.len() - 1);
        self.0[place]
    }
}

impl Default for Backoff {
    /// 1, 5, 15, 60 minutes, then hourly.
    fn default() -> Self {
        Self(
            [60, 300, 900, 3600]
                .into_iter()
                .map(Duration::from_secs)
                .collect(),
        )
    }
}
