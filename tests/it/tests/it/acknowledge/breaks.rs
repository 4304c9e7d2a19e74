//! Every call of the functions that call Spectrum once, broken in each form.

use super::*;
use bundle_tests::Journey;
use host::Break;
use simulators::sample_custom_map;

const DETAILS: &str = "spectrum-send-order";

/// The orders of a form, which are imported before anything breaks, and have no hint on its way.
async fn prepared(scene: &Scene, place: u64) -> Vec<u64> {
    let ids: Vec<u64> = (1..24).map(|call| 8001 + place * 100 + call).collect();
    import(scene, ids.clone()).await;
    forget(scene, ACKNOWLEDGE);
    ids
}

/// The hints of a function are lost.
fn forget(scene: &Scene, function: &str) {
    // SQS purges a queue once a minute.
    scene.pass(Duration::from_secs(61));
    let queue = scene.mapping(function).queue;
    let purge = json!({"QueueUrl": scene.stack.sqs.url(&queue)});
    scene
        .stack
        .sqs
        .handle("PurgeQueue", &purge)
        .expect("it is purged");
}

fn hint(scene: &Scene, function: &str, id: u64) {
    let hint = json!({"schema": 1, "order": order_key(id)}).to_string();
    scene.send(function, &hint);
}

/// Lets the schedules mend what broke: doubts settle, leases end, the sweep hints.
async fn mend(scene: &Scene, functions: &[&str]) {
    for _ in 0..4 {
        scene.pass(Duration::from_secs(20 * 60));
        scene.sweep().await;
        for function in functions {
            while scene.batch(function).await > 0 {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recipe_set_is_started_once_whichever_call_breaks() {
    let scene = ready(&[]).await;
    let mut ids = Vec::new();
    for (form, place) in Journey::FORMS.into_iter().zip(0u64..) {
        let prepared = prepared(&scene, place).await;
        ids.extend(&prepared);
        for (id, call) in prepared.into_iter().zip(1..) {
            hint(&scene, ACKNOWLEDGE, id);
            scene.stack.gate.arm(&[Break { call, form }]);
            acknowledge(&scene).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            // An invocation that died at once, of what befell the one before, was not broken by this.
            if !broke && scene.step(id, "acknowledge") == "done" {
                assert!(call > 9, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    mend(&scene, &[ACKNOWLEDGE]).await;
    for id in &ids {
        assert_eq!(scene.step(*id, "acknowledge"), "done", "order {id}");
    }
    assert_started_once(&scene, ids);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recipe_set_is_started_once_whichever_call_of_a_look_breaks() {
    let scene = ready(&[]).await;
    let mut ids = Vec::new();
    for (form, place) in Journey::FORMS.into_iter().zip(0u64..) {
        let prepared = prepared(&scene, place).await;
        ids.extend(&prepared);
        for (id, call) in prepared.into_iter().zip(1..) {
            hint(&scene, ACKNOWLEDGE, id);
            // Half of them took effect before they failed.
            match call % 2 {
                0 => scene
                    .stack
                    .spectrum
                    .slow_next(simulators::SpectrumSlow::EffectThen500, 1),
                _ => scene
                    .stack
                    .spectrum
                    .fail_next(simulators::SpectrumFailure::Failed, 1),
            }
            acknowledge(&scene).await;
            assert_eq!(scene.step(id, "acknowledge"), "unknown");
            scene.pass(SETTLED);
            hint(&scene, ACKNOWLEDGE, id);
            scene.stack.gate.arm(&[Break { call, form }]);
            acknowledge(&scene).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            if !broke && scene.step(id, "acknowledge") == "done" {
                assert!(call > 7, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    mend(&scene, &[ACKNOWLEDGE]).await;
    for id in &ids {
        assert_eq!(scene.step(*id, "acknowledge"), "done", "order {id}");
    }
    assert_started_once(&scene, ids);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_details_of_each_order_come_once_whichever_call_breaks() {
    let scene = ready(&[("SpectrumSendOrders", "true")]).await;
    set_map(&scene, sample_custom_map).await;
    let mut ids = Vec::new();
    for (form, place) in Journey::FORMS.into_iter().zip(0u64..) {
        let prepared = prepared(&scene, place).await;
        ids.extend(&prepared);
        for (id, call) in prepared.into_iter().zip(1..) {
            hint(&scene, ACKNOWLEDGE, id);
            acknowledge(&scene).await;
            scene.stack.gate.arm(&[Break { call, form }]);
            while scene.batch(DETAILS).await > 0 {}
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            // An invocation that died at once, of what befell the one before, was not broken by this.
            if !broke && scene.step(id, "details") == "done" {
                assert!(call > 9, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    mend(&scene, &[ACKNOWLEDGE, DETAILS]).await;
    for id in &ids {
        assert_eq!(scene.step(*id, "details"), "done", "order {id}");
        let order = scene
            .stack
            .spectrum
            .order(&number(&scene, *id))
            .expect("it is there");
        let details = order.history.iter().filter(|call| call.operation == "POST order");
        assert_eq!(details.count(), 1, "order {id}");
    }
    assert_started_once(&scene, ids);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recipe_set_is_started_once_whichever_call_for_several_orders_breaks() {
    let scene = ready(&[("SpectrumSeveral", "true")]).await;
    // The token is proven: who dies while proving it would let all others wait.
    import(&scene, [8000]).await;
    acknowledge(&scene).await;
    // Orders enough for two at each break.
    let mut waiting = 8001..8181;
    import(&scene, waiting.clone()).await;
    scene.purge(ACKNOWLEDGE);
    let mut ids = Vec::new();
    for form in Journey::FORMS {
        for call in 1.. {
            for id in waiting.by_ref().take(2) {
                scene.hint(ACKNOWLEDGE, id);
                ids.push(id);
            }
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.batch(ACKNOWLEDGE).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            if !broke {
                assert!(call > 15, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    mend(&scene, &[ACKNOWLEDGE]).await;
    for id in &ids {
        assert_eq!(scene.step(*id, "acknowledge"), "done", "order {id}");
    }
    assert!(calls(&scene, "POST acknowledgements") > 20);
    assert!(scene.stack.spectrum.doubled().is_empty());
    for set in ids.into_iter().flat_map(sets) {
        assert_eq!(scene.stack.spectrum.starts_of(&set).len(), 1, "{set}");
    }
    scene.end().await;
}
