//! Orders that come together, acknowledged in one call. What the answer looks like is not documented: an order of which it
//! does not speak plainly is unknown, and looked up by itself later.

use std::collections::BTreeMap;

use custom_orders::{Begun, Called, Endpoint, Once, Prepared, Visit};
use lambda_kit::{Chain, Unrecorded, clock};
use ledger::Claimed;
use order_model::{Kind, OrderKey, StepName};
use spectrum::{Acknowledged, Acknowledgement, BATCH_MAX, Batch, CallError, Credentials, Each, Operation};

use crate::acknowledge::Acknowledge;

const STEP: StepName = StepName::Acknowledge;

type Begin = Begun<Acknowledgement>;

/// Acknowledges those of the orders together that were never tried before. What can't be recorded stays claimed, and is
/// looked up when the claim's time is over.
pub(crate) async fn acknowledge(once: &Once<Acknowledge>, orders: &[OrderKey], visit: &Visit) {
    let together = match ready(once, orders, visit).await {
        // One alone goes the ordinary way.
        Ok(together) if together.len() > 1 => together,
        Ok(_) => return,
        Err(error) => {
            let step = STEP.as_str();
            tracing::error!(step, "orders are acknowledged one by one: {}", Chain(&error));
            return;
        }
    };
    visit.turns.wait(Endpoint::Post).await;
    let mut begun = Vec::new();
    for key in together {
        match begin(once, &key, visit).await {
            Ok(Some(one)) => begun.push(one),
            Ok(None) => {}
            Err(error) => unrecorded(&key, &error),
        }
    }
    let messages = begun.iter().map(|one| one.made.message.clone()).collect();
    // None is left, where somebody else was faster.
    let Ok(batch) = Batch::new(messages) else { return };
    let forbidden = begun.iter().map(|one| one.attempts.forbidden).max().unwrap_or(0);
    let call = async |credentials: Credentials| once.client(credentials).acknowledge_several(&batch).await;
    let called = once.call(visit, forbidden, call).await;
    let mut answers = by_number(&called);
    for one in begun {
        let key = one.key().clone();
        let answer = answers.remove(one.made.message.number().as_str());
        let finished = once.finish(one, answered(&called, answer), None, visit).await;
        if let Err(error) = finished {
            unrecorded(&key, &error);
        }
    }
}

type Several = Called<Vec<(spectrum::PurchaseOrderNumber, Each)>>;

/// The orders that may go together: due, and never tried before.
async fn ready(
    once: &Once<Acknowledge>,
    orders: &[OrderKey],
    visit: &Visit,
) -> Result<Vec<OrderKey>, Unrecorded> {
    let mut together = Vec::new();
    for key in orders.iter().take(BATCH_MAX) {
        let Some(order) = once.kit.ledger.order(key).await? else {
            continue;
        };
        let is_due = order.step(STEP).kind() == Kind::Due && once.may_begin(&order, visit);
        if is_due && order.held_for_review(STEP).is_none() && is_fresh(&once.prepare(&order).await?) {
            together.push(key.clone());
        }
    }
    let passes = together.len() > 1 && visit.gate.pass(clock::now()).await?;
    Ok(if passes { together } else { Vec::new() })
}

fn is_fresh(prepared: &Prepared<Acknowledgement>) -> bool {
    matches!(prepared, Prepared::Ready(ready) if ready.attempts.tries.is_empty())
}

/// Claims an order, and notes the try down.
async fn begin(once: &Once<Acknowledge>, key: &OrderKey, visit: &Visit) -> Result<Option<Begin>, Unrecorded> {
    let Some(order) = once.kit.ledger.order(key).await? else {
        return Ok(None);
    };
    let prepared = once.prepare(&order).await?;
    if order.step(STEP).kind() != Kind::Due || !is_fresh(&prepared) {
        return Ok(None);
    }
    let Prepared::Ready(ready) = prepared else {
        return Ok(None);
    };
    match once.claim(order, &ready.made.hash, visit).await? {
        // The next turn says why.
        Claimed::Granted(order, claim) if once.must_wait(&order) => {
            once.give_back(*order, &claim).await.map(|()| None)
        }
        Claimed::Granted(order, claim) => once.begin(*order, claim, ready.made, ready.attempts).await,
        _ => Ok(None),
    }
}

fn by_number(called: &Several) -> BTreeMap<String, Each> {
    let told = called
        .as_ref()
        .ok()
        .and_then(|called| called.answer.as_ref().ok());
    let told = told.into_iter().flatten();
    told.map(|(number, each)| (number.as_str().to_owned(), each.clone()))
        .collect()
}

/// What the one call came to for one order.
fn answered(called: &Several, each: Option<Each>) -> Called<Acknowledged> {
    let called = called.as_ref().map_err(Clone::clone)?;
    let unclear = |what| CallError::Unclear {
        operation: Operation::AcknowledgeSeveral,
        status: 200,
        what,
    };
    let answer = match (&called.answer, each) {
        (Err(error), _) => Err(error.clone()),
        (Ok(_), Some(Each::Told(told))) => Ok(told),
        (Ok(_), Some(Each::Unknown(what))) => Err(unclear(what)),
        (Ok(_), None) => Err(unclear("the answer does not name the order")),
    };
    Ok(lambda_kit::Called {
        answer,
        again: called.again,
    })
}

fn unrecorded(key: &OrderKey, error: &Unrecorded) {
    let step = STEP.as_str();
    tracing::error!(order.id = %key, step, "not recorded, looked up later: {}", Chain(error));
}
