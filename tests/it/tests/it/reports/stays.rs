//! Reports that stay at Spreadshirt, and that stop no other.

use super::*;

const FOREIGN: &str = "another-brand-77-1";

fn foreign() -> ItemChange {
    ItemChange::new("990001", "SHIPPED", T).correlated(FOREIGN)
}

fn in_erp(scene: &Scene, id: u64) -> String {
    let orders = scene.stack.erp.orders_for(&order_key(id));
    orders[0].reference.clone().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_an_item_that_somebody_else_named_stays_for_them_and_ours_is_taken_in() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report(
        "9001",
        [change("770001", 8001, 1, "SHIPPED", 1), foreign()],
    ));
    spreadshirt.put_report(report("9002", [change("770002", 8001, 2, "SHIPPED", 1)]));
    let answer = read(&scene).await;
    assert_eq!(counts(&answer), [2, 0, 0, 0, 1]);
    assert_eq!(
        (
            number_of(&answer, "left_to_others"),
            number_of(&answer, "deleted")
        ),
        (1, 1)
    );
    assert_eq!(answer["complete"], true, "it did all that it may");
    let answer = read(&scene).await;
    assert_eq!(counts(&answer), [0, 1, 0, 0, 1]);
    assert_eq!(spreadshirt.activated(), ["9001"]);
    assert_eq!(scene.said(READ, FOREIGN), 0, "their names are nobody's business");
    assert!(scene.items_of("waiting").is_empty());
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_else_reads_them_a_report_is_deleted_all_the_same() {
    let scene = imported_with(&[("SpreadshirtOthers", "take")], [8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.foreign_items(true);
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    let answer = read(&scene).await;
    assert_eq!(
        (counts(&answer), number_of(&answer, "deleted")),
        ([1, 0, 0, 0, 1], 1)
    );
    assert!(spreadshirt.activated().is_empty());
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_named_by_the_erps_number_is_ours_once_the_number_is_known() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    let by_number =
        |number: &str, line| ItemChange::new("770001", "SHIPPED", T).correlated(&format!("{number}-{line}"));
    spreadshirt.put_report(report("9001", [by_number(&in_erp(&scene, 8001), 2)]));
    spreadshirt.put_report(report("9002", [by_number("SO-NEVER", 1)]));
    let answer = read(&scene).await;
    assert_eq!(
        (counts(&answer), number_of(&answer, "deleted")),
        ([1, 0, 0, 0, 1], 1)
    );
    assert_eq!(stands(&scene, 8001, 2), "shipped");
    assert_eq!(spreadshirt.activated(), ["9002"]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brands_own_form_of_names_is_ours_alone() {
    let parameters = [("SpreadshirtCorrelation", "acme/{order}:{line}")];
    let scene = imported_with(&parameters, [8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    let named = |name: &str| ItemChange::new("770001", "SHIPPED", T).correlated(name);
    spreadshirt.put_report(report("9001", [named(&format!("acme/{}:1", order_key(8001)))]));
    spreadshirt.put_report(report("9002", [named("acme/SO-LATER:1")]));
    spreadshirt.put_report(report("9003", [named(&name(8001, 1))]));
    let answer = read(&scene).await;
    assert_eq!(counts(&answer), [1, 0, 0, 1, 1]);
    assert_eq!(spreadshirt.activated(), ["9003"]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_names_a_number_of_two_orders_stays_and_the_log_names_the_orders() {
    let scene = bundle(&[]).await;
    for id in [8001, 8002] {
        scene.stack.repspark.submit(sample_order(id, 2));
    }
    scene.pull().await;
    for id in [8001, 8002] {
        let complete = json!({
            "do": "complete", "order": order_key(id), "reference": "SO9", "by": "ada", "why": "keyed as one",
        });
        scene.done(DECIDE, complete).await;
    }
    let spreadshirt = &scene.stack.spreadshirt;
    let named = |name: &str| ItemChange::new("770001", "SHIPPED", T).correlated(name);
    spreadshirt.put_report(report("9001", [named("SO9-1")]));
    let answer = read(&scene).await;
    assert_eq!((counts(&answer), number_of(&answer, "deleted")), ([0; 5], 0));
    assert_eq!(
        scene.said(READ, "several orders have: RS-ACME-8001, RS-ACME-8002"),
        1
    );
    assert!(scene.items_of("waiting").is_empty());
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_cannot_be_read_stays_and_is_named_with_its_reason_and_stops_no_other() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    let of_id = |id: &str, rest: &str| {
        format!("<orderReport xmlns=\"http://api.spreadshirt.net\" id=\"{id}\">{rest}</orderReport>")
    };
    let empty = "<orderItemModifications/>";
    spreadshirt.put_raw(
        "9001",
        "<!DOCTYPE x [<!ENTITY y \"z\">]><orderReport id=\"9001\"/>",
    );
    spreadshirt.put_raw("9002", &of_id("9002", ""));
    spreadshirt.put_raw("9003", &of_id("9003", &format!("{empty}<state>FROZEN</state>")));
    spreadshirt.put_raw("9004", &of_id("9004", empty));
    spreadshirt.put_raw("9005", "<orderReport id=\"9005\"><orderItemModifications>");
    spreadshirt.put_report(report("9006", [change("770001", 8001, 1, "SHIPPED", 1)]));
    let answer = read(&scene).await;
    assert_eq!(
        (number_of(&answer, "listed"), number_of(&answer, "deleted")),
        (6, 1),
        "{answer}"
    );
    assert_eq!(number_of(&answer, "unreadable"), 4);
    assert_eq!(answer["complete"], false, "one was cut, which may mend itself");
    for (id, why) in [
        ("9001", "DOCTYPE"),
        ("9002", "orderItemModifications is missing"),
        ("9003", "FROZEN"),
        ("9004", "it has no state"),
    ] {
        let lines = scene.logged(READ).into_iter();
        let said =
            lines.filter(|line| line.contains(&format!("report {id} can't be read")) && line.contains(why));
        assert_eq!(said.count(), 1, "{id}: {why}");
    }
    assert_eq!(spreadshirt.activated(), ["9001", "9002", "9003", "9004", "9005"]);
    assert_eq!(stands(&scene, 8001, 1), "shipped");
    let told = scene.told(READ);
    let metric = |name: &str| told.iter().filter_map(|line| line[name].as_u64()).sum::<u64>();
    assert_eq!(
        (
            metric("ReportsRead"),
            metric("ReportsUnreadable"),
            metric("ReportsLeft")
        ),
        (1, 4, 1)
    );
    assert_eq!(metric("PullsDone"), 0);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_whole_reports_that_cannot_be_read_is_read_in_parts() {
    let scene = imported_with(&[("SpreadshirtFullData", "true")], [8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    // Each of them has less than 16 MB, and both together more.
    for id in ["9001", "9002"] {
        let many = (0..30_000).map(|minutes| change("770001", 8001, 1, "RECEIVED", minutes));
        spreadshirt.put_report(report(id, many));
    }
    spreadshirt.put_report(report("9003", [change("770001", 8001, 1, "SHIPPED", 1)]));
    let answer = scene.done(READ, json!({"dry_run": true})).await;
    assert_eq!(
        (number_of(&answer, "listed"), number_of(&answer, "unreadable")),
        (3, 0),
        "{answer}"
    );
    assert_eq!(asked(&scene, "GET orderReports"), 2);
    assert_eq!(asked(&scene, "GET orderReport"), 3);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_with_three_reports_in_a_row_ends_the_run_and_the_next_one_begins_behind_them() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    for n in 1..=5 {
        spreadshirt.put_report(report(
            &format!("900{n}"),
            [change("770001", 8001, 1, "RECEIVED", n)],
        ));
    }
    scene.break_all("spreadshirt", "DELETE", Fault::ServerError);
    let answer = read(&scene).await;
    assert_eq!(
        (number_of(&answer, "deleted"), &answer["more"]),
        (0, &json!(true))
    );
    assert_eq!(asked(&scene, "DELETE orderReport"), 3);
    scene.mend();
    scene.stack.gate.arm(&[]);
    assert_eq!(number_of(&read(&scene).await, "deleted"), 5);
    let calls = scene.stack.gate.journal().into_iter();
    let deleted = calls.filter_map(|call| call.split("DELETE orderReport ").nth(1).map(str::to_owned));
    let deleted: Vec<String> = deleted.collect();
    assert_eq!(deleted, ["9004", "9005", "9001", "9002", "9003"]);
    end(scene).await;
}
