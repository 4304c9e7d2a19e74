//! Marking received: entry by entry, never what is not durable, and again at the next pull what was not marked.

use bundle_tests::Scene;
use host::Fault;
use serde_json::json;
use simulators::ecat_sample;

#[tokio::test(flavor = "multi_thread")]
async fn at_most_a_hundred_are_marked_by_one_call() {
    let scene = Scene::with_ecat().await;
    for n in 1..=230 {
        scene.stack.ecat.submit(ecat_sample(n, 1));
    }
    assert_eq!(scene.pull_ecat().await["marked"], 230);
    assert_eq!(scene.stack.ecat.marks_max(), 100);
    assert_eq!(scene.asked_ecat("POST new_orders"), 3);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_failed_or_are_missing_come_again_and_are_counted() {
    let scene = Scene::with_ecat().await;
    let submitted: Vec<_> = (1..=5)
        .map(|n| scene.stack.ecat.submit(ecat_sample(n, 1)))
        .collect();
    scene
        .stack
        .ecat
        .refuse_mark(&submitted[0].number, "Order could not be updated");
    scene.stack.ecat.omit_mark(&submitted[1].number);
    let report = scene.pull_ecat().await;
    assert_eq!((&report["marked"], &report["not_marked"]), (&json!(3), &json!(2)));
    let told = scene.told("ecat-pull-orders");
    let counted = told.iter().find_map(|line| line["OrdersNotMarked"].as_u64());
    assert_eq!(counted, Some(2));
    scene.stack.ecat.accept_mark(&submitted[0].number);
    scene.stack.ecat.accept_mark(&submitted[1].number);
    let report = scene.pull_ecat().await;
    assert_eq!(
        (
            &report["records"],
            &report["new"],
            &report["marked"],
            &report["not_marked"]
        ),
        (&json!(2), &json!(0), &json!(2), &json!(0))
    );
    scene.drain().await;
    for one in &submitted {
        scene.assert_imported_once(one);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_whose_reply_is_lost_is_harmless() {
    let scene = Scene::with_ecat().await;
    let one = scene.stack.ecat.submit(ecat_sample(1, 1));
    scene.break_all("ecat", "POST new_orders", Fault::LostReply);
    let report = scene.pull_ecat().await;
    assert_eq!((&report["marked"], &report["not_marked"]), (&json!(0), &json!(1)));
    assert!(scene.stack.ecat.received(&one.number), "it took effect");
    scene.mend();
    assert_eq!(scene.pull_ecat().await["records"], 0);
    scene.drain().await;
    scene.assert_imported_once(&one);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_marked_twice_and_refused_the_second_time_stays_imported_once() {
    let scene = Scene::with_ecat().await;
    let one = scene.stack.ecat.submit(ecat_sample(1, 1));
    scene.stack.ecat.marks_again_fail(true);
    scene.pull_ecat().await;
    scene.stack.ecat.unmark(&one.number);
    scene.drain().await;
    let report = scene.pull_ecat().await;
    assert_eq!((&report["records"], &report["new"]), (&json!(1), &json!(0)));
    scene.drain().await;
    assert_eq!(scene.ecat_in_erp(&one.number), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_under_which_a_record_is_in_quarantine_is_not_marked() {
    let scene = Scene::with_ecat().await;
    // The broken one first: marked by its number, it would be out of sight.
    scene
        .stack
        .ecat
        .submit_raw(r#"{"order_number": "7111-092726-001", "uuid": "x", "id": 5}"#);
    let mut order = ecat_sample(1, 1);
    order["order_number"] = "7111-092726-001".into();
    let well = scene.stack.ecat.submit(order);
    let report = scene.pull_ecat().await;
    assert_eq!((&report["new"], &report["marked"]), (&json!(1), &json!(0)));
    assert!(!scene.stack.ecat.received(&well.number));
    scene.drain().await;
    assert_eq!(scene.ecat_in_erp(&well.number), 1);
    scene.end().await;
}
