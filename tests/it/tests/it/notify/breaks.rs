//! Every call of a notification once, broken in each form.

use super::*;
use bundle_tests::Journey;
use host::Break;
use std::time::Duration;

/// Orders enough for one break each.
const ORDERS: std::ops::Range<u64> = 8001..8051;

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_breaks_at_any_call_ends_as_one_that_went_well() {
    let scene = acknowledged(ORDERS).await;
    let mut orders = ORDERS;
    let mut told = Vec::new();
    for form in Journey::FORMS {
        for call in 1.. {
            let id = orders.next().expect("an order for each break");
            say(
                &scene,
                &[
                    shipped(id, 1, &format!("{id}A")),
                    shipped(id, 2, &format!("{id}B")),
                ],
            )
            .await;
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.batch(NOTIFY).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            told.push(id);
            if !broke {
                assert!(call > 8, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    for _ in 0..4 {
        scene.pass(Duration::from_secs(20 * 60));
        scene.sweep().await;
        scene.drain().await;
    }
    let states = scene.states();
    for id in told {
        let [one, two] = sets(id);
        let parcels = [format!("{id}A"), format!("{id}B")];
        assert_tracking(&scene, id, &[(&one, &parcels[0]), (&two, &parcels[1])]);
        assert_eq!(scene.step(id, "notify"), "done", "order {id}");
        assert!(!states[&order_key(id)].open, "order {id}");
    }
    end(scene).await;
}
