//! The comparison: what RepSpark holds as Sent, record by record, against where it stands here.

use std::time::Duration;

use field_map::FieldMap;
use lambda_kit::{Error, Metric, VendorGate, clock};
use ledger::Journal;
use order_intake::{Desk, Differences, Ended, Kept, Read, Rules, Taker, Tally, take_in};
use order_model::{StepName, Vendor, understood};
use repspark::{CallError, ListedStatus, OrderStream, RepSpark, fault};

use crate::{Now, RecoverOrders, Report, SOURCE, says};

/// What was seen of RepSpark's list.
struct Seen {
    tally: Tally,
    differences: Differences,
    complete: bool,
    /// Whether RepSpark answered in its own terms.
    understood: bool,
}

impl RecoverOrders {
    /// Compares, and notes that it was done if it saw everything.
    pub(crate) async fn compare(&self, journal: &Journal, turn: &Now<'_>) -> Result<Report, Error> {
        let mut seen = self.compare_list(turn).await?;
        // A list that broke off, or is none, does not end a pause.
        if seen.understood {
            turn.gate.answered().await;
        }
        // Said first: whatever goes wrong from here on, and be it that this process dies, changes nothing about it.
        let closed = self.tell_balance(&seen);
        self.kit.metrics.say_gauges();
        seen.tally.new += self.try_quarantined(turn).await?;
        let Seen {
            tally,
            differences,
            complete,
            ..
        } = seen;
        if complete {
            self.kit.ledger.note_recovery(SOURCE, journal, turn.now).await?;
        }
        tracing::info!(
            records = tally.records,
            recovered = tally.new,
            quarantined = tally.quarantined,
            complete,
            duration_ms = clock::whole_ms(clock::now().since(turn.now)),
            "compared with what RepSpark holds as Sent"
        );
        Ok(Report {
            outcome: "recovered",
            sent: tally.records,
            recovered: tally.new,
            complete,
            balance: Some(tally.balance),
            balance_closed: Some(closed),
            differences: (!differences.is_empty()).then_some(differences),
            order_id: None,
            says: says::compared(&tally.balance, complete),
        })
    }

    /// The balance, in one line and for the alarm; whether it is closed.
    fn tell_balance(&self, seen: &Seen) -> bool {
        let (balance, differences, complete) = (&seen.tally.balance, &seen.differences, seen.complete);
        let closed = complete && balance.is_closed();
        let metrics = &self.kit.metrics;
        metrics.count(Metric::BalanceOpen, u64::from(!closed));
        if complete {
            metrics.count(Metric::ForeignWaiting, balance.foreign);
        }
        if closed {
            tracing::info!(balance.closed = closed, "balance: {balance}");
        } else {
            tracing::warn!(
                balance.closed = closed,
                complete,
                unconfirmed = ?differences.unconfirmed,
                unreadable = ?differences.unreadable,
                lost = ?differences.lost,
                "balance: {balance}"
            );
        }
        closed
    }

    async fn compare_list(&self, turn: &Now<'_>) -> Result<Seen, Error> {
        let current = self.maps.for_comparing().await?;
        let mut answer = self.list(turn.gate).await?;
        let key_of = repspark::key_of(&self.config.brand);
        let rules = self.rules(&current, &key_of, turn, false);
        let mut taker = Taker::new(&self.kit.ledger, rules, turn.now);
        let in_time = || turn.deadline.covers(clock::now(), self.config.repspark.call);
        let told = async |kept: &[Kept]| self.told(kept).await;
        let ended = take_in(
            &mut taker,
            repspark::RECORDS.first_key,
            async || answer.chunk().await,
            in_time,
            told,
        )
        .await;
        let fault = ended.fault(CallError::fault);
        self.kit.metrics.failed(Vendor::RepSpark, fault);
        // A list that came whole and ends in a broken record is seen whole if that record has a number: it is in quarantine.
        // Where the text ends otherwise, more may have stood behind it.
        let complete = match ended {
            Ended::Complete => true,
            Ended::CutShort => taker.ends_in_a_named_one,
            _ => false,
        };
        if !complete {
            let what = ended.in_words(taker.fault.as_ref());
            tracing::error!(
                records = taker.tally.records,
                what,
                "the comparison is not complete: the next run makes it again"
            );
        }
        Ok(Seen {
            tally: taker.tally,
            differences: taker.differences,
            complete,
            understood: complete || understood(fault),
        })
    }

    /// How records of Sent orders are taken in.
    pub(crate) fn rules<'a>(
        &'a self,
        current: &'a FieldMap,
        key_of: &'a order_model::KeyOf<'a>,
        turn: &Now<'_>,
        asked_for: bool,
    ) -> Rules<'a> {
        Rules {
            records: repspark::RECORDS,
            key_of,
            read: Read::Sent {
                desk: Desk {
                    maps: &self.maps,
                    current,
                    zone: &self.config.time_zone,
                },
                unconfirmed_after: self.config.unconfirmed_after,
                asked_for,
            },
            expires_at: turn.now + self.config.retention,
        }
    }

    /// Names what a person has to know of, and counts and hints what is new.
    pub(crate) async fn told(&self, kept: &[Kept]) {
        let mut new = Vec::new();
        for one in kept {
            match one {
                Kept::New(key) => {
                    tracing::warn!(order.id = %key, step = StepName::Import.as_str(), "order {key} was Sent at RepSpark and unknown here: taken in");
                    new.push(key.clone());
                }
                other => other.tell(SOURCE),
            }
        }
        self.kit
            .metrics
            .count(Metric::OrdersPulled(Vendor::RepSpark), new.len() as u64);
        self.hints
            .send(StepName::Import, &new, clock::now(), Duration::ZERO)
            .await;
    }

    async fn list(&self, gate: &VendorGate) -> Result<OrderStream, Error> {
        let repspark = &self.config.repspark;
        let call = async |credentials| {
            let client = RepSpark::new(
                self.kit.http.clone(),
                &repspark.base_url,
                credentials,
                repspark.call,
            );
            client.orders(ListedStatus::Sent).await
        };
        Ok(self.kit.call_twice(gate, &repspark.secret, call, fault).await??)
    }
}
