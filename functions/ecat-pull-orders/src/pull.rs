//! The list of all orders that are not marked received, from its first byte to the last mark.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use ecat::{CallError, OrderStream, fault};
use lambda_kit::{Deadline, Error, Metric, VendorGate, clock};
use ledger::Birth;
use order_intake::{Arrived, Ended, SubmissionTaker, SubmissionTally, take_in};
use order_model::{Vendor, understood};

use crate::marker::Marker;
use crate::{PullOrders, Report};

impl PullOrders {
    /// Reads the list under our journal, takes its orders in, and marks what is durable.
    pub(crate) async fn pull(
        &self,
        gate: &VendorGate,
        birth: &Birth,
        deadline: Deadline,
    ) -> Result<Report, Error> {
        let now = clock::now();
        if !gate.pass(now).await? {
            return self.paused(gate).await;
        }
        let current = self.maps.for_comparing().await?;
        let quarantined = self.quarantined().await?;
        let mut answer = self.list(gate).await?;
        self.bind(birth).await?;
        let mut taker = self.taker(&current, &quarantined, false, now);
        let marker = RefCell::new(Marker::new(self, gate, deadline));
        let ended = self.read(&mut answer, &mut taker, &marker, deadline).await;
        let mut marker = marker.into_inner();
        if may_mark(&ended) {
            marker.mark_rest().await;
        }
        marker.end();
        let fault = ended.fault(CallError::fault);
        self.kit.metrics.failed(Vendor::Ecat, fault);
        // A list that broke off, or is none, does not end a pause.
        if understood(fault) {
            gate.answered().await;
        }
        let complete = matches!(ended, Ended::Complete);
        match &ended {
            Ended::Complete => self.kit.metrics.count(Metric::PullsDone(Vendor::Ecat), 1),
            _ => tell_incomplete(&ended, &taker),
        }
        Ok(report(&taker, &marker, complete, clock::now().since(now)))
    }

    async fn read(
        &self,
        answer: &mut OrderStream,
        taker: &mut SubmissionTaker<'_>,
        marker: &RefCell<Marker<'_>>,
        deadline: Deadline,
    ) -> Ended<CallError> {
        let first_key = answer.first_key().to_owned();
        let (vouched, whole) = (Cell::new(answer.said_success()), Cell::new(false));
        let chunk = async || {
            let chunk = answer.chunk().await;
            vouched.set(answer.said_success());
            whole.set(matches!(chunk, Ok(None)));
            chunk
        };
        // What is durable can be marked in the time that is left when the reading ends.
        let needed = self.config.between + self.config.ecat.call;
        let in_time = || deadline.covers(clock::now(), needed);
        let mut hinting = true;
        let told = async |came: &[Arrived]| {
            self.told(came, &mut hinting).await;
            hear(marker, came, vouched.get()).await;
        };
        let ended = take_in(taker, &first_key, chunk, in_time, told).await;
        vouched_for(ended, whole.get(), taker.tally)
    }

    /// Asks for the list.
    async fn list(&self, gate: &VendorGate) -> Result<OrderStream, Error> {
        let call = async |credentials| self.client(credentials).new_orders().await;
        Ok(self
            .kit
            .call_twice(gate, &self.config.ecat.secret, call, fault)
            .await??)
    }
}

/// Marks while the list arrives, once its envelope has said that it is a success: it may say so behind the last order
/// only.
#[expect(
    clippy::await_holding_refcell_ref,
    reason = "the marker is used by one piece of code at a time: the reading waits for it"
)]
async fn hear(marker: &RefCell<Marker<'_>>, came: &[Arrived], vouched: bool) {
    let mut marker = marker.borrow_mut();
    marker.hear(came);
    if vouched {
        marker.mark_full().await;
    }
}

/// How a list ended whose envelope said whether it is `whole`: it vouches that nothing is missing behind a broken last
/// record, which is in quarantine.
fn vouched_for<E>(ended: Ended<E>, whole: bool, tally: SubmissionTally) -> Ended<E> {
    match ended {
        Ended::CutShort if whole && tally.lost > 0 => Ended::NotAllKept,
        Ended::CutShort if whole && tally.quarantined > 0 => Ended::Complete,
        ended => ended,
    }
}

/// Whether what is durable may be marked now. An answer that broke off, or for which the time ran out, never said how it
/// ends: its orders are what they are, and a list that is never marked would come whole for ever. One that eCat itself
/// calls a failure vouches for nothing: its orders come again.
fn may_mark(ended: &Ended<CallError>) -> bool {
    match ended {
        Ended::Complete | Ended::NotAllKept | Ended::CutShort | Ended::OutOfTime => true,
        Ended::Broken(error) => matches!(error, CallError::NoAnswer { .. }),
    }
}

/// Says why a pull did not see or keep everything.
fn tell_incomplete(ended: &Ended<CallError>, taker: &SubmissionTaker<'_>) {
    let what = ended.in_words(taker.fault.as_ref());
    let (records, lost) = (taker.tally.records, taker.tally.lost);
    if matches!(ended, Ended::OutOfTime) {
        tracing::warn!(
            records,
            lost,
            what,
            "the list is not read to its end: the next pull has the rest"
        );
    } else {
        tracing::error!(
            records,
            lost,
            what,
            "the pull is not complete: the next one has the rest"
        );
    }
}

/// Says what a pull came to, in the log and to whoever invoked it.
fn report(taker: &SubmissionTaker<'_>, marker: &Marker<'_>, complete: bool, took: Duration) -> Report {
    let tally = &taker.tally;
    tracing::info!(
        records = tally.records,
        new = tally.new,
        resubmitted = tally.resubmitted,
        known = tally.again,
        held = tally.held,
        quarantined = tally.quarantined,
        marked = marker.marked,
        duration_ms = clock::whole_ms(took),
        "pulled"
    );
    Report {
        outcome: "pulled",
        records: tally.records,
        new: tally.new,
        resubmitted: tally.resubmitted,
        held: tally.held,
        quarantined: tally.quarantined,
        marked: marker.marked,
        not_marked: marker.not_marked,
        complete,
        says: None,
    }
}

#[cfg(test)]
mod tests {
    use ecat::Doubt;

    use super::*;

    const OPERATION: &str = "GET new_orders";

    #[test]
    fn a_list_is_marked_unless_ecat_calls_it_a_failure_or_nobody_can_tell() {
        let doubts = [Doubt::TimedOut, Doubt::BrokeOff, Doubt::Incomplete];
        let broken = doubts.map(|doubt| {
            Ended::Broken(CallError::NoAnswer {
                operation: OPERATION,
                doubt,
            })
        });
        let whole = [
            Ended::Complete,
            Ended::NotAllKept,
            Ended::CutShort,
            Ended::OutOfTime,
        ];
        for ended in whole.iter().chain(&broken) {
            assert!(may_mark(ended), "{ended:?}");
        }
        let said = || "http_200: export failed".to_owned();
        let refused = [
            CallError::Failed {
                operation: OPERATION,
                said: said(),
            },
            CallError::Unauthorized {
                operation: OPERATION,
                said: said(),
            },
            CallError::Unavailable {
                operation: OPERATION,
                said: said(),
                retry_after: None,
            },
            CallError::Unclear {
                operation: OPERATION,
                status: 200,
                what: "the envelope has no status",
            },
        ];
        for error in refused {
            assert!(!may_mark(&Ended::Broken(error.clone())), "{error}");
        }
    }

    #[test]
    fn an_envelope_vouches_for_what_stands_behind_a_broken_last_record() {
        let tally = |lost, quarantined| SubmissionTally {
            lost,
            quarantined,
            ..SubmissionTally::default()
        };
        let ended = |whole, tally| vouched_for(Ended::<CallError>::CutShort, whole, tally);
        assert_eq!(ended(true, tally(0, 1)), Ended::Complete);
        assert_eq!(ended(true, tally(1, 1)), Ended::NotAllKept);
        assert_eq!(ended(true, tally(0, 0)), Ended::CutShort);
        assert_eq!(ended(false, tally(0, 1)), Ended::CutShort);
        let complete = vouched_for(Ended::<CallError>::Complete, true, tally(0, 1));
        assert_eq!(complete, Ended::Complete);
    }
}
