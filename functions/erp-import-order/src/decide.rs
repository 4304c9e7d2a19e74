//! From the ERP's answer to what is recorded. Pure.

use std::time::Duration;

use erp::Answer;
use order_model::versions::HoldCode;
use order_model::{
    BEFORE_IMPORT_FROM, Backoff, CANCELLED_IN_ERP, Claim, ContentHash, HOLD_PREFIX, Millis, ORDER_CHANGED,
    Outcome, UNDATED, VALID_THERE, Why,
};

/// The codes of holds that mean more than that the ERP refused the order, beside those of submissions and of field maps.
const OUR_CODES: [&str; 5] = [
    BEFORE_IMPORT_FROM,
    UNDATED,
    VALID_THERE,
    CANCELLED_IN_ERP,
    ORDER_CHANGED,
];

/// What an answer means for the step.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Record this.
    Record(Outcome),
    /// Hold the step: the code, and the words for a person.
    Hold(String, String),
    /// The ERP refused the order: hold the step, and tell RepSpark where the brand wants that.
    Refused(String, String),
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
            CANCELLED_IN_ERP.to_owned(),
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
        // Of a look at an order these are no answer about the order.
        Answer::Refused { code, .. } if claim.why != Why::Fresh && !is_about_the_order(&code) => {
            unknown(claim, times, None)
        }
        Answer::Refused { code, field, message } => {
            let place = field.map(|field| format!(" at {field}")).unwrap_or_default();
            Verdict::Refused(
                hold_code(code.as_str()),
                format!("the ERP refused the order{place}: {message}"),
            )
        }
        Answer::NotFound => not_there(claim, times),
        Answer::Unauthorized { .. } => Verdict::Pause("credentials_refused", not_called(claim, times)),
        Answer::Misconfigured { .. } => {
            Verdict::Pause("erp_takes_no_orders_at_this_address", not_called(claim, times))
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

/// Whether the contract's refusal of an order has this code. An error of another name may be about the way to the ERP, or
/// about what we may see there.
fn is_about_the_order(code: &str) -> bool {
    [
        "unknown_customer",
        "unknown_sku",
        "invalid_value",
        "credit_hold",
        "closed_period",
    ]
    .contains(&code)
}

/// A code as the ledger keeps it: the ERP's own codes are not under our control.
fn hold_code(code: &str) -> String {
    let code: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(32)
        .collect();
    match code.as_str() {
        "" => "refused_by_erp".to_owned(),
        // A hold of that name means something else here: a rule that a person may waive, or another submission.
        code if is_ours(code) => format!("erp_{code}").chars().take(32).collect(),
        _ => code,
    }
}

/// Whether decisions and intakes look at holds of this name, which no answer of the ERP's may come by.
fn is_ours(code: &str) -> bool {
    code.starts_with(HOLD_PREFIX) || OUR_CODES.contains(&code) || HoldCode::parse(code).is_some()
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
            ORDER_CHANGED.to_owned(),
            format!(
                "the ERP has other content under this key{}; nothing was changed there",
                numbered(reference.as_ref())
            ),
        ),
    }
}

/// Nothing was sent, or it was refused for who we are and not for what the order is: a fresh step stays due and does
/// not count as tried, an unknown one stays unknown.
pub fn not_called(claim: &Claim, times: &Times<'_>) -> Outcome {
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

#[cfg(test)]
mod tests {
    use erp::Doubt;
    use order_model::{ErpReference, StepName};

    use super::*;

    const BEGUN: Millis = Millis(1_000_000);
    const SETTLE: Duration = Duration::from_secs(90);
    const SETTLED: Millis = Millis(1_090_000);
    const WHYS: [Why; 3] = [Why::Fresh, Why::Probe(BEGUN), Why::Ask];

    /// A claim after `tries` tries.
    fn claim(why: Why, tries: u32) -> Claim {
        Claim {
            step: StepName::Import,
            generation: tries + 1,
            owner: "run-1".to_owned(),
            why,
            tries,
            version: 0,
        }
    }

    /// Judges at `now`, with the waits 60, 300, 900, 3600 seconds.
    fn at(now: Millis, answer: Answer, claim: &Claim) -> Verdict {
        let backoff = Backoff::default();
        let times = Times {
            begun_at: BEGUN,
            now,
            settle: SETTLE,
            backoff: &backoff,
        };
        judge(answer, claim, &times, Some(&hash()))
    }

    /// 2 seconds after the try began.
    fn soon(answer: Answer, claim: &Claim) -> Verdict {
        at(Millis(1_002_000), answer, claim)
    }

    fn hash() -> ContentHash {
        ContentHash::from_bytes([0xab; 32])
    }

    fn number() -> ErpReference {
        ErpReference::new("SO104233").unwrap()
    }

    fn imported() -> Verdict {
        Verdict::Record(Outcome::Done {
            reference: None,
            erp_reference: Some(number()),
        })
    }

    fn unknown(not_before: i64) -> Verdict {
        Verdict::Record(Outcome::Unknown {
            not_before: Millis(not_before),
            hinted: true,
        })
    }

    fn later(not_before: i64, counts: bool) -> Verdict {
        Verdict::Record(Outcome::Later {
            not_before: Millis(not_before),
            hinted: true,
            counts,
        })
    }

    fn doubt(retry_after: Option<u64>) -> Answer {
        Answer::Unknown {
            retry_after: retry_after.map(Duration::from_secs),
            why: Doubt::TimedOut,
        }
    }

    fn changed(reference: Option<ErpReference>, their_hash: Option<String>) -> Answer {
        Answer::Changed {
            reference,
            their_hash,
        }
    }

    #[test]
    fn what_the_erp_has_is_done_whyever_we_asked() {
        for (why, created) in WHYS.into_iter().zip([true, false, false]) {
            let answer = Answer::Accepted {
                reference: number(),
                created,
                warnings: vec!["rounded".to_owned()],
            };
            assert_eq!(soon(answer, &claim(why, 0)), imported());
        }
    }

    #[test]
    fn what_is_cancelled_there_is_held_and_never_made_again() {
        for why in WHYS {
            for reference in [None, Some(number())] {
                let known = reference.is_some();
                let verdict = soon(Answer::Cancelled { reference }, &claim(why, 0));
                let Verdict::Hold(code, text) = verdict else {
                    unreachable!("{verdict:?}");
                };
                assert_eq!(code, "cancelled_in_erp");
                assert_eq!(text.contains("SO104233"), known);
            }
        }
    }

    #[test]
    fn pending_is_asked_again_after_the_backoff_or_as_much_later_as_the_erp_wants() {
        let rows = [
            (0, None, 1_062_000),
            (1, None, 1_302_000),
            (0, Some(30), 1_062_000),
            (0, Some(120), 1_122_000),
        ];
        for why in WHYS {
            for (tries, after, not_before) in rows {
                let retry_after = after.map(Duration::from_secs);
                let pending = Outcome::Pending {
                    not_before: Millis(not_before),
                    hinted: true,
                };
                let verdict = soon(Answer::Pending { retry_after }, &claim(why, tries));
                assert_eq!(verdict, Verdict::Record(pending));
            }
        }
    }

    #[test]
    fn other_content_under_our_key_is_ours_only_if_its_hash_is_what_we_sent() {
        let ours = "ab".repeat(32);
        for why in WHYS {
            let claim = claim(why, 1);
            assert_eq!(
                soon(changed(Some(number()), Some(ours.clone())), &claim),
                imported()
            );
            assert_eq!(
                soon(changed(Some(number()), Some(ours.to_uppercase())), &claim),
                imported()
            );
            let others = [
                (Some(number()), Some("cd".repeat(32))),
                (Some(number()), None),
                // Without its number it can't be confirmed.
                (None, Some(ours.clone())),
                (None, None),
            ];
            for (reference, theirs) in others {
                let verdict = soon(changed(reference, theirs), &claim);
                assert!(
                    matches!(&verdict, Verdict::Hold(code, _) if code == "order_changed"),
                    "{verdict:?}"
                );
            }
        }
    }

    #[test]
    fn other_content_is_held_when_nothing_is_known_of_what_was_sent() {
        let backoff = Backoff::default();
        let times = Times {
            begun_at: BEGUN,
            now: BEGUN,
            settle: SETTLE,
            backoff: &backoff,
        };
        let answer = changed(Some(number()), Some("ab".repeat(32)));
        let verdict = judge(answer, &claim(Why::Fresh, 0), &times, None);
        assert!(
            matches!(&verdict, Verdict::Hold(code, _) if code == "order_changed"),
            "{verdict:?}"
        );
    }

    #[test]
    fn a_refusal_is_held_under_the_erps_code_cleaned_and_cut() {
        let rows = [
            ("unknown_sku", "unknown_sku"),
            ("credit-hold; DROP", "creditholdDROP"),
            ("", "refused_by_erp"),
            ("ü?!", "refused_by_erp"),
            // A code of ours that a person may waive must not come from the ERP.
            ("hold_everything", "erp_hold_everything"),
            ("undated", "erp_undated"),
            // Nor one that only a decision about submissions ends.
            ("number_collision", "erp_number_collision"),
            (
                "a23456789_123456789_123456789_123456789_",
                "a23456789_123456789_123456789_12",
            ),
        ];
        for (code, held) in rows {
            let text = "the ERP refused the order at lines[1].sku: no such item";
            assert_eq!(
                soon(refusal(code, Some("lines[1].sku")), &claim(Why::Fresh, 0)),
                Verdict::Refused(held.to_owned(), text.to_owned())
            );
            let text = "the ERP refused the order: no such item";
            assert_eq!(
                soon(refusal(code, None), &claim(Why::Fresh, 0)),
                Verdict::Refused(held.to_owned(), text.to_owned())
            );
        }
    }

    fn refusal(code: &str, field: Option<&str>) -> Answer {
        Answer::Refused {
            code: code.to_owned(),
            field: field.map(str::to_owned),
            message: "no such item".to_owned(),
        }
    }

    #[test]
    fn an_error_to_a_look_at_an_order_is_a_refusal_only_under_the_contracts_codes() {
        for why in WHYS {
            let verdict = soon(refusal("unknown_sku", None), &claim(why, 0));
            assert!(matches!(&verdict, Verdict::Refused(code, _) if code == "unknown_sku"));
            // The order may well be there, behind what we may not see.
            let verdict = soon(refusal("AccessError", None), &claim(why, 0));
            let refused = matches!(verdict, Verdict::Refused(..));
            assert_eq!(refused, why == Why::Fresh, "{verdict:?}");
        }
    }

    #[test]
    fn not_there_counts_for_a_probe_and_only_from_the_settle_time_on() {
        let probe = claim(Why::Probe(BEGUN), 0);
        assert_eq!(
            at(Millis(SETTLED.0 - 1), Answer::NotFound, &probe),
            unknown(SETTLED.0)
        );
        assert_eq!(at(SETTLED, Answer::NotFound, &probe), later(SETTLED.0, false));
        let probe = claim(Why::Probe(BEGUN), 3);
        assert_eq!(at(SETTLED, Answer::NotFound, &probe), later(SETTLED.0, false));
    }

    #[test]
    fn not_there_never_counts_for_an_order_that_the_erp_had_taken() {
        let long_after = Millis(BEGUN.0 + 86_400_000);
        for why in [Why::Ask, Why::Fresh] {
            let verdict = at(long_after, Answer::NotFound, &claim(why, 1));
            assert_eq!(verdict, unknown(long_after.0 + 300_000));
        }
    }

    #[test]
    fn what_never_left_is_due_later_but_unknown_stays_unknown() {
        assert_eq!(
            soon(Answer::NotSent, &claim(Why::Fresh, 0)),
            later(1_062_000, true)
        );
        assert_eq!(
            soon(Answer::NotSent, &claim(Why::Fresh, 2)),
            later(1_902_000, true)
        );
        for why in [Why::Probe(BEGUN), Why::Ask] {
            assert_eq!(soon(Answer::NotSent, &claim(why, 1)), unknown(1_302_000));
        }
    }

    #[test]
    fn unknown_is_probed_first_at_the_settle_time_and_then_after_the_backoff() {
        let rows = [
            (0, None, SETTLED.0),
            // The ERP wants to be asked later than that.
            (0, Some(600), 1_602_000),
            (0, Some(5), SETTLED.0),
            // 60 seconds after the first probe would be before the settle time: the backoff is 300 there.
            (1, None, 1_302_000),
            (1, Some(5), 1_302_000),
            (1, Some(600), 1_602_000),
            (9, None, 4_602_000),
        ];
        for why in WHYS {
            for (tries, after, not_before) in rows {
                let verdict = soon(doubt(after), &claim(why, tries));
                assert_eq!(verdict, unknown(not_before), "{why:?}, {tries} tries, {after:?}");
            }
        }
    }

    #[test]
    fn a_refusal_of_us_pauses_the_erp_and_leaves_the_step_as_it_was() {
        let now = Millis(1_002_000);
        let due = Outcome::Later {
            not_before: now,
            hinted: false,
            counts: false,
        };
        let in_doubt = Outcome::Unknown {
            not_before: now,
            hinted: false,
        };
        for (why, outcome) in WHYS.into_iter().zip([due, in_doubt.clone(), in_doubt]) {
            let code = || "http_401".to_owned();
            let refused = Answer::Unauthorized {
                status: 401,
                code: code(),
            };
            let verdict = soon(refused, &claim(why, 0));
            assert_eq!(verdict, Verdict::Pause("credentials_refused", outcome.clone()));
            for status in [None, Some(404)] {
                let astray = Answer::Misconfigured { status, code: code() };
                let verdict = soon(astray, &claim(why, 0));
                let reason = "erp_takes_no_orders_at_this_address";
                assert_eq!(verdict, Verdict::Pause(reason, outcome.clone()));
            }
        }
    }
}
