//! `spectrum-notify-shipment`: the tracking of a custom order is told once all of it has shipped, and then always the newest.

mod answers;
mod breaks;
mod reports;

use std::collections::{BTreeMap, BTreeSet};

use bundle_tests::{Scene, order_key};
use local::leaks;
use serde_json::{Value, json};
use simulators::{sample_custom_order, sample_order};

use crate::acknowledge::{acknowledge, calls, import, number, ready, sets};

const NOTIFY: &str = "spectrum-notify-shipment";
const RECORD: &str = "record-fulfilment";
const POST: &str = "POST ship-notification";
const ON: (&str, &str) = ("SpectrumNotifyShipments", "true");

/// The tracking of a line in these tests begins like this, and stands in no log.
const PARCEL: &str = "1ZPARCEL";

/// A bundle whose orders of two custom lines are acknowledged, and of which nothing has shipped.
async fn acknowledged(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = ready(&[ON]).await;
    import(&scene, ids).await;
    acknowledge(&scene).await;
    notify(&scene).await;
    assert_eq!(posts(&scene), 0, "nothing has shipped");
    scene
}

async fn notify(scene: &Scene) {
    while scene.batch(NOTIFY).await > 0 {}
}

fn posts(scene: &Scene) -> u64 {
    calls(scene, POST)
}

fn row(id: u64, line: u32, state: &str) -> Value {
    json!({"order": order_key(id), "line": line, "state": state, "at": "2026-10-12T18:25:00Z"})
}

/// A line left in a parcel of this name.
fn shipped(id: u64, line: u32, parcel: &str) -> Value {
    let mut row = row(id, line, "shipped");
    row["carrier"] = "UPS".into();
    row["tracking"] = format!("{PARCEL}{parcel}").into();
    row
}

/// The ERP or a person says this of lines.
async fn say(scene: &Scene, rows: &[Value]) {
    let answer = scene.done(RECORD, json!({ "rows": rows })).await;
    assert_eq!(
        (&answer["bad"], &answer["disputed"]),
        (&json!(0), &json!(0)),
        "{answer}"
    );
}

/// That Spectrum has these parcels of the recipe sets of an order, and no others.
fn assert_tracking(scene: &Scene, id: u64, parcels: &[(&String, &str)]) {
    let order = scene
        .stack
        .spectrum
        .order(&number(scene, id))
        .expect("it is there");
    let wanted: BTreeMap<String, String> = parcels
        .iter()
        .map(|(set, parcel)| ((*set).clone(), format!("{PARCEL}{parcel}")))
        .collect();
    assert_eq!(order.tracking, wanted, "order {id}");
}

/// Whoever knows a parcel's number knows where somebody's parcel is.
fn assert_silent(scene: &Scene) {
    let parcels = BTreeSet::from([PARCEL.to_owned()]);
    let leaks = leaks::find(&scene.stack.runner.output(), &parcels);
    assert!(leaks.is_empty(), "{leaks:?}");
}

async fn end(scene: Scene) {
    assert_silent(&scene);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tracking_is_told_once_when_each_custom_line_has_shipped_with_it_and_not_before() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    for early in [shipped(8001, 1, "1"), row(8001, 2, "shipped")] {
        say(&scene, &[early]).await;
        notify(&scene).await;
        assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 0));
    }
    say(&scene, &[shipped(8001, 2, "2")]).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 1));
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "2")]);
    // A hint too many, the same again, and what changes no parcel.
    scene.hint(NOTIFY, 8001);
    notify(&scene).await;
    say(&scene, &[shipped(8001, 2, "2"), row(8001, 1, "refunded")]).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 1));
    scene.drain().await;
    assert!(!scene.states()[&order_key(8001)].open);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_that_leave_in_two_parcels_are_told_when_the_last_has_left() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    let mut first = shipped(8001, 1, "1");
    first["quantity"] = 1.into();
    say(&scene, &[first, shipped(8001, 2, "2")]).await;
    notify(&scene).await;
    assert_eq!(posts(&scene), 0, "the rest of line 1 is still here");
    say(&scene, &[shipped(8001, 1, "3")]).await;
    notify(&scene).await;
    assert_eq!(posts(&scene), 1);
    let both = format!("1, {PARCEL}3");
    assert_tracking(&scene, 8001, &[(&one, &both), (&two, "2")]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tracking_that_changes_is_told_again() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    say(&scene, &[shipped(8001, 1, "1"), shipped(8001, 2, "2")]).await;
    notify(&scene).await;
    let mut instead = shipped(8001, 2, "3");
    instead["instead"] = true.into();
    say(&scene, &[instead]).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 2));
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "3")]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_line_that_was_cancelled_is_left_out() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    scene.stack.spectrum.cancelled(&two, true);
    say(&scene, &[shipped(8001, 1, "1"), row(8001, 2, "cancelled")]).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 1));
    assert_tracking(&scene, 8001, &[(&one, "1")]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_order_that_was_cancelled_whole_nothing_is_told_and_it_closes() {
    let scene = acknowledged([8001]).await;
    say(&scene, &[row(8001, 1, "cancelled"), row(8001, 2, "cancelled")]).await;
    scene.drain().await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 0));
    assert!(!scene.states()[&order_key(8001)].open);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shipped_before_the_acknowledgement_is_told_after_it() {
    let scene = ready(&[ON]).await;
    import(&scene, [8001]).await;
    say(&scene, &[shipped(8001, 1, "1"), shipped(8001, 2, "2")]).await;
    scene.hint(NOTIFY, 8001);
    notify(&scene).await;
    assert_eq!(scene.step(8001, "notify"), "absent");
    assert_eq!(posts(&scene), 0, "Spectrum does not have the order yet");
    acknowledge(&scene).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 1));
    let [one, two] = sets(8001);
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "2")]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_from_stock_are_not_waited_for_and_orders_without_custom_lines_never_told() {
    let scene = ready(&[ON]).await;
    let [one, two] = sets(8001);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &[&one, &two, ""]));
    scene.stack.repspark.submit(sample_order(8002, 2));
    import(&scene, []).await;
    acknowledge(&scene).await;
    let of_stock = [shipped(8002, 1, "8"), shipped(8002, 2, "9")];
    let custom = [shipped(8001, 1, "1"), shipped(8001, 2, "2")];
    say(&scene, &[&of_stock[..], &custom].concat()).await;
    scene.drain().await;
    assert_eq!(posts(&scene), 1);
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "2")]);
    say(&scene, &[shipped(8001, 3, "3")]).await;
    scene.drain().await;
    assert_eq!(posts(&scene), 1, "line 3 is from stock");
    let states = scene.states();
    assert!(!states[&order_key(8001)].open && !states[&order_key(8002)].open);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tracking_is_never_told_under_another_orders_number() {
    let scene = acknowledged([8001]).await;
    let taken = number(&scene, 8001);
    let [one, two] = sets(8002);
    let order = sample_custom_order(8002, &[&one, &two]);
    scene.stack.repspark.submit(order);
    scene.pull().await;
    let decide = async |what: &str, step: &str, reference: Option<&str>| {
        let event = json!({
            "do": what, "order": order_key(8002), "step": step, "reference": reference, "by": "ada", "why": "by hand",
        });
        scene.done("decide-order", event).await;
        scene.pass(std::time::Duration::from_secs(20 * 60));
        scene.sweep().await;
        acknowledge(&scene).await;
    };
    decide("complete", "import", Some(&taken)).await;
    decide("complete", "acknowledge", None).await;
    notify(&scene).await;
    let rows = [shipped(8002, 1, "A"), shipped(8002, 2, "B")];
    let answer = scene.done(RECORD, json!({ "rows": rows })).await;
    assert_eq!(answer["applied"], 2, "{answer}");
    notify(&scene).await;
    assert_eq!(scene.held(8002, "notify"), "number_taken");
    assert_eq!(posts(&scene), 0);
    end(scene).await;
}
