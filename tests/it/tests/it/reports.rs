//! `spreadshirt-read-reports`: each modification once, each report deleted once, and only when all of it is durable.

mod breaks;
mod large;
mod sessions;
mod stays;

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::{Dates, FullData, Hrefs, ItemChange, OrderReport, sample_order};

const READ: &str = "spreadshirt-read-reports";
const DECIDE: &str = "decide-order";
/// 2026-03-02 09:10:00 UTC.
const T: i64 = 1_772_442_600_000;
const MINUTE: i64 = 60_000;
/// Until the next run, and for long enough that a login does not come too soon.
const LATER: Duration = Duration::from_secs(15 * 60);

/// A bundle that reads reports, with its baseline taken.
async fn bundle(parameters: &[(&str, &str)]) -> Scene {
    let announcing = [&[("AnnounceMoves", "true")], parameters].concat();
    let scene = Scene::with_fulfilment(&announcing).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene
}

/// A bundle whose orders of two lines are in the ERP.
async fn imported(ids: impl IntoIterator<Item = u64>) -> Scene {
    imported_with(&[], ids).await
}

async fn imported_with(parameters: &[(&str, &str)], ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = bundle(parameters).await;
    import(&scene, ids).await;
    scene
}

async fn import(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        scene.stack.repspark.submit(sample_order(id, 2));
    }
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
    // What is recorded later is what makes the purchases due.
    scene.purge("sparklayer-publish-purchase");
}

/// One run, which has to succeed.
async fn read(scene: &Scene) -> Value {
    scene.done(READ, json!({})).await
}

/// What the ERP calls a line to Spreadshirt.
fn name(id: u64, line: u32) -> String {
    format!("{}-{line}", order_key(id))
}

/// What became of a line of ours, so many minutes after the first time.
fn change(item: &str, id: u64, line: u32, state: &str, minutes: i64) -> ItemChange {
    ItemChange::new(item, state, T + minutes * MINUTE).correlated(&name(id, line))
}

fn report(id: &str, changes: impl IntoIterator<Item = ItemChange>) -> OrderReport {
    let empty = OrderReport::new(id, T + 600 * MINUTE);
    changes.into_iter().fold(empty, OrderReport::with)
}

/// The ends of a line, or the furthest station on its way: `shipped`, `in_progress`, or nothing.
fn stands(scene: &Scene, id: u64, line: u32) -> String {
    let kept = scene.fulfilment(&order_key(id));
    let line = &kept["lines"][line.to_string()];
    let parts = line["parts"].as_array().cloned().unwrap_or_default();
    let ends = parts.iter().map(|part| &part["became"]);
    let all: Vec<&str> = ends.chain([&line["station"]]).filter_map(Value::as_str).collect();
    all.first().copied().unwrap_or_default().to_owned()
}

/// What an order's publication is to tell, and the version of what became of its lines.
fn wanted(scene: &Scene, id: u64) -> (u64, u64) {
    let state = &scene.states()[&order_key(id)].item;
    let wanted = state["repeats"]["M"]["publish"]["M"]["w"]["N"].as_str();
    let version = scene.fulfilment(&order_key(id))["version"].as_u64();
    let number = |text: &str| text.parse::<u64>().unwrap();
    (wanted.map_or(0, number), version.unwrap_or_default())
}

/// What was announced of an order: line, state and identity.
fn announced(scene: &Scene, id: u64) -> Vec<(u64, String, String)> {
    let events = scene.stack.proxy.events().into_iter();
    let details = events.map(|event| {
        let detail = event["Detail"].as_str().unwrap();
        serde_json::from_str::<Value>(detail).unwrap()
    });
    let of_it = details.filter(|detail| detail["order"] == order_key(id));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let told = of_it.map(|detail| {
        let line = detail["line"].as_u64().unwrap();
        (line, text(&detail["state"]), text(&detail["id"]))
    });
    told.collect()
}

/// What a run says of modifications: applied, known, disputed, waiting, of others.
fn counts(answer: &Value) -> [u64; 5] {
    ["applied", "known", "disputed", "waiting", "of_others"].map(|name| answer[name].as_u64().unwrap())
}

fn number_of(answer: &Value, name: &str) -> u64 {
    answer[name].as_u64().unwrap()
}

fn asked(scene: &Scene, operation: &str) -> u64 {
    let calls = scene.stack.spreadshirt.calls();
    calls.get(operation).copied().unwrap_or_default()
}

async fn end(scene: Scene) {
    let spreadshirt = &scene.stack.spreadshirt;
    assert_eq!(spreadshirt.complaints(), Vec::<String>::new());
    assert_eq!(spreadshirt.black_listings(), 0, "a login came too soon");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_are_listed_before_anything_is_deleted_and_each_report_is_deleted_once() {
    for (full_data, shown) in [
        ("false", FullData::AsAsked),
        ("true", FullData::AsAsked),
        ("true", FullData::Never),
    ] {
        let scene = imported_with(&[("SpreadshirtFullData", full_data)], [8001]).await;
        let spreadshirt = &scene.stack.spreadshirt;
        spreadshirt.page_limit(2);
        spreadshirt.full_data(shown);
        for n in 1..=5 {
            let state = ["RECEIVED", "CREATED", "ACCEPTED", "IN_PROGRESS", "SHIPPED"][n - 1];
            let minutes = i64::try_from(n).unwrap();
            spreadshirt.put_report(report(
                &format!("900{n}"),
                [change("770001", 8001, 1, state, minutes)],
            ));
        }
        scene.stack.gate.arm(&[]);
        let answer = read(&scene).await;
        assert_eq!(
            (number_of(&answer, "listed"), number_of(&answer, "deleted")),
            (5, 5),
            "{answer}"
        );
        assert_eq!(counts(&answer), [5, 0, 0, 0, 0]);
        assert_eq!(
            (&answer["complete"], &answer["more"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(asked(&scene, "GET orderReports"), 3);
        let in_the_list = full_data == "true" && shown == FullData::AsAsked;
        let one_by_one = if in_the_list { 0 } else { 5 };
        assert_eq!(
            asked(&scene, "GET orderReport"),
            one_by_one,
            "{full_data} {shown:?}"
        );
        let calls = scene.stack.gate.journal();
        let last = calls
            .iter()
            .rposition(|call| call.contains("GET orderReports"))
            .unwrap();
        let first = calls.iter().position(|call| call.contains("DELETE")).unwrap();
        assert!(last < first, "{calls:#?}");
        assert!((1..=5).all(|n| spreadshirt.deletes(&format!("900{n}")) == 1));
        assert_eq!(stands(&scene, 8001, 1), "shipped");
        assert_eq!(wanted(&scene, 8001), (5, 5));
        let told: Vec<String> = announced(&scene, 8001)
            .into_iter()
            .map(|(_, state, _)| state)
            .collect();
        assert_eq!(
            told,
            ["received", "created", "accepted", "in_progress", "shipped"]
        );
        assert_eq!(number_of(&read(&scene).await, "listed"), 0);
        end(scene).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_item_many_times_and_out_of_order_moves_forward_once_in_every_form_of_the_document() {
    for (hrefs, dates) in [
        (Hrefs::Sampled, Dates::Sampled),
        (Hrefs::Prefixed, Dates::Mixed),
        (Hrefs::Plain, Dates::Iso),
    ] {
        let scene = imported([8001]).await;
        let spreadshirt = &scene.stack.spreadshirt;
        spreadshirt.hrefs(hrefs);
        spreadshirt.dates(dates);
        let say = |state, minutes| change("770001", 8001, 1, state, minutes);
        let changes = [
            say("SHIPPED", 50),
            say("RECEIVED", 1),
            say("IN_PROGRESS", 40),
            say("SHIPPED", 50),
            say("CREATED", 2),
        ];
        spreadshirt.put_report(report("9001", changes));
        let answer = read(&scene).await;
        assert_eq!(counts(&answer), [4, 1, 0, 0, 0], "{answer}");
        assert_eq!(stands(&scene, 8001, 1), "shipped");
        assert_eq!(
            wanted(&scene, 8001),
            (1, 1),
            "told anew once, whatever the number of modifications"
        );
        let told = announced(&scene, 8001);
        let states: Vec<&str> = told.iter().map(|(_, state, _)| state.as_str()).collect();
        assert_eq!(states, ["received", "created", "in_progress", "shipped"]);
        assert_eq!(scene.waiting("sparklayer-publish-purchase"), 1, "one hint");
        end(scene).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_state_and_a_second_end_hold_the_order_and_the_report_is_deleted() {
    let scene = imported([8001, 8002]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report(
        "9001",
        [
            change("770001", 8001, 1, "QUALITY_CHECK", 1),
            change("770002", 8002, 1, "SHIPPED", 2),
        ],
    ));
    let answer = read(&scene).await;
    assert_eq!(counts(&answer), [1, 0, 1, 0, 0], "{answer}");
    assert_eq!(scene.held(8001, "fulfilment"), "unknown_state");
    assert!(scene.hold_note(8001, "fulfilment").contains("\"QUALITY_CHECK\""));
    spreadshirt.put_report(report("9002", [change("770002", 8002, 1, "CANCELLED", 3)]));
    let answer = read(&scene).await;
    assert_eq!(counts(&answer), [0, 0, 1, 0, 0], "{answer}");
    assert_eq!(scene.held(8002, "fulfilment"), "other_end");
    assert_eq!(stands(&scene, 8002, 1), "shipped");
    assert!(spreadshirt.deleted("9001") && spreadshirt.deleted("9002"));
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_nobody_names_is_known_from_a_report_that_named_it_whichever_comes_first() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    let unnamed = |item, state, minutes| ItemChange::new(item, state, T + minutes * MINUTE);
    // Its name stands in the same report.
    spreadshirt.put_report(report(
        "9001",
        [
            unnamed("770001", "CREATED", 2),
            change("770001", 8001, 1, "RECEIVED", 1),
        ],
    ));
    assert_eq!(counts(&read(&scene).await), [2, 0, 0, 0, 0]);
    // It came in an earlier one.
    spreadshirt.put_report(report("9002", [unnamed("770001", "SHIPPED", 3)]));
    assert_eq!(counts(&read(&scene).await), [1, 0, 0, 0, 0]);
    assert_eq!(stands(&scene, 8001, 1), "shipped");
    // It comes in a later one, and the sweep brings what waited.
    spreadshirt.put_report(report("9003", [unnamed("770002", "SHIPPED", 4)]));
    assert_eq!(counts(&read(&scene).await), [0, 0, 0, 1, 0]);
    assert!(spreadshirt.deleted("9003"), "it is kept here");
    spreadshirt.put_report(report("9004", [change("770002", 8001, 2, "ACCEPTED", 2)]));
    assert_eq!(counts(&read(&scene).await), [1, 0, 0, 0, 0]);
    assert_eq!(stands(&scene, 8001, 2), "accepted");
    scene.pass(Duration::from_secs(301));
    scene.sweep().await;
    assert_eq!(stands(&scene, 8001, 2), "shipped");
    assert!(scene.items_of("waiting").is_empty());
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_before_its_order_is_kept_and_taken_when_the_order_is_in_the_erp() {
    let scene = bundle(&[]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    assert_eq!(counts(&read(&scene).await), [0, 0, 0, 1, 0]);
    assert!(spreadshirt.deleted("9001"));
    import(&scene, [8001]).await;
    scene.pass(Duration::from_secs(301));
    scene.sweep().await;
    assert_eq!(stands(&scene, 8001, 1), "shipped");
    assert_eq!(wanted(&scene, 8001), (1, 1));
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_known_modifications_alone_still_makes_the_purchase_due() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    let before = scene.item(&order_key(8001), "state").unwrap();
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    read(&scene).await;
    // As if the process had died between the fulfilment and the order's own state.
    scene.put_item(&before);
    scene.pass(LATER);
    scene.purge("sparklayer-publish-purchase");
    assert_eq!(wanted(&scene, 8001).0, 0);
    spreadshirt.put_report(report("9002", [change("770001", 8001, 1, "SHIPPED", 1)]));
    assert_eq!(counts(&read(&scene).await), [0, 1, 0, 0, 0]);
    assert_eq!(wanted(&scene, 8001), (1, 1));
    assert_eq!(scene.waiting("sparklayer-publish-purchase"), 1);
    assert!(spreadshirt.deleted("9002"));
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_whose_reply_or_request_is_lost_is_repeated_by_the_next_run_if_need_be() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    scene.break_all("spreadshirt", "DELETE", Fault::LostReply);
    let answer = read(&scene).await;
    assert_eq!(
        (number_of(&answer, "deleted"), &answer["complete"]),
        (0, &json!(false))
    );
    scene.mend();
    assert!(spreadshirt.deleted("9001"));
    assert_eq!(number_of(&read(&scene).await, "listed"), 0);
    spreadshirt.put_report(report("9002", [change("770001", 8001, 1, "SHIPPED", 1)]));
    scene.break_all("spreadshirt", "DELETE", Fault::LostRequest);
    read(&scene).await;
    scene.mend();
    assert!(!spreadshirt.deleted("9002"));
    let answer = read(&scene).await;
    assert_eq!(
        (counts(&answer), number_of(&answer, "deleted")),
        ([0, 1, 0, 0, 0], 1)
    );
    assert_eq!((spreadshirt.deletes("9001"), spreadshirt.deletes("9002")), (1, 1));
    assert_eq!(announced(&scene, 8001).len(), 1);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_not_announced_keeps_the_report_and_is_announced_with_the_same_identity() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    scene.break_all("events", "PutEvents", Fault::LostReply);
    let answer = read(&scene).await;
    assert_eq!(
        (number_of(&answer, "deleted"), &answer["complete"]),
        (0, &json!(false))
    );
    scene.mend();
    let answer = read(&scene).await;
    assert_eq!(
        (counts(&answer), number_of(&answer, "deleted")),
        ([0, 1, 0, 0, 0], 1)
    );
    let told = announced(&scene, 8001);
    assert!(told.len() > 1, "the first one was taken, too");
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert_eq!(wanted(&scene, 8001), (1, 1));
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    let foreign = ItemChange::new("990001", "SHIPPED", T).correlated("another-brand-77-1");
    spreadshirt.put_report(report("9002", [change("770002", 8001, 2, "SHIPPED", 1), foreign]));
    spreadshirt.put_raw("9003", "<!DOCTYPE x><orderReport/>");
    for (event, listed) in [
        (json!({"dry_run": true}), 3),
        (json!({"dry_run": true, "report": 9001}), 1),
    ] {
        let answer = scene.done(READ, event).await;
        assert_eq!(
            (&answer["outcome"], number_of(&answer, "listed")),
            (&json!("looked"), listed)
        );
        let reports = answer["reports"].as_array().unwrap();
        assert_eq!(reports[0]["ours"], 1);
        if listed == 3 {
            let would = |at: usize| reports[at]["would"].as_str().unwrap();
            assert_eq!(would(0), "take it in and delete it");
            assert!(would(1).contains("leave it: somebody else"), "{}", would(1));
            assert!(would(2).contains("DOCTYPE"), "{}", would(2));
        }
    }
    assert_eq!(asked(&scene, "DELETE orderReport"), 0);
    assert_eq!(scene.fulfilment(&order_key(8001)), Value::Null);
    assert!(scene.items_of("waiting").is_empty() && scene.items_of("made#").is_empty());
    assert_eq!(wanted(&scene, 8001), (0, 0));
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_replays_a_deleted_report_and_nothing_is_deleted() {
    let scene = bundle(&[]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    read(&scene).await;
    // What waited is lost, as if its time was over.
    for item in scene.items_of("waiting") {
        scene.delete_item("waiting", item["sk"]["S"].as_str().unwrap());
    }
    import(&scene, [8001]).await;
    spreadshirt.put_report(report("9002", [change("770002", 8001, 2, "SHIPPED", 1)]));
    for (asked, waits) in [(json!("9001"), false), (json!(9002), true)] {
        let answer = scene.done(READ, json!({ "report": asked })).await;
        assert_eq!(
            (&answer["outcome"], counts(&answer)),
            (&json!("replayed"), [1, 0, 0, 0, 0])
        );
        let id = asked.as_str().map_or_else(|| asked.to_string(), str::to_owned);
        assert_eq!(spreadshirt.deleted(&id), !waits);
    }
    assert_eq!(
        (stands(&scene, 8001, 1), stands(&scene, 8001, 2)),
        ("shipped".to_owned(), "shipped".to_owned())
    );
    assert_eq!(asked(&scene, "DELETE orderReport"), 1);
    match scene.invoke(READ, json!({"report": "77"})).await.outcome {
        Outcome::Error(error) => assert!(error.to_string().contains("shows no report 77"), "{error}"),
        other => panic!("{other:?}"),
    }
    end(scene).await;
}
