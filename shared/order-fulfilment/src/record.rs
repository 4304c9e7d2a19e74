//! One order: what is said of its lines is written down, and whoever has to know of it is told, each step repeatable.
//!
//! The order of the writes is what loses nothing: the fulfilment first, then the announcement, then the order's own state,
//! which makes the purchase due. Whatever breaks between two of them, the same sayings bring the rest about.

use std::time::Duration;

use ledger::{Changed, HoldNote, MadeItem};
use order_model::{
    Applied, Dispute, Fulfilment, Kind, Millis, Movement, OrderState, Ordered, StepName, Unfit,
};

use crate::announce::announce;
use crate::ordered::ordered;
use crate::saying::{Came, TakeError};
use crate::taker::{Batch, MAKER, Taker};

/// So often an order's state follows what others write at the same moment; what comes later brings its own.
const AGREE: usize = 5;
/// The steps that tell what became of the lines.
pub(crate) const TOLD: [StepName; 2] = [StepName::Publish, StepName::Notify];
/// So many disputes stand in the words of a hold.
const WORDS: usize = 10;

impl Taker {
    /// Brings its sayings to one order.
    pub(crate) async fn one_order(&self, batch: Batch, now: Millis) -> Result<Vec<(usize, Came)>, TakeError> {
        let Batch {
            order,
            places,
            movements,
        } = batch;
        let key = order.key.clone();
        let Some(applied) = self.apply(order, &movements, now).await? else {
            return Ok(places.into_iter().map(|place| (place, Came::Waits)).collect());
        };
        let came = applied.into_iter().map(|applied| match applied {
            // It waits until a person has dealt with what else does not fit.
            Applied::NoRoom(_) => Came::Waits,
            applied => Came::Applied {
                order: key.clone(),
                applied,
            },
        });
        Ok(places.into_iter().zip(came).collect())
    }

    /// What each movement did; none if the lines of the order can't be known now.
    async fn apply(
        &self,
        order: OrderState,
        movements: &[Movement],
        now: Millis,
    ) -> Result<Option<Vec<Applied>>, TakeError> {
        let Some(ordered) = self.lines(&order, now).await? else {
            return Ok(None);
        };
        let others = self.learn(&order, movements, &ordered, now).await?;
        let (fit, places): (Vec<Movement>, Vec<usize>) = (0..movements.len())
            .filter(|place| !others.contains(place))
            .map(|place| (movements[place].clone(), place))
            .unzip();
        let mut applied = vec![Applied::Known; movements.len()];
        let announce = self.announcer.is_some();
        let kept = self
            .ledger
            .change_fulfilment(&order.key, |before| {
                let mut next = before.clone();
                for (place, one) in places.iter().zip(next.take(&fit, &ordered, announce)) {
                    applied[*place] = one;
                }
                // What is of another line moves none.
                for place in &others {
                    applied[*place] = next.refuse(Unfit::OtherItem, &movements[*place]);
                }
                (next != *before).then_some(next)
            })
            .await?;
        let fulfilment = self.told(&order, kept.fulfilment).await?;
        self.follow(order, &fulfilment, now).await?;
        Ok(Some(applied))
    }

    /// The quantities that were ordered; none if they can't be read, which a person has to look at.
    async fn lines(&self, order: &OrderState, now: Millis) -> Result<Option<Ordered>, TakeError> {
        let stands = self.ledger.fulfilment(&order.key).await?;
        if !stands.ordered.0.is_empty() {
            return Ok(Some(stands.ordered));
        }
        match ordered(&self.ledger, &self.maps, &self.settings.zone, order, now).await? {
            Ok(ordered) => Ok(Some(ordered)),
            Err((code, text)) => {
                let text = format!("something became of its lines, and the order can't be read: {text}");
                self.hold(order.clone(), &code, text, now).await?;
                Ok(None)
            }
        }
    }

    /// Remembers which line each item is. The places of movements whose item is known to be another line.
    async fn learn(
        &self,
        order: &OrderState,
        movements: &[Movement],
        ordered: &Ordered,
        now: Millis,
    ) -> Result<Vec<usize>, TakeError> {
        let mut others = Vec::new();
        for (place, movement) in movements.iter().enumerate() {
            let Some(item) = &movement.item else { continue };
            // What names no line of ours teaches nothing.
            if !ordered.0.contains_key(&movement.line) {
                continue;
            }
            let said_before =
                |earlier: &&Movement| earlier.item == movement.item && earlier.line == movement.line;
            if movements[..place].iter().any(|earlier| said_before(&earlier)) {
                if others
                    .iter()
                    .any(|other: &usize| said_before(&&movements[*other]))
                {
                    others.push(place);
                }
                continue;
            }
            let made = MadeItem {
                order: order.key.clone(),
                line: movement.line,
            };
            if self.ledger.learn_item(MAKER, item, made.clone(), now).await? != made {
                others.push(place);
            }
        }
        Ok(others)
    }

    /// Announces what is still to be announced.
    async fn told(&self, order: &OrderState, fulfilment: Fulfilment) -> Result<Fulfilment, TakeError> {
        let Some(announcer) = &self.announcer else {
            return Ok(fulfilment);
        };
        if fulfilment.untold.is_empty() {
            return Ok(fulfilment);
        }
        let told = fulfilment.untold;
        if !announce(announcer, order, &told).await {
            return Err(TakeError::NotAnnounced(order.key.clone()));
        }
        let kept = self
            .ledger
            .change_fulfilment(&order.key, |before| {
                let mut next = before.clone();
                next.announced(&told);
                (next != *before).then_some(next)
            })
            .await?;
        Ok(kept.fulfilment)
    }

    /// The order's own state: a person has to look, or not any more; and the purchase is told anew, even if all that was
    /// said was known: whoever wrote it may have died before this. Somebody else may have written the fulfilment since it
    /// was read, and the state before us, so it is read once more until both agree.
    async fn follow(&self, order: OrderState, fulfilment: &Fulfilment, now: Millis) -> Result<(), TakeError> {
        let key = order.key.clone();
        let (mut order, mut seen) = (order, fulfilment.clone());
        for _ in 0..AGREE {
            order = self.follow_once(order, &seen, now).await?;
            let stands = self.ledger.fulfilment(&key).await?;
            let agree = stands.disputed() == seen.disputed() && stands.version == seen.version;
            seen = stands;
            if agree {
                break;
            }
        }
        for step in TOLD {
            if order.step(step).kind() == Kind::Due {
                self.hints
                    .send(step, std::slice::from_ref(&key), now, Duration::ZERO)
                    .await;
            }
        }
        Ok(())
    }

    async fn follow_once(
        &self,
        order: OrderState,
        fulfilment: &Fulfilment,
        now: Millis,
    ) -> Result<OrderState, TakeError> {
        let pace = self.ledger.pace();
        let disputed = fulfilment.disputed().map(Unfit::as_str);
        if let Some(code) = disputed {
            self.words(&order, code, words(&fulfilment.disputes), now).await?;
        }
        let changed = self
            .ledger
            .change(order, |order| {
                let looked = match disputed {
                    Some(code) => order.disputed(code, now),
                    None => order.dispute_settled(now),
                };
                TOLD.into_iter().fold(looked, |changed, step| {
                    let stands = changed.as_ref().unwrap_or(order);
                    let raised = stands.raised(step, fulfilment.version, now, pace, true);
                    raised.or(changed)
                })
            })
            .await?;
        let (Changed::Written(order) | Changed::Left(order)) = changed;
        Ok(*order)
    }

    async fn hold(&self, order: OrderState, code: &str, text: String, now: Millis) -> Result<(), TakeError> {
        self.words(&order, code, text, now).await?;
        let key = order.key.clone();
        let changed = self
            .ledger
            .change(order, |order| order.disputed(code, now))
            .await?;
        if let Changed::Written(_) = changed {
            tracing::warn!(order.id = %key, step = "fulfilment", code, "order {key} is held: {code}");
        }
        Ok(())
    }

    async fn words(&self, order: &OrderState, code: &str, text: String, at: Millis) -> Result<(), TakeError> {
        let note = HoldNote {
            code: code.to_owned(),
            text,
            at,
            subject: None,
        };
        let kept = self.ledger.keep_hold(&order.key, StepName::Fulfilment, &note);
        Ok(kept.await?)
    }
}

/// What a person reads: which line, what was said, why it does not fit, and what to do next.
fn words(disputes: &[Dispute]) -> String {
    let one = |dispute: &Dispute| {
        let Dispute { unfit, movement } = dispute;
        let said = match &movement.became {
            order_model::Became::Unknown(word) => format!("{word:?}"),
            became => became.as_str().to_owned(),
        };
        format!("line {}: {said} at {}, and {unfit}", movement.line, movement.at)
    };
    let mut all: Vec<String> = disputes.iter().take(WORDS).map(one).collect();
    if disputes.len() > all.len() {
        all.push(format!("and {} more", disputes.len() - all.len()));
    }
    format!(
        "{}. Record what is true with record-fulfilment and \"instead\": true; or discard the step fulfilment to leave the lines as they are",
        all.join("; ")
    )
}
