//! From the ERP's answer to what is recorded. Pure.

use std::time::Duration;

use erp::Answer;
use order_model::{Backoff, Claim, ContentHash, Millis, Outcome, Why};

/// What an answer means for the step.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Record this.
    Record(Outcome),
    /// Hold the step: the code, and the words for a person.
    Hold(String, String),
    /// The ERP does not take orders from us at all: pause it, and record this.
    Pause(&'static str, Outcome),
}

/// How long to wait, and since when.
#[derive(Debug, Clone)]
pub struct Times<'a> {
    /// When the effect began.
    pub begun_at: Millis,
    /// The time now.
    pub now: Millis,
    /// The ERP's settle time.
    pub settle: Duration,
    /// The waits between tries.
    pub backoff: &'a Backoff,
}

impl Times<'_> {
    fn retry(&self, claim: &Claim, asked: Option<Duration>) -> Millis {
        self.now + self.backoff.after(claim.tries + 1).max(asked.unwrap_or_default())
    }

    /// Nothing is known: not before the settle time, and not before the ERP wants to be asked.
    fn probe(&self, claim: &Claim, asked: Option<Duration>) -> Millis {
        let settled = self.begun_at + self.settle;
        let asked = self.now + asked.unwrap_or_default();
        // The first probe comes as soon as it can prove something; later ones keep the backoff.
        let patient = if claim.tries == 0 {
            settled
        } else {
            self.retry(claim, None)
        };
        settled.max(asked).max(patient)
    }
}

/// Judges the answer to a PUT, or to the GET that probes one. `sent` is what was sent.
pub fn judge(answer: Answer, claim: &Claim, times: &Times<'_>, sent: Option<&ContentHash>) -> Verdict {
    match answer {
        Answer::Accepted { reference, .. } => Verdict::Record(done(reference)),
        Answer::Cancelled { reference } => Verdict::Hold(
            "cancelled_in_erp".to_owned(),
            format!(
                "the ERP has this order{} and it is cancelled there; it is not created again",
                numbered(reference.as_ref())
            ),
        ),
        Answer::Pending { retry_after } => Verdict::Record(Outcome::Pending {
            not_before: times.retry(claim, retry_after),
            hinted: true,
        }),
        Answer::Changed {
            reference,
            their_hash,
        } => changed(reference, their_hash.as_deref(), sent),
        Answer::Refused { code, field, message } => {
            let place = field.map(|field| format!(" at {field}")).unwrap_or_default();
            Verdict::Hold(
                hold_code(code.as_str()),
                format!("the ERP refused the order{place}: {message}"),
            )
        }
        Answer::NotFound => not_there(claim, times),
        Answer::Unauthorized { .. } => Verdict::Pause("credentials_refused", paused(claim, times)),
        Answer::Misconfigured { .. } => {
            Verdict::Pause("erp_takes_no_orders_at_this_address", paused(claim, times))
        }
        Answer::NotSent if claim.why == Why::Fresh => Verdict::Record(Outcome::Later {
            not_before: times.retry(claim, None),
            hinted: true,
            counts: true,
        }),
        Answer::NotSent => unknown(claim, times, None),
        Answer::Unknown { retry_after, .. } => unknown(claim, times, retry_after),
    }
}

/// A code as the ledger keeps it: the ERP's own codes are not under our control.
fn hold_code(code: &str) -> String {
    let code: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(32)
        .collect();
    if code.is_empty() {
        "refused_by_erp".to_owned()
    } else {
        code
    }
}

fn done(reference: order_model::ErpReference) -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: Some(reference),
    }
}

fn unknown(claim: &Claim, times: &Times<'_>, asked: Option<Duration>) -> Verdict {
    Verdict::Record(Outcome::Unknown {
        not_before: times.probe(claim, asked),
        hinted: true,
    })
}

/// The ERP says that it has no such order. That counts only when the last try has settled, and never for an order that
/// the ERP had already taken and was to answer later.
fn not_there(claim: &Claim, times: &Times<'_>) -> Verdict {
    let settled = times.now >= times.begun_at + times.settle;
    match claim.why {
        Why::Probe(_) if settled => Verdict::Record(Outcome::Later {
            not_before: times.now,
            hinted: true,
            counts: false,
        }),
        _ => unknown(claim, times, None),
    }
}

/// The ERP has other content under our key. If it is what we sent, our earlier try was taken after all.
fn changed(
    reference: Option<order_model::ErpReference>,
    theirs: Option<&str>,
    sent: Option<&ContentHash>,
) -> Verdict {
    let ours = sent
        .zip(theirs)
        .is_some_and(|(sent, theirs)| sent.to_string().eq_ignore_ascii_case(theirs));
    match reference {
        Some(reference) if ours => Verdict::Record(done(reference)),
        reference => Verdict::Hold(
            "order_changed".to_owned(),
            format!(
                "the ERP has other content under this key{}; nothing was changed there",
                numbered(reference.as_ref())
            ),
        ),
    }
}

/// A refusal of us, not of the order: a fresh step stays due and does not count as tried, an unknown one stays unknown.
fn paused(claim: &Claim, times: &Times<'_>) -> Outcome {
    match claim.why {
        Why::Fresh => Outcome::Later {
            not_before: times.now,
            hinted: false,
            counts: false,
        },
        Why::Probe(_) | Why::Ask => Outcome::Unknown {
            not_before: times.now,
            hinted: false,
        },
    }
}

fn numbered(reference: Option<&order_model::ErpReference>) -> String {
    reference
        .map(|reference| format!(" as {reference}"))
        .unwrap_or_default()
}
