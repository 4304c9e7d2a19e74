//! From RepSpark's answer to what is recorded. Pure.

use std::time::Duration;

use order_model::{Backoff, Claim, Millis, Outcome, Why};
use repspark::{CallError, OrderStatus};

/// What the answer to a POST means for every order in it.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// RepSpark took them.
    Done,
    /// RepSpark refused the array: send each by itself, to find the one at fault.
    OneByOne,
    /// RepSpark refused this order: hold it under this code.
    Hold(String),
    /// Surely not taken: later.
    Later,
    /// Nobody knows: probe each after the settle time, and send none by itself before.
    Unknown,
    /// RepSpark does not take anything from us: pause it.
    Pause(&'static str),
}

/// Judges the answer to a POST of `count` orders.
pub fn judge<T>(answer: &Result<T, CallError>, count: usize) -> Verdict {
    match answer {
        Ok(_) => Verdict::Done,
        Err(CallError::Refused { .. }) if count > 1 => Verdict::OneByOne,
        Err(CallError::Refused { code, .. }) => Verdict::Hold(hold_code(code)),
        Err(CallError::Busy { .. } | CallError::NotSent { .. }) => Verdict::Later,
        Err(CallError::Unauthorized { .. }) => Verdict::Pause("credentials_refused"),
        Err(CallError::Misconfigured { .. }) => Verdict::Pause("repspark_takes_nothing_at_this_address"),
        Err(CallError::Unknown { .. }) => Verdict::Unknown,
    }
}

/// `InvalidInput` becomes `repspark_InvalidInput`, within what the ledger keeps of a code.
fn hold_code(code: &str) -> String {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(28)
        .collect();
    format!("repspark_{code}")
}

/// What a probe shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// The earlier try was taken.
    Done,
    /// It was not taken, and that is settled: the step is due again, now.
    Again,
    /// It does not show as taken, but the earlier try may still be running: not before then.
    Unsettled(Millis),
    /// RepSpark can't take a number for it: a person has to look.
    Hold(&'static str),
}

/// Judges what a look at the order shows, for a try that began at `begun_at`.
pub fn probe(status: Option<&OrderStatus>, begun_at: Millis, now: Millis, settle: Duration) -> Seen {
    let settled = begun_at + settle;
    match status {
        Some(OrderStatus::Valid) => Seen::Done,
        _ if now < settled => Seen::Unsettled(settled),
        Some(OrderStatus::Sent | OrderStatus::Submitted) => Seen::Again,
        Some(OrderStatus::Draft) => Seen::Hold("draft_at_repspark"),
        Some(OrderStatus::Other(_)) => Seen::Hold("status_unknown_to_us"),
        None => Seen::Hold("unknown_to_repspark"),
    }
}

/// Try again later: surely not taken.
pub fn later(claim: &Claim, now: Millis, backoff: &Backoff) -> Outcome {
    Outcome::Later {
        not_before: now + backoff.after(claim.tries + 1),
        hinted: false,
        counts: true,
    }
}

/// Probe after the settle time; after the first probe the backoff is kept too.
pub fn unknown(claim: &Claim, begun_at: Millis, now: Millis, settle: Duration, backoff: &Backoff) -> Outcome {
    let settled = begun_at + settle;
    let patient = if claim.tries == 0 {
        settled
    } else {
        now + backoff.after(claim.tries + 1)
    };
    Outcome::Unknown {
        not_before: settled.max(patient),
        hinted: false,
    }
}

/// RepSpark is paused: what was not begun stays due, what is unknown stays unknown.
pub fn paused(claim: &Claim, now: Millis) -> Outcome {
    match claim.why {
        Why::Fresh => Outcome::Later {
            not_before: now,
            hinted: false,
            counts: false,
        },
        Why::Probe(_) | Why::Ask => Outcome::Unknown {
            not_before: now,
            hinted: false,
        },
    }
}
