//! The end of an invocation.

use std::time::Duration;

use lambda_runtime::Context;
use order_model::{Millis, Pace};

/// The function's timeout does not cover one call.
#[derive(Debug, thiserror::Error)]
#[error(
    "this function's timeout leaves no time for one call of {call_s} s and for writing down what came of it: raise it"
)]
pub struct TooShort {
    call_s: f64,
}

/// When the invocation ends, whatever it is doing.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    at: Millis,
    reserve: Duration,
}

impl Deadline {
    /// The deadline of an invocation. Half of the clock skew is kept in reserve for writing down what came of things.
    pub fn of(context: &Context, pace: Pace) -> Self {
        Self {
            at: Millis(i64::try_from(context.deadline).unwrap_or(i64::MAX)),
            reserve: pace.skew / 2,
        }
    }

    /// Refuses an invocation that could not make one call of that length: it would look busy and do nothing for ever.
    pub fn must_cover(&self, now: Millis, call: Duration) -> Result<(), TooShort> {
        if self.covers(now, call) {
            Ok(())
        } else {
            Err(TooShort {
                call_s: call.as_secs_f64(),
            })
        }
    }

    /// The end of a lease that is taken now: after the deadline, because a worker past its deadline does not live.
    pub fn lease_end(&self, pace: Pace) -> Millis {
        self.at + pace.skew
    }

    /// When it is.
    pub fn at(&self) -> Millis {
        self.at
    }

    /// Whether an effect that may take this long can begin now and still be written down.
    pub fn covers(&self, now: Millis, effect: Duration) -> bool {
        self.at.since(now) > effect + self.reserve
    }
}
