//! The list: read whole or in part, refused, broken, malformed, and what a replay does.

use std::time::Duration;

use bundle_tests::{Scene, ecat_key};
use host::Fault;
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::{Sequence, Shown, Single, ecat_sample};

fn failed(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Error(error) => error["errorMessage"].to_string(),
        other => panic!("the pull was to fail, and came to {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_imported_once_and_marked_and_do_not_come_back() {
    let scene = Scene::with_ecat().await;
    let submitted: Vec<_> = (1..=30)
        .map(|n| scene.stack.ecat.submit(ecat_sample(n, 3)))
        .collect();
    let report = scene.pull_ecat().await;
    assert_eq!(report["outcome"], "pulled");
    assert_eq!(report["complete"], true);
    assert_eq!((&report["new"], &report["marked"]), (&json!(30), &json!(30)));
    scene.drain().await;
    for one in &submitted {
        scene.assert_imported_once(one);
        assert!(!scene.ecat_state(&one.uuid).unwrap().open);
    }
    assert_eq!(scene.pull_ecat().await["records"], 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_erp_gets_the_order_as_it_was_submitted() {
    let scene = Scene::with_ecat().await;
    let mut order = ecat_sample(4, 2);
    order["order_number"] = "7120-041526-118".into();
    scene.stack.ecat.submit(order.clone());
    scene.pull_ecat().await;
    scene.drain().await;
    let in_erp = scene.stack.erp.orders_for(&ecat_key("7120-041526-118"));
    assert_eq!(in_erp.len(), 1);
    let skus = |lines: &Value, name: &str| -> Vec<Value> {
        let lines = lines.as_array().unwrap().iter();
        lines.map(|line| line[name].clone()).collect()
    };
    let got = skus(&in_erp[0].request["lines"], "sku");
    let wanted = skus(&order["items"], "item_number");
    assert_eq!(got, wanted);
    assert_eq!(in_erp[0].revision_of, None);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_envelope_within_a_200_is_an_error_and_marks_nothing() {
    let scene = Scene::with_ecat().await;
    let one = scene.stack.ecat.submit(ecat_sample(1, 1));
    scene.stack.ecat.fail_next(200, "Something went wrong", 1);
    let failed = failed(&scene.invoke("ecat-pull-orders", json!({})).await.outcome);
    assert!(failed.contains("Something went wrong"), "{failed}");
    assert_eq!(scene.asked_ecat("POST new_orders"), 0);
    assert!(scene.ecat_states().is_empty());
    assert_eq!(scene.pull_ecat().await["marked"], 1);
    scene.drain().await;
    scene.assert_imported_once(&one);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_before_a_failure_that_is_told_behind_them_are_kept_and_not_marked() {
    let scene = Scene::with_ecat().await;
    let one = scene.stack.ecat.submit(ecat_sample(1, 1));
    scene.stack.ecat.status_after_data(true);
    scene.stack.ecat.fail_after_data("Something went wrong", 1);
    let report = scene.pull_ecat().await;
    assert_eq!((&report["complete"], &report["new"]), (&json!(false), &json!(1)));
    assert_eq!(scene.asked_ecat("POST new_orders"), 0);
    let report = scene.pull_ecat().await;
    assert_eq!((&report["new"], &report["marked"]), (&json!(0), &json!(1)));
    scene.drain().await;
    scene.assert_imported_once(&one);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_keeps_and_marks_what_came_whole() {
    let scene = Scene::with_ecat().await;
    let submitted: Vec<_> = (1..=20)
        .map(|n| scene.stack.ecat.submit(ecat_sample(n, 2)))
        .collect();
    scene.stack.ecat.cut_body_after(12_000);
    let report = scene.pull_ecat().await;
    assert_eq!(report["complete"], false);
    let (new, marked) = (
        report["new"].as_u64().unwrap(),
        report["marked"].as_u64().unwrap(),
    );
    assert!((1..20).contains(&new), "{report}");
    assert_eq!(marked, new);
    let rest = scene.pull_ecat().await;
    assert_eq!(rest["new"], 20 - new);
    scene.drain().await;
    for one in &submitted {
        scene.assert_imported_once(one);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_order_is_quarantined_named_once_not_marked_and_settled_when_it_is_mended() {
    let scene = Scene::with_ecat().await;
    let broken =
        r#"{"order_number": "7133-041626-009", "uuid": "1E5C7A90-0B3D-4F0E-9A1C-6D8B2F4E7710", "items": []}"#;
    scene.stack.ecat.submit_raw(broken);
    let well = scene.stack.ecat.submit(ecat_sample(1, 1));
    for _ in 0..3 {
        let report = scene.pull_ecat().await;
        assert_eq!(
            (&report["complete"], &report["quarantined"]),
            (&json!(true), &json!(1))
        );
    }
    assert_eq!(
        scene.said("ecat-pull-orders", "is quarantined as 7133-041626-009"),
        1
    );
    assert!(!scene.stack.ecat.received("7133-041626-009"));
    scene.drain().await;
    scene.assert_imported_once(&well);
    let quarantined = || scene.items_of("quarantine#ecat#7133-041626-009");
    assert!(quarantined()[0].get("resolved").is_none(), "{:?}", quarantined());

    scene.stack.ecat.mark_by_hand("7133-041626-009");
    let mut mended = ecat_sample(2, 1);
    mended["order_number"] = "7133-041626-009".into();
    mended["uuid"] = "1E5C7A90-0B3D-4F0E-9A1C-6D8B2F4E7710".into();
    let mended = scene.stack.ecat.submit(mended);
    assert_eq!(scene.pull_ecat().await["new"], 1);
    scene.drain().await;
    scene.assert_imported_once(&mended);
    assert!(quarantined()[0].get("resolved").is_some(), "{:?}", quarantined());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_last_order_does_not_make_the_list_incomplete() {
    let scene = Scene::with_ecat().await;
    scene.stack.ecat.submit(ecat_sample(1, 1));
    scene
        .stack
        .ecat
        .submit_raw(r#"{"order_number": "X-2", "uuid": }"#);
    let report = scene.pull_ecat().await;
    assert_eq!(
        (&report["complete"], &report["quarantined"]),
        (&json!(true), &json!(1))
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_pauses_ecat_and_the_right_one_ends_the_pause() {
    for shown in [Shown::ByStatus, Shown::Within200] {
        let scene = Scene::with_ecat().await;
        let one = scene.stack.ecat.submit(ecat_sample(1, 1));
        scene.stack.ecat.refuse_logins(shown);
        scene.put_ecat_login("apiuser", "not the password");
        failed(&scene.invoke("ecat-pull-orders", json!({})).await.outcome);
        assert_eq!(scene.pause_of("ecat").as_deref(), Some("credentials_refused"));
        for _ in 0..5 {
            assert_eq!(scene.pull_ecat().await["outcome"], "paused");
        }
        assert!(scene.stack.ecat.refused_logins() <= 2);
        scene.stack.mend_ecat_login();
        scene.pass(Duration::from_secs(16 * 60));
        assert_eq!(scene.pull_ecat().await["marked"], 1);
        assert_eq!(scene.pause_of("ecat"), None);
        scene.drain().await;
        scene.assert_imported_once(&one);
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_does_not_answer_marks_nothing() {
    let scene = Scene::with_ecat().await;
    let submitted: Vec<_> = (1..=40)
        .map(|n| scene.stack.ecat.submit(ecat_sample(n, 1)))
        .collect();
    scene.break_all("dynamodb", "BatchWriteItem", Fault::ServerError);
    let report = scene.pull_ecat().await;
    assert_eq!(
        (&report["complete"], &report["records"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(scene.asked_ecat("POST new_orders"), 0);
    scene.mend();
    assert_eq!(scene.pull_ecat().await["marked"], 40);
    scene.drain().await;
    for one in &submitted {
        scene.assert_imported_once(one);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_from_before_import_from_wait_for_a_person_and_are_marked() {
    let scene = Scene::with_ecat_and(&[("ImportFrom", "2026-09-10")]).await;
    let (old, new) = (ecat_sample(4, 1), ecat_sample(15, 1));
    let (old, new) = (scene.stack.ecat.submit(old), scene.stack.ecat.submit(new));
    let mut undated = ecat_sample(20, 1);
    undated["submit_date"] = json!(null);
    let undated = scene.stack.ecat.submit(undated);
    assert_eq!(scene.pull_ecat().await["marked"], 3);
    scene.drain().await;
    scene.assert_imported_once(&new);
    assert_eq!(scene.ecat_held(&old.uuid, "import"), "before_import_from");
    assert_eq!(scene.ecat_held(&undated.uuid, "import"), "undated");
    assert_eq!(scene.ecat_in_erp(&old.number), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_belongs_to_one_organisation() {
    let scene = Scene::with_ecat().await;
    scene.pull_ecat().await;
    let mut birth = scene.item("birth", "birth").unwrap();
    assert_eq!(birth["ecat_org"]["S"], local::ECAT_ORG);
    birth["ecat_org"]["S"] = "OTHER".into();
    scene.put_item(&birth);
    scene.stack.ecat.submit(ecat_sample(1, 1));
    let asked = scene.asked_ecat("GET new_orders");
    let failed = failed(&scene.invoke("ecat-pull-orders", json!({})).await.outcome);
    assert!(failed.contains("its ledger belongs to OTHER"), "{failed}");
    assert_eq!(scene.asked_ecat("GET new_orders"), asked);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_is_replayed_by_its_id_in_whatever_form_ecat_shows_it() {
    for single in [Single::Bare, Single::Enveloped, Single::EnvelopedList] {
        let scene = Scene::with_ecat().await;
        scene.stack.ecat.single(single);
        let one = scene.stack.ecat.submit(ecat_sample(1, 2));
        // Marked by somebody else: no list has it any more.
        scene.stack.ecat.mark_by_hand(&one.number);
        assert_eq!(scene.pull_ecat().await["records"], 0);
        let report = scene.done("ecat-pull-orders", json!({"ecat_id": one.id})).await;
        assert_eq!(
            (&report["outcome"], &report["new"]),
            (&json!("replayed"), &json!(1))
        );
        let again = scene
            .done("ecat-pull-orders", json!({"ecat_id": one.id.to_string()}))
            .await;
        assert_eq!(again["new"], 0);
        scene.drain().await;
        scene.assert_imported_once(&one);
        assert_eq!(scene.asked_ecat("POST new_orders"), 0);
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_what_ecat_does_not_have_says_so() {
    let scene = Scene::with_ecat().await;
    let outcome = scene
        .invoke("ecat-pull-orders", json!({"ecat_id": 5}))
        .await
        .outcome;
    assert!(failed(&outcome).contains("no order"), "{outcome:?}");
    let outcome = scene
        .invoke("ecat-pull-orders", json!({"ecat_id": "7120-041526-118"}))
        .await
        .outcome;
    assert!(failed(&outcome).contains("is no id of eCat's"), "{outcome:?}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sequence_of_the_list_does_not_matter() {
    for sequence in [Sequence::Submitted, Sequence::Reversed, Sequence::Mixed(7)] {
        let scene = Scene::with_ecat().await;
        scene.stack.ecat.sequence(sequence);
        let mut all = Vec::new();
        for n in 1..=8 {
            let order = ecat_sample(n, 2);
            let first = scene.stack.ecat.submit(order.clone());
            all.push((scene.resubmit(&first, order), first));
        }
        scene.pull_ecat().await;
        scene.drain().await;
        for (second, first) in &all {
            // The newest of two that order the same.
            scene.assert_imported_once(second);
            assert_eq!(scene.ecat_in_erp(&first.number), 0);
            assert_eq!(scene.standing(first), "superseded");
        }
        assert!(scene.stack.ecat.unreceived().is_empty());
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_gone_is_brought_again_by_its_id_and_imported_when_a_person_retries() {
    let scene = Scene::with_ecat().await;
    let order = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.pull_ecat().await;
    let raw = scene.ecat_state(&order.uuid).unwrap().raw.unwrap();
    scene.delete_item(&format!("raw#{raw}"), "0");
    scene.drain().await;
    assert_eq!(scene.ecat_held(&order.uuid, "import"), "payload_gone");
    let replay = json!({"ecat_id": order.id});
    for held in [0, 0] {
        assert_eq!(scene.done("ecat-pull-orders", replay.clone()).await["held"], held);
        assert_eq!(
            scene.ecat_held(&order.uuid, "import"),
            "payload_gone",
            "until a person says so"
        );
    }
    let retry = json!({"do": "retry", "order": order.number, "by": "ada", "why": "it is here again"});
    scene.done("decide-order", retry).await;
    scene.invoke("sweep-orders", json!({})).await;
    scene.drain().await;
    scene.assert_imported_once(&order);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_ecat_does_not_know_binds_no_ledger() {
    for shown in [Shown::ByStatus, Shown::Within200] {
        let scene = Scene::with_ecat_and(&[("EcatOrg", "ACMECTA")]).await;
        scene.stack.ecat.refuse_orgs(shown);
        failed(&scene.invoke("ecat-pull-orders", json!({})).await.outcome);
        failed(
            &scene
                .invoke("ecat-pull-orders", json!({"ecat_id": 7}))
                .await
                .outcome,
        );
        let birth = scene.item("birth", "birth").unwrap();
        assert!(birth.get("ecat_org").is_none(), "the name with the slip: {birth}");
        scene.stack.stop().await;
    }
}
