//! One order that a person asks for, by RepSpark's number. Reading by number changes nothing at RepSpark, whatever the
//! order's status; what may be taken in is decided here.

use std::collections::VecDeque;

use lambda_kit::Error;
use ledger::{Admitted, HoldNote, LedgerError, Raw};
use order_intake::{Kept, Piece, Return, Taker};
use order_model::{AskedOrder, OrderKey, OrderState, RepSparkOrderId, StepName, VALID_THERE};
use repspark::{OrderStatus, RepSpark, SeenOrder, fault};

use crate::{Now, RecoverOrders, Report, SOURCE, says};

/// The event names no order.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an OrderId of RepSpark: it must be digits, such as {{\"order_id\": \"8086\"}}")]
struct NoOrderId(String);

/// RepSpark's number of the order that a person asks for.
pub(crate) fn number(asked: &AskedOrder) -> Result<RepSparkOrderId, Error> {
    let wrong = |_| NoOrderId(asked.as_str().chars().take(40).collect());
    Ok(RepSparkOrderId::new(asked.as_str()).map_err(wrong)?)
}

impl RecoverOrders {
    pub(crate) async fn replay(&self, id: &RepSparkOrderId, turn: &Now<'_>) -> Result<Report, Error> {
        let Some(seen) = self.order(id, turn).await? else {
            let says = format!("RepSpark has no order {id}; {}", self.here(id).await?);
            return Ok(said("not_found", says));
        };
        turn.gate.answered().await;
        let there = match seen.status {
            OrderStatus::Sent => return self.replay_sent(id, seen, turn).await,
            OrderStatus::Valid => return self.replay_valid(id, seen, turn).await,
            OrderStatus::Draft => "is a draft (9999): nobody has submitted it".to_owned(),
            OrderStatus::Submitted => {
                "is submitted (1) and not sent yet: the next pull takes it in".to_owned()
            }
            OrderStatus::Other(status) => {
                format!("has the status {status}, which this bundle does not know: look at it in RepSpark")
            }
        };
        let says = format!("at RepSpark, order {id} {there}; {}", self.here(id).await?);
        Ok(said("not_imported", says))
    }

    /// How an order stands here that RepSpark shows neither as Sent nor as Valid.
    async fn here(&self, id: &RepSparkOrderId) -> Result<String, LedgerError> {
        let ledger = &self.kit.ledger;
        let key = OrderKey::repspark(&self.config.brand, id);
        if let Some(order) = ledger.order(&key).await? {
            return Ok(says::stands(&key, &order));
        }
        let record = ledger.quarantined(SOURCE, id.as_str()).await?;
        Ok(match record.filter(|record| record.resolved.is_none()) {
            Some(record) => format!("a record of it {}", says::quarantined(&record.id)),
            None => says::unknown(id),
        })
    }

    /// Reads one order of RepSpark's.
    pub(crate) async fn order(
        &self,
        id: &RepSparkOrderId,
        turn: &Now<'_>,
    ) -> Result<Option<SeenOrder>, Error> {
        let repspark = &self.config.repspark;
        let call = async |credentials| {
            let client = RepSpark::new(
                self.kit.http.clone(),
                &repspark.base_url,
                credentials,
                self.config.one_order,
            );
            client.order(id).await
        };
        Ok(self
            .kit
            .call_twice(turn.gate, &repspark.secret, call, fault)
            .await??)
    }

    /// Takes in one order that is Sent, as a comparison would.
    pub(crate) async fn take_sent(&self, seen: &SeenOrder, turn: &Now<'_>) -> Result<Option<Kept>, Error> {
        let current = self.maps.for_comparing().await?;
        let key_of = repspark::key_of(&self.config.brand);
        let rules = self.rules(&current, &key_of, turn, true);
        let mut taker = Taker::new(&self.kit.ledger, rules, turn.now);
        let record = Piece::Record {
            bytes: seen.raw.to_vec(),
            salvaged: false,
        };
        taker.take(&mut VecDeque::from([record])).await;
        let kept = taker.flush().await;
        if let Some(error) = taker.fault {
            return Err(error.into());
        }
        self.told(&kept).await;
        Ok(kept.into_iter().next())
    }

    async fn replay_sent(
        &self,
        id: &RepSparkOrderId,
        seen: SeenOrder,
        turn: &Now<'_>,
    ) -> Result<Report, Error> {
        Ok(match self.take_sent(&seen, turn).await? {
            Some(Kept::New(key)) => Report {
                recovered: 1,
                ..said(
                    "taken_in",
                    format!("order {id} is Sent and was unknown here: taken in as {key}"),
                )
            },
            Some(Kept::Known(key, came)) => {
                let outcome = match came {
                    Return::Held(_) => "held",
                    _ => "known",
                };
                said(outcome, self.standing(&key, came).await?)
            }
            Some(Kept::Quarantined { id: name, fault, .. }) => {
                let stands = says::quarantined(&name);
                let says =
                    format!("order {id} can't be read: {fault}. It {stands}, and have RepSpark mend it");
                said("not_imported", says)
            }
            _ => said("not_imported", self.here(id).await?),
        })
    }

    /// RepSpark shows it as Valid: somebody confirmed it. If that was not us, only a person can tell what became of it.
    async fn replay_valid(
        &self,
        id: &RepSparkOrderId,
        seen: SeenOrder,
        turn: &Now<'_>,
    ) -> Result<Report, Error> {
        let ledger = &self.kit.ledger;
        let key = OrderKey::repspark(&self.config.brand, id);
        if ledger.order(&key).await?.is_some() {
            return Ok(said("known", self.standing(&key, Return::Same).await?));
        }
        let raw = Raw::of(&seen.raw);
        ledger
            .keep_raw(std::slice::from_ref(&raw), turn.now + self.config.retention)
            .await?;
        let text = format!(
            "RepSpark shows order {id} as Valid, and this bundle never had it: somebody else imported and confirmed it, or confirmed it only. \
             Retry the import if it is not in the ERP; discard it, or complete it with its number, if it is"
        );
        let note = HoldNote {
            code: VALID_THERE.to_owned(),
            text: text.clone(),
            subject: None,
            at: turn.now,
        };
        ledger.keep_hold(&key, StepName::Import, &note).await?;
        let order = OrderState::held(key.clone(), raw.place().clone(), VALID_THERE, turn.now);
        match ledger.admit(order).await? {
            Admitted::New(_) => Ok(said("held", text)),
            Admitted::Known(_) => Ok(said("known", self.standing(&key, Return::Same).await?)),
        }
    }

    /// Where a known order stands, in words.
    async fn standing(&self, key: &OrderKey, came: Return) -> Result<String, LedgerError> {
        let Some(order) = self.kit.ledger.order(key).await? else {
            return Ok(format!("order {key} is gone from the ledger"));
        };
        let now = match came {
            Return::Replaced => ", now with its newer content",
            Return::ConfirmAgain => "; its confirmation is looked into again",
            Return::Settled => "; what it was held for is settled",
            Return::Same | Return::Held(_) => "",
        };
        Ok(format!("{}{now}", says::stands(key, &order)))
    }
}

fn said(outcome: &'static str, says: String) -> Report {
    Report {
        outcome,
        complete: true,
        says,
        ..Report::default()
    }
}
