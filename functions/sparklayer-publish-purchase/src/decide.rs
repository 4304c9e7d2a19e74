//! From SparkLayer's answer to what is recorded. Pure.

use std::time::Duration;

use order_model::{Backoff, Claim, FaultClass, Millis, Outcome};
use sparklayer::{CallError, Conflict, Problem, fault};

/// The code of an order whose customer is mapped to what can't be an id of SparkLayer's.
pub(crate) const CUSTOMER_UNUSABLE: &str = "customer_unusable";
/// The code of an order that can't be said in SparkLayer's terms.
pub(crate) const UNPUBLISHABLE: &str = "unpublishable";
/// The code of a purchase that SparkLayer does not take as it is.
const INVALID_PURCHASE: &str = "invalid_purchase";
/// The code of a purchase that SparkLayer does not let us write.
const PURCHASE_FORBIDDEN: &str = "purchase_forbidden";
/// The code of a purchase that names what SparkLayer does not know.
const PURCHASE_NOT_FOUND: &str = "purchase_not_found";
/// The code of a purchase that conflicts with what SparkLayer stores.
const PURCHASE_CONFLICT: &str = "purchase_conflict";

const CREDENTIALS_REFUSED: &str = "credentials_refused";
/// Why SparkLayer is paused when its address or our set-up does not fit.
pub(crate) const MISCONFIGURED: &str = "sparklayer_takes_no_purchases_at_this_address";

/// So often a conflict that nobody explains is tried again before a person looks: its answer may have lost its words.
const UNEXPLAINED_TRIES: u32 = 3;

/// What an answer means for the step.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Record this.
    Record(Outcome),
    /// Hold the step: the code, and the words for a person.
    Hold(&'static str, String),
    /// It conflicts with what is stored: read that back, and decide.
    ReadBack(Conflict),
    /// Our token was refused, which may have come to its end: at once again, with a new one.
    NewToken(Outcome),
    /// SparkLayer takes nothing from us: pause it, and record this.
    Pause(&'static str, Outcome),
}

/// How long to wait.
#[derive(Debug, Clone)]
pub struct Times<'a> {
    /// The time now.
    pub now: Millis,
    /// SparkLayer's settle time.
    pub settle: Duration,
    /// The waits between tries.
    pub backoff: &'a Backoff,
}

impl Times<'_> {
    fn retry(&self, tries: u32, asked: Option<Duration>) -> Millis {
        self.now + self.backoff.after(tries + 1).max(asked.unwrap_or_default())
    }

    /// Surely not stored: later.
    fn later(&self, tries: u32, asked: Option<Duration>) -> Outcome {
        Outcome::Later {
            not_before: self.retry(tries, asked),
            hinted: true,
            counts: true,
        }
    }

    /// Nobody knows: not before the settle time, which runs from now, the last moment at which it may have begun; and not
    /// before SparkLayer wants to be asked. The first time that is enough; later the backoff is kept too.
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

/// How a PUT failed, if it did: for the credentials, and for the count of errors. A token that is refused once may be at
/// its end, which says nothing of our credentials; one that was just given and is refused says that they are not taken.
pub fn put_fault<T>(answer: &Result<T, CallError>, is_token_new: bool) -> Option<FaultClass> {
    match answer {
        Err(CallError::TokenRefused { .. }) if !is_token_new => Some(FaultClass::Unclear),
        answer => fault(answer),
    }
}

/// Judges the answer to a PUT. `is_token_new`: another token was refused just before.
pub fn judge<T>(
    answer: &Result<T, CallError>,
    claim: &Claim,
    times: &Times<'_>,
    is_token_new: bool,
) -> Verdict {
    let error = match answer {
        Ok(_) => return Verdict::Record(done()),
        Err(error) => error,
    };
    match error {
        CallError::TokenRefused { .. } if !is_token_new => Verdict::NewToken(Outcome::not_called(times.now)),
        CallError::TokenRefused { .. } | CallError::Unauthorized { .. } => {
            Verdict::Pause(CREDENTIALS_REFUSED, Outcome::not_called(times.now))
        }
        CallError::Misconfigured { .. } => Verdict::Pause(MISCONFIGURED, Outcome::not_called(times.now)),
        CallError::Invalid { problem, .. } => Verdict::Hold(INVALID_PURCHASE, invalid(problem)),
        CallError::Forbidden { problem, .. } => Verdict::Hold(PURCHASE_FORBIDDEN, forbidden(problem)),
        CallError::NotFound { problem, .. } => Verdict::Hold(PURCHASE_NOT_FOUND, not_found(problem)),
        CallError::Conflict {
            kind: Conflict::Identifiers,
            problem,
            ..
        } => Verdict::Hold(PURCHASE_CONFLICT, clash(problem)),
        CallError::Conflict { kind, .. } => Verdict::ReadBack(*kind),
        error if error.surely_not_done() => Verdict::Record(times.later(claim.tries, error.retry_after())),
        error => Verdict::Record(times.unknown(claim.tries, error.retry_after())),
    }
}

/// What SparkLayer has of a purchase that conflicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// All that we say.
    Ours,
    /// Something with a later revision than ours, and not ours.
    Newer,
    /// Something else, or nothing.
    Other,
}

/// Judges what was read back after a conflict; none if it could not be read.
pub fn read_back(seen: Option<Seen>, kind: Conflict, claim: &Claim, times: &Times<'_>) -> Verdict {
    let hold = |what: &str| {
        let text = format!(
            "SparkLayer says that the purchase conflicts with what it has (409), and {what}; look who else writes it, then \
             retry, or discard the publication"
        );
        Verdict::Hold(PURCHASE_CONFLICT, text)
    };
    match (seen, kind) {
        (Some(Seen::Ours), _) => Verdict::Record(done()),
        (Some(Seen::Newer), _) => hold("what it has is of a later revision that is not ours"),
        (Some(Seen::Other), Conflict::Unknown | Conflict::Identifiers)
            if claim.tries + 1 >= UNEXPLAINED_TRIES =>
        {
            hold("does not say with what")
        }
        _ => Verdict::Record(times.later(claim.tries, None)),
    }
}

/// When a step is due again whose token could not be had, and why nothing else is to be done.
pub fn without_token(error: &CallError, tries: u32, times: &Times<'_>) -> Verdict {
    match error {
        CallError::Misconfigured { .. } => Verdict::Pause(MISCONFIGURED, Outcome::not_called(times.now)),
        CallError::Unauthorized { .. } | CallError::TokenRefused { .. } => {
            Verdict::Pause(CREDENTIALS_REFUSED, Outcome::not_called(times.now))
        }
        error => Verdict::Record(times.later(tries, error.retry_after())),
    }
}

fn done() -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: None,
    }
}

fn invalid(problem: &Problem) -> String {
    let named = problem.property().map_or_else(
        || "names no property".to_owned(),
        |property| format!("names {property}"),
    );
    format!(
        "SparkLayer does not take the purchase and {named} ({problem}); if the value is wrong, mend it where it comes from; if \
         the form is, compare it with SparkLayer's documentation (parameter SparkLayerOptions); then retry"
    )
}

fn forbidden(problem: &Problem) -> String {
    format!(
        "SparkLayer forbids the purchase ({problem}): what it has under this number has another SparkLayer id, or our client \
         may not write purchases; look at the purchase in SparkLayer, then retry, or discard the publication"
    )
}

fn not_found(problem: &Problem) -> String {
    format!(
        "SparkLayer does not know something that the purchase names ({problem}); the first suspect is the customer: compare its \
         row of map-customers with SparkLayer, then retry"
    )
}

fn clash(problem: &Problem) -> String {
    format!(
        "another purchase in SparkLayer has one of this one's numbers ({problem}): the same order, imported from the shop or \
         entered by hand, or a number that is not unique (SparkLayerVisible, SparkLayerPlatform); remove the other one or \
         change the setting, then retry"
    )
}

#[cfg(test)]
mod tests {
    use lambda_kit::Said;
    use order_model::{StepName, Why};
    use sparklayer::{Doubt, Named, Operation};

    use super::*;

    const BEGUN: Millis = Millis(1_000_000);
    const SETTLE: Duration = Duration::from_secs(90);
    const NOW: Millis = Millis(1_002_000);
    const PUT: Operation = Operation::Put;

    fn claim(why: Why, tries: u32) -> Claim {
        Claim {
            step: StepName::Publish,
            generation: tries + 1,
            owner: "run-1".to_owned(),
            why,
            tries,
            version: 3,
        }
    }

    fn problem(status: u16, property: Option<&str>) -> Problem {
        let named = property.map(|property| Named {
            property: Some(property.to_owned()),
            code: Some("required".to_owned()),
        });
        Problem {
            status,
            told: property.is_some(),
            named: named.into_iter().collect(),
        }
    }

    /// Judged 2 seconds after the start, with the waits 60, 300, 900, 3600 seconds.
    fn judged(error: CallError, tries: u32) -> Verdict {
        let backoff = Backoff::default();
        let times = Times {
            now: NOW,
            settle: SETTLE,
            backoff: &backoff,
        };
        judge::<()>(&Err(error), &claim(Why::Fresh, tries), &times, false)
    }

    fn later(not_before: i64) -> Verdict {
        Verdict::Record(Outcome::Later {
            not_before: Millis(not_before),
            hinted: true,
            counts: true,
        })
    }

    fn unknown(not_before: i64) -> Verdict {
        Verdict::Record(Outcome::Unknown {
            not_before: Millis(not_before),
            hinted: true,
        })
    }

    fn throttled(seconds: Option<u64>) -> CallError {
        CallError::Throttled {
            operation: PUT,
            problem: problem(429, None),
            retry_after: seconds.map(Duration::from_secs),
        }
    }

    fn unavailable(operation: Operation, seconds: Option<u64>) -> CallError {
        CallError::Unavailable {
            operation,
            problem: problem(503, None),
            retry_after: seconds.map(Duration::from_secs),
        }
    }

    fn silent(operation: Operation) -> CallError {
        CallError::NoAnswer {
            operation,
            doubt: Doubt::TimedOut,
        }
    }

    fn conflict(kind: Conflict) -> CallError {
        CallError::Conflict {
            operation: PUT,
            kind,
            problem: problem(409, None),
        }
    }

    #[test]
    fn what_surely_was_not_stored_is_sent_later_by_the_backoff_or_as_it_is_asked_for() {
        for (error, tries, expected) in [
            (CallError::NotSent { operation: PUT }, 0, 1_062_000),
            (throttled(None), 1, 1_302_000),
            (throttled(Some(120)), 0, 1_122_000),
            (throttled(Some(3)), 0, 1_062_000),
            // The token failed, so nothing was put.
            (unavailable(Operation::Token, Some(600)), 0, 1_602_000),
            (silent(Operation::Token), 2, 1_902_000),
        ] {
            assert_eq!(judged(error.clone(), tries), later(expected), "{error}");
        }
    }

    #[test]
    fn what_may_have_been_stored_waits_for_the_settle_time_at_least() {
        let unclear = CallError::Unclear {
            operation: PUT,
            status: 200,
            what: "the answer is not JSON",
        };
        for (error, tries, expected) in [
            (silent(PUT), 0, 1_092_000),
            (unclear, 0, 1_092_000),
            (unavailable(PUT, None), 0, 1_092_000),
            (unavailable(PUT, Some(5)), 0, 1_092_000),
            (unavailable(PUT, Some(600)), 0, 1_602_000),
            (unavailable(PUT, None), 1, 1_302_000),
        ] {
            assert_eq!(judged(error.clone(), tries), unknown(expected), "{error}");
        }
    }

    #[test]
    fn what_sparklayer_does_not_take_waits_for_a_person_who_reads_why() {
        let operation = PUT;
        let named = || problem(400, Some("customer_identifiers.sparklayer"));
        for (error, code, word) in [
            (
                CallError::Invalid {
                    operation,
                    problem: named(),
                },
                "invalid_purchase",
                "names customer_identifiers.sparklayer",
            ),
            (
                CallError::Invalid {
                    operation,
                    problem: problem(400, None),
                },
                "invalid_purchase",
                "names no property",
            ),
            (
                CallError::Forbidden {
                    operation,
                    problem: named(),
                },
                "purchase_forbidden",
                "another SparkLayer id",
            ),
            (
                CallError::NotFound {
                    operation,
                    problem: problem(404, None),
                },
                "purchase_not_found",
                "row of map-customers",
            ),
            (
                conflict(Conflict::Identifiers),
                "purchase_conflict",
                "another purchase",
            ),
        ] {
            match judged(error, 0) {
                Verdict::Hold(held, text) => {
                    assert_eq!(held, code);
                    assert!(text.contains(word), "{text}");
                }
                other => panic!("{code}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_token_is_renewed_once_and_then_it_is_our_credentials() {
        let refused = || CallError::TokenRefused {
            operation: PUT,
            problem: problem(401, None),
        };
        let backoff = Backoff::default();
        let times = Times {
            now: NOW,
            settle: SETTLE,
            backoff: &backoff,
        };
        let fresh = claim(Why::Fresh, 0);
        let again = || Outcome::not_called(NOW);
        assert_eq!(judged(refused(), 0), Verdict::NewToken(again()));
        let answer: Result<(), _> = Err(refused());
        assert_eq!(
            judge(&answer, &fresh, &times, true),
            Verdict::Pause("credentials_refused", again())
        );
        assert_eq!(Said::from(put_fault(&answer, false)), Said::Nothing);
        assert_eq!(Said::from(put_fault(&answer, true)), Said::Refused);
        assert_eq!(put_fault(&Ok(()), false), None);
        let problem = problem(401, None);
        assert_eq!(
            judged(CallError::Unauthorized { problem }, 0),
            Verdict::Pause("credentials_refused", again())
        );
        let misconfigured = CallError::Misconfigured {
            operation: PUT,
            said: "http_405".to_owned(),
        };
        assert_eq!(
            judged(misconfigured, 0),
            Verdict::Pause("sparklayer_takes_no_purchases_at_this_address", again())
        );
    }

    #[test]
    fn a_conflict_is_decided_by_what_is_there() {
        let backoff = Backoff::default();
        let times = Times {
            now: NOW,
            settle: SETTLE,
            backoff: &backoff,
        };
        assert_eq!(
            judged(conflict(Conflict::Concurrent), 0),
            Verdict::ReadBack(Conflict::Concurrent)
        );
        let decided = |seen, kind, tries| match read_back(seen, kind, &claim(Why::Fresh, tries), &times) {
            Verdict::Record(Outcome::Done { .. }) => "done",
            Verdict::Record(Outcome::Later { counts: true, .. }) => "later",
            Verdict::Hold(code, _) => code,
            other => panic!("{other:?}"),
        };
        for (seen, kind, tries, expected) in [
            (Some(Seen::Ours), Conflict::Concurrent, 0, "done"),
            (Some(Seen::Ours), Conflict::Unknown, 9, "done"),
            (Some(Seen::Newer), Conflict::Concurrent, 0, "purchase_conflict"),
            (Some(Seen::Other), Conflict::Concurrent, 9, "later"),
            (Some(Seen::Other), Conflict::Unknown, 1, "later"),
            (Some(Seen::Other), Conflict::Unknown, 2, "purchase_conflict"),
            (None, Conflict::Unknown, 9, "later"),
        ] {
            assert_eq!(decided(seen, kind, tries), expected, "{seen:?} {kind} {tries}");
        }
    }

    #[test]
    fn an_earlier_try_is_given_back_when_it_can_not_be_running_any_more() {
        let settled = BEGUN + SETTLE;
        let probe = claim(Why::Probe(BEGUN), 1);
        for (now, expected) in [(NOW, settled), (Millis(settled.0 - 1), settled)] {
            let outcome = Outcome::given_back(&probe, now, SETTLE);
            let unknown = Outcome::Unknown {
                not_before: expected,
                hinted: true,
            };
            assert_eq!(outcome, unknown, "at {now:?}");
        }
        let due = |now| Outcome::Later {
            not_before: now,
            hinted: true,
            counts: false,
        };
        assert_eq!(Outcome::given_back(&probe, settled, SETTLE), due(settled));
        assert_eq!(Outcome::given_back(&claim(Why::Fresh, 0), NOW, SETTLE), due(NOW));
    }

    #[test]
    fn without_a_token_nothing_is_sent() {
        let backoff = Backoff::default();
        let times = Times {
            now: NOW,
            settle: SETTLE,
            backoff: &backoff,
        };
        let busy = without_token(&unavailable(Operation::Token, Some(120)), 0, &times);
        assert_eq!(busy, later(1_122_000));
        let refused = CallError::Unauthorized {
            problem: problem(401, None),
        };
        assert_eq!(
            without_token(&refused, 0, &times),
            Verdict::Pause("credentials_refused", Outcome::not_called(NOW))
        );
    }
}
