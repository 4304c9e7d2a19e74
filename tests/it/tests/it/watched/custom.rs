//! The part of the day on which custom lines go to Spectrum.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::json;
use simulators::{SpectrumFailure, sample_custom_map, sample_custom_order};

const ACKNOWLEDGE: &str = "spectrum-acknowledge-order";
const DETAILS: &str = "spectrum-send-order";
const NOTIFY: &str = "spectrum-notify-shipment";
const MINUTE: Duration = Duration::from_secs(60);

/// A function, and the call that it makes.
const STEPS: [(&str, &str); 3] = [
    (ACKNOWLEDGE, "POST acknowledgement"),
    (DETAILS, "POST order"),
    (NOTIFY, "POST ship-notification"),
];

/// An order of one custom line comes into the ERP.
async fn imported(scene: &Scene, id: u64) {
    super::submitted(scene, sample_custom_order(id, &[&format!("W{id:06}A")])).await;
    scene.batch(super::IMPORT).await;
}

/// Its line ships.
async fn shipped(scene: &Scene, id: u64) {
    let row = json!({
        "order": order_key(id), "line": 1, "state": "shipped", "at": "2026-10-12T18:25:00Z", "tracking": format!("WATCH{id}"),
    });
    let answer = scene.done("record-fulfilment", json!({"rows": [row]})).await;
    assert_eq!(answer["applied"], 1, "{answer}");
}

/// An order for which this function has something to do: all before it is done.
async fn ready(scene: &Scene, id: u64, function: &str) {
    imported(scene, id).await;
    for (before, _) in STEPS.iter().take_while(|(before, _)| *before != function) {
        while scene.batch(before).await > 0 {}
    }
    if function == NOTIFY {
        while scene.batch(NOTIFY).await > 0 {}
        shipped(scene, id).await;
    }
}

/// One try, and then whatever comes of it once it can't be under way any more.
async fn tried(scene: &Scene, function: &str) {
    scene.batch(function).await;
    scene.mend();
    scene.pass(20 * MINUTE);
    scene.sweep().await;
    scene.drain().await;
}

/// In each way that is told apart, but for the credentials; and each step is done, tried again, held and not recorded.
pub(super) async fn spectrum_fails(scene: &Scene) {
    scene.live(4).await;
    crate::acknowledge::set_map(scene, sample_custom_map).await;
    let mut ids = 8021..;
    for (function, call) in STEPS {
        for fault in [Fault::Throttled, Fault::ServerError, Fault::LostReply] {
            let Some(id) = ids.next() else { return };
            ready(scene, id, function).await;
            scene.break_all("spectrum", call, fault);
            tried(scene, function).await;
        }
        let nonsense = SpectrumFailure::Answer(200, json!({"statuses": "none"}));
        for failure in [nonsense, SpectrumFailure::Status(400)] {
            let Some(id) = ids.next() else { return };
            ready(scene, id, function).await;
            scene.stack.spectrum.fail_endpoint(call, failure, 1);
            tried(scene, function).await;
        }
        let Some(id) = ids.next() else { return };
        ready(scene, id, function).await;
        scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
        tried(scene, function).await;
    }
}

/// An order whose acknowledgement is due.
pub(super) async fn an_order_is_due(scene: &Scene) {
    imported(scene, 8039).await;
}

pub(super) async fn credentials_are_refused(scene: &Scene) {
    scene.stack.spectrum.set_token("another-token");
    scene.batch(ACKNOWLEDGE).await;
}
