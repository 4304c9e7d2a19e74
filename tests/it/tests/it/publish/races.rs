//! What happens in between: reports, other publishers, deaths.

use bundle_tests::Journey;
use host::{Break, Fault};
use simulators::Slow;

use super::*;

/// No PUT began while another one of the same purchase could still land, and the newest state was the last.
fn assert_newest_last(scene: &Scene, id: u64, expected: &[&str]) {
    let overlaps = scene.stack.sparklayer.overlaps();
    assert!(overlaps.is_empty(), "{overlaps:?}");
    assert_eq!(packages(&shown(scene, id)), expected);
    assert_eq!(scene.step(id, "publish"), "done");
}

const ONE_SHIPPED: [&str; 2] = ["processing JK-5010-GRY-XL x 24", "shipment JK-5010-GRY-L x 1"];

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_comes_while_a_publisher_is_at_it_is_told_by_that_publisher() {
    let scene = imported([8002]).await;
    scene.stack.sparklayer.slow_next(Slow::Effect, 1);
    let report = async {
        scene.stack.sparklayer.wait_for_slow(1).await;
        says(&scene, 8002, shipped(1, 1, TRACKING)).await;
        // The second publisher finds the first one at it.
        scene.batch(PUBLISH).await;
        assert_eq!(asked(&scene, PUT), 1);
        scene.stack.sparklayer.release_slow();
    };
    tokio::join!(scene.batch(PUBLISH), report);
    assert_eq!(bodies(&scene, 8002).len(), 2, "both states, one after the other");
    assert_newest_last(&scene, 8002, &ONE_SHIPPED);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_publishers_at_once_make_one_put() {
    let scene = imported([8002]).await;
    for _ in 0..4 {
        scene.hint(PUBLISH, 8002);
    }
    says(&scene, 8002, shipped(1, 1, TRACKING)).await;
    tokio::join!(scene.batch(PUBLISH), scene.batch(PUBLISH));
    publish(&scene).await;
    assert_eq!(asked(&scene, PUT), 1);
    assert_newest_last(&scene, 8002, &ONE_SHIPPED);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_that_is_stuck_on_its_way_is_not_followed_before_it_has_settled() {
    let scene = imported([8002]).await;
    scene.stack.sparklayer.slow_next(Slow::EffectUnheard, 1);
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "unknown");
    says(&scene, 8002, shipped(1, 1, TRACKING)).await;
    for _ in 0..5 {
        scene.pass(15 * SECOND);
        scene.sweep().await;
        hinted(&scene, 8002).await;
    }
    assert_eq!(asked(&scene, PUT), 1);
    scene.stack.sparklayer.release_slow();
    assert_eq!(bodies(&scene, 8002).len(), 1, "the older state landed late");
    scene.pass(16 * SECOND);
    hinted(&scene, 8002).await;
    assert_newest_last(&scene, 8002, &ONE_SHIPPED);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_publisher_began_is_sent_anew_when_its_lease_ends() {
    for fault in [Fault::KilledBefore, Fault::KilledAfter] {
        let scene = imported([8002]).await;
        scene.break_all("sparklayer", "PUT", fault);
        scene.batch(PUBLISH).await;
        scene.mend();
        assert_eq!(scene.step(8002, "publish"), "claimed");
        says(&scene, 8002, shipped(1, 1, TRACKING)).await;
        hinted(&scene, 8002).await;
        assert_eq!(asked(&scene, PUT), 1, "its lease lives");
        for _ in 0..3 {
            scene.pass(20 * MINUTE);
            scene.sweep().await;
            publish(&scene).await;
        }
        assert_newest_last(&scene, 8002, &ONE_SHIPPED);
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubt_about_a_state_that_is_wanted_again_is_ended_by_sending_it() {
    // A is accepted, B is sent and its reply lost, and then A is right again: SparkLayer must not keep B.
    let scene = imported([8002]).await;
    publish(&scene).await;
    says(&scene, 8002, shipped(1, 1, TRACKING)).await;
    scene.break_all("sparklayer", "PUT", Fault::LostReply);
    publish(&scene).await;
    scene.mend();
    let at = "2026-10-12T18:25:00Z";
    says(
        &scene,
        8002,
        json!({"line": 1, "state": "cancelled", "at": at, "instead": true}),
    )
    .await;
    scene.pass(SETTLED);
    publish(&scene).await;
    assert_newest_last(
        &scene,
        8002,
        &["processing JK-5010-GRY-XL x 24", "cancelled JK-5010-GRY-L x 1"],
    );
    assert_eq!(bodies(&scene, 8002).len(), 3);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_added_in_the_very_moment_lets_every_order_go() {
    let scene = baseline(&[]).await;
    let orders: Vec<u64> = (8001..8013).collect();
    import(&scene, orders.iter().map(|id| sample_order(*id, 2))).await;
    for id in &orders {
        let code = sample_order(*id, 2)["CustomerCode"].clone();
        let row = json!({"source": "repspark", "customer_code": code, "store_code": "", "sparklayer_customer": CUSTOMER});
        let rows = json!({"rows": [row], "by": "ada", "why": "a test"});
        tokio::join!(scene.batch(PUBLISH), scene.done("map-customers", rows));
    }
    // Nobody comes again: whoever was second has let the order go.
    publish(&scene).await;
    for id in &orders {
        assert_eq!(
            scene.step(*id, "publish"),
            "done",
            "{id}: {}",
            scene.held(*id, "publish")
        );
    }
    scene.end().await;
}

/// Orders enough for one break each.
const ORDERS: std::ops::Range<u64> = 8001..8121;

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_that_breaks_at_any_call_ends_as_one_that_went_well() {
    let scene = imported(ORDERS).await;
    scene.purge(PUBLISH);
    let mut orders = ORDERS;
    let mut told = Vec::new();
    for form in Journey::FORMS {
        for call in 1.. {
            let id = orders.next().expect("an order for each break");
            scene.hint(PUBLISH, id);
            // A token is had anew after a death; else it is there, and each order makes the same calls.
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.batch(PUBLISH).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            told.push(id);
            if !broke {
                assert!(call > 8, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    // What became of their lines meanwhile must be the end of each.
    for id in &told {
        says(
            &scene,
            *id,
            json!({"line": 1, "state": "shipped", "at": "2026-10-12T18:25:00Z"}),
        )
        .await;
    }
    for _ in 0..8 {
        scene.pass(20 * MINUTE);
        scene.sweep().await;
        publish(&scene).await;
    }
    for id in told {
        assert_eq!(scene.step(id, "publish"), "done", "order {id}");
        let last = packages(&shown(&scene, id));
        assert!(last[1].starts_with("shipment"), "order {id}: {last:?}");
        let names: Vec<_> = scene.stack.sparklayer.purchases();
        let of_it = names
            .iter()
            .filter(|one| one.names.get("platform") == Some(&format!("repspark:{id}")));
        assert_eq!(of_it.count(), 1, "order {id}");
    }
    assert!(scene.stack.sparklayer.overlaps().is_empty());
    scene.end().await;
}
