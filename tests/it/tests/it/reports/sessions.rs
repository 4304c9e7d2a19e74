//! Logins: few, never too soon, and what their refusal comes to.

use super::*;

async fn failed(scene: &Scene) -> String {
    match scene.invoke(READ, json!({})).await.outcome {
        Outcome::Error(error) => error["errorMessage"].as_str().unwrap_or_default().to_owned(),
        other => panic!("it was to fail, and came to {other:?}"),
    }
}

fn faults(scene: &Scene, class: &str) -> u64 {
    let told = scene.told(READ).into_iter();
    let of_class = told.filter(|line| line["Vendor"] == "spreadshirt" && line["Class"] == class);
    of_class.filter_map(|line| line["VendorErrors"].as_u64()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_kept_from_run_to_run_and_made_anew_once_it_has_ended() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    for _ in 0..3 {
        read(&scene).await;
        scene.pass(LATER);
    }
    assert_eq!(spreadshirt.logins(), 1);
    // Between two runs.
    spreadshirt.end_sessions();
    read(&scene).await;
    assert_eq!(spreadshirt.logins(), 2);
    // Within one: the list is answered, and the report, and then no more.
    scene.pass(LATER);
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    spreadshirt.end_sessions_after(2);
    let answer = read(&scene).await;
    assert_eq!(
        (counts(&answer), number_of(&answer, "deleted")),
        ([1, 0, 0, 0, 0], 1)
    );
    assert_eq!((spreadshirt.logins(), spreadshirt.deletes("9001")), (3, 1));
    assert_eq!(
        faults(&scene, "credentials"),
        0,
        "an old session is no wrong login"
    );
    assert_eq!(scene.pause_of("spreadshirt"), None);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_a_moment_after_its_login_is_not_followed_by_another_login() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    // The login, the list, the report.
    spreadshirt.end_sessions_after(3);
    let answer = read(&scene).await;
    assert_eq!(
        (counts(&answer), number_of(&answer, "deleted")),
        ([1, 0, 0, 0, 0], 0)
    );
    assert_eq!((&answer["more"], spreadshirt.logins()), (&json!(true), 1));
    assert!(failed(&scene).await.contains("has to wait until"));
    assert_eq!(spreadshirt.logins(), 1);
    scene.pass(LATER);
    let answer = read(&scene).await;
    assert_eq!(
        (counts(&answer), number_of(&answer, "deleted")),
        ([0, 1, 0, 0, 0], 1)
    );
    assert_eq!(spreadshirt.logins(), 2);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_at_the_login_counts_as_throttled_and_is_not_tried_again_in_that_run() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.fail_next(500, "Internal Server Error", 1);
    failed(&scene).await;
    assert_eq!(asked(&scene, "POST sessions"), 1);
    failed(&scene).await;
    assert_eq!(asked(&scene, "POST sessions"), 1, "it is too soon");
    assert_eq!(
        (faults(&scene, "throttled"), faults(&scene, "unavailable")),
        (2, 0)
    );
    assert_eq!(scene.pause_of("spreadshirt"), None);
    scene.pass(LATER);
    read(&scene).await;
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_is_one_login_and_pauses_spreadshirt_until_it_is_mended() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    spreadshirt.set_login("partner@acme.example", "another one");
    failed(&scene).await;
    assert_eq!((spreadshirt.logins(), spreadshirt.refused_logins()), (1, 1));
    assert_eq!(
        scene.pause_of("spreadshirt").as_deref(),
        Some("credentials_refused")
    );
    let answer = read(&scene).await;
    assert_eq!(answer["outcome"], "paused");
    assert_eq!(spreadshirt.logins(), 1);
    scene
        .stack
        .put_spreadshirt_login(Some(("partner@acme.example", "another one")));
    scene.pass(LATER);
    let answer = read(&scene).await;
    assert_eq!(
        (number_of(&answer, "deleted"), scene.pause_of("spreadshirt")),
        (1, None),
        "{answer}"
    );
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_signature_is_one_login_and_pauses_spreadshirt() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
    spreadshirt.set_application("local-spreadshirt-key-31", "another one");
    failed(&scene).await;
    assert_eq!((spreadshirt.logins(), spreadshirt.refused_requests()), (1, 1));
    assert_eq!(
        scene.pause_of("spreadshirt").as_deref(),
        Some("credentials_refused")
    );
    assert_eq!(spreadshirt.activated(), ["9001"]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_far_off_is_followed() {
    for ahead in [-3_600_000, 3_600_000] {
        let scene = imported([8001]).await;
        let spreadshirt = &scene.stack.spreadshirt;
        spreadshirt.clock_ahead(ahead);
        spreadshirt.put_report(report("9001", [change("770001", 8001, 1, "SHIPPED", 1)]));
        assert_eq!(number_of(&read(&scene).await, "deleted"), 1);
        assert_eq!((spreadshirt.logins(), spreadshirt.refused_requests()), (1, 0));
        end(scene).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_readers_at_once_log_in_once_and_delete_each_report_once() {
    let scene = imported([8001]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    let ids: Vec<String> = (9001..9021).map(|id| id.to_string()).collect();
    for (id, minutes) in ids.iter().zip(1..) {
        spreadshirt.put_report(report(id, [change("770001", 8001, 1, "RECEIVED", minutes)]));
    }
    let both = tokio::join!(scene.invoke(READ, json!({})), scene.invoke(READ, json!({})));
    let came = [both.0.outcome, both.1.outcome];
    let read = came
        .iter()
        .filter(|came| matches!(came, Outcome::Ok(answer) if answer["outcome"] == "read"));
    assert!(read.count() >= 1, "{came:?}");
    for came in &came {
        let quiet = match came {
            Outcome::Ok(answer) => {
                answer["outcome"] == "read" || answer["outcome"] == "another_reader_is_running"
            }
            // The other one was done before this one began, and has just logged in.
            Outcome::Error(error) => error.to_string().contains("has to wait until"),
            _ => false,
        };
        assert!(quiet, "{came:?}");
    }
    assert!(ids.iter().all(|id| spreadshirt.deletes(id) == 1));
    assert_eq!(spreadshirt.logins(), 1);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_found_another_ones_login_too_fresh_waits_in_its_next_run_too() {
    let scene = imported([8001]).await;
    // The first process logs in, and dies. It may have logged in until its time was over.
    scene.break_all("spreadshirt", "GET orderReports", Fault::KilledAfter);
    scene.invoke(READ, json!({})).await;
    scene.mend();
    assert_eq!(scene.stack.spreadshirt.logins(), 1);
    let time_out = scene.stack.deployment.functions[READ].timeout_s;
    scene.pass(Duration::from_secs(time_out + 11));
    for _ in 0..2 {
        assert!(failed(&scene).await.contains("has to wait until"));
        scene.pass(Duration::from_secs(1));
    }
    assert_eq!(
        scene.stack.spreadshirt.logins(),
        1,
        "each run of the new process waits"
    );
    scene.pass(Duration::from_secs(20));
    read(&scene).await;
    assert_eq!(scene.stack.spreadshirt.logins(), 2);
    end(scene).await;
}
