//! `erp-import-order`: one order into the ERP, once, whatever the ERP answers.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::{Value, json};
use simulators::{Late, LateReply, sample_order};

const IMPORT: &str = "erp-import-order";
const PUT: &str = "PUT sales-orders";
const GET: &str = "GET sales-orders";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// The ERP's settle time, with a second for the test's own pace.
const SETTLED: Duration = Duration::from_secs(91);

/// A bundle that has pulled these orders; their hints wait.
async fn pulled(orders: &[Value]) -> Scene {
    let scene = Scene::after_baseline().await;
    for order in orders {
        scene.stack.repspark.submit(order.clone());
    }
    assert_eq!(scene.pull().await["complete"], true);
    scene
}

async fn one() -> Scene {
    pulled(&[sample_order(8001, 3)]).await
}

fn with(id: u64, field: &str, value: Value) -> Value {
    let mut order = sample_order(id, 3);
    order[field] = value;
    order
}

fn sku(order: &Value, item: usize) -> String {
    let item = &order["OrderItems"][item];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let size = &item["OrderItemSizes"][0]["SizeCode"];
    format!(
        "{}-{}-{}",
        text(&item["ProductNumber"]),
        text(&item["ColorCode"]),
        text(size)
    )
}

/// Hours of sweeps and hints change nothing of a held order.
async fn stays_held(scene: &Scene, id: u64, code: &str) {
    let puts = scene.asked_erp(PUT);
    for _ in 0..3 {
        scene.pass(61 * MINUTE);
        scene.sweep().await;
        scene.hint(IMPORT, id);
        scene.drain().await;
    }
    assert_eq!(scene.held(id, "import"), code);
    assert_eq!(scene.asked_erp(PUT), puts, "a held order is not sent");
    assert_eq!(scene.step(id, "confirm"), "absent", "nor confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_order_is_done_and_its_confirmation_is_due() {
    let scene = one().await;
    scene.batch(IMPORT).await;
    assert_eq!(scene.step(8001, "import"), "done");
    assert_eq!(scene.step(8001, "confirm"), "due");
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 0));
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_whose_answer_is_lost_is_looked_up_and_never_sent_again() {
    let scene = one().await;
    scene.break_all("erp", "PUT", Fault::LostReply);
    scene.drain().await;
    scene.mend();
    assert_eq!(scene.step(8001, "import"), "unknown");
    scene.pass(SETTLED);
    scene.drain().await;
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 1));
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_that_never_arrived_is_sent_again_after_a_settled_404() {
    let scene = one().await;
    scene.break_all("erp", "PUT", Fault::LostRequest);
    scene.drain().await;
    scene.mend();
    assert_eq!(scene.step(8001, "import"), "unknown");
    scene.pass(SETTLED);
    scene.drain().await;
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (2, 1));
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_before_the_settle_time_and_a_late_commit_stays_one_order() {
    let scene = one().await;
    // An ERP whose reference is not unique: a second PUT would be a second order.
    scene.stack.erp.non_unique(true);
    scene.stack.erp.late_commit(Late::Released, LateReply::Lost);
    scene.drain().await;
    assert_eq!(scene.step(8001, "import"), "unknown");
    for _ in 0..5 {
        scene.pass(15 * SECOND);
        scene.hint(IMPORT, 8001);
        scene.drain().await;
        scene.sweep().await;
    }
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 0));
    assert_eq!(scene.stack.erp.release_late(), 1);
    scene.pass(16 * SECOND);
    scene.drain().await;
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 1));
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_later_than_the_settle_time_is_one_order_where_the_key_is_unique() {
    let scene = one().await;
    scene.stack.erp.late_commit(Late::Released, LateReply::Lost);
    scene.drain().await;
    scene.pass(SETTLED);
    scene.drain().await;
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (2, 1));
    assert_eq!(scene.stack.erp.release_late(), 1);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_404_that_is_not_the_contracts_proves_nothing() {
    let scene = one().await;
    scene.break_all("erp", "PUT", Fault::LostReply);
    scene.drain().await;
    scene.mend();
    scene.pass(SETTLED);
    scene.stack.erp.fail_next(404, "permanent", "no_such_page", 1);
    scene.drain().await;
    // A permanent refusal of a look is for a person; what must not happen is a second PUT.
    assert_eq!(scene.asked_erp(PUT), 1);
    assert_ne!(scene.step(8001, "import"), "due");
    assert_eq!(scene.stack.erp.orders_for(&order_key(8001)).len(), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_erp_answers_later_is_asked_for_and_not_sent_again() {
    let scene = one().await;
    scene.stack.erp.pending(3);
    scene.drain().await;
    assert_eq!(scene.step(8001, "import"), "pending");
    scene.pass(30 * SECOND);
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.asked_erp(GET), 0, "not before the backoff");
    scene.live(8).await;
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 3));
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_keyed_with_our_content_while_we_waited_is_our_order() {
    let scene = one().await;
    scene.break_all("erp", "PUT", Fault::LostRequest);
    scene.drain().await;
    scene.mend();
    let hash = scene.item(&order_key(8001), "state").unwrap()["hash"]["B"].clone();
    let hex = hex(hash.as_str().unwrap());
    scene.stack.erp.keyed(&order_key(8001), "SO77", &hex);
    scene.pass(SETTLED);
    scene.drain().await;
    assert_eq!(scene.stack.repspark.erp_number(8001).as_deref(), Some("SO77"));
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 1));
    scene.assert_valid_once(8001);
    scene.end().await;
}

/// The hex of a base64 text.
fn hex(base64: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(base64).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_content_under_our_key_holds_the_order_and_changes_nothing_there() {
    let scene = one().await;
    scene.stack.erp.keyed(&order_key(8001), "SO77", &"ab".repeat(32));
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "order_changed");
    assert!(scene.hold_note(8001, "import").contains("SO77"));
    stays_held(&scene, 8001, "order_changed").await;
    assert_eq!(scene.stack.erp.orders().len(), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_cancelled_in_the_erp_is_held_and_not_made_again() {
    let scene = one().await;
    scene.stack.erp.keyed(&order_key(8001), "SO77", &"ab".repeat(32));
    scene.stack.erp.cancelled(&order_key(8001));
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "cancelled_in_erp");
    assert!(scene.hold_note(8001, "import").contains("SO77"));
    stays_held(&scene, 8001, "cancelled_in_erp").await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_item_holds_the_order_under_the_erps_code_and_names_the_line() {
    let good = sample_order(8002, 3);
    let bad = sample_order(8001, 3);
    let scene = pulled(&[bad.clone(), good]).await;
    // The second product of three sizes is line 3, which the contract counts as lines[2].
    scene.stack.erp.unknown_sku(&sku(&bad, 1), true);
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "unknown_sku");
    let note = scene.hold_note(8001, "import");
    assert!(note.contains("lines[2].sku"), "{note}");
    scene.assert_valid_once(8002);
    stays_held(&scene, 8001, "unknown_sku").await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_on_credit_hold_holds_the_order() {
    let scene = one().await;
    let customer = sample_order(8001, 3)["CustomerCode"].clone();
    scene.stack.erp.credit_hold(customer.as_str().unwrap(), true);
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "credit_hold");
    assert!(scene.hold_note(8001, "import").contains("customer.code"));
    stays_held(&scene, 8001, "credit_hold").await;
    scene.end().await;
}

/// An order that can't be sent as it is, is held before any call, beside a good one that goes its way.
async fn held_before_any_call(order: Value, code: &str, names: &str) {
    let scene = pulled(&[order, sample_order(8002, 3)]).await;
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), code);
    let note = scene.hold_note(8001, "import");
    assert!(note.contains(names), "{note}");
    assert_eq!(
        (scene.asked_erp(PUT), scene.asked_erp(GET)),
        (1, 0),
        "only the good order"
    );
    scene.assert_valid_once(8002);
    stays_held(&scene, 8001, code).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_amount_does_not_add_up_is_held_before_any_call() {
    let order = with(8001, "TotalAmount", json!(1.01));
    held_before_any_call(order, "totals_differ", "1.01").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_units_do_not_add_up_is_held_before_any_call() {
    let order = with(8001, "TotalUnits", json!(99_999));
    held_before_any_call(order, "totals_differ", "99999").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_without_a_currency_is_held_before_any_call() {
    let order = with(8001, "CurrencyCode", Value::Null);
    held_before_any_call(order, "unmapped_field", "currency").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_without_lines_is_held_before_any_call() {
    let order = with(8001, "OrderItems", json!([]));
    held_before_any_call(order, "no_lines", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_payload_is_gone_is_held() {
    let scene = one().await;
    let raw = scene.states()[&order_key(8001)].raw.clone().unwrap();
    scene.delete_item(&format!("raw#{raw}"), "0");
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "payload_gone");
    assert_eq!(scene.asked_erp(PUT), 0);
    stays_held(&scene, 8001, "payload_gone").await;
    scene.end().await;
}

/// A refusal of us pauses the ERP; the step stays due and untried, and a probe lets it through after the mending.
async fn pauses(refuse: impl Fn(&Scene, bool), reason: &str) {
    let scene = one().await;
    refuse(&scene, true);
    scene.drain().await;
    assert_eq!(scene.pause_of("erp").as_deref(), Some(reason));
    assert_eq!(scene.step(8001, "import"), "due");
    assert_eq!(
        scene.tries(8001, "import"),
        0,
        "a refusal of us does not count as a try"
    );
    let before = scene.stack.erp.calls();
    scene.pass(14 * MINUTE);
    scene.sweep().await;
    scene.hint(IMPORT, 8001);
    scene.drain().await;
    assert_eq!(scene.stack.erp.calls(), before, "a paused vendor is left alone");
    refuse(&scene, false);
    scene.pass(16 * MINUTE);
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.pause_of("erp"), None);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_pauses_the_erp_and_a_probe_lifts_it() {
    pauses(
        |scene, yes| scene.stack.erp.refuse_credentials(yes),
        "credentials_refused",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_404_to_a_put_pauses_the_erp_and_a_probe_lifts_it() {
    let refuse = |scene: &Scene, yes: bool| scene.stack.erp.not_found_on_put(yes.then_some(404));
    pauses(refuse, "erp_takes_no_orders_at_this_address").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_405_to_a_put_pauses_the_erp_and_a_probe_lifts_it() {
    let refuse = |scene: &Scene, yes: bool| scene.stack.erp.not_found_on_put(yes.then_some(405));
    pauses(refuse, "erp_takes_no_orders_at_this_address").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_batch_with_a_refused_token_makes_at_most_two_refused_logins_in_fifteen_minutes() {
    let orders: Vec<Value> = (8001..=8010).map(|id| sample_order(id, 2)).collect();
    let scene = pulled(&orders).await;
    scene.stack.erp.refuse_credentials(true);
    scene.drain().await;
    for _ in 0..13 {
        scene.pass(MINUTE);
        scene.sweep().await;
        scene.drain().await;
    }
    let refused = scene.stack.erp.refused_logins();
    assert!(refused <= 2, "{refused} refused logins");
    scene.stack.erp.refuse_credentials(false);
    scene.live(6).await;
    (8001..=8010).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_rotated_on_both_sides_pauses_nothing() {
    let scene = one().await;
    scene.stack.erp.set_token("another-token");
    scene.put_erp_token("another-token");
    scene.drain().await;
    assert_eq!(scene.pause_of("erp"), None);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_answers_in_the_erps_place_is_looked_up_and_never_counts_as_an_answer() {
    let scene = one().await;
    scene.stack.erp.garbage_200(1);
    scene.drain().await;
    assert_eq!(scene.step(8001, "import"), "unknown");
    scene.pass(SETTLED);
    scene.stack.erp.garbage_200(1);
    scene.drain().await;
    assert_eq!(
        scene.step(8001, "import"),
        "unknown",
        "nor does it prove that nothing is there"
    );
    scene.live(3).await;
    assert_eq!(scene.asked_erp(PUT), 2);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erp_in_maintenance_gets_every_order_once_when_it_is_back() {
    let orders: Vec<Value> = (8001..=8004).map(|id| sample_order(id, 2)).collect();
    let scene = pulled(&orders).await;
    scene.stack.erp.maintenance(true);
    scene.drain().await;
    scene.pass(29 * SECOND);
    let before = scene.stack.erp.calls();
    (8001..=8004).for_each(|id| scene.hint(IMPORT, id));
    scene.drain().await;
    assert_eq!(scene.stack.erp.calls(), before, "it asked for 30 seconds");
    scene.stack.erp.maintenance(false);
    scene.live(4).await;
    (8001..=8004).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_in_the_queue_goes_back_alone_and_ends_in_the_dead_letter_queue() {
    let scene = one().await;
    scene.send(IMPORT, "not a hint");
    scene.drain().await;
    scene.assert_valid_once(8001);
    assert_eq!(scene.waiting(IMPORT), 1);
    for _ in 0..5 {
        scene.pass(721 * SECOND);
        scene.drain().await;
    }
    assert_eq!(scene.waiting(IMPORT), 0);
    let dead = scene.stack.sqs.peek(&scene.dead_letters(IMPORT));
    assert_eq!(dead, ["not a hint"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redrive_of_the_dead_letter_queue_does_nothing_twice() {
    let scene = one().await;
    scene.send(IMPORT, "not a hint");
    // A hint that could not be recorded: the ledger is away for as long as it is received.
    scene.break_all("dynamodb", "", Fault::LostRequest);
    for _ in 0..5 {
        scene.batch(IMPORT).await;
        scene.pass(721 * SECOND);
    }
    scene.mend();
    scene.drain().await;
    let dead = scene.dead_letters(IMPORT);
    assert_eq!(scene.stack.sqs.peek(&dead).len(), 2);
    scene.sweep().await;
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.redrive(IMPORT);
    assert_eq!(scene.waiting(IMPORT), 2);
    scene.drain().await;
    assert_eq!(scene.waiting(IMPORT), 1, "the garbage stays garbage");
    assert_eq!(scene.asked_erp(PUT), 1);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_for_unknown_and_finished_orders_and_doubled_hints_are_dropped() {
    let scene = one().await;
    scene.hint(IMPORT, 4242);
    scene.hint(IMPORT, 8001);
    scene.hint(IMPORT, 8001);
    scene.drain().await;
    scene.hint(IMPORT, 8001);
    scene.drain().await;
    assert_eq!(scene.waiting(IMPORT), 0);
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 0));
    scene.assert_valid_once(8001);
    scene.end().await;
}

/// A worker that dies between its PUT and its record holds its claim until the lease ends; then the order is looked up.
async fn a_worker_dies(when: Fault, puts: u64) {
    let scene = one().await;
    scene.break_all("erp", "PUT", when);
    scene.batch(IMPORT).await;
    scene.mend();
    assert_eq!(scene.step(8001, "import"), "claimed");
    // The lease ends 10 s after the invocation's 120, and for others 10 s later.
    for _ in 0..2 {
        scene.pass(65 * SECOND);
        scene.sweep().await;
        scene.hint(IMPORT, 8001);
        scene.drain().await;
        assert_eq!(scene.step(8001, "import"), "claimed");
    }
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 0));
    scene.pass(11 * SECOND);
    scene.hint(IMPORT, 8001);
    scene.drain().await;
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (puts, 1));
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_after_its_put_is_not_followed_before_its_lease_ends_and_nothing_is_sent_again() {
    a_worker_dies(Fault::KilledAfter, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_before_its_put_is_not_followed_before_its_lease_ends_and_the_order_is_sent() {
    a_worker_dies(Fault::KilledBefore, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_outcome_cannot_be_recorded_comes_again_and_is_not_sent_twice() {
    let scene = one().await;
    scene.stack.gate.arm(&[]);
    // The claim is the first write; the record of the outcome, the second, never arrives.
    scene.stack.erp.slow(Duration::from_millis(300));
    let broken = async {
        while scene.asked_erp(PUT) == 0 {
            tokio::task::yield_now().await;
        }
        scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
    };
    tokio::join!(scene.batch(IMPORT), broken);
    scene.mend();
    scene.stack.erp.slow(Duration::ZERO);
    assert_eq!(scene.step(8001, "import"), "claimed");
    assert_eq!(scene.waiting(IMPORT), 1, "the message comes again");
    scene.pass(721 * SECOND);
    scene.drain().await;
    assert_eq!((scene.asked_erp(PUT), scene.asked_erp(GET)), (1, 1));
    scene.assert_valid_once(8001);
    scene.end().await;
}
