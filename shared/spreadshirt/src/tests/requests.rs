//! What is sent.

use host::{Reply, text};
use order_model::Millis;

use super::fake::*;
use crate::{Deleted, Detail, Session};

/// An answer with one more header.
fn with(status: u16, name: &'static str, value: &'static str) -> Reply {
    let mut response = text(status, "");
    response.headers_mut().insert(name, value.parse().unwrap());
    Reply::Answer(response)
}

#[tokio::test]
async fn a_login_brings_the_key_and_the_vendors_document_and_gives_the_session_of_its_location() {
    let fake = Fake::answering(|| {
        with(
            201,
            "location",
            "http://api.spreadshirt.net/api/v1/sessions/e2d5-77",
        )
    })
    .await;
    assert_eq!(fake.client().login().await, Ok(Session::new("e2d5-77").unwrap()));
    let request = fake.only();
    assert_eq!(
        (request.method().as_str(), request.uri().path()),
        ("POST", "/api/v1/sessions")
    );
    assert_eq!(
        request.headers()["authorization"],
        "SprdAuth apiKey=\"123456789\""
    );
    assert_eq!(request.headers()["user-agent"], AGENT);
    assert_eq!(request.headers()["content-type"], "application/xml");
    assert_eq!(
        request.body(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<login xmlns=\"http://api.spreadshirt.net\"><username>partner@example.test</username><password>p&lt;&amp;&gt;&quot;s</password></login>"
    );
}

#[tokio::test]
async fn a_login_without_a_session_in_its_answer_is_unclear() {
    for location in [
        "http://x/api/v1/sessions/",
        "http://x/users/1",
        "http://x/sessions/a,b",
    ] {
        let fake = Fake::answering(move || with(201, "location", location)).await;
        assert_eq!(
            named(&fake.client().login().await.unwrap_err()),
            "Unclear",
            "{location}"
        );
    }
    let fake = Fake::saying(201, "").await;
    assert_eq!(named(&fake.client().login().await.unwrap_err()), "Unclear");
}

#[tokio::test]
async fn a_list_is_signed_without_its_query() {
    let page = r#"<orderReports offset="0" limit="50" count="0"/>"#;
    let fake = Fake::saying(200, page).await;
    let asked = fake
        .client()
        .reports(&session(), &partner(), Detail::References)
        .await;
    assert!(asked.unwrap().reports.is_empty());
    let request = fake.only();
    assert_eq!(
        request.uri(),
        "/api/v1/orderReports?query=%2BpartnerId:(1102730)%20%2Bstate:(ACTIVATED)&fullData=false&offset=0&limit=50"
    );
    let authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
    let expected = format!(
        "SprdAuth apiKey=\"123456789\", data=\"GET {}/api/v1/orderReports 1313870400000\", sig=\"",
        fake.url()
    );
    assert!(authorization.starts_with(&expected), "{authorization}");
    assert!(
        authorization.ends_with("\", sessionId=\"sess-77\""),
        "{authorization}"
    );
}

#[tokio::test]
async fn the_plus_of_a_query_may_be_sent_as_it_is() {
    let fake = Fake::saying(200, r#"<l offset="0" limit="50" count="0"/>"#).await;
    let client = fake.client().literal_plus(true);
    client
        .reports(&session(), &partner(), Detail::FullData)
        .await
        .unwrap();
    let request = fake.only();
    assert_eq!(
        request.uri().query().unwrap(),
        "query=+partnerId:(1102730)%20+state:(ACTIVATED)&fullData=true&offset=0&limit=50"
    );
}

#[tokio::test]
async fn a_deletion_is_done_now_or_was_done_before() {
    for (status, expected) in [
        (200, Deleted::Now),
        (204, Deleted::Now),
        (404, Deleted::Before),
        (410, Deleted::Before),
    ] {
        let fake = Fake::saying(status, "").await;
        assert_eq!(fake.client().delete(&session(), &id()).await, Ok(expected));
        let request = fake.only();
        assert_eq!(request.method(), "DELETE");
        assert_eq!(request.uri(), "/api/v1/orderReports/9001");
        assert!(request.body().is_empty());
    }
}

#[tokio::test]
async fn the_vendors_time_is_told_and_followed() {
    let fake = Fake::saying(200, " 1313870460000\n").await;
    let client = fake.client();
    assert_eq!(client.server_time().await, Ok(Millis(1_313_870_460_000)));
    assert_eq!(client.clock_ahead_ms(), 60_000);
    assert_eq!(fake.only().uri(), "/api/v1/serverTime");
    let fake = Fake::saying(200, "soon").await;
    assert_eq!(named(&fake.client().server_time().await.unwrap_err()), "Unclear");
}

#[tokio::test]
async fn any_answer_teaches_the_time_a_refusal_too() {
    let fake = Fake::answering(|| with(401, "date", "Sat, 20 Aug 2011 19:00:00 GMT")).await;
    let client = fake.client();
    let clone = client.clone();
    client.report(&session(), &id()).await.unwrap_err();
    // In the middle of the second that the header tells.
    assert_eq!(clone.clock_ahead_ms(), -3_599_500);
    fake.only();
    clone.delete(&session(), &id()).await.unwrap_err();
    let authorization = fake.only().headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        authorization.contains("/orderReports/9001 1313866800500\""),
        "{authorization}"
    );
}

#[tokio::test]
async fn a_page_for_which_there_is_no_time_is_not_asked_for_and_the_list_says_so() {
    let page = r#"<orderReports offset="0" limit="1" count="3"><orderReport id="9001"/></orderReports>"#;
    let fake = Fake::saying(200, page).await;
    let asked = fake
        .client()
        .reports_while(&session(), &partner(), Detail::References, || false)
        .await;
    let listing = asked.unwrap();
    assert_eq!((listing.reports.len(), listing.count, listing.more), (1, 3, true));
    fake.only();
}
