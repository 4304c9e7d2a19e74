//! From Spectrum's answer to what is recorded. Pure.

use std::time::Duration;

use order_model::{Backoff, Claim, FaultClass, Millis, Outcome};
use spectrum::{CallError, Notified};

/// The code of an order whose tracking can't be said in Spectrum's terms.
pub(crate) const UNFIT: &str = "unfit_for_spectrum";
/// The code of an order whose number can't be Spectrum's.
pub(crate) const NUMBER_UNFIT: &str = "number_unfit";
/// The code of tracking that Spectrum does not take: it has no such order or recipe set, or says that something is wrong.
const SHIPMENT_REFUSED: &str = "shipment_refused";
/// The code of what Spectrum does not take as it is.
const REFUSED: &str = "refused_by_spectrum";

const CREDENTIALS_REFUSED: &str = "credentials_refused";
/// Why Spectrum is paused when its address or our set-up does not fit.
const MISCONFIGURED: &str = "spectrum_takes_nothing_at_this_address";

/// So many tries come before one that is forbidden without a reason is taken for refused credentials. The waits between
/// them are minutes, and the rate that is the other reason is one of 60 s.
const PERSISTS: u32 = 3;

/// What an answer means for the step.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Record this.
    Record(Outcome),
    /// Hold the step: the code, and the words for a person.
    Hold(&'static str, String),
    /// Spectrum takes nothing from us: pause it, and record this.
    Pause(&'static str, Outcome),
}

/// How long to wait.
#[derive(Debug, Clone)]
pub struct Times<'a> {
    /// The time now.
    pub now: Millis,
    /// Spectrum's settle time.
    pub settle: Duration,
    /// The waits between tries.
    pub backoff: &'a Backoff,
}

impl Times<'_> {
    fn retry(&self, tries: u32, asked: Option<Duration>) -> Millis {
        self.now + self.backoff.after(tries + 1).max(asked.unwrap_or_default())
    }

    /// Surely not taken: later.
    fn later(&self, tries: u32, asked: Option<Duration>) -> Outcome {
        Outcome::Later {
            not_before: self.retry(tries, asked),
            hinted: true,
            counts: true,
        }
    }

    /// Nobody knows: not before the settle time, which runs from now, the last moment at which it may have begun; and not
    /// before Spectrum wants to be asked. The first time that is enough; later the backoff is kept too.
    fn unknown(&self, tries: u32, asked: Option<Duration>) -> Outcome {
        let settled = self.now + self.settle;
        let asked = self.now + asked.unwrap_or_default();
        let patient = if tries == 0 {
            settled
        } else {
            self.retry(tries, None)
        };
        Outcome::Unknown {
            not_before: settled.max(asked).max(patient),
            hinted: true,
        }
    }
}

/// How a call failed, if it did: for the credentials, and for the count of errors. `tries` is how many came before.
pub fn call_fault<T>(answer: &Result<T, CallError>, tries: u32) -> Option<FaultClass> {
    match answer {
        Err(CallError::Forbidden { .. }) if tries >= PERSISTS => Some(FaultClass::Credentials),
        answer => spectrum::fault(answer),
    }
}

/// Whether Spectrum is asked too much, or may be: nothing else is asked of it in this invocation.
pub fn is_too_much<T>(answer: &Result<T, CallError>) -> bool {
    matches!(
        answer,
        Err(CallError::Forbidden { .. } | CallError::Throttled { .. })
    )
}

/// Judges the answer to a notification.
pub fn judge(answer: &Result<Notified, CallError>, claim: &Claim, times: &Times<'_>) -> Verdict {
    let error = match answer {
        Ok(Notified::Done) => return Verdict::Record(done()),
        Ok(Notified::Refused { status, words }) => {
            return Verdict::Hold(SHIPMENT_REFUSED, refused(*status, words.as_str()));
        }
        Err(error) => error,
    };
    let tries = claim.tries;
    match error {
        CallError::Unauthorized { .. } => Verdict::Pause(CREDENTIALS_REFUSED, Outcome::not_called(times.now)),
        CallError::Forbidden { .. } if tries >= PERSISTS => {
            Verdict::Pause(CREDENTIALS_REFUSED, Outcome::not_called(times.now))
        }
        CallError::Misconfigured { .. } => Verdict::Pause(MISCONFIGURED, Outcome::not_called(times.now)),
        CallError::Invalid { .. } => Verdict::Hold(REFUSED, invalid(error)),
        error if error.surely_not_done() => Verdict::Record(times.later(tries, error.retry_after())),
        error => Verdict::Record(times.unknown(tries, error.retry_after())),
    }
}

fn done() -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: None,
    }
}

fn refused(status: u16, words: &str) -> String {
    let said = match words {
        "" => "it does not say why".to_owned(),
        words => format!("it says {words:?}"),
    };
    format!(
        "Spectrum takes none of the tracking ({status}), and {said}: it may not have the order under this number, or not every \
         recipe set of it; look at the order in Spectrum, then retry, or tell it the tracking by hand and complete this step"
    )
}

fn invalid(error: &CallError) -> String {
    format!(
        "{error}: compare the tracking that was recorded with Spectrum's documentation of ship notifications, mend it where it \
         comes from and retry, or tell Spectrum the tracking by hand and complete this step"
    )
}

#[cfg(test)]
mod tests;
