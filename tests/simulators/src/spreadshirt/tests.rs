use std::time::Duration;

use host::{Break, Clock, Form, Gate, Odds, Server};
use reqwest::Method;
use sha1::{Digest, Sha1};

use super::*;
use crate::testing::{anywhere, client};

/// 2026-03-02 20:00:00 UTC.
const T: i64 = 1_772_481_600_000;
const LIST: &str = "query=%2BpartnerId:(1102730)%20%2Bstate:(ACTIVATED)";

struct Stand {
    vendor: Spreadshirt,
    clock: Clock,
    gate: Gate,
    server: Server,
    client: reqwest::Client,
}

struct Told {
    status: u16,
    kind: String,
    location: Option<String>,
    body: String,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let vendor = Spreadshirt::new(
        clock.clone(),
        gate.clone(),
        "1102730",
        ("key-1", "s3cret"),
        ("partner@example.test", "p&ss"),
    );
    let server = vendor.serve(anywhere()).await.unwrap();
    Stand {
        vendor,
        clock,
        gate,
        server,
        client: client(),
    }
}

impl Stand {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", Spreadshirt::base_url(&self.server))
    }

    async fn tell(&self, method: Method, path: &str, authorization: &str, body: &str) -> Told {
        let request = self.client.request(method, self.url(path));
        let request = request
            .header("authorization", authorization)
            .body(body.to_owned());
        let answer = request.send().await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        Told {
            status: answer.status().as_u16(),
            kind: header("content-type").unwrap_or_default(),
            location: header("location"),
            body: answer.text().await.unwrap(),
        }
    }

    async fn login_as(&self, password: &str) -> Told {
        let body = format!(
            "<?xml version=\"1.0\"?>\n<login xmlns=\"http://api.spreadshirt.net\"><username>partner@example.test</username><password>{password}</password></login>"
        );
        self.tell(Method::POST, "/sessions", "SprdAuth apiKey=\"key-1\"", &body)
            .await
    }

    async fn login(&self) -> String {
        let told = self.login_as("p&amp;ss").await;
        assert_eq!((told.status, told.body.as_str()), (201, ""));
        let location = told.location.unwrap();
        let (root, id) = location.rsplit_once('/').unwrap();
        assert_eq!(root, "http://api.spreadshirt.net/api/v1/sessions");
        id.to_owned()
    }

    /// What is signed for now.
    fn data(&self, method: &Method, path: &str) -> String {
        format!("{method} {} {}", self.url(path), self.clock.now_ms())
    }

    async fn ask(&self, method: Method, path: &str, session: &str) -> Told {
        let bare = path.split('?').next().unwrap();
        let authorization = header(&self.data(&method, bare), "s3cret", session);
        self.tell(method, path, &authorization, "").await
    }

    async fn list(&self, query: &str, session: &str) -> Told {
        self.ask(Method::GET, &format!("/orderReports?{query}"), session)
            .await
    }
}

fn header(data: &str, secret: &str, session: &str) -> String {
    let digest = Sha1::digest(format!("{data} {secret}"));
    let sig: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("SprdAuth apiKey=\"key-1\", data=\"{data}\", sig=\"{sig}\", sessionId=\"{session}\"")
}

fn report(id: &str) -> OrderReport {
    OrderReport::new(id, T)
        .with(ItemChange::new("770001", "SHIPPED", T - 60_000).correlated("a&b-1"))
        .with(ItemChange::new("770002", "ACCEPTED", T))
}

#[tokio::test]
async fn a_report_is_listed_and_read_until_it_is_deleted() {
    let s = stand().await;
    s.vendor.put_report(report("9001"));
    s.vendor.put_report_of("7", report("9002"));
    let session = s.login().await;
    let list = s.list(LIST, &session).await;
    assert_eq!(
        (list.status, list.kind.as_str()),
        (200, "application/xml;charset=UTF-8")
    );
    assert!(
        list.body.contains(" offset=\"0\" limit=\"50\" count=\"1\" "),
        "{}",
        list.body
    );
    assert!(
        list.body.contains(
            "<orderReport xlink:href=\"http://api.spreadshirt.net/api/v1/orderReports/9001\" id=\"9001\"/>"
        ),
        "{}",
        list.body
    );
    let one = s.ask(Method::GET, "/orderReports/9001", &session).await;
    for part in [
        " id=\"9001\" href=\"http://api.spreadshirt.net/api/v1/orderReports/9001\">",
        "<order id=\"55120\" xlink:href=\"http://api.spreadshirt.net/api/v1/orders/55120\"/>",
        "<correlation><partner><orderItemId>a&amp;b-1</orderItemId></partner></correlation>",
        "<modified>2026-03-02 19:59:00Z</modified>",
        "<state>ACTIVATED</state>",
        "<created>2026-03-02 20:00:00</created>",
    ] {
        assert!(one.body.contains(part), "{part} in {}", one.body);
    }
    for expected in [200, 404] {
        let deleted = s.ask(Method::DELETE, "/orderReports/9001", &session).await;
        assert_eq!(
            (deleted.status, deleted.kind.as_str()),
            (expected, "text/plain;charset=UTF-8")
        );
    }
    assert_eq!((s.vendor.deleted("9001"), s.vendor.deletes("9001")), (true, 2));
    assert!(s.list(LIST, &session).await.body.contains("count=\"0\""));
    let deleted = s.list(&LIST.replace("ACTIVATED", "DELETED"), &session).await;
    assert!(deleted.body.contains("count=\"1\""), "{}", deleted.body);
    let one = s.ask(Method::GET, "/orderReports/9001", &session).await;
    assert!(one.body.contains("<state>DELETED</state>"));
    assert_eq!(
        s.ask(Method::GET, "/orderReports/9002", &session).await.status,
        404
    );
    assert_eq!(s.vendor.activated(), ["9002"]);
    assert_eq!(s.vendor.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_signature_is_checked_to_the_letter() {
    let s = stand().await;
    let session = s.login().await;
    let (get, path) = (Method::GET, "/orderReports/1");
    let data = s.data(&get, path);
    let good = header(&data, "s3cret", &session);
    assert_eq!(s.tell(get.clone(), path, &good, "").await.status, 404, "let in");
    let signed = |data: &str| header(data, "s3cret", &session);
    let mistakes = [
        signed(&data.replace("GET", "POST")),
        signed(&data.replace("http:", "https:")),
        signed(&data.replace("/1 ", "/2 ")),
        signed(&data.replace("/1 ", "/1?a=b ")),
        // Seconds.
        signed(&data[..data.len() - 3]),
        good.replace(", ", ","),
        good.replace("SprdAuth", "Sprdauth"),
        good.replace("sessionId", "session"),
        good.replace(", data", ", apiKey=\"key-1\", data"),
        format!("SprdAuth apiKey=\"key-1\", sessionId=\"{session}\""),
        good.rsplit_once(", ").unwrap().0.to_owned(),
    ];
    for authorization in &mistakes {
        assert_eq!(
            s.tell(get.clone(), path, authorization, "").await.status,
            401,
            "{authorization}"
        );
    }
    assert_eq!(
        s.vendor.complaints().len(),
        mistakes.len(),
        "{:?}",
        s.vendor.complaints()
    );
    // Another secret or key is no client's mistake.
    let other = header(&data, "other", &session);
    assert_eq!(s.tell(get.clone(), path, &other, "").await.status, 401);
    s.vendor.set_application("key-2", "s3cret");
    assert_eq!(s.tell(get, path, &good, "").await.status, 401);
    assert_eq!(s.vendor.refused_requests(), 2);
    assert_eq!(s.vendor.complaints().len(), mistakes.len());
}

#[tokio::test]
async fn a_time_too_far_from_the_vendors_is_refused_and_its_own_stands_on_the_answer() {
    let s = stand().await;
    let session = s.login().await;
    for (ahead_ms, status) in [(290_000, 404), (310_000, 401), (-310_000, 401), (0, 404)] {
        s.vendor.clock_ahead(ahead_ms);
        let told = s.ask(Method::GET, "/orderReports/1", &session).await;
        assert_eq!(told.status, status, "{ahead_ms}");
    }
    s.vendor.clock_ahead(86_400_000);
    let answer = s.client.get(s.url("/serverTime"));
    let answer = answer.header("authorization", "SprdAuth apiKey=\"key-1\"");
    let answer = answer.send().await.unwrap();
    let date = answer.headers()["date"].to_str().unwrap().to_owned();
    let told: i64 = answer.text().await.unwrap().parse().unwrap();
    assert!((told - s.clock.now_ms() - 86_400_000).abs() < 30_000);
    let shown = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(&date)
        .unwrap();
    assert_eq!(shown.as_second(), told / 1000);
    assert_eq!(s.vendor.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_no_other_way() {
    let s = stand().await;
    let session = s.login().await;
    for _ in 0..3 {
        s.clock.advance(Duration::from_secs(29 * 60));
        assert_eq!(s.list(LIST, &session).await.status, 200);
    }
    s.clock.advance(Duration::from_secs(31 * 60));
    let refused = s.list(LIST, &session).await;
    assert_eq!(
        (refused.status, refused.kind.as_str()),
        (401, "text/plain;charset=UTF-8")
    );
    let session = s.login().await;
    assert_eq!(s.list(LIST, &session).await.status, 200);
    s.vendor.end_sessions();
    assert_eq!(s.list(LIST, &session).await.status, 401);
    assert_eq!(s.list(LIST, "made-up").await.status, 401);
    assert_eq!((s.vendor.logins(), s.vendor.expired_sessions()), (2, 3));
}

#[tokio::test]
async fn two_logins_within_ten_seconds_are_put_on_the_black_list() {
    let s = stand().await;
    let session = s.login().await;
    s.clock.advance(Duration::from_secs(11));
    assert_eq!(s.login_as("wrong").await.status, 401);
    assert_eq!(s.vendor.refused_logins(), 1);
    s.clock.advance(Duration::from_secs(5));
    assert_eq!(
        s.login_as("p&amp;ss").await.status,
        500,
        "the wrong one counts too"
    );
    s.clock.advance(Duration::from_secs(60));
    assert_eq!(s.login_as("p&amp;ss").await.status, 500);
    assert_eq!(s.list(LIST, &session).await.status, 200, "sessions go on");
    s.clock.advance(Duration::from_secs(15 * 60));
    s.login().await;
    assert_eq!((s.vendor.logins(), s.vendor.black_listings()), (5, 1));
    assert_eq!(s.login_as("p&amp;ss").await.status, 500);
    s.vendor.forgive();
    s.login().await;
    s.vendor.login_gap(Duration::ZERO);
    s.login().await;
    s.vendor.set_login("somebody", "else");
    assert_eq!(s.login_as("p&amp;ss").await.status, 401);
    assert_eq!(s.vendor.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn what_no_client_may_send_is_refused_and_remembered() {
    let s = stand().await;
    let session = s.login().await;
    let mut expected = 0;
    for query in [
        "",
        "query=+partnerId:(1102730)%20+state:(ACTIVATED)",
        "query=%2BpartnerId:(1102730)",
        "query=%2BpartnerId:(1102730)%20%2Bstate:(ACTIVATED)%20%2Bstate:(DELETED)",
        "query=%2BpartnerId:(1102730)%20%2Bstate:ACTIVATED",
        "query=partnerId:(1102730)%20%2Bstate:(ACTIVATED)",
        &format!("{LIST}&fullData=yes"),
        &format!("{LIST}&offset=-1"),
        &format!("{LIST}&page=2"),
    ] {
        expected += 1;
        assert_eq!(s.list(query, &session).await.status, 400, "{query}");
        assert_eq!(s.vendor.complaints().len(), expected, "{query}");
    }
    let authorization = "SprdAuth apiKey=\"key-1\"";
    for (method, path, body, status) in [
        (Method::GET, "/orders", "", 404),
        (Method::GET, "/sessions", "", 405),
        (Method::GET, "/orderReports/1?x=1", "", 400),
        (Method::GET, "/serverTime", "x", 400),
    ] {
        expected += 1;
        assert_eq!(
            s.tell(method, path, authorization, body).await.status,
            status,
            "{path}"
        );
        assert_eq!(s.vendor.complaints().len(), expected, "{path}");
    }
    for body in [
        "",
        "<login/>",
        "{}",
        "<login><username>a</username><password>b</password></login>",
    ] {
        expected += 1;
        s.vendor.forgive();
        assert_eq!(
            s.tell(Method::POST, "/sessions", authorization, body)
                .await
                .status,
            400,
            "{body}"
        );
    }
    assert_eq!(s.vendor.complaints().len(), expected);
}

#[tokio::test]
async fn pages_and_full_data_are_as_the_switches_say() {
    let s = stand().await;
    let session = s.login().await;
    for id in 1..=5 {
        s.vendor.put_report(report(&id.to_string()));
    }
    s.vendor.put_raw("6", "<!DOCTYPE x>");
    s.vendor.page_limit(2);
    let ids = |body: &str| -> Vec<String> {
        let parts = body.split("/orderReports/").skip(1);
        parts.map(|part| part[..1].to_owned()).collect()
    };
    let second = s.list(&format!("{LIST}&offset=2&limit=50"), &session).await;
    assert_eq!(ids(&second.body), ["3", "4"]);
    assert!(second.body.contains(" offset=\"2\" limit=\"2\" count=\"6\" "));
    assert!(!second.body.contains("770001"));
    let full = s.list(&format!("{LIST}&fullData=true&offset=4"), &session).await;
    assert_eq!(ids(&full.body), ["5", "6"]);
    assert!(full.body.contains("770001") && !full.body.contains("DOCTYPE"));
    s.vendor.full_data(FullData::Always);
    assert!(s.list(LIST, &session).await.body.contains("770001"));
    s.vendor.full_data(FullData::Never);
    assert!(
        !s.list(&format!("{LIST}&fullData=true"), &session)
            .await
            .body
            .contains("770001")
    );
    let raw = s.ask(Method::GET, "/orderReports/6", &session).await;
    assert_eq!(raw.body, "<!DOCTYPE x>");
    let others = s.list(&LIST.replace("1102730", "7"), &session).await;
    assert!(
        others.body.contains("count=\"0\""),
        "another partner is not visible"
    );
    s.vendor.only_literal_plus(true);
    let literal = LIST.replace("%2B", "+");
    assert_eq!(s.list(&literal, &session).await.status, 200);
    assert_eq!(s.list(LIST, &session).await.status, 400);
}

#[tokio::test]
async fn documents_are_written_as_the_switches_say() {
    let s = stand().await;
    let session = s.login().await;
    s.vendor
        .put_report(report("1").with(ItemChange::new("770003", "CREATED", T)));
    let read = async || s.ask(Method::GET, "/orderReports/1", &session).await.body;
    s.vendor.dates(Dates::Mixed);
    let mixed = read().await;
    for date in ["19:59:00Z<", "2026-03-02 20:00:00<", "2026-03-02T22:00:00+02:00<"] {
        assert!(mixed.contains(date), "{date} in {mixed}");
    }
    s.vendor.dates(Dates::Iso);
    assert!(!read().await.contains("Z<"));
    s.vendor.dates(Dates::Zoneless);
    assert!(read().await.contains("<modified>2026-03-02 19:59:00</modified>"));
    s.vendor.hrefs(Hrefs::Plain);
    assert!(!read().await.contains("xlink:href"));
    s.vendor.hrefs(Hrefs::Prefixed);
    let prefixed = read().await;
    assert!(
        !prefixed.contains(" href=") && prefixed.contains("<s:orderItem id="),
        "{prefixed}"
    );
    assert!(!prefixed.contains("another-brand") && !prefixed.contains("QUALITY_CHECK"));
    s.vendor.foreign_items(true);
    s.vendor.unknown_states(true);
    let odd = read().await;
    assert!(odd.contains("another-brand-77-1") && odd.contains("QUALITY_CHECK"));
}

#[tokio::test]
async fn failures_are_text_or_pages_and_without_effect() {
    let s = stand().await;
    let session = s.login().await;
    s.vendor.put_report(report("1"));
    s.vendor.fail_next(503, "later", 1);
    let failed = s.ask(Method::DELETE, "/orderReports/1", &session).await;
    assert_eq!((failed.status, failed.body.as_str()), (503, "later"));
    s.vendor.page_instead(1);
    let page = s.ask(Method::DELETE, "/orderReports/1", &session).await;
    assert_eq!((page.status, page.kind.as_str()), (200, "text/html"));
    s.vendor.error_pages(true);
    let missing = s.ask(Method::GET, "/orderReports/2", &session).await;
    assert_eq!((missing.status, missing.kind.as_str()), (404, "text/html"));
    let odds = |fault| Odds {
        service: "spreadshirt",
        operation: "DELETE",
        fault,
        one_in: 1,
    };
    s.gate.play(1, vec![odds(Fault::ServerError)]);
    for status in [500, 502, 503] {
        assert_eq!(
            s.ask(Method::DELETE, "/orderReports/1", &session).await.status,
            status
        );
    }
    s.gate.play(1, vec![odds(Fault::Throttled)]);
    assert_eq!(
        s.ask(Method::DELETE, "/orderReports/1", &session).await.status,
        429
    );
    assert_eq!((s.vendor.deleted("1"), s.vendor.deletes("1")), (false, 0));
    assert_eq!(s.vendor.calls()["DELETE orderReport"], 6);
}

#[tokio::test]
async fn a_lost_request_does_nothing_and_a_lost_or_cut_reply_comes_after_the_effect() {
    let s = stand().await;
    let session = s.login().await;
    let send = async |id: &str| {
        let path = format!("/orderReports/{id}");
        let data = s.data(&Method::DELETE, &path);
        let request = s.client.delete(s.url(&path));
        let request = request.header("authorization", header(&data, "s3cret", &session));
        request.send().await
    };
    for (id, form, deleted) in [
        ("1", Form::Before, false),
        ("2", Form::ReplyLost, true),
        ("3", Form::After, true),
    ] {
        s.vendor.put_report(report(id));
        s.gate.arm(&[Break { call: 1, form }]);
        assert!(send(id).await.is_err());
        assert_eq!(s.vendor.deleted(id), deleted, "{form:?}");
        assert_eq!(
            s.gate.journal(),
            [format!("some-function spreadshirt DELETE orderReport {id}")]
        );
    }
    s.vendor.put_report(report("4"));
    s.gate.disarm();
    s.gate.play(
        1,
        vec![Odds {
            service: "spreadshirt",
            operation: "DELETE",
            fault: Fault::CutBody,
            one_in: 1,
        }],
    );
    assert!(send("4").await.unwrap().text().await.is_err());
    assert!(s.vendor.deleted("4"));
}

#[tokio::test]
async fn bodies_break_off_stop_or_come_in_pieces() {
    let s = stand().await;
    let session = s.login().await;
    s.vendor.put_report(report("1"));
    let path = "/orderReports/1";
    let begin = async || {
        let data = s.data(&Method::GET, path);
        let request = s.client.get(s.url(path));
        let request = request.header("authorization", header(&data, "s3cret", &session));
        request.send().await.unwrap()
    };
    s.vendor.cut_body_after(100);
    assert!(begin().await.bytes().await.is_err());
    s.vendor.stall_body();
    let mut stalled = begin().await;
    assert!(stalled.chunk().await.unwrap().is_some());
    let whole = begin().await.bytes().await.unwrap();
    s.vendor.bodies_in_pieces(3);
    assert_eq!(begin().await.bytes().await.unwrap(), whole);
}
