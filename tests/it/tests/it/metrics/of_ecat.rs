//! What the pull of eCat says of itself, and what the import says of an order that came by it.

use bundle_tests::Scene;
use host::Fault;
use lambda_runner::Outcome;
use serde_json::json;
use simulators::{ecat_refilled, ecat_sample};

use super::{AT_CONFIRM, AT_IMPORT, CONFIRM, IMPORT, SECOND, SWEEP, errors, printed, said};

const PULL: &str = "ecat-pull-orders";
const OF_ECAT: &[(&str, &str)] = &[("Vendor", "ecat")];

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_ecat_is_counted_once_by_each_function_and_is_confirmed_to_nobody() {
    let scene = Scene::with_ecat().await;
    scene.stack.ecat.submit(ecat_sample(1, 2));
    scene.pull_ecat().await;
    scene.pass(40 * SECOND);
    scene.drain().await;
    assert_eq!(said(&scene, PULL, "OrdersPulled", OF_ECAT), [1]);
    assert_eq!(said(&scene, PULL, "PullsDone", OF_ECAT), [1]);
    assert!(said(&scene, PULL, "OrdersNotMarked", OF_ECAT).is_empty());
    assert_eq!(printed(&scene, PULL), 1, "one line, and nothing else in it");
    assert_eq!(said(&scene, IMPORT, "StepsDone", AT_IMPORT), [1]);
    let seconds = said(&scene, IMPORT, "SecondsToDone", AT_IMPORT);
    assert!(matches!(seconds[..], [since] if since >= 40), "{seconds:?}");
    assert!(said(&scene, CONFIRM, "StepsDone", AT_CONFIRM).is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_again_is_no_new_order_and_a_resubmission_is_one() {
    let scene = Scene::with_ecat().await;
    let order = ecat_sample(1, 3);
    let first = scene.stack.ecat.submit(order.clone());
    scene.stack.ecat.omit_mark(&first.number);
    for _ in 0..2 {
        scene.pull_ecat().await;
    }
    assert_eq!(said(&scene, PULL, "OrdersPulled", OF_ECAT), [1]);
    assert_eq!(said(&scene, PULL, "PullsDone", OF_ECAT), [1, 1]);
    assert_eq!(said(&scene, PULL, "OrdersNotMarked", OF_ECAT), [1, 1]);
    scene.stack.ecat.accept_mark(&first.number);
    scene.refill(&first, ecat_refilled(&order));
    scene.pull_ecat().await;
    assert_eq!(said(&scene, PULL, "OrdersPulled", OF_ECAT), [1, 1]);
    assert_eq!(said(&scene, PULL, "OrdersNotMarked", OF_ECAT), [1, 1]);
    scene.sweep().await;
    let held: u64 = said(&scene, SWEEP, "OrdersHeld", &[]).iter().sum();
    assert_eq!(held, 1, "who takes in what is held says nothing of steps");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_breaks_off_is_no_pull_that_is_done_and_an_empty_one_is() {
    let scene = Scene::with_ecat().await;
    for n in 1..=5 {
        scene.stack.ecat.submit(ecat_sample(n, 2));
    }
    let first = ecat_sample(1, 2).to_string().len();
    scene.stack.ecat.cut_body_after(2 * first);
    assert_eq!(scene.pull_ecat().await["complete"], false);
    assert!(said(&scene, PULL, "PullsDone", OF_ECAT).is_empty());
    assert_eq!(errors(&scene, PULL, "ecat", "no_answer"), 1);
    for _ in 0..2 {
        scene.pull_ecat().await;
    }
    assert_eq!(said(&scene, PULL, "PullsDone", OF_ECAT), [1, 1]);
    let pulled: u64 = said(&scene, PULL, "OrdersPulled", OF_ECAT).iter().sum();
    assert_eq!(pulled, 5);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_in_which_a_list_fails_has_its_class_and_none_is_a_refusal() {
    let scene = Scene::with_ecat().await;
    for (fault, class) in [
        (Fault::Throttled, "throttled"),
        (Fault::ServerError, "unavailable"),
        (Fault::LostRequest, "no_answer"),
    ] {
        scene.break_all("ecat", "GET new_orders", fault);
        let invocation = scene.invoke(PULL, json!({})).await;
        scene.mend();
        assert!(!matches!(invocation.outcome, Outcome::Ok(_)), "{invocation:?}");
        assert_eq!(errors(&scene, PULL, "ecat", class), 1, "{fault:?}");
    }
    // Its words may mean anything.
    scene.stack.ecat.fail_next(200, "Something went wrong", 1);
    scene.invoke(PULL, json!({})).await;
    assert_eq!(errors(&scene, PULL, "ecat", "unavailable"), 2);
    scene.invoke(PULL, json!({"ecat_id": 999_999})).await;
    assert_eq!(errors(&scene, PULL, "ecat", "unclear"), 1);
    scene.stack.ecat.set_login("another-user", "another-password");
    scene.invoke(PULL, json!({})).await;
    assert_eq!(errors(&scene, PULL, "ecat", "credentials"), 1);
    assert_eq!(errors(&scene, PULL, "ecat", "refused"), 0);
    assert!(said(&scene, PULL, "PullsDone", OF_ECAT).is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_whose_call_fails_count_as_not_marked_and_the_pull_as_done() {
    let scene = Scene::with_ecat().await;
    for n in 1..=3 {
        scene.stack.ecat.submit(ecat_sample(n, 1));
    }
    scene.break_all("ecat", "POST new_orders", Fault::ServerError);
    scene.pull_ecat().await;
    scene.mend();
    assert_eq!(said(&scene, PULL, "OrdersNotMarked", OF_ECAT), [3]);
    assert_eq!(said(&scene, PULL, "PullsDone", OF_ECAT), [1]);
    assert_eq!(errors(&scene, PULL, "ecat", "unavailable"), 1);
    scene.pull_ecat().await;
    assert_eq!(said(&scene, PULL, "OrdersNotMarked", OF_ECAT), [3]);
    scene.end().await;
}

/// A replay is no pull: it would make a source look alive whose list nobody reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_is_no_pull_and_what_it_takes_in_is_an_order() {
    let scene = Scene::with_ecat().await;
    let one = scene.stack.ecat.submit(ecat_sample(1, 1));
    for _ in 0..2 {
        scene.done(PULL, json!({"ecat_id": one.id})).await;
    }
    assert_eq!(said(&scene, PULL, "OrdersPulled", OF_ECAT), [1]);
    assert!(said(&scene, PULL, "PullsDone", OF_ECAT).is_empty());
    scene.end().await;
}
