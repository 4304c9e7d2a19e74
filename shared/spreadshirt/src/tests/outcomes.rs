//! What comes of answers.

use std::time::Duration;

use bytes::Bytes;
use host::{Reply, serve, text};

use super::fake::*;
use crate::{BODY_BYTES_MAX, CallError, Detail, Doubt, Unreadable};

const REPORT: &str = "<orderReport id='9001'><orderItemModifications><orderItemModification><orderItem id='é1'/><fulfillmentState>SHIPPED</fulfillmentState><modified>2026-03-02 16:45:30Z</modified></orderItemModification></orderItemModifications></orderReport>";

async fn read(fake: &Fake) -> Result<usize, CallError> {
    let report = fake.client().report(&session(), &id()).await;
    report.map(|report| report.modifications.len())
}

fn no_answer(doubt: Doubt) -> CallError {
    CallError::NoAnswer {
        operation: "GET orderReports/id",
        doubt,
    }
}

#[tokio::test]
async fn a_failure_is_judged_by_its_status_for_every_verb() {
    for (status, name) in [
        (301, "Misconfigured"),
        (400, "Refused"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (405, "Misconfigured"),
        (408, "Unavailable"),
        (418, "Unclear"),
        (429, "Throttled"),
        (500, "Unavailable"),
        (503, "Unavailable"),
    ] {
        // XML in a failure is not looked at.
        for body in ["", "some words", "<html>", REPORT] {
            let fake = Fake::saying(status, body).await;
            for error in errors(&fake.client()).await {
                assert_eq!(named(&error), name, "{status} {body} {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_there_depends_on_what_was_asked() {
    let fake = Fake::saying(404, "not found").await;
    let client = fake.client();
    assert_eq!(named(&client.login().await.unwrap_err()), "Misconfigured");
    let list = client.reports(&session(), &partner(), Detail::References).await;
    assert_eq!(named(&list.unwrap_err()), "Misconfigured");
    let report = client.report(&session(), &id()).await;
    assert_eq!(named(&report.unwrap_err()), "NotFound");
}

#[tokio::test]
async fn a_web_page_with_the_status_of_success_is_none() {
    for page in ["<html>login</html>", "\u{feff} <!DOCTYPE HTML><p>"] {
        let fake = Fake::saying(200, page).await;
        assert_eq!(named(&read(&fake).await.unwrap_err()), "Unavailable", "{page}");
        let deleted = fake.client().delete(&session(), &id()).await;
        assert_eq!(named(&deleted.unwrap_err()), "Unavailable", "{page}");
    }
}

#[tokio::test]
async fn a_document_that_is_no_report_is_unreadable_and_one_that_ends_early_is_no_answer() {
    for (body, expected) in [
        (REPORT.replace("9001", "9002"), Unreadable::OtherReport),
        (format!("<!DOCTYPE x>{REPORT}"), Unreadable::Doctype),
        ("<orderReports/>".to_owned(), Unreadable::No("order report")),
        ("OK".to_owned(), Unreadable::Malformed),
    ] {
        let fake = Fake::saying(200, body.clone()).await;
        let expected = CallError::Unreadable {
            operation: "GET orderReports/id",
            what: expected,
        };
        assert_eq!(read(&fake).await, Err(expected), "{body}");
    }
    let fake = Fake::saying(200, "").await;
    assert_eq!(read(&fake).await, Err(no_answer(Doubt::Incomplete)));
}

#[tokio::test]
async fn a_list_that_is_none_or_goes_in_circles_is_unreadable() {
    for body in [
        REPORT,
        "<orderReports offset='0' limit='50'/>",
        "<orderReports offset='0' count='1'/>",
        "<orderReports offset='0' limit='50' count='many'/>",
        "<orderReports offset='0' limit='0' count='1'/>",
        // The second page begins where the first one did.
        "<orderReports offset='0' limit='1' count='2'><orderReport id='1'/></orderReports>",
    ] {
        let fake = Fake::saying(200, body).await;
        let list = fake
            .client()
            .reports(&session(), &partner(), Detail::References)
            .await;
        assert_eq!(named(&list.unwrap_err()), "Unreadable", "{body}");
    }
}

#[tokio::test]
async fn a_report_is_the_same_however_its_bytes_arrive() {
    let all = Bytes::from_static(REPORT.as_bytes());
    let at = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::answering(move || {
        let at = at.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        parts(vec![Ok(all.slice(..at)), Ok(all.slice(at..))], false)
    })
    .await;
    let client = fake.client();
    for at in 0..=REPORT.len() {
        let report = client.report(&session(), &id()).await;
        assert_eq!(report.map(|report| report.modifications.len()), Ok(1), "{at}");
    }
}

#[tokio::test]
async fn a_report_that_breaks_off_is_no_answer() {
    let all = Bytes::from_static(REPORT.as_bytes());
    let fake = Fake::answering(move || parts(vec![Ok(all.slice(..100)), cut()], false)).await;
    assert_eq!(read(&fake).await, Err(no_answer(Doubt::BrokeOff)));
    // Behind the last byte as well: the transport does not vouch for it.
    let all = Bytes::from_static(REPORT.as_bytes());
    let fake = Fake::answering(move || parts(vec![Ok(all.clone()), cut()], false)).await;
    assert_eq!(read(&fake).await, Err(no_answer(Doubt::BrokeOff)));
}

#[tokio::test]
async fn silence_is_no_answer() {
    let silent = serve(([127, 0, 0, 1], 0).into(), |_| std::future::pending::<Reply>());
    let silent = silent.await.unwrap();
    for error in errors(&client(&silent.url(), SHORT)).await {
        let expected = matches!(
            error,
            CallError::NoAnswer {
                doubt: Doubt::TimedOut,
                ..
            }
        );
        assert!(expected, "{error:?}");
    }
    let fake = Fake::answering(|| parts(vec![Ok(Bytes::from_static(b"<orderReport>"))], true)).await;
    let error = client(&fake.url(), SHORT).report(&session(), &id()).await;
    assert_eq!(error, Err(no_answer(Doubt::TimedOut)));
}

#[tokio::test]
async fn an_endless_answer_is_not_held() {
    let too_large = Err(CallError::Unreadable {
        operation: "GET orderReports/id",
        what: Unreadable::TooLarge,
    });
    // With its length told, and without.
    let fake = Fake::saying(200, " ".repeat(BODY_BYTES_MAX + 1)).await;
    assert_eq!(read(&fake).await, too_large);
    let part = Bytes::from(vec![b' '; 1024 * 1024]);
    let fake = Fake::answering(move || parts((0..17).map(|_| Ok(part.clone())).collect(), true)).await;
    assert_eq!(read(&fake).await, too_large);
}

#[tokio::test]
async fn a_lost_answer_is_none_and_is_not_repeated() {
    let fake = Fake::answering(|| Reply::Drop).await;
    assert_eq!(read(&fake).await, Err(no_answer(Doubt::BrokeOff)));
    fake.only();
    let error = fake.client().delete(&session(), &id()).await.unwrap_err();
    assert!(!error.surely_not_done());
    fake.only();
}

#[tokio::test]
async fn the_time_to_wait_is_told() {
    for status in [429, 503] {
        let fake = Fake::answering(move || {
            let mut response = text(status, "");
            response
                .headers_mut()
                .insert("retry-after", "30".parse().unwrap());
            Reply::Answer(response)
        })
        .await;
        for error in errors(&fake.client()).await {
            assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
        }
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    // The port is bound by nobody: port 1 needs rights that no test has.
    for error in errors(&client("http://127.0.0.1:1", LONG)).await {
        assert_eq!(named(&error), "NotSent");
    }
}

#[tokio::test]
async fn settings_that_make_no_request_are_a_wrong_set_up() {
    for error in errors(&client("not an address", LONG)).await {
        assert!(matches!(error, CallError::Misconfigured { said, .. } if said == "unusable_request"));
    }
}

#[tokio::test]
async fn nothing_that_is_printed_shows_our_login() {
    let words = "Session sess-77\n of partner@example.test with p<&>\"s, 123456789 and 987654321 is over";
    let fake = Fake::saying(401, words).await;
    let error = fake.client().report(&session(), &id()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "spreadshirt does not know us for GET orderReports/id: http_401: Session *** of *** with ***, *** and *** is over"
    );
    let shown = format!("{:?} {:?}", fake.client(), session());
    for secret in ["sess-77", "partner@", "p<&>", "123456789", "987654321"] {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!format!("{error:?}").contains(secret), "{error:?}");
    }
}
