//! The way of one order from Submitted to Valid, walked by every function, with calls broken on the way.
//!
//! One walk: the first pull ever (which takes the baseline), a pull that finds a lost order's successor, a recovery that
//! finds a lost one, a sweep that finds lost hints, the import, the confirmation. The gate counts every call that a
//! function makes to anything outside it. A broken walk is then left to the schedules, and must end as the clean one.

use std::time::Duration;

use host::{Break, Form};
use lambda_runner::Outcome;
use serde_json::json;
use simulators::sample_order;

use crate::{Scene, order_key};

/// An order that the integration before us imported.
const FOREIGN: u64 = 7001;
/// An order that is submitted, and one that a pull lost: RepSpark holds it as Sent and we do not know it.
const SUBMITTED: u64 = 8001;
const LOST: u64 = 8002;

/// One call of the clean walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Which call, from 1.
    pub call: u64,
    /// `caller service operation subject`.
    pub what: String,
}

/// Which way is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Every function, from the first baseline on.
    Whole,
    /// One order from Submitted to Valid: pull, import, confirm. The baseline is taken before anything breaks.
    OneOrder,
}

/// A walk.
pub struct Journey {
    scene: Scene,
    way: Way,
}

impl Journey {
    /// A bundle at the beginning of the walk.
    pub async fn prepare(way: Way) -> Self {
        let scene = Scene::start().await;
        scene.stack.repspark.put(FOREIGN, sample_order(FOREIGN, 3), 2);
        if way == Way::OneOrder {
            scene
                .done("repspark-pull-orders", json!({"baseline": true}))
                .await;
        }
        Self { scene, way }
    }

    /// Walks, with these breaks. Nothing is asserted on the way: whatever breaks, breaks.
    pub async fn walk(&self, breaks: &[Break]) {
        let scene = &self.scene;
        scene.stack.gate.arm(breaks);
        if self.way == Way::OneOrder {
            scene.stack.repspark.submit(sample_order(SUBMITTED, 3));
            scene.invoke("repspark-pull-orders", json!({})).await;
            scene.drain().await;
            return;
        }
        // A person takes the baseline before the schedules are on, and again until it is taken.
        for _ in 0..6 {
            let taken = scene
                .invoke("repspark-pull-orders", json!({"baseline": true}))
                .await
                .outcome;
            if matches!(taken, Outcome::Ok(answer) if answer["outcome"] == "baseline_taken") {
                break;
            }
            scene.pass(Duration::from_secs(6 * 60));
        }
        scene.stack.repspark.submit(sample_order(SUBMITTED, 3));
        scene.invoke("repspark-pull-orders", json!({})).await;
        // The hints of that pull are lost, so that the sweep has something to find.
        let queue = scene.mapping("erp-import-order").queue;
        let purge = json!({"QueueUrl": scene.stack.sqs.url(&queue)});
        let _ = scene.stack.sqs.handle("PurgeQueue", &purge);
        scene.stack.repspark.put(LOST, sample_order(LOST, 3), 2);
        scene
            .invoke("repspark-recover-orders", json!({"now": true}))
            .await;
        scene.pass(Duration::from_secs(16 * 60));
        scene.invoke("sweep-orders", json!({})).await;
        scene.drain().await;
    }

    /// The calls of this walk so far.
    pub fn spots(&self) -> Vec<Spot> {
        let calls = self.scene.stack.gate.journal().into_iter().zip(1..);
        calls.map(|(what, call)| Spot { call, what }).collect()
    }

    /// Leaves the rest to the schedules, and checks the end. The error says what is wrong. Breaks that are still to come
    /// hit the repair.
    pub async fn arrive(self) -> Result<(), String> {
        let scene = &self.scene;
        // A walk that broke before its baseline begins anew, by hand, as the README says.
        for _ in 0..3 {
            scene.pass(Duration::from_secs(20 * 60));
            scene
                .invoke("repspark-pull-orders", json!({"baseline": true}))
                .await;
        }
        scene.live(24).await;
        let verdict = self.judge();
        self.scene.stack.stop().await;
        verdict
    }

    fn orders(&self) -> &'static [u64] {
        match self.way {
            Way::Whole => &[SUBMITTED, LOST],
            Way::OneOrder => &[SUBMITTED],
        }
    }

    fn judge(&self) -> Result<(), String> {
        let (repspark, erp) = (&self.scene.stack.repspark, &self.scene.stack.erp);
        if repspark.status(FOREIGN) != Some(2) || !erp.orders_for(&order_key(FOREIGN)).is_empty() {
            return Err("the foreign order was touched".to_owned());
        }
        let states = self.scene.states();
        for id in self.orders().iter().copied() {
            let in_erp = erp.orders_for(&order_key(id));
            let state = states.get(&order_key(id)).map(|state| state.steps.clone());
            let number = in_erp.first().and_then(|order| order.reference.clone());
            if in_erp.len() != 1 {
                return Err(format!(
                    "order {id} is {} times in the ERP; ledger: {state:?}",
                    in_erp.len()
                ));
            }
            if repspark.status(id) != Some(4) || repspark.erp_number(id) != number {
                return Err(format!(
                    "order {id} is not Valid with the ERP's number; ledger: {state:?}"
                ));
            }
            if repspark.confirmations(id).len() != 1 {
                return Err(format!(
                    "order {id} was confirmed {} times",
                    repspark.confirmations(id).len()
                ));
            }
        }
        if states.values().any(|state| state.open) {
            return Err("an order is still open".to_owned());
        }
        self.scene.assert_decent();
        Ok(())
    }

    /// The three forms of a break.
    pub const FORMS: [Form; 3] = [Form::Before, Form::After, Form::ReplyLost];
}
