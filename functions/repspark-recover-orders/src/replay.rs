//! One order that a person asks for, by RepSpark's number. Reading by number changes nothing at RepSpark, whatever the
//! order's status; what may be taken in is decided here.

use std::collections::VecDeque;

use lambda_kit::Error;
use ledger::{Admitted, HoldNote, LedgerError, Raw};
use order_intake::{Kept, Piece, Return, Standing, Taker};
use order_model::{ErpKey, OrderState, RepSparkOrderId, StepName};
use repspark::{OrderStatus, RepSpark, SeenOrder, took_credentials};

use crate::{Now, RecoverOrders, Report};

/// The code of an import that waits because RepSpark shows its order as Valid, and nobody here imported it.
const VALID_THERE: &str = "valid_at_repspark";

/// The event names no order.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an OrderId of RepSpark: it must be digits, such as {{\"order_id\": \"8086\"}}")]
struct NoOrderId(String);

impl RecoverOrders {
    pub(crate) async fn replay(&self, asked: &str, turn: &Now<'_>) -> Result<Report, Error> {
        let id = RepSparkOrderId::new(asked).map_err(|_| NoOrderId(asked.chars().take(40).collect()))?;
        let Some(seen) = self.order(&id, turn).await? else {
            let says = format!("RepSpark has no order {id}");
            return Ok(said("not_found", says));
        };
        turn.gate.answered().await;
        match seen.status {
            OrderStatus::Sent => self.replay_sent(&id, seen, turn).await,
            OrderStatus::Valid => self.replay_valid(&id, seen, turn).await,
            OrderStatus::Draft => Ok(not_imported(&id, "is a draft (9999): nobody has submitted it")),
            OrderStatus::Submitted => Ok(not_imported(
                &id,
                "is submitted (1) and not sent yet: the next pull takes it in",
            )),
            OrderStatus::Other(status) => Ok(not_imported(
                &id,
                &format!("has the status {status}, which this bundle does not know: look at it in RepSpark"),
            )),
        }
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
            .call_twice(turn.gate, &repspark.secret, call, took_credentials)
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
            Some(Kept::Known(key, Return::Held(code))) => {
                let says = format!(
                    "order {key} waits for a person: {code}. decide-order {{\"do\": \"show\", \"order\": \"{key}\"}} tells more"
                );
                said("held", says)
            }
            Some(Kept::Known(key, came)) => said("known", self.standing(&key, came).await?),
            _ => not_imported(id, "can't be read as an order: it stands in quarantine"),
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
        let key = ErpKey::repspark(&self.config.brand, id);
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
    async fn standing(&self, key: &ErpKey, came: Return) -> Result<String, LedgerError> {
        let Some(order) = self.kit.ledger.order(key).await? else {
            return Ok(format!("order {key} is gone from the ledger"));
        };
        let stands = match Standing::of(&order) {
            Standing::Open => "is on its way",
            Standing::Held => "waits for a person",
            Standing::Foreign => {
                "belongs to the integration before this one; adopt it with decide-order to have it imported"
            }
            Standing::Discarded => "was discarded by a person",
            Standing::Confirmed => "is in the ERP and confirmed",
        };
        let now = match came {
            Return::Replaced => ", now with its newer content",
            Return::ConfirmAgain => "; its confirmation is looked into again",
            Return::Settled => "; what it was held for is settled",
            Return::Same | Return::Held(_) => "",
        };
        Ok(format!("order {key} {stands}{now}"))
    }
}

fn said(outcome: &'static str, says: String) -> Report {
    Report {
        outcome,
        complete: true,
        says: Some(says),
        ..Report::default()
    }
}

fn not_imported(id: &RepSparkOrderId, why: &str) -> Report {
    said("not_imported", format!("order {id} {why}"))
}
