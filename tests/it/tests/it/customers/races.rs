//! The note, the hold and the row, whoever comes in between and whoever dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bundle_tests::{Journey, Scene};
use host::{Break, Form};
use tokio::runtime::Handle;

use super::{MAP, MINUTE, NOT_MAPPED, PUBLISH, assert_published, code, imported, notes, order, publish, row};

/// The first order, and more orders than a function has calls.
const FIRST: u64 = 8001;
const ORDERS: u64 = 90;

fn ids() -> std::ops::Range<u64> {
    FIRST..FIRST + ORDERS
}

/// Orders that are due to be published, and whose hints are lost: the test gives each when its turn comes.
async fn due() -> Scene {
    let scene = imported(ids().map(order)).await;
    scene.purge(PUBLISH);
    scene
}

/// What one function does while the other one is stopped.
type Meanwhile = fn(Arc<Scene>, u64) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

fn publishes(scene: Arc<Scene>, id: u64) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        scene.hint(PUBLISH, id);
        scene.batch(PUBLISH).await;
    })
}

fn maps(scene: Arc<Scene>, id: u64) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        assert_eq!(scene.done(MAP, row(id)).await["bad"], 0);
    })
}

/// Stops one function before each of its calls in turn, lets the other one run from its beginning to its end, and then lets
/// the first one go on: the call that was stopped is lost, and the SDK makes it again.
async fn in_each_gap(stopped: Meanwhile, other: Meanwhile, least: u64) {
    let scene = Arc::new(due().await);
    let mut orders = ids();
    let mut gaps = 0;
    for call in 1.. {
        let id = orders.next().expect("an order for each gap");
        let ran = Arc::new(AtomicBool::new(false));
        let (inner, flag) = (Arc::downgrade(&scene), Arc::clone(&ran));
        scene.stack.gate.on_kill(move |_| {
            flag.store(true, Ordering::SeqCst);
            let scene = inner.upgrade().expect("the scene lives");
            tokio::task::block_in_place(|| Handle::current().block_on(other(scene, id)));
        });
        let form = Form::Before;
        scene.stack.gate.arm(&[Break { call, form }]);
        stopped(Arc::clone(&scene), id).await;
        scene.stack.gate.disarm();
        let had_gap = ran.load(Ordering::SeqCst);
        if !had_gap {
            other(Arc::clone(&scene), id).await;
        }
        publish(&scene).await;
        // Nobody died, so nobody needs the sweep.
        assert_published(&scene, id);
        if !had_gap {
            break;
        }
        gaps += 1;
    }
    assert!(gaps >= least, "only {gaps} calls were stopped");
    // The note of one that let itself go is forgotten by the sweep.
    scene.sweep().await;
    assert_eq!(notes(&scene), 0);
    scene.stack.gate.on_kill(|_| {});
    let scene = Arc::try_unwrap(scene).ok().expect("nobody else has the scene");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_begins_to_wait_while_its_customer_is_mapped_goes_in_whichever_order_the_calls_come() {
    in_each_gap(publishes, maps, 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_is_mapped_while_an_order_begins_to_wait_lets_it_go_in_whichever_order_the_calls_come()
 {
    in_each_gap(maps, publishes, 4).await;
}

/// A function is broken at one call after the other, in each form, and is not made again: what it left behind is the sweep's.
/// Returns the orders.
async fn at_each_call(scene: &Scene, step: impl AsyncFn(u64), least: u64) -> Vec<u64> {
    let (mut orders, mut broken) = (ids(), Vec::new());
    for form in Journey::FORMS {
        for call in 1.. {
            let id = orders.next().expect("an order for each break");
            scene.stack.gate.arm(&[Break { call, form }]);
            step(id).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            broken.push(id);
            if !broke {
                assert!(call > least, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    broken
}

/// The sweep's turn comes, twice; what it hints is published.
async fn swept(scene: &Scene) {
    for _ in 0..2 {
        scene.pass(Duration::from_secs(16 * 60));
        scene.sweep().await;
        publish(scene).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_lets_go_what_a_publication_that_died_left_waiting() {
    let scene = due().await;
    let dies = async |id: u64| {
        scene.hint(PUBLISH, id);
        scene.batch(PUBLISH).await;
    };
    let broken = at_each_call(&scene, dies, 4).await;
    // SQS lets a queue be purged once a minute.
    scene.pass(2 * MINUTE);
    scene.purge(PUBLISH);
    // The rows come from somebody who dies at once: nobody but the sweep looks for who waits.
    for id in &broken {
        scene.put_item(&serde_json::json!({
            "pk": {"S": "customer#repspark"}, "sk": {"S": format!("{}#", code(*id))}, "v": {"N": "1"},
            "code": {"S": code(*id)}, "sparklayer": {"S": "CU-1"}, "by": {"S": "ada"}, "at": {"N": "1"},
        }));
    }
    swept(&scene).await;
    broken.iter().for_each(|id| assert_published(&scene, *id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_lets_go_what_a_mapping_that_died_left_waiting() {
    let scene = due().await;
    for id in ids() {
        scene.hint(PUBLISH, id);
    }
    publish(&scene).await;
    assert_eq!(scene.held(FIRST, "publish"), NOT_MAPPED);
    let dies = async |id: u64| drop(scene.invoke(MAP, row(id)).await);
    let broken = at_each_call(&scene, dies, 8).await;
    scene.pass(2 * MINUTE);
    scene.purge(PUBLISH);
    swept(&scene).await;
    let mut repeated = 0;
    for id in broken {
        if scene.step(id, "publish") != "done" {
            // It died before its row was written: whoever got no answer sends the same again.
            assert_eq!(scene.held(id, "publish"), NOT_MAPPED);
            assert_eq!(scene.done(MAP, row(id)).await["released"], 1);
            repeated += 1;
        }
    }
    publish(&scene).await;
    assert!(repeated > 0);
    scene.end().await;
}
