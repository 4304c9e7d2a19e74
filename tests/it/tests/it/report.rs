//! The report of a refusal, by `repspark-confirm-order`: RepSpark is told once, and only where the brand wants it.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::{Break, Fault, Form};
use serde_json::{Value, json};
use simulators::sample_order;

const IMPORT: &str = "erp-import-order";
const CONFIRM: &str = "repspark-confirm-order";
const POST: &str = "POST orderconfirmation";
const CUSTOMER: &str = "C-NOBODY";
const MESSAGE: &str =
    "The order could not be entered yet: unknown_customer. The order desk is looking at it.";
const SECOND: Duration = Duration::from_secs(1);
/// More than the grace of a hint, the lease of a worker and the settle time.
const A_WHILE: Duration = Duration::from_secs(16 * 60);

/// A bundle that reports refusals, after its baseline. The ERP does not know the customer [`CUSTOMER`].
async fn reporting(switch: &str) -> Scene {
    let scene = Scene::with(&[("ReportRefusals", switch)]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene.stack.erp.unknown_customer(CUSTOMER, true);
    scene
}

fn of_nobody(id: u64) -> Value {
    let mut order = sample_order(id, 1);
    order["CustomerCode"] = CUSTOMER.into();
    order["Customer"]["CustomerCode"] = CUSTOMER.into();
    order
}

/// These orders are refused by the ERP, and the sweep has hinted their reports.
async fn refuse(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        scene.stack.repspark.submit(of_nobody(id));
    }
    scene.pull().await;
    while scene.batch(IMPORT).await > 0 {}
    scene.sweep().await;
}

/// The import of an order is due again, as after a person's retry.
fn retry(scene: &Scene, id: u64) {
    let mut state = scene.item(&order_key(id), "state").unwrap();
    let now = json!({"N": scene.stack.clock.now_ms().to_string()});
    let import = &mut state["steps"]["M"]["import"]["M"];
    let generation = import["g"].clone();
    *import = json!({"s": {"S": "due"}, "g": generation, "n": now, "t": {"N": "0"}, "i": now});
    scene.put_item(&state);
}

async fn whiles(scene: &Scene, times: usize) {
    for _ in 0..times {
        scene.pass(A_WHILE);
        scene.sweep().await;
        scene.drain().await;
    }
}

fn assert_reported(scene: &Scene, id: u64) {
    assert_eq!(scene.stack.repspark.messages(id), [MESSAGE], "order {id}");
    assert_eq!(scene.step(id, "report"), "done");
    assert_eq!(scene.held(id, "import"), "unknown_customer");
    assert_eq!(scene.stack.repspark.status(id), Some(2));
    assert!(scene.stack.repspark.confirmations(id).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_reported_once_and_each_by_itself() {
    let scene = reporting("true").await;
    refuse(&scene, 8001..=8003).await;
    assert_eq!(scene.waiting(CONFIRM), 3);
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 3);
    (8001..=8003).for_each(|id| assert_reported(&scene, id));
    (8001..=8003).for_each(|id| scene.hint(CONFIRM, id));
    whiles(&scene, 5).await;
    assert_eq!(scene.asked_repspark(POST), 3);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_the_template_is_nothing_is_ever_reported() {
    let scene = Scene::after_baseline().await;
    scene.stack.erp.unknown_customer(CUSTOMER, true);
    refuse(&scene, [8001]).await;
    assert_eq!(scene.held(8001, "import"), "unknown_customer");
    scene.hint(CONFIRM, 8001);
    whiles(&scene, 5).await;
    assert_eq!(scene.step(8001, "report"), "absent");
    assert_eq!(scene.asked_repspark(POST), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_reported_of_an_order_that_is_not_refused_any_more() {
    let scene = reporting("true").await;
    refuse(&scene, 8001..=8002).await;
    scene.stack.erp.unknown_customer(CUSTOMER, false);
    (8001..=8002).for_each(|id| retry(&scene, id));
    // One got in before its report's turn came; the other is let go and not yet tried.
    scene.hint(IMPORT, 8001);
    scene.batch(IMPORT).await;
    assert_eq!(scene.step(8001, "report"), "discarded");
    scene.batch(CONFIRM).await;
    assert_eq!(scene.step(8002, "report"), "discarded");
    scene.hint(IMPORT, 8002);
    scene.drain().await;
    whiles(&scene, 2).await;
    for id in 8001..=8002 {
        assert!(scene.stack.repspark.messages(id).is_empty());
        scene.assert_valid_once(id);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_go_first_and_no_report_while_their_outcome_is_unknown() {
    let scene = reporting("true").await;
    (8002..=8003).for_each(|id| scene.stack.repspark.submit(sample_order(id, 1)));
    refuse(&scene, [8001]).await;
    scene.break_all("repspark", "POST", Fault::LostReply);
    assert_eq!(scene.batch(CONFIRM).await, 3);
    scene.mend();
    assert_eq!(scene.asked_repspark(POST), 1, "the array of numbers");
    assert_eq!(
        (scene.step(8002, "confirm"), scene.step(8001, "report")),
        ("unknown".into(), "due".into())
    );
    // The hint of the report comes again while the sync may still be running: not before it has settled.
    for id in 8001..=8002 {
        scene.pass(5 * SECOND);
        scene.hint(CONFIRM, id);
    }
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 1);
    whiles(&scene, 2).await;
    assert_eq!(scene.asked_repspark(POST), 2);
    assert_reported(&scene, 8001);
    (8002..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_answer_was_lost_is_said_again_once_it_has_settled() {
    let scene = reporting("true").await;
    refuse(&scene, 8001..=8002).await;
    scene.break_all("repspark", "POST", Fault::LostReply);
    scene.drain().await;
    scene.mend();
    assert_eq!(scene.asked_repspark(POST), 1, "the second one waits");
    let steps = [8001, 8002].map(|id| scene.step(id, "report"));
    assert_eq!(steps, ["unknown", "due"]);
    scene.pass(30 * SECOND);
    scene.hint(CONFIRM, 8001);
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 1);
    whiles(&scene, 2).await;
    assert_eq!(scene.stack.repspark.messages(8001), [MESSAGE, MESSAGE]);
    assert_eq!(scene.step(8001, "report"), "done");
    assert_reported(&scene, 8002);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_repspark_refuses_is_given_up_and_one_that_it_can_t_take_now_is_not() {
    let scene = reporting("true").await;
    refuse(&scene, 8001..=8002).await;
    scene.stack.repspark.reject_confirmation(8001, "InvalidInput");
    scene.drain().await;
    assert_eq!(scene.step(8001, "report"), "discarded");
    assert_eq!(scene.held(8001, "import"), "unknown_customer");
    assert_eq!(scene.said(CONFIRM, "RepSpark does not take the report"), 1);
    assert_reported(&scene, 8002);
    refuse(&scene, [8003]).await;
    scene.stack.repspark.fail_next(503, "ServerBusy", 1);
    scene.drain().await;
    assert_eq!(
        (scene.step(8003, "report"), scene.tries(8003, "report")),
        ("due".into(), 1)
    );
    let call = scene.item(&order_key(8003), "call#report").unwrap();
    assert_eq!(call["code"]["S"], "ServerBusy");
    whiles(&scene, 2).await;
    assert_reported(&scene, 8003);
    assert!(scene.stack.repspark.messages(8001).is_empty());
    scene.end().await;
}

/// One order after the other meets a break at the next call of its report, in each form. In the end RepSpark was told,
/// and told nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_reported_whichever_call_breaks() {
    let scene = reporting("true").await;
    let mut id = 8000;
    for form in [Form::Before, Form::After, Form::ReplyLost] {
        let mut hit = 0;
        for call in 1.. {
            id += 1;
            refuse(&scene, [id]).await;
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.batch(CONFIRM).await;
            let calls = scene.stack.gate.journal().len() as u64;
            scene.mend();
            whiles(&scene, 4).await;
            let messages = scene.stack.repspark.messages(id);
            let told = !messages.is_empty() && messages.len() <= 2;
            assert!(
                told && messages.iter().all(|message| message == MESSAGE),
                "order {id}, {form:?} at {call}: {messages:?}"
            );
            assert_eq!(scene.step(id, "report"), "done", "order {id}, {form:?} at {call}");
            assert_eq!(scene.held(id, "import"), "unknown_customer");
            assert_eq!(scene.stack.repspark.status(id), Some(2));
            if calls < call {
                break;
            }
            hit += 1;
        }
        assert!(hit >= 5, "{hit} calls broken: {form:?}");
    }
    assert!(scene.stack.erp.orders().is_empty());
    scene.end().await;
}
