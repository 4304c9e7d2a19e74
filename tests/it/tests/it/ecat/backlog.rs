//! A list that no invocation has time for: each pull works a part of it off, and leaves the rest to the next one.

use std::time::Duration;

use bundle_tests::Scene;
use simulators::ecat_sample;

/// What was never marked received, and what one invocation has time for.
const ORDERS: u64 = 20_000;
const TIME_FOR: usize = 2_000;
/// The memory that the process may have taken, as for RepSpark's pull.
const PEAK_KIB: u64 = 24 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_orders_are_worked_off_by_pulls_that_have_time_for_two_thousand() {
    let scene = Scene::with_ecat().await;
    for n in 1..=ORDERS {
        let mut order = ecat_sample(n, 1);
        order["order_number"] = format!("B-{n}").into();
        scene.stack.ecat.submit(order);
    }
    let mut pulls = 0;
    loop {
        let left = scene.stack.ecat.unreceived().len();
        let before = usize::try_from(ORDERS).unwrap() - left;
        if left > TIME_FOR {
            scene.pass_at_marks(before + TIME_FOR, Duration::from_secs(300));
        }
        let report = scene.pull_ecat().await;
        pulls += 1;
        let now = scene.stack.ecat.unreceived().len();
        if report["complete"] == true {
            assert_eq!(now, 0);
            break;
        }
        assert!(left - now >= TIME_FOR, "pull {pulls} marked {}", left - now);
        assert!(now > 0, "a list that was worked off is complete: {report}");
    }
    assert_eq!(pulls, usize::try_from(ORDERS).unwrap() / TIME_FOR);
    assert_eq!(scene.ecat_states().len(), usize::try_from(ORDERS).unwrap());
    let twice = scene.stack.ecat.orders().into_iter().filter(|one| one.marks != 1);
    assert_eq!(twice.count(), 0);
    assert_eq!(scene.pull_ecat().await["records"], 0);
    // Linux alone has `/proc` to read it from.
    if let Some(peak) = scene.stack.runner.peak_memory_kib("ecat-pull-orders") {
        println!("peak of the pulls: {peak} KiB");
        assert!(peak <= PEAK_KIB, "{peak} KiB");
    }
    scene.end().await;
}
