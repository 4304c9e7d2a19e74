//! From Spectrum's answer to what is recorded. Pure.

use std::time::Duration;

use order_model::{Backoff, Claim, FaultClass, Millis, Outcome};
use spectrum::{Acknowledged, CallError, Partly};

use super::sending::Proof;
use crate::read::Held;

/// The code of an order of which only a part was taken.
pub(crate) const PARTLY: &str = "partly_taken";
/// The code of an order that Spectrum does not take as it is.
const REFUSED: &str = "refused_by_spectrum";
const CREDENTIALS_REFUSED: &str = "credentials_refused";
/// Why Spectrum is paused when its address or our set-up does not fit.
const MISCONFIGURED: &str = "spectrum_takes_nothing_at_this_address";

/// So often in a row may a call be forbidden without a reason before that is taken for refused credentials. The waits
/// between them are minutes, and the rate that is the other reason is one of 60 s.
const PERSISTS: u32 = 3;

/// What an answer means for the step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Record this.
    Record(Outcome),
    /// Hold the step.
    Hold(Held),
    /// Spectrum takes nothing from us: pause it, and record this.
    Pause(&'static str, Outcome),
}

/// What is left of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nobody knows whether it took effect, or it did.
    Doubt,
    /// Surely nothing.
    Nothing,
    /// A part of it was taken.
    Part,
}

/// How long to wait.
#[derive(Debug, Clone)]
pub(crate) struct Times<'a> {
    /// When the last call began.
    pub(crate) begun_at: Millis,
    pub(crate) now: Millis,
    pub(crate) settle: Duration,
    pub(crate) backoff: &'a Backoff,
}

impl Times<'_> {
    fn retry(&self, claim: &Claim, asked: Option<Duration>) -> Millis {
        self.now + self.backoff.after(claim.tries + 1).max(asked.unwrap_or_default())
    }

    fn later(&self, claim: &Claim, asked: Option<Duration>) -> Outcome {
        Outcome::Later {
            not_before: self.retry(claim, asked),
            hinted: true,
            counts: true,
        }
    }

    /// Nobody knows: looked at when the last call has settled. Later looks keep the backoff as well.
    fn unknown(&self, claim: &Claim, asked: Option<Duration>) -> Outcome {
        let settled = self.begun_at + self.settle;
        let asked = self.now + asked.unwrap_or_default();
        let patient = if claim.tries == 0 {
            settled
        } else {
            self.retry(claim, None)
        };
        Outcome::Unknown {
            not_before: settled.max(asked).max(patient),
            hinted: true,
        }
    }

    /// When the last call has settled.
    pub(crate) fn settled(&self) -> Millis {
        self.begun_at + self.settle
    }
}

/// How a call failed, if it did: for the credentials, and for the count of errors. `forbidden` is how often in a row it was
/// forbidden before.
pub(crate) fn fault<T>(answer: &Result<T, CallError>, forbidden: u32) -> Option<FaultClass> {
    match answer {
        Err(CallError::Forbidden { .. }) if forbidden >= PERSISTS => Some(FaultClass::Credentials),
        answer => spectrum::fault(answer),
    }
}

/// Judges the answer to a message, and what is left of it. `conflict` says what it proves that the order was there before.
pub(crate) fn sent(
    answer: &Result<Acknowledged, CallError>,
    claim: &Claim,
    times: &Times<'_>,
    forbidden: u32,
    conflict: impl FnOnce() -> Proof,
) -> (Verdict, Left) {
    let error = match answer {
        Ok(Acknowledged::All) => return (Verdict::Record(done()), Left::Doubt),
        Ok(Acknowledged::Partly(partly)) => return (Verdict::Hold(in_part(partly)), Left::Part),
        Ok(Acknowledged::Conflict(_)) => {
            return match conflict() {
                Proof::Taken => (Verdict::Record(done()), Left::Doubt),
                Proof::Unclear(held) => (Verdict::Hold(held), Left::Nothing),
                // There, and not shown: looked up later. This call did nothing.
                Proof::Absent => (Verdict::Record(times.unknown(claim, None)), Left::Nothing),
            };
        }
        Err(error) => error,
    };
    if !error.surely_not_done() {
        let unknown = times.unknown(claim, error.retry_after());
        return (Verdict::Record(unknown), Left::Doubt);
    }
    let verdict = match refused(error, forbidden) {
        Some(reason) => Verdict::Pause(reason, Outcome::not_called(times.now)),
        None if matches!(error, CallError::Invalid { .. }) => Verdict::Hold(invalid(error)),
        None => Verdict::Record(times.later(claim, error.retry_after())),
    };
    (verdict, Left::Nothing)
}

/// Judges a look that failed: what was in doubt stays so.
pub(crate) fn unseen(error: &CallError, claim: &Claim, times: &Times<'_>, forbidden: u32) -> Verdict {
    match refused(error, forbidden) {
        Some(reason) => Verdict::Pause(reason, not_looked(times.now)),
        None => Verdict::Record(times.unknown(claim, error.retry_after())),
    }
}

/// Why Spectrum takes nothing from us at all, if that is what it says.
fn refused(error: &CallError, forbidden: u32) -> Option<&'static str> {
    match error {
        CallError::Unauthorized { .. } => Some(CREDENTIALS_REFUSED),
        CallError::Forbidden { .. } if forbidden >= PERSISTS => Some(CREDENTIALS_REFUSED),
        CallError::Misconfigured { .. } => Some(MISCONFIGURED),
        _ => None,
    }
}

pub(crate) fn done() -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: None,
    }
}

/// The same for what is in doubt.
pub(crate) fn not_looked(now: Millis) -> Outcome {
    Outcome::Unknown {
        not_before: now,
        hinted: false,
    }
}

/// Each recipe set that was not taken, with the vendor's words: what a person needs who asks Spectrum.
fn in_part(partly: &Partly) -> Held {
    let list = |ids: &[spectrum::RecipeSetId]| -> String {
        let ids: Vec<&str> = ids.iter().map(spectrum::RecipeSetId::as_str).collect();
        match ids.as_slice() {
            [] => "none".to_owned(),
            ids => ids.join(", "),
        }
    };
    let failed: Vec<String> = partly
        .failed
        .iter()
        .map(|failed| format!("{}: {:?}", failed.recipe_set, failed.message.as_str()))
        .collect();
    let failed = match failed.as_slice() {
        [] => "it does not say which".to_owned(),
        failed => failed.join("; "),
    };
    let text = format!(
        "Spectrum did not take all of it. Not taken: {failed}. Taken: {}. Not told: {}. Nothing is sent again, because what was \
         taken could be made twice: have the rest acknowledged by Spectrum's support or by hand, then complete this step",
        list(&partly.started),
        list(&partly.untold)
    );
    Held::new(PARTLY, text)
}

/// The words for an order of which a part was taken before.
pub(crate) fn in_part_before() -> Held {
    let text = "Spectrum took only a part of it before, so nothing is sent again: have the rest acknowledged by Spectrum's support \
                or by hand, then complete this step. What was not taken stands in the earlier hold of this order";
    Held::new(PARTLY, text)
}

fn invalid(error: &CallError) -> Held {
    let text = format!(
        "{error}: compare what check-setup shows of this order with Spectrum's documentation, mend it (the order, the field map, \
         SpectrumFormat), then retry, or do it by hand and complete this step"
    );
    Held::new(REFUSED, text)
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
