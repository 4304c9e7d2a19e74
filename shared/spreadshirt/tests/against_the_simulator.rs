//! The client and the strict simulator, written apart, take each other at their word.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

use std::time::Duration;

use host::{Break, Clock, Form, Gate, Server};
use order_model::Millis;
use simulators::{Dates, FullData, Hrefs, ItemChange, OrderReport};
use spreadshirt::{
    CallError, Data, Deleted, Detail, Doubt, ItemState, PartnerId, ReportId, ReportState, Session,
    Spreadshirt,
};

/// 2026-03-02 20:00:00 UTC.
const T: i64 = 1_772_481_600_000;

struct Stand {
    vendor: simulators::Spreadshirt,
    clock: Clock,
    gate: Gate,
    server: Server,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let vendor = simulators::Spreadshirt::new(
        clock.clone(),
        gate.clone(),
        "1102730",
        ("key-1", "s3cret"),
        ("partner@example.test", "p<&>\"s"),
    );
    let server = vendor.serve(([127, 0, 0, 1], 0).into()).await.unwrap();
    Stand {
        vendor,
        clock,
        gate,
        server,
    }
}

impl Stand {
    fn client(&self) -> Spreadshirt {
        self.client_in(Duration::from_secs(30))
    }

    fn client_in(&self, call: Duration) -> Spreadshirt {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let credentials = serde_json::from_str(
            r#"{"api_key":"key-1","secret":"s3cret","username":"partner@example.test","password":"p<&>\"s"}"#,
        )
        .unwrap();
        let (clock, agent) = (
            self.clock.clone(),
            "order-relay/x (https://brand.example; ops@brand.example)",
        );
        let base_url = simulators::Spreadshirt::base_url(&self.server);
        Spreadshirt::new(
            http,
            &base_url,
            agent,
            credentials,
            move || Millis(clock.now_ms()),
            call,
        )
    }

    fn put(&self, ids: std::ops::RangeInclusive<u32>) {
        for id in ids {
            let named = ItemChange::new("770001", "SHIPPED", T).correlated("RS-1-1");
            self.vendor.put_report(
                OrderReport::new(&id.to_string(), T)
                    .with(ItemChange::new("770001", "IN_PROGRESS", T - 3_600_000).correlated("RS-1-1"))
                    .with(named)
                    .with(ItemChange::new("770002", "CANCELED", T - 60_000)),
            );
        }
    }
}

fn partner() -> PartnerId {
    PartnerId::new("1102730").unwrap()
}

fn id(text: &str) -> ReportId {
    ReportId::new(text).unwrap()
}

async fn listed(client: &Spreadshirt, session: &Session, detail: Detail) -> Vec<(String, bool)> {
    let listing = client.reports(session, &partner(), detail).await.unwrap();
    assert!(!listing.more && listing.nameless == 0);
    let reports = listing.reports.into_iter();
    reports
        .map(|one| (one.id.to_string(), matches!(one.data, Data::Full(_))))
        .collect()
}

#[tokio::test]
async fn reports_are_listed_through_all_pages_read_and_deleted() {
    let s = stand().await;
    s.put(9001..=9005);
    s.vendor.put_report_of("7", OrderReport::new("9006", T));
    s.vendor.page_limit(2);
    let client = s.client();
    let session = client.login().await.unwrap();
    let expected: Vec<(String, bool)> = (9001..=9005).map(|id| (id.to_string(), false)).collect();
    assert_eq!(listed(&client, &session, Detail::References).await, expected);
    assert_eq!(s.vendor.calls()["GET orderReports"], 3);
    let report = client.report(&session, &id("9003")).await.unwrap();
    assert_eq!(report.state, Some(ReportState::Activated));
    assert_eq!(report.created, Some(Millis(T)));
    let told: Vec<_> = report
        .modifications
        .iter()
        .map(|one| {
            (
                one.item_id.as_str(),
                one.correlation.as_deref(),
                &one.state,
                one.modified.0,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("770001", Some("RS-1-1"), &ItemState::InProgress, T - 3_600_000),
            ("770001", Some("RS-1-1"), &ItemState::Shipped, T),
            ("770002", None, &ItemState::Cancelled, T - 60_000),
        ]
    );
    assert_eq!(client.delete(&session, &id("9003")).await, Ok(Deleted::Now));
    assert_eq!(client.delete(&session, &id("9003")).await, Ok(Deleted::Before));
    assert_eq!((s.vendor.deleted("9003"), s.vendor.deletes("9003")), (true, 2));
    assert_eq!(listed(&client, &session, Detail::References).await.len(), 4);
    let read = client.report(&session, &id("9003")).await.unwrap();
    assert_eq!(read.state, Some(ReportState::Deleted));
    assert_eq!(
        client.delete(&session, &id("9006")).await,
        Ok(Deleted::Before),
        "not ours"
    );
    assert!(!s.vendor.deleted("9006"));
    assert_eq!((s.vendor.logins(), s.vendor.complaints()), (1, Vec::new()));
}

#[tokio::test]
async fn every_way_of_writing_says_the_same() {
    let s = stand().await;
    s.put(9001..=9002);
    s.vendor.bodies_in_pieces(7);
    let client = s.client();
    let session = client.login().await.unwrap();
    let expected = client.report(&session, &id("9001")).await.unwrap();
    for hrefs in [Hrefs::Sampled, Hrefs::Prefixed, Hrefs::Plain] {
        for dates in [Dates::Sampled, Dates::Zoneless, Dates::Iso, Dates::Mixed] {
            s.vendor.hrefs(hrefs);
            s.vendor.dates(dates);
            assert_eq!(client.report(&session, &id("9001")).await.as_ref(), Ok(&expected));
            let listing = client
                .reports(&session, &partner(), Detail::FullData)
                .await
                .unwrap();
            assert_eq!(
                listing.reports[0].data,
                Data::Full(expected.clone()),
                "{hrefs:?} {dates:?}"
            );
        }
    }
    s.vendor.full_data(FullData::Never);
    assert_eq!(
        listed(&client, &session, Detail::FullData).await[0],
        ("9001".to_owned(), false)
    );
    s.vendor.full_data(FullData::Always);
    assert_eq!(
        listed(&client, &session, Detail::References).await[1],
        ("9002".to_owned(), true)
    );
    s.vendor.only_literal_plus(true);
    let literal = client.literal_plus(true);
    assert_eq!(listed(&literal, &session, Detail::References).await.len(), 2);
    assert_eq!(s.vendor.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn foreign_items_and_unknown_states_are_told_like_any_others() {
    let s = stand().await;
    s.vendor.put_report(OrderReport::new("9001", T));
    s.vendor.foreign_items(true);
    s.vendor.unknown_states(true);
    let client = s.client();
    let session = client.login().await.unwrap();
    let report = client.report(&session, &id("9001")).await.unwrap();
    let [foreign, unknown] = report.modifications.as_slice() else {
        panic!("{report:?}")
    };
    assert_eq!(foreign.correlation.as_deref(), Some("another-brand-77-1"));
    assert_eq!(unknown.state, ItemState::Other("QUALITY_CHECK".to_owned()));
    assert_eq!(unknown.said, "QUALITY_CHECK");
}

#[tokio::test]
async fn an_expired_session_is_told_and_one_more_login_mends_it() {
    let s = stand().await;
    s.put(9001..=9001);
    let client = s.client();
    let session = client.login().await.unwrap();
    s.clock.advance(Duration::from_secs(31 * 60));
    let error = client.report(&session, &id("9001")).await.unwrap_err();
    assert!(matches!(error, CallError::Unauthorized { .. }), "{error:?}");
    let session = client.login().await.unwrap();
    assert!(client.report(&session, &id("9001")).await.is_ok());
    assert_eq!((s.vendor.logins(), s.vendor.black_listings()), (2, 0));
}

#[tokio::test]
async fn a_login_too_soon_is_a_trouble_of_theirs_and_no_refusal_of_us() {
    let s = stand().await;
    let client = s.client();
    client.login().await.unwrap();
    let error = client.login().await.unwrap_err();
    assert!(matches!(error, CallError::Unavailable { .. }), "{error:?}");
    assert_eq!(s.vendor.black_listings(), 1);
}

#[tokio::test]
async fn a_clock_that_is_off_is_followed_from_the_first_answer() {
    for ahead_ms in [3_600_000, -7_200_000] {
        let s = stand().await;
        s.put(9001..=9001);
        s.vendor.clock_ahead(ahead_ms);
        let client = s.client();
        // A login is not signed, so that the first signed request is right already.
        let session = client.login().await.unwrap();
        assert!(client.report(&session, &id("9001")).await.is_ok());
        assert_eq!(s.vendor.refused_requests(), 0);
        // A new client with a kept session learns from the refusal.
        let other = s.client();
        let error = other.report(&session, &id("9001")).await.unwrap_err();
        assert!(matches!(error, CallError::Unauthorized { .. }), "{error:?}");
        assert!(other.report(&session, &id("9001")).await.is_ok());
        let told = other.server_time().await.unwrap();
        assert!((told.0 - s.clock.now_ms() - ahead_ms).abs() < 30_000);
        assert_eq!(s.vendor.complaints(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn broken_bodies_and_pages_are_no_reports() {
    let s = stand().await;
    s.put(9001..=9001);
    let client = s.client();
    let session = client.login().await.unwrap();
    s.vendor.cut_body_after(200);
    let cut = client.report(&session, &id("9001")).await.unwrap_err();
    assert!(
        matches!(
            cut,
            CallError::NoAnswer {
                doubt: Doubt::BrokeOff,
                ..
            }
        ),
        "{cut:?}"
    );
    // As long as it may take to get the begin of the answer; the rest never comes.
    let impatient = s.client_in(Duration::from_millis(500));
    s.vendor.stall_body();
    let stalled = impatient.report(&session, &id("9001")).await.unwrap_err();
    assert!(
        matches!(
            stalled,
            CallError::NoAnswer {
                doubt: Doubt::TimedOut,
                ..
            }
        ),
        "{stalled:?}"
    );
    s.vendor.page_instead(1);
    let page = client.delete(&session, &id("9001")).await.unwrap_err();
    assert!(matches!(page, CallError::Unavailable { .. }), "{page:?}");
    s.vendor.error_pages(true);
    s.vendor.fail_next(400, "Bad query", 1);
    let refused = client.report(&session, &id("9001")).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "spreadshirt does not take GET orderReports/id: http_400"
    );
    s.vendor.put_raw("9002", "<!DOCTYPE x><orderReport id='9002'/>");
    let hostile = client.report(&session, &id("9002")).await.unwrap_err();
    assert!(matches!(hostile, CallError::Unreadable { .. }), "{hostile:?}");
    assert!(!s.vendor.deleted("9001"));
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_was_done_and_repeats_harmlessly() {
    let s = stand().await;
    s.put(9001..=9001);
    let client = s.client();
    let session = client.login().await.unwrap();
    s.gate.arm(&[Break {
        call: 1,
        form: Form::ReplyLost,
    }]);
    let error = client.delete(&session, &id("9001")).await.unwrap_err();
    assert!(!error.surely_not_done());
    assert!(s.vendor.deleted("9001"));
    assert_eq!(client.delete(&session, &id("9001")).await, Ok(Deleted::Before));
}
