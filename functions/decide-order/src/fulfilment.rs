//! What became of an order's lines, where a person looks at it, decides about it or has it erased.

use std::collections::BTreeSet;

use ledger::{Awaited, Changed, LedgerError, Waiting};
use order_model::{Decision, Fulfilment, Millis, OrderKey, OrderState, StepName, Unfit};

use crate::DecideOrder;

/// The names under which something may wait for an order: its key, the ERP keys that it or a submission of it has, its
/// number at the ERP.
fn names(order: &OrderState) -> BTreeSet<String> {
    let erp_keys = order.erp_key().into_iter();
    let submitted = order.versions.iter().map(|version| version.key.clone());
    let keys = erp_keys.chain(submitted).map(|key| key.to_string());
    let number = order.reference.iter().map(|number| number.as_str().to_owned());
    [order.key.to_string()]
        .into_iter()
        .chain(keys)
        .chain(number)
        .collect()
}

impl DecideOrder {
    /// What was said of an order's lines and could not be brought to it yet.
    pub(crate) async fn waiting_for(&self, order: &OrderState) -> Result<Vec<Waiting>, LedgerError> {
        let mut all = Vec::new();
        for name in names(order) {
            let (awaited, mut from) = (Awaited::Order(name), None);
            loop {
                let page = self.kit.ledger.waiting(Some(&awaited), from).await?;
                all.extend(page.all);
                from = page.next;
                if from.is_none() {
                    break;
                }
            }
        }
        Ok(all)
    }

    /// What a person decides about is what was said until now: it is dropped before the step is moved, because an order
    /// whose step is over and whose lines are still disputed would be held again by the next movement of any line. Where
    /// nothing is disputed the lines could not be read, and what waits for that is dropped.
    pub(crate) async fn drop_disputes(
        &self,
        order: &OrderState,
        decision: Decision,
        step: StepName,
    ) -> Result<(), LedgerError> {
        if !ends_question(decision, step) {
            return Ok(());
        }
        let ledger = &self.kit.ledger;
        let seen = ledger.fulfilment(&order.key).await?;
        if seen.disputes.is_empty() {
            return self.drop_waiting(order).await.map(drop);
        }
        let dropped = ledger.change_fulfilment(&order.key, |stands| without(stands, &seen));
        dropped.await.map(drop)
    }

    /// Holds the step again if something is disputed that came while a person decided: nobody has decided about that.
    pub(crate) async fn dispute_again(
        &self,
        key: &OrderKey,
        decision: Decision,
        step: StepName,
        now: Millis,
    ) -> Result<(), LedgerError> {
        if !ends_question(decision, step) {
            return Ok(());
        }
        let ledger = &self.kit.ledger;
        let Some(code) = ledger.fulfilment(key).await?.disputed().map(Unfit::as_str) else {
            return Ok(());
        };
        let Some(order) = ledger.order(key).await? else {
            return Ok(());
        };
        if let Changed::Written(_) = ledger.change(order, |order| order.disputed(code, now)).await? {
            tracing::warn!(order.id = %key, step = step.as_str(), code, "order {key} is held again: {code}");
        }
        Ok(())
    }

    /// Forgets what waits to be said of an order's lines. Whether there was anything.
    pub(crate) async fn drop_waiting(&self, order: &OrderState) -> Result<bool, LedgerError> {
        let waiting = self.waiting_for(order).await?;
        for one in &waiting {
            self.kit.ledger.forget_waiting(one).await?;
        }
        Ok(!waiting.is_empty())
    }
}

fn ends_question(decision: Decision, step: StepName) -> bool {
    step == StepName::Fulfilment && matches!(decision, Decision::Discard | Decision::Complete)
}

/// Without the disputes that were seen, which change nothing if they are said again; none if that is so already.
fn without(stands: &Fulfilment, seen: &Fulfilment) -> Option<Fulfilment> {
    let mut next = stands.clone();
    next.deal_with(&seen.disputes);
    (next != *stands).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{Became, Dispute, ErpReference, Movement};

    fn disputed(ids: &[&str]) -> Fulfilment {
        let dispute = |id: &&str| Dispute {
            unfit: Unfit::OtherEnd,
            movement: Movement {
                id: (*id).to_owned(),
                line: 1,
                became: Became::Cancelled,
                quantity: None,
                at: Millis(1),
                parcel: None,
                item: None,
                instead: false,
            },
        };
        Fulfilment {
            version: 3,
            disputes: ids.iter().map(dispute).collect(),
            ..Fulfilment::default()
        }
    }

    #[test]
    fn only_what_a_person_has_seen_is_dropped_and_the_version_stays() {
        let left = without(&disputed(&["a", "b"]), &disputed(&["a"])).unwrap();
        assert_eq!(left.disputes, disputed(&["b"]).disputes);
        assert_eq!((left.version, left.ignored.len()), (3, 1));
        let another = without(&disputed(&["b"]), &disputed(&["a"])).unwrap();
        assert_eq!(another.disputes, disputed(&["b"]).disputes);
    }

    #[test]
    fn something_may_wait_for_an_order_under_its_key_or_its_number() {
        let mut order = OrderState::foreign(OrderKey::new("RS-ACME-1").unwrap(), None, Millis(0));
        assert_eq!(names(&order), BTreeSet::from(["RS-ACME-1".to_owned()]));
        order.reference = ErpReference::new("SO1").ok();
        assert!(names(&order).contains("SO1"));
    }
}
