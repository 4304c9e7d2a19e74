//! A decision about one order.

use ledger::{Changed, DecisionRecord, LedgerError};
use order_model::{Decision, EcatId, Kind, Millis, OrderState, Person, StepName, StepState};

use crate::judge::{is_as_wanted, judge, judge_again};
use crate::request::Wish;
use crate::row::{Came, Row};
use crate::submission::{By, Meant, current, meant, told};
use crate::{DecideOrder, words};

/// The ledger broke off in the middle of a decision.
#[derive(Debug, thiserror::Error)]
#[error(
    "{order}: the ledger broke off, so whether the decision took effect is not known: show the order, or decide again, which is harmless: {source}"
)]
pub(crate) struct BrokeOff {
    order: String,
    source: LedgerError,
}

impl BrokeOff {
    pub(crate) fn of(order: &str) -> impl Fn(LedgerError) -> Self + use<> {
        let order = order.to_owned();
        move |source| Self {
            order: order.clone(),
            source,
        }
    }
}

/// The record of a person's decision.
pub(crate) fn record(
    who: &Person,
    did: &str,
    step: Option<StepName>,
    detail: String,
    now: Millis,
) -> DecisionRecord {
    DecisionRecord {
        at: now,
        did: did.to_owned(),
        step,
        by: who.by().to_owned(),
        why: who.why().to_owned(),
        detail,
    }
}

impl DecideOrder {
    /// Decides about an order, or about one of its submissions.
    pub(crate) async fn order(
        &self,
        order: OrderState,
        by: By,
        wish: &Wish,
        now: Millis,
    ) -> Result<Row, BrokeOff> {
        match meant(&order, by, wish) {
            Ok(Meant::Step(step)) => self.step(order, step, wish, now).await,
            Ok(about) => self.submission(order, about, by, wish, now).await,
            Err(no) => {
                let row = Row::new(&order.key, by.matched().or(wish.step), Came::Refused(no));
                let known = |id: &EcatId| order.versions.iter().any(|version| version.id == *id);
                Ok(match by {
                    By::Name(Some(id)) | By::Filter(_, Some(id)) if known(&id) => row.about(id),
                    _ => row,
                })
            }
        }
    }

    /// Decides about a step of an order.
    async fn step(
        &self,
        order: OrderState,
        step: StepName,
        wish: &Wish,
        now: Millis,
    ) -> Result<Row, BrokeOff> {
        let key = order.key.clone();
        let next = match judge(&order, wish, step, now) {
            Ok(next) => next,
            Err(no) => return Ok(Row::new(key, Some(step), Came::Refused(no))),
        };
        let change = words::change(&order, &next, step);
        if wish.dry_run {
            return Ok(Row::new(key, Some(step), Came::Would(change)));
        }
        let about = match current(&order) {
            Some(version) if wish.decision != Decision::Erase => format!("submission {}: ", told(version)),
            _ => String::new(),
        };
        let detail = format!("{about}{change}{}", words::with_number(wish));
        let decided = record(&wish.who, wish.decision.as_str(), Some(step), detail, now);
        let broke_off = BrokeOff::of(key.as_str());
        self.kit
            .ledger
            .keep_decision(key.as_str(), &decided)
            .await
            .map_err(&broke_off)?;
        self.keep_decided(&order, &next, now).await.map_err(&broke_off)?;
        let came = self.carry_out(order, wish, step, now).await.map_err(&broke_off)?;
        if let Came::Refused(no) = &came {
            let refused = DecisionRecord {
                detail: format!("refused: {no}"),
                ..decided
            };
            self.kit
                .ledger
                .keep_decision(key.as_str(), &refused)
                .await
                .map_err(&broke_off)?;
        }
        let (decision, step_name) = (wish.decision.as_str(), step.as_str());
        let is_done = matches!(came, Came::Done(_));
        tracing::info!(order.id = %key, decision, step = step_name, by = wish.who.by(), done = is_done, "a person decided about order {key}");
        Ok(Row::new(key, Some(step), came))
    }

    async fn carry_out(
        &self,
        order: OrderState,
        wish: &Wish,
        step: StepName,
        now: Millis,
    ) -> Result<Came, LedgerError> {
        if wish.decision == Decision::Erase {
            return self.erase(order, wish, now).await;
        }
        let key = order.key.clone();
        self.drop_disputes(&order, wish.decision, step).await?;
        let came = self.change(order, wish, step, now).await?;
        self.dispute_again(&key, wish.decision, step, now).await?;
        Ok(came)
    }

    /// What a review was about is not asked again once a person has ended it.
    pub(crate) async fn keep_decided(
        &self,
        order: &OrderState,
        next: &OrderState,
        now: Millis,
    ) -> Result<(), LedgerError> {
        let StepState::Held { at, .. } = order.step(StepName::Review) else {
            return Ok(());
        };
        if next.step(StepName::Review).kind() == Kind::Held {
            return Ok(());
        }
        let ledger = &self.kit.ledger;
        let note = ledger.hold(&order.key, StepName::Review).await?;
        // Words of another time are about something that the person has not been shown.
        match note.filter(|note| note.at == *at).and_then(|note| note.subject) {
            Some(content) => ledger.keep_decided(&order.key, &content, now).await,
            None => Ok(()),
        }
    }

    /// Writes what the table allows on whatever stands there.
    async fn change(
        &self,
        order: OrderState,
        wish: &Wish,
        step: StepName,
        now: Millis,
    ) -> Result<Came, LedgerError> {
        let seen = order.clone();
        let mut came: Result<String, String> = Err("nothing was decided".to_owned());
        let mut written: Option<String> = None;
        let changed = self
            .kit
            .ledger
            .change(order, |stands| {
                match judge_again(&seen, stands, wish, step, now) {
                    Ok(next) => {
                        let change = words::change(stands, &next, step);
                        written = Some(change.clone());
                        came = Ok(change);
                        Some(next)
                    }
                    Err(no) => {
                        came = Err(no);
                        None
                    }
                }
            })
            .await?;
        Ok(match (changed, came, written) {
            // The reply to our write was lost, and a worker went on with the order before it was repeated.
            (Changed::Left(stands), Err(_), Some(change)) if is_as_wanted(&stands, wish, step, now) => {
                Came::Done(change)
            }
            (_, Ok(change), _) => Came::Done(change),
            (_, Err(no), _) => Came::Refused(no),
        })
    }
}
