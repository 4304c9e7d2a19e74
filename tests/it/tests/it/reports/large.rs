//! A report that is too large for one run.

use super::*;

/// Nobody has ordered so much: what waits is written down one by one, so that it takes its time.
const MANY: u64 = 4_000;

fn many() -> OrderReport {
    let changes = (0..MANY).map(|n| change(&format!("77{n:06}"), 100_000 + n, 1, "SHIPPED", 1));
    report("9001", changes)
}

/// Lets the time of the run be over once so many movements wait.
async fn run_out(scene: &Scene, waiting: usize) {
    while scene.items_of("waiting").len() < waiting {
        tokio::task::yield_now().await;
    }
    scene.pass(Duration::from_secs(295));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_run_goes_on_where_the_time_ran_out_and_the_report_is_deleted_at_its_end() {
    let scene = bundle(&[]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(many());
    spreadshirt.put_report(report("9002", []));
    let (first, ()) = tokio::join!(scene.invoke(READ, json!({})), run_out(&scene, 700));
    let Outcome::Ok(first) = first.outcome else {
        panic!("{:?}", first.outcome)
    };
    assert_eq!(
        (number_of(&first, "deleted"), &first["more"]),
        (0, &json!(true)),
        "{first}"
    );
    let began = number_of(&first, "waiting");
    assert!((700..MANY).contains(&began), "{first}");
    assert_eq!(spreadshirt.activated(), ["9001", "9002"]);
    scene.pass(LATER);
    let second = read(&scene).await;
    assert_eq!(number_of(&second, "waiting"), MANY - began, "{second}");
    assert_eq!(
        (number_of(&second, "deleted"), &second["more"]),
        (2, &json!(false))
    );
    assert_eq!(scene.items_of("waiting").len() as u64, MANY);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_broken_off_and_holds_items_of_somebody_elses_stays() {
    let scene = bundle(&[]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    // It sorts before all of ours, and so is in the portion that is not looked at again.
    let foreign = ItemChange::new("990001", "SHIPPED", T).correlated("A-1");
    spreadshirt.put_report(many().with(foreign));
    let (first, ()) = tokio::join!(scene.invoke(READ, json!({})), run_out(&scene, 700));
    let Outcome::Ok(first) = first.outcome else {
        panic!("{:?}", first.outcome)
    };
    assert_eq!(
        (&first["more"], number_of(&first, "of_others")),
        (&json!(true), 1),
        "{first}"
    );
    scene.pass(LATER);
    let second = read(&scene).await;
    assert_eq!(
        (
            number_of(&second, "left_to_others"),
            number_of(&second, "deleted")
        ),
        (1, 0),
        "{second}"
    );
    assert_eq!(number_of(&second, "of_others"), 0, "of the rest");
    scene.pass(LATER);
    let third = read(&scene).await;
    assert_eq!(
        (number_of(&third, "waiting"), number_of(&third, "of_others")),
        (MANY, 1),
        "it begins anew"
    );
    end(scene).await;
}
